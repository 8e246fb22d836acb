"""kbcrm review: the queue on the command line, for people and programs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.conversational.reader import Reader
from kb.model.ledger import RunStatus
from kb.store.database import connect
from kb.store.ledger import Ledger
from tests.cli.conftest import Kbcrm
from tests.cli.test_cli_docs import documented
from tests.ingest.conversational.hearing import Scripted

MAIL = """\
From: Anna Visser <anna@harbour-laundry.example>
To: p@haiyuan-pumps.example
Subject: Pumps
Date: Thu, 04 Jun 2026 09:12:00 +0200
Message-ID: <review@harbour-laundry.example>

I think we may need two more.
"""
CLOCK = 1_790_000_000_000


@pytest.fixture
def candidate(kbcrm: Kbcrm, tmp_path: Path) -> Iterator[str]:
    """A need of K-1 that waits, in a mail of its own."""
    (tmp_path / "m.eml").write_text(MAIL)
    run = kbcrm.lines("ingest", "mail", tmp_path / "m.eml")[0]["run"]
    ledger = Ledger(connect(f"sqlite:///{kbcrm.home / 'kbcrm.sqlite'}"), lambda: CLOCK)
    read = ledger.open_run(source="extraction", title="extraction", started_by="admin")
    reader = Reader(ledger, lambda: Scripted({"we may need two more": {"confidence": 0.52}}))
    read = ledger.finish(reader.land(read, lambda: None), RunStatus.DONE)
    (waiting,) = kbcrm.lines("review", "list")
    yield waiting["id"]
    for done in (read.id, run):
        kbcrm.run("runs", "revert", done)
    ledger.engine.dispose()


def test_a_candidate_is_accepted_and_that_is_undone(kbcrm: Kbcrm, candidate: str) -> None:
    (waiting,) = kbcrm.lines("review", "list", "--kind", "need", "--unsure")
    assert (waiting["text"], waiting["context"]) == ("we may need two more", "I think we may need two more.")
    assert kbcrm.lines("review", "list", "--kind", "request") == []
    assert candidate in kbcrm.run("review")
    (decision,) = kbcrm.lines("review", "accept", candidate)
    assert (decision["verdict"], decision["candidate"]) == ("accepted", candidate)
    assert [one["value"] for one in kbcrm.lines("facts", "K-1") if one["predicate"] == "need"] == [
        "we may need two more"
    ]
    assert kbcrm.lines("review", "list") == []
    assert "decided this already" in kbcrm.fail("review", "reject", candidate)
    kbcrm.run("review", "undo")
    assert [one["id"] for one in kbcrm.lines("review", "list")] == [candidate]
    assert list(waiting) == list(documented(having="context"))
    assert list(decision) == list(documented(having="candidate"))


def test_a_candidate_is_corrected_or_rejected_within_rights(kbcrm: Kbcrm, candidate: str) -> None:
    assert kbcrm.lines("--as", "li.na", "review", "list") == []
    assert "There is no candidate" in kbcrm.fail("--as", "li.na", "review", "accept", candidate)
    assert "kind" in kbcrm.fail("review", "correct", candidate, "--kind", "poem")
    assert kbcrm.run("--as", "pieter", "review", "correct", candidate, "--kind", "request").startswith(
        "Corrected"
    )
    assert [one["predicate"] for one in kbcrm.lines("facts", "K-1") if one["value"] == "we may need two more"]
    kbcrm.run("--as", "pieter", "review", "undo")
    assert json.loads(kbcrm.run("review", "reject", candidate, "--json"))["verdict"] == "rejected"
    assert kbcrm.lines("review", "list") == []
    kbcrm.run("review", "undo")
