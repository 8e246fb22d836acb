"""Chats, reviews, tickets and answers to surveys as other systems export them, one record a row.

A file is a table or JSON. A ticket or a chat that comes with the list of its messages is one record with
a segment for each; one with an internal note among them is internal. Which
column is what is guessed from the headers (headers.toml); the channel is the
column's, else what the fields speak of.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from ingest.columns import MESSAGES
from ingest.headers import fields_of, matched
from ingest.html import unmarked
from ingest.interactions import TEXT_LIMIT, Interaction, Participant, Segment, clean
from ingest.json_rows import cells_of
from ingest.names import Staff, digest, mailto, tel
from ingest.occurrences import Occurrences
from ingest.profile import Prepared, Profile, prepared
from ingest.records import Entry, Reading
from ingest.rows import CODE_LIMIT, Cells, Flaw, entries
from ingest.sources.conversation_fields import (
    channel_named,
    channel_of_file,
    direction_named,
    is_from_customers,
    is_internal,
    language_named,
    millis,
    rating_in,
)
from ingest.text import one_line
from kb.model.ledger import Json, Payload, Reason, RecordKind
from kb.model.spelling import normalised

_OF_MESSAGES = frozenset({"text", "at", "sender", "contact", "email"})


def read(path: Path, reading: Reading, profile: Profile | None = None) -> Iterator[Entry]:
    """Records of kind INTERACTION, key "conversations/<channel>/<id>", or a digest of what was said.

    Raises InvalidFile before the first entry (ingest.profile.guess_profile).
    """
    table = prepared(path, reading, "conversations", profile)
    conversations = _Conversations(table, reading)
    return entries(table, RecordKind.INTERACTION, conversations.record, table.needed("at", "text"))


class _Conversations:
    """The conversations of one file."""

    def __init__(self, table: Prepared, reading: Reading) -> None:
        self._profile = table.profile
        self._channel = channel_of_file(table.profile, reading.name)
        self._staff = Staff(reading.staff)
        self._keys = Occurrences()

    def record(self, row: Cells) -> tuple[str, Payload]:
        """The key of a row and its interaction. Raises Flaw."""
        channel = channel_named(row.text("channel")) or self._channel
        messages = _listed(row)
        said = _Said(self._opening(row), [one for message in messages if (one := self._message(message))[2]])
        if not said.text:
            raise Flaw(Reason.MISSING_FIELD, "text")
        at = self._at(row, said)
        people = _people(row)
        spoke = people[0] if people else said.speakers[0] if said.speakers else None
        key = self._key(row, channel, at, spoke, said.text)
        thread = row.text("thread", limit=CODE_LIMIT)
        interaction = Interaction(
            id=f"conversation:{digest(self._keys.key(key))}",
            channel=channel,
            direction="internal" if any(map(is_internal, messages)) else self._direction(row, channel, spoke),
            at=at,
            ends_at=said.ends_at if said.ends_at and said.ends_at > at else None,
            title=row.text("title"),
            text=said.text,
            participants=[*people, *(one for one in said.speakers if not _is_among(one, people))],
            thread=f"conversation:{digest(channel, thread)}" if thread else None,
            segments=said.segments,
            extra=_extra(row),
        )
        return key, interaction.payload()

    def _opening(self, row: Cells) -> str:
        return clean(unmarked(row.words("text"))) if row.raw("text") else ""

    def _message(self, message: dict[str, Any]) -> tuple[Participant | None, int | None, str]:
        """Who said what when."""
        cells = cells_of(message)
        names = tuple(cells)
        told = {field: cells[names[place]] for field, place in _places(names)}
        name = one_line(told.get("sender") or told.get("contact") or cells.get("role", ""))[:CODE_LIMIT]
        address = mailto(told.get("email", "")) or mailto(name)
        speaker = Participant(role="speaker", name=name or None, address=address) if name or address else None
        try:
            at = millis(told["at"].strip(), self._profile) if told.get("at") else None
        except ValueError:
            at = None
        return speaker, at, clean(unmarked(told.get("text", "")))

    def _at(self, row: Cells, said: "_Said") -> int:
        text = row.raw("at")
        if not text and said.begins_at is not None:
            return said.begins_at
        if not text:
            raise Flaw(Reason.MISSING_FIELD, "at")
        try:
            return millis(text, self._profile)
        except (ValueError, OverflowError, OSError):
            raise Flaw(Reason.BAD_DATE, "at", text) from None

    def _key(self, row: Cells, channel: str, at: int, spoke: Participant | None, text: str) -> str:
        own = row.text("id", limit=CODE_LIMIT)
        if own:
            return "/".join(filter(None, ("conversations", self._profile.namespace, channel, own)))
        who = (spoke.name or spoke.address or "") if spoke else ""
        thread, product = row.text("thread", limit=CODE_LIMIT), row.text("product")
        return f"conversations/{digest(channel, str(at), who, thread, product, row.text('title'), text)}"

    def _direction(self, row: Cells, channel: str, spoke: Participant | None) -> str:
        """As the row says, else as our own people are known in it."""
        if stated := row.text("direction"):
            if code := direction_named(stated):
                return code
            raise Flaw(Reason.BAD_VALUE, "direction", stated)
        if spoke and self._staff.has(spoke.name, spoke.address):
            return "outbound"
        return "inbound" if is_from_customers(channel) or (spoke and self._staff) else "unknown"


class _Said:
    """The text of a conversation, and who said which part of it when; None where nothing says when."""

    def __init__(self, opening: str, messages: list[tuple[Participant | None, int | None, str]]) -> None:
        pieces: list[str] = (
            [opening] if opening and opening not in {words for _, _, words in messages[:1]} else []
        )
        self.segments: list[Segment] = []
        self.speakers: list[Participant] = []
        length = sum(len(piece) + 1 for piece in pieces)
        for speaker, at, words in messages:
            name = (speaker.name or speaker.address) if speaker else None
            prefix = f"{name}: " if name else ""
            start = length + len(prefix)
            self.segments.append(Segment(speaker=name, start=start, end=start + len(words), at=at))
            pieces.append(prefix + words)
            length = start + len(words) + 1
            if speaker and not _is_among(speaker, self.speakers):
                self.speakers.append(speaker)
        self.text = "\n".join(pieces)
        if len(self.text) > TEXT_LIMIT:
            raise Flaw(Reason.TOO_BIG, "text")
        times = [at for _, at, _ in messages if at is not None]
        self.begins_at = min(times, default=None)
        self.ends_at = max(times, default=None)


def _listed(row: Cells) -> list[dict[str, Any]]:
    """The messages of a row that comes with them. Raises Flaw for a cell that is no JSON."""
    if not (cell := row.raw(MESSAGES)):
        return []
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        raise Flaw(Reason.BAD_SYNTAX, MESSAGES, cell) from None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _people(row: Cells) -> list[Participant]:
    """Who wrote it, first; then the customer that it is about."""
    sender, contact, customer = row.text("sender"), row.text("contact"), row.text("customer")
    address = next((one for one in map(mailto, row.several("email")) if one), None) or tel(row.text("phone"))
    found = [_person("from", sender, None if contact else address)] if sender else []
    if contact or (address and not sender):
        found.append(
            _person("customer" if sender and not _same(sender, contact) else "from", contact, address)
        )
    if customer and not any(_same(customer, one.name or "") for one in found):
        found.append(Participant(role="customer", name=customer))
    return found if not _same(sender, contact) else found[1:]


def _person(role: str, name: str, address: str | None) -> Participant:
    own = mailto(name) or (tel(name) if not any(map(str.isalpha, name)) else None)
    return Participant(role=role, name=None if own or not name else name, address=address or own)


def _same(one: str, other: str) -> bool:
    return bool(one) and normalised(one) == normalised(other)


def _is_among(person: Participant, others: list[Participant]) -> bool:
    return any(
        _same(person.name or "", one.name or "") or (person.address and person.address == one.address)
        for one in others
    )


def _extra(row: Cells) -> dict[str, Json]:
    """What only such conversations have. `rating_said` is the rating as it was written."""
    rating, language = row.text("rating", limit=CODE_LIMIT), language_named(row.text("language"))
    known: dict[str, Json] = {
        "rating": rating_in(rating),
        "rating_said": rating or None,
        "status": row.text("status", limit=CODE_LIMIT) or None,
        "priority": row.text("priority", limit=CODE_LIMIT) or None,
        "product": row.text("product") or None,
    }
    return known | ({"language": language} if language else {})


@lru_cache(maxsize=200)
def _places(names: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Which key of a message is what."""
    fields = [field for field in fields_of("conversations") if field.name in _OF_MESSAGES]
    return tuple((name, found.column) for name, found in matched(names, fields, {}).items())
