"""From a message to candidate facts: parts, sentences, clauses, what each does, what belongs to its kind."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from ingest.extract import commitments, people, preferences
from ingest.extract.candidates import LEAST, Candidate, FactKind, Side
from ingest.extract.classifiers.confidence import STATED, Claim, shipped_confidence
from ingest.extract.classifiers.features import Views
from ingest.extract.classifiers.model import Classifier
from ingest.extract.classifiers.shipped import ACTS, FACTS, shipped
from ingest.extract.clauses import bare, clauses
from ingest.extract.parts import parts
from ingest.extract.sentences import Sentence, sentences
from ingest.extract.versions import digest, rules
from ingest.extract.when import due

SAID = tuple(kind for kind in FactKind if kind not in (*STATED, FactKind.OPINION))  # by sentence
EITHER = (FactKind.COMPARISON, FactKind.INCIDENT, FactKind.OUTCOME)  # may be said happily or not
ALWAYS = {FactKind.COMPLAINT: "negative", FactKind.PRAISE: "positive"}
FELT = (*ALWAYS, *EITHER)
QUICK = "models/early/*/model.json"  # what is asked first where nobody is careful
NOTES = ("call", "meeting", "note", "visit")  # channels in which one writes about the other side, not to them


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What was said. `at` has its time zone: days count in it. `sides` tells speakers apart, by name."""

    text: str
    at: datetime
    side: Side | None = None  # of its author
    channel: str | None = None
    sides: Mapping[str, Side] = field(default_factory=dict)


class Extracts(Protocol):
    """What finds candidates in messages. `version` says by which models and rules, for their provenance."""

    @property
    def version(self) -> str:
        """Name and digest; another one where the same message may give other candidates."""

    def extract(self, messages: Sequence[Message], *, careful: bool = False) -> Iterator[list[Candidate]]:
        """The candidates of each message, by their place."""


class _Clause(NamedTuple):
    start: int
    end: int
    text: str
    sentence: Sentence


class _Read(NamedTuple):
    """A message as it was cut, with the places of its texts among those of all messages."""

    message: Message
    sentences: list[Sentence]
    clauses: list[_Clause]


@dataclass(frozen=True, slots=True)
class Extractor:
    """Finds the candidates of messages. Which of several labels is meant, the classifiers decide."""

    acts: Classifier  # talk acts of sentences
    facts: Classifier  # what a clause states: one of STATED, or "none"
    moods: Classifier  # sentiment of sentences

    @property
    def version(self) -> str:
        """ "built-in/" and a digest of the models and rules."""
        models = (self.acts.version, self.facts.version, self.moods.version)
        return f"built-in/{digest(*models, rules(), rules(QUICK))}"

    def extract(self, messages: Sequence[Message], *, careful: bool = False) -> Iterator[list[Candidate]]:
        """The candidates of each message, by their place; many messages at once are quicker.

        Careful: every sentence and clause goes through the whole of the deep encoder. It takes more than
        twice as long; what it gains is in docs/decisions/0006.

        What a sentence does is asked where no clause of it states a fact; its sentiment, where it matters.
        """
        version = self.version
        read = [_read(message) for message in messages]
        sentences = [sentence.text for one in read for sentence in one.sentences]
        clauses = [clause.text for one in read for clause in one.clauses]
        places = {text: place for place, text in enumerate(dict.fromkeys((*sentences, *clauses)))}
        views = Views([*places])

        def judged(classifier: Classifier, texts: Sequence[str]) -> Iterator[Mapping[str, float]]:
            rows = classifier.probabilities(views, [places[text] for text in texts], careful=careful)
            return (dict(zip(classifier.labels, row, strict=True)) for row in rows.tolist())

        stated = judged(self.facts, clauses)
        facts = [[*_stated(one.message, one.clauses, [next(stated) for _ in one.clauses])] for one in read]
        free = [_free(one.sentences, found) for one, found in zip(read, facts, strict=True)]
        acted = judged(self.acts, [sentence.text for some in free for sentence in some])
        said = [[*_said(one.message, some, acted)] for one, some in zip(read, free, strict=True)]
        either = [sentence.text for some in said for one, sentence in some if one.kind in EITHER]
        moods = judged(self.moods, either)
        for found, some in zip(facts, said, strict=True):
            felt = [_felt(candidate, moods) for candidate, _ in some]
            all_found = [replace(candidate, version=version) for candidate in (*found, *felt)]
            yield sorted(all_found, key=lambda candidate: (candidate.start, candidate.end))


def shipped_extractor() -> Extractor:
    """The extractor of the models that ship with KBCRM."""
    return Extractor(shipped(ACTS), shipped(FACTS), shipped("sentiment"))


def _read(message: Message) -> _Read:
    found = sentences_of(message)
    return _Read(message, found, [clause for sentence in found for clause in _clauses(sentence)])


def sentences_of(message: Message) -> list[Sentence]:
    """The sentences of the author's own words, in order, with who speaks."""
    known: Collection[str] = message.sides.keys()
    return sentences(message.text, parts(message.text), known)


def _clauses(sentence: Sentence) -> list[_Clause]:
    return [
        _Clause(start, end, sentence.text[start - sentence.start : end - sentence.start], sentence)
        for start, end in clauses(sentence.text, sentence.start)
    ]


def side_of(message: Message, sentence: Sentence) -> Side | None:
    """The side of who speaks a sentence of a conversation; None where nothing tells."""
    if sentence.speaker is None:
        return None
    named = sentence.speaker.lower()
    if any(mark in named for mark in ("(us)", "（我方）", "我方", "(we)")):
        return Side.US
    for name, side in message.sides.items():
        if name.lower() in named or named in name.lower():
            return side
    return Side.CUSTOMER if any(mark in named for mark in ("customer", "client", "客户", "对方")) else None


def _stated(
    message: Message, pieces: Sequence[_Clause], judged: Sequence[Mapping[str, float]]
) -> Iterator[Candidate]:
    for clause, chances in zip(pieces, judged, strict=True):
        for kind in STATED:
            if chances.get(kind, 0.0) >= LEAST:
                yield _candidate(message, clause, kind, chances[kind])


def _candidate(message: Message, clause: _Clause, kind: FactKind, chance: float) -> Candidate:
    speaker = side_of(message, clause.sentence)
    side = speaker or (message.side if clause.sentence.speaker is None else None)
    changed = people.role_change(clause.text) if kind is FactKind.ROLE_CHANGE else None
    promised = kind is FactKind.COMMITMENT
    day = due(clause.text, message.at.date()) if promised else None
    claim = Claim(kind, chance, clause.text, day is not None)
    return Candidate(
        kind=kind,
        start=clause.start,
        end=clause.end,
        text=clause.text,
        confidence=shipped_confidence().of(claim),
        speaker=clause.sentence.speaker,
        side=side,
        holder=holder_of(message, clause.text, speaker) if promised else None,
        due=day,
        aspect=preferences.aspect(clause.text) if kind is FactKind.PREFERENCE else None,
        person=changed.person if changed else None,
        role=changed.role if changed else None,
    )


def holder_of(message: Message, clause: str, speaker: Side | None) -> Side | None:
    """Who owes what a clause of the message promises; `speaker` is the side of who says it."""
    note = None if message.channel is None else message.channel in NOTES
    return commitments.holder(clause, speaker, message.side, message.sides, note=note)


def _free(spoken: Sequence[Sentence], stated: Sequence[Candidate]) -> list[Sentence]:
    """Sentences no clause of which states a fact."""
    return [
        sentence
        for sentence in spoken
        if not any(one.start < sentence.end and sentence.start < one.end for one in stated)
    ]


def _said(
    message: Message, spoken: Sequence[Sentence], judged: Iterator[Mapping[str, float]]
) -> Iterator[tuple[Candidate, Sentence]]:
    """What sentences do, each with its sentence."""
    for sentence in spoken:
        chances = next(judged)
        kind = max(SAID, key=lambda one: chances[one])
        if chances[kind] >= LEAST:
            start, end = bare(sentence.text, 0, len(sentence.text))
            clause = _Clause(sentence.start + start, sentence.start + end, sentence.text[start:end], sentence)
            yield _candidate(message, clause, kind, chances[kind]), sentence


def _felt(candidate: Candidate, judged: Iterator[Mapping[str, float]]) -> Candidate:
    """With its sentiment, where it is of a kind that has one: that of its sentence, if either may be."""
    if candidate.kind in EITHER:
        moods = next(judged)
        return replace(candidate, polarity=max(moods, key=lambda one: moods[one]))
    return replace(candidate, polarity=ALWAYS.get(candidate.kind))
