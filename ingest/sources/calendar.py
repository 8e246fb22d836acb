"""Calendars (iCalendar): one record an event, a visit or a meeting.

A recurring event is one record that names its rule; a changed occurrence
(RECURRENCE-ID) is one of its own in the same thread. To-dos, journals,
free/busy times and availabilities are rejected as unsupported, so that
nobody wonders where they went. Alarms and time zones are parts of others and
no records; a line that cannot be read is rejected by itself, beside its event.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from ingest.contentlines import Component, Components, Property, unescaped
from ingest.html import html_to_text, unmarked
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
from ingest.lines import open_text
from ingest.names import Staff, digest, mailto, tel
from ingest.occurrences import Occurrences
from ingest.records import RAW_LIMIT, Entry, Parsed, Reading, Rejected
from ingest.text import decode, one_line
from ingest.zones import Moment, Zones, moment, named_zone
from kb.errors import InvalidFile
from kb.model.ledger import Json, Reason, RecordKind

_CALENDAR, _EVENT, _ZONE = "VCALENDAR", "VEVENT", "VTIMEZONE"
_PARTS = frozenset({_ZONE, "VALARM", "STANDARD", "DAYLIGHT"})  # components that are no records
_WANTED = frozenset(
    {
        "UID",
        "RECURRENCE-ID",
        "DTSTART",
        "DTEND",
        "DURATION",
        "SUMMARY",
        "DESCRIPTION",
        "X-ALT-DESC",
        "LOCATION",
    }
    | {"ORGANIZER", "ATTENDEE", "STATUS", "RRULE", "ATTACH", "X-WR-TIMEZONE"}
    | {"TZID", "TZOFFSETFROM", "TZOFFSETTO", "RDATE"}
)
_STATUSES = frozenset({"tentative", "confirmed", "cancelled"})
_DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?"
)
_VISIT = re.compile(r"\bvisit|bezoek|拜访|来访|走访", re.IGNORECASE)
_ONLINE = re.compile(
    r"https?://|\b(?:teams|zoom|webex|skype|online|google meet)\b|腾讯会议|钉钉|线上", re.IGNORECASE
)


def read(path: Path, reading: Reading) -> Iterator[Entry]:
    """The events of a calendar, in its order; `place` is the line of BEGIN.

    Times without a zone, or in an unknown one, are in the calendar's own zone
    (X-WR-TIMEZONE) or else local in `reading.timezone`. Raises InvalidFile
    for a file without a calendar in it.
    """
    file = open_text(path)
    zones = _zones(Components(file, _WANTED, _CALENDAR), reading)
    keys, staff = Occurrences(), Staff(reading.staff)
    for component in Components(file, _WANTED, _CALENDAR):
        if component.name == _EVENT:
            yield from _event(component, zones, staff, keys)
        elif component.name == _CALENDAR:
            yield from _broken_lines(component)
        elif component.name not in _PARTS:
            refused = Refused(Reason.UNSUPPORTED, "component", component.name)
            yield refused.at(component.place, bytes(component.raw))


def _zones(components: Components, reading: Reading) -> Zones:
    definitions, local, calendars = [], reading.timezone, 0
    for component in components:
        if component.name == _ZONE:
            definitions.append(component)
        elif component.name == _CALENDAR:
            calendars += 1
            local = named_zone(component.text("X-WR-TIMEZONE")) or local
    if not calendars:
        raise InvalidFile("file", "This is not a calendar: it has no line BEGIN:VCALENDAR.")
    return Zones(definitions, local)


def _event(event: Component, zones: Zones, staff: Staff, keys: Occurrences) -> Iterator[Entry]:
    raw = bytes(event.raw)
    try:
        key, interaction = _interaction(event, zones, staff)
    except Refused as refused:
        yield refused.at(event.place, raw)
    else:
        yield Parsed(
            kind=RecordKind.INTERACTION,
            key=keys.key(key),
            payload=interaction.payload(),
            raw=raw[:RAW_LIMIT],
            place=event.place,
        )
    yield from _broken_lines(event)


def _broken_lines(component: Component) -> Iterator[Rejected]:
    """What stands in a component and is no line of it."""
    for place, line in component.broken:
        yield Refused(Reason.BAD_SYNTAX, "line", decode(line)).at(place, line)


def _interaction(event: Component, zones: Zones, staff: Staff) -> tuple[str, Interaction]:
    """An event and its key. Raises Refused."""
    if not event.closed:
        raise Refused(Reason.BAD_SYNTAX, "end", event.text("SUMMARY"))
    if event.too_big:
        raise Refused(Reason.TOO_BIG, "event", event.text("SUMMARY"))
    start, begins = _start(event, zones)
    key, identity, series = _identity(event)
    title, text, location = one_line(event.text("SUMMARY")), _text(event), one_line(event.text("LOCATION"))
    organizers, attendees = _people(event, "ORGANIZER"), _people(event, "ATTENDEE")
    return key, Interaction(
        id=identity,
        channel="visit" if _is_visit(location, f"{title}\n{text}") else "meeting",
        direction=direction(organizers, attendees, staff),
        at=instant(begins),
        ends_at=_ends_at(event, start, begins, zones),
        title=title,
        text=text,
        participants=[*organizers, *attendees],
        thread=series,
        attachments=[_attachment(one) for one in event.all("ATTACH")],
        extra=_extra(event, start, location, zones),
    )


def _start(event: Component, zones: Zones) -> tuple[Moment, datetime]:
    """When it begins: as written, and with its zone."""
    found = event.first("DTSTART")
    if not found or not found.value().strip():
        raise Refused(Reason.MISSING_FIELD, "date")
    try:
        start = moment(found.value())
        begins = zones.aware(start, found.parameter("TZID"))
        instant(begins)
    except ValueError:
        raise Refused(Reason.BAD_DATE, "date", found.value()) from None
    return start, begins


def _ends_at(event: Component, start: Moment, begins: datetime, zones: Zones) -> int | None:
    """None where the event does not say it in a way that makes sense."""
    found = event.first("DTEND")
    try:
        if found:
            ends = zones.aware(moment(found.value()), found.parameter("TZID"))
        elif duration := event.text("DURATION"):
            ends = begins + _duration(duration)
        elif start.all_day:
            ends = begins + timedelta(days=1)
        else:
            return None
        return instant(ends) if instant(ends) >= instant(begins) else None
    except (ValueError, OverflowError):
        return None


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text.strip().upper())
    if not found:
        raise ValueError(f"not a duration: {text[:40]!r}")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _identity(event: Component) -> tuple[str, str, str]:
    """Key, id, and the id of the series that it belongs to: its own where it belongs to none."""
    uid, occurrence = event.text("UID"), event.text("RECURRENCE-ID")
    if not uid:
        whole = digest(bytes(event.raw))
        return f"calendar/{whole}", f"event:{whole}", f"event:{whole}"
    series = f"event:{digest(uid)}"
    if not occurrence:
        return f"calendar/{uid}", series, series
    return f"calendar/{uid}/{occurrence}", f"event:{digest(uid, occurrence)}", series


def _text(event: Component) -> str:
    text = event.text("DESCRIPTION")
    if not text and (found := event.first("X-ALT-DESC")):
        text = html_to_text(found.text())
    text = clean(unmarked(text))
    if len(text) > TEXT_LIMIT:
        raise Refused(Reason.TOO_BIG, "text")
    return text


def _is_visit(location: str, words: str) -> bool:
    return bool(location and not _ONLINE.search(location)) or _VISIT.search(words) is not None


def _people(event: Component, name: str) -> list[Participant]:
    """Those named with a name or an address. Rooms and other things are no people."""
    people = []
    for found in event.all(name):
        if found.has("CUTYPE", "ROOM") or found.has("CUTYPE", "RESOURCE"):
            continue
        value = found.value().strip()
        address = mailto(value) or mailto(found.parameter("EMAIL")) or tel(value)
        named = one_line(found.parameter("CN").replace("^'", '"').replace("^n", " ").replace("^^", "^"))
        if address or named:
            own = None if not named or mailto(named) == address else named
            people.append(Participant(role=name.lower(), name=own, address=address))
    return people


def _extra(event: Component, start: Moment, location: str, zones: Zones) -> dict[str, Json]:
    """What only events have. `unknown_timezone` names a zone that nothing explains: the time is a guess."""
    status, found = event.text("STATUS").lower(), event.first("DTSTART")
    zone = found.parameter("TZID") if found and not start.utc else ""
    return {
        "location": location or None,
        "all_day": start.all_day,
        "status": status if status in _STATUSES else None,
        "recurrence": event.text("RRULE") or None,
        "unknown_timezone": zone if zone and not zones.knows(zone) else None,
    }


def _attachment(found: Property) -> Attachment:
    """A file inside the event, or where it lies: then the last part of its address is its name."""
    media_type = found.parameter("FMTTYPE").lower() or "application/octet-stream"
    name = found.parameter("FILENAME") or found.parameter("X-FILENAME") or found.parameter("X-APPLE-FILENAME")
    if found.has("ENCODING", "BASE64"):
        size = None if found.cut else found.base64_size
        return Attachment(name=one_line(name), media_type=media_type, size=size)
    last = unescaped(found.value().strip()).rstrip("/").rpartition("/")[2].partition("?")[0]
    return Attachment(name=one_line(name or last)[:255], media_type=media_type, size=None)
