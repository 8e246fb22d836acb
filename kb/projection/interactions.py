"""Mails, chats, calls, visits and notes: from their records to the graph, with those they involve."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from kb.model.identity import label_of
from kb.model.ledger import LiveRecord, RecordKind
from kb.model.moment import FOREVER
from kb.ports import Transaction
from kb.store.feed import in_effect

UPSERT = "UNWIND $rows AS row MERGE (i:Interaction {id: row.id}) SET i = row.props"
DROP_LINKS = "UNWIND $ids AS id MATCH (i:Interaction {id: id})-[r:INVOLVES]->() DELETE r"
INVOLVE = {
    label: f"""
UNWIND $rows AS row MATCH (i:Interaction {{id: row.id}}) MATCH (n:{label} {{id: row.target}})
CREATE (i)-[r:INVOLVES]->(n) SET r = row.props
"""
    for label in ("Customer", "Contact", "Product", "Feature", "Requirement", "Expert")
}
REMOVE = "UNWIND $ids AS id MATCH (i:Interaction {id: id}) DETACH DELETE i"

PLAIN = (
    "channel",
    "direction",
    "at",
    "ends_at",
    "at_source",
    "title",
    "text",
    "language",
    "thread",
    "reply_to",
)
NESTED = ("participants", "segments", "attachments")
KNOWN = {*PLAIN, *NESTED, "id"}


@dataclass(slots=True)
class InteractionWrites:
    """What is to be written; built before the transaction that writes it."""

    nodes: list[dict[str, Any]] = field(default_factory=list)
    links: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def write(self, tx: Transaction) -> None:
        if self.nodes:
            tx.run(UPSERT, rows=self.nodes)
            tx.run(DROP_LINKS, ids=[row["id"] for row in self.nodes])
        for label, rows in sorted(self.links.items()):
            tx.run(INVOLVE[label], rows=rows)


def writes(found: Sequence[LiveRecord]) -> InteractionWrites:
    """The rows for the interactions that the live records (INTERACTION and LINK) make."""
    out = InteractionWrites()
    ordered = sorted(found, key=lambda record: (record.unit, record.run, record.seq))
    for _, group in groupby(ordered, key=lambda record: record.unit):
        records = list(group)
        told = [record for record in records if record.kind is RecordKind.INTERACTION]
        if not told:
            continue
        out.nodes.append({"id": told[-1].payload["id"], "props": _props(told)})
        for link in in_effect([record for record in records if record.kind is RecordKind.LINK]):
            label = label_of(link.payload["target"])
            out.links.setdefault(label, []).append(_involvement(link))
    return out


def _props(told: Sequence[LiveRecord]) -> dict[str, Any]:
    payload = told[-1].payload
    props = {key: payload[key] for key in PLAIN if payload.get(key) is not None}
    nested = {key: payload[key] for key in (*NESTED, *sorted(payload.keys() - KNOWN)) if payload.get(key)}
    texts = {key: _text(value) for key, value in nested.items()}
    return {**texts, **props, "id": payload["id"], "recorded_at": told[0].recorded_at}


def _text(value: object) -> object:
    """Lists and maps as JSON: neither engine stores them nested."""
    if isinstance(value, str | int | float | bool):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _involvement(link: LiveRecord) -> dict[str, Any]:
    payload = link.payload
    props = {key: payload[key] for key in ("role", "start", "end", "by") if payload.get(key) is not None}
    props |= {"recorded_at": link.recorded_at, "superseded_at": FOREVER}
    return {"id": payload["interaction"], "target": payload["target"], "props": props}
