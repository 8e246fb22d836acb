"""Workbooks (.xlsx): checked for what they unpack to, then read by a process of its own with bounded memory.

A workbook of a few kilobytes can unpack to gigabytes, or hold two cells so
far apart that the grid between them fills the memory. The first is found by
unpacking before anything else opens the file; the second is stopped by the
limits of the reading process (workbook_rows.py), so that no file can take
this one down.
"""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from ingest.lines import BLOCK, LINE_LIMIT, Row, TextFile
from kb.errors import InvalidFile
from kb.model.ledger import Reason

UNPACKED_LIMIT = 1024**3  # bytes of all parts together; a million rows of ten columns take about half
PARTS_LIMIT = 10_000
_PATIENCE = 600  # seconds of wall clock; the reader limits its own processor time

_NOT_WORKBOOK = (
    "The file is not a readable .xlsx workbook. Open it in a spreadsheet program and save it again."
)
_TOO_BIG = "The workbook unpacks to more than can be read. Save the sheet as a CSV file and send that."
_UNREADABLE = (
    "The workbook is damaged, protected or too big to be read."
    " Remove the password, or save the sheet as a CSV file and send that."
)
_READER = Path(__file__).with_name("workbook_rows.py")


def read_workbook(path: Path) -> TextFile:
    """The cells of all visible sheets as lines of JSON, for ingest.tables.

    Raises InvalidFile(field="file") for what is no workbook, is damaged or
    protected, or needs more memory or time than workbook_rows allows.
    """
    check_unpacked_size(path)
    spool = Spool()
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_READER), str(path.resolve())],
            stdin=subprocess.DEVNULL,
            stdout=spool.descriptor,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InvalidFile("file", _UNREADABLE) from error
    if done.returncode != 0:
        raise InvalidFile("file", _UNREADABLE)
    return TextFile(spool.blocks, "utf-8")


class Spool:
    """A nameless file that lives as long as somebody may read it."""

    def __init__(self) -> None:
        self.descriptor, name = tempfile.mkstemp(prefix="kbcrm-")
        Path(name).unlink()

    def __del__(self) -> None:
        os.close(self.descriptor)

    def blocks(self) -> Iterator[bytes]:
        """Reads at places of its own, so that two readers do not move each other on."""
        place = 0
        while block := os.pread(self.descriptor, BLOCK, place):
            place += len(block)
            yield block


def first_rows_of_sheets(
    text: TextFile, count: int
) -> Iterator[tuple[str, int, list[tuple[int, list[str]]]]]:
    """(name, line where it begins, (line, cells) of its first `count` rows) of each sheet."""
    name, begins, size = "", 0, 0
    rows: list[tuple[int, list[str]]] = []
    for place, line in enumerate(text.lines(), 1):
        if line.startswith(b"{"):
            if rows:
                yield name, begins, rows
            name, begins, rows, size = json.loads(line)["sheet"], place, [], 0
        elif len(rows) < count and (size := size + len(line)) <= LINE_LIMIT:
            rows.append((place, json.loads(line)))
    if rows:
        yield name, begins, rows


def sheet_rows(text: TextFile, first: int, begins: int) -> Iterator[Row]:
    """The rows after the first `first` lines, up to the next sheet, numbered from line `begins`."""
    for place, line in enumerate(islice(text.lines(), first, None), first + 1 - begins):
        if line.startswith(b"{"):
            return
        if len(line) > LINE_LIMIT:
            yield place, line, Reason.TOO_BIG
        else:
            yield place, line, Reason.BAD_ENCODING if b"\\u0000" in line else json.loads(line)


def check_unpacked_size(path: Path) -> None:
    """Raises InvalidFile when the parts declare, or really have, more than UNPACKED_LIMIT bytes together."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
        if len(parts) > PARTS_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
            raise InvalidFile("file", _TOO_BIG, limit=UNPACKED_LIMIT)
        with path.open("rb") as file:
            left = UNPACKED_LIMIT
            for part in parts:
                left -= _real_size(file, part, left)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, UnicodeError) as error:
        raise InvalidFile("file", _NOT_WORKBOOK) from error


def _real_size(file: IO[bytes], part: zipfile.ZipInfo, limit: int) -> int:
    """Bytes that the part unpacks to, by unpacking it: what it declares may be a lie."""
    file.seek(part.header_offset)
    head = file.read(30)
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(part.filename)
    file.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), os.SEEK_CUR)
    if part.compress_type == zipfile.ZIP_STORED:
        return part.compress_size
    if part.compress_type != zipfile.ZIP_DEFLATED or part.flag_bits & 1:
        raise zipfile.BadZipFile(part.filename)
    return _inflated(file, part.compress_size, limit)


def _inflated(file: IO[bytes], packed: int, limit: int) -> int:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    total = 0
    while packed > 0 and not inflater.eof and (block := file.read(min(BLOCK, packed))):
        packed -= len(block)
        while block and not inflater.eof:
            total += len(inflater.decompress(block, BLOCK))
            block = inflater.unconsumed_tail
            if total > limit:
                raise InvalidFile("file", _TOO_BIG, limit=UNPACKED_LIMIT)
    return total
