"""What holds once at a time: a newer value takes the place of the one before.

One way of contact, one language, one role of a person; of what has many sides ("manner", "product") only what
speaks of the same.
"""

from collections.abc import Sequence

from ingest.extract.candidates import FactKind
from ingest.resolve.likeness import Likeness
from ingest.resolve.standing import Standing
from kb.model.spelling import normalised

SINGLE = frozenset(
    {"channel", "time", "language", "no_contact", "payment", "delivery"}
)  # aspects with one value
ALIKE = 0.5  # cosine from which on two values of another aspect are rivals
SLOTTED = frozenset({FactKind.PREFERENCE, FactKind.ROLE_CHANGE, FactKind.DECISION_MAKER})


def holders(new: Standing, standing: Sequence[Standing], likeness: Likeness) -> list[Standing]:
    """The facts in the place that a new one takes: same kind, subject and slot, not yet ended."""
    return [one for one in standing if _same_slot(new, one, likeness)]


def same_value(new: Standing, other: Standing) -> bool:
    """Whether two facts of a slot say the same."""
    mine, theirs = normalised(new.value), normalised(other.value)
    return mine == theirs or (bool(mine and theirs) and (mine in theirs or theirs in mine))


def _same_slot(new: Standing, other: Standing, likeness: Likeness) -> bool:
    if other.ended_at or (new.kind, new.subject, new.aspect) != (other.kind, other.subject, other.aspect):
        return False
    if new.kind is not FactKind.PREFERENCE or new.aspect in SINGLE:
        return True
    return any(likeness.between(new.evidence[0].text, one.text) >= ALIKE for one in other.evidence)
