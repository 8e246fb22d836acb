"""Orders: interactions with lines to products, from order lines to the graph.

An order that the graph does not hold yet is created whole, with its lines, in
one statement; one that it holds gets its lines replaced, never itself: facts
rest on it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kb.model.ledger import LiveRecord
from kb.model.moment import FOREVER
from kb.model.money import ten_thousandths
from kb.ports import Reads, Transaction
from kb.projection import nodes
from kb.store.feed import in_effect

# Anonymous orders have no customer; OPTIONAL MATCH would slow down the common case, so they go apart.
CREATE_OF_CUSTOMER = """
UNWIND $orders AS row MATCH (c:Customer {id: row.customer})
CREATE (o:Interaction)-[r:INVOLVES]->(c)
SET o = row.props, r.role = 'customer', r.recorded_at = row.recorded_at, r.superseded_at = $forever
WITH o, row UNWIND row.lines AS line MATCH (p:Product {id: line.product})
CREATE (o)-[l:LINE]->(p) SET l = line.props
RETURN count(l) AS lines
"""
CREATE_ANONYMOUS = """
UNWIND $orders AS row CREATE (o:Interaction) SET o = row.props
WITH o, row UNWIND row.lines AS line MATCH (p:Product {id: line.product})
CREATE (o)-[l:LINE]->(p) SET l = line.props
RETURN count(l) AS lines
"""
EXISTING = "UNWIND $ids AS id MATCH (o:Interaction {id: id}) RETURN o.id AS id"
DROP_LINES = "UNWIND $ids AS id MATCH (o:Interaction {id: id})-[l:LINE]->() DELETE l"
DROP_CUSTOMER = "UNWIND $ids AS id MATCH (o:Interaction {id: id})-[r:INVOLVES]->() DELETE r"
RESET = "UNWIND $orders AS row MATCH (o:Interaction {id: row.props.id}) SET o = row.props"
ADD_CUSTOMER = """
UNWIND $orders AS row MATCH (o:Interaction {id: row.props.id}) MATCH (c:Customer {id: row.customer})
CREATE (o)-[:INVOLVES {role: 'customer', recorded_at: row.recorded_at, superseded_at: $forever}]->(c)
"""
ADD_LINES = """
UNWIND $orders AS row MATCH (o:Interaction {id: row.props.id})
WITH o, row UNWIND row.lines AS line MATCH (p:Product {id: line.product})
CREATE (o)-[l:LINE]->(p) SET l = line.props
RETURN count(l) AS lines
"""


class LinesLost(RuntimeError):
    """Fewer lines came out than went in: a node that a line refers to was missing. A defect of ours."""


@dataclass(slots=True)
class OrderWrites:
    """What is to be written; built before the transaction that writes it."""

    customers: list[str] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)

    @property
    def created(self) -> set[str]:
        """Ids of the orders that come into being."""
        return {row["props"]["id"] for row in self.new}

    def write(self, tx: Transaction) -> None:
        for label, ids in (("Customer", self.customers), ("Product", self.products)):
            if ids:
                tx.run(nodes.BARE[label], ids=ids)
        known = [row for row in self.new if row["customer"] is not None]
        _expect(known, tx.run(CREATE_OF_CUSTOMER, orders=known, forever=FOREVER) if known else [])
        anonymous = [row for row in self.new if row["customer"] is None]
        _expect(anonymous, tx.run(CREATE_ANONYMOUS, orders=anonymous) if anonymous else [])
        if self.changed:
            ids = [row["props"]["id"] for row in self.changed]
            tx.run(DROP_LINES, ids=ids)
            tx.run(DROP_CUSTOMER, ids=ids)
            tx.run(RESET, orders=self.changed)
            known = [row for row in self.changed if row["customer"] is not None]
            if known:
                tx.run(ADD_CUSTOMER, orders=known, forever=FOREVER)
            _expect(self.changed, tx.run(ADD_LINES, orders=self.changed))


def _expect(orders: Sequence[dict[str, Any]], result: Sequence[dict[str, Any]]) -> None:
    """A MATCH that misses drops its row silently; count what came back."""
    expected = sum(len(row["lines"]) for row in orders)
    written = sum(row["lines"] for row in result)
    if written != expected:
        raise LinesLost(f"{expected} order lines went in, {written} came out")


def existing(graph: Reads, ids: Sequence[str]) -> set[str]:
    """Which of the orders the graph holds."""
    return {row["id"] for row in graph.read(EXISTING, ids=list(ids))}


def writes(found: Iterable[LiveRecord], held: set[str]) -> OrderWrites:
    """The rows for the orders that the live lines make; those in `held` are in the graph already."""
    grouped: dict[str, list[LiveRecord]] = {}
    for record in sorted(found, key=lambda record: (record.run, record.seq)):
        if "moved" not in record.payload:
            grouped.setdefault(record.payload["order"], []).append(record)
    out = OrderWrites()
    customers: set[str] = set()
    products: set[str] = set()
    for order, records in grouped.items():
        row = _order(f"order:{order}", in_effect(records), records[0].recorded_at)
        (out.changed if row["props"]["id"] in held else out.new).append(row)
        customers.update(filter(None, (row["customer"],)))
        products.update(line["product"] for line in row["lines"])
    out.customers, out.products = sorted(customers), sorted(products)
    return out


def _order(id: str, lines: Sequence[LiveRecord], recorded_at: int) -> dict[str, Any]:
    first = min(lines, key=lambda line: (line.payload["at"], line.seq)).payload
    customer = next((line.payload["customer"] for line in lines if line.payload["customer"]), None)
    return {
        "customer": customer and f"customer:{customer}",
        "recorded_at": recorded_at,
        "props": {
            "id": id,
            "channel": "order",
            "direction": "inbound",
            "at": first["at"],
            "at_source": "stated",
            "title": id.partition(":")[2],
            "text": "",
            "language": "und",
            "recorded_at": recorded_at,
        },
        "lines": [_line(number, line) for number, line in enumerate(lines, 1)],
    }


def _line(number: int, record: LiveRecord) -> dict[str, Any]:
    payload = record.payload
    amount = payload.get("amount")
    if amount is None:
        amount = ten_thousandths(payload["quantity"], payload["unit_price"])
    props = {"n": number, "quantity": payload["quantity"], "recorded_at": record.recorded_at}
    if payload["unit_price"] is not None:
        props |= {"unit_price": payload["unit_price"], "amount": amount}
    if payload["currency"]:
        props["currency"] = payload["currency"]
    return {"product": f"product:{payload['product']}", "props": props}
