"""What is out of a viewer's scope does not exist: in lists, counts, sorts, reads and writes."""

from pathlib import Path
from typing import Any

import pytest

from kb.errors import Forbidden, NotFound
from kb.model.reading import CustomerSort
from kb.model.viewer import Role, Viewer
from kb.ports import Graph
from tests.kb.drafts import mail, node
from tests.kb.parts import ADMIN, CHEN_WEI, DAY, GUEST, LI_NA, NOW, PIETER, SOFIE, START, World
from tests.kb.peopled import (
    ANN,
    BOB,
    C1,
    C2,
    C3,
    EVERYBODY,
    EXPERT,
    LATER,
    PUMP,
    R1,
    fact,
    peopled,
    predicates,
    refused,
)


@pytest.fixture
def here(graph: Graph, tmp_path: Path) -> World:
    return peopled(graph, tmp_path)


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
        refused(known.customer, viewer, C2, LATER)
        refused(known.facts, viewer, C2, LATER)
        refused(known.facts, viewer, BOB, LATER)
        refused(known.timeline, viewer, C2, LATER)
        refused(known.interaction, viewer, "mail:2")
        refused(known.interaction, viewer, "order:O-2")
        refused(known.opened, viewer, figure.id)
        refused(known.versions, viewer, "need2")
        refused(known.versions, viewer, "bob1")
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
        refused(known.state, viewer, subject=subject, predicate="name", value="x", note="x")
    refused(known.correct, viewer, "need2", value="x", note="x")
    refused(known.end, viewer, "need2", at=START + DAY, note="x")
    refused(known.dispute, viewer, "need2", note="x")
    refused(known.retract, viewer, "need2", note="x")
    refused(known.correct, viewer, "asked1", object=C1, note="x")
    refused(known.state, viewer, subject=R1, predicate="requestedBy", object=C2, note="x")
    refused(known.state, viewer, subject=ANN, predicate="worksFor", object=C2, note="x")
    assert (here.export(), here.ledger.last_seq()) == (export, seq)


def test_customers_see_only_what_may_be_shared_with_them(here: World) -> None:
    found = predicates(here, GUEST, C1)
    assert {"need", "paymentTerms", "orderCount", "lastOrder"} <= found
    assert not found & {"segment", "totalSpend", "churnRisk"}
    refused(here.knowledge.opened, GUEST, fact(here, "segment1").id)
    refused(here.knowledge.versions, GUEST, "segment1")
    refused(here.knowledge.facts, GUEST, EXPERT, LATER)
    assert predicates(here, LI_NA, C1) >= {"segment", "totalSpend"}


def test_customers_see_their_orders_mails_and_chats_and_nothing_internal(here: World) -> None:
    seen = [touch.id for touch in here.knowledge.timeline(GUEST, C1, LATER).items]
    assert sorted(seen) == ["mail:1", "order:O-1"]
    assert here.knowledge.timeline(GUEST, C1, LATER).total == 2
    assert here.knowledge.timeline(LI_NA, C1, LATER).total == 4
    for hidden in ("mail:2", "mail:3", "mail:4", "call:1", "order:O-2", "order:O-4"):
        refused(here.knowledge.interaction, GUEST, hidden)
    assert here.knowledge.interaction(GUEST, "order:O-1").lines


def test_customers_see_neither_their_value_nor_our_teams(here: World) -> None:
    (row,) = here.knowledge.customers(GUEST).items
    assert (row.spend, row.team, row.owner, row.orders) == ((), None, None, 1)
    assert not {"spend", "team", "owner"} & here.knowledge.customer(GUEST, C1, LATER).props.keys()
    (ours,) = here.knowledge.customers(LI_NA).items
    assert (ours.spend, ours.team, ours.owner) == ((("EUR", "10.00"),), "shanghai", "li.na")


def test_objects_out_of_scope_do_not_exist(here: World) -> None:
    asked = fact(here, "asked1")
    for viewer in (CHEN_WEI, SOFIE):
        assert here.knowledge.facts(viewer, R1, LATER) == []
        refused(here.knowledge.opened, viewer, asked.id)
        refused(here.knowledge.versions, viewer, "asked1")
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
    with pytest.raises(Forbidden):
        here.knowledge.state(GUEST, subject=PUMP, predicate="knownIssue", value="x", note="x")


def test_mails_to_nobody_are_for_administrators(here: World) -> None:
    assert here.knowledge.interaction(ADMIN, "mail:4").text == "To nobody."
    for viewer in (LI_NA, PIETER, CHEN_WEI, SOFIE, GUEST):
        refused(here.knowledge.interaction, viewer, "mail:4")
        refused(here.knowledge.interaction, viewer, "order:O-4")


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
