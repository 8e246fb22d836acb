"""What the projector reads from the ledger: live records by position, by unit, by subject, by reference."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from kb.model.ledger import LiveRecord, RecordKind, RunStatus
from kb.store.database import reading
from kb.store.ledger_rows import batches
from kb.store.payloads import payload_of
from kb.store.schema import ACCEPTED, hashed, records, references, runs

IN_LIMIT = 5000  # values of one IN list; SQLite takes 32,766

COLUMNS = (  # of a record as folds read it
    records.c.seq,
    records.c.run,
    runs.c.recorded_at,
    records.c.kind,
    records.c.key_hash,
    records.c.unit,
    records.c.subject,
    records.c.place,
    records.c.payload,
)


@dataclass(frozen=True, slots=True)
class Settled:
    """A run whose landing is complete, so that its order lines count for figures."""

    position: int
    recorded_at: int
    seq: int  # of its closing record


_KINDS = {kind.value: kind for kind in RecordKind}


class Feed:
    """Live records: accepted, of runs that were not reverted. In order of (run, position) unless said."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def after(self, seq: int, limit: int) -> tuple[list[LiveRecord], int]:
        """The live ones among the next `limit` records, in order of position, and the position read to."""
        with reading(self._engine) as connection:
            upto = connection.scalar(
                select(records.c.seq)
                .where(records.c.seq <= seq + limit)
                .order_by(records.c.seq.desc())
                .limit(1)
            )
            if upto is None or upto <= seq:
                return [], seq
            query = _live().where(records.c.seq > seq, records.c.seq <= upto).order_by(records.c.seq)
            return live_records(connection, query), int(upto)

    def of_units(self, units: Iterable[int], kinds: Collection[RecordKind], upto: int) -> list[LiveRecord]:
        """All live records up to position `upto` that contribute to the units."""
        return self._among(records.c.unit, units, kinds, upto)

    def of_subjects(self, subjects: Iterable[int], upto: int) -> list[LiveRecord]:
        """All live order lines up to position `upto` that change the figures of these customers."""
        return self._among(records.c.subject, subjects, (RecordKind.ORDER_LINE,), upto)

    def _among(
        self, column: Any, values: Iterable[int], kinds: Collection[RecordKind], upto: int
    ) -> list[LiveRecord]:
        found: list[LiveRecord] = []
        with reading(self._engine) as connection:
            for part in batches(sorted(set(values)), IN_LIMIT):
                query = _live().where(column.in_(part), records.c.kind.in_(kinds), records.c.seq <= upto)
                found += live_records(connection, query)
        found.sort(key=lambda record: (record.run, record.seq))
        return found

    def present(self, units: Iterable[int], upto: int) -> set[int]:
        """Those of the units that some live record makes exist (as a node, an interaction or an order)."""
        making = (RecordKind.NODE, RecordKind.INTERACTION, RecordKind.ORDER_LINE)
        found: set[int] = set()
        with reading(self._engine) as connection:
            for part in batches(sorted(set(units)), IN_LIMIT):
                query = (
                    select(records.c.unit)
                    .distinct()
                    .join(runs, runs.c.position == records.c.run)
                    .where(
                        records.c.unit.in_(part), records.c.kind.in_(making), records.c.seq <= upto, *_LIVE
                    )
                )
                found.update(connection.scalars(query))
        return found

    def dependents(self, targets: Iterable[int], upto: int) -> list[LiveRecord]:
        """Live records up to `upto` that are built on one of the targets (units or versions of facts)."""
        found: dict[int, LiveRecord] = {}
        with reading(self._engine) as connection:
            if connection.execute(select(references.c.seq).limit(1)).first() is None:
                return []
            for part in batches(sorted(set(targets)), IN_LIMIT):
                query = (
                    _live()
                    .join(references, references.c.seq == records.c.seq)
                    .where(references.c.target.in_(part), records.c.seq <= upto)
                )
                found.update((record.seq, record) for record in live_records(connection, query))
        return [found[seq] for seq in sorted(found)]

    def subjects_of(self, run: int, upto: int) -> list[int]:
        """The customers whose figures the run's live order lines change, in a fixed order."""
        with reading(self._engine) as connection:
            first, last = connection.execute(
                select(runs.c.first_seq, runs.c.last_seq).where(runs.c.position == run)
            ).one()
            query = (
                select(records.c.subject)
                .distinct()
                .where(
                    records.c.seq >= (first or 0),
                    records.c.seq <= min(last or 0, upto),
                    records.c.run == run,
                    records.c.outcome == ACCEPTED,
                    records.c.subject.is_not(None),
                )
            )
            return sorted(connection.scalars(query))

    def overtaken(self, subjects: Collection[int], position: int) -> set[int]:
        """Those of the customers of whom a run after the one at `position` has lines, also repeated ones."""
        found: set[int] = set()
        with reading(self._engine) as connection:
            if (connection.scalar(select(func.max(runs.c.position))) or 0) <= position:
                return found
            for part in batches(sorted(subjects), IN_LIMIT):
                query = select(records.c.subject).distinct()
                query = query.where(records.c.subject.in_(part), records.c.run > position)
                found.update(connection.scalars(query))
        return found

    def settled(self, positions: Iterable[int], upto: int) -> dict[int, Settled]:
        """Those of the runs whose landing was complete at position `upto`, in order."""
        found: dict[int, Settled] = {}
        with reading(self._engine) as connection:
            for part in batches(sorted(set(positions)), IN_LIMIT):
                query = (
                    select(records.c.run, records.c.seq, runs.c.recorded_at)
                    .join(runs, runs.c.position == records.c.run)
                    .where(
                        records.c.unit.in_([hashed(f"close/r{position}") for position in part]),
                        records.c.kind == RecordKind.CLOSE,
                        records.c.seq <= upto,
                        *_LIVE,
                    )
                    .order_by(records.c.run)
                )
                for row in connection.execute(query):
                    found[row.run] = Settled(row.run, row.recorded_at, row.seq)
        return found

    def interactions(self) -> Iterator[LiveRecord]:
        """All live interactions in order of position, in bounded memory."""
        seq = 0
        while True:
            with reading(self._engine) as connection:
                query = (
                    _live()
                    .where(records.c.seq > seq, records.c.kind == RecordKind.INTERACTION)
                    .order_by(records.c.seq)
                    .limit(IN_LIMIT)
                )
                part = live_records(connection, query)
            if not part:
                return
            yield from part
            seq = part[-1].seq

    def nodes(self, before_run: int) -> list[LiveRecord]:
        """All live node records of runs before this one: what names were known when it began."""
        with reading(self._engine) as connection:
            query = _live().where(records.c.kind == RecordKind.NODE, records.c.run < before_run)
            return live_records(connection, query.order_by(records.c.run, records.c.seq))


_LIVE = (records.c.outcome == ACCEPTED, runs.c.status != RunStatus.REVERTED)


def _live() -> Select[Any]:
    return select(*COLUMNS).join(runs, runs.c.position == records.c.run).where(*_LIVE)


def live_records(connection: Connection, query: Select[Any]) -> list[LiveRecord]:
    """The records that a query of COLUMNS finds, from the driver's own rows: there may be very many."""
    with closing(connection.execute(query)) as result:
        rows = result.cursor.fetchall() if result.cursor else ()
    return [
        LiveRecord(seq, run, recorded_at, _KINDS[kind], key_hash, unit, subject, place, payload_of(payload))
        for seq, run, recorded_at, kind, key_hash, unit, subject, place, payload in rows
    ]


def in_effect(found: Sequence[LiveRecord]) -> list[LiveRecord]:
    """The latest record of each key: what amendments have left standing. Order as given."""
    latest = {record.key_hash: record.seq for record in found}
    return [record for record in found if latest[record.key_hash] == record.seq]
