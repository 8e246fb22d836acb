"""What is done to a fact as it is shown is done to all the statements that it is made of."""

from pathlib import Path

import pytest

from kb.model.fact import Kind
from kb.model.moment import FOREVER, AsOf
from kb.ports import Graph
from tests.kb.drafts import node
from tests.kb.parts import ADMIN, DAY, LI_NA, START, World, world

C1 = "customer:C-1"


@pytest.fixture
def here(graph: Graph, tmp_path: Path) -> World:
    made = world(graph, tmp_path)
    made.run(node(C1, "Acme", team="shanghai"), source="contacts")
    for day in (0, 5):
        state(made, "call", day)
    return made


def state(here: World, value: str, since: int) -> str:
    fact = here.knowledge.state(
        LI_NA,
        subject=C1,
        predicate="prefersChannel",
        value=value,
        kind=Kind.EXPERT,
        valid_from=START + since * DAY,
        note=f"They said {value} on day {since}.",
    )
    return fact.statement


def values(here: World, day: int) -> list[object]:
    moment = AsOf(valid=START + day * DAY, known=FOREVER - 1)
    facts = here.knowledge.facts(ADMIN, C1, moment)
    return [fact.claim.value for fact in facts if fact.claim.predicate == "prefersChannel"]


def the_one(here: World) -> str:
    moment = AsOf(valid=START + 8 * DAY, known=FOREVER - 1)
    (fact,) = (f for f in here.knowledge.facts(ADMIN, C1, moment) if f.claim.predicate == "prefersChannel")
    assert len(fact.claim.evidence) == 2, "two statements are one fact with two pieces of evidence"
    return fact.statement


def test_an_end_ends_the_fact(here: World) -> None:
    here.knowledge.end(LI_NA, the_one(here), at=START + 20 * DAY, note="No more calls from now on.")
    assert (values(here, 8), values(here, 30)) == (["call"], [])


def test_a_retraction_takes_the_fact_away(here: World) -> None:
    here.knowledge.retract(LI_NA, the_one(here), note="That was another customer.")
    assert (values(here, 2), values(here, 8)) == ([], [])


def test_a_correction_replaces_the_fact(here: World) -> None:
    here.knowledge.correct(LI_NA, the_one(here), value="chat", note="They meant chat.")
    assert (values(here, 2), values(here, 8)) == (["chat"], ["chat"])
