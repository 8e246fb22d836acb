"""Instants and intervals of the two clocks.

Inside KBCRM an instant is an integer: milliseconds since 1970-01-01T00:00:00Z.
An open end is one far instant, FOREVER, so that "as of" is four comparisons
and no null checks. Intervals are half-open: [start, end).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z
BEGINNING = -62_135_596_800_000  # 0001-01-01T00:00:00Z


@dataclass(frozen=True, slots=True)
class Interval:
    """[start, end) in epoch milliseconds; end FOREVER while it is open. Never empty."""

    start: int
    end: int = FOREVER

    def __post_init__(self) -> None:
        if not BEGINNING <= self.start < self.end <= FOREVER:
            raise ValueError(f"an interval must end after it starts: [{self.start}, {self.end})")

    @property
    def open(self) -> bool:
        return self.end == FOREVER

    def overlaps(self, other: "Interval") -> bool:
        return self.start < other.end and other.start < self.end

    def touches(self, other: "Interval") -> bool:
        """Overlapping, or adjacent without a gap."""
        return self.start <= other.end and other.start <= self.end

    def minus(self, other: "Interval") -> tuple["Interval", ...]:
        """What is left of this interval outside `other`: none, one or two pieces."""
        if not self.overlaps(other):
            return (self,)
        left = (Interval(self.start, other.start),) if self.start < other.start else ()
        right = (Interval(other.end, self.end),) if other.end < self.end else ()
        return left + right

    def until(self, moment: int) -> tuple["Interval", ...]:
        """The part before `moment`: none or one piece."""
        return () if moment <= self.start else (Interval(self.start, min(self.end, moment)),)


@dataclass(frozen=True, slots=True)
class AsOf:
    """A pair of moments: what was true at `valid`, as it was known at `known` (epoch milliseconds)."""

    valid: int
    known: int


def to_millis(moment: datetime) -> int:
    """Epoch milliseconds of an aware datetime. Raises ValueError for one without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    delta = moment - _EPOCH
    return delta.days * 86_400_000 + delta.seconds * 1000 + delta.microseconds // 1000


def to_iso(millis: int) -> str | None:
    """ISO 8601 in UTC with milliseconds, e.g. 2025-03-14T09:12:00.000Z; None for FOREVER."""
    if millis >= FOREVER:
        return None
    seconds, rest = divmod(millis, 1000)
    moment = _EPOCH + timedelta(seconds=seconds)
    return f"{moment.replace(tzinfo=None).isoformat()}.{rest:03d}Z"
