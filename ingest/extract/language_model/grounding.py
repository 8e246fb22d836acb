"""What the model says becomes candidates as far as the text bears it out.

A quote must stand in the text, word for word; which place is meant is told by order. Days are told by our own
rules from the quoted words, and so is what the model leaves open.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.extract import people, preferences
from ingest.extract.candidates import Candidate, FactKind
from ingest.extract.clauses import bare
from ingest.extract.language_model.answers import Stated
from ingest.extract.language_model.sent import Sent
from ingest.extract.pipeline import Message, holder_of, sentences_of, side_of
from ingest.extract.sentences import Sentence
from ingest.extract.when import due


class _Read(NamedTuple):
    """A piece of a message, with the message's sentences."""

    message: Message
    piece: Sent
    sentences: Sequence[Sentence]

    def as_written(self, words: str | None) -> str | None:
        place = next(self.piece.places(words), None) if words else None
        return self.message.text[place[0] : place[1]] if place else None


def grounded(message: Message, piece: Sent, facts: Sequence[Stated]) -> Iterator[Candidate]:
    """The candidates that stand in a piece of the message; the rest is dropped."""
    read = _Read(message, piece, sentences_of(message) if facts else ())
    taken: set[tuple[FactKind, int, int]] = set()
    here = 0
    for fact in facts:
        places = [bare(message.text, *place) for place in piece.places(fact.quote)]
        free = [place for place in places if place[0] < place[1] and (fact.kind, *place) not in taken]
        if not free:
            continue
        start, end = next((place for place in free if place[0] >= here), free[0])
        taken.add((fact.kind, start, end))
        here = start
        yield _candidate(read, fact, start, end)


def _candidate(read: _Read, fact: Stated, start: int, end: int) -> Candidate:
    message = read.message
    words = message.text[start:end]
    sentence = next((one for one in read.sentences if one.start <= start < one.end), None)
    speaker = side_of(message, sentence) if sentence else None
    named = sentence.speaker if sentence else None
    promised = fact.kind is FactKind.COMMITMENT
    person, role = _changed(read, fact, words)
    return Candidate(
        kind=fact.kind,
        start=start,
        end=end,
        text=words,
        confidence=fact.confidence,
        polarity=fact.polarity,
        speaker=named,
        side=speaker or (message.side if named is None else None),
        holder=(fact.holder or holder_of(message, words, speaker)) if promised else None,
        due=due(words, message.at.date()) if promised else None,
        aspect=fact.aspect or (preferences.aspect(words) if fact.kind is FactKind.PREFERENCE else None),
        target=read.as_written(fact.target),
        person=person,
        role=role,
    )


def _changed(read: _Read, fact: Stated, words: str) -> tuple[str | None, str | None]:
    """Person and role as the text writes them; where the model names nobody there, as our rules read it."""
    if fact.kind is not FactKind.ROLE_CHANGE:
        return None, None
    person = read.as_written(fact.person)
    if person:
        return person, read.as_written(fact.role)
    ours = people.role_change(words)
    return (ours.person, ours.role) if ours else (None, None)
