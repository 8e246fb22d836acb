"""Word documents (.docx) to lines of text: paragraph by paragraph, list items with a dash, tables row by row.

Written by hand on purpose. python-docx 1.2 leaves out what stands in content
controls (the date fields of every template for minutes) and what was inserted
with changes tracked, and unpacks every part of the file into memory. Here
three parts are unpacked, each within a bound; macros, pictures and whatever
the file refers to are never opened. A part that declares a document type, and
with it entities, is refused.
"""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from xml.parsers import expat

from ingest.passages import Passage
from kb.errors import InvalidFile

PART_LIMIT = 16 * 1024 * 1024  # bytes of a part; the words of a thick book take 4 MB
_DEPTH_LIMIT = 500  # elements within each other; Word writes about 30

_BROKEN = (
    "The document is damaged or not a Word document (.docx). Open it in a word processor and save it again."
)
_PROTECTED = "The document is protected by a password. Remove it and save the document again."
_TOO_BIG = "The document unpacks to more than can be read. Save its text as a .txt file and send that."
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    expat.ExpatError,
    OSError,
    EOFError,
    KeyError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
_HIDDEN = frozenset({"del", "moveFrom", "Fallback", "pPrChange", "rPrChange"})  # was there before, or again
_WORDS = "wordprocessingml"


def docx_passages(path: Path) -> list[Passage]:
    """The lines of the document at `path`, numbered from 1; [] where it has no words.

    Raises InvalidFile(field="file") for what is no Word document, is damaged
    or protected, or unpacks to more than PART_LIMIT.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            body = _target(_part(archive, "_rels/.rels"))
            styles = f"{body.rpartition('/')[0]}/styles.xml".lstrip("/")
            levels = _levels(_part(archive, styles)) if styles in archive.namelist() else {}
            return _Body(levels).read(_part(archive, body))
    except _FAULTS as error:
        raise InvalidFile("file", _BROKEN) from error


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of one part. What it declares to be its size is not believed."""
    part = archive.getinfo(name)
    if part.flag_bits & 1:
        raise InvalidFile("file", _PROTECTED)
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile(name)
    with archive.open(part) as file:
        content = file.read(PART_LIMIT + 1)
    if len(content) > PART_LIMIT:
        raise InvalidFile("file", _TOO_BIG, limit=PART_LIMIT)
    return content


_Start = Callable[[str, str, Mapping[str, str]], None]


def _parse(content: bytes, start: _Start, end: Callable[[str], None], text: Callable[[str], None]) -> None:
    """Calls `start` with (namespace, name, attributes). Raises ExpatError, ValueError for a document type.

    The part is given whole: a token over many pieces would be looked at once for each of them.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise ValueError("a document type is declared")

    def begin(name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        start(space, local, {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    parser.CharacterDataHandler = text
    parser.Parse(content, True)


def _nothing(_: str) -> None:
    return


def _target(relations: bytes) -> str:
    """The name of the part that holds the document. Raises KeyError where none inside the file does."""
    found: list[str] = []

    def start(_: str, name: str, given: Mapping[str, str]) -> None:
        is_body = name == "Relationship" and given.get("Type", "").endswith("/officeDocument")
        if is_body and given.get("TargetMode") != "External":
            found.append(given.get("Target", "").lstrip("/"))

    _parse(relations, start, _nothing, _nothing)
    if not found:
        raise KeyError("officeDocument")
    return found[0]


def _levels(styles: bytes) -> dict[str, int]:
    """The heading level of each style that has one, by the style's id: "1" is heading 1 in a Chinese Word."""
    levels: dict[str, int] = {}
    style = ""

    def start(_: str, name: str, given: Mapping[str, str]) -> None:
        nonlocal style
        if name == "style":
            style = given.get("styleId", "")
        elif name == "name" and style and (level := _level(given.get("val", ""))):
            levels[style] = level

    _parse(styles, start, _nothing, _nothing)
    return levels


def _level(style: str) -> int:
    bare = style.casefold().replace(" ", "").replace("标题", "heading")
    number = bare.removeprefix("heading")
    return 1 if bare == "title" else int(number) if number != bare and number in tuple("123456") else 0


class _Paragraph:
    __slots__ = ("level", "listed", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self.level, self.listed = 0, False

    def lines(self) -> Iterator[str]:
        mark = "- " if self.listed and not self.level else ""
        for line in "".join(self.words).split("\n"):
            if line.strip():
                yield mark + line.strip()
                mark = ""


class _Body:
    """What has been read of a document. Rows of a table wait until they are whole."""

    def __init__(self, levels: Mapping[str, int]) -> None:
        self._levels = levels
        self._passages: list[Passage] = []
        self._paragraphs: list[_Paragraph] = []  # a text box within a paragraph holds paragraphs
        self._rows: list[list[list[str]]] = []  # cells, each its lines, of the rows that are open
        self._depth = self._hidden = self._runs = 0
        self._is_text = False

    def read(self, content: bytes) -> list[Passage]:
        """Raises KeyError for a part that is no document of Word's."""
        _parse(content, self._start, self._end, self._text)
        return self._passages

    def _start(self, space: str, name: str, given: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and (name != "document" or _WORDS not in space):
            raise KeyError("document")
        if self._depth > _DEPTH_LIMIT:
            raise ValueError("too deep")
        if self._hidden or name in _HIDDEN:
            self._hidden += 1
            return
        if _WORDS not in space:
            return
        if name == "p":
            self._paragraphs.append(_Paragraph())
        elif name == "tr":
            self._rows.append([])
        elif name == "tc" and self._rows:
            self._rows[-1].append([])
        elif name == "r":
            self._runs += 1
        elif self._paragraphs:
            self._within(name, given.get("val", ""))

    def _within(self, name: str, value: str) -> None:
        """A mark inside a paragraph. Tabs outside of runs are only where the stops are."""
        paragraph = self._paragraphs[-1]
        if name == "t":
            self._is_text = True
        elif name in ("br", "cr") and self._runs:
            paragraph.words.append("\n")
        elif name == "tab" and self._runs:
            paragraph.words.append("\t")
        elif name == "noBreakHyphen":
            paragraph.words.append("-")
        elif name == "pStyle":
            paragraph.level = self._levels.get(value) or _level(value)
        elif name == "numPr":
            paragraph.listed = True

    def _text(self, text: str) -> None:
        if self._is_text and not self._hidden:
            self._paragraphs[-1].words.append(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._hidden:
            self._hidden -= 1
            return
        self._is_text = False
        if name == "p" and self._paragraphs:
            self._put(self._paragraphs.pop())
        elif name == "tr" and self._rows:
            self._put_row(self._rows.pop())
        elif name == "r" and self._runs:
            self._runs -= 1

    def _put(self, paragraph: _Paragraph) -> None:
        for line in paragraph.lines():
            self._add(line, paragraph.level)

    def _put_row(self, cells: list[list[str]]) -> None:
        """Its cells on one line, but those of several paragraphs on lines of their own."""
        filled = [cell for cell in cells if cell]
        if any(len(cell) > 1 for cell in filled):
            for line in (line for cell in filled for line in cell):
                self._add(line, 0)
        elif filled:
            self._add(" | ".join(cell[0] for cell in filled), 0)

    def _add(self, line: str, level: int) -> None:
        if self._rows and self._rows[-1]:
            self._rows[-1][-1].append(line)
        else:
            self._passages.append(Passage(len(self._passages) + 1, line, level))
