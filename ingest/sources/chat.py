"""Chats: text exports of WhatsApp, one record a message.

Both layouts are read, with any order of the date's parts and both clocks:

    14/03/2025, 09:12 - Jan: text
    [2025/3/14 09:12:33] Jan: text

A line without a stamp belongs to the message before it. Notices that the
program wrote itself ("X left", encryption, deleted messages) are the export's
frame, like the header of a table, and no records; `chat_lines.statements`
shows them to whoever wants to account for every line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ingest.interactions import Interaction, Participant, Refused, instant
from ingest.lines import open_text
from ingest.names import Staff, digest, tel
from ingest.occurrences import Occurrences
from ingest.records import RAW_LIMIT, Entry, Parsed, Reading
from ingest.sources.chat_lines import STATEMENT_LIMIT, Statement, attachments, statements
from kb.errors import InvalidFile
from kb.model.ledger import Reason, RecordKind
from kb.model.spelling import normalised

CROWD = 20  # more people than that are addressed together, not one by one

_TWO_ORDERS = re.compile(r"(\d{1,2})\D(\d{1,2})\D(\d{2}|\d{4})")
# The names that WhatsApp itself gives to its exports, with what a browser adds to a second one.
_CHAT_NAME = re.compile(
    r"(?:WhatsApp[ -]Chat (?:with|met|-) |与)(?P<name>.+?)(?:的\s?WhatsApp\s?(?:聊天记录|聊天|对话))?"
    r"(?:\s?\(\d+\))?(?:\.txt|\.gz|\.zip)*",
    re.IGNORECASE,
)


def read(path: Path, reading: Reading) -> Iterator[Entry]:
    """The messages of a chat, in its order; `place` is the line. Times are local in `reading.timezone`.

    Raises InvalidFile for a file in which no line begins with a date and a
    time, and, with `question="day_first"`, where its dates leave open whether
    the day or the month comes first and `reading.day_first` does not say it.
    """
    file = open_text(path)
    survey = _survey(statements(file))
    chat = _Chat(survey, reading)
    for statement in statements(file):
        if statement.is_notice and statement.day:
            continue
        try:
            key, interaction = chat.interaction(statement)
        except Refused as refused:
            yield refused.at(statement.place, statement.raw)
            continue
        yield Parsed(
            kind=RecordKind.INTERACTION,
            key=key,
            payload=interaction.payload(),
            raw=statement.raw[:RAW_LIMIT],
            place=statement.place,
        )


@dataclass(slots=True)
class _Survey:
    """What must be known of the whole file before its first message can be read."""

    stamped: bool = False
    senders: dict[str, None] = field(default_factory=dict)
    opening: list[Statement] = field(default_factory=list)  # the first messages of the first two of them
    day_only: int = 0  # dates that exist with the day first only
    month_only: int = 0
    open: str = ""  # the first date that means two different days
    last: dict[bool, date] = field(default_factory=dict)  # the latest date so far, by day_first
    sorted: dict[bool, bool] = field(default_factory=lambda: {True: True, False: True})

    def see(self, statement: Statement) -> None:
        if not statement.day:
            return
        self.stamped = True
        if statement.sender is not None and not statement.is_notice:
            if statement.sender not in self.senders and len(self.opening) < 2:
                self.opening.append(statement)
            self.senders[statement.sender] = None
        if _TWO_ORDERS.fullmatch(statement.day):
            self._see_date(statement)

    def _see_date(self, statement: Statement) -> None:
        readings = {day_first: _date(statement, day_first) for day_first in (True, False)}
        day, month = readings[True], readings[False]
        self.day_only += day is not None and month is None
        self.month_only += month is not None and day is None
        if day and month and day != month:
            self.open = self.open or statement.day
        for day_first, reading in readings.items():
            if reading and reading < self.last.get(day_first, reading):
                self.sorted[day_first] = False
            if reading:
                self.last[day_first] = reading

    def day_first(self, told: bool | None) -> bool | None:
        """By the dates themselves, by their being in order, by what the reader was told; never by chance.

        None where it makes no difference. Raises InvalidFile where nothing decides.
        """
        if bool(self.day_only) != bool(self.month_only):
            return self.day_only > 0
        if not self.day_only and self.sorted[True] != self.sorted[False] and self.open:
            return self.sorted[True]
        if told is not None or not (self.open or self.day_only):
            return told
        raise InvalidFile(
            "date",
            "The dates do not show whether the day or the month comes first. Say which.",
            question="day_first",
            samples=[self.open] if self.open else [],
        )


def _survey(found: Iterator[Statement]) -> _Survey:
    survey = _Survey()
    for statement in found:
        survey.see(statement)
    if not survey.stamped:
        raise InvalidFile("file", "This is not an export of WhatsApp: no line begins with a date and a time.")
    return survey


def _date(statement: Statement, day_first: bool) -> date | None:
    try:
        return statement.moment(day_first).date()
    except ValueError:
        return None


class _Chat:
    """The conversation that the messages of one file belong to."""

    def __init__(self, survey: _Survey, reading: Reading) -> None:
        self._day_first = survey.day_first(reading.day_first)
        self._zone = reading.timezone
        self._staff = Staff(reading.staff)
        self._senders = tuple(survey.senders)
        self._name = _chat_name(reading.name)
        self._thread = f"chat:{digest(*self._origin(survey))}"
        self._keys = Occurrences()
        self._heard: dict[str, None] = {}  # who has written so far

    def _origin(self, survey: _Survey) -> list[str]:
        """What stays the same when the chat is exported again later, longer.

        The name that WhatsApp gave to the file, else how the first two people
        began to write. Not the list of all: a group grows.
        """
        if self._name:
            return ["name", normalised(self._name)]
        said = ((one.sender or "", one.day, one.clock, one.text) for one in survey.opening)
        return ["opening", *(part for parts in said for part in parts)]

    def interaction(self, statement: Statement) -> tuple[str, Interaction]:
        """A message and its key. Raises Refused."""
        if not statement.day or statement.sender is None:
            raise Refused(Reason.BAD_SYNTAX, "line", statement.text)
        if len(statement.raw) > STATEMENT_LIMIT:
            raise Refused(Reason.TOO_BIG, "text", statement.text)
        text, attached = attachments(statement.text)
        if not text and not attached:
            raise Refused(Reason.EMPTY, "text")
        local, at = self._at(statement)
        said = digest(self._thread, local, statement.sender, statement.text)
        key = self._keys.key(f"chat/{said}")
        participants = self._participants(statement.sender)
        self._heard[statement.sender] = None
        return key, Interaction(
            id=f"chat:{digest(key)}",
            channel="chat",
            direction=self._direction(statement.sender),
            at=at,
            title=self._name,
            text=text,
            participants=participants,
            thread=self._thread,
            attachments=attached,
        )

    def _at(self, statement: Statement) -> tuple[str, int]:
        """The local time as written, and the instant."""
        try:
            moment = statement.moment(self._day_first)
            return moment.isoformat(), instant(moment, self._zone)
        except ValueError:
            raise Refused(Reason.BAD_DATE, "date", f"{statement.day} {statement.clock}") from None

    def _participants(self, sender: str) -> list[Participant]:
        """The sender, and whom the message reaches: of a chat of two the other one, of a group those who
        wrote before, so that a later export says the same of it. A message to a crowd is for nobody."""
        reached = self._senders if len(self._senders) == 2 else tuple(self._heard)
        others = [name for name in reached if name != sender]
        return [_person("from", sender), *(_person("to", name) for name in others if len(others) <= CROWD)]

    def _direction(self, sender: str) -> str:
        """An export is always one of our own people's: what is not from them was written to them."""
        if not self._staff:
            return "unknown"
        if not self._is_ours(sender):
            return "inbound"
        others = [name for name in self._senders if name != sender]
        return "internal" if others and all(map(self._is_ours, others)) else "outbound"

    def _is_ours(self, sender: str) -> bool:
        return self._staff.has(sender, tel(sender))


def _chat_name(file_name: str) -> str:
    found = _CHAT_NAME.fullmatch(file_name.strip()[:300])
    return found["name"].strip() if found else ""


def _person(role: str, sender: str) -> Participant:
    number = tel(sender)
    return Participant(role=role, name=None if number else sender, address=number)
