"""Tables as streams of rows: delimited text (.csv, also gzipped), workbooks (.xlsx), objects of JSON.

Nothing about a file is taken from its name: its first bytes tell a workbook,
JSON or a compressed file, its content the encoding, the delimiter and the row that
holds the headers. Broken rows come as the reason why; only a file that is no
table at all raises InvalidFile. Memory is bounded by the longest row.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from ingest.delimited import DELIMITERS, Rows, first_rows
from ingest.json_rows import is_json, json_rows, object_rows
from ingest.lines import LINE_LIMIT, Row, TextFile, open_text
from ingest.records import RAW_LIMIT
from ingest.workbook import first_rows_of_sheets, read_workbook, sheet_rows
from kb.errors import InvalidFile
from kb.model.ledger import Reason

MAX_COLUMNS = 1000
HEADER_WITHIN = 30  # rows that are searched for the headers
LOOKED_AT = 200  # lines or rows at the start of a file that tell its shape

Known: TypeAlias = Callable[[Sequence[str]], int]

_NEITHER = "The file is neither CSV nor an .xlsx workbook without a password. Save it as one of these."
_OTHER_FORMATS = (b"\xd0\xcf\x11\xe0", b"%PDF", b"PAR1", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be read any number of times."""

    header: tuple[str, ...]
    text: TextFile
    first: int  # lines of `text` before the first row
    delimiter: str = ""
    sheet: str | None = None  # the name of a workbook's sheet
    begins: int = 0  # lines of `text` before the sheet
    objects: bool = False  # `text` holds objects of JSON (ingest.json_rows)

    @property
    def typed(self) -> bool:
        """Whether numbers and dates came from the typed cells of a workbook, or of JSON."""
        return self.sheet is not None or self.objects

    @property
    def headless(self) -> bool:
        """Whether the file names no columns: its headers are "1", "2", …"""
        return self.header == numbers(len(self.header))

    def rows(self, needed: int = 0) -> Iterator[Row]:
        """The rows below the headers, each as long as `header`, without those that are wholly empty.

        A row of text with fewer than `needed` cells, with more than the
        headers, cut off at the end of the file or with a quotation that does
        not close is Reason.BAD_SYNTAX. The raw bytes of a workbook's row are
        its cells as a JSON array in UTF-8.
        """
        width = len(self.header)
        for place, raw, cells in self._rows():
            if isinstance(cells, Reason):
                yield place, raw[:RAW_LIMIT], cells
            elif cells and (cells[0].strip() or any(map(str.strip, cells))):
                if len(cells) == width:
                    yield place, raw[:RAW_LIMIT], cells
                else:
                    yield place, raw[:RAW_LIMIT], _fitted(cells, width, 0 if self.typed else needed, raw)

    def _rows(self) -> Iterator[Row]:
        if self.objects:
            return object_rows(self.text, self.header)
        if self.typed:
            return sheet_rows(self.text, self.first, self.begins)
        return iter(Rows(self.text, self.first, self.delimiter, len(self.header)))

    def sample(self, count: int) -> list[list[str]]:
        """The cells of the first `count` good rows."""
        good = (cells for _, _, cells in self.rows() if not isinstance(cells, Reason))
        return list(islice(good, count))


def _fitted(cells: list[str], width: int, needed: int, raw: bytes) -> list[str] | Reason:
    """The cells cut or filled up to `width`: spreadsheets leave out the empty ones at the end of a row."""
    if len(cells) > width:
        return Reason.BAD_SYNTAX if any(map(str.strip, cells[width:])) else cells[:width]
    if len(cells) < needed or not raw.endswith((b"\n", b"\r")):
        return Reason.BAD_SYNTAX
    return cells + [""] * (width - len(cells))


def open_table(path: Path, known: Known) -> Table:
    """The table in the file at `path`.

    `known` says how many headers it recognises in a row: the row with most is
    the header row, and tells which of several sheets is meant. Where it
    recognises none, that is the first row as wide as most; if it holds data
    already, the headers are "1", "2", …

    Raises InvalidFile for what is no table: field "file" (empty, damaged,
    exploding, another format) or "columns" (none, or more than MAX_COLUMNS).
    """
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK"):
        return _open_workbook(read_workbook(path), known)
    if start.startswith(_OTHER_FORMATS):
        raise InvalidFile("file", _NEITHER)
    return _open_text(open_text(path), known)


@dataclass(frozen=True, slots=True)
class _Headers:
    """A row that could hold the headers, and what speaks for it."""

    table: Table
    known: int  # headers recognised
    agreeing: int  # rows below it that are as wide

    @property
    def rank(self) -> tuple[int, int, int, int]:
        return self.known, self.agreeing, len(self.table.header), -self.table.first


def _candidates(rows: Sequence[tuple[int, list[str]]], table: Table, known: Known) -> Iterator[_Headers]:
    """`rows` are (line where the row ends, cells); `table` is what is common to all of them."""
    widths = [_width(cells) for _, cells in rows]
    for place, (end, cells) in enumerate(rows[:HEADER_WITHIN]):
        width = widths[place]
        agreeing = sum(1 for below in widths[place + 1 :] if below == width > 1)
        names = tuple(cell.strip() for cell in cells[:width])
        recognised = known(names) if 0 < width <= MAX_COLUMNS else 0
        yield _Headers(
            Table(names, table.text, end, table.delimiter, table.sheet, table.begins), recognised, agreeing
        )


def _width(cells: Sequence[str]) -> int:
    """Cells up to the last that is not empty."""
    return next((place for place in range(len(cells), 0, -1) if cells[place - 1].strip()), 0)


def _best(candidates: Sequence[_Headers]) -> Table:
    best = max(candidates, key=lambda headers: headers.rank, default=None)
    if best is None or not best.table.header:
        raise InvalidFile("columns", "The file holds no table: no row with headers was found.")
    table, width = best.table, len(best.table.header)
    if width > MAX_COLUMNS:
        raise InvalidFile("columns", f"The table has more than {MAX_COLUMNS} columns.", count=width)
    if best.known or not any(cell[:1].isdigit() for cell in table.header):
        return table
    return Table(numbers(width), table.text, table.first - 1, table.delimiter, table.sheet, table.begins)


def numbers(width: int) -> tuple[str, ...]:
    """The headers of a table that has none: "1", "2", …"""
    return tuple(str(number) for number in range(1, width + 1))


def _open_text(text: TextFile, known: Known) -> Table:
    start = next(text.batches(), [])[:LOOKED_AT]
    if is_json(b"".join(start)[:4096].decode(text.encoding, "replace")):
        header, objects = json_rows(text, known)
        return Table(header, objects, 0, objects=True)
    if not start or len(start[0]) > LINE_LIMIT:
        raise InvalidFile("columns", "The first line of the file never ends: it is no table.")
    lines = [line.decode(text.encoding, "replace").replace("\0", "") for line in start]
    return _best(
        [
            headers
            for delimiter in DELIMITERS
            for headers in _candidates(first_rows(lines, delimiter), Table((), text, 0, delimiter), known)
        ]
    )


def _open_workbook(text: TextFile, known: Known) -> Table:
    return _best(
        [
            headers
            for sheet, begins, rows in first_rows_of_sheets(text, LOOKED_AT)
            for headers in _candidates(rows, Table((), text, 0, "", sheet, begins), known)
        ]
    )
