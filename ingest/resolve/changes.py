"""What a message changes in what stands, and what then stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from ingest.extract.candidates import Candidate
from ingest.resolve.standing import Cited, Closing, Standing


class Reason(StrEnum):
    """Why a candidate goes to the review queue instead of becoming a fact."""

    AMBIGUOUS_SUBJECT = "ambiguous_subject"
    UNKNOWN_SUBJECT = "unknown_subject"
    AMBIGUOUS_ABOUT = "ambiguous_about"
    UNKNOWN_PERSON = "unknown_person"
    AMBIGUOUS_PERSON = "ambiguous_person"
    AMBIGUOUS_MATTER = "ambiguous_matter"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """A fact of its own. `ends` are statements whose value it takes the place of."""

    standing: Standing
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """The same said again; `confidence` in [0, 1] is of the new words alone.

    `about` is what it is about, where only these words name it.
    """

    statement: str
    cited: Cited
    confidence: float
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend:
    """Owed by another day; None where the new day is open."""

    statement: str
    due: date | None
    cited: Cited


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """A matter is closed by what was said."""

    statement: str
    at: datetime
    closing: Closing
    cited: Cited


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What a person has to decide. `alternatives` are the ids of nodes or statements it may be."""

    candidate: Candidate
    cited: Cited
    reason: Reason
    alternatives: tuple[str, ...] = ()


Change = Begin | Support | Amend | Close | Doubt


def apply(standing: Sequence[Standing], changes: Sequence[Change]) -> list[Standing]:
    """What stands after the changes, in the order of beginning. Doubts change nothing.

    Raises KeyError where a change names a statement that does not stand.
    """
    now = {one.statement: one for one in standing}
    for change in changes:
        match change:
            case Begin():
                at = change.standing.evidence[0].at
                for ended in change.ends:
                    now[ended] = replace(now[ended], ended_at=at)
                now[change.standing.statement] = change.standing
            case Support():
                now[change.statement] = _supported(now[change.statement], change)
            case Amend():
                one = now[change.statement]
                now[change.statement] = replace(one, due=change.due, evidence=_with(one, change.cited))
            case Close():
                now[change.statement] = replace(
                    now[change.statement], status="closed", closing=change.closing, closed_at=change.at
                )
            case Doubt():
                pass
    return list(now.values())


def _supported(one: Standing, change: Support) -> Standing:
    """Two independent witnesses are surer than one: 1 - (1 - a)(1 - b)."""
    sure = 1 - (1 - one.confidence) * (1 - change.confidence)
    about = one.about or change.about
    return replace(one, confidence=sure, about=about, evidence=_with(one, change.cited))


def _with(one: Standing, cited: Cited) -> tuple[Cited, ...]:
    return one.evidence if cited in one.evidence else (*one.evidence, cited)
