"""The whole graph as plain rows, for export and validation."""

from collections.abc import Iterator
from typing import Any

from kb.ports import Graph, Row

NODES = """
MATCH (n) WHERE n.id IS NOT NULL AND NOT n:Mark RETURN labels(n) AS labels, n.id AS id, properties(n) AS props
"""
EDGES = """
MATCH (a)-[r]->(b) WHERE a.id IS NOT NULL AND b.id IS NOT NULL
RETURN type(r) AS type, a.id AS start, b.id AS end, properties(r) AS props
"""
DERIVED = ("name_key", "search", "order_count", "last_order", "spend", "spend_sort")  # for lists only


class StoredRows:
    """See kb.rdf.rows.GraphRows. Leaves out what is kept on nodes for lists alone."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def nodes(self) -> Iterator[Row]:
        """Every node but the projection's mark, in any order."""
        for row in self._graph.stream(NODES):
            props: dict[str, Any] = {key: value for key, value in row["props"].items() if key not in DERIVED}
            yield {"label": row["labels"][0], "id": row["id"], "props": props}

    def edges(self) -> Iterator[Row]:
        """Every relationship, in any order."""
        for row in self._graph.stream(EDGES):
            yield {"type": row["type"], "from": row["start"], "to": row["end"], "props": row["props"]}
