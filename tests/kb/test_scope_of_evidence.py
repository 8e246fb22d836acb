"""What facts rest on, within a viewer's scope: words withheld, hidden premises, derived facts."""

from pathlib import Path

import pytest

from kb.model.fact import WITHHELD
from kb.model.viewer import Viewer
from kb.ports import Graph
from tests.kb.drafts import mail, quoted, stated
from tests.kb.parts import ADMIN, CHEN_WEI, GUEST, LI_NA, PIETER, SOFIE, World
from tests.kb.peopled import (
    C1,
    C3,
    LATER,
    PUMP,
    derived,
    fact,
    peopled,
    predicates,
    refused,
)


@pytest.fixture
def here(graph: Graph, tmp_path: Path) -> World:
    return peopled(graph, tmp_path)


def test_evidence_that_is_out_of_scope_is_withheld_with_its_words(here: World) -> None:
    for viewer in (LI_NA, CHEN_WEI, SOFIE, GUEST):
        (pump,) = here.knowledge.facts(viewer, PUMP, LATER)
        assert pump.claim.evidence == (WITHHELD,)
        opened = here.knowledge.opened(viewer, pump.id)
        assert (opened.proofs, "Bolt" in repr(opened)) == ((), False)
    (pump,) = here.knowledge.facts(PIETER, PUMP, LATER)
    assert pump.claim.evidence == (quoted("mail:2", "Bolt wants"),)
    for read in (
        lambda: here.knowledge.facts(GUEST, C1, LATER),
        lambda: here.knowledge.versions(GUEST, "terms1"),
        lambda: here.knowledge.opened(GUEST, fact(here, "terms1").id),
    ):
        assert "Between us" not in repr(read())
    assert "Between us" in repr(here.knowledge.facts(LI_NA, C1, LATER))


def test_of_several_pieces_of_evidence_those_in_scope_are_shown(here: World) -> None:
    both = (quoted("mail:1", "Acme wants"), quoted("mail:2", "Bolt wants"))
    here.run(stated(PUMP, "maintenanceAdvice", "oil it", *both, statement="pump2"))
    seen = {
        viewer.name: next(
            f for f in here.knowledge.facts(viewer, PUMP, LATER) if f.statement == "pump2"
        ).claim.evidence
        for viewer in (ADMIN, LI_NA, PIETER, CHEN_WEI)
    }
    assert seen == {"admin": both, "li.na": both[:1], "pieter": both[1:], "chen.wei": (WITHHELD,)}


@pytest.mark.parametrize("premise", ["need2", "bob1", "asked1"])
def test_a_fact_derived_from_what_is_hidden_does_not_exist(here: World, premise: str) -> None:
    risk = derived(here, "risk1", "need1", premise)
    again = derived(here, "risk2", "risk1", predicate="satisfaction")
    assert not predicates(here, LI_NA, C1) & {"churnRisk", "satisfaction"}
    for hidden in (risk, again):
        refused(here.knowledge.opened, LI_NA, hidden.id)
        refused(here.knowledge.versions, LI_NA, hidden.statement)
        refused(here.knowledge.retract, LI_NA, hidden.statement, note="x")
    assert predicates(here, ADMIN, C1) >= {"churnRisk", "satisfaction"}
    both = Viewer(name="both", roles=LI_NA.roles, teams=LI_NA.teams | PIETER.teams)
    assert predicates(here, both, C1) >= {"churnRisk", "satisfaction"}


def test_a_customer_of_nobody_is_hidden_from_all_but_administrators_in_premises_too(here: World) -> None:
    here.run(
        *mail("mail:9", "Coil.", about=[C3]), stated(C3, "need", "x", quoted("mail:9"), statement="need3")
    )
    derived(here, "risk1", "need3")
    assert "churnRisk" not in predicates(here, LI_NA, C1)
    assert "churnRisk" in predicates(here, ADMIN, C1)


def test_a_shareable_fact_derived_from_what_is_not_is_shown_without_its_premises(here: World) -> None:
    derived(here, "language1", "segment1", predicate="language")
    (seen,) = (one for one in here.knowledge.facts(GUEST, C1, LATER) if one.statement == "language1")
    assert seen.claim.evidence == (WITHHELD,)
    assert here.knowledge.opened(GUEST, seen.id).proofs == ()
    assert here.knowledge.opened(LI_NA, seen.id).proofs[0].fact == fact(here, "segment1")
