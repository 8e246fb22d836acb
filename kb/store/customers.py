"""Reading customers and the other nodes, within a viewer's scope."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from kb.errors import NotFound
from kb.model.identity import label_of
from kb.model.listing import Listing
from kb.model.moment import FOREVER
from kb.model.reading import ContactRow, Customer, CustomerRow, CustomerSort
from kb.model.spelling import normalised
from kb.model.viewer import Role, Viewer
from kb.ports import Graph
from kb.store.scope import in_scope

ORDERS = {
    (CustomerSort.NAME, False): "c.name_key, c.id",
    (CustomerSort.NAME, True): "c.name_key DESC, c.id",
    (CustomerSort.LAST_ORDER, False): "coalesce(c.last_order, -1), c.id",
    (CustomerSort.LAST_ORDER, True): "coalesce(c.last_order, -1) DESC, c.id",
    (CustomerSort.SPEND, False): "coalesce(c.spend_sort, -1), c.id",
    (CustomerSort.SPEND, True): "coalesce(c.spend_sort, -1) DESC, c.id",
    (CustomerSort.ORDERS, False): "coalesce(c.order_count, -1), c.id",
    (CustomerSort.ORDERS, True): "coalesce(c.order_count, -1) DESC, c.id",
}
LIST = {
    key: f"""
MATCH (c:Customer) WHERE ($all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own)
  AND ($search = '' OR c.search CONTAINS $search)
RETURN c AS customer ORDER BY {order} SKIP $offset LIMIT $limit
"""
    for key, order in ORDERS.items()
}
COUNT = """
MATCH (c:Customer) WHERE ($all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own)
  AND ($search = '' OR c.search CONTAINS $search)
RETURN count(c) AS total LIMIT 1
"""
ONE = """
MATCH (c:Customer {id: $id}) WHERE $all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own
OPTIONAL MATCH (c)<-[r:CONTACT_OF]-(n:Contact)
WITH c, r, n ORDER BY n.name_key, n.id LIMIT $limit
WITH c, collect({contact: n, role: r.role, since: r.since, until: r.until}) AS people
RETURN c AS customer, people
"""
NODE = {
    label: f"MATCH (n:{label} {{id: $id}}) RETURN n AS node LIMIT 1"
    for label in ("Contact", "Product", "Feature", "Requirement", "Expert")
}
FEATURES = """
MATCH (p:Product {id: $id})-[:HAS_FEATURE]->(f:Feature)
RETURN f AS node ORDER BY f.name_key, f.id LIMIT $limit
"""
EMPLOYERS = """
MATCH (n:Contact {id: $id})-[:CONTACT_OF]->(c:Customer) RETURN DISTINCT c.id AS id ORDER BY id LIMIT $limit
"""
CUSTOMERS_OF = """
UNWIND $ids AS id MATCH (n:Contact {id: id})-[:CONTACT_OF]->(c:Customer)
WHERE $all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own
RETURN DISTINCT id, n.name AS name LIMIT $limit
"""
NAMES_OF_CUSTOMERS = """
UNWIND $ids AS id MATCH (c:Customer {id: id})
WHERE $all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own
RETURN id, c.name AS name LIMIT $limit
"""
NAMES = {
    label: f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN id, n.name AS name LIMIT $limit"
    for label in ("Contact", "Product", "Feature", "Requirement", "Expert")
}
ASKED_BY = """
UNWIND $ids AS id
MATCH (n:Requirement {id: id})-[:HAS_FACT]->(f:Fact {predicate: 'requestedBy'})-[:OBJECT]->(c:Customer)
WHERE f.superseded_at = $open AND ($all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own)
RETURN DISTINCT id, n.name AS name LIMIT $limit
"""
PEOPLE = 500  # contacts of one customer that a page shows

INTERNAL = frozenset({Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER, Role.EXPERT, Role.ENGINEER})
REQUIREMENT_READERS = frozenset({Role.ADMINISTRATOR, Role.EXPERT, Role.ENGINEER})


class CustomerStore:
    """Customers, contacts, products and the names of any node, as far as they exist for the viewer."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def listing(
        self,
        viewer: Viewer,
        *,
        search: str = "",
        sort: CustomerSort = CustomerSort.NAME,
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
    ) -> Listing[CustomerRow]:
        """The customers whose name, alias or number contains `search`; all for an empty one."""
        scope = in_scope(viewer) | {"search": normalised(search)}
        rows = self._graph.read(LIST[(sort, descending)], offset=offset, limit=limit, **scope)
        (total,) = self._graph.read(COUNT, **scope)
        return Listing([_row(viewer, row["customer"]) for row in rows], total["total"], offset)

    def one(self, viewer: Viewer, id: str) -> Customer:
        """A customer with its people. Raises NotFound."""
        rows = self._graph.read(ONE, id=id, limit=PEOPLE, **in_scope(viewer))
        if not rows:
            raise NotFound("customer", id)
        props = rows[0]["customer"]
        people = (contact_of(row) for row in rows[0]["people"] if row["contact"] is not None)
        return Customer(id=id, name=props.get("name") or id, props=dict(props), contacts=tuple(people))

    def node(self, viewer: Viewer, id: str) -> dict[str, Any]:
        """The properties of any other node. Raises NotFound, also where the viewer may not see it."""
        label = label_of(id)
        found = (
            self._graph.read(NODE[label], id=id) if label in NODE and id in self.names(viewer, [id]) else []
        )
        if not found:
            raise NotFound(label.lower(), id)
        return dict(found[0]["node"])

    def features(self, product: str) -> list[dict[str, Any]]:
        """The features of a product, by name."""
        return [dict(row["node"]) for row in self._graph.read(FEATURES, id=product, limit=PEOPLE)]

    def employers(self, contact: str) -> list[str]:
        """The customers that a contact belongs to; [] for any other node."""
        return [row["id"] for row in self._graph.read(EMPLOYERS, id=contact, limit=PEOPLE)]

    def names(self, viewer: Viewer, ids: Iterable[str]) -> dict[str, str]:
        """The display names of those nodes that exist for the viewer; others are missing."""
        by_label: dict[str, list[str]] = {}
        for id in sorted(set(ids)):
            by_label.setdefault(label_of(id), []).append(id)
        found: dict[str, str] = {}
        for label, wanted in by_label.items():
            query = self._query(viewer, label)
            if query:
                rows = self._graph.read(
                    query, ids=wanted, limit=len(wanted), open=FOREVER, **in_scope(viewer)
                )
                found |= {row["id"]: row["name"] or row["id"] for row in rows}
        return found

    def _query(self, viewer: Viewer, label: str) -> str | None:
        """The query that gives the names of a kind of node as far as the viewer sees them."""
        if label == "Customer":
            return NAMES_OF_CUSTOMERS
        if label == "Contact":
            return NAMES["Contact"] if viewer.sees_everything else CUSTOMERS_OF
        if label == "Requirement":
            return NAMES["Requirement"] if viewer.roles & REQUIREMENT_READERS else ASKED_BY
        if label == "Expert":
            return NAMES["Expert"] if viewer.roles & INTERNAL else None
        return NAMES.get(label)


def _row(viewer: Viewer, props: Mapping[str, Any]) -> CustomerRow:
    row = row_of(props)
    return replace(row, team=None, owner=None, spend=()) if viewer.is_customer else row


def row_of(props: Mapping[str, Any]) -> CustomerRow:
    """A line of the customer list from its node."""
    return CustomerRow(
        id=props["id"],
        name=props.get("name") or props["id"],
        name_zh=props.get("name_zh"),
        country=props.get("country"),
        team=props.get("team"),
        owner=props.get("owner"),
        orders=props.get("order_count") or 0,
        last_order=props.get("last_order"),
        spend=tuple(_money(text) for text in props.get("spend") or ()),
    )


def _money(text: str) -> tuple[str, str]:
    currency, _, amount = text.partition(" ")
    return currency, amount


def contact_of(row: Mapping[str, Any]) -> ContactRow:
    """A person in their role, from the node and the relationship."""
    node = row["contact"]
    return ContactRow(
        id=node["id"],
        name=node.get("name") or node["id"],
        name_zh=node.get("name_zh"),
        role=row["role"] or node.get("role"),
        email=node.get("email"),
        phone=node.get("phone"),
        since=row["since"],
        until=row["until"],
    )
