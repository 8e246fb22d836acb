"""The projector over small batches, crashes, pauses and restarts: the graph is the same in the end."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.errors import Conflict, GraphAhead
from kb.ports import Graph, Transaction
from kb.projection import facts as fact_writes
from kb.projection import projector
from kb.projection.keeping import Keeping
from tests.kb.drafts import line, mail, node, ordered, quoted, stated
from tests.kb.parts import DAY, START, World, retold, world
from tests.store import databases


@pytest.fixture
def here(graph: Graph, tmp_path: Path) -> World:
    return world(graph, tmp_path)


def told(here: World, *, apply: bool = True) -> None:
    """A bit of everything in five runs, two of which overlap."""
    here.run(
        node("customer:C-1", "Acme"),
        node("contact:a@x", "Ann", links=[("CONTACT_OF", "customer:C-1")]),
        apply=apply,
    )
    here.run(*ordered(*(line(f"O-{n}", at=START + n * DAY, category="pumps") for n in range(4))), apply=apply)
    slow = here.ledger.land(here.opened(), [line("O-2", product="P-2", quantity="-1")], entries=1)
    here.run(*ordered(line("O-2", product="P-2", quantity="-1"), line("O-7", "C-2")), apply=apply)
    slow = here.ledger.land(slow, ordered(line("O-2", "C-2"), line("O-8")), entries=2, last=True)
    here.done(slow, apply=apply)
    here.run(
        *mail("mail:1", "Please call.", about=["customer:C-1", "contact:a@x"]),
        stated(
            "customer:C-1", "prefersChannel", "email", quoted("mail:1"), statement="s1", until=START + DAY
        ),
        stated("customer:C-1", "prefersChannel", "call", quoted("mail:1", "call"), statement="s2"),
        stated("customer:C-1", "totalSpend", "9.00", quoted("mail:1"), statement="s3", unit="EUR"),
        apply=apply,
    )


@pytest.fixture
def undisturbed(here: World) -> tuple[World, list[str]]:
    told(here)
    return here, here.export()


def test_batches_of_any_size_give_the_same_graph(
    undisturbed: tuple[World, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, export = undisturbed
    monkeypatch.setattr(projector, "CUSTOMERS", 1)
    monkeypatch.setattr(fact_writes, "BATCH", 2)
    for batch in (1, 3, 7):
        monkeypatch.setattr(projector, "BATCH", batch)
        assert here.rebuilt() == export


def test_a_ledger_in_postgresql_gives_the_same_graph(
    undisturbed: tuple[World, list[str]], postgresql: str
) -> None:
    here, export = undisturbed
    other = Keeping(retold(here.ledger.story, databases.fresh(postgresql)), here.graph)
    other.rebuild()
    assert here.export() == export


def test_applying_the_last_run_again_changes_nothing(undisturbed: tuple[World, list[str]]) -> None:
    here, _ = undisturbed
    before = here.keeping.position()
    here.run(*ordered(line("O-1", quantity="4"), line("O-9", "C-2", at=START + 20 * DAY)))
    export = here.export()
    assert here.keeping.catch_up() == here.ledger.last_seq()
    assert here.export() == export
    here.graph.write(lambda tx: tx.run("MATCH (m:Mark) SET m.seq = $seq, m.part = 0", seq=before))
    here.keeping.catch_up()
    assert here.export() == export


class Crash(RuntimeError):
    pass


class Crashing:
    """A graph whose process dies at the n-th transaction, before or after the commit."""

    def __init__(self, graph: Graph, at: int, *, after: bool) -> None:
        self.engine = graph.engine
        self.read, self.clear, self.prepare = graph.read, graph.clear, graph.prepare
        self.stream, self.close = graph.stream, graph.close
        self._graph = graph
        self._left = at
        self._after = after

    def write(self, work: Callable[[Transaction], Any]) -> Any:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Crash
        result = self._graph.write(work)
        if self._left == 0:
            raise Crash
        return result


def test_a_crash_at_any_transaction_changes_nothing_in_the_end(
    undisturbed: tuple[World, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, export = undisturbed
    monkeypatch.setattr(projector, "BATCH", 6)
    monkeypatch.setattr(projector, "CUSTOMERS", 1)
    for after in (False, True):
        here.graph.clear()
        crashes = 0
        for at in (1, 2, 1, 3, 1, 2, 2, 5, 4, 1, 3):
            try:
                Keeping(here.ledger, Crashing(here.graph, at, after=after)).catch_up()
                break
            except Crash:
                crashes += 1
        here.keeping.catch_up()
        assert crashes > 4
        assert here.export() == export


class Paused:
    """A graph whose process sleeps before its n-th transaction, until another process has done the work."""

    def __init__(self, graph: Graph, at: int, others: Callable[[], object]) -> None:
        self.engine, self.read = graph.engine, graph.read
        self._graph, self._left, self._others = graph, at, others

    def write(self, work: Callable[[Transaction], Any]) -> Any:
        self._left -= 1
        if self._left == 0:
            self._others()
        return self._graph.write(work)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_process_that_slept_beyond_its_lease_writes_nothing_over_its_successors_work(
    undisturbed: tuple[World, list[str]], monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    here, export = undisturbed
    monkeypatch.setattr(projector, "BATCH", 6)
    here.graph.clear()
    paused: Any = Paused(here.graph, at, lambda: projector.Projector(here.ledger, here.graph).catch_up())
    with pytest.raises(Conflict, match="in the meantime"):
        projector.Projector(here.ledger, paused).catch_up()
    assert here.export() == export


def test_a_rebuild_that_was_interrupted_is_finished_by_the_next(undisturbed: tuple[World, list[str]]) -> None:
    here, export = undisturbed
    for at in (1, 2, 4):
        with pytest.raises(Crash):
            Keeping(here.ledger, Crashing(here.graph, at, after=True)).rebuild()
        here.keeping.catch_up()
        assert here.export() == export


def test_a_graph_of_another_ledger_or_ahead_of_its_own_is_refused(here: World, tmp_path: Path) -> None:
    here.run(node("customer:C-1", "Acme"))
    other = retold(here.ledger.story, tmp_path)
    with pytest.raises(GraphAhead):
        Keeping(other, here.graph).catch_up()
    here.graph.write(lambda tx: tx.run("MATCH (m:Mark) SET m.seq = 99"))
    with pytest.raises(GraphAhead):
        here.keeping.catch_up()
    here.keeping.rebuild()
    assert len(here.export()) == 1
