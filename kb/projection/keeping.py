"""Keeping the graph in step with the ledger: who applies, and how others wait for it."""

import time
from collections.abc import Callable

from kb.model.ledger import Run
from kb.ports import Graph, GraphSchema
from kb.projection.projector import Progress, Projector
from kb.projection.refold import Refold
from kb.store.leases import Leases
from kb.store.ledger import Ledger
from ontology.terms import DATATYPES, NODE_TYPES

LEASE = "projector"
WAIT_S = 120.0  # how long a reader of its own writing waits for a projector that is busy elsewhere
FOLD_WAIT_S = 600.0
INTEGRAL = {"integer", "dateTime"}  # instants are stored as epoch milliseconds


def graph_schema() -> GraphSchema:
    """The constraints and indexes of the graph, as the ontology declares them, and the mark's own."""
    indexed = {name for kind in NODE_TYPES.values() for name in kind.indexed}
    return GraphSchema(
        unique=(*((kind.name, kind.key) for kind in NODE_TYPES.values()), ("Mark", "id")),
        indexes=tuple((kind.name, (name,)) for kind in NODE_TYPES.values() for name in kind.indexed),
        integers=tuple(sorted(name for name in indexed if DATATYPES.get(name) in INTEGRAL)),
    )


class Keeping:
    """Applies records, reverts runs and rebuilds, one process at a time. Safe to share between threads."""

    def __init__(self, ledger: Ledger, graph: Graph) -> None:
        self._ledger = ledger
        self._graph = graph
        self._leases = Leases(ledger.engine)
        self._projector = Projector(ledger, graph)
        self._refold = Refold(ledger, graph, self._projector)

    def position(self) -> int:
        """How far the graph has come in the ledger."""
        return self._projector.position()

    def apply(self, upto: int, progress: Progress = lambda _: None) -> None:
        """Return once the graph holds all records up to position `upto`, applied here or by another process.

        Raises LedgerUnavailable when another process holds the projector and does not come so far in time.
        """
        until = time.monotonic() + WAIT_S
        while self.position() < upto:
            if self._leases.holder(LEASE) is None or time.monotonic() > until:
                self.catch_up(progress, wait_s=5.0)
            else:
                time.sleep(0.02)

    def catch_up(self, progress: Progress = lambda _: None, *, wait_s: float = WAIT_S) -> int:
        """Finish an interrupted fold, apply all that the graph lacks, return the position reached."""
        with self._leases.held(LEASE, wait_s=wait_s):
            self._refold.resume(progress)
            return self._projector.catch_up(progress)

    def follow(self, landed: Callable[[], bool], progress: Progress = lambda _: None) -> None:
        """Apply records as they land, until `landed` says that no more will come."""
        with self._leases.held(LEASE, wait_s=WAIT_S):
            self._refold.resume(progress)
            reached = -1
            while True:
                last = landed()
                at = self._projector.catch_up(progress)
                if last:
                    return
                if at == reached:
                    time.sleep(0.01)
                reached = at

    def revert(self, run: Run) -> None:
        """Take a run back. Raises Conflict for one that is at work or was reverted before."""
        with self._leases.held(LEASE, wait_s=FOLD_WAIT_S):
            self._refold.resume()
            self._refold.revert(run)

    def rebuild(self, progress: Progress = lambda _: None) -> None:
        """Fold the whole ledger into an emptied graph."""
        with self._leases.held(LEASE, wait_s=FOLD_WAIT_S):
            self._graph.prepare(graph_schema())
            self._refold.rebuild(progress)
