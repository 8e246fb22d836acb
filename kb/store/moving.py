"""What an amendment takes away: an order line from the customer it had, a statement from where it stood.

The records that say so belong to the run that amends, so that reverting it gives back what it took.
Runs are looked at in their order, whatever the order they landed in: where a later run puts a line or
a statement somewhere else, it is that run which takes it from where this one puts it. Duplicates are
treated alike: they count once what they repeat is reverted.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from kb.model.ledger import RecordKind, Run
from kb.store.judging import COUNTING, PART
from kb.store.ledger_rows import batches
from kb.store.payloads import payload_of, text_of
from kb.store.schema import ACCEPTED, hashed, records, runs

Moved = tuple[dict[str, Any], tuple[str, ...]]  # a row, and what it refers to
Slot = tuple[str, str]  # subject and predicate


def moved_rows(connection: Connection, run: Run, known: Sequence[dict[str, Any]]) -> list[Moved]:
    """Derived records for the rows whose key the ledger knows already."""
    lines = [row for row in known if row["kind"] == RecordKind.ORDER_LINE]
    facts = [row for row in known if row["kind"] == RecordKind.FACT]
    return [*_moved_lines(connection, run, lines), *_moved_facts(connection, run, facts)]


def _moved_facts(connection: Connection, run: Run, facts: Sequence[dict[str, Any]]) -> Iterator[Moved]:
    """Retractions where the statement's subject or predicate has become another."""
    now = {row["key_hash"]: row for row in facts}
    made: dict[tuple[int, Slot, int], Moved] = {}
    for old in _recorded(connection, now, RecordKind.FACT):
        row = now[old.key_hash]
        before, after = _slot(payload_of(old.payload)), _slot(payload_of(row["payload"]))
        if before != after:
            position, left = (run.position, before) if old.run <= run.position else (old.run, after)
            made[position, left, old.key_hash] = _retraction(position, row, left)
    for place in sorted(made):
        yield made[place]


def _slot(payload: dict[str, Any]) -> Slot:
    return payload["subject"], payload["predicate"]


def _retraction(position: int, row: dict[str, Any], left: Slot) -> Moved:
    subject, predicate = left
    statement = payload_of(row["payload"])["statement"]
    said = {"op": "retract", "statement": statement, "subject": subject, "predicate": predicate}
    made = _derived(row, position, f"moved/r{position}/{subject}/{predicate}/{row['key']}", said)
    return made | {"unit": hashed(subject)}, (subject,)


def _recorded(connection: Connection, keys: Iterable[int], kind: RecordKind) -> Iterator[Any]:
    for part in batches(sorted(keys), PART):
        query = (
            select(records.c.key_hash, records.c.run, records.c.payload)
            .join(runs, runs.c.position == records.c.run)
            .where(records.c.key_hash.in_(part), records.c.kind == kind, *COUNTING)
            .order_by(records.c.seq)
        )
        yield from connection.execute(query)


def _moved_lines(connection: Connection, run: Run, lines: Sequence[dict[str, Any]]) -> list[Moved]:
    """Records that take order lines from the other customers that they were, or will be, of."""
    now = {row["key_hash"]: row for row in lines}
    made = {}
    for row in lines:
        if row["subject"] not in {None, now[row["key_hash"]]["subject"]}:
            customer = payload_of(row["payload"])["customer"]
            made[run.position, row["subject"], row["key_hash"]] = (row, row["subject"], customer)
    for old in _others(connection, now):
        row = now[old.key_hash]
        if old.subject is not None and old.run <= run.position:
            customer = payload_of(old.payload)["customer"]
            made[run.position, old.subject, old.key_hash] = (row, old.subject, customer)
        if row["subject"] is not None and old.run > run.position:
            customer = payload_of(row["payload"])["customer"]
            made[old.run, row["subject"], old.key_hash] = (row, row["subject"], customer)
    return [_moved_row(position, *made[position, *rest]) for position, *rest in sorted(made)]


def _others(connection: Connection, now: dict[int, dict[str, Any]]) -> Iterable[Any]:
    """The records of these keys that are of another customer."""
    seqs = []
    for part in batches(sorted(now), PART):
        query = (
            select(records.c.seq, records.c.key_hash, records.c.subject)
            .join(runs, runs.c.position == records.c.run)
            .where(records.c.key_hash.in_(part), *COUNTING)
        )
        found = connection.execute(query)
        seqs += [row.seq for row in found if row.subject != now[row.key_hash]["subject"]]
    for part in batches(seqs, PART):
        query = select(records.c.key_hash, records.c.subject, records.c.run, records.c.payload)
        yield from connection.execute(query.where(records.c.seq.in_(part)).order_by(records.c.seq))


def _moved_row(position: int, line: dict[str, Any], subject: int, customer: str) -> Moved:
    said = {"moved": line["key_hash"], "customer": customer}
    made = _derived(line, position, f"moved/r{position}/{subject}/{line['key']}", said)
    return made | {"subject": subject}, ()


def _derived(row: dict[str, Any], position: int, key: str, said: dict[str, Any]) -> dict[str, Any]:
    text = text_of(said)
    return row | {
        "run": position,
        "outcome": ACCEPTED,
        "derived": True,
        "key": key,
        "key_hash": hashed(key),
        "content": hashed(text),
        "payload": text,
        "raw": b"",
    }
