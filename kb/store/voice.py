"""Counting and reading what customers say about a product and its features, within a viewer's rights.

Experts and engineers count what all customers say, for the products are theirs to make; words, and whose they
are, stay with those who see the customers (docs/rights.md).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kb.model.identity import label_of
from kb.model.listing import Listing
from kb.model.matters import Voiced
from kb.model.moment import FOREVER
from kb.model.viewer import Role, Viewer
from kb.model.voice import VOICE, Asked, Cell, gathered, months, polarity_of
from kb.ports import Graph
from kb.store.facts import FactStore
from kb.store.matters import voiced_of
from kb.store.scope import in_scope, predicates

COUNTING = frozenset({Role.EXPERT, Role.ENGINEER})  # count what is said by customers out of their scope, too
SAID = ["conversational", "expert"]  # kinds of facts that people said or stated
OWNERS = {
    "Customer": "<-[:HAS_FACT]-(c:Customer)",
    "Contact": "<-[:HAS_FACT]-(n:Contact)-[:CONTACT_OF]->(c:Customer)",
}
PERSON = {"Customer": "null", "Contact": "n.name"}
TOPICS = ("Product", "Feature")
FOUND = {
    (topic, owner): f"""
UNWIND $topics AS topic MATCH (t:{topic} {{id: topic}})<-[:ABOUT]-(f:Fact){path}
WHERE ($everybody OR $all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own)
  AND f.predicate IN $voice AND f.kind IN $said AND ($any OR f.predicate IN $shareable)
  AND f.superseded_at = $open AND f.valid_from >= $since AND f.valid_from < $until
"""
    for topic in TOPICS
    for owner, path in OWNERS.items()
}
# A month is counted as the number of first moments of months that a statement does not come before.
COUNTS = {
    key: found
    + """
WITH topic, f.predicate AS kind, coalesce(f.polarity, '') AS polarity, f.statement AS statement,
  size([edge IN $edges WHERE edge <= f.valid_from]) AS month
RETURN topic, kind, polarity, month, count(DISTINCT statement) AS count LIMIT $limit
"""
    for key, found in FOUND.items()
}
WORDS = {
    (topic, owner): found
    + f"""
RETURN DISTINCT f.id AS id, f.valid_from AS at, c.id AS customer, c.name AS name, c.name_zh AS name_zh,
  {PERSON[owner]} AS person ORDER BY at DESC, id LIMIT $limit
"""
    for (topic, owner), found in FOUND.items()
}
CELLS = 100_000  # at most, of topics × kinds × polarities × months
DEEPEST = 10_000  # words that can be paged through


class VoiceStore:
    """The facts about a product and its features (`topics`, by id)."""

    def __init__(self, graph: Graph, facts: FactStore) -> None:
        self._graph = graph
        self._facts = facts

    def counts(self, viewer: Viewer, topics: Sequence[str], asked: Asked, now: int) -> tuple[Cell, ...]:
        """How often what is said, by topic, kind, polarity and month up to `now` (epoch ms)."""
        return self._cells(viewer, topics, asked, now, everybody=counts_everybody(viewer))

    def words(
        self, viewer: Viewer, topics: Sequence[str], asked: Asked, now: int, *, offset: int, limit: int
    ) -> Listing[Voiced]:
        """What customers in the viewer's scope said, the latest first."""
        if not viewer.sees_customers:
            return Listing([], 0, offset)
        total = sum(cell.count for cell in self._cells(viewer, topics, asked, now, everybody=False))
        most = min(offset, DEEPEST) + limit
        rows = {
            row["id"]: row
            for query, params in self._parts(WORDS, viewer, topics, asked, everybody=False)
            for row in self._graph.read(query, limit=most, **params)
        }
        latest = sorted(rows.values(), key=lambda row: (-row["at"], row["id"]))[offset:most]
        facts = self._facts.many(viewer, [row["id"] for row in latest])
        found = [voiced_of(row, facts[row["id"]]) for row in latest if row["id"] in facts]
        return Listing(found, total, offset)

    def _cells(
        self, viewer: Viewer, topics: Sequence[str], asked: Asked, now: int, *, everybody: bool
    ) -> tuple[Cell, ...]:
        known = months(now)
        edges = [first for _, first in known]
        return gathered(
            Cell(
                topic=row["topic"],
                kind=row["kind"],
                polarity=polarity_of(row["kind"], row["polarity"]),
                month=known[max(0, row["month"] - 1)][0],
                count=row["count"],
            )
            for query, params in self._parts(COUNTS, viewer, topics, asked, everybody=everybody)
            for row in self._graph.read(query, edges=edges, limit=CELLS, **params)
        )

    def _parts(
        self,
        queries: Mapping[tuple[str, str], str],
        viewer: Viewer,
        topics: Sequence[str],
        asked: Asked,
        *,
        everybody: bool,
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """The queries that have something to find, with their parameters."""
        wanted = [topic for topic in topics if asked.topic in (None, topic)]
        for (label, _), query in queries.items():
            named = [topic for topic in wanted if label_of(topic) == label]
            if named:
                yield (
                    query,
                    {
                        "topics": named,
                        "everybody": everybody,
                        "voice": [kind for kind in VOICE if asked.kind in (None, kind)],
                        "said": SAID,
                        "open": FOREVER,
                        "since": asked.since,
                        "until": asked.until,
                        **in_scope(viewer),
                        **predicates(viewer),
                    },
                )


def counts_everybody(viewer: Viewer) -> bool:
    """Whether the viewer's counts are of all customers."""
    return viewer.sees_everything or bool(viewer.roles & COUNTING)
