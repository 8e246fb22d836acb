"""Which interactions nothing has read for facts since they came in or were amended."""

from collections.abc import Iterator

from sqlalchemy import Engine, Select, and_, exists, func, select

from kb.model.ledger import LiveRecord, RecordKind, Run, RunStatus
from kb.store.database import reading
from kb.store.feed import COLUMNS, live_records
from kb.store.ledger_rows import batches
from kb.store.schema import ACCEPTED, REJECTED, records, runs

PART = 500  # interactions of one query


class Unread:
    """Looks among live interactions that came in as records of their own, not as notes to a fact."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self, run: Run | None = None, *, again: bool = False) -> int:
        """How many `interactions` would give."""
        with reading(self._engine) as connection:
            found = _unread(run, again=again).subquery()
            return int(connection.scalar(select(func.count()).select_from(found)) or 0)

    def interactions(self, run: Run | None = None, *, again: bool = False) -> Iterator[LiveRecord]:
        """Those that no live run has read since; with `again` those that this run has not read. In order."""
        with reading(self._engine) as connection:
            places = [row.seq for row in connection.execute(_unread(run, again=again))]
        for part in batches(sorted(places), PART):
            with reading(self._engine) as connection:
                query = select(*COLUMNS).join(runs, runs.c.position == records.c.run)
                yield from live_records(
                    connection, query.where(records.c.seq.in_(part)).order_by(records.c.seq)
                )


def _unread(run: Run | None, *, again: bool) -> Select[tuple[int]]:
    newest = (
        select(func.max(records.c.seq).label("seq"), records.c.unit)
        .join(runs, runs.c.position == records.c.run)
        .where(
            records.c.kind == RecordKind.INTERACTION,
            records.c.outcome == ACCEPTED,
            records.c.derived.is_(False),
            runs.c.status != RunStatus.REVERTED,
        )
        .group_by(records.c.unit)
        .subquery()
    )
    read, reader = records.alias("read"), runs.alias("reader")
    of_it = and_(read.c.unit == newest.c.unit, read.c.kind == RecordKind.READING, read.c.outcome != REJECTED)
    if again and run is not None:
        of_it = and_(of_it, read.c.run == run.position)
    elif not again:
        of_it = and_(of_it, read.c.seq > newest.c.seq, reader.c.status != RunStatus.REVERTED)
    seen = exists().where(of_it, reader.c.position == read.c.run)
    if again and run is None:
        return select(newest.c.seq)
    return select(newest.c.seq).where(~seen)
