"""The structure of a mail message: headers, parts, parameters, encoded words (RFC 5322, 2045-2047, 2231).

Written by hand rather than on Python's email package, which reads forwarded
messages into the message around them, recurses as deep as a message is
nested and has decoded mislabelled charsets before one can object. Here a
forwarded message stays one attachment, nesting is bounded, and nothing
raises: what cannot be read as structure is read as text.
"""

import binascii
import quopri
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from ingest.names import email
from ingest.text import decode, one_line

HEAD_LIMIT = 1024 * 1024  # bytes of all headers
HEADER_LIMIT = 256 * 1024  # bytes of one header that are looked at
PARTS_LIMIT = 1000  # parts of one multipart

_HEADER = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_BLANK_LINE = re.compile(rb"\n\r*(?:\n|$)")
_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_MEDIA_TYPE = re.compile(r"\s*([\w.+-]{1,60}/[\w.+-]{1,100})")
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,80})\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|([^;]*))', re.DOTALL)
_CONTINUED = re.compile(r"(.+?)\*(\d{1,3})(\*?)")
_NOT_BASE64 = bytes(set(range(256)) - set(f"{string.ascii_letters}{string.digits}+/=".encode()))
_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*+\)", re.DOTALL)
_TOKEN = re.compile(
    r'(?P<quoted>"(?:[^"\\]|\\.)*+")|(?P<comment>\((?:[^()\\]|\\.)*+\))|(?P<angle><[^<>]*+>)'
    r'|(?P<end>[,;])|(?P<words>[^",;<(]+|.)',
    re.DOTALL,
)
_BETWEEN_WORDS = re.compile(r"[\s<>,;:\"()]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A message, or a part of one. Header names are in lower case, values raw, their folds undone."""

    headers: tuple[tuple[str, bytes], ...]
    body: bytes
    default_type: str = "text/plain"

    def all(self, name: str) -> list[bytes]:
        return [value for known, value in self.headers if known == name]

    def first(self, name: str) -> bytes:
        return next((value for known, value in self.headers if known == name), b"")

    @property
    def media_type(self) -> str:
        found = _MEDIA_TYPE.match(self.first("content-type").decode("latin-1"))
        return found[1].lower() if found else self.default_type

    @property
    def charset(self) -> str | None:
        return parameters(self.first("content-type")).get("charset")

    @property
    def is_attachment(self) -> bool:
        return self.first("content-disposition").strip().lower().startswith(b"attachment")

    @property
    def file_name(self) -> str:
        """As the sender named it, without folders; "" for none."""
        named = parameters(self.first("content-disposition")).get("filename")
        named = named or parameters(self.first("content-type")).get("name")
        named = named or decode_words(self.first("content-location"))
        return one_line(re.split(r"[\\/]", named.strip())[-1])[:255]

    def content(self) -> bytes:
        """The body without its transfer encoding; as it stands where the encoding is not a known one."""
        encoding = self.first("content-transfer-encoding").decode("latin-1").strip().lower()
        if encoding == "base64":
            return _unbase64(self.body)
        if encoding.replace(" ", "-") == "quoted-printable":
            return quopri.decodestring(self.body)
        return self.body

    def children(self) -> list["Part"]:
        """The parts of a multipart; none where its boundary is missing or never occurs."""
        boundary = parameters(self.first("content-type")).get("boundary", "").rstrip()
        if not boundary:
            return []
        default = "message/rfc822" if self.media_type == "multipart/digest" else "text/plain"
        return [parse(raw, default) for raw in _split(self.body, boundary.encode("utf-8", "replace"))]


def parse(raw: bytes, default_type: str = "text/plain") -> Part:
    """A message or part. Lines in the head that are no header are skipped; the body begins
    with the first such line that no further header follows."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    if raw.startswith((b"\n", b"\r\n")):
        return Part((), raw.split(b"\n", 1)[1], default_type)
    found = _BLANK_LINE.search(raw, 0, HEAD_LIMIT)
    head, body = (raw[: found.start()], raw[found.end() :]) if found else (raw[:HEAD_LIMIT], raw[HEAD_LIMIT:])
    headers, used = _headers(head.split(b"\n"))
    if used < len(head):
        body = raw[used:]
    return Part(tuple(headers), body, default_type)


def _headers(lines: list[bytes]) -> tuple[list[tuple[str, bytes]], int]:
    """The headers, and how many bytes of the head they take up."""
    headers: list[tuple[str, list[bytes]]] = []
    used = 0
    for number, line in enumerate(lines):
        found = _HEADER.match(line)
        if line[:1] in (b" ", b"\t") and headers:
            headers[-1][1].append(line.rstrip(b"\r"))
        elif found:
            headers.append((found[1].decode("latin-1").lower(), [found[2].rstrip(b"\r")]))
        elif not _goes_on(lines, number + 1):
            break
        used += len(line) + 1
    return [(name, b"".join(pieces)[:HEADER_LIMIT]) for name, pieces in headers], used


def _goes_on(lines: list[bytes], number: int) -> bool:
    """Whether the line is a header or the continuation of one."""
    if number >= len(lines):
        return False
    return lines[number][:1] in (b" ", b"\t") or _HEADER.match(lines[number]) is not None


def _split(body: bytes, boundary: bytes) -> Iterator[bytes]:
    delimiter = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t\r]*$", re.MULTILINE)
    start = -1
    for number, found in enumerate(delimiter.finditer(body)):
        if start >= 0:
            yield body[start : found.start()].removesuffix(b"\n").removesuffix(b"\r")
        start = found.end() + 1
        if found[1] or number >= PARTS_LIMIT:
            return
    if start >= 0:
        yield body[start:]


def _unbase64(body: bytes) -> bytes:
    """What can be decoded, up to the first padding; characters outside the alphabet are skipped."""
    data = body.translate(None, _NOT_BASE64).split(b"=", 1)[0]
    data = data[: len(data) - 1] if len(data) % 4 == 1 else data
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def parameters(header: bytes) -> dict[str, str]:
    """The parameters of a Content-Type or Content-Disposition, decoded, the first of a name counting."""
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for found in _PARAMETER.finditer(header.decode("latin-1")):
        name, quoted, bare = found[1].lower(), found[2], found[3]
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare.strip().strip('"')
        if continued := _CONTINUED.fullmatch(name):
            pieces.setdefault(continued[1], []).append((int(continued[2]), bool(continued[3]), value))
        elif name.endswith("*"):
            pieces.setdefault(name[:-1], []).append((0, True, value))
        else:
            plain.setdefault(name, decode_words(value.encode("latin-1")))
    return plain | {name: _joined(sorted(found)) for name, found in pieces.items()}


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    """A value in pieces (RFC 2231): the first may name a charset, each may be percent-encoded."""
    charset, raw = "", b""
    for number, encoded, value in pieces:
        text = value
        if encoded and number == pieces[0][0] and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw += unquote_to_bytes(text.encode("latin-1", "replace")) if encoded else text.encode("latin-1")
    return decode(raw, charset or None)


def decode_words(value: bytes) -> str:
    """A header as text (RFC 2047), on one line. A character may be cut between words of one charset."""
    pieces: list[tuple[str, bytes]] = []
    place = 0
    for found in _WORD.finditer(value):
        between = value[place : found.start()]
        if between.strip() or not pieces or not pieces[-1][0]:
            pieces.append(("", between))
        charset, raw = found[1].decode("latin-1").split("*")[0].lower(), _word(found)
        if pieces and pieces[-1][0] == charset:
            pieces[-1] = (charset, pieces[-1][1] + raw)
        else:
            pieces.append((charset, raw))
        place = found.end()
    pieces.append(("", value[place:]))
    return one_line("".join(decode(raw, charset or None) for charset, raw in pieces if raw))


def _word(found: re.Match[bytes]) -> bytes:
    if found[2] in b"bB":
        return _unbase64(found[3])
    return quopri.decodestring(found[3], header=True)


def addresses(header: bytes) -> list[tuple[str | None, str | None]]:
    """(name, e-mail address) of each one named in an address header; either may be None, never both.

    Reads groups, comments as names, several addresses without commas, and
    names that look like addresses.
    """
    found: list[tuple[str | None, str | None]] = []
    name: list[str] = []
    comments: list[str] = []
    angle: str | None = None
    for token in _TOKEN.finditer(header.decode("latin-1") + ","):
        if token["end"]:
            found += _mailboxes(name, comments, angle)
            name, comments, angle = [], [], None
        elif token["angle"]:
            angle = token["angle"][1:-1]
        elif token["comment"]:
            comments.append(token["comment"][1:-1])
        elif token["quoted"]:
            name.append(re.sub(r"\\(.)", r"\1", token["quoted"][1:-1]))
        else:
            name.append(_without_group(token["words"]))
    return found


def _without_group(words: str) -> str:
    return words if "mailto:" in words.lower() else words.rpartition(":")[2]


def _mailboxes(
    name: list[str], comments: list[str], angle: str | None
) -> Iterator[tuple[str | None, str | None]]:
    words = "".join(name).strip()
    if angle is not None:
        address = _address(re.sub(r"\s+", "", _COMMENT.sub("", angle)))
        yield from _mailbox(words or " ".join(comments), address)
    elif bare := [word for word in _BETWEEN_WORDS.split(words) if "@" in word]:
        for one in bare:
            yield from _mailbox(" ".join(comments) if len(bare) == 1 else "", _address(one))
    else:
        yield from _mailbox(words, None)


def _address(words: str) -> str | None:
    return email(decode(words.encode("latin-1")))


def _mailbox(words: str, address: str | None) -> Iterator[tuple[str | None, str | None]]:
    name = decode_words(words.encode("latin-1")).strip("'\" ")
    if address and email(name) == address:
        name = ""
    if name or address:
        yield name or None, address
