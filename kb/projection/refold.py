"""Folding anew: after a revert what the run touched, or everything.

While it goes on the ledger says so and readers wait (Rebuilding). A fold that
was interrupted is taken up again by whoever projects next.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kb.model.identity import label_of
from kb.model.ledger import LiveRecord, Run
from kb.ports import Graph
from kb.projection import interactions, nodes, totals
from kb.projection.facts import Slot
from kb.projection.figures import PREDICATES
from kb.projection.projector import Progress, Projector, Touched
from kb.store.feed import Feed
from kb.store.ledger import Ledger
from kb.store.ledger_rows import batches
from kb.store.reverting import Reverting
from kb.store.schema import hashed

FORGET_MARK = "MATCH (m:Mark) DELETE m"
PART = 500  # units of one transaction


@dataclass(slots=True)
class Ids:
    """The names of what a reverted run touched, by what they are."""

    nodes: set[str] = field(default_factory=set)
    talk: set[str] = field(default_factory=set)
    orders: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    slots: set[Slot] = field(default_factory=set)

    def add(self, record: LiveRecord) -> None:
        payload = record.payload
        match record.kind.value:
            case "node":
                self.nodes.add(payload["id"])
            case "interaction":
                self.talk.add(payload["id"])
            case "link":
                self.talk.add(payload["interaction"])
            case "fact":
                self.slots.add((payload["subject"], payload["predicate"]))
            case "order_line":
                self._add_line(payload)

    def _add_line(self, payload: dict[str, str]) -> None:
        if payload.get("customer"):
            customer = f"customer:{payload['customer']}"
            self.customers.add(customer)
            self.nodes.add(customer)
        if "moved" not in payload:
            self.orders.add(f"order:{payload['order']}")
            self.nodes.add(f"product:{payload['product']}")


class Refold:
    """Reverts and rebuilds the graph. The caller holds the projector's lease."""

    def __init__(self, ledger: Ledger, graph: Graph, projector: Projector) -> None:
        self._graph = graph
        self._projector = projector
        self._feed = Feed(ledger.engine)
        self._reverting = Reverting(ledger.engine)

    def resume(self, progress: Progress = lambda _: None) -> None:
        """Finish a fold that was interrupted; nothing where none was."""
        folding = self._reverting.folding()
        if folding is None:
            return
        if folding.what == "revert":
            self._fold_touched(folding.position)
            self._reverting.done()
        else:
            self._rebuild(cleared=folding.position > 0, progress=progress)

    def revert(self, run: Run) -> None:
        """Take the run back: the graph is then as if it had never been. Raises as Reverting.revert."""
        self._projector.catch_up()
        self._reverting.revert(run)
        self.resume()

    def rebuild(self, progress: Progress = lambda _: None) -> None:
        """Fold the whole ledger into an emptied graph."""
        self._reverting.begin("rebuild")
        self._rebuild(cleared=False, progress=progress)

    def _rebuild(self, *, cleared: bool, progress: Progress) -> None:
        if not cleared:
            self._graph.write(lambda tx: tx.run(FORGET_MARK))
            self._graph.clear()
            self._reverting.begin("rebuild", 1)
        self._projector.catch_up(progress)
        self._reverting.done()

    def _fold_touched(self, position: int) -> None:
        upto = self._projector.position()
        ids = Ids()
        for record in self._reverting.sharing_keys(position):
            ids.add(record)
        named = ids.nodes | ids.talk | ids.orders
        for record in self._feed.dependents((hashed(id) for id in named), upto):
            ids.add(record)
        ids.slots |= {(customer, predicate) for customer in ids.customers for predicate in PREDICATES}
        present = self._feed.present((hashed(id) for id in ids.nodes | ids.talk | ids.orders), upto)
        self._bring_back(ids, present, upto)
        for slots in batches(sorted(ids.slots), PART):
            touched = Touched()
            touched.slots.update(slots)
            self._projector.write(touched, upto)
        shown = self._projector.totals(ids.customers, upto)
        self._graph.write(lambda tx: totals.write(tx, shown))
        self._remove(ids, present)

    def _bring_back(self, ids: Ids, present: set[int], upto: int) -> None:
        """What is still there, as the live records make it."""
        for part in batches(sorted(ids.nodes), PART):
            touched = Touched()
            touched.nodes.update(_among(part, present))
            self._projector.write(touched, upto)
        for part in batches(sorted(ids.talk), PART):
            touched = Touched()
            touched.interactions.update(_among(part, present))
            self._projector.write(touched, upto)
        for part in batches(sorted(ids.orders), PART):
            self._projector.write_orders(_among(part, present), upto)

    def _remove(self, ids: Ids, present: set[int]) -> None:
        for part in batches(sorted(_gone(ids.talk | ids.orders, present)), PART):
            self._graph.write(lambda tx, part=part: tx.run(interactions.REMOVE, ids=list(part)))  # type: ignore[misc]
        for id in sorted(_gone(ids.nodes, present)):
            self._graph.write(lambda tx, id=id: tx.run(nodes.REMOVE[label_of(id)], ids=[id]))  # type: ignore[misc]


def _among(ids: Iterable[str], present: set[int]) -> set[int]:
    return {unit for unit in map(hashed, ids) if unit in present}


def _gone(ids: Iterable[str], present: set[int]) -> set[str]:
    return {id for id in ids if hashed(id) not in present}
