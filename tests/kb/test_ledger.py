"""The ledger: what is accepted, duplicate or rejected, in order; and a database that cannot write."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, select

from kb.errors import Conflict, LedgerUnavailable, NotFound
from kb.model.ledger import Draft, Reason, RecordKind, Rejection, Run, RunStatus
from kb.store import database
from kb.store.database import reading
from kb.store.feed import Feed, in_effect
from kb.store.ledger import Ledger
from kb.store.reverting import Reverting
from kb.store.schema import OUTCOMES, hashed, records
from tests.kb.drafts import line, node, rejected
from tests.kb.parts import Clock, TellingLedger

BAD = Rejection(reason=Reason.BAD_NUMBER, field="quantity", value="three")


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    made = TellingLedger(database_url, Clock())
    yield made
    made.engine.dispose()


def land(ledger: Ledger, *drafts: Draft, last: bool = True) -> Run:
    run = ledger.open_run(source="orders", title="orders.csv", started_by="admin")
    run = ledger.land(run, drafts, entries=len(drafts), last=last)
    return ledger.finish(run, RunStatus.DONE) if last else run


def outcomes(ledger: Ledger) -> list[tuple[str, str]]:
    with reading(ledger.engine) as connection:
        rows = connection.execute(select(records).where(~records.c.derived).order_by(records.c.seq)).all()
    return [(row.key.removeprefix("orders/"), OUTCOMES[row.outcome]) for row in rows]


def counts(run: Run) -> tuple[int, int, int, int]:
    return run.records, run.accepted, run.duplicate, run.rejected


def test_the_counts_of_a_run_add_up_to_its_records(ledger: Ledger) -> None:
    land(ledger, line("O-1"), line("O-2"))
    run = land(
        ledger, line("O-1"), line("O-3"), rejected("orders/bad", BAD), node("customer:C-1", derived=True)
    )
    assert counts(run) == counts(ledger.run(run.id)) == (3, 1, 1, 1)
    assert run.done == 4


def test_the_same_again_is_a_duplicate_and_other_content_an_amendment(ledger: Ledger) -> None:
    first = land(ledger, line("O-1", quantity="1"))
    again = land(ledger, line("O-1", quantity="1"))
    amended = land(ledger, line("O-1", quantity="2"))
    back = land(ledger, line("O-1", quantity="1"))
    assert [counts(run) for run in (first, again, amended, back)] == [
        (1, 1, 0, 0),
        (1, 0, 1, 0),
        (1, 1, 0, 0),
        (1, 1, 0, 0),
    ]
    live = Feed(ledger.engine).of_units([hashed("order:O-1")], (RecordKind.ORDER_LINE,), 99)
    assert [record.payload["quantity"] for record in live] == ["1", "2", "1"]
    assert [record.run for record in in_effect(live)] == [back.position]


def test_a_line_repeated_in_a_file_is_two_lines(ledger: Ledger) -> None:
    run = land(ledger, line("O-1"), line("O-1", occurrence=2))
    assert counts(run) == (2, 2, 0, 0)


def test_a_key_twice_within_one_landing_counts_once(ledger: Ledger) -> None:
    assert counts(land(ledger, line("O-1"), line("O-1"))) == (2, 1, 1, 0)


def test_a_rejected_record_hides_nothing_and_repeats_nothing(ledger: Ledger) -> None:
    land(ledger, rejected("orders/O-1/P-1", BAD))
    assert counts(land(ledger, line("O-1"))) == (1, 1, 0, 0)
    assert counts(land(ledger, rejected("orders/O-1/P-1", BAD))) == (1, 0, 0, 1)
    assert counts(land(ledger, line("O-1"))) == (1, 0, 1, 0)


def test_runs_are_known_one_after_the_other_even_if_the_clock_stands_still(tmp_path: Path) -> None:
    ledger = Ledger(database.connect(f"sqlite:///{tmp_path}/still.db"), lambda: 1000)
    moments = [land(ledger, line(f"O-{n}")).recorded_at for n in range(3)]
    assert moments == [1000, 1001, 1002]


def test_positions_follow_the_order_of_landing_without_gaps(ledger: Ledger) -> None:
    first = ledger.open_run(source="orders", title="a", started_by="admin")
    first = ledger.land(first, [line("O-1")], entries=1)
    second = land(ledger, line("O-2"))
    first = ledger.land(first, [line("O-3")], entries=1, last=True)
    read, upto = Feed(ledger.engine).after(0, 100)
    assert [record.seq for record in read] == [1, 2, 3, 4, 5]
    assert [record.run for record in read] == [1, 2, 2, 1, 1]
    assert (upto, ledger.last_seq()) == (5, 5)
    assert (first.done, second.done) == (2, 1)


def test_a_run_that_was_stopped_goes_on_where_it_was(ledger: Ledger) -> None:
    run = land(ledger, line("O-1"), last=False)
    ledger.finish(run, RunStatus.STOPPED, problem="The disk is full.", seconds=1.5)
    stopped = ledger.run(run.id)
    assert (stopped.status, stopped.problem, stopped.done) == (RunStatus.STOPPED, "The disk is full.", 1)
    with pytest.raises(Conflict):
        ledger.land(stopped, [line("O-2")], entries=1)
    assert ledger.last_seq() == 1
    resumed = ledger.finish(stopped, RunStatus.RUNNING)
    resumed = ledger.land(resumed, [line("O-2")], entries=1, last=True)
    done = ledger.finish(resumed, RunStatus.DONE, seconds=0.5)
    assert counts(done) == counts(ledger.run(run.id)) == (2, 2, 0, 0)
    assert (ledger.run(run.id).seconds, ledger.run(run.id).problem) == (2.0, None)


def test_a_resumed_run_stands_before_the_runs_that_overtook_it(ledger: Ledger) -> None:
    """r1 lands after r2 what r2 has too: in the order of runs it is r2 that repeats it."""
    slow = land(ledger, line("O-9"), last=False)
    quick = land(ledger, line("O-1", quantity="2"))
    slow = ledger.land(slow, [line("O-1", quantity="2")], entries=1, last=True)
    assert counts(slow) == counts(ledger.run(slow.id)) == (2, 2, 0, 0)
    assert counts(ledger.run(quick.id)) == (1, 0, 1, 0)


def test_what_overtook_is_an_amendment_where_it_says_something_else(ledger: Ledger) -> None:
    land(ledger, line("O-1", quantity="1"))
    slow = land(ledger, line("O-9"), last=False)
    quick = land(ledger, line("O-1", quantity="1"))
    assert counts(quick) == (1, 0, 1, 0)
    ledger.land(slow, [line("O-1", quantity="2")], entries=1, last=True)
    assert counts(ledger.run(quick.id)) == (1, 1, 0, 0)
    live = Feed(ledger.engine).of_units([hashed("order:O-1")], (RecordKind.ORDER_LINE,), 99)
    assert [record.payload["quantity"] for record in live] == ["1", "2", "1"]


def test_a_line_that_moves_is_taken_from_the_customer_it_was_of(ledger: Ledger) -> None:
    land(ledger, line("O-1", "C-1"))
    run = land(ledger, line("O-1", "C-2"))
    taken = Feed(ledger.engine).of_subjects([hashed("customer:C-1")], 99)
    assert [record.payload.get("moved") for record in taken] == [None, taken[0].key_hash]
    assert counts(run) == (1, 1, 0, 0)


def test_a_duplicate_of_a_moved_line_takes_it_too_for_the_day_it_counts(ledger: Ledger) -> None:
    land(ledger, line("O-1", "C-1"))
    moved = land(ledger, line("O-1", "C-2"))
    land(ledger, line("O-1", "C-2"))
    Reverting(ledger.engine).revert(ledger.run(moved.id))
    taken = Feed(ledger.engine).of_subjects([hashed("customer:C-1")], 99)
    assert ["moved" in record.payload for record in taken] == [False, True]


def test_after_a_revert_a_later_duplicate_counts(ledger: Ledger) -> None:
    first = land(ledger, line("O-1"), line("O-2"))
    again = land(ledger, line("O-1"))
    third = land(ledger, line("O-1"))
    Reverting(ledger.engine).revert(ledger.run(first.id))
    assert counts(ledger.run(again.id)) == (1, 1, 0, 0)
    assert counts(ledger.run(third.id)) == (1, 0, 1, 0)
    assert counts(ledger.run(first.id)) == (2, 2, 0, 0)
    assert counts(land(ledger, line("O-2"))) == (1, 1, 0, 0)


@pytest.mark.parametrize("status", [RunStatus.RUNNING, RunStatus.REVERTED])
def test_a_run_at_work_or_reverted_cannot_be_reverted(ledger: Ledger, status: RunStatus) -> None:
    run = ledger.finish(land(ledger, line("O-1")), status)
    with pytest.raises(Conflict):
        Reverting(ledger.engine).revert(ledger.run(run.id))
    assert Reverting(ledger.engine).folding() is None


def test_an_unknown_run_is_not_found(ledger: Ledger) -> None:
    with pytest.raises(NotFound):
        ledger.run("r99")


def test_a_ledger_keeps_its_name_and_its_last_position_over_a_restart(tmp_path: Path, ledger: Ledger) -> None:
    land(ledger, line("O-1"))
    again = Ledger(ledger.engine, Clock())
    assert (again.identity(), again.last_seq()) == (ledger.identity(), ledger.last_seq())
    assert TellingLedger(tmp_path, Clock()).identity() != ledger.identity()


def test_a_refused_landing_leaves_nothing(ledger: Ledger) -> None:
    run = land(ledger, line("O-1"), last=False)
    bad = line("O-2")._replace(payload={"order": "\ud800"})
    with pytest.raises(Exception):  # noqa: B017 - half a character fits into no database
        ledger.land(run, [line("O-3"), bad], entries=2)
    assert (ledger.last_seq(), counts(ledger.run(run.id))) == (1, (1, 1, 0, 0))


def test_a_locked_database_is_said_and_the_landing_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    ledger = Ledger(database.connect(f"sqlite:///{tmp_path}/locked.db"), Clock())
    run = land(ledger, line("O-1"), last=False)
    other = sqlite3.connect(tmp_path / "locked.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LedgerUnavailable, match="locked by another program"):
        ledger.land(run, [line("O-2")], entries=1, last=True)
    other.execute("ROLLBACK")
    other.close()
    assert counts(ledger.land(run, [line("O-2")], entries=1, last=True)) == (2, 2, 0, 0)


def test_a_full_disk_is_said_and_the_landing_goes_on(tmp_path: Path) -> None:
    ledger = Ledger(database.connect(f"sqlite:///{tmp_path}/full.db"), Clock())
    run = land(ledger, line("O-1"), last=False)
    ledger.engine.dispose()
    limit = ["PRAGMA max_page_count = 1"]  # SQLite takes it as the present size

    @event.listens_for(ledger.engine, "connect")
    def limited(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in limit:
            connection.execute(pragma)

    many = [line(f"O-{n}") for n in range(2, 800)]
    with pytest.raises(LedgerUnavailable, match="disk that holds the ledger is full"):
        ledger.land(run, many, entries=len(many))
    limit.clear()
    ledger.engine.dispose()
    assert counts(ledger.land(run, many, entries=len(many), last=True)) == (799, 799, 0, 0)


def test_a_database_that_is_no_database_is_said(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnavailable, match="does not answer"):
        Ledger(database.connect(f"sqlite:///{tmp_path}/absent/ledger.db"), Clock())
