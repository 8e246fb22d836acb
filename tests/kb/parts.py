"""What the tests of the knowledge base are made of: a clock, a ledger, drafts of records, the graph's export.

Everything that lands in a `World` is remembered, so that its story can be told again to another ledger
without some of its runs, with the same clock.
"""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection

from kb.knowledge import Knowledge
from kb.model.ledger import Draft, Run, RunStatus
from kb.model.moment import FOREVER, AsOf
from kb.model.viewer import Role, Viewer, administrator
from kb.ports import Graph
from kb.projection.keeping import Keeping, graph_schema
from kb.store.database import connect
from kb.store.ledger import Ledger

DAY = 86_400_000
START = 1_700_000_000_000  # 2023-11-14T22:13:20Z, when the clock of a test begins
ADMIN = administrator()
LI_NA = Viewer(name="li.na", roles=frozenset({Role.ACCOUNT_MANAGER}), teams=frozenset({"shanghai"}))
PIETER = Viewer(name="pieter", roles=frozenset({Role.ACCOUNT_MANAGER}), teams=frozenset({"rotterdam"}))
CHEN_WEI = Viewer(name="chen.wei", roles=frozenset({Role.EXPERT}))
SOFIE = Viewer(name="sofie", roles=frozenset({Role.ENGINEER}))
GUEST = Viewer(name="guest", roles=frozenset({Role.CUSTOMER}), customer="customer:C-1")
NOW = AsOf(valid=START + 300 * DAY, known=FOREVER - 1)

_prepared: WeakSet[object] = WeakSet()
_databases = count()


class Clock:
    """Epoch milliseconds that grow by a second at each look, so that everything has its own moment."""

    def __init__(self, start: int = START) -> None:
        self.now = start

    def __call__(self) -> int:
        self.now += 1000
        return self.now


def _address(place: Path | str) -> str:
    return place if isinstance(place, str) else f"sqlite:///{place}/ledger-{next(_databases)}.db"


@dataclass(frozen=True)
class Told:
    """One step of a ledger's story."""

    step: str  # "open" | "land" | "finish"
    run: Run
    drafts: tuple[Draft, ...] = ()
    entries: int = 0
    last: bool = False


class TellingLedger(Ledger):
    """A ledger that remembers what it was told, in order."""

    def __init__(self, place: Path | str, clock: Callable[[], int]) -> None:
        """In a database of its own in the folder, or in the one at the address."""
        super().__init__(connect(_address(place)), clock)
        self.story: list[Told] = []

    def _open(self, connection: Connection, **of: Any) -> Run:
        run = super()._open(connection, **of)
        self.story.append(Told("open", run))
        return run

    def _land(
        self, connection: Connection, run: Run, drafts: Sequence[Draft], entries: int, last: bool
    ) -> Run:
        landed = super()._land(connection, run, drafts, entries, last)
        self.story.append(Told("land", run, tuple(drafts), entries, last))
        return landed

    def finish(self, run: Run, status: RunStatus, *, problem: str | None = None, seconds: float = 0.0) -> Run:
        self.story.append(Told("finish", replace(run, status=status)))
        return super().finish(run, status, problem=problem, seconds=seconds)


def retold(story: Iterable[Told], place: Path | str, without: Collection[str] = ()) -> Ledger:
    """The same story in another ledger, in a database of its own in the folder or in the one at the address.

    The runs in `without` say nothing, but keep their positions.
    """
    moments: list[int] = []
    ledger = Ledger(connect(_address(place)), lambda: moments[-1])
    runs: dict[str, Run] = {}
    for told in story:
        name = told.run.id
        match told.step:
            case "open":
                moments.append(told.run.recorded_at)
                run = told.run
                runs[name] = ledger.open_run(
                    source=run.source, title=run.title, started_by=run.started_by, by_hand=run.by_hand
                )
                assert runs[name].recorded_at == told.run.recorded_at
            case "land" if name not in without:
                runs[name] = ledger.land(runs[name], told.drafts, entries=told.entries, last=told.last)
            case "finish" if name not in without:
                ledger.finish(runs[name], told.run.status)
    return ledger


@dataclass
class World:
    """A knowledge base at work: ledger, graph and use cases, with one clock."""

    graph: Graph
    folder: Path
    clock: Clock
    ledger: TellingLedger
    keeping: Keeping
    knowledge: Knowledge

    def run(self, *drafts: Draft, source: str = "orders", batch: int = 0, apply: bool = True) -> Run:
        """A whole run: opened, landed in pieces of `batch` drafts, closed and applied."""
        run = self.opened(source)
        size = batch or max(1, len(drafts))
        for start in range(0, max(1, len(drafts)), size):
            part = drafts[start : start + size]
            run = self.ledger.land(run, part, entries=len(part), last=start + size >= len(drafts))
        return self.done(run, apply=apply)

    def opened(self, source: str = "orders") -> Run:
        return self.ledger.open_run(source=source, title=f"{source} of a test", started_by="admin")

    def done(self, run: Run, *, apply: bool = True) -> Run:
        run = self.ledger.finish(run, RunStatus.DONE)
        if apply:
            self.keeping.catch_up()
        return run

    def revert(self, run: Run) -> None:
        self.keeping.revert(self.ledger.run(run.id))

    def export(self) -> list[str]:
        return graph_export(self.graph)

    def rebuilt(self) -> list[str]:
        """The export after folding the whole ledger anew."""
        self.keeping.rebuild()
        return self.export()

    def without(self, *runs: Run) -> list[str]:
        """The export of the same story without these runs, from another ledger into an emptied graph."""
        ledger = retold(self.ledger.story, self.folder, {run.id for run in runs})
        self.graph.clear()
        Keeping(ledger, self.graph).catch_up()
        export = self.export()
        ledger.engine.dispose()
        return export


def world(graph: Graph, folder: Path) -> World:
    """A new ledger beside this graph, which is emptied."""
    prepared(graph)
    graph.clear()
    clock = Clock()
    ledger = TellingLedger(folder, clock)
    keeping = Keeping(ledger, graph)
    return World(graph, folder, clock, ledger, keeping, Knowledge(graph, ledger, keeping, clock))


def prepared(graph: Graph) -> None:
    """Constraints and indexes, once for each engine of the session."""
    if graph not in _prepared:
        graph.prepare(graph_schema())
        _prepared.add(graph)


def graph_export(graph: Graph) -> list[str]:
    """All nodes and relationships as canonical lines in order; all but the mark."""
    nodes = graph.read("MATCH (n) WHERE NOT n:Mark RETURN labels(n) AS labels, n AS node")
    edges = graph.read("MATCH (a)-[r]->(b) RETURN type(r) AS type, a.id AS start, b.id AS end, r AS about")
    rows = [["node", sorted(row["labels"]), _plain(row["node"])] for row in nodes]
    rows += [["edge", row["type"], row["start"], row["end"], _plain(row["about"])] for row in edges]
    return sorted(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)


def _plain(props: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in props.items() if value is not None}
