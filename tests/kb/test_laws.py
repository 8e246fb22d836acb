"""The two laws, over random stories: the export after a revert equals a rebuild without that run, and the
same ledger gives the same export, byte for byte. And the graph holds what brute force makes of the acts.

The default run takes the same few stories on both engines; with KBCRM_TEST_ALL=1 thousands of new ones, or
as many as KBCRM_TEST_STORIES says.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import select

from kb.model.acts import Recorded, Series
from kb.model.fact import Kind
from kb.model.ledger import RunStatus
from kb.ports import Graph
from kb.projection import facts as fact_writes
from kb.projection import projector, refold
from kb.projection.acts_json import act_of
from kb.store.database import reading
from kb.store.rows import fact_of
from kb.store.schema import ACCEPTED, records, runs
from ontology.terms import PREDICATES
from tests.kb.figures_by_hand import figures_by_hand
from tests.kb.living import live
from tests.kb.parts import World, world
from tests.kb.stories import Story, stories
from tests.reference import beliefs as reference
from tests.reference.beliefs import Version

ALL = os.environ.get("KBCRM_TEST_ALL") == "1"
EXAMPLES = int(os.environ.get("KBCRM_TEST_STORIES", "2000")) if ALL else 10
PATIENT = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
STORIES = settings(
    max_examples=EXAMPLES,
    derandomize=not ALL,
    database=None,
    deadline=None,
    suppress_health_check=PATIENT,
    phases=[Phase.generate, Phase.shrink] if ALL else [Phase.generate],
)


@pytest.fixture
def lived(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Story], tuple[World, list[str]]]:
    """Lives a story in a new world, with the transactions as small as it says."""

    def lived(story: Story) -> tuple[World, list[str]]:
        monkeypatch.setattr(projector, "BATCH", story.batch)
        monkeypatch.setattr(projector, "CUSTOMERS", story.part)
        monkeypatch.setattr(refold, "PART", story.part)
        monkeypatch.setattr(fact_writes, "BATCH", max(2, story.part))
        here = world(graph, tmp_path)
        return here, [run.id for run in live(here, story)]

    return lived


@pytest.mark.timeout(36_000 if ALL else 300)
@STORIES
@given(story=stories)
def test_the_laws_hold_after_any_story(
    lived: Callable[[Story], tuple[World, list[str]]], story: Story
) -> None:
    here, reverted = lived(story)
    export = here.export()
    assert held(here) == expected(here)
    assert here.rebuilt() == export
    if reverted:
        assert here.without(*(here.ledger.run(id) for id in reverted)) == export
    here.ledger.engine.dispose()


def held(here: World) -> set[Version]:
    """The versions that the graph holds."""
    rows = here.graph.read(
        """
        MATCH (f:Fact) OPTIONAL MATCH (f)-[e:EVIDENCED_BY]->(i:Interaction)
        WITH f, collect({interaction: i.id, n: e.n, start: e.start, end: e.end, text: e.text}) AS quotes
        OPTIONAL MATCH (f)-[d:DERIVED_FROM]->(p:Fact)
        RETURN f AS fact, quotes, collect(p.id) AS premises
        """
    )
    return {
        ordered(reference.version_of(fact_of(row["fact"], row["quotes"], row["premises"]))) for row in rows
    }


def ordered(version: Version) -> Version:
    """Quotations keep their order in the graph, premises come after them."""
    content = version.content._replace(evidence=tuple(sorted(set(version.content.evidence), key=repr)))
    return version._replace(content=content)


def expected(here: World) -> set[Version]:
    """The versions that brute force makes of the live acts and of the figures counted by hand."""
    there = {
        row["id"] for row in here.graph.read("MATCH (n) WHERE NOT n:Mark RETURN n.id AS id") if row["id"]
    }
    slots: dict[tuple[str, str], list[Recorded]] = {}
    with reading(here.ledger.engine) as connection:
        query = (
            select(records, runs.c.recorded_at)
            .join(runs, runs.c.position == records.c.run)
            .where(records.c.outcome == ACCEPTED, runs.c.status != RunStatus.REVERTED)
            .order_by(records.c.run, records.c.seq)
        )
        rows = connection.execute(query).all()
    for row in rows:
        if row.kind == "fact":
            done = act_of(__import__("json").loads(row.payload))
            slots.setdefault(slot_of(row), []).append(Recorded(row.recorded_at, row.seq, done))
    for slot, acts in figures_by_hand(rows).items():
        slots.setdefault(slot, []).extend(acts)
    found: set[Version] = set()
    for (subject, predicate), acts in slots.items():
        if subject in there:
            found |= versions(acts, predicate, there)
    return found


def slot_of(row: object) -> tuple[str, str]:
    payload = __import__("json").loads(row.payload)  # type: ignore[attr-defined]
    return payload["subject"], payload["predicate"]


def versions(acts: list[Recorded], predicate: str, there: set[str]) -> set[Version]:
    about = PREDICATES[predicate]
    standing = {Kind(kind): -place for place, kind in enumerate(about.standing)}
    computed = {
        e.interaction  # type: ignore[union-attr]
        for one in acts
        if isinstance(one.act, Series)
        for _, claim in one.act.pieces
        for e in claim.evidence
    }
    functional = about.functional or about.functional_per_unit
    told = reference.versions(
        acts, functional, standing, lambda id: id in there or id in computed, about.functional_per_unit
    )
    return {ordered(one) for one in told}
