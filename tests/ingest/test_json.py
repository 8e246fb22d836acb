"""JSON of any shape: read, refused or rejected object by object, in time."""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.records import Entry
from ingest.sources import conversations
from ingest.tables import open_table
from kb.errors import InvalidFile
from tests.ingest.mutations import check
from tests.ingest.table_files import reading, write

RECORDS = [
    {"id": 1, "who": {"name": "Anna", "tags": ["a", "b"]}, "open": True, "n": 1.50, "none": None},
    {"id": 2},
]


def read(folder: Path, content: str, day_first: bool | None = None) -> list[Entry]:
    return list(conversations.read(write(folder, content, "file.json"), reading(day_first=day_first)))


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2).encode("utf-16"),
        "\ufeff" + json.dumps({"count": 2, "page": {"next": None, "data": RECORDS}}, indent=1),
        "\n".join(map(json.dumps, RECORDS)),
        "\r\n\r\n".join(map(json.dumps, RECORDS)) + "\r\n",
    ],
)
def test_objects_are_rows_and_their_paths_the_columns(tmp_path: Path, content: str | bytes) -> None:
    table = open_table(write(tmp_path, content), lambda cells: 0)
    assert table.header == ("id", "who.name", "who.tags", "open", "n")
    assert [cells for _, _, cells in table.rows()] == [
        ["1", "Anna", "a; b", "true", "1.5"],
        ["2", "", "", "", ""],
    ]
    assert [place for place, _, _ in table.rows()] == [1, 2]
    assert json.loads(next(iter(table.rows()))[1]) == RECORDS[0]


@pytest.mark.parametrize("piece", ["[", '{"a":', '"\\"', '{"a":[', "[{", "\\", '"', "[{}],"])
def test_json_without_end_is_refused_in_time(tmp_path: Path, piece: str) -> None:
    with suppress(InvalidFile):
        read(tmp_path, '[{"at":"2025-03-04","text":"a"},' + piece * (3_000_000 // len(piece)))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = (
    st.sampled_from(["id", "text", "created_at", "messages", "user.name", "status", "rating", "subject"])
    | st.text()
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=5), max_size=4), st.booleans())
def test_any_objects_are_read_or_refused(tmp_path: Path, records: Sequence[Any], as_lines: bool) -> None:
    whole = [{"text": "words", "created_at": "2025-03-04", **record} for record in records]
    content = "\n".join(map(json.dumps, whole)) if as_lines else json.dumps(whole)
    try:
        found = read(tmp_path, content, day_first=True)
    except InvalidFile:
        return
    assert len(found) == len(records)
    keys: set[str] = set()
    for entry in found:
        check(entry, keys)
