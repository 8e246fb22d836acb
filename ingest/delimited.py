"""Rows of delimited text, with the bytes of each, past whatever is broken between them.

A quotation mark that nobody closed would swallow the rest of the file into
one cell. A row over several lines is therefore believed only if it is written
as a program would write it; otherwise its first line is given up as bad and
the others are read anew.
"""

import csv
from collections import deque
from collections.abc import Iterator
from itertools import chain, islice

from ingest.lines import LINE_LIMIT, Row, TextFile
from kb.model.ledger import Reason

DELIMITERS = (",", ";", "\t", "|")
ROW_LIMIT = 256 * 1024  # bytes of a row over several lines
SECOND_LOOKS = 16 * 1024**2  # bytes after runaway quotations that are read anew; then they go as one bad row


def first_rows(lines: list[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """(line where it ends, cells) of the rows in `lines`, up to the first that cannot be parsed."""
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    while True:
        try:
            cells = next(reader)
        except (StopIteration, csv.Error):
            return rows
        rows.append((reader.line_num, cells))


class Rows:
    """One pass over the rows below the first `skip` lines. `width` is how many cells a row should have."""

    def __init__(self, text: TextFile, skip: int, delimiter: str, width: int) -> None:
        self._lines = islice(text.lines(), skip, None)
        self._again: deque[bytes] = deque()  # lines to be read anew, before the others
        self._encoding = text.encoding
        self._delimiter = delimiter
        self._width = width
        self._place = skip + 1
        self._pending: list[bytes] = []  # lines taken for the row that is being read
        self._flaw: Reason | None = None  # of these lines
        self._over = False  # the lines ended inside a row
        self._second_looks = SECOND_LOOKS

    def __iter__(self) -> Iterator[Row]:
        while True:
            yield from self._sound_rows()
            if not self._pending:
                return
            yield self._take_apart()

    def _sound_rows(self) -> Iterator[Row]:
        """Rows up to the end, or up to one whose quotation runs away: its lines are left in `_pending`."""
        pending = self._pending
        reader = csv.reader(self._feed(), delimiter=self._delimiter)
        while True:
            cells: list[str] | Reason
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                cells = self._fault()
            if (len(pending) > 1 or self._over) and not self._closes(cells):
                return
            if self._flaw is not None:
                cells, self._flaw = self._flaw, None
            yield self._place, pending[0] if len(pending) == 1 else b"".join(pending), cells
            self._place += len(pending)
            pending.clear()

    def _feed(self) -> Iterator[str]:
        """The lines as text, each remembered in `_pending`, until a row grows beyond ROW_LIMIT."""
        pending, encoding = self._pending, self._encoding
        size = 0
        for line in chain(self._taken_again(), self._lines):
            if len(line) < 3 and not pending and not line.strip():
                self._place += 1
                continue
            size = size + len(line) if pending else len(line)
            pending.append(line)
            if size > ROW_LIMIT and len(pending) > 1:
                break
            try:
                text = line.decode(encoding)
            except UnicodeDecodeError:
                text, self._flaw = line.decode(encoding, "replace"), Reason.BAD_ENCODING
            if b"\0" in line or size > LINE_LIMIT:
                text, self._flaw = "", Reason.TOO_BIG if size > LINE_LIMIT else Reason.BAD_ENCODING
            yield text
        self._over = True

    def _taken_again(self) -> Iterator[bytes]:
        while self._again:
            yield self._again.popleft()

    def _fault(self) -> Reason:
        """Why the parser refused: a cell beyond its limit, or a carriage return in mid-line."""
        too_big = sum(map(len, self._pending)) > csv.field_size_limit()
        return Reason.TOO_BIG if too_big else Reason.BAD_SYNTAX

    def _closes(self, cells: list[str] | Reason) -> bool:
        """Whether a row over several lines is one that a program wrote: whole, and as wide as the headers."""
        if isinstance(cells, Reason) or len(cells) != self._width:
            return False
        texts = [line.decode(self._encoding, "replace") for line in self._pending]
        try:
            return len(list(csv.reader(texts, delimiter=self._delimiter, strict=True))) == 1
        except csv.Error:
            return False

    def _take_apart(self) -> Row:
        """Give up the first line and read the others anew; all of them once that has taken too much."""
        self._second_looks -= sum(map(len, self._pending[1:]))
        keep = 1 if self._second_looks >= 0 else len(self._pending)
        row = self._place, b"".join(self._pending[:keep]), Reason.BAD_SYNTAX
        self._again.extendleft(reversed(self._pending[keep:]))
        self._place += keep
        self._pending.clear()
        self._over, self._flaw = False, None
        return row
