"""A message cut into sentences and clauses, with who says them and what they name."""

from bisect import bisect_right
from dataclasses import dataclass

from ingest.extract.clauses import clauses
from ingest.extract.parts import Part, PartKind, parts
from ingest.extract.sentences import Sentence, sentences
from ingest.resolve.mentions import Mention
from ingest.resolve.spoken import Spoken


@dataclass(frozen=True, slots=True)
class Clause:
    """Code points [start, end) of the text, in the sentence of that number."""

    start: int
    end: int
    text: str
    sentence: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, cut; `mentions` in their order."""

    text: str
    parts: tuple[Part, ...]
    sentences: tuple[Sentence, ...]
    clauses: tuple[Clause, ...]
    mentions: tuple[Mention, ...]

    def sentence_at(self, place: int) -> Sentence | None:
        """The sentence that a place lies in, or the last before it."""
        after = bisect_right([one.start for one in self.sentences], place)
        return self.sentences[after - 1] if after else None

    def within(self, start: int, end: int, label: str) -> list[Mention]:
        """The mentions of nodes of a label in [start, end)."""
        return [one for one in self.mentions if start <= one.start < end and one.of(label)]

    def signed(self) -> list[Mention]:
        """The mentions of people in the signature, or in a short last line."""
        spans = [(part.start, part.end) for part in self.parts if part.kind is PartKind.SIGNATURE]
        last = self.text.rstrip().rfind("\n")
        if last >= 0 and len(self.text) - last <= 40:
            spans.append((last, len(self.text)))
        return [one for start, end in spans for one in self.within(start, end, "Contact")]


def cut(spoken: Spoken) -> tuple[tuple[Part, ...], tuple[Sentence, ...], tuple[Clause, ...]]:
    """Parts, sentences and clauses of a message."""
    message = spoken.message
    divided = parts(message.text)
    found = sentences(message.text, divided, message.sides.keys())
    pieces = [
        Clause(start, end, message.text[start:end], number)
        for number, sentence in enumerate(found)
        for start, end in clauses(sentence.text, sentence.start)
    ]
    return tuple(divided), tuple(found), tuple(pieces)
