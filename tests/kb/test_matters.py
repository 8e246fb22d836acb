"""What is open between customers and us: who sees it, in which order, and how people close it."""

from pathlib import Path

import pytest

from kb.errors import InvalidFact, NotFound
from kb.model.matters import Voiced
from kb.model.moment import FOREVER, AsOf
from kb.ports import Graph
from tests.kb.drafts import stated
from tests.kb.parts import ADMIN, DAY, GUEST, LI_NA, NOW, PIETER, SOFIE, START, World
from tests.kb.voiced import ANN, BOB, C1, C2, said, voiced


@pytest.fixture
def here(graph: Graph, tmp_path: Path) -> World:
    return voiced(graph, tmp_path)


def named(found: tuple[Voiced, ...]) -> list[str]:
    return [one.fact.statement for one in found]


def test_each_sees_the_matters_of_their_customers_what_is_due_first(here: World) -> None:
    def seen(viewer: object) -> list[str]:
        return named(here.knowledge.matters(viewer, NOW).open)  # type: ignore[arg-type]

    assert seen(ADMIN) == ["pay", "send", "hums", "leaks"]
    assert seen(LI_NA) == ["pay", "hums", "leaks"]
    assert seen(PIETER) == ["send"]
    assert seen(SOFIE) == []


def test_a_matter_says_whose_it_is_and_what_narrows_it(here: World) -> None:
    (pay, *_) = here.knowledge.matters(LI_NA, NOW, customer=C1).open
    assert (pay.customer, pay.customer_name, pay.customer_name_zh, pay.person) == (
        C1,
        "Acme",
        "艾克米",
        "Ann",
    )
    assert pay.fact.claim.subject == ANN
    assert pay.fact.claim.qualifiers == (("due", "2023-11-17"), ("holder", "customer"))


def test_a_customer_out_of_scope_is_not_there(here: World) -> None:
    for viewer in (LI_NA, SOFIE):
        with pytest.raises(NotFound):
            here.knowledge.matters(viewer, NOW, customer=C2)
    assert named(here.knowledge.matters(PIETER, NOW, customer=C2).open) == ["send"]


def test_a_customer_sees_only_what_is_shared_with_it(here: World) -> None:
    assert named(here.knowledge.matters(GUEST, NOW).open) == ["pay", "hums", "leaks"]


def test_a_list_that_is_cut_says_so(here: World) -> None:
    found = here.knowledge.matters(ADMIN, NOW, limit=2)
    assert (named(found.open), found.open_cut, found.closed_cut) == (["pay", "send"], True, False)


def test_closing_says_how_and_why_and_the_past_stays_readable(here: World) -> None:
    before = here.clock()
    ended = here.knowledge.end(LI_NA, "pay", at=START + 3 * DAY, closing="kept", note="The money is here.")
    assert ended.claim.qualified("closing") == "kept"
    assert ended.valid_to == START + 3 * DAY
    assert "The money is here." in {getattr(one, "text", "") for one in ended.claim.evidence}
    after = here.knowledge.matters(LI_NA, NOW, customer=C1)
    assert (named(after.open), named(after.closed)) == (["hums", "leaks"], ["pay"])
    open_then = here.knowledge.matters(LI_NA, AsOf(START + DAY, FOREVER - 1), customer=C1)
    assert (named(open_then.open)[0], open_then.closed) == ("pay", ())
    known_then = here.knowledge.matters(LI_NA, AsOf(NOW.valid, before), customer=C1)
    assert (named(known_then.open)[0], known_then.closed) == ("pay", ())
    export = here.export()
    assert here.rebuilt() == export


@pytest.mark.parametrize(
    ("statement", "closing"), [("pay", "resolved"), ("hums", "kept"), ("superb", "kept")]
)
def test_what_the_ontology_does_not_list_closes_nothing(here: World, statement: str, closing: str) -> None:
    seq = here.ledger.last_seq()
    with pytest.raises(InvalidFact) as refused:
        here.knowledge.end(ADMIN, statement, at=START + 90 * DAY, closing=closing, note="x")
    assert refused.value.data["field"] == "closing"
    assert here.ledger.last_seq() == seq


def test_who_does_not_see_a_matter_cannot_close_it(here: World) -> None:
    with pytest.raises(NotFound):
        here.knowledge.end(LI_NA, "send", at=START + 90 * DAY, closing="answered", note="x")
    assert (
        here.knowledge.end(
            PIETER, "send", at=START + 90 * DAY, closing="answered", note="Sent."
        ).claim.subject
        == BOB
    )


def test_what_an_interaction_told_comes_in_the_order_of_its_words(here: World) -> None:
    assert [fact.statement for fact in here.knowledge.told(LI_NA, "mail:1")] == ["hums", "pay", "leaks"]
    assert [fact.statement for fact in here.knowledge.told(GUEST, "mail:1")] == ["hums", "pay", "leaks"]
    with pytest.raises(NotFound):
        here.knowledge.told(LI_NA, "mail:2")


def test_what_is_not_shared_with_a_customer_is_no_note_in_its_margin(here: World) -> None:
    here.run(stated(C1, "intention", "leave", said("mail:1", "hums"), statement="leave"))
    assert "leave" in {fact.statement for fact in here.knowledge.told(LI_NA, "mail:1")}
    assert "leave" not in {fact.statement for fact in here.knowledge.told(GUEST, "mail:1")}


def test_personal_data_in_qualifiers_is_hidden_as_in_values(here: World) -> None:
    secret = "ring +31 6 12345678"
    target = (("target", secret),)
    here.run(stated(C1, "need", "a call", said("mail:1", "hums"), statement="call", qualifiers=target))
    (mine,) = here.knowledge.versions(LI_NA, "call")
    (theirs,) = here.knowledge.versions(GUEST, "call")
    assert mine.claim.qualified("target") == secret
    assert "12345678" not in str(theirs.claim.qualified("target"))
