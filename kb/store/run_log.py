"""Reading runs and what they rejected, as people look at them: administrators all, others their own."""

from typing import Any

from sqlalchemy import ColumnElement, Engine, func, select

from kb.errors import NotFound
from kb.model.ledger import Run, RunStatus
from kb.model.listing import Listing
from kb.model.reading import RejectedRow
from kb.model.viewer import Viewer
from kb.store.database import reading
from kb.store.ledger_rows import run_of
from kb.store.payloads import payload_of
from kb.store.schema import REJECTED, records, runs

RAW_SHOWN = 500  # characters of a rejected record


class RunLog:
    """Runs within a viewer's rights. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def listing(self, viewer: Viewer, *, by_hand: bool, offset: int, limit: int) -> Listing[Run]:
        """Newest first; acts by hand only if asked for."""
        mine = _mine(viewer)
        if not by_hand:
            mine.append(runs.c.by_hand.is_(False))
        with reading(self._engine) as connection:
            total = connection.scalar(select(func.count()).select_from(runs).where(*mine)) or 0
            query = select(runs).where(*mine).order_by(runs.c.position.desc()).offset(offset).limit(limit)
            return Listing([run_of(row) for row in connection.execute(query)], total, offset)

    def one(self, viewer: Viewer, id: str) -> Run:
        """Raises NotFound, also for a run that somebody else started."""
        with reading(self._engine) as connection:
            row = connection.execute(select(runs).where(runs.c.id == id, *_mine(viewer))).first()
        if row is None:
            raise NotFound("run", id)
        return run_of(row)

    def unfinished(self, *, stopped: bool = False) -> list[Run]:
        """Runs that are at work, or were when their process ended; with `stopped` those that gave up, too."""
        wanted = (RunStatus.RUNNING, RunStatus.STOPPED) if stopped else (RunStatus.RUNNING,)
        with reading(self._engine) as connection:
            query = select(runs).where(runs.c.status.in_(wanted)).order_by(runs.c.position)
            return [run_of(row) for row in connection.execute(query)]

    def newest(self) -> int:
        """Position of the newest run; 0 where there is none."""
        with reading(self._engine) as connection:
            return connection.scalar(select(func.max(runs.c.position))) or 0

    def of_file(self, source: str, title: str, file: str, after: int) -> Run | None:
        """The first run of the kept file after that position that was not reverted."""
        which = (runs.c.source == source, runs.c.title == title, runs.c.file == file, runs.c.position > after)
        query = select(runs).where(*which, runs.c.status != RunStatus.REVERTED).order_by(runs.c.position)
        with reading(self._engine) as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else run_of(row)

    def rejected(self, run: Run, *, offset: int, limit: int) -> Listing[RejectedRow]:
        """The rejected records of a run, in the order of the file."""
        which = (records.c.run == run.position, records.c.outcome == REJECTED)
        with reading(self._engine) as connection:
            total = connection.scalar(select(func.count()).select_from(records).where(*which)) or 0
            query = (
                select(records.c.place, records.c.payload, records.c.raw)
                .where(*which)
                .order_by(records.c.seq)
                .offset(offset)
                .limit(limit)
            )
            rows = [
                _rejected(row.place, payload_of(row.payload), row.raw) for row in connection.execute(query)
            ]
        return Listing(rows, total, offset)

    def reasons(self, run: Run) -> tuple[tuple[str, str, int], ...]:
        """How often each (reason, field) occurs among the rejected records, most frequent first."""
        counts: dict[tuple[str, str], int] = {}
        with reading(self._engine) as connection:
            query = select(records.c.payload).where(
                records.c.run == run.position, records.c.outcome == REJECTED
            )
            for payload in connection.scalars(query):
                found = payload_of(payload)
                key = (found["reason"], found["field"])
                counts[key] = counts.get(key, 0) + 1
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple((reason, field, number) for (reason, field), number in ordered)


def _mine(viewer: Viewer) -> list[ColumnElement[bool]]:
    return [] if viewer.sees_everything else [runs.c.started_by == viewer.name]


def _rejected(place: int, found: dict[str, Any], raw: bytes) -> RejectedRow:
    try:
        shown = raw.decode("utf-8")
    except UnicodeDecodeError:
        shown = raw.decode("gb18030", "replace")
    return RejectedRow(
        place=place,
        field=found["field"],
        value=found["value"],
        reason=found["reason"],
        raw=shown[:RAW_SHOWN],
    )
