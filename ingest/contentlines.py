"""The lines that iCalendar and vCard are written in: NAME;PARAMETER=value:VALUE, in components.

RFC 5545, 2425, 6350 and vCard 2.1. Read as a stream with bounded memory, so
that an address book of any size passes; what is not a line of this kind is
kept with the component it stands in.
"""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.lines import LINE_LIMIT, TextFile
from ingest.records import RAW_LIMIT
from ingest.text import decode

COMPONENT_LIMIT = 4 * LINE_LIMIT  # bytes of the properties that are kept
MANY = 1000  # nested components, and broken lines, that are kept of one component
_DEPTH_LIMIT = 8
_BULKY = frozenset({"ATTACH"})  # may hold whole files, of which we keep the beginning
_EXCERPT = 4096
_LINE = re.compile(
    rb'(?:(?P<group>[\w-]+)\.)?(?P<name>[\w-]+)(?P<parameters>(?:;(?:"[^"]*+"|[^":])*+)?):(?P<value>.*)',
    re.DOTALL,
)
_PARAMETER = re.compile(r';\s*([\w-]+)\s*(?:=((?:"[^"]*+"|[^;"])*+))?')
_VALUE = re.compile(r'"([^"]*)"|([^,"]+)')
_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"})
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Property:
    """One line, its folds undone. Names of properties and parameters are in upper case."""

    name: str
    parameters: dict[str, tuple[str, ...]]
    raw: bytes
    encoding: str  # of the file
    cut: bool = False  # longer than LINE_LIMIT, and cut there
    base64_size: int = 0  # bytes that the whole value is, if it is in base64

    def parameter(self, name: str) -> str:
        """The first value, "" for none."""
        return next(iter(self.parameters.get(name, ())), "")

    def has(self, name: str, value: str) -> bool:
        """Whether a parameter has this value among its own, whatever its case."""
        return value in (one.upper() for one in self.parameters.get(name, ()))

    def value(self) -> str:
        """As it is written, without the transfer encoding of vCard 2.1, still escaped."""
        quoted = self.parameter("ENCODING").upper() == "QUOTED-PRINTABLE"
        raw = quopri.decodestring(self.raw) if quoted else self.raw
        return decode(raw, self.parameter("CHARSET") or (None if quoted else self.encoding))

    def text(self) -> str:
        return unescaped(self.value())


def unescaped(value: str) -> str:
    """A text value: "\\\\n" a line end, any other escaped character itself."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


@dataclass(slots=True)
class Component:
    """What stands between BEGIN:NAME and END:NAME, without what is nested in it."""

    name: str
    place: int  # line of BEGIN, from 1
    properties: list[Property] = field(default_factory=list)
    children: list["Component"] = field(default_factory=list)
    broken: list[tuple[int, bytes]] = field(default_factory=list)  # lines that are none, with their place
    raw: bytearray = field(default_factory=bytearray)  # the first RAW_LIMIT bytes
    size: int = 0  # bytes of the properties
    closed: bool = False  # by its own END

    @property
    def too_big(self) -> bool:
        return self.size > COMPONENT_LIMIT or any(
            one.cut for one in self.properties if one.name not in _BULKY
        )

    @property
    def awaits_agent(self) -> bool:
        """Whether the last line announces a card within the card (vCard 2.1)."""
        return bool(self.properties) and self.properties[-1].name == "AGENT"

    def all(self, name: str) -> list[Property]:
        return [one for one in self.properties if one.name == name]

    def first(self, name: str) -> Property | None:
        return next((one for one in self.properties if one.name == name), None)

    def text(self, name: str) -> str:
        """The text of the first property of that name, "" for none."""
        found = self.first(name)
        return found.text().strip() if found else ""


class Components:
    """The components of a file, each as soon as it ends; those within `outer`, if one is given, then itself.

    `wanted` are the properties that are kept; the others, photos among them, are dropped as they are read.
    """

    def __init__(self, file: TextFile, wanted: frozenset[str], outer: str = "") -> None:
        self._file, self._wanted, self._outer = file, wanted, outer
        self._open: list[Component] = []

    def __iter__(self) -> Iterator[Component]:
        for place, line, raw in _unfolded(self._file):
            found = _LINE.fullmatch(line)
            name = found["name"].upper() if found else b""
            if self._open:
                bottom = self._open[self._top] if len(self._open) > self._top else self._open[0]
                bottom.raw += raw[: max(0, RAW_LIMIT - len(bottom.raw))]
            if found and name == b"BEGIN":
                yield from self._begin(_name(found), place, raw)
            elif found and name == b"END":
                yield from self._end(_name(found))
            elif self._open:
                self._add(place, line, found)
        yield from self._close(0)

    @property
    def _top(self) -> int:
        """The place in the stack of what is yielded."""
        return 1 if self._open and self._open[0].name == self._outer else 0

    def _begin(self, name: str, place: int, raw: bytes) -> Iterator[Component]:
        """A component within one of its kind: the first one was never closed, unless it is a card's AGENT."""
        names = [one.name for one in self._open]
        if name in names and not self._open[-1].awaits_agent:
            yield from self._close(names.index(name))
        if self._outer and not self._open and name != self._outer:
            return
        if len(self._open) < _DEPTH_LIMIT:
            self._open.append(Component(name, place, raw=bytearray(raw[:RAW_LIMIT])))

    def _end(self, name: str) -> Iterator[Component]:
        names = [one.name for one in self._open]
        if name in names:
            last = len(names) - 1 - names[::-1].index(name)
            yield from self._close(last + 1)
            self._open[last].closed = True
            yield from self._close(last)

    def _close(self, depth: int) -> Iterator[Component]:
        while len(self._open) > depth:
            top = self._top
            closed = self._open.pop()
            if len(self._open) > top:
                self._open[-1].children += [closed][: MANY - len(self._open[-1].children)]
            else:
                yield closed

    def _add(self, place: int, line: bytes, found: re.Match[bytes] | None) -> None:
        current = self._open[-1]
        if not found:
            current.broken += [(place, line[:RAW_LIMIT])][: MANY - len(current.broken)]
            return
        name = found["name"].decode("latin-1").upper()
        if name in self._wanted and current.size <= COMPONENT_LIMIT:
            encoding, cut = self._file.encoding, len(line) > LINE_LIMIT
            given, value = _parameters(decode(found["parameters"], encoding)), found["value"]
            size = len(value) * 3 // 4 - value[-2:].count(b"=")
            kept = value[:_EXCERPT] if name in _BULKY else value
            current.properties.append(Property(name, given, kept, encoding, cut, size))
            current.size += len(line) - len(value) + len(kept)


def _name(found: re.Match[bytes]) -> str:
    return found["value"].decode("latin-1").strip().upper()[:80]


def _parameters(text: str) -> dict[str, tuple[str, ...]]:
    """vCard 2.1 leaves the names of TYPE and ENCODING away."""
    given: dict[str, tuple[str, ...]] = {}
    for found in _PARAMETER.finditer(text):
        name, value = found[1].upper(), found[2]
        if value is None:
            name, value = ("ENCODING" if name in _ENCODINGS else "TYPE"), name
        values = tuple(one[1] or one[2] for one in _VALUE.finditer(value) if one[1] or one[2])
        given[name] = given.get(name, ()) + values
    return given


def _unfolded(file: TextFile) -> Iterator[tuple[int, bytes, bytes]]:
    """(line number, logical line, as it stood): a line beginning with a blank goes on the one before it.

    So does any line after a soft break of quoted-printable. What goes beyond LINE_LIMIT is cut.
    """
    logical, raw, place, soft = bytearray(), bytearray(), 0, False
    for number, physical in enumerate(file.lines(), 1):
        line = physical.rstrip(b"\r\n")
        if soft or (line[:1] in (b" ", b"\t") and logical):
            del logical[len(logical) - soft :]
            logical += (line if soft else line[1:])[: max(0, LINE_LIMIT + 1 - len(logical))]
            raw += physical[: max(0, RAW_LIMIT - len(raw))]
            soft = soft and line.endswith(b"=")
            continue
        if logical:
            yield place, bytes(logical), bytes(raw)
        logical, raw, place = bytearray(line.strip()), bytearray(physical[:RAW_LIMIT]), number
        soft = line.endswith(b"=") and b"quoted-printable" in line.partition(b":")[0].lower()
    if logical:
        yield place, bytes(logical), bytes(raw)
