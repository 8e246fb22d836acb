"""Candidates with what is thought of what, from sentences in which something is praised or blamed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.extract.candidates import Candidate, FactKind
from ingest.extract.opinions.examples import Conversation, Opinion, Place, Utterance
from ingest.extract.opinions.model import Opinions
from ingest.extract.pipeline import Extracts, Message
from ingest.extract.versions import digest

CLOSING = (".", "。", "!", "！")  # what ends a sentence, and tells that it does
FELT = (FactKind.COMPLAINT, FactKind.PRAISE, FactKind.COMPARISON)


@dataclass(frozen=True, slots=True)
class WithOpinions:
    """An extractor that also says what is thought of what; `opinions` is asked where something is felt."""

    inner: Extracts
    opinions: Callable[[], Opinions]

    @property
    def version(self) -> str:
        """Of the extractor, and a digest of both."""
        return f"{self.inner.version}+{digest(self.opinions().version)}"

    def extract(self, messages: Sequence[Message], *, careful: bool = False) -> Iterator[list[Candidate]]:
        """The candidates of each message, by their place."""
        for message, candidates in zip(messages, self.inner.extract(messages, careful=careful), strict=True):
            felt = [one for one in candidates if one.kind in FELT]
            told = [one for one in candidates if one.kind not in FELT]
            for candidate, opinions in zip(felt, self._found(message.text, felt), strict=True):
                told.append(_told(message.text, candidate, opinions))
                told += [
                    replace(_stated(message.text, candidate, opinion), version=self.version)
                    for opinion in opinions
                ]
            yield sorted(told, key=lambda one: (one.start, one.end))

    def _found(self, text: str, felt: Sequence[Candidate]) -> list[list[Opinion]]:
        """The opinions of each candidate's words, with their places in the text."""
        if not felt:
            return []
        closed = (one.end + (text[one.end : one.end + 1] in CLOSING) for one in felt)
        said = [
            Conversation((Utterance(text[one.start : end], one.speaker),))
            for one, end in zip(felt, closed, strict=True)
        ]
        return [
            [_moved(opinion, one.start) for opinion in opinions if _within(opinion, one)]
            for one, opinions in zip(felt, self.opinions().find(said), strict=True)
        ]


def _within(opinion: Opinion, candidate: Candidate) -> bool:
    """Whether the words that judge are the candidate's own, without the full stop."""
    return opinion.words[1] <= candidate.end - candidate.start


def _moved(opinion: Opinion, by: int) -> Opinion:
    def moved(place: Place) -> Place:
        return place[0] + by, place[1] + by

    return replace(
        opinion,
        target=opinion.target and moved(opinion.target),
        aspect=opinion.aspect and moved(opinion.aspect),
        words=moved(opinion.words),
    )


def _told(text: str, candidate: Candidate, opinions: Sequence[Opinion]) -> Candidate:
    """A candidate with what its surest opinion is about, in the words of the text."""
    if not opinions:
        return candidate
    surest = max(opinions, key=lambda one: one.confidence)
    return replace(
        candidate,
        target=_written(text, surest.target) or candidate.target,
        aspect=_written(text, surest.aspect) or candidate.aspect,
        opinion=_written(text, surest.words),
    )


def _stated(text: str, candidate: Candidate, opinion: Opinion) -> Candidate:
    """A candidate of its own: from the first to the last of the opinion's parts within the sentence."""
    parts = [
        place
        for place in (opinion.target, opinion.aspect, opinion.words)
        if place and candidate.start <= place[0] and place[1] <= candidate.end
    ]
    start, end = min(first for first, _ in parts), max(last for _, last in parts)
    return replace(
        candidate,
        kind=FactKind.OPINION,
        start=start,
        end=end,
        text=text[start:end],
        confidence=opinion.confidence,
        polarity=opinion.polarity,
        target=_written(text, opinion.target),
        aspect=_written(text, opinion.aspect),
        opinion=_written(text, opinion.words),
    )


def _written(text: str, place: Place | None) -> str | None:
    return text[place[0] : place[1]] if place else None
