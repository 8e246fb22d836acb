"""What all sources of conversations share: an interaction's payload, and how a record is refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from ingest.names import Staff
from ingest.records import RAW_LIMIT, Rejected
from ingest.text import excerpt, language, normal
from kb.model.ledger import Json, Payload, Reason
from kb.model.moment import to_millis

FIRST_YEAR, LAST_YEAR = 1970, 2100  # of a conversation; other years are slips of the keyboard or of a clock
TEXT_LIMIT = 2 * 1024 * 1024  # characters of one interaction; longer ones are rejected as too big


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Who took part, in which role; `address` is "mailto:..." or "tel:..."."""

    role: str
    name: str | None = None
    address: str | None = None

    def payload(self) -> Payload:
        return {"role": self.role, "name": self.name, "address": self.address}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """What came with it. `name` is "" where it had none; `size` in bytes, None where nothing says it."""

    name: str
    media_type: str
    size: int | None

    def payload(self) -> Payload:
        return {"name": self.name, "media_type": self.media_type, "size": self.size}


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Code points [start, end) of the text, by one speaker; `at` in epoch milliseconds where it is known."""

    speaker: str | None
    start: int
    end: int
    at: int | None

    def payload(self) -> Payload:
        return {"speaker": self.speaker, "start": self.start, "end": self.end, "at": self.at}


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One touch with a customer. `text` must be normal already: segments point into it."""

    id: str
    channel: str
    direction: str
    at: int  # epoch milliseconds
    text: str
    title: str = ""
    ends_at: int | None = None
    at_source: str = "stated"
    participants: Sequence[Participant] = ()
    thread: str | None = None
    reply_to: str | None = None
    attachments: Sequence[Attachment] = ()
    segments: Sequence[Segment] = ()
    extra: Payload = field(default_factory=dict)  # what only this channel knows

    def payload(self) -> Payload:
        known: dict[str, Json] = {
            "id": self.id,
            "channel": self.channel,
            "direction": self.direction,
            "at": self.at,
            "ends_at": self.ends_at,
            "at_source": self.at_source,
            "title": self.title,
            "text": self.text,
            "language": language(self.text or self.title),
            "participants": [participant.payload() for participant in self.participants],
            "thread": self.thread,
            "reply_to": self.reply_to,
            "attachments": [attachment.payload() for attachment in self.attachments],
            "segments": [segment.payload() for segment in self.segments],
        }
        return known | dict(self.extra)


class Refused(Exception):
    """Raised while a record is read that cannot be used; the source makes it a Rejected with its place."""

    def __init__(self, reason: Reason, field: str, value: str = "") -> None:
        super().__init__(reason, field, value)
        self.reason, self.field, self.value = reason, field, value

    def at(self, place: int, raw: bytes) -> Rejected:
        """The rejection, its value and its raw bytes cut to their limits."""
        value = excerpt(self.value)
        return Rejected(reason=self.reason, field=self.field, value=value, place=place, raw=raw[:RAW_LIMIT])


def instant(moment: datetime, zone: tzinfo = UTC) -> int:
    """Epoch milliseconds of a moment; one without a time zone is local to `zone`.

    Raises ValueError outside FIRST_YEAR to LAST_YEAR.
    """
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"the year {moment.year} is out of range")
    return to_millis(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def clean(text: str) -> str:
    """Normal text without white space around it and without trailing spaces in its lines."""
    return "\n".join(line.rstrip() for line in normal(text).split("\n")).strip()


def direction(senders: Sequence[Participant], others: Sequence[Participant], staff: Staff) -> str:
    """Who wrote to whom, as seen from our own people; "unknown" where none of them is known in it."""
    if not staff:
        return "unknown"
    from_us = any(staff.has(sender.name, sender.address) for sender in senders)
    to_us = [staff.has(other.name, other.address) for other in others]
    if from_us:
        return "internal" if to_us and all(to_us) else "outbound"
    return "inbound" if any(to_us) else "unknown"


def later(moment: int, seconds: float) -> int:
    """`moment` (epoch milliseconds) some seconds on, to the nearest millisecond."""
    return moment + round(timedelta(seconds=seconds) / timedelta(milliseconds=1))
