"""What all values of a file together decide: the order of day and month, and the decimal mark of each column.

What they do not decide is raised as a question, never assumed.
"""

from collections.abc import Iterable, Mapping, Sequence

from ingest.dates import LAST_YEAR, DayOrder
from ingest.numbers import POINT, Marks
from ingest.tables import Table
from kb.errors import InvalidFile
from kb.model.ledger import Reason

_REMEMBERED = 50_000  # values of a column that are looked at once only
_LONGEST = 100  # characters of a value that can be a number or a date


class Decisions:
    """The evidence of one file. `dates` and `numbers` are the columns of the fields that hold them."""

    def __init__(
        self, table: Table, dates: Mapping[str, int], numbers: Mapping[str, int], latest_year: int = LAST_YEAR
    ) -> None:
        self._table = table
        self._dates = dates
        self._numbers = numbers
        self._latest_year = latest_year
        self._begin()

    def _begin(self) -> None:
        self._order = DayOrder(self._latest_year)
        self._marks = {name: Marks(typed=self._table.typed) for name in self._numbers}

    def gather(self, sample: Iterable[Sequence[str]], *, whole: bool) -> None:
        """Look at the first rows; at all where these are not the `whole` table and leave it open.

        Dates that put the day or the month first are always looked at to the
        last: a single one may contradict the others.
        """
        self._watch(sample)
        unclear = any(marks.shown is None or not marks.settled for marks in self._marks.values())
        if not whole and (unclear or self._order.speaks):
            self._begin()
            self._watch(cells for _, _, cells in self._table.rows() if not isinstance(cells, Reason))

    def _watch(self, rows: Iterable[Sequence[str]]) -> None:
        """Show each different value of a column to what it may speak for."""
        columns = [(index, self._order.see, set[str]()) for index in self._dates.values()]
        columns += [(index, self._marks[name].see, set()) for name, index in self._numbers.items()]
        for row in rows:
            for index, see, seen in columns:
                value = row[index]
                if value not in seen and len(value) <= _LONGEST:
                    if len(seen) >= _REMEMBERED:
                        seen.clear()
                    seen.add(value)
                    see(value.strip())

    def day_first(self) -> bool | None:
        """None where no date has two readings. Raises InvalidFile where the values do not say."""
        order = self._order
        if order.settled:
            return order.decided
        problem = (
            "Some dates can only put the day first, others only the month. Say which is right."
            if order.contradictory
            else f'The dates do not show whether "{order.either}" puts the day or the month first. Say which.'
        )
        raise InvalidFile(
            "date", problem, question="day_first", samples=[order.either] if order.either else []
        )

    def decimal(self, given: Mapping[str, str]) -> dict[str, str]:
        """The mark of each number column; `given` are those of other columns of the file.

        A column that leaves it open follows the others where these agree.
        Raises InvalidFile where the values do not say.
        """
        shown = {name: marks.shown for name, marks in self._marks.items()}
        clear = {mark for mark in (*shown.values(), *given.values()) if mark}
        for name, marks in self._marks.items():
            if not marks.settled and (marks.contradictory or len(clear) != 1):
                raise _which_mark(name, marks)
        common = min(clear) if len(clear) == 1 else POINT
        return {name: mark or common for name, mark in shown.items()}


def _which_mark(name: str, marks: Marks) -> InvalidFile:
    return InvalidFile(
        name,
        f'The values do not show which mark is the decimal one, as in "{marks.either}". Say which it is.',
        question="decimal",
        samples=[marks.either] if marks.either else [],
    )
