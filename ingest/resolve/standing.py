"""A fact as it stands after the messages so far. Values only."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from ingest.extract.candidates import FactKind, Side
from ingest.names import digest
from kb.errors import InvalidFact

Status = Literal["open", "closed"]

# Kinds that are open until something closes them.
MATTERS = frozenset({FactKind.COMPLAINT, FactKind.INCIDENT, FactKind.REQUEST, FactKind.COMMITMENT})


class Closing(StrEnum):
    """Why a matter is closed."""

    RESOLVED = "resolved"  # a fault or a grievance is out of the world
    ANSWERED = "answered"  # what was asked for has been done
    KEPT = "kept"  # what was promised has been done
    WITHDRAWN = "withdrawn"  # called off: nobody wants it any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """Where it was said: code points [start, end) of an interaction's text. `at` has its time zone."""

    interaction: str
    start: int
    end: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One fact. `subject` is the customer; for personal preferences and roles the contact.

    `value` is what holds where one value holds at a time, else the words of the first statement. `status` is
    None for kinds that are neither open nor closed. `ended_at` is when another value took its place.
    """

    statement: str
    kind: FactKind
    subject: str
    value: str
    confidence: float  # in [0, 1]
    evidence: tuple[Cited, ...]  # in the order in which it was said; at least one
    about: str | None = None  # a product or a feature
    aspect: str | None = None
    holder: Side | None = None
    due: date | None = None
    person: str | None = None
    role: str | None = None
    polarity: str | None = None
    target: str | None = None  # what is judged, as written
    opinion: str | None = None  # the words that judge
    status: Status | None = None
    closing: Closing | None = None
    closed_at: datetime | None = None
    ended_at: datetime | None = None
    thread: str | None = None

    def __post_init__(self) -> None:
        InvalidFact.check_confidence(self.confidence)
        if not self.evidence:
            raise InvalidFact("evidence", "A fact rests on at least one piece of evidence.")
        if (self.status == "closed") != (self.closing is not None):
            raise InvalidFact("closing", "What is closed has a reason, and nothing else has one.")

    @property
    def is_open(self) -> bool:
        """Whether it is a matter that something may close."""
        return self.status == "open" and self.ended_at is None


def statement_id(cited: Cited, kind: FactKind) -> str:
    """The id of the statement whose first evidence this is."""
    return statement_of(cited.interaction, cited.start, kind)


def statement_of(interaction: str, start: int, kind: FactKind) -> str:
    """The same, for words that begin at a code point of the interaction's text."""
    return f"said:{digest(interaction, str(start), kind)}"
