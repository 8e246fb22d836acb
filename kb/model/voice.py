"""What customers say about a product and its features, counted by kind, polarity, topic and month."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from kb.model.moment import BEGINNING, FOREVER, to_millis

VOICE = ("praise", "complaint", "need", "suggestion", "incident", "comparison", "request", "opinion")
POLARITIES = ("positive", "neutral", "negative", "none")  # "none": nothing was said about liking it
OF_KIND = {"praise": "positive", "complaint": "negative"}  # what the kind itself says, where the words do not
MONTHS_SHOWN = 24  # of a trend; a longer one goes by quarters
MONTHS_BACK = 240  # how far a trend looks back; what is older counts under its first month


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which part of it: about one topic (the product or a feature), of one kind, in [since, until) (ms)."""

    topic: str | None = None
    kind: str | None = None
    since: int = BEGINNING
    until: int = FOREVER


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """How many statements of one kind and polarity were made about a topic in a month ("2026-03", UTC)."""

    topic: str
    kind: str
    polarity: str
    month: str
    count: int


@dataclass(frozen=True, slots=True)
class Span:
    """A month ("2026-03") or a quarter ("2026-Q1") of a trend with its counts by polarity."""

    name: str
    counts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """The counts. `everybody`: of all customers, also of those whose words the viewer may not read."""

    product: str
    topics: tuple[
        tuple[str, str, str | None], ...
    ]  # (id, name, Chinese name): the product, then its features
    cells: tuple[Cell, ...]
    everybody: bool

    @property
    def total(self) -> int:
        return sum(cell.count for cell in self.cells)

    def counted(self, kind: str | None = None, topic: str | None = None) -> dict[str, int]:
        """Counts by polarity, all of them named, of one kind or topic or of all."""
        found = Counter[str]()
        for cell in self.cells:
            if kind in (None, cell.kind) and topic in (None, cell.topic):
                found[cell.polarity] += cell.count
        return {polarity: found[polarity] for polarity in POLARITIES}

    def trend(self) -> tuple[Span, ...]:
        """From the first month in which something was said to the last, without gaps; () for none."""
        said = sorted({cell.month for cell in self.cells})
        if not said:
            return ()
        first, last = _number(said[0]), _number(said[-1])
        quarterly = last - first >= MONTHS_SHOWN
        spans: dict[str, Counter[str]] = {}
        for number in range(first, last + 1):
            spans.setdefault(_span(number, quarterly=quarterly), Counter())
        for cell in self.cells:
            spans[_span(_number(cell.month), quarterly=quarterly)][cell.polarity] += cell.count
        return tuple(
            Span(name, tuple((polarity, counts[polarity]) for polarity in POLARITIES))
            for name, counts in spans.items()
        )


def months(until: int) -> list[tuple[str, int]]:
    """The months up to the one that holds `until` (epoch ms), each with its first moment, in UTC."""
    last = datetime.fromtimestamp(until / 1000, UTC)
    end = last.year * 12 + last.month - 1
    return [(_name(number), to_millis(_first(number))) for number in range(end - MONTHS_BACK + 1, end + 1)]


def polarity_of(kind: str, said: str) -> str:
    """What was said of liking it; where nothing was, what the kind itself says."""
    return said if said in POLARITIES else OF_KIND.get(kind, "none")


def gathered(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells with those that differ in nothing but their count added up, in order."""
    sums = Counter[tuple[str, str, str, str]]()
    for cell in cells:
        sums[cell.topic, cell.kind, cell.polarity, cell.month] += cell.count
    return tuple(sorted(Cell(*key, count) for key, count in sums.items()))


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _name(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _first(number: int) -> datetime:
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)


def _span(number: int, *, quarterly: bool) -> str:
    return f"{number // 12:04}-Q{number % 12 // 3 + 1}" if quarterly else _name(number)
