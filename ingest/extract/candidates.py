"""A candidate fact: what an extractor believes a text says, where, and how surely. Values only."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LEAST = 0.4  # probability of a candidate's kind: where F1 is best on the seed set's messages


class FactKind(StrEnum):
    """Kinds of facts that conversations state (docs/annotation.md)."""

    COMMITMENT = "commitment"
    PREFERENCE = "preference"
    ROLE_CHANGE = "role_change"
    NEED = "need"
    COMPLAINT = "complaint"
    PRAISE = "praise"
    INCIDENT = "incident"
    SUGGESTION = "suggestion"
    REQUEST = "request"
    QUESTION = "question"
    OUTCOME = "outcome"
    INTENTION = "intention"
    COMPARISON = "comparison"
    DECISION_MAKER = "decision_maker"
    USES_COMPETITOR = "uses_competitor"
    OPINION = "opinion"


class Side(StrEnum):
    """Who speaks, or who owes."""

    CUSTOMER = "customer"
    US = "us"

    @property
    def other(self) -> "Side":
        """The other side."""
        return Side.US if self is Side.CUSTOMER else Side.CUSTOMER


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Code points [start, end) of a text state a fact; `confidence` in [0, 1] is of the whole candidate.

    What does not belong to its kind is None. `polarity` is "positive", "negative" or "neutral".
    """

    kind: FactKind
    start: int
    end: int
    text: str
    confidence: float
    polarity: str | None = None
    speaker: str | None = None
    side: Side | None = None  # of the speaker
    holder: Side | None = None  # of a commitment: who owes it
    due: date | None = None
    aspect: str | None = None
    target: str | None = None
    opinion: str | None = None  # the words that judge
    person: str | None = None
    role: str | None = None
    version: str | None = None  # of the extractor that found it, for its provenance
