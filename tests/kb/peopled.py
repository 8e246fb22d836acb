"""Two customers of two teams and one of nobody, with orders, mails and facts: for tests of rights."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kb.errors import NotFound
from kb.model.fact import Fact, Kind, Premise
from kb.model.moment import FOREVER, AsOf
from kb.model.viewer import Viewer
from kb.ports import Graph
from tests.kb.drafts import line, mail, node, ordered, quoted, stated
from tests.kb.parts import ADMIN, CHEN_WEI, DAY, GUEST, LI_NA, PIETER, SOFIE, START, World, world

C1, C2, C3 = "customer:C-1", "customer:C-2", "customer:C-3"  # shanghai, rotterdam, nobody's
ANN, BOB = "contact:ann@one", "contact:bob@two"
PUMP, R1, EXPERT = "product:P-1", "requirement:R-1", "expert:chen wei"
OURS = (ADMIN, LI_NA, PIETER, CHEN_WEI, SOFIE)
EVERYBODY = (*OURS, GUEST)
LATER = AsOf(valid=START + 300 * DAY, known=FOREVER - 1)


def peopled(graph: Graph, folder: Path) -> World:
    made = world(graph, folder)
    made.run(
        node(C1, "Acme", team="shanghai", owner="li.na", country="CN"),
        node(C2, "Bolt", team="rotterdam", owner="pieter", country="NL"),
        node(C3, "Coil"),
        node(ANN, "Ann", links=[("CONTACT_OF", C1)], email="ann@one"),
        node(BOB, "Bob", links=[("CONTACT_OF", C2)], email="bob@two"),
        node(PUMP, "Pump"),
        node(R1, "Quieter"),
        node(EXPERT, "Chen Wei"),
        source="contacts",
    )
    made.run(
        *ordered(line("O-1", "C-1"), line("O-2", "C-2", price="99"), line("O-3", "C-3"), line("O-4", None))
    )
    made.run(
        *mail("mail:1", "Acme wants quiet pumps.", about=[C1, ANN]),
        *mail("mail:2", "Bolt wants quiet pumps.", about=[C2, BOB, PUMP]),
        *mail("mail:3", "Between us: Acme pays late.", about=[C1], direction="internal"),
        *mail("mail:4", "To nobody."),
        *mail("call:1", "A call with Acme.", about=[C1], channel="call"),
        stated(C1, "need", "quiet pumps", quoted("mail:1", "Acme wants"), statement="need1"),
        stated(C2, "need", "quiet pumps", quoted("mail:2", "Bolt wants"), statement="need2"),
        stated(C1, "segment", "late payers", quoted("mail:3", "Between us"), statement="segment1"),
        stated(C1, "paymentTerms", "prepaid", quoted("mail:3", "Between us"), statement="terms1"),
        stated(PUMP, "recommendedFor", "quiet rooms", quoted("mail:2", "Bolt wants"), statement="pump1"),
        stated(R1, "requestedBy", None, quoted("mail:2", "Bolt wants"), statement="asked1", object=C2),
        stated(ANN, "prefersChannel", "call", quoted("mail:1", "Acme"), statement="ann1"),
        stated(BOB, "prefersChannel", "email", quoted("mail:2", "Bolt"), statement="bob1"),
    )
    return made


def fact(here: World, statement: str) -> Fact:
    (found,) = here.knowledge.versions(ADMIN, statement)
    return found


def derived(here: World, statement: str, *premises: str, predicate: str = "churnRisk") -> Fact:
    """A fact about C1 that rests on the facts of these statements."""
    here.run(
        stated(
            C1,
            predicate,
            "0.5",
            *(Premise(fact(here, premise).id) for premise in premises),
            statement=statement,
            kind=Kind.PREDICTIVE,
            rule="loyal@2",
        )
    )
    return fact(here, statement)


def predicates(here: World, viewer: Viewer, subject: str) -> set[str]:
    return {one.claim.predicate for one in here.knowledge.facts(viewer, subject, LATER)}


def refused(act: Callable[..., object], *args: object, **more: object) -> None:
    with pytest.raises(NotFound):
        act(*args, **more)
