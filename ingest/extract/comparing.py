"""Where two extractors differ on one message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.extract.candidates import Candidate

OVERLAP = 0.5  # of two places, for them to be of the same fact
HELD = ("start", "end", "polarity", "holder", "due", "aspect", "target", "person", "role")


@dataclass(frozen=True, slots=True)
class Pair:
    """A fact as each of two found it; None where one did not."""

    first: Candidate | None
    second: Candidate | None

    @property
    def differing(self) -> tuple[str, ...]:
        """In what the two differ; () for what only one found, and for what both found alike."""
        first, second = self.first, self.second
        if first is None or second is None:
            return ()
        return tuple(name for name in HELD if getattr(first, name) != getattr(second, name))


def compared(first: Sequence[Candidate], second: Sequence[Candidate]) -> list[Pair]:
    """Each fact once, by its place: alike is what has the same kind and shares half its words."""
    return sorted(_pairs(first, second), key=_place)


def _pairs(first: Sequence[Candidate], second: Sequence[Candidate]) -> Iterator[Pair]:
    left = list(second)
    for one in first:
        same = max(
            (other for other in left if other.kind is one.kind), key=lambda o: _overlap(one, o), default=None
        )
        if same is not None and _overlap(one, same) >= OVERLAP:
            left.remove(same)
            yield Pair(one, same)
        else:
            yield Pair(one, None)
    yield from (Pair(None, other) for other in left)


def _overlap(one: Candidate, other: Candidate) -> float:
    common = min(one.end, other.end) - max(one.start, other.start)
    return common / (max(one.end, other.end) - min(one.start, other.start))


def _place(pair: Pair) -> tuple[int, int]:
    found = [one for one in (pair.first, pair.second) if one]
    return min((one.start, one.end) for one in found)
