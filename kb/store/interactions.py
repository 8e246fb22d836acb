"""Reading interactions: a customer's timeline, and one opened, within a viewer's scope."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from kb.errors import NotFound
from kb.model.listing import Listing
from kb.model.moment import AsOf
from kb.model.money import decimal_of
from kb.model.reading import Interaction, Line, Mention, TouchRow
from kb.model.viewer import Viewer
from kb.ports import Graph, Row
from kb.store.discretion import Discretion, discreet, discreet_touch
from kb.store.rows import participants_of, touch_of
from kb.store.scope import channels, in_scope
from kb.store.sight import sees

# What a person did or said; the rows of files ("record") that facts rest on are opened from the facts.
TIMELINE = """
MATCH (c:Customer {id: $customer})<-[r:INVOLVES]-(i:Interaction)
WHERE ($all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own)
  AND i.at <= $valid AND r.recorded_at <= $known AND i.channel <> 'record'
  AND ($channel = '' OR i.channel = $channel)
  AND ($internal OR (i.channel IN $channels AND i.direction <> 'internal'))
WITH DISTINCT i ORDER BY i.at DESC, i.id SKIP $offset LIMIT $limit
OPTIONAL MATCH (i)-[l:LINE]->(:Product)
WITH i, l.currency AS currency, sum(l.amount) AS amount, count(l) AS lines
WITH i, collect({currency: currency, amount: amount, lines: lines}) AS money
RETURN i AS interaction, money ORDER BY i.at DESC, i.id
"""
TIMELINE_COUNT = """
MATCH (c:Customer {id: $customer})<-[r:INVOLVES]-(i:Interaction)
WHERE ($all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own)
  AND i.at <= $valid AND r.recorded_at <= $known AND i.channel <> 'record'
  AND ($channel = '' OR i.channel = $channel)
  AND ($internal OR (i.channel IN $channels AND i.direction <> 'internal'))
RETURN count(DISTINCT i) AS total LIMIT 1
"""
EXISTS = """
MATCH (c:Customer {id: $customer}) WHERE $all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own
RETURN c.id AS id LIMIT 1
"""
NODES = "UNWIND $ids AS id MATCH (i:Interaction {id: id}) RETURN i AS interaction LIMIT $limit"
CUSTOMERS = """
UNWIND $ids AS id MATCH (i:Interaction {id: id})-[:INVOLVES]->(c:Customer)
RETURN DISTINCT id, c.id AS customer, c.name AS name,
  ($all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own) AS visible LIMIT $limit
"""
CONTACTS = """
UNWIND $ids AS id MATCH (i:Interaction {id: id})-[r:INVOLVES]->(n:Contact)
OPTIONAL MATCH (n)-[:CONTACT_OF]->(c:Customer)
WHERE $all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own
WITH id, r, n, count(c) AS seen WHERE $all OR seen > 0
RETURN id, n.id AS node, n.name AS name, r.role AS role, r.start AS start, r.end AS end,
  n.email AS email, n.names AS names LIMIT $limit
"""
PRODUCTS = """
UNWIND $ids AS id MATCH (i:Interaction {id: id})-[r:INVOLVES]->(p:Product)
RETURN id, p.id AS node, p.name AS name, r.start AS start, r.end AS end LIMIT $limit
"""
LINES = """
UNWIND $ids AS id MATCH (i:Interaction {id: id})-[l:LINE]->(p:Product)
RETURN id, p.id AS product, p.name AS name, l.quantity AS quantity, l.unit_price AS unit_price,
  l.amount AS amount, l.currency AS currency, l.n AS n ORDER BY l.n LIMIT $limit
"""
MANY = 5000  # rows of one reading: lines of an order, people of a mail


class InteractionStore:
    """Interactions in the graph.

    One is visible if it involves a customer in the viewer's scope (see kb.store.sight.sees).
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._discretion = Discretion(graph)

    def timeline(
        self,
        viewer: Viewer,
        customer: str,
        moment: AsOf,
        *,
        channel: str = "",
        offset: int = 0,
        limit: int = 50,
    ) -> Listing[TouchRow]:
        """A customer's interactions up to `moment.valid` as known at `moment.known`, newest first.

        Raises NotFound if there is no such customer in the viewer's scope.
        """
        scope = in_scope(viewer) | channels(viewer)
        params = {"customer": customer, "valid": moment.valid, "known": moment.known, "channel": channel}
        rows = self._graph.read(TIMELINE, offset=offset, limit=limit, **params, **scope)
        if not rows and not self._graph.read(EXISTS, customer=customer, **in_scope(viewer)):
            raise NotFound("customer", customer)
        (total,) = self._graph.read(TIMELINE_COUNT, **params, **scope)
        plain = self._discretion.plain(viewer, [row["interaction"]["id"] for row in rows])
        return Listing([_touch(row, plain) for row in rows], total["total"], offset)

    def one(self, viewer: Viewer, id: str) -> Interaction:
        """Raises NotFound."""
        found = self.many(viewer, [id])
        if id not in found:
            raise NotFound("interaction", id)
        return found[id]

    def many(self, viewer: Viewer, ids: Iterable[str]) -> dict[str, Interaction]:
        """Those of the interactions that exist for the viewer, with all that belongs to them."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        nodes = self._graph.read(NODES, ids=wanted, limit=len(wanted))
        customers = self._grouped(CUSTOMERS, wanted, in_scope(viewer))
        visible = [row["interaction"] for row in nodes if _sees(viewer, row["interaction"], customers)]
        shown = [props["id"] for props in visible]
        plain = self._discretion.plain(viewer, shown)
        contacts = self._grouped(CONTACTS, shown, in_scope(viewer))
        products = self._grouped(PRODUCTS, shown, {})
        lines = self._grouped(LINES, shown, {})
        found = (
            _interaction(
                props,
                [row for row in customers.get(props["id"], ()) if row["visible"]],
                contacts.get(props["id"], []),
                products.get(props["id"], []),
                lines.get(props["id"], []),
            )
            for props in visible
        )
        return {one.id: one if one.id in plain else discreet(one) for one in found}

    def _grouped(self, query: str, ids: list[str], scope: Mapping[str, Any]) -> dict[str, list[Row]]:
        grouped: dict[str, list[Row]] = {}
        for row in self._graph.read(query, ids=ids, limit=MANY, **scope) if ids else ():
            grouped.setdefault(row["id"], []).append(row)
        return grouped


def _sees(viewer: Viewer, props: Mapping[str, Any], customers: Mapping[str, list[Row]]) -> bool:
    involved = customers.get(props["id"], [])
    seen = sum(1 for row in involved if row["visible"])
    return sees(viewer, props["channel"], props["direction"], len(involved), seen)


def _touch(row: Row, plain: Collection[str]) -> TouchRow:
    props = row["interaction"]
    touch = touch_of(props, row["money"], decimal_of)
    return touch if touch.id in plain else discreet_touch(touch, props)


def _interaction(
    props: Mapping[str, Any], customers: list[Row], contacts: list[Row], products: list[Row], lines: list[Row]
) -> Interaction:
    people = [row for row in contacts if row["start"] is None]
    known = {
        name: row["node"] for row in people for name in (*(row["names"] or ()), f"mailto:{row['email']}")
    }
    named = [("Contact", row) for row in contacts if row["start"] is not None]
    named += [("Product", row) for row in products if row["start"] is not None]
    return Interaction(
        id=props["id"],
        channel=props["channel"],
        direction=props["direction"],
        at=props["at"],
        title=props.get("title") or "",
        text=props.get("text") or "",
        at_source=props.get("at_source") or "stated",
        ends_at=props.get("ends_at"),
        thread=props.get("thread"),
        language=props.get("language") or "und",
        participants=tuple(_linked(one, known) for one in participants_of(props)),
        mentions=tuple(
            Mention(node=row["node"], label=label, name=row["name"], start=row["start"], end=row["end"])
            for label, row in sorted(named, key=lambda item: (item[1]["start"], item[1]["node"]))
        ),
        attachments=tuple(
            one["name"] for one in json.loads(props.get("attachments") or "[]") if one.get("name")
        ),
        lines=tuple(_line(row) for row in sorted(lines, key=lambda row: row["n"])),
        customers=tuple(sorted((row["customer"], row["name"] or row["customer"]) for row in customers)),
    )


def _linked(one: Any, known: Mapping[str, str]) -> Any:
    node = known.get(one.address or "") or known.get(one.name or "")
    return type(one)(role=one.role, name=one.name, address=one.address, node=node)


def _line(row: Row) -> Line:
    return Line(
        product=row["product"],
        name=row["name"],
        quantity=row["quantity"],
        unit_price=row["unit_price"],
        amount=None if row["amount"] is None else decimal_of(row["amount"]),
        currency=row["currency"],
    )
