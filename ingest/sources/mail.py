"""Mail: a single message, or an mbox of any size, one record a message.

An mbox is told by the "From " line that it begins with and is read message by
message, so that its size does not matter. A bounce report is a message like
any other. A message without a date of its own is dated by the mail server
that received it last, then by the mbox, then by the file.
"""

import codecs
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO

from ingest.html import html_to_text
from ingest.interactions import (
    TEXT_LIMIT,
    Attachment,
    Interaction,
    Participant,
    Refused,
    clean,
    direction,
    instant,
)
from ingest.mime import Part, addresses, decode_words, parse
from ingest.names import Staff, digest
from ingest.occurrences import Occurrences
from ingest.records import RAW_LIMIT, Entry, Parsed, Reading
from ingest.text import decode
from kb.errors import InvalidFile
from kb.model.ledger import Reason, RecordKind

MESSAGE_LIMIT = 40 * 1024 * 1024  # bytes of one message: what mail servers take, 25 MB, in base64
MARKUP_LIMIT = 16 * 1024 * 1024  # bytes of HTML, with the pictures in it
RAW_TEXT_LIMIT = 4 * TEXT_LIMIT  # characters before empty ends of lines are taken away
DEPTH_LIMIT = 20  # multiparts within each other; a deeper one is an attachment

_LINE = 64 * 1024
_MAILBOX = re.compile(rb"From (?![ \t]*:)\S")
_ENVELOPE = re.compile(rb"From (?:\S.{0,300}\d\d:\d\d.{0,60}\d{4}|\S{1,300}@\S{1,300}\s*$)")
_QUOTED_FROM = re.compile(rb">+From ")
_MESSAGE_ID = re.compile(rb"<([^<>]{1,998})>")
_META_CHARSET = re.compile(rb"<meta[^<>]{0,300}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
_TEXTS = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
_ROLES = ("to", "cc", "bcc")
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to")


def read(path: Path, reading: Reading) -> Iterator[Entry]:
    """The messages of a file, in its order; `place` counts them from 1.

    Raises InvalidFile for an empty file and for one that has no header at all.
    """
    keys, staff = Occurrences(), Staff(reading.staff)
    with path.open("rb") as file:
        for place, raw in enumerate(_messages(file), 1):
            try:
                key, interaction = _interaction(raw, reading, staff)
            except Refused as refused:
                yield refused.at(place, raw)
                continue
            yield Parsed(
                kind=RecordKind.INTERACTION,
                key=keys.key(key),
                payload=interaction.payload(),
                raw=raw[:RAW_LIMIT],
                place=place,
            )


def _messages(file: IO[bytes]) -> Iterator[bytes]:
    """Each message as it stands, its "From " line included, cut one byte beyond MESSAGE_LIMIT."""
    first = file.readline(_LINE).removeprefix(codecs.BOM_UTF8)
    if _MAILBOX.match(first):
        yield from _mailbox(file, first)
        return
    raw = first + file.read(MESSAGE_LIMIT + 1 - len(first))
    if not raw.strip():
        raise InvalidFile("file", "The file is empty.")
    if not parse(raw[:_LINE]).headers:
        raise InvalidFile("file", "This is not a mail message: it has no headers.")
    yield raw


def _mailbox(file: IO[bytes], first: bytes) -> Iterator[bytes]:
    message, blank, whole = bytearray(first), False, first.endswith(b"\n")
    while line := file.readline(_LINE):
        if blank and _ENVELOPE.match(line):
            yield bytes(message)
            message = bytearray(line)
        elif len(message) <= MESSAGE_LIMIT:
            message += line[1:] if whole and _QUOTED_FROM.match(line) else line
            del message[MESSAGE_LIMIT + 1 :]
        blank, whole = whole and not line.strip(), line.endswith(b"\n")
    yield bytes(message)


def _interaction(raw: bytes, reading: Reading, staff: Staff) -> tuple[str, Interaction]:
    """A message and its key. Raises Refused."""
    if len(raw) > MESSAGE_LIMIT:
        raise Refused(Reason.TOO_BIG, "message")
    envelope, message = raw.split(b"\n", 1) if _MAILBOX.match(raw) and b"\n" in raw else (b"", raw)
    part = parse(message)
    if not part.headers:
        raise Refused(Reason.BAD_SYNTAX, "headers", decode(message[:200]))
    key, identity = _identity(part, message)
    senders, others = _senders(part), [person for role in _ROLES for person in _people(part, role)]
    at, at_source = _at(part, envelope, reading)
    title, (text, attachments) = decode_words(part.first("subject")), _contents(part)
    if not (title or text or attachments):
        raise Refused(Reason.EMPTY, "text")
    answered = _answered(part)
    return key, Interaction(
        id=identity,
        channel="email",
        direction=direction(senders, [*others, *_delivered(part)], staff),
        at=at,
        at_source=at_source,
        title=title,
        text=text,
        participants=[*senders, *others],
        thread=_id_of(answered[0]) if answered else identity,
        reply_to=_id_of(answered[-1]) if answered else None,
        attachments=attachments,
    )


def _senders(part: Part) -> list[Participant]:
    senders = _people(part, "from") or _people(part, "sender", role="from")
    if not senders:
        raise Refused(Reason.MISSING_FIELD, "from", decode_words(part.first("from")))
    return senders


def _people(part: Part, header: str, role: str = "") -> list[Participant]:
    return [
        Participant(role=role or header, name=name, address=address and f"mailto:{address}")
        for value in part.all(header)
        for name, address in addresses(value)
    ]


def _delivered(part: Part) -> list[Participant]:
    """Whose mailbox it came to: with a blind copy or a list, no other header says so."""
    return [person for header in _DELIVERED for person in _people(part, header)]


def _identity(part: Part, message: bytes) -> tuple[str, str]:
    """Key and id: by the message's own id, else by the message itself."""
    found = _MESSAGE_ID.search(part.first("message-id"))
    if stated := _bare(found[1]) if found else "":
        return f"mail/{stated}", _id_of(stated)
    whole = digest(message.rstrip(b"\r\n"))
    return f"mail/{whole}", f"mail:{whole}"


def _id_of(message_id: str) -> str:
    return f"mail:{digest(message_id)}"


def _bare(raw: bytes) -> str:
    """A message id without the comments and spaces that old senders put into it."""
    return "".join(_COMMENT.sub("", decode(raw)).split())


def _answered(part: Part) -> list[str]:
    """Ids of the messages that this one answers: the thread's first one first, the answered one last."""
    chain = [_bare(found) for found in _MESSAGE_ID.findall(part.first("references"))]
    answered = [_bare(found) for found in _MESSAGE_ID.findall(part.first("in-reply-to"))][:1]
    return [one for one in chain if one not in answered] + answered if answered else chain


def _at(part: Part, envelope: bytes, reading: Reading) -> tuple[int, str]:
    """When it was sent, else received (epoch milliseconds), and what says so.

    Raises Refused for a date that cannot be read where nothing else dates the message.
    """
    received = [value.rpartition(b";")[2] for value in part.all("received")[:1]]
    stated = [part.first("date"), *received, envelope.partition(b" ")[2].partition(b" ")[2]]
    for value in stated:
        if (at := _instant(value, reading.timezone)) is not None:
            return at, "stated"
    if date := decode_words(part.first("date")):
        raise Refused(Reason.BAD_DATE, "date", date)
    return reading.modified, "file"


def _instant(value: bytes, zone: tzinfo) -> int | None:
    text = re.sub(r"\s*:\s*", ":", _COMMENT.sub("", value[:300].decode("latin-1"))).strip()[:100]
    try:
        moment = parsedate_to_datetime(text)
        return instant(moment, UTC if text.endswith("-0000") else zone)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None  # the parser's own checks do not cover everything that clocks and spammers write


def _contents(part: Part) -> tuple[str, Sequence[Attachment]]:
    attachments: list[Attachment] = []
    text = _text(part, attachments, 0)
    if len(text) > RAW_TEXT_LIMIT or len(text := clean(text)) > TEXT_LIMIT:
        raise Refused(Reason.TOO_BIG, "text", text)
    return text, attachments


def _text(part: Part, attachments: list[Attachment], depth: int) -> str:
    """What there is to read, parts one after the other; the rest goes into `attachments`."""
    if part.media_type.startswith("multipart/") and depth < DEPTH_LIMIT:
        children = part.children()
        if not children:
            return _decoded(part, "text/plain")
        texts = [_text(child, attachments, depth + 1) for child in children]
        if part.media_type == "multipart/alternative":
            return _best(children, texts)
        return "\n\n".join(text for text in texts if text.strip())
    named = part.is_attachment or (depth > 0 and part.file_name)
    if part.media_type in _TEXTS and not named:
        return _decoded(part, part.media_type)
    if part.body or part.is_attachment:
        attachments.append(_attachment(part))
    return ""


def _best(children: Sequence[Part], texts: Sequence[str]) -> str:
    """Of alternatives the plain text, where there is something in it; else the first that has text."""
    plain = [text for child, text in zip(children, texts, strict=True) if child.media_type == "text/plain"]
    return next((text for text in [*plain, *texts] if text.strip()), "")


def _decoded(part: Part, media_type: str) -> str:
    raw, charset = part.content(), part.charset
    if media_type != "text/html":
        return decode(raw, charset)
    if len(raw) > MARKUP_LIMIT:
        raise Refused(Reason.TOO_BIG, "text")
    found = _META_CHARSET.search(raw, 0, 4096)
    return html_to_text(decode(raw, charset or (found[1].decode("ascii") if found else None)))


def _attachment(part: Part) -> Attachment:
    name = part.file_name
    if not name and part.media_type == "message/rfc822":
        name = f"{decode_words(parse(part.content()).first('subject')) or 'message'}.eml"
    return Attachment(name=name, media_type=part.media_type, size=len(part.content()))
