"""What is out of a viewer's scope does not exist: in reads, counts, sorts, evidence, objects, versions, writes.

Two customers of two teams, with contacts, orders, mails and facts; whoever sees the one sees nothing of the other.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.errors import Forbidden, KbcrmError, NotFound
from kb.model.fact import WITHHELD, Fact, Kind, Premise
from kb.model.moment import FOREVER, AsOf
from kb.model.reading import CustomerSort
from kb.model.viewer import Role, Viewer
from kb.ports import Graph
from tests.kb.parts import (
    ADMIN,
    CHEN_WEI,
    DAY,
    GUEST,
    LI_NA,
    NOW,
    PIETER,
    SOFIE,
    START,
    World,
    line,
    mail,
    node,
    ordered,
    quoted,
    stated,
    world,
)

C1, C2, C3 = "customer:C-1", "customer:C-2", "customer:C-3"  # shanghai, rotterdam, nobody's
ANN, BOB = "contact:ann@one", "contact:bob@two"
PUMP, R1, EXPERT = "product:P-1", "requirement:R-1", "expert:chen wei"
OURS = (ADMIN, LI_NA, PIETER, CHEN_WEI, SOFIE)
EVERYBODY = (*OURS, GUEST)
LATER = AsOf(valid=START + 300 * DAY, known=FOREVER - 1)


@pytest.fixture
def here(graph: Graph, tmp_path: Path) -> World:
    made = world(graph, tmp_path)
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


def refused(act: Callable[[], object], error: type[KbcrmError] = NotFound) -> None:
    with pytest.raises(error):
        act()


def test_lists_counts_and_searches_hold_what_is_in_scope(here: World) -> None:
    expected = {
        "admin": [C1, C2, C3],
        "li.na": [C1],
        "pieter": [C2],
        "chen.wei": [],
        "sofie": [],
        "guest": [C1],
    }
    for viewer in EVERYBODY:
        for sort in CustomerSort:
            for descending in (False, True):
                found = here.knowledge.customers(viewer, sort=sort, descending=descending)
                assert sorted(row.id for row in found.items) == expected[viewer.name]
                assert found.total == len(expected[viewer.name])
        assert here.knowledge.customers(viewer, search="bolt").total == (C2 in expected[viewer.name])
        assert here.knowledge.customers(viewer, offset=1).total == len(expected[viewer.name])


def test_lists_are_sorted_by_what_they_show(here: World) -> None:
    def names(sort: CustomerSort, *, descending: bool = False) -> list[str]:
        found = here.knowledge.customers(ADMIN, sort=sort, descending=descending)
        return [row.name for row in found.items]

    assert names(CustomerSort.NAME) == ["Acme", "Bolt", "Coil"]
    assert names(CustomerSort.NAME, descending=True) == ["Coil", "Bolt", "Acme"]
    assert names(CustomerSort.SPEND, descending=True)[0] == "Bolt"
    assert here.knowledge.customers(ADMIN, limit=2).cut


def test_a_customer_out_of_scope_is_not_found_in_any_read(here: World) -> None:
    known, figure = here.knowledge, fact(here, "need2")
    for viewer in (LI_NA, CHEN_WEI, SOFIE, GUEST):
        refused(lambda viewer=viewer: known.customer(viewer, C2, LATER))
        refused(lambda viewer=viewer: known.facts(viewer, C2, LATER))
        refused(lambda viewer=viewer: known.facts(viewer, BOB, LATER))
        refused(lambda viewer=viewer: known.timeline(viewer, C2, LATER))
        refused(lambda viewer=viewer: known.interaction(viewer, "mail:2"))
        refused(lambda viewer=viewer: known.interaction(viewer, "order:O-2"))
        refused(lambda viewer=viewer: known.opened(viewer, figure.id))
        refused(lambda viewer=viewer: known.versions(viewer, "need2"))
        refused(lambda viewer=viewer: known.versions(viewer, "bob1"))
        assert known.names(viewer, [C2, BOB]) == {}
    assert known.names(PIETER, [C1, C2, ANN, BOB, PUMP]) == {C2: "Bolt", BOB: "Bob", PUMP: "Pump"}


def test_the_owner_sees_a_customer_of_no_team_of_theirs(here: World) -> None:
    here.run(node("customer:C-9", "Nine", owner="li.na"), source="contacts")
    assert {row.id for row in here.knowledge.customers(LI_NA).items} == {C1, "customer:C-9"}
    nobody = Viewer(name="", roles=frozenset({Role.ACCOUNT_MANAGER}))
    assert here.knowledge.customers(nobody).total == 0


@pytest.mark.parametrize("viewer", [LI_NA, CHEN_WEI, SOFIE], ids=lambda viewer: viewer.name)
def test_nothing_out_of_scope_can_be_written_and_nothing_changes(here: World, viewer: Viewer) -> None:
    export, seq, known = here.export(), here.ledger.last_seq(), here.knowledge
    for subject in (C2, BOB, "customer:C-404"):
        refused(
            lambda subject=subject: known.state(
                viewer, subject=subject, predicate="name", value="x", note="x"
            )
        )
    refused(lambda: known.correct(viewer, "need2", value="x", note="x"))
    refused(lambda: known.end(viewer, "need2", at=START + DAY, note="x"))
    refused(lambda: known.dispute(viewer, "need2", note="x"))
    refused(lambda: known.retract(viewer, "need2", note="x"))
    refused(lambda: known.correct(viewer, "asked1", object=C1 if viewer is not LI_NA else C3, note="x"))
    refused(
        lambda: (
            known.state(viewer, subject=ANN, predicate="worksFor", object=C2, note="x")
            if viewer is LI_NA
            else known.state(viewer, subject=R1, predicate="requestedBy", object=C2, note="x")
        )
    )
    assert (here.export(), here.ledger.last_seq()) == (export, seq)


def test_customers_see_only_what_may_be_shared_with_them(here: World) -> None:
    found = predicates(here, GUEST, C1)
    assert {"need", "paymentTerms", "orderCount", "lastOrder"} <= found
    assert not found & {"segment", "totalSpend", "churnRisk"}
    refused(lambda: here.knowledge.opened(GUEST, fact(here, "segment1").id))
    refused(lambda: here.knowledge.versions(GUEST, "segment1"))
    refused(lambda: here.knowledge.facts(GUEST, EXPERT, LATER))
    assert predicates(here, LI_NA, C1) >= {"segment", "totalSpend"}


def test_customers_see_their_orders_mails_and_chats_and_nothing_internal(here: World) -> None:
    seen = [touch.id for touch in here.knowledge.timeline(GUEST, C1, LATER).items]
    assert sorted(seen) == ["mail:1", "order:O-1"]
    assert here.knowledge.timeline(GUEST, C1, LATER).total == 2
    assert here.knowledge.timeline(LI_NA, C1, LATER).total == 4
    for hidden in ("mail:2", "mail:3", "mail:4", "call:1", "order:O-2", "order:O-4"):
        refused(lambda hidden=hidden: here.knowledge.interaction(GUEST, hidden))
    assert here.knowledge.interaction(GUEST, "order:O-1").lines


def test_customers_see_neither_their_value_nor_our_teams(here: World) -> None:
    (row,) = here.knowledge.customers(GUEST).items
    assert (row.spend, row.team, row.owner, row.orders) == ((), None, None, 1)
    assert not {"spend", "team", "owner"} & here.knowledge.customer(GUEST, C1, LATER).props.keys()
    (ours,) = here.knowledge.customers(LI_NA).items
    assert (ours.spend, ours.team, ours.owner) == ((("EUR", "10.00"),), "shanghai", "li.na")


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
        refused(lambda hidden=hidden: here.knowledge.opened(LI_NA, hidden.id))
        refused(lambda hidden=hidden: here.knowledge.versions(LI_NA, hidden.statement))
        refused(lambda hidden=hidden: here.knowledge.retract(LI_NA, hidden.statement, note="x"))
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


def test_objects_out_of_scope_do_not_exist(here: World) -> None:
    asked = fact(here, "asked1")
    for viewer in (CHEN_WEI, SOFIE):
        assert here.knowledge.facts(viewer, R1, LATER) == []
        refused(lambda viewer=viewer: here.knowledge.opened(viewer, asked.id))
        refused(lambda viewer=viewer: here.knowledge.versions(viewer, "asked1"))
    assert [one.id for one in here.knowledge.facts(PIETER, R1, LATER)] == [asked.id]


def test_earlier_versions_with_objects_out_of_scope_are_left_out(here: World) -> None:
    corrected = here.knowledge.correct(ADMIN, "asked1", object=C1, note="It was Acme.")
    assert len(here.knowledge.versions(ADMIN, "asked1")) == 2
    assert [one.claim.object for one in here.knowledge.versions(LI_NA, "asked1")] == [C1]
    assert [one.claim.object for one in here.knowledge.opened(LI_NA, corrected.id).history] == [C1]


def test_requirements_are_for_experts_engineers_and_who_looks_after_those_that_ask(here: World) -> None:
    seen = {viewer.name: bool(here.knowledge.names(viewer, [R1])) for viewer in EVERYBODY}
    assert seen == {
        "admin": True,
        "li.na": False,
        "pieter": True,
        "chen.wei": True,
        "sofie": True,
        "guest": False,
    }
    here.knowledge.retract(ADMIN, "asked1", note="Nobody asked.")
    assert here.knowledge.names(PIETER, [R1]) == {}


def test_experts_and_engineers_know_products_and_write_about_them(here: World) -> None:
    for viewer in (CHEN_WEI, SOFIE):
        here.knowledge.state(
            viewer, subject=PUMP, predicate="knownIssue", value=f"leaks, says {viewer.name}", note="Seen."
        )
        assert "knownIssue" in predicates(here, viewer, PUMP)
        assert here.knowledge.product(viewer, PUMP)["name"] == "Pump"
    assert "knownIssue" not in predicates(here, GUEST, PUMP)
    refused(
        lambda: here.knowledge.state(GUEST, subject=PUMP, predicate="knownIssue", value="x", note="x"),
        Forbidden,
    )


def test_mails_to_nobody_are_for_administrators(here: World) -> None:
    assert here.knowledge.interaction(ADMIN, "mail:4").text == "To nobody."
    for viewer in (LI_NA, PIETER, CHEN_WEI, SOFIE, GUEST):
        refused(lambda viewer=viewer: here.knowledge.interaction(viewer, "mail:4"))
        refused(lambda viewer=viewer: here.knowledge.interaction(viewer, "order:O-4"))


def test_a_shared_mail_names_only_whom_the_viewer_may_see(here: World) -> None:
    here.run(*mail("mail:5", "Acme and Bolt met.", about=[C1, C2, ANN, BOB]))
    seen: dict[str, Any] = {
        viewer.name: here.knowledge.interaction(viewer, "mail:5").customers
        for viewer in (ADMIN, LI_NA, PIETER)
    }
    assert seen == {
        "admin": ((C1, "Acme"), (C2, "Bolt")),
        "li.na": ((C1, "Acme"),),
        "pieter": ((C2, "Bolt"),),
    }


def test_an_unknown_id_is_answered_like_a_hidden_one(here: World) -> None:
    for id in ("customer:C-404", C2):
        with pytest.raises(NotFound) as found:
            here.knowledge.customer(LI_NA, id, NOW)
        assert found.value.data == {"what": "customer", "id": id}
