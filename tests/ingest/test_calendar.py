"""Calendars: visits and meetings, when they are in any time zone, who takes part, series and exceptions."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.names import digest
from ingest.zones import named_zone
from kb.errors import InvalidFile
from tests.ingest.conversations import AMSTERDAM, SHANGHAI, Reader


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader("calendar", tmp_path)


def event(*lines: str, start: str = "DTSTART:20250314T090000Z", before: str = "") -> str:
    body = "\r\n".join(["BEGIN:VEVENT", "UID:1@acme", start, *lines, "END:VEVENT"])
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{before}{body}\r\nEND:VCALENDAR\r\n"


def utc(at: int | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at / 1000, UTC).strftime("%m-%d %H:%M")


def test_an_event_is_one_interaction(reader: Reader) -> None:
    found = reader.one(
        event(
            "DTEND:20250314T100000Z",
            "SUMMARY:Quarterly review\\, Acme",
            "DESCRIPTION:Prices\\nDelivery\\; stoc",
            " k",
            "ORGANIZER;CN=Li Na:MAILTO:Li.Na@kbcrm.example",
            'ATTENDEE;CN="Vries, Jan de";PARTSTAT=ACCEPTED:mailto:jan@acme.nl',
            "ATTENDEE;CUTYPE=ROOM:mailto:room1@kbcrm.example",
            "ATTENDEE;CN=jan@acme.nl:mailto:jan@acme.nl",
            "STATUS:TENTATIVE",
            "RRULE:FREQ=WEEKLY;COUNT=3",
            "ATTACH;FMTTYPE=application/pdf:https://acme.example/a/offer.pdf?x=1",
            "ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.txt:aGVsbG8=",
        ),
        staff=frozenset({"kbcrm.example"}),
    )
    assert found == {
        "id": f"event:{digest('1@acme')}",
        "channel": "meeting",
        "direction": "outbound",
        "at": 1_741_942_800_000,
        "ends_at": 1_741_946_400_000,
        "at_source": "stated",
        "title": "Quarterly review, Acme",
        "text": "Prices\nDelivery; stock",
        "language": "en",
        "participants": [
            {"role": "organizer", "name": "Li Na", "address": "mailto:li.na@kbcrm.example"},
            {"role": "attendee", "name": "Vries, Jan de", "address": "mailto:jan@acme.nl"},
            {"role": "attendee", "name": None, "address": "mailto:jan@acme.nl"},
        ],
        "thread": f"event:{digest('1@acme')}",
        "reply_to": None,
        "attachments": [
            {"name": "offer.pdf", "media_type": "application/pdf", "size": None},
            {"name": "a.txt", "media_type": "application/octet-stream", "size": 5},
        ],
        "segments": [],
        "location": None,
        "all_day": False,
        "status": "tentative",
        "recurrence": "FREQ=WEEKLY;COUNT=3",
        "unknown_timezone": None,
    }


@pytest.mark.parametrize(
    ("line", "channel"),
    [
        ("LOCATION:Coolsingel 1\\, Rotterdam", "visit"),
        ("LOCATION:https://meet.example/1", "meeting"),
        ("LOCATION:Microsoft Teams Meeting", "meeting"),
        ("SUMMARY:Visit to Acme", "visit"),
        ("SUMMARY:Klantbezoek Acme", "visit"),
        ("DESCRIPTION:拜访客户", "visit"),
        ("SUMMARY:Revisited prices", "meeting"),
        ("SUMMARY:Call", "meeting"),
    ],
)
def test_a_place_or_the_word_makes_it_a_visit(reader: Reader, line: str, channel: str) -> None:
    assert reader.one(event(line))["channel"] == channel


OWN_ZONE = "\r\n".join(
    [
        "BEGIN:VTIMEZONE",
        "TZID:Our time",
        "BEGIN:STANDARD",
        "DTSTART:16010101T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:16010101T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
        "",
    ]
)


@pytest.mark.parametrize(
    ("start", "at", "unknown"),
    [
        ("DTSTART:20250314T090000Z", "03-14 09:00", None),
        ("DTSTART:20250314T090000", "03-14 01:00", None),
        ("DTSTART;TZID=Europe/Amsterdam:20250701T110000", "07-01 09:00", None),
        ("DTSTART;TZID=W. Europe Standard Time:20250701T110000", "07-01 09:00", None),
        ("DTSTART;TZID=China Standard Time:20250701T170000", "07-01 09:00", None),
        ('DTSTART;TZID="/citadel.org/20250101_1/Europe/Amsterdam":20250701T110000', "07-01 09:00", None),
        ("DTSTART;TZID=Our time:20250701T110000", "07-01 09:00", None),
        ("DTSTART;TZID=Our time:20250330T015959", "03-30 00:59", None),
        ("DTSTART;TZID=Our time:20250330T030000", "03-30 01:00", None),
        ("DTSTART;TZID=Our time:20251026T030000", "10-26 02:00", None),
        ("DTSTART;TZID=Nowhere/Special:20250314T090000", "03-14 01:00", "Nowhere/Special"),
        ("DTSTART;TZID=Nowhere/Special:20250314T090000Z", "03-14 09:00", None),
        ("DTSTART;VALUE=DATE:20250314", "03-13 16:00", None),
    ],
)
def test_a_time_is_in_the_zone_it_names(reader: Reader, start: str, at: str, unknown: str | None) -> None:
    found = reader.one(event(start=start, before=OWN_ZONE), timezone=SHANGHAI)
    assert (utc(found["at"]), found["unknown_timezone"]) == (at, unknown)


def test_a_time_without_a_zone_is_in_that_of_its_calendar(reader: Reader) -> None:
    calendar = event(start="DTSTART:20250314T100000", before="X-WR-TIMEZONE:Europe/Amsterdam\r\n")
    assert utc(reader.one(calendar, timezone=SHANGHAI)["at"]) == "03-14 09:00"


@pytest.mark.parametrize("name", ["", "..", "/etc/passwd", "Europe", "Europe/", "a" * 5000, "\0", "Delft"])
def test_names_of_no_zone_are_unknown(name: str) -> None:
    assert named_zone(name) is None


@pytest.mark.parametrize(
    ("lines", "ends"),
    [
        (["DTEND:20250314T093000Z"], "03-14 09:30"),
        (["DURATION:PT1H30M"], "03-14 10:30"),
        (["DURATION:P1W2DT3M4S"], "03-23 09:03"),
        (["DTEND:20250314T080000Z"], ""),
        (["DTEND:someday"], ""),
        (["DURATION:long"], ""),
        (["DURATION:P99999D"], ""),
        ([], ""),
    ],
)
def test_an_event_ends_when_it_says_so_in_a_way_that_makes_sense(
    reader: Reader, lines: list[str], ends: str
) -> None:
    assert utc(reader.one(event(*lines))["ends_at"]) == ends


def test_a_whole_day_lasts_until_the_next_one(reader: Reader) -> None:
    found = reader.one(event(start="DTSTART;VALUE=DATE:20250314"), timezone=AMSTERDAM)
    assert found["all_day"] and (utc(found["at"]), utc(found["ends_at"])) == ("03-13 23:00", "03-14 23:00")


def test_a_changed_occurrence_is_its_own_in_the_same_thread(reader: Reader) -> None:
    series, changed = event("RRULE:FREQ=DAILY"), event("RECURRENCE-ID:20250315T090000Z")
    first, second = reader.one(series), reader.one(changed)
    assert first["id"] != second["id"] == f"event:{digest('1@acme', '20250315T090000Z')}"
    assert first["thread"] == second["thread"]
    assert reader.parsed(changed)[0].key == "calendar/1@acme/20250315T090000Z"


def test_what_is_no_event_is_rejected_and_alarms_belong_to_their_event(reader: Reader) -> None:
    todo = "BEGIN:VTODO\r\nUID:t\r\nSUMMARY:Call Jan\r\nEND:VTODO\r\n"
    alarm = ("BEGIN:VALARM", "SUMMARY:Wake up", "DTSTART:19700101T000000Z", "END:VALARM")
    calendar = event(*alarm, "SUMMARY:Review", before=todo)
    (refused,) = reader.rejected(calendar)
    assert (refused.reason, refused.field, refused.value) == ("unsupported", "component", "VTODO")
    assert [found["title"] for found in reader.payloads(calendar)] == ["Review"]


@pytest.mark.parametrize(
    ("calendar", "reason", "field"),
    [
        (event(start="SUMMARY:x"), "missing_field", "date"),
        (event(start="DTSTART:20251399T090000Z"), "bad_date", "date"),
        (event(start="DTSTART:16010101T000000Z"), "bad_date", "date"),
        (event().partition("END:VEVENT")[0], "bad_syntax", "end"),
        (event().replace("END:VEVENT\r\n", ""), "bad_syntax", "end"),
        (event("DESCRIPTION:" + "x" * 1_100_000), "too_big", "event"),
        (event(*["ATTENDEE:mailto:" + "x" * 200] * 25_000), "too_big", "event"),
    ],
)
def test_an_event_that_cannot_be_used_is_rejected(
    reader: Reader, calendar: str, reason: str, field: str
) -> None:
    (refused,) = reader.rejected(calendar)
    assert (refused.reason, refused.field, refused.place) == (reason, field, 3)
    assert not reader.parsed(calendar)


def test_a_big_file_within_an_event_does_not_make_it_too_big(reader: Reader) -> None:
    small = reader.one(event(f"ATTACH;ENCODING=BASE64;VALUE=BINARY:{'QUJD' * 200_000}"))
    assert small["attachments"][0]["size"] == 600_000
    big = reader.one(event(f"ATTACH;ENCODING=BASE64;VALUE=BINARY:{'QUJD' * 2_000_000}", "SUMMARY:Review"))
    assert (big["title"], big["attachments"][0]["size"]) == ("Review", None)


def test_a_line_that_cannot_be_read_is_rejected_beside_its_event(reader: Reader) -> None:
    calendar = event("SUMMARY=Review", "LOCATION:Rotterdam")
    (refused,) = reader.rejected(calendar)
    assert (refused.reason, refused.field, refused.place) == ("bad_syntax", "line", 6)
    assert refused.value == "SUMMARY=Review"
    assert [found["location"] for found in reader.payloads(calendar)] == ["Rotterdam"]


def test_descriptions_in_html_become_text(reader: Reader) -> None:
    assert reader.one(event("DESCRIPTION:<b>Prices</b><br>Delivery"))["text"] == "Prices\nDelivery"
    assert reader.one(event("X-ALT-DESC;FMTTYPE=text/html:<p>Prices</p>Stock"))["text"] == "Prices\n\nStock"
    assert reader.one(event("DESCRIPTION:a < b"))["text"] == "a < b"


def test_events_without_an_id_are_known_by_what_they_say(reader: Reader) -> None:
    one, other = (event(f"SUMMARY:{name}").replace("UID:1@acme\r\n", "") for name in ("a", "b"))
    assert reader.one(one)["id"] == reader.one(one)["id"] != reader.one(other)["id"]


@pytest.mark.parametrize("text", ["", "words\n", "BEGIN:VEVENT\nEND:VEVENT\n"])
def test_a_file_without_a_calendar_is_refused(reader: Reader, text: str) -> None:
    with pytest.raises(InvalidFile) as refused:
        reader.entries(text)
    assert refused.value.data["field"] == "file"
