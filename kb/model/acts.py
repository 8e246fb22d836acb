"""Acts on statements: what people, extractors and rules do to what is believed.

Their meaning is docs/decisions/0001-how-statements-become-versions.md; kb.model.belief computes it.
"""

from dataclasses import dataclass
from typing import TypeAlias

from kb.model.fact import Claim, Evidence, Qualifiers, Value
from kb.model.moment import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Begins a statement, or replaces what was stated under the same id."""

    statement: str
    claim: Claim
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A computed statement whose value changes in time: all its pieces at once, replacing the earlier ones.

    Every claim has the same subject, predicate, kind and rule; the intervals do not overlap.
    """

    statement: str
    pieces: tuple[tuple[Interval, Claim], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """We were wrong: replaces what is given and keeps the rest. Lifts an explicit dispute."""

    statement: str
    evidence: tuple[Evidence, ...]
    value: Value | None = None
    object: str | None = None
    unit: str | None = None
    confidence: float | None = None
    interval: Interval | None = None
    qualifiers: Qualifiers = ()  # those that change; the others stay


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """It stopped being true at `at`; we were not wrong before.

    The evidence of the end and the qualifiers that say how it ended join those of the statement.
    """

    statement: str
    at: int
    evidence: tuple[Evidence, ...] = ()
    qualifiers: Qualifiers = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """Somebody contradicts the statement, by this evidence."""

    statement: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retract:
    """We should never have believed it."""

    statement: str


Act: TypeAlias = State | Series | Correct | End | Dispute | Retract


@dataclass(frozen=True, slots=True)
class Recorded:
    """An act with the moment we came to know it (its run's recorded_at) and its place in the ledger."""

    recorded_at: int
    place: int
    act: Act
