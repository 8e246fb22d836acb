"""Taking a run back in the ledger: its records no longer count, and what they hid counts again."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, insert, select, update

from kb.errors import Conflict
from kb.model.ledger import LiveRecord, Run, RunStatus
from kb.store.database import reading, writing
from kb.store.feed import COLUMNS, live_records
from kb.store.judging import judge, recount
from kb.store.ledger_rows import batches
from kb.store.schema import ACCEPTED, REJECTED, counters, records, runs

FOLDING = "folding"
PART = 5000
REVERTIBLE = (RunStatus.DONE, RunStatus.STOPPED)


@dataclass(frozen=True, slots=True)
class Folding:
    """A fold of the graph that is under way: `what` is "rebuild" or "revert", of the run at `position`."""

    what: str
    position: int


class Reverting:
    """The ledger's side of reverts and rebuilds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def folding(self) -> Folding | None:
        """The fold under way, whose end readers wait for; None almost always."""
        with reading(self._engine) as connection:
            row = connection.execute(select(counters).where(counters.c.name == FOLDING)).first()
        return None if row is None else Folding(row.label, row.value)

    def begin(self, what: str, position: int = 0) -> None:
        """Say that the graph is being folded; replaces what was said before."""
        with writing(self._engine) as connection:
            _say(connection, what, position)

    def done(self) -> None:
        """The graph is whole again."""
        with writing(self._engine) as connection:
            connection.execute(delete(counters).where(counters.c.name == FOLDING))

    def revert(self, run: Run) -> None:
        """Mark the run dead and judge again the records that share a key with its own.

        All in one transaction. Raises Conflict for a run that is at work or was reverted before.
        """
        with writing(self._engine) as connection:
            changed = connection.execute(
                update(runs)
                .where(
                    runs.c.position == run.position, runs.c.status.in_([RunStatus.DONE, RunStatus.STOPPED])
                )
                .values(status=RunStatus.REVERTED)
            )
            if changed.rowcount != 1:
                raise Conflict(
                    f"Run {run.id} is {run.status.value}; only a run that is done or stopped can be reverted."
                )
            for part in batches(_keys(connection, run.position), PART):
                judge(connection, part)
            recount(connection)
            _say(connection, "revert", run.position)

    def sharing_keys(self, position: int) -> Iterator[LiveRecord]:
        """All records, live or not, that share a key with an accepted record of the run."""
        with reading(self._engine) as connection:
            keys = _keys(connection, position)
        for part in batches(keys, PART):
            with reading(self._engine) as connection:
                query = (
                    select(*COLUMNS)
                    .join(runs, runs.c.position == records.c.run)
                    .where(records.c.key_hash.in_(part), records.c.outcome != REJECTED)
                )
                found = live_records(connection, query)
            yield from found


def _say(connection: Connection, what: str, position: int) -> None:
    connection.execute(delete(counters).where(counters.c.name == FOLDING))
    connection.execute(insert(counters).values(name=FOLDING, value=position, label=what))


def _keys(connection: Connection, position: int) -> list[int]:
    query = select(records.c.key_hash).where(records.c.run == position, records.c.outcome == ACCEPTED)
    return sorted(set(connection.scalars(query)))
