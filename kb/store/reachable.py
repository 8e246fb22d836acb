"""Whom a viewer may have spoken with: customers and the people there, found by a part of a name."""

from kb.model.reading import Reachable
from kb.model.spelling import normalised
from kb.model.viewer import Viewer
from kb.ports import Graph, Row
from kb.store.scope import in_scope

CUSTOMERS = """
MATCH (c:Customer) WHERE ($all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own)
  AND ($search = '' OR c.search CONTAINS $search)
RETURN c.id AS customer, c.name AS customer_name, c.name_zh AS customer_name_zh
ORDER BY c.name_key, c.id LIMIT $limit
"""
PEOPLE = """
MATCH (n:Contact)-[r:CONTACT_OF]->(c:Customer)
WHERE ($all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own) AND n.search CONTAINS $search
RETURN c.id AS customer, c.name AS customer_name, c.name_zh AS customer_name_zh,
  n.id AS contact, n.name AS contact_name, n.name_zh AS contact_name_zh, r.role AS role, r.until AS until
ORDER BY n.name_key, n.id, c.name_key, c.id LIMIT $limit
"""


def find(graph: Graph, viewer: Viewer, search: str, limit: int) -> list[Reachable]:
    """At most `limit` customers, then at most `limit` people; without words only customers."""
    asked = in_scope(viewer) | {"search": normalised(search), "limit": limit}
    people = graph.read(PEOPLE, **asked) if asked["search"] else []
    return [_reachable(row) for row in (*graph.read(CUSTOMERS, **asked), *people)]


def _reachable(row: Row) -> Reachable:
    return Reachable(
        customer=row["customer"],
        customer_name=row["customer_name"] or row["customer"],
        customer_name_zh=row["customer_name_zh"],
        contact=row.get("contact"),
        contact_name=row.get("contact_name") or row.get("contact"),
        contact_name_zh=row.get("contact_name_zh"),
        role=row.get("role"),
        until=row.get("until"),
    )
