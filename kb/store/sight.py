"""What facts rest on, as far as it exists for the viewer.

A fact that was derived from a customer out of scope does not exist for the viewer. Of other facts the
evidence that the viewer may not see is left out; where nothing remains, WITHHELD stands in its place.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from kb.model.fact import WITHHELD, Evidence, Fact, Premise, Quote
from kb.model.viewer import Viewer
from kb.ports import Graph
from kb.store.scope import channels, in_scope, predicates

INTERACTIONS = """
UNWIND $ids AS id MATCH (i:Interaction {id: id})
OPTIONAL MATCH (i)-[:INVOLVES]->(c:Customer)
WITH id, i, c,
  CASE WHEN $all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own THEN 1 ELSE 0 END AS seen
RETURN id, i.channel AS channel, i.direction AS direction, count(c) AS customers, sum(seen) AS seen
LIMIT $limit
"""
# CASE, not NOT: a customer without owner and team makes the condition null, and NOT null hides nothing.
OF_CUSTOMERS = """
UNWIND $premises AS premise
MATCH (:Fact {id: premise})-[:DERIVED_FROM*0..8]->(q:Fact)<-[:HAS_FACT]-(c:Customer)
WITH premise,
  CASE WHEN $all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own THEN 1 ELSE 0 END AS seen
WHERE seen = 0 RETURN DISTINCT premise LIMIT $limit
"""
OF_CONTACTS = """
UNWIND $premises AS premise
MATCH (:Fact {id: premise})-[:DERIVED_FROM*0..8]->(q:Fact)<-[:HAS_FACT]-(n:Contact)
OPTIONAL MATCH (n)-[:CONTACT_OF]->(c:Customer)
WITH premise, n,
  sum(CASE WHEN $all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own THEN 1 ELSE 0 END) AS seen
WHERE seen = 0 RETURN DISTINCT premise LIMIT $limit
"""
OF_OBJECTS = """
UNWIND $premises AS premise
MATCH (:Fact {id: premise})-[:DERIVED_FROM*0..8]->(q:Fact)-[:OBJECT]->(c:Customer)
WITH premise,
  CASE WHEN $all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own THEN 1 ELSE 0 END AS seen
WHERE seen = 0 RETURN DISTINCT premise LIMIT $limit
"""
SHAREABLE = """
UNWIND $premises AS premise MATCH (p:Fact {id: premise}) WHERE $any OR p.predicate IN $shareable
RETURN DISTINCT premise LIMIT $limit
"""


def sees(viewer: Viewer, channel: str, direction: str, customers: int, seen: int) -> bool:
    """Whether an interaction exists for the viewer; it involves `customers`, of which `seen` are in scope.

    One that involves no customer (a row of the product list, an unlinked mail) is for administrators,
    unless it is a note or a record, which everybody of ours may read.
    """
    allowed = channels(viewer)
    shared = channel in allowed["channels"] and direction != "internal"
    if not (allowed["internal"] or shared):
        return False
    if customers:
        return seen > 0
    return viewer.sees_everything or (allowed["internal"] and channel in {"note", "record"})


class Sight:
    """Looks up what evidence the viewer may see."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def of(self, viewer: Viewer, facts: Sequence[Fact], seen: Set[str] = frozenset()) -> list[Fact]:
        """Those of the facts that exist for the viewer, with the evidence that does.

        `seen` are interactions that are known to exist for the viewer; the others are looked up.
        """
        if viewer.sees_everything:
            return list(facts)
        premises = sorted(
            {one.fact for fact in facts for one in fact.claim.evidence if isinstance(one, Premise)}
        )
        hidden = self._hidden(viewer, premises)
        left = [fact for fact in facts if not hidden.intersection(map(_source, fact.claim.evidence))]
        there = seen | self._interactions(viewer, left, seen) | self._shareable(viewer, premises)
        return [_without(fact, there) for fact in left]

    def interactions(self, viewer: Viewer, ids: Iterable[str]) -> set[str]:
        """Those of the interactions that exist for the viewer. Of an administrator none is looked up."""
        wanted = sorted(set(ids))
        if viewer.sees_everything or not wanted:
            return set(wanted)
        rows = self._graph.read(INTERACTIONS, ids=wanted, limit=len(wanted), **in_scope(viewer))
        return {row["id"] for row in rows if _seen(viewer, row)}

    def _hidden(self, viewer: Viewer, premises: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for query in (OF_CUSTOMERS, OF_CONTACTS, OF_OBJECTS) if premises else ():
            rows = self._graph.read(query, premises=premises, limit=len(premises), **in_scope(viewer))
            found.update(row["premise"] for row in rows)
        return found

    def _shareable(self, viewer: Viewer, premises: Sequence[str]) -> set[str]:
        if not (premises and viewer.is_customer):
            return set(premises)
        rows = self._graph.read(SHAREABLE, premises=premises, limit=len(premises), **predicates(viewer))
        return {row["premise"] for row in rows}

    def _interactions(self, viewer: Viewer, facts: Iterable[Fact], seen: Set[str]) -> set[str]:
        quoted = {e.interaction for fact in facts for e in fact.claim.evidence if isinstance(e, Quote)}
        return self.interactions(viewer, quoted - seen)


def _seen(viewer: Viewer, row: Mapping[str, Any]) -> bool:
    return sees(viewer, row["channel"], row["direction"], row["customers"], row["seen"])


def _source(evidence: Evidence) -> str:
    return evidence.fact if isinstance(evidence, Premise) else evidence.interaction


def _without(fact: Fact, there: Set[str]) -> Fact:
    """The fact with the evidence whose source is there."""
    evidence = tuple(one for one in fact.claim.evidence if _source(one) in there)
    if evidence == fact.claim.evidence:
        return fact
    return replace(fact, claim=replace(fact.claim, evidence=evidence or (WITHHELD,)))
