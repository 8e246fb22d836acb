"""Rows of the ledger's tables: how drafts become them and what is read back from them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, select

from kb.model.ledger import Draft, Run, RunStatus
from kb.store.schema import ACCEPTED, hashed, records, runs

Item = TypeVar("Item")


def closing_row(run: Run) -> tuple[dict[str, Any], tuple[str, ...]]:
    key = hashed(f"close/{run.id}")
    row = {
        "seq": 0,
        "run": run.position,
        "kind": "close",
        "outcome": ACCEPTED,
        "derived": True,
        "place": 0,
        "key_hash": key,
        "content": 0,
        "unit": key,
        "subject": None,
        "key": f"close/{run.id}",
        "payload": "{}",
        "raw": b"",
    }
    return row, ()


def moved_rows(
    connection: Connection, run: Run, amending: Sequence[dict[str, Any]]
) -> list[tuple[dict[str, Any], tuple[str, ...]]]:
    """For each amended order line, a record that takes it from every other customer that it was once of."""
    amended = {row["key_hash"]: row for row in amending}
    made = []
    for part in batches(sorted(amended), 5000):
        query = select(records.c.key_hash, records.c.subject, records.c.unit, records.c.payload).where(
            records.c.key_hash.in_(part), records.c.outcome == ACCEPTED, records.c.subject.is_not(None)
        )
        before = {(old.key_hash, old.subject): old for old in connection.execute(query)}
        for (key, subject), old in sorted(before.items()):
            now = amended[key]
            if subject != now["subject"]:
                payload = {"moved": key, "customer": json.loads(old.payload)["customer"]}
                made.append(_moved_row(run, now, old, payload))
    return made


def _moved_row(
    run: Run, now: dict[str, Any], old: Any, payload: dict[str, Any]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    key = f"moved/{run.id}/{old.subject}/{now['key']}"
    text = json.dumps(payload, sort_keys=True)
    changed = {"key": key, "key_hash": hashed(key), "content": hashed(text), "payload": text}
    row = now | changed | {"derived": True, "unit": old.unit, "subject": old.subject, "raw": b""}
    return row, ()


def encoded(draft: Draft) -> tuple[int, int, str]:
    """Hash of the key, hash of the content, the payload as JSON."""
    payload: Any = draft.payload
    if draft.rejection is not None:
        rejection = draft.rejection
        payload = {"reason": rejection.reason.value, "field": rejection.field, "value": rejection.value}
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashed(draft.key), hashed(text if draft.content is None else draft.content), text


def live_contents(connection: Connection, keys: Sequence[int]) -> dict[int, int]:
    """The content in effect for each key that has one."""
    found: dict[int, int] = {}
    for part in batches(list(dict.fromkeys(keys)), 5000):
        query = (
            select(records.c.key_hash, records.c.content)
            .join(runs, runs.c.position == records.c.run)
            .where(
                records.c.key_hash.in_(part),
                records.c.outcome == ACCEPTED,
                runs.c.status != RunStatus.REVERTED,
            )
            .order_by(records.c.run, records.c.seq)
        )
        found.update((row.key_hash, row.content) for row in connection.execute(query))
    return found


def distinct(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({(row["target"], row["seq"]): row for row in rows}.values())


def batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """`items` in pieces of at most `size`, in order."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def run_of(row: Row[Any]) -> Run:
    """A run from its row."""
    return Run(
        position=row.position,
        id=row.id,
        source=row.source,
        title=row.title,
        started_by=row.started_by,
        recorded_at=row.recorded_at,
        status=RunStatus(row.status),
        by_hand=bool(row.by_hand),
        file=row.file,
        reading=json.loads(row.reading),
        total=row.total,
        done=row.done,
        landed=bool(row.landed),
        first_seq=row.first_seq,
        records=row.records,
        accepted=row.accepted,
        duplicate=row.duplicate,
        rejected=row.rejected,
        last_seq=row.last_seq,
        problem=row.problem,
        seconds=row.seconds,
    )
