"""Which records count: accepted or duplicate, judged in the order of runs, whatever the order they landed in.

A run that was stopped and resumes lands records after those of later runs, but stands before them.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from sqlalchemy import Connection, func, select, update

from kb.model.ledger import RunStatus
from kb.store.ledger_rows import batches
from kb.store.schema import ACCEPTED, DUPLICATE, REJECTED, records, runs

PART = 5000  # values of one IN list

COUNTING = (records.c.outcome != REJECTED, runs.c.status != RunStatus.REVERTED)


def before(connection: Connection, position: int, keys: Sequence[int]) -> tuple[dict[int, int], set[int]]:
    """The content in effect for each key when the run at `position` comes, and the keys of runs after it."""
    found: dict[int, int] = {}
    later: set[int] = set()
    for part in batches(list(dict.fromkeys(keys)), PART):
        query = (
            select(records.c.key_hash, records.c.content, records.c.run)
            .join(runs, runs.c.position == records.c.run)
            .where(records.c.key_hash.in_(part), *COUNTING)
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
        .where(records.c.key_hash.in_(list(keys)), *COUNTING)
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
