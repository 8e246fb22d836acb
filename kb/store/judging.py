"""Which records count: accepted or duplicate, judged in the order of runs, whatever the order they landed in.

A run that was stopped and resumes lands records after those of later runs, but stands before them.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select, update

from kb.model.ledger import Run, RunStatus
from kb.store.ledger_rows import batches
from kb.store.payloads import payload_of, text_of
from kb.store.schema import ACCEPTED, DUPLICATE, REJECTED, hashed, records, runs

PART = 5000  # values of one IN list

_COUNTING = (records.c.outcome != REJECTED, runs.c.status != RunStatus.REVERTED)


def before(connection: Connection, position: int, keys: Sequence[int]) -> tuple[dict[int, int], set[int]]:
    """The content in effect for each key when the run at `position` comes, and the keys of runs after it."""
    found: dict[int, int] = {}
    later: set[int] = set()
    for part in batches(list(dict.fromkeys(keys)), PART):
        query = (
            select(records.c.key_hash, records.c.content, records.c.run)
            .join(runs, runs.c.position == records.c.run)
            .where(records.c.key_hash.in_(part), *_COUNTING)
            .order_by(records.c.run, records.c.seq)
        )
        for row in connection.execute(query):
            if row.run > position:
                later.add(row.key_hash)
            else:
                found[row.key_hash] = row.content
    return found, later


def judge(connection: Connection, keys: Iterable[int]) -> None:
    """Accepted or duplicate, anew, for the records of these keys in runs that count."""
    query = (
        select(records.c.seq, records.c.key_hash, records.c.content, records.c.outcome)
        .join(runs, runs.c.position == records.c.run)
        .where(records.c.key_hash.in_(list(keys)), *_COUNTING)
        .order_by(records.c.key_hash, records.c.run, records.c.seq)
    )
    changed: dict[int, list[int]] = {ACCEPTED: [], DUPLICATE: []}
    for _, group in groupby(connection.execute(query).all(), key=lambda row: row.key_hash):
        content = None
        for row in group:
            outcome = DUPLICATE if row.content == content else ACCEPTED
            content = row.content
            if outcome != row.outcome:
                changed[outcome].append(row.seq)
    for outcome, seqs in changed.items():
        for part in batches(seqs, PART):
            connection.execute(update(records).where(records.c.seq.in_(part)).values(outcome=outcome))


def recount(connection: Connection) -> None:
    """The counts of all runs, from their records."""
    counted = connection.execute(
        select(records.c.run, records.c.outcome, func.count())
        .where(records.c.derived.is_(False))
        .group_by(records.c.run, records.c.outcome)
    ).all()
    by_run: dict[int, dict[int, int]] = {}
    for run, outcome, number in counted:
        by_run.setdefault(run, {})[outcome] = number
    for run, counts in by_run.items():
        connection.execute(
            update(runs)
            .where(runs.c.position == run)
            .values(accepted=counts.get(ACCEPTED, 0), duplicate=counts.get(DUPLICATE, 0))
        )


def moved_rows(
    connection: Connection, run: Run, lines: Sequence[dict[str, Any]]
) -> list[tuple[dict[str, Any], tuple[str, ...]]]:
    """Records that take order lines with known keys from the other customers that they were, or will be, of.

    A line of this run is taken from the customers it had before; where a later run gives the line to
    another customer, that run takes it from the customer it has now. Duplicates are treated alike: they
    count once what they repeat is reverted.
    """
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
            .where(records.c.key_hash.in_(part), *_COUNTING)
        )
        found = connection.execute(query)
        seqs += [row.seq for row in found if row.subject != now[row.key_hash]["subject"]]
    for part in batches(seqs, PART):
        query = select(records.c.key_hash, records.c.subject, records.c.run, records.c.payload)
        yield from connection.execute(query.where(records.c.seq.in_(part)).order_by(records.c.seq))


def _moved_row(
    position: int, line: dict[str, Any], subject: int, customer: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    key = f"moved/r{position}/{subject}/{line['key']}"
    text = text_of({"moved": line["key_hash"], "customer": customer})
    row = line | {
        "run": position,
        "outcome": ACCEPTED,
        "derived": True,
        "key": key,
        "key_hash": hashed(key),
        "content": hashed(text),
        "payload": text,
        "subject": subject,
        "raw": b"",
    }
    return row, ()
