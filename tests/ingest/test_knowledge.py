"""Statements that people wrote down: what each says, and which are rejected."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ingest.records import Parsed
from ingest.sources import knowledge
from kb.errors import InvalidFile
from kb.model.ledger import RecordKind
from kb.model.moment import to_millis
from tests.ingest.table_files import parted, reading, rejections, write

DEMO = Path(knowledge.__file__).parents[1] / "demo" / "company" / "knowledge.csv"
COLUMNS = [
    *("id", "about", "predicate", "value", "object", "unit", "kind"),
    *("confidence", "valid_from", "valid_to", "author", "said_on", "words"),
]
GOOD = {
    "id": "K-1",
    "about": "customer:C-1",
    "predicate": "paymentTerms",
    "value": "30",
    "unit": "day",
    "kind": "expert",
    "confidence": "0.95",
    "valid_from": "2025-01-01",
    "author": "Li Na",
    "said_on": "2025-01-24 09:30",
    "words": "Thirty days.",
}


def rows(folder: Path, *changes: dict[str, str], **how: Any) -> tuple[list[Parsed], list[Any]]:
    lines = [",".join(f'"{(GOOD | change).get(name, "")}"' for name in COLUMNS) for change in changes]
    path = write(folder, "\n".join([",".join(COLUMNS), *lines]) + "\n")
    return parted(knowledge.read(path, reading(**how)))


def millis(*parts: int) -> int:
    return to_millis(datetime(*parts, tzinfo=UTC))  # type: ignore[misc, arg-type]


def test_a_statement_says_what_its_row_says(tmp_path: Path) -> None:
    words = "Thirty days,\ncafe\u0301"
    (entry,), rejected = rows(tmp_path, {"valid_to": "2026-01-01", "words": words})
    assert not rejected
    assert (entry.kind, entry.key, entry.place) == (RecordKind.FACT, "knowledge/K-1", 2)
    text = "Thirty days,\ncaf\u00e9"
    assert entry.payload == {
        "op": "state",
        "statement": "knowledge/K-1",
        "subject": "customer:C-1",
        "predicate": "paymentTerms",
        "value": "30",
        "unit": "day",
        "kind": "expert",
        "confidence": 0.95,
        "valid_from": millis(2025, 1, 1),
        "valid_to": millis(2026, 1, 1),
        "author": "Li Na",
        "note": {
            "id": "note:"
            + hashlib.sha256(f"knowledge/K-1\x1fcustomer:C-1\x1f{text}".encode()).hexdigest()[:16],
            "at": millis(2025, 1, 24, 9, 30),
            "text": text,
            "author": "Li Na",
        },
    }


def test_days_are_of_the_readings_time_zone(tmp_path: Path) -> None:
    (entry,), _ = rows(tmp_path, {}, timezone=ZoneInfo("Asia/Shanghai"))
    assert entry.payload["valid_from"] == millis(2024, 12, 31, 16)


def test_values_are_of_the_type_that_the_ontology_gives_them(tmp_path: Path) -> None:
    found, _ = rows(
        tmp_path,
        {"predicate": "annualPumpBudget", "value": "30000.50"},
        {"predicate": "orderCount", "value": "12"},
    )
    assert [entry.payload["value"] for entry in found] == ["30000.50", 12]


def test_a_statement_may_lead_to_a_node(tmp_path: Path) -> None:
    change = {"predicate": "decisionMaker", "value": "", "object": "contact:jan@a.example", "unit": ""}
    (entry,), _ = rows(tmp_path, change)
    assert (entry.payload["object"], entry.payload["unit"]) == ("contact:jan@a.example", None)
    assert "value" not in entry.payload


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"id": ""}, "missing_field", "id"),
        ({"about": ""}, "missing_field", "about"),
        ({"about": "C-1"}, "bad_value", "about"),
        ({"about": "planet:mars"}, "bad_value", "about"),
        ({"predicate": ""}, "missing_field", "predicate"),
        ({"predicate": "likes"}, "bad_value", "predicate"),
        ({"about": "product:A"}, "bad_value", "predicate"),
        ({"value": ""}, "missing_field", "value"),
        ({"predicate": "annualPumpBudget", "value": "much"}, "bad_value", "value"),
        ({"predicate": "orderCount", "value": "2.5"}, "bad_value", "value"),
        ({"predicate": "orderCount", "value": "9" * 30}, "bad_value", "value"),
        ({"object": "contact:x@y"}, "bad_value", "object"),
        ({"predicate": "decisionMaker"}, "missing_field", "object"),
        ({"predicate": "decisionMaker", "value": "", "object": "Jan"}, "bad_value", "object"),
        ({"predicate": "decisionMaker", "value": "", "object": "product:A"}, "bad_value", "object"),
        ({"kind": ""}, "missing_field", "kind"),
        ({"kind": "rumour"}, "bad_value", "kind"),
        ({"confidence": ""}, "missing_field", "confidence"),
        ({"confidence": "high"}, "bad_number", "confidence"),
        ({"confidence": "1.01"}, "bad_value", "confidence"),
        ({"confidence": "-0.5"}, "bad_value", "confidence"),
        ({"valid_from": ""}, "missing_field", "valid_from"),
        ({"valid_from": "2025-02-30"}, "bad_date", "valid_from"),
        ({"valid_to": "later"}, "bad_date", "valid_to"),
        ({"valid_to": "2025-01-01"}, "bad_value", "valid_to"),
        ({"author": ""}, "missing_field", "author"),
        ({"said_on": ""}, "missing_field", "said_on"),
        ({"said_on": "2025-99-01"}, "bad_date", "said_on"),
        ({"words": ""}, "missing_field", "words"),
        ({"kind": "rumour", "words": "", "said_on": "x"}, "bad_value", "kind"),  # the first of several
    ],
    ids=str,
)
def test_a_row_is_rejected_by_its_first_bad_field(
    tmp_path: Path, change: dict[str, str], reason: str, field: str
) -> None:
    found, rejected = rows(tmp_path, {}, change, {"id": "K-2"})
    assert [entry.key for entry in found] == ["knowledge/K-1", "knowledge/K-2"]
    assert [(found_reason, name, place) for found_reason, name, _, place in rejections(rejected)] == [
        (reason, field, 3)
    ]


def test_a_file_without_a_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile) as error:
        parted(knowledge.read(write(tmp_path, "id,about\n1,customer:C-1\n"), reading()))
    assert error.value.data["field"] == "predicate"


def test_the_demonstration_statements_are_all_accounted_for() -> None:
    found, rejected = parted(knowledge.read(DEMO, reading()))
    assert len(found) + len(rejected) == 109
    assert {kind for entry in found if isinstance(kind := entry.payload["kind"], str)} <= {
        "expert",
        "conversational",
    }
