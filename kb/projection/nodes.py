"""Customers, contacts, products and the other nodes: from their records to the graph.

Several sources may speak of one node. Of a property the word of the highest
rank counts (a contact list over a name in an order), among equals the latest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from kb.model.identity import NODE_LABELS, label_of
from kb.model.ledger import LiveRecord
from kb.model.spelling import normalised
from kb.ports import Reads, Transaction
from kb.store.feed import in_effect

FIGURES = (
    "order_count",
    "last_order",
    "spend",
    "spend_sort",
)  # shown and sorted by; written with the facts, kept here

# One text a label: both engines lack dynamic labels in some form.
UPSERT = {
    label: f"UNWIND $rows AS row MERGE (n:{label} {{id: row.id}}) SET n = row.props RETURN count(n) AS done"
    for label in NODE_LABELS
}
READ_FIGURES = """
UNWIND $ids AS id MATCH (n:Customer {id: id})
RETURN n.id AS id, n.order_count AS order_count, n.last_order AS last_order,
  n.spend AS spend, n.spend_sort AS spend_sort
"""
REMOVE = {label: f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) DETACH DELETE n" for label in NODE_LABELS}
BARE = {
    label: f"""
UNWIND $ids AS id OPTIONAL MATCH (n:{label} {{id: id}})
WITH id, n WHERE n IS NULL CREATE (:{label} {{id: id}})
"""
    for label in ("Customer", "Product")
}
OWNED = {"Contact": ("CONTACT_OF", "Customer"), "Product": ("HAS_FEATURE", "Feature")}
DROP_LINKS = {
    label: f"UNWIND $ids AS id MATCH (n:{label} {{id: id}})-[r:{rel}]->(:{target}) DELETE r"
    for label, (rel, target) in OWNED.items()
}
MAKE_LINKS = {
    label: f"""
UNWIND $rows AS row MATCH (n:{label} {{id: row.id}}) MATCH (t:{target} {{id: row.target}})
CREATE (n)-[r:{rel}]->(t) SET r = row.props
"""
    for label, (rel, target) in OWNED.items()
}


@dataclass(slots=True)
class Node:
    """A node as its live records make it."""

    id: str
    props: dict[str, Any] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    links: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)  # by rel, target, since


@dataclass(slots=True)
class NodeWrites:
    """What is to be written; built before the transaction that writes it."""

    nodes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    links: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def write(self, tx: Transaction) -> None:
        for label, rows in sorted(self.nodes.items()):
            tx.run(UPSERT[label], rows=rows)
        for label, rows in sorted(self.nodes.items()):
            if label in OWNED:
                tx.run(DROP_LINKS[label], ids=[row["id"] for row in rows])
        for label, rows in sorted(self.links.items()):
            tx.run(MAKE_LINKS[label], rows=rows)


def folded(found: Sequence[LiveRecord]) -> list[Node]:
    """The nodes that the records in effect make, by id."""
    current = sorted(in_effect(found), key=lambda r: (r.unit, r.payload.get("rank", 0), r.run, r.seq))
    nodes = []
    for _, records in groupby(current, key=lambda record: record.unit):
        group = list(records)
        node = Node(group[0].payload["id"])
        for record in group:
            _add(node, record)
        nodes.append(node)
    return sorted(nodes, key=lambda node: node.id)


def _add(node: Node, record: LiveRecord) -> None:
    payload = record.payload
    props = {key: value for key, value in payload.get("props", {}).items() if value not in (None, "")}
    node.props |= props
    node.names |= dict.fromkeys(name for name in payload.get("names", ()) if name)
    for link in payload.get("links", ()):
        about = {
            key: value for key, value in link.items() if key not in {"rel", "target"} and value is not None
        }
        node.links[(link["rel"], link["target"], about.get("since") or "")] = about


def writes(graph: Reads, nodes: Iterable[Node]) -> NodeWrites:
    """The rows for the nodes; reads what figures the graph holds of customers, to keep them."""
    out = NodeWrites()
    by_label: dict[str, list[Node]] = {}
    for node in nodes:
        by_label.setdefault(label_of(node.id), []).append(node)
    for label, members in by_label.items():
        kept = _figures(graph, [node.id for node in members]) if label == "Customer" else {}
        out.nodes[label] = [
            {"id": node.id, "props": _props(node) | kept.get(node.id, {})} for node in members
        ]
        out.links[label] = [
            {"id": node.id, "target": target, "props": about}
            for node in members
            for (_, target, _), about in sorted(node.links.items(), key=lambda item: item[0])
        ]
    out.links = {label: rows for label, rows in out.links.items() if rows}
    return out


def _props(node: Node) -> dict[str, Any]:
    name = node.props.get("name") or next(iter(node.names), None) or node.id.partition(":")[2]
    names = sorted({*node.names, str(name)})
    searched = " ".join(sorted({normalised(text) for text in (*names, node.id.partition(":")[2])}))
    return {
        **node.props,
        "id": node.id,
        "name": name,
        "names": names,
        "name_key": normalised(str(name)),
        "search": searched,
    }


def _figures(graph: Reads, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    rows = graph.read(READ_FIGURES, ids=list(ids))
    return {row["id"]: {key: row[key] for key in FIGURES if row[key] is not None} for row in rows}
