"""Reading what is open between the customers and us, and what was closed and how."""

from collections.abc import Iterable
from typing import Any

from kb.model.matters import MATTERS, Matters, Voiced
from kb.model.moment import AsOf
from kb.model.viewer import Viewer
from kb.ports import Graph, Row
from kb.store.facts import FactStore
from kb.store.scope import in_scope, predicates

# Facts of customers and of the people there: two ways to whose they are.
WAYS = {
    "Customer": "MATCH (c:Customer)-[:HAS_FACT]->(f:Fact)",
    "Contact": "MATCH (c:Customer)<-[:CONTACT_OF]-(n:Contact)-[:HAS_FACT]->(f:Fact)",
}
WAYS_OF_ONE = {
    way: query.replace("(c:Customer)", "(c:Customer {id: $customer})") for way, query in WAYS.items()
}
PERSON = {"Customer": "null", "Contact": "n.name"}
STATES = {
    "open": (
        "f.valid_from <= $valid AND f.valid_to > $valid",
        "ORDER BY due, since DESC, id",
    ),
    "closed": ("f.valid_to <= $valid", "ORDER BY until DESC, id"),
}
# A matter without a day comes after those that have one.
QUERIES = {
    (state, way, one): f"""
{path}
WHERE ($all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own)
  AND f.predicate IN $matters AND ($any OR f.predicate IN $shareable)
  AND f.recorded_at <= $known AND f.superseded_at > $known AND {condition}
RETURN DISTINCT f.id AS id, c.id AS customer, c.name AS name, c.name_zh AS name_zh, {PERSON[way]} AS person,
  coalesce(f.due, '9999-12-31') AS due, f.valid_from AS since, f.valid_to AS until
{order} LIMIT $limit
"""
    for state, (condition, order) in STATES.items()
    for one, ways in ((False, WAYS), (True, WAYS_OF_ONE))
    for way, path in ways.items()
}


class MatterStore:
    """Commitments, requests, incidents and complaints in the graph, within a viewer's scope."""

    def __init__(self, graph: Graph, facts: FactStore) -> None:
        self._graph = graph
        self._facts = facts

    def of(self, viewer: Viewer, moment: AsOf, *, customer: str | None, limit: int) -> Matters:
        """Those of one customer, or of all in scope; `limit` open and as many closed ones at most.

        Nothing is found of a customer out of scope: the caller tells whether there is one.
        """
        rows = {state: self._rows(viewer, moment, state, customer, limit + 1) for state in STATES}
        facts = self._facts.many(viewer, [row["id"] for found in rows.values() for row in found])

        def voiced(found: Iterable[Row]) -> tuple[Voiced, ...]:
            return tuple(voiced_of(row, facts[row["id"]]) for row in found if row["id"] in facts)

        return Matters(
            open=voiced(rows["open"][:limit]),
            closed=voiced(rows["closed"][:limit]),
            open_cut=len(rows["open"]) > limit,
            closed_cut=len(rows["closed"]) > limit,
        )

    def _rows(self, viewer: Viewer, moment: AsOf, state: str, customer: str | None, limit: int) -> list[Row]:
        """In order; a fact of a person at several customers is shown under the first of them."""
        found: dict[str, Row] = {}
        for way in WAYS:
            rows = self._graph.read(
                QUERIES[state, way, customer is not None],
                matters=list(MATTERS),
                valid=moment.valid,
                known=moment.known,
                limit=limit,
                **({} if customer is None else {"customer": customer}),
                **in_scope(viewer),
                **predicates(viewer),
            )
            for row in rows:
                found.setdefault(row["id"], row)
        return sorted(found.values(), key=_order[state])[:limit]


def voiced_of(row: Row, fact: Any) -> Voiced:
    """From a row with customer, name, name_zh and person."""
    return Voiced(
        fact=fact,
        customer=row["customer"],
        customer_name=row["name"] or row["customer"],
        customer_name_zh=row["name_zh"],
        person=row["person"],
    )


_order = {
    "open": lambda row: (row["due"], -row["since"], row["id"]),
    "closed": lambda row: (-row["until"], row["id"]),
}
