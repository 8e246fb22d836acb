"""Rows of a table, read field by field; the first field that cannot be used rejects its row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ingest.numbers import POINT, plain_number
from ingest.occurrences import Occurrences
from ingest.profile import Prepared
from ingest.records import RAW_LIMIT, Entry, Parsed, Rejected
from ingest.tables import Table
from ingest.text import excerpt, normal, one_line
from kb.model.ledger import Payload, Reason, RecordKind

CODE_LIMIT = 200  # characters of a number or code that names something
TEXT_LIMIT = 2000  # characters of a name or a description
WORDS_LIMIT = 100_000  # characters of a text over several lines
ROW = "row"  # the field of a row that is broken as a whole

T = TypeVar("T")


class Flaw(Exception):
    """A field of a row that cannot be used."""

    def __init__(self, reason: Reason, field: str, value: str = "") -> None:
        super().__init__(reason, field, value)
        self.reason, self.field, self.value = reason, field, value


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one row by our names of the fields; a field without a column is empty."""

    prepared: Prepared
    cells: list[str]

    def raw(self, name: str) -> str:
        index = self.prepared.places.get(name)
        return "" if index is None else self.cells[index].strip()

    def text(self, name: str, *, essential: bool = False, limit: int = TEXT_LIMIT) -> str:
        """On one line, NFC; "" where there is none. Raises Flaw for a missing or too long one."""
        return one_line(self._within(name, essential, limit))

    def words(self, name: str) -> str:
        """Text over any number of lines, NFC with "\\n". Raises Flaw where there is none."""
        return normal(self._within(name, True, WORDS_LIMIT)).strip()

    def several(self, name: str) -> list[str]:
        """The different parts of a list within a cell, set off by semicolons, bars or lines, in order."""
        text = self.raw(name)
        for mark in ("；", "|", "\n", "、"):
            text = text.replace(mark, ";")
        parts = (one_line(part[:TEXT_LIMIT]) for part in text.split(";"))
        return list(dict.fromkeys(filter(None, parts)))

    def number(self, name: str) -> str:
        """The exact decimal, "" where there is none. Raises Flaw."""
        mark = self.prepared.profile.decimal.get(name, POINT)
        return self._read(name, Reason.BAD_NUMBER, lambda text: plain_number(text, mark)) or ""

    def day(self, name: str) -> str:
        """The calendar day in ISO 8601, "" where there is none. Raises Flaw."""
        return self._read(name, Reason.BAD_DATE, self.prepared.profile.calendar.day) or ""

    def millis(self, name: str) -> int | None:
        """Epoch milliseconds, None where there is none. Raises Flaw."""
        return self._read(name, Reason.BAD_DATE, self.prepared.profile.calendar.millis)

    def _within(self, name: str, essential: bool, limit: int) -> str:
        text = self.raw(name)
        if essential and not text:
            raise Flaw(Reason.MISSING_FIELD, name)
        if len(text) > limit:
            raise Flaw(Reason.TOO_BIG, name, text)
        return text

    def _read(self, name: str, reason: Reason, read: Callable[[str], T]) -> T | None:
        text = self.raw(name)
        try:
            return read(text) if text else None
        except ValueError as error:
            raise Flaw(reason, name, text) from error


def entries(
    prepared: Prepared, kind: RecordKind, make: Callable[[Cells], tuple[str, Payload]], needed: int
) -> Iterator[Entry]:
    """The rows of a table as entries. `make` gives a row's key and payload, or raises Flaw."""
    occurrences = Occurrences()
    for place, raw, cells in prepared.table.rows(needed):
        if isinstance(cells, Reason):
            yield broken(prepared.table, place, raw, cells)
            continue
        try:
            key, payload = make(Cells(prepared, cells))
        except Flaw as flaw:
            yield refused(flaw.reason, flaw.field, place, raw, flaw.value)
        else:
            yield Parsed(kind=kind, key=occurrences.key(key), payload=payload, raw=raw, place=place)


def refused(reason: Reason, field: str, place: int, raw: bytes, value: str = "") -> Rejected:
    """A row of which one field cannot be used. `value` and `raw` are cut to what is kept of them."""
    return Rejected(reason=reason, field=field, raw=raw[:RAW_LIMIT], place=place, value=excerpt(value))


def broken(table: Table, place: int, raw: bytes, reason: Reason) -> Rejected:
    """A row that has no cells."""
    return refused(reason, ROW, place, raw, raw[:1000].decode(table.text.encoding, "replace"))
