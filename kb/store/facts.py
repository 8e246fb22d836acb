"""Reading facts: as of two moments, one opened, the versions of a statement."""

from collections.abc import Iterable, Sequence

from kb.errors import NotFound
from kb.model.fact import Fact
from kb.model.moment import FOREVER, AsOf
from kb.model.viewer import Viewer
from kb.ports import Graph, Row
from kb.store.discretion import Discretion
from kb.store.rows import fact_of
from kb.store.scope import in_scope, predicates
from kb.store.sight import Sight, sees

# OPTIONAL MATCH keeps one row for a customer without facts: "no facts yet" and
# "no such customer" stay two different answers. A quotation says whether its interaction involves the
# customer: then it exists for whoever sees the customer, and needs no second look.
OF_CUSTOMER = """
MATCH (c:Customer {id: $subject}) WHERE $all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own
OPTIONAL MATCH (c)-[:HAS_FACT]->(f:Fact)
WHERE f.valid_from <= $valid AND f.valid_to > $valid AND f.recorded_at <= $known AND f.superseded_at > $known
  AND ($any OR f.predicate IN $shareable)
OPTIONAL MATCH (f)-[e:EVIDENCED_BY]->(i:Interaction)
OPTIONAL MATCH (i)-[v:INVOLVES]->(c)
WITH f, collect(DISTINCT {interaction: i.id, n: e.n, start: e.start, end: e.end, text: e.text,
  channel: i.channel, direction: i.direction, theirs: v IS NOT NULL}) AS quotes
OPTIONAL MATCH (f)-[:DERIVED_FROM]->(p:Fact)
WITH f, quotes, collect(p.id) AS premises
RETURN f AS fact, quotes, premises ORDER BY f.confidence DESC, f.id LIMIT $limit
"""
OF_NODE = {
    label: f"""
MATCH (s:{label} {{id: $subject}})-[:HAS_FACT]->(f:Fact)
WHERE f.valid_from <= $valid AND f.valid_to > $valid AND f.recorded_at <= $known AND f.superseded_at > $known
  AND ($any OR f.predicate IN $shareable)
OPTIONAL MATCH (f)-[e:EVIDENCED_BY]->(i:Interaction)
WITH f, collect({{interaction: i.id, n: e.n, start: e.start, end: e.end, text: e.text}}) AS quotes
OPTIONAL MATCH (f)-[:DERIVED_FROM]->(p:Fact)
WITH f, quotes, collect(p.id) AS premises
RETURN f AS fact, quotes, premises ORDER BY f.confidence DESC, f.id LIMIT $limit
"""
    for label in ("Contact", "Product", "Feature", "Requirement", "Expert", "Interaction")
}
ONE = """
MATCH (f:Fact {id: $id})
OPTIONAL MATCH (f)-[e:EVIDENCED_BY]->(i:Interaction)
WITH f, collect({interaction: i.id, n: e.n, start: e.start, end: e.end, text: e.text}) AS quotes
OPTIONAL MATCH (f)-[:DERIVED_FROM]->(p:Fact)
RETURN f AS fact, quotes, collect(p.id) AS premises LIMIT 1
"""
MANY = """
UNWIND $ids AS id MATCH (f:Fact {id: id}) WHERE $any OR f.predicate IN $shareable
OPTIONAL MATCH (f)-[e:EVIDENCED_BY]->(i:Interaction)
WITH f, collect({interaction: i.id, n: e.n, start: e.start, end: e.end, text: e.text}) AS quotes
OPTIONAL MATCH (f)-[:DERIVED_FROM]->(p:Fact)
WITH f, quotes, collect(p.id) AS premises
RETURN f AS fact, quotes, premises LIMIT $limit
"""
VERSIONS = """
MATCH (f:Fact {statement: $statement}) WHERE $any OR f.predicate IN $shareable
OPTIONAL MATCH (f)-[e:EVIDENCED_BY]->(i:Interaction)
WITH f, collect({interaction: i.id, n: e.n, start: e.start, end: e.end, text: e.text}) AS quotes
OPTIONAL MATCH (f)-[:DERIVED_FROM]->(p:Fact)
WITH f, quotes, collect(p.id) AS premises
RETURN f AS fact, quotes, premises ORDER BY f.recorded_at DESC, f.valid_from DESC, f.id LIMIT $limit
"""
CITING = """
MATCH (i:Interaction {id: $interaction})<-[:EVIDENCED_BY]-(f:Fact) WHERE f.superseded_at = $open
RETURN f.id AS id ORDER BY f.valid_from DESC, f.id LIMIT $limit
"""
LIMIT = 1000
VERSIONS_LIMIT = 10_000  # a figure that changed every day for 27 years


class FactStore:
    """Facts in the graph. The subject's own visibility is checked by the caller, except for customers."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._sight = Sight(graph)
        self._discretion = Discretion(graph)

    def of_customer(self, viewer: Viewer, customer: str, moment: AsOf, *, limit: int = 500) -> list[Fact]:
        """What was true of a customer at `moment.valid` as known at `moment.known`, surest first.

        Raises NotFound if there is no such customer in the viewer's scope.
        """
        rows = self._graph.read(
            OF_CUSTOMER,
            subject=customer,
            valid=moment.valid,
            known=moment.known,
            limit=limit,
            **in_scope(viewer),
            **predicates(viewer),
        )
        if not rows:
            raise NotFound("customer", customer)
        return self._visible(viewer, rows)

    def of_node(
        self, viewer: Viewer, label: str, subject: str, moment: AsOf, *, limit: int = 500
    ) -> list[Fact]:
        """The same of a contact, product, feature, requirement or expert; [] where nothing is known."""
        rows = self._graph.read(
            OF_NODE[label],
            subject=subject,
            valid=moment.valid,
            known=moment.known,
            limit=limit,
            **predicates(viewer),
        )
        return self._visible(viewer, rows)

    def one(self, viewer: Viewer, id: str) -> Fact:
        """A version by its id. Raises NotFound, also for what is not shareable with a customer."""
        found = self._visible(viewer, self._graph.read(ONE, id=id))
        allowed = predicates(viewer)
        if not found or not (allowed["any"] or found[0].claim.predicate in allowed["shareable"]):
            raise NotFound("fact", id)
        return found[0]

    def many(self, viewer: Viewer, ids: Iterable[str]) -> dict[str, Fact]:
        """Those of the versions that exist for the viewer, by id."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        rows = self._graph.read(MANY, ids=wanted, limit=len(wanted), **predicates(viewer))
        return {fact.id: fact for fact in self._visible(viewer, rows)}

    def versions(self, viewer: Viewer, statement: str) -> list[Fact]:
        """All versions of a statement, newest knowledge first; [] for one that never was."""
        rows = self._graph.read(VERSIONS, statement=statement, limit=VERSIONS_LIMIT, **predicates(viewer))
        return self._visible(viewer, rows)

    def citing(self, interaction: str) -> list[str]:
        """Ids of the believed versions that rest on the interaction, latest validity first."""
        return [
            row["id"] for row in self._graph.read(CITING, interaction=interaction, open=FOREVER, limit=LIMIT)
        ]

    def _visible(self, viewer: Viewer, rows: Sequence[Row]) -> list[Fact]:
        facts = [
            fact_of(row["fact"], row["quotes"], row["premises"]) for row in rows if row["fact"] is not None
        ]
        return self._discretion.facts(viewer, self._sight.of(viewer, facts, _seen(viewer, rows)))


def _seen(viewer: Viewer, rows: Iterable[Row]) -> set[str]:
    """The quoted interactions that the rows themselves show to exist for the viewer."""
    return {
        quote["interaction"]
        for row in rows
        for quote in row["quotes"]
        if quote.get("theirs") and sees(viewer, quote["channel"], quote["direction"], customers=1, seen=1)
    }
