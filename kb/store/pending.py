"""Candidate facts that wait for a person: those of each interaction's newest reading without a verdict."""

from collections.abc import Iterator
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, func, select, text

from kb.model.ledger import RecordKind, RunStatus
from kb.store.database import reading
from kb.store.payloads import payload_of
from kb.store.schema import ACCEPTED, records, runs

KEY = "reading/"  # begins the key of a reading; the interaction's id follows
_PENDING = text("records.kind IN ('reading', 'verdict')")  # as the partial index has it: no parameters


class Found(NamedTuple):
    """A candidate of an interaction's newest reading, as the reading has it."""

    interaction: str
    entry: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.entry["id"])


class Verdict(NamedTuple):
    """What a person decided, with its place in the ledger."""

    seq: int
    run: int
    payload: dict[str, Any]


class _Read(NamedTuple):
    """An interaction's newest reading: its place, and the candidates that waited when it was read."""

    place: tuple[int, int]
    waiting: list[Found]


class Pending:
    """Keeps what it has seen and reads only what is new. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._reverted = -1
        self._forget()

    def waiting(self) -> list[Found]:
        """The candidates that wait, in no particular order."""
        with self._lock:
            self._refresh()
            return [
                one for read in self._read.values() for one in read.waiting if one.id not in self._verdicts
            ]

    def verdicts(self) -> list[Verdict]:
        """What people have decided, in order."""
        with self._lock:
            self._refresh()
            return sorted(self._verdicts.values())

    def verdict(self, candidate: str) -> Verdict | None:
        """What somebody decided about a candidate; None where nobody has."""
        with self._lock:
            self._refresh()
            return self._verdicts.get(candidate)

    def read_since(self, verdict: Verdict) -> bool:
        """Whether the interaction of the verdict has been read after it."""
        with self._lock:
            self._refresh()
            newest = self._read.get(str(verdict.payload["interaction"]))
            return newest is not None and newest.place > (verdict.run, verdict.seq)

    def imports(self) -> tuple[int, int, int]:
        """Another value whenever names of customers, people or products may have come or gone."""
        brought = (runs.c.by_hand.is_(False), runs.c.source != "extraction")
        with reading(self._engine) as connection:
            newest = connection.execute(
                select(runs.c.position, runs.c.last_seq)
                .where(*brought)
                .order_by(runs.c.position.desc())
                .limit(1)
            ).first()
            position, last = newest or (0, 0)
            return position, last or 0, _reverted(connection)

    def _forget(self) -> None:
        self._upto = 0
        self._read: dict[str, _Read] = {}
        self._verdicts: dict[str, Verdict] = {}

    def _refresh(self) -> None:
        """Look at what has landed since; all anew where a run was taken back."""
        with reading(self._engine) as connection:
            reverted = _reverted(connection)
            if reverted != self._reverted:
                self._forget()
                self._reverted = reverted
            query = (
                select(records.c.seq, records.c.run, records.c.kind, records.c.key, records.c.payload)
                .join(runs, runs.c.position == records.c.run)
                .where(
                    _PENDING,
                    records.c.seq > self._upto,
                    records.c.outcome == ACCEPTED,
                    runs.c.status != RunStatus.REVERTED,
                )
                .order_by(records.c.seq)
            )
            for row in connection.execute(query):
                self._take(row)

    def _take(self, row: Any) -> None:
        self._upto = row.seq
        if row.kind == RecordKind.VERDICT:
            payload = payload_of(row.payload)
            self._verdicts[str(payload["candidate"])] = Verdict(row.seq, row.run, payload)
            return
        interaction, place = row.key.removeprefix(KEY), (row.run, row.seq)
        before = self._read.get(interaction)
        if before is None or before.place < place:
            self._read[interaction] = _Read(place, [*_waiting(interaction, row.payload)])


def _waiting(interaction: str, payload: str) -> Iterator[Found]:
    if '"reason"' not in payload:
        return
    for one in payload_of(payload).get("found", ()):
        if "reason" in one:
            yield Found(interaction, one)


def _reverted(connection: Connection) -> int:
    query = select(func.count()).select_from(runs).where(runs.c.status == RunStatus.REVERTED)
    return int(connection.scalar(query) or 0)
