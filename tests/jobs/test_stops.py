"""A run that cannot go on says why, and goes on from there: disk full, ledger locked, graph gone."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from ingest import landing, work
from ingest.overrides import Defaults
from ingest.runs import Runs
from kb.errors import GraphUnavailable, LedgerUnavailable
from kb.model.reading import RunRow
from kb.ports import Graph, Transaction
from kb.projection import projector
from kb.projection.keeping import Keeping, graph_schema
from kb.store import database
from kb.store.ledger import Ledger
from tests.kb.parts import ADMIN, Clock, graph_export

LINES = 1200
FOURTH = 4  # the transaction that fails


class Site:
    """A data folder with its graph, and a ledger whose disk can be full."""

    def __init__(self, folder: Path, graph: Graph) -> None:
        folder.mkdir()
        self.file = folder / "kbcrm.sqlite"
        engine = database.connect(f"sqlite:///{self.file}")
        event.listen(engine, "connect", self._limit)
        self.full = False
        self.ledger = Ledger(engine, Clock())
        jobs = f"sqlite:///{folder}/jobs.sqlite"
        keeping = Keeping(self.ledger, graph)
        self.runs = Runs(self.ledger, keeping, home=folder, jobs_url=jobs, defaults=Defaults())
        self.runs.jobs.launch()

    def _limit(self, connection: sqlite3.Connection, _record: object) -> None:
        if self.full:
            connection.execute("PRAGMA max_page_count = 1")  # SQLite takes it as the present size

    def fill(self, full: bool) -> None:
        """From now on the disk has no room for another page, or has again."""
        self.full = full
        self.ledger.engine.dispose()

    def ingest(self, orders: Path) -> RunRow:
        return self.runs.wait(ADMIN, self.runs.start(ADMIN, source="orders", path=orders))

    def resumed(self) -> RunRow:
        (run,) = self.runs.resume(ADMIN)
        return self.runs.wait(ADMIN, run)


class Gone:
    """A graph whose server goes away at a transaction, until it is back."""

    def __init__(self, graph: Graph) -> None:
        self.engine, self.read, self.stream = graph.engine, graph.read, graph.stream
        self._graph, self._writes, self.back = graph, 0, False

    def write(self, work: Callable[[Transaction], Any]) -> Any:
        self._writes += 1
        if self._writes >= FOURTH and not self.back:
            raise GraphUnavailable("The graph server does not answer.", url="bolt://gone")
        return self._graph.write(work)


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(landing, "BATCH_RECORDS", 200)
    monkeypatch.setattr(projector, "BATCH", 150)
    lines = (
        f"O-{n // 3},C-{n % 7},P-{n % 11},{1 + n % 4},2.50,EUR,2025-03-{1 + n % 28:02}" for n in range(LINES)
    )
    file = tmp_path / "orders.csv"
    file.write_text("\n".join(["order,customer,product,quantity,unit_price,currency,date", *lines]))
    return file


@pytest.fixture
def undisturbed(embedded_graph: Graph, orders: Path, tmp_path: Path) -> Iterator[list[str]]:
    """What the graph holds after a run that nothing stops; the graph is empty again afterwards."""
    embedded_graph.prepare(graph_schema())
    site = Site(tmp_path / "undisturbed", embedded_graph)
    assert site.ingest(orders).status == "done"
    export = graph_export(embedded_graph)
    site.runs.close()
    embedded_graph.clear()
    yield export


def failing(site: Site, monkeypatch: pytest.MonkeyPatch, fail: Callable[[], object]) -> None:
    """`fail` happens before the fourth landing."""
    land, calls = site.ledger.land, iter(range(1, 1000))

    def landed(*args: Any, **more: Any) -> Any:
        if next(calls) == FOURTH:
            fail()
        return land(*args, **more)

    monkeypatch.setattr(site.ledger, "land", landed)


def test_a_full_disk(
    undisturbed: list[str],
    embedded_graph: Graph,
    orders: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = Site(tmp_path / "full", embedded_graph)
    failing(site, monkeypatch, lambda: site.fill(True))
    row = site.ingest(orders)
    assert (row.status, row.reason) == (
        "stopped",
        "The disk that holds the ledger is full. Free some space; the work then goes on.",
    )
    assert 0 < row.records < LINES
    site.fill(False)
    row = site.resumed()
    assert (row.status, row.records, row.accepted) == ("done", LINES, LINES)
    assert graph_export(embedded_graph) == undisturbed
    site.runs.close()


def test_a_disk_so_full_that_the_ledger_cannot_even_be_told(
    undisturbed: list[str],
    embedded_graph: Graph,
    orders: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(work, "TRIES", 2)
    site = Site(tmp_path / "full", embedded_graph)
    failing(site, monkeypatch, lambda: site.fill(True))
    finish = site.ledger.finish

    def finished(*args: Any, **more: Any) -> Any:
        if site.full:
            raise LedgerUnavailable("The disk that holds the ledger is full.")
        return finish(*args, **more)

    monkeypatch.setattr(site.ledger, "finish", finished)
    row = site.ingest(orders)
    assert row.status == "stopped"
    assert row.reason
    assert row.reason.startswith("The disk that holds the ledger is full.")
    site.fill(False)
    assert (site.resumed().status, graph_export(embedded_graph)) == ("done", undisturbed)
    site.runs.close()


def test_a_locked_ledger(
    undisturbed: list[str],
    embedded_graph: Graph,
    orders: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = Site(tmp_path / "locked", embedded_graph)
    other = sqlite3.connect(site.file, isolation_level=None, check_same_thread=False)
    with monkeypatch.context() as impatient:  # while the lock is held: the run's own threads wait longer

        def lock() -> None:
            impatient.setattr(database, "BUSY_TIMEOUT_MS", 50)
            site.ledger.engine.dispose()
            other.execute("BEGIN IMMEDIATE")

        failing(site, monkeypatch, lock)
        monkeypatch.setattr(site.ledger, "finish", unlocking(other, site.ledger.finish))
        row = site.ingest(orders)
    site.ledger.engine.dispose()
    assert row.status == "stopped"
    assert "locked by another program" in (row.reason or "")
    assert (site.resumed().status, graph_export(embedded_graph)) == ("done", undisturbed)
    other.close()
    site.runs.close()


def unlocking(other: sqlite3.Connection, then: Callable[..., Any]) -> Callable[..., Any]:
    """The lock is held until the run has given up and is about to say so."""

    def unlocked(*args: Any, **more: Any) -> Any:
        if other.in_transaction:
            other.execute("ROLLBACK")
        return then(*args, **more)

    return unlocked


def test_a_graph_that_is_gone(
    undisturbed: list[str], embedded_graph: Graph, orders: Path, tmp_path: Path
) -> None:
    gone = Gone(embedded_graph)
    site = Site(tmp_path / "gone", gone)  # type: ignore[arg-type]
    row = site.ingest(orders)
    assert (row.status, row.reason) == ("stopped", "The graph server does not answer.")
    gone.back = True
    row = site.resumed()
    assert (row.status, row.records) == ("done", LINES)
    assert graph_export(embedded_graph) == undisturbed
    site.runs.close()
