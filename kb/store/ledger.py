"""The ledger: every record that ever came in, in order, with how it ended.

Appending is one transaction at a time; positions are handed out inside it, so
that the order of the records is the order of their commits on both databases.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update

from kb.errors import Conflict, NotFound
from kb.model.ledger import Draft, Payload, Run, RunStatus
from kb.store import schema
from kb.store.database import reading, writing
from kb.store.judging import before, judge, recount
from kb.store.ledger_rows import closing_row, distinct, encoded, insert_records, run_of
from kb.store.moving import moved_rows
from kb.store.payloads import text_of
from kb.store.schema import ACCEPTED, DUPLICATE, REJECTED, counters, hashed, references, runs

Clock = Callable[[], int]  # epoch milliseconds, UTC


class Ledger:
    """Appends runs and records. Safe to share between threads; several processes may hold one each."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self._clock = clock
        with writing(engine) as connection:
            schema.metadata.create_all(connection)
            if connection.execute(select(counters.c.name)).first() is None:
                connection.execute(
                    insert(counters),
                    [
                        {"name": "ledger", "value": 1, "label": uuid.uuid4().hex},
                        {"name": "seq", "value": 0, "label": None},
                    ],
                )

    def identity(self) -> str:
        """The ledger's own name, which the graph's mark repeats."""
        with reading(self.engine) as connection:
            return str(connection.scalar(select(counters.c.label).where(counters.c.name == "ledger")))

    def last_seq(self) -> int:
        """Position of the last record; 0 for an empty ledger."""
        with reading(self.engine) as connection:
            return int(connection.scalar(select(counters.c.value).where(counters.c.name == "seq")) or 0)

    def open_run(
        self,
        *,
        source: str,
        title: str,
        started_by: str,
        how: Payload | None = None,
        file: str | None = None,
        total: int | None = None,
        by_hand: bool = False,
    ) -> Run:
        """A new run, RUNNING, known from now on (later than any run before it)."""
        with writing(self.engine) as connection:
            return self._open(
                connection,
                source=source,
                title=title,
                started_by=started_by,
                how=how,
                file=file,
                total=total,
                by_hand=by_hand,
            )

    def _open(
        self,
        connection: Connection,
        *,
        source: str,
        title: str,
        started_by: str,
        how: Payload | None = None,
        file: str | None = None,
        total: int | None = None,
        by_hand: bool = False,
    ) -> Run:
        newest = connection.execute(select(func.max(runs.c.position), func.max(runs.c.recorded_at))).one()
        run = Run(
            position=(newest[0] or 0) + 1,
            id=f"r{(newest[0] or 0) + 1}",
            source=source,
            title=title,
            started_by=started_by,
            recorded_at=max(self._clock(), (newest[1] or 0) + 1),
            status=RunStatus.RUNNING,
            by_hand=by_hand,
            file=file,
            reading=how or {},
            total=total,
        )
        connection.execute(
            insert(runs).values(
                position=run.position,
                id=run.id,
                source=source,
                title=title,
                by_hand=by_hand,
                started_by=started_by,
                recorded_at=run.recorded_at,
                status=run.status,
                file=file,
                reading=text_of(how or {}),
                total=total,
                done=0,
                landed=False,
                records=0,
                accepted=0,
                duplicate=0,
                rejected=0,
                seconds=0.0,
            )
        )
        return run

    def land(self, run: Run, drafts: Sequence[Draft], *, entries: int, last: bool = False) -> Run:
        """Append `drafts`, which came from `entries` entries of the file, in one transaction.

        `last` closes the landing: a closing record marks where the run's figures are settled.
        """
        with writing(self.engine) as connection:
            return self._land(connection, run, drafts, entries, last)

    def append(self, *, title: str, started_by: str, drafts: Callable[[Run], Sequence[Draft]]) -> Run:
        """A whole run made by hand, in one transaction."""
        with writing(self.engine) as connection:
            run = self._open(connection, source="hand", title=title, started_by=started_by, by_hand=True)
            run = self._land(connection, run, drafts(run), 1, True)
            connection.execute(
                update(runs).where(runs.c.position == run.position).values(status=RunStatus.DONE)
            )
        return replace(run, status=RunStatus.DONE)

    def _land(
        self, connection: Connection, run: Run, drafts: Sequence[Draft], entries: int, last: bool
    ) -> Run:
        rows, known, late = self._rows(connection, run, drafts)
        rows += moved_rows(connection, run, known)
        if last:
            rows.append(closing_row(run))
        seq = connection.execute(
            update(counters)
            .where(counters.c.name == "seq")
            .values(value=counters.c.value + len(rows))
            .returning(counters.c.value)
        ).scalar_one()
        first = seq - len(rows) + 1
        referring = []
        for position, (row, refs) in enumerate(rows, first):
            row["seq"] = position
            referring += [{"target": hashed(ref), "seq": position, "unit": row["unit"]} for ref in refs]
        if rows:
            insert_records(connection, [row for row, _ in rows])
        if referring:
            connection.execute(insert(references), distinct(referring))
        counted = [row["outcome"] for row, _ in rows if not row["derived"]]
        run = replace(
            run,
            done=run.done + entries,
            records=run.records + len(counted),
            accepted=run.accepted + counted.count(ACCEPTED),
            duplicate=run.duplicate + counted.count(DUPLICATE),
            rejected=run.rejected + counted.count(REJECTED),
            last_seq=seq if rows else run.last_seq,
            landed=last,
        )
        values = {
            name: getattr(run, name) for name in ("done", "records", "accepted", "duplicate", "rejected")
        }
        changed = connection.execute(
            update(runs)
            .where(runs.c.position == run.position, runs.c.status == RunStatus.RUNNING)
            .values(
                first_seq=func.coalesce(runs.c.first_seq, first),
                last_seq=run.last_seq,
                landed=last,
                **values,
            )
        )
        if changed.rowcount != 1:
            raise Conflict(f"Run {run.id} is not running any more.")
        return self._judged(connection, run, late) if late else run

    def _judged(self, connection: Connection, run: Run, late: set[int]) -> Run:
        """The run, after its records and those of later runs that share these keys were judged in order."""
        judge(connection, late)
        recount(connection)
        return run_of(connection.execute(select(runs).where(runs.c.position == run.position)).one())

    def _rows(
        self, connection: Connection, run: Run, drafts: Iterable[Draft]
    ) -> tuple[list[tuple[dict[str, Any], tuple[str, ...]]], list[dict[str, Any]], set[int]]:
        """The rows with what they refer to, those with a known key, and the keys that later runs have too."""
        prepared = [(draft, *encoded(draft)) for draft in drafts]
        live, late = before(connection, run.position, [key for _, key, _, _ in prepared])
        rows, known = [], []
        for draft, key, content, payload in prepared:
            told = key in live or key in late
            if draft.rejection is not None:
                outcome = REJECTED
            elif live.get(key) == content:
                outcome = DUPLICATE
            else:
                outcome = ACCEPTED
                live[key] = content
            row = {
                "seq": 0,
                "run": run.position,
                "kind": draft.kind.value,
                "outcome": outcome,
                "derived": draft.derived,
                "place": draft.place,
                "key_hash": key,
                "content": content,
                "unit": hashed(draft.unit),
                "subject": None if draft.subject is None else hashed(draft.subject),
                "key": draft.key,
                "payload": payload,
                "raw": draft.raw,
            }
            if told and outcome != REJECTED:
                known.append(row)
            rows.append((row, draft.refs))
        return rows, known, late

    def finish(self, run: Run, status: RunStatus, *, problem: str | None = None, seconds: float = 0.0) -> Run:
        """Mark the run DONE or STOPPED (with why), or RUNNING again; adds to its seconds."""
        with writing(self.engine) as connection:
            connection.execute(
                update(runs)
                .where(runs.c.position == run.position)
                .values(status=status, problem=problem, seconds=runs.c.seconds + seconds)
            )
        return replace(run, status=status, problem=problem, seconds=run.seconds + seconds)

    def run(self, id: str) -> Run:
        """Raises NotFound."""
        with reading(self.engine) as connection:
            row = connection.execute(select(runs).where(runs.c.id == id)).first()
        if row is None:
            raise NotFound("run", id)
        return run_of(row)
