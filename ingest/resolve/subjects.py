"""Whose fact it is: the customer, or for a person's own preferences and roles the contact."""

import re
from dataclasses import dataclass

from ingest.extract.candidates import Candidate, FactKind, Side
from ingest.resolve.changes import Reason
from ingest.resolve.present import People, Present
from ingest.resolve.reading import Reading
from ingest.resolve.spoken import Spoken

_FIRST_PERSON = re.compile(r"\b(?:i|i'm|i've|i'll|my|me)\b|我|本人")


@dataclass(frozen=True, slots=True)
class Subject:
    """A node, or why there is none; `alternatives` are nodes it may be."""

    node: str | None
    reason: Reason | None = None
    alternatives: tuple[str, ...] = ()


def subject(
    candidate: Candidate, spoken: Spoken, reading: Reading, present: Present, people: People
) -> Subject:
    """The subject of a candidate."""
    if candidate.kind is FactKind.ROLE_CHANGE:
        return _changing(candidate, reading, present, people)
    if candidate.kind is FactKind.PREFERENCE:
        return _preferring(candidate, spoken, reading, present, people)
    return _customer(candidate, spoken, reading, present, people)


def _customer(
    candidate: Candidate, spoken: Spoken, reading: Reading, present: Present, people: People
) -> Subject:
    speaker = _speaking(candidate, present, people)
    if len(speaker) == 1:
        theirs = people.customers_of(speaker, spoken.message.at.date().isoformat())
        if len(theirs) == 1:
            return Subject(theirs[0])
    if len(present.customers) == 1:
        return Subject(present.customers[0])
    named = _nearest(candidate, reading, "Customer")
    if named:
        return Subject(named)
    contact = _nearest(candidate, reading, "Contact")
    theirs = people.customers_of((contact,), spoken.message.at.date().isoformat()) if contact else ()
    if len(theirs) == 1:
        return Subject(theirs[0])
    reason = Reason.AMBIGUOUS_SUBJECT if present.customers else Reason.UNKNOWN_SUBJECT
    return Subject(None, reason, present.customers)


def _preferring(
    candidate: Candidate, spoken: Spoken, reading: Reading, present: Present, people: People
) -> Subject:
    """Who speaks for himself, whoever is named in our note, else the only one of the customer around."""
    speaker = _speaking(candidate, present, people)
    ours = candidate.side is Side.US or (candidate.speaker is None and spoken.message.side is Side.US)
    if speaker and not ours:
        return _only(speaker)
    for start in (candidate.start, _sentence_start(candidate, reading), 0):
        named = [one.of("Contact") for one in reading.within(start, candidate.end, "Contact")]
        if named:
            return _only(named[-1])
    if present.author:
        return _only(present.author)
    if present.others:
        return _only(present.others)
    return Subject(None, Reason.UNKNOWN_SUBJECT, present.near)


def _changing(candidate: Candidate, reading: Reading, present: Present, people: People) -> Subject:
    """The person that the words name; who speaks, where they say "I"."""
    named = [one.of("Contact") for one in reading.within(candidate.start, candidate.end, "Contact")]
    if candidate.person and not _is_first_person(candidate.person):
        found = people.called(candidate.person, present.near)
        here = tuple(one for one in found if one in present.near) or found
        if here:
            return _only(here, Reason.AMBIGUOUS_PERSON)
        inside = [ids for ids in named if ids]
        if inside and len(inside[0]) == 1 and candidate.text.find(candidate.person) < 0:
            return Subject(inside[0][0])
        return Subject(None, Reason.UNKNOWN_PERSON, present.customers)
    if named:
        return _only(named[0], Reason.AMBIGUOUS_PERSON)
    if not _FIRST_PERSON.search(candidate.text.lower()):
        return Subject(None, Reason.UNKNOWN_PERSON, present.customers)
    speaker = _speaking(candidate, present, people)
    return _only(speaker, Reason.AMBIGUOUS_PERSON) if speaker else Subject(None, Reason.UNKNOWN_PERSON)


def _is_first_person(person: str) -> bool:
    return person.lower() in ("i", "me", "myself", "我", "本人", "在下")


def _speaking(candidate: Candidate, present: Present, people: People) -> tuple[str, ...]:
    if candidate.speaker:
        return people.called(candidate.speaker, present.near)
    return present.author


def _only(found: tuple[str, ...], reason: Reason = Reason.AMBIGUOUS_SUBJECT) -> Subject:
    found = tuple(dict.fromkeys(found))
    return Subject(found[0]) if len(found) == 1 else Subject(None, reason, found)


def _sentence_start(candidate: Candidate, reading: Reading) -> int:
    sentence = reading.sentence_at(candidate.start)
    return sentence.start if sentence else candidate.start


def _nearest(candidate: Candidate, reading: Reading, label: str) -> str | None:
    """The last one named before the candidate's end, in its sentence or before; else the first after it."""
    before = reading.within(0, candidate.end, label)
    after = reading.within(candidate.end, len(reading.text), label)
    for one in (*reversed(before), *after):
        if len(one.of(label)) == 1:
            return one.of(label)[0]
    return None
