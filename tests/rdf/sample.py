"""A small graph as rows: a customer, what was said and ordered, and the facts that rest on it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kb.model.moment import FOREVER
from kb.rdf.rows import Row

MARCH = 1_741_942_320_123  # 2025-03-14T08:52:00.123Z
MAY = 1_746_000_000_000
TEXT = "We prefer e-mail. 我们需要静音泵。"


@dataclass
class Rows:
    """`GraphRows` in memory."""

    node_rows: list[Row] = field(default_factory=list)
    edge_rows: list[Row] = field(default_factory=list)

    def nodes(self) -> Iterator[Row]:
        return iter(self.node_rows)

    def edges(self) -> Iterator[Row]:
        return iter(self.edge_rows)

    def node(self, label: str, id: str, /, **props: Any) -> Row:
        self.node_rows.append({"label": label, "id": id, "props": {"id": id, **props}})
        return self.node_rows[-1]

    def edge(self, type: str, source: str, target: str, /, **props: Any) -> Row:
        self.edge_rows.append({"type": type, "from": source, "to": target, "props": props})
        return self.edge_rows[-1]

    def fact(self, id: str, subject: str, predicate: str, value: Any = None, /, **props: Any) -> Row:
        """A sound fact, quoting the first words of mail:1, but for what `props` says otherwise."""
        stated = {
            "statement": f"statement:{id}",
            "subject": subject,
            "predicate": predicate,
            "value": value,
            "kind": "conversational",
            "confidence": 0.9,
            "status": "asserted",
            "valid_from": MARCH,
            "valid_to": FOREVER,
            "recorded_at": MARCH,
            "superseded_at": FOREVER,
        }
        self.edge("HAS_FACT", subject, id)
        self.edge("EVIDENCED_BY", id, "mail:1", n=0, start=0, end=2, text="We")
        if "object" in props:
            self.edge("OBJECT", id, props["object"])
        return self.node("Fact", id, **{k: v for k, v in {**stated, **props}.items() if v is not None})

    def without(self, type: str, start: str) -> None:
        """Drops the relationships of a type that start from a node."""
        self.edge_rows = [row for row in self.edge_rows if (row["type"], row["from"]) != (type, start)]


def sound() -> Rows:
    """A graph that breaks no rule."""
    rows = Rows()
    rows.node("Customer", "customer:C-1001", name="Noordzee Pompen", name_zh="北海泵业", team="rotterdam")
    rows.node("Contact", "contact:anna@noordzee.example", name="Anna", names=["Anna", "A. de Vries"])
    rows.node("Product", "product:QX-40", name="Quiet 40", sku="QX-40")
    rows.node("Feature", "feature:静音/low noise", name="静音")
    mail = {"channel": "email", "direction": "inbound", "at": MARCH, "text": TEXT, "title": 'Re: "pumps"\n'}
    rows.node("Interaction", "mail:1", **mail)
    rows.node("Interaction", "order:7", channel="order", at=MAY, text="", direction="inbound")
    rows.edge(
        "CONTACT_OF", "contact:anna@noordzee.example", "customer:C-1001", role="buyer", since="2024-02-01"
    )
    rows.edge("HAS_FEATURE", "product:QX-40", "feature:静音/low noise")
    rows.edge("INVOLVES", "mail:1", "customer:C-1001", role="from", recorded_at=MARCH, superseded_at=FOREVER)
    line = {"n": 1, "quantity": "2", "unit_price": "120.50", "amount": 2_410_000, "currency": "EUR"}
    rows.edge("LINE", "order:7", "product:QX-40", **line)
    rows.fact("fact:1", "customer:C-1001", "prefersChannel", "email")
    rows.without("EVIDENCED_BY", "fact:1")
    rows.edge("EVIDENCED_BY", "fact:1", "mail:1", n=0, start=10, end=16, text="e-mail")
    spend = {"kind": "observational", "unit": "EUR", "rule": "order-figures/1"}
    rows.fact("fact:2", "customer:C-1001", "totalSpend", "241.00", **spend)
    rows.without("EVIDENCED_BY", "fact:2")
    rows.edge("EVIDENCED_BY", "fact:2", "order:7", n=0, start=0, end=0)
    rows.fact("fact:3", "customer:C-1001", "decisionMaker", object="contact:anna@noordzee.example")
    rows.fact("fact:4", "customer:C-1001", "churnRisk", 0.25, kind="predictive", status="inferred")
    rows.without("EVIDENCED_BY", "fact:4")
    rows.edge("DERIVED_FROM", "fact:4", "fact:2", n=0, rule="loyalty/3")
    rows.fact("fact:5", "customer:C-1001", "lastOrder", "2025-04-30T08:00:00.000Z", superseded_at=MAY)
    return rows
