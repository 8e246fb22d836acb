"""Facts: what we hold true, how surely, since when, and by which evidence.

Pure values: no database, no web, no clock. Predicates are the properties of
ontology/crm.ttl. Instants are epoch milliseconds in UTC (kb.model.moment);
intervals are half-open: a fact holds from `valid_from` up to, not including,
`valid_to`, and we believed it from `recorded_at` up to, not including,
`superseded_at`.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from kb.errors import InvalidFact
from kb.model.moment import FOREVER

Value: TypeAlias = str | int | float | bool
Qualifiers: TypeAlias = tuple[tuple[str, str], ...]
"""What narrows a statement, by name in order: the product it is about, the day it is due (crm:Qualifier)."""


class Kind(StrEnum):
    """How a fact was gained (crm:KnowledgeKind)."""

    CONVERSATIONAL = "conversational"
    OBSERVATIONAL = "observational"
    PREDICTIVE = "predictive"
    EXPERT = "expert"


class Status(StrEnum):
    """What we make of it. A retracted statement has no believed version; its past ones stay readable."""

    ASSERTED = "asserted"
    INFERRED = "inferred"
    DISPUTED = "disputed"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True, order=True)
class Quote:
    """The very words, as code points [start, end) of an interaction's stored text.

    `text` keeps them as they stood when they were cited. A piece of evidence
    without words (an order) is the whole interaction: start = end = 0, no text.
    """

    interaction: str
    start: int = 0
    end: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Premise:
    """A version of another fact that this one was derived from."""

    fact: str


Evidence: TypeAlias = Quote | Premise
WITHHELD = Quote("")
"""Stands for evidence that is there, but not for the viewer: no interaction, no words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a statement says: everything about a fact but its clocks and its status."""

    subject: str
    predicate: str  # local name of a property of the ontology, e.g. "prefersChannel"
    kind: Kind
    confidence: float  # probability in [0, 1] that the statement is true
    evidence: tuple[Evidence, ...]
    value: Value | None = None
    object: str | None = None  # id of a node, where the predicate relates two nodes
    unit: str | None = None  # "EUR", "days"; None where the value has none
    rule: str | None = None  # rule or model with its version, for computed and inferred facts
    qualifiers: Qualifiers = ()

    def __post_init__(self) -> None:
        InvalidFact.check_confidence(self.confidence)
        if (self.value is None) == (self.object is None):
            raise InvalidFact("value", "give either a value or an object, not both and not neither")
        if not self.evidence:
            raise InvalidFact("evidence", "a fact rests on at least one piece of evidence")

    @property
    def says(self) -> tuple[str, Value | None, str | None, str | None, Qualifiers]:
        """What two claims about one slot must share to say the same thing."""
        return (type(self.value).__name__, self.value, self.object, self.unit, self.qualifiers)

    def qualified(self, name: str) -> str | None:
        """The qualifier of the name; None where the statement has none."""
        return dict(self.qualifiers).get(name)

    def with_qualifiers(self, more: Qualifiers) -> "Claim":
        """The claim with these qualifiers added or replaced; one that is "" goes."""
        both = dict(self.qualifiers) | dict(more)
        merged = tuple(sorted((name, word) for name, word in both.items() if word))
        return self if merged == self.qualifiers else replace(self, qualifiers=merged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One version of one statement. Never changed but for `superseded_at`."""

    id: str
    statement: str
    claim: Claim
    status: Status
    valid_from: int
    recorded_at: int
    valid_to: int = FOREVER
    superseded_at: int = FOREVER
