"""The one that applies ledger records to the graph, in order, in batches.

Each graph transaction also moves the graph's mark, so that after any crash the
graph says where to go on. While one is under way the next is prepared. One
projector works at a time: it holds the "projector" lease while it does.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from kb.model.ledger import LiveRecord, RecordKind
from kb.ports import Graph, Transaction
from kb.projection import interactions, mark, nodes, orders, totals
from kb.projection.behind import WriteBehind
from kb.projection.facts import FactWrites, Slot
from kb.projection.mark import Mark
from kb.projection.slots import Slots
from kb.store.feed import Feed, Settled
from kb.store.ledger import Ledger
from kb.store.ledger_rows import batches

BATCH = 5000  # ledger records of one transaction
CUSTOMERS = 400  # customers whose figures are settled in one transaction

Progress = Callable[[int], None]  # the position reached


@dataclass(slots=True)
class Touched:
    """The units that some records contribute to."""

    nodes: set[int] = field(default_factory=set)
    interactions: set[int] = field(default_factory=set)
    lines: dict[int, list[LiveRecord]] = field(default_factory=dict)
    slots: set[Slot] = field(default_factory=set)

    def add(self, record: LiveRecord) -> None:
        match record.kind:
            case RecordKind.NODE:
                self.nodes.add(record.unit)
            case RecordKind.INTERACTION | RecordKind.LINK:
                self.interactions.add(record.unit)
            case RecordKind.ORDER_LINE:
                if "moved" not in record.payload:  # the line that moved names its order itself
                    self.lines.setdefault(record.unit, []).append(record)
            case RecordKind.FACT:
                self.slots.add((record.payload["subject"], record.payload["predicate"]))
            case RecordKind.CLOSE | RecordKind.ROW | RecordKind.READING | RecordKind.VERDICT:
                pass

    @property
    def units(self) -> set[int]:
        """What may have come into being, for those that were waiting for it."""
        return self.nodes | self.interactions | self.lines.keys()


class Projector:
    """Applies what the graph lacks. Not safe to share between threads; see `kb.store.leases`."""

    def __init__(self, ledger: Ledger, graph: Graph) -> None:
        self._ledger = ledger
        self._identity = ledger.identity()
        self._graph = WriteBehind(graph)
        self._feed = Feed(ledger.engine)
        self._slots = Slots(self._feed, self._graph)
        self._coming: set[str] = set()  # orders that the last write creates: it may be under way

    def position(self) -> int:
        """How far the graph has come. Raises GraphAhead if further than the ledger."""
        return mark.read(self._graph.beside, self._identity, self._ledger.last_seq).seq

    def catch_up(self, progress: Progress = lambda _: None) -> int:
        """Apply all records that the graph lacks; returns the position reached."""
        try:
            with self._graph:
                return self._catch_up(progress)
        finally:
            self._coming = set()

    def _catch_up(self, progress: Progress) -> int:
        at = mark.read(self._graph, self._identity, self._ledger.last_seq)
        while True:
            records, upto = self._feed.after(at.seq, BATCH)
            if upto == at.seq:
                return at.seq
            for part in _at_closings(records):
                closing = part[-1] if part and part[-1].kind is RecordKind.CLOSE else None
                end = upto if closing is None else closing.seq - 1
                if end > at.seq:
                    self._apply(part if closing is None else part[:-1], at, Mark(end))
                    at = Mark(end)
                if closing is not None:
                    self._settle(closing, at)
                    at = Mark(closing.seq)
            if at.seq < upto:
                self._graph.write(self._moving(at, Mark(upto)))
                at = Mark(upto)
            progress(at.seq)

    def _moving(self, before: Mark, after: Mark) -> Callable[[Transaction], None]:
        return lambda tx: mark.move(tx, self._identity, before, after)

    def _apply(self, records: Sequence[LiveRecord], before: Mark, after: Mark) -> None:
        touched = Touched()
        for record in records:
            touched.add(record)
        self._wake(touched, touched.units, after.seq)
        self.write(touched, after.seq, self._moving(before, after))

    def _wake(self, touched: Touched, targets: Iterable[int], upto: int) -> None:
        """Add what is built on the targets, which came into being or went."""
        for record in self._feed.dependents(targets, upto):
            touched.add(record)

    def write(self, touched: Touched, upto: int, first: Callable[[Transaction], None] | None = None) -> None:
        """Bring the touched units to what the ledger says up to `upto`, after `first` in one transaction."""
        node_writes = nodes.writes(
            self._graph, nodes.folded(self._feed.of_units(touched.nodes, (RecordKind.NODE,), upto))
        )
        kinds = (RecordKind.INTERACTION, RecordKind.LINK)
        talk = interactions.writes(self._feed.of_units(touched.interactions, kinds, upto))
        order_writes = self._orders(touched.lines, upto)

        fact_writes = self._slots.fold(touched.slots, upto)

        def work(tx: Transaction) -> None:
            if first is not None:
                first(tx)
            node_writes.write(tx)
            talk.write(tx)
            order_writes.write(tx)
            fact_writes.write(tx)

        self._graph.write(work)
        self._coming = order_writes.created

    def write_orders(self, units: Iterable[int], upto: int) -> None:
        """Bring whole orders to what the ledger says up to `upto`."""
        lines: dict[int, list[LiveRecord]] = {}
        for record in self._feed.of_units(units, (RecordKind.ORDER_LINE,), upto):
            if "moved" not in record.payload:
                lines.setdefault(record.unit, []).append(record)
        self._graph.write(self._orders(lines, upto).write)

    def totals(self, customers: Iterable[str], upto: int) -> dict[str, totals.Totals]:
        """What the customer list shows of these customers."""
        return self._slots.totals(customers, upto)

    def _orders(self, lines: dict[int, list[LiveRecord]], upto: int) -> orders.OrderWrites:
        """Orders that the graph lacks are made from the batch; of the others all lines are read again."""
        ids = {unit: f"order:{group[0].payload['order']}" for unit, group in lines.items()}
        held = orders.existing(self._graph.beside, sorted(ids.values())) if ids else set()
        held |= self._coming.intersection(ids.values())
        again = [unit for unit, id in ids.items() if id in held]
        found = [record for unit, group in lines.items() if ids[unit] not in held for record in group]
        if again:
            found += self._feed.of_units(again, (RecordKind.ORDER_LINE,), upto)
        return orders.writes(found, held)

    def _settle(self, closing: LiveRecord, at: Mark) -> None:
        """Compute the figures of all customers whose orders the run changed."""
        run = Settled(closing.run, closing.recorded_at, closing.seq)
        subjects = self._feed.subjects_of(closing.run, closing.seq)
        done = mark.read(self._graph, self._identity, self._ledger.last_seq).part
        for part in batches(subjects[done:], CUSTOMERS):
            writes, shown = self._slots.settle(run, part, closing.seq)
            moving = self._moving(Mark(at.seq, done), Mark(at.seq, done + len(part)))
            done += len(part)

            def work(
                tx: Transaction,
                writes: FactWrites = writes,
                shown: dict[str, totals.Totals] = shown,
                moving: Callable[[Transaction], None] = moving,
            ) -> None:
                moving(tx)
                totals.write(tx, shown)
                writes.write(tx)

            self._graph.write(work)
        self._graph.write(self._moving(Mark(at.seq, done), Mark(closing.seq)))


def _at_closings(records: Sequence[LiveRecord]) -> list[Sequence[LiveRecord]]:
    """The records in pieces that end at closing records; always at least one piece."""
    cuts = [index + 1 for index, record in enumerate(records) if record.kind is RecordKind.CLOSE]
    starts = [0, *cuts]
    ends = [*cuts, len(records)]
    pieces = [records[start:end] for start, end in zip(starts, ends, strict=True)]
    return [piece for piece in pieces if piece] or [[]]
