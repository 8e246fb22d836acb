"""Every file of the interchange data gives what a careful person finds in it (interchange_expected.toml)."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ingest.lines import open_text
from ingest.names import digest
from ingest.records import Entry, Parsed, Reading, Rejected
from ingest.sources.chat_lines import statements
from kb.errors import InvalidFile

EXPECTED = tomllib.loads(Path(__file__).with_name("interchange_expected.toml").read_text(encoding="utf-8"))
FILES = [(source, name) for source, files in EXPECTED.items() for name in files]
MODIFIED = 1_700_000_000_000
EVENT = ("status", "recurrence", "location", "unknown_timezone")
CONTACT = ("email", "phone", "other_phones", "other_emails")
PROPS = (*CONTACT, "name", "role", "organisation", "department", "note")


@pytest.fixture(scope="session")
def interchange(shared_data: Path) -> Path:
    return shared_data / "interchange"


def entries(source: str, path: Path) -> list[Entry]:
    reading = Reading(name=path.name, modified=MODIFIED, timezone=ZoneInfo("Europe/Amsterdam"))
    return list(import_module(f"ingest.sources.{source}").read(path, reading))


@pytest.mark.parametrize(("source", "name"), FILES)
def test_a_file_gives_what_a_careful_person_finds_in_it(source: str, name: str, interchange: Path) -> None:
    expected = EXPECTED[source][name]
    if "invalid" in expected:
        with pytest.raises(InvalidFile) as refused:
            entries(source, interchange / name)
        assert refused.value.data["field"] == expected["invalid"]
        return
    found = entries(source, interchange / name)
    good = {entry.place: entry for entry in found if isinstance(entry, Parsed)}
    bad = [[entry.place, entry.reason, entry.field] for entry in found if isinstance(entry, Rejected)]
    assert len(found) - len(bad) == expected["accepted"]
    assert bad == expected.get("rejected", [])
    for record in expected.get("records", []):
        told = seen(good[record["place"]], record)
        assert told == {field: record[field] for field in told}


def test_every_file_is_expected(interchange: Path) -> None:
    files = {str(path.relative_to(interchange)) for path in interchange.rglob("*") if path.is_file()}
    assert files == {name for _, name in FILES}


@pytest.mark.parametrize("name", EXPECTED["chat"])
def test_every_line_of_a_chat_is_a_message_or_a_notice(name: str, interchange: Path) -> None:
    expected = EXPECTED["chat"][name]
    found = list(statements(open_text(interchange / name)))
    assert sum(statement.is_notice for statement in found) == expected["notices"]
    assert len(found) == expected["notices"] + expected["accepted"]


def seen(entry: Parsed, record: Mapping[str, Any]) -> dict[str, Any]:
    """What is expected of a record, as it is; fragments that are not there are missing from their list."""
    payload: Any = entry.payload
    known = of_node(payload) if entry.kind == "node" else of_interaction(payload)
    known["key"] = entry.key
    told = {field: known[field] for field in record if field in known}
    for field in ("text", "note"):
        if isinstance(record.get(field), list):
            told[field] = [part for part in record[field] if part in known[field]]
    if "text_lacks" in record:
        told["text_lacks"] = [part for part in record["text_lacks"] if part not in payload["text"]]
    if "title_has" in record:
        found = record["title_has"] in payload["title"]
        told["title_has"] = record["title_has"] if found else payload["title"]
    for field, raw in (("answers", payload.get("reply_to")), ("thread_of", payload.get("thread"))):
        if field in record:
            told[field] = record[field] if raw == f"mail:{digest(record[field])}" else raw
    assert set(record) - set(told) - {"place"} == set(), "a field of the expectation is not looked at"
    return told


def of_node(payload: Any) -> dict[str, Any]:
    blank = dict.fromkeys(PROPS, "")
    return {**blank, **payload["props"], "id": payload["id"], "names": payload["names"]}


def of_interaction(payload: Any) -> dict[str, Any]:
    sender: dict[str, str] = next((one for one in payload["participants"] if one["role"] == "from"), {})
    address = sender.get("address") or ""
    return {
        **{name: payload[name] for name in ("title", "text", "channel", "language", "at_source")},
        "text_is": payload["text"],
        "at": utc(payload["at"]),
        "ends": utc(payload["ends_at"]),
        "lasts": ((payload["ends_at"] or 0) - payload["at"]) / 1000,
        "from": address.removeprefix("mailto:") or sender.get("name"),
        "from_name": sender.get("name"),
        "to": addresses(payload["participants"], "to"),
        "cc": addresses(payload["participants"], "cc"),
        "people": len(payload["participants"]),
        "attachments": [[one["name"], one["media_type"], one["size"]] for one in payload["attachments"]],
        "segments": len(payload["segments"]),
        **{name: payload.get(name) or "" for name in EVENT},
        "all_day": payload.get("all_day", False),
    }


def addresses(participants: Sequence[Mapping[str, str]], role: str) -> list[str]:
    return [(one["address"] or "").removeprefix("mailto:") for one in participants if one["role"] == role]


def utc(at: int | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
