"""A resolved candidate: whose it is, what it is about, which numbers it gives, what its words tell."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ingest.extract.candidates import Candidate, Side
from ingest.extract.when import Sense, dates
from ingest.resolve.about import About
from ingest.resolve.cues import Cue, cues
from ingest.resolve.quantities import Quantity, quantities
from ingest.resolve.reading import Reading
from ingest.resolve.standing import Cited

REMEMBERED = 20_000  # clauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`subject` is a node's id; `side` is of who says it, None where nobody knows."""

    candidate: Candidate
    subject: str
    about: About
    cited: Cited
    side: Side | None
    thread: str | None
    numbers: frozenset[Quantity]

    @property
    def text(self) -> str:
        """The words."""
        return self.candidate.text

    @property
    def cues(self) -> frozenset[Cue]:
        """What the words tell."""
        return cues(self.candidate.text)


def numbers_in(reading: Reading, start: int, end: int, cited: Cited) -> frozenset[Quantity]:
    """The numbers of a clause that are no part of a name or of a time."""
    text = reading.text[start:end]
    for one in reading.mentions:
        if start <= one.start and one.end <= end:
            text = blanked(text, one.start - start, one.end - start)
    return numbers_cited(text, cited.at.date())


@lru_cache(REMEMBERED)
def numbers_cited(text: str, on: date) -> frozenset[Quantity]:
    """The numbers of words said on a day that are no part of a time."""
    for when in dates(text, on):
        text = blanked(text, when.start, when.end)
    return quantities(text)


@lru_cache(REMEMBERED)
def days_in(text: str, on: date) -> frozenset[date]:
    """The days that words said on a day may mean, those behind it and those ahead."""
    return frozenset(when.last for sense in (Sense.AHEAD, Sense.BEHIND) for when in dates(text, on, sense))


def blanked(text: str, start: int, end: int) -> str:
    """The text with spaces in the place of [start, end)."""
    return text[:start] + " " * (end - start) + text[end:]
