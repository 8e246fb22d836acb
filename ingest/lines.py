"""The lines of a text file: unpacked within a bound, in the encoding that its bytes show, of bounded length.

Order of the encodings: a byte order mark, then UTF-8, then GB18030 (which
holds GB2312 and GBK), then Western European. Text in a Western encoding
nearly always decodes as GB18030 too, into characters that nobody uses, so
GB18030 is believed only where most of its pairs are everyday GB2312.
"""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TypeAlias

from kb.errors import InvalidFile
from kb.model.ledger import Reason

BLOCK = 256 * 1024  # bytes read at once
LINE_LIMIT = 1024 * 1024  # bytes of a line; longer ones are cut to one byte more, which tells them
UNPACKED_LIMIT = 4 * 1024**3  # bytes that a compressed file may become at most
UNPACKED_FREE = 64 * 1024**2  # bytes that any compressed file may become
UNPACKED_TIMES = 100  # beyond that, at most so many times its own size; tables pack 5 to 20 times

_EXPLODES = "The compressed file becomes far larger than a table of its size would. Send it uncompressed."
_DAMAGED = "The compressed file is damaged or cut short. Make it again from its original."

_GZIP = b"\x1f\x8b"
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GB_RUN = re.compile(rb"([A-Za-z]?)((?:[\x81-\xfe][\x40-\x7e\x80-\xfe])+)(?=([A-Za-z]?))")

Blocks: TypeAlias = Callable[[], Iterator[bytes]]
Row: TypeAlias = tuple[int, bytes, list[str] | Reason]
"""A row of a table: its line in the file from 1, its bytes as they stood there, its cells or the flaw."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file that can be read any number of times.

    `encoding` decodes what `batches` yields. A file in UTF-16 or UTF-32 is
    yielded in UTF-8: its own bytes cannot be split at line ends.
    """

    blocks: Blocks
    encoding: str

    def batches(self) -> Iterator[list[bytes]]:
        """The file's lines with their ends, a block's worth at a time.

        A line longer than LINE_LIMIT comes cut, and still longer than LINE_LIMIT.
        """
        return _batches(self.blocks())

    def lines(self) -> Iterator[bytes]:
        for batch in self.batches():
            yield from batch


def open_text(path: Path) -> TextFile:
    """The file at `path`, `.gz` or not (told by its first bytes, not by its name).

    Reads the whole file once to decide its encoding, so a damaged or
    exploding compressed file is found before anything is taken from it.
    Raises InvalidFile(field="file") for these and for an empty file.
    """
    blocks: Blocks = partial(_unpacked if _head(path).startswith(_GZIP) else _plain, path)
    start = next(blocks(), b"")
    if not start:
        raise InvalidFile("file", "The file is empty.")
    for mark, codec in _WIDE_MARKS:
        if start.startswith(mark):
            return TextFile(partial(_transcoded, blocks, codec), "utf-8")
    if start.startswith(codecs.BOM_UTF8):
        return TextFile(partial(_without_mark, blocks), "utf-8")
    return TextFile(blocks, _encoding(_batches(blocks())))


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4)


def _plain(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from _read(file)


def _read(file: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def _unpacked(path: Path) -> Iterator[bytes]:
    """The blocks of a gzip file. Raises InvalidFile when it is damaged or grows beyond all measure."""
    limit = min(UNPACKED_LIMIT, max(UNPACKED_FREE, UNPACKED_TIMES * path.stat().st_size))
    total = 0
    try:
        with gzip.open(path, "rb") as file:
            for block in _read(file):
                total += len(block)
                if total > limit:
                    raise InvalidFile("file", _EXPLODES, limit=limit)
                yield block
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidFile("file", _DAMAGED) from error


def _transcoded(blocks: Blocks, codec: str) -> Iterator[bytes]:
    """UTF-8 of a file in a wide encoding; what cannot be decoded becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder(codec)(errors="replace")
    for block in blocks():
        if text := decoder.decode(block):
            yield text.encode()
    if rest := decoder.decode(b"", final=True):
        yield rest.encode()


def _without_mark(blocks: Blocks) -> Iterator[bytes]:
    stream = blocks()
    if first := next(stream, b"")[len(codecs.BOM_UTF8) :]:
        yield first
    yield from stream


def _batches(blocks: Iterator[bytes]) -> Iterator[list[bytes]]:
    rest = b""
    split: Callable[[bytes], list[bytes]] | None = None
    for block in blocks:
        split = split or (_at_newlines if b"\n" in block else _at_any_line_end)
        lines = split(rest + block)
        rest = b"" if lines[-1].endswith(b"\n") else lines.pop()[: LINE_LIMIT + 1]
        if lines:
            yield lines
    if rest:
        yield [rest]


def _at_newlines(block: bytes) -> list[bytes]:
    """A lone carriage return is part of its line, unless the file knows no other line end."""
    return io.BytesIO(block).readlines()


def _at_any_line_end(block: bytes) -> list[bytes]:
    return block.splitlines(keepends=True)


@dataclass(slots=True)
class _Evidence:
    """What the lines with non-ASCII bytes would be in each encoding."""

    utf8: int = 0
    other: int = 0
    gb_broken: int = 0
    gb_pairs: int = 0
    gb_everyday: int = 0
    windows_broken: int = 0

    def see(self, line: bytes) -> None:
        if _decodes(line, "utf-8"):
            self.utf8 += 1
            return
        self.other += 1
        self.gb_broken += not _decodes(line, "gb18030")
        for run in _GB_RUN.finditer(line):
            self._see_run(run)
        self.windows_broken += not _decodes(line, "cp1252")

    def _see_run(self, run: re.Match[bytes]) -> None:
        pairs = run[2]
        self.gb_pairs += len(pairs) // 2
        if len(pairs) == 2 and run[1] and run[3]:
            return  # two high bytes inside a word are accents: the "öß" of "Größe"
        self.gb_everyday += sum(
            1 for lead, trail in zip(pairs[::2], pairs[1::2], strict=True) if _everyday(lead, trail)
        )

    def encoding(self) -> str:
        """The likeliest encoding; lines that do not decode in it are rejected one by one later."""
        if self.utf8 >= self.other:
            return "utf-8"
        if 2 * self.gb_broken < self.other and 2 * self.gb_everyday >= self.gb_pairs > 0:
            return "gb18030"
        return "latin-1" if self.windows_broken else "cp1252"


def _everyday(lead: int, trail: int) -> bool:
    """Whether the pair is in GB2312: its signs in rows A1 to A9, its characters in B0 to F7."""
    return (0xA1 <= lead <= 0xA9 or 0xB0 <= lead <= 0xF7) and trail >= 0xA1


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _encoding(batches: Iterator[list[bytes]]) -> str:
    evidence = _Evidence()
    for batch in batches:
        for line in batch:
            if not line.isascii():
                evidence.see(line)
    return evidence.encoding()
