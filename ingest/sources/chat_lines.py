"""The lines of a WhatsApp export: which begin a message, which continue one, which are the program's own."""

import mimetypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest.dates import parse_date
from ingest.interactions import Attachment, clean
from ingest.lines import LINE_LIMIT, TextFile
from ingest.text import decode, one_line

STATEMENT_LIMIT = LINE_LIMIT  # bytes; WhatsApp itself takes messages of 65,536 characters

_MARKS = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"  # unseen
_UNMARKED = dict.fromkeys(map(ord, _MARKS))
_LINE = re.compile(
    r"\[?(?P<day>\d{1,4}(?:[./-]\s?\d{1,2}[./-]\s?\d{1,4}\.?|年\d{1,2}月\d{1,2}日))[,，]?\s+"
    r"(?P<clock>(?:[上下中]午|早上|晚上|凌晨)?\s?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp]\.?\s?[Mm]\.?)?)"
    r"(?:\]\s?|\s[-–]\s)(?P<rest>.*)"
)
_SAID = re.compile(r"(?P<sender>[^:\n]{1,120}):(?:\s(?P<text>.*)|$)", re.DOTALL)
_QUOTE = re.compile('["“„«]')  # a notice quotes the new name of a group, which may contain a colon
_NOTICE = re.compile(
    r"Messages and calls are end-to-end encrypted|Messages to this (?:chat|group) are now secured"
    r"|Berichten en (?:gesprekken|oproepen) zijn (?:end-to-end )?versleuteld"
    r"|消息和通话(?:已进行|已|为)?端到端加密"
    r"|(?:This message was deleted|You deleted this message|Dit bericht is verwijderd"
    r"|(?:U hebt|Je hebt) dit bericht verwijderd|此消息已(?:被)?删除|你(?:已)?删除了?(?:此|这条)消息)\.?$"
)
_EDITED = re.compile(r"<(?:This message was edited|Dit bericht is bewerkt|(?:此|该)?消息已编辑)>$")
_OMITTED = re.compile(
    r"<(?:Media omitted|Media weggelaten|媒体(?:文件)?已省略|省略多媒体文件)>"
    r"|(?:(?P<name>[^\n]{1,200}?) • [^\n]{0,40})?"
    r"(?P<kind>image|video|audio|GIF|sticker|document|Contact card|afbeelding|图片|视频|音频|贴图|文档)"
    r"\s?(?:omitted|weggelaten|已省略|已忽略)"
)
_ATTACHED = re.compile(
    r"(?P<name>[^\n<>]{1,200}\.\w{1,8}) \((?:file attached|bestand bijgevoegd|文件附件)\)"
    r"|<(?:attached|bijgevoegd|附件)[:：]\s?(?P<named>[^\n<>]{1,200})>"
)
_KINDS = {
    "image": "image/*", "afbeelding": "image/*", "图片": "image/*", "gif": "image/gif", "video": "video/*",
    "视频": "video/*", "audio": "audio/*", "音频": "audio/*", "sticker": "image/webp", "贴图": "image/webp",
    "contact card": "text/vcard",
}  # fmt: skip
_UNKNOWN_TYPE = "application/octet-stream"
_TYPES = mimetypes.MimeTypes()  # Python's own table: the machine's would make imports differ


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one stamp introduces: a message with its sender, or a notice, which has none.

    Lines before the first stamp are a statement without a day.
    """

    place: int  # line, from 1
    day: str
    clock: str
    sender: str | None
    text: str  # clean
    raw: bytes

    @property
    def is_notice(self) -> bool:
        return self.sender is None or _NOTICE.match(self.text) is not None

    def moment(self, day_first: bool | None) -> datetime:
        """The local time as it is written. Raises ValueError."""
        day = self.day
        if re.search(r"[\u4e00-\u9fff]", self.clock) and re.match(r"\d{2}\D", day):
            day = f"20{day}"  # Chinese dates begin with the year, if need be of two digits
        return parse_date(f"{day} {''.join(self.clock.split())}", day_first)


def statements(file: TextFile) -> Iterator[Statement]:
    """All statements of an export, in order: every line that is not blank belongs to one."""
    found: re.Match[str] | None = None
    lines: list[str] = []
    raw, place = bytearray(), 1
    for number, line in enumerate(file.lines(), 1):
        text = decode(line, file.encoding).rstrip("\r\n").lstrip(_MARKS)
        if begun := _LINE.match(text):
            if found or any(lines):
                yield _statement(found, lines, bytes(raw), place)
            found, lines, raw, place = begun, [begun["rest"]], bytearray(line), number
        elif len(raw) <= STATEMENT_LIMIT:
            lines.append(text)
            raw += line
    if found or any(lines):
        yield _statement(found, lines, bytes(raw), place)


def _statement(found: re.Match[str] | None, lines: Sequence[str], raw: bytes, place: int) -> Statement:
    day = re.sub(r"\s", "", found["day"]).rstrip(".") if found else ""
    clock = found["clock"] if found else ""
    text = "\n".join(lines).translate(_UNMARKED)
    said = _SAID.match(text) if found else None
    if not said or _QUOTE.search(said["sender"]):
        return Statement(place=place, day=day, clock=clock, sender=None, text=clean(text), raw=raw)
    sender = one_line(said["sender"]).removeprefix("~").strip()
    words = _EDITED.sub("", clean(said["text"] or "")).rstrip()
    return Statement(place=place, day=day, clock=clock, sender=sender, text=words, raw=raw)


def attachments(text: str) -> tuple[str, list[Attachment]]:
    """The message without what stands for its attachment, and the attachment; its size is never said."""
    first, _, rest = text.partition("\n")
    if named := _ATTACHED.fullmatch(first):
        name = named["name"] or named["named"]
        return rest, [_attachment(name, _type_of(name))]
    if omitted := _OMITTED.fullmatch(first):
        name, kind = omitted["name"] or "", (omitted["kind"] or "").lower()
        return rest, [_attachment(name, _KINDS.get(kind) or _type_of(name))]
    return text, []


def _attachment(name: str, media_type: str) -> Attachment:
    return Attachment(name=name.strip(), media_type=media_type, size=None)


def _type_of(name: str) -> str:
    return _TYPES.guess_type(name, strict=False)[0] or _UNKNOWN_TYPE
