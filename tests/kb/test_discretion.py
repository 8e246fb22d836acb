"""Personal data in words is shown to whom the words' customers belong, and to nobody else; both languages."""

from pathlib import Path

import pytest

from kb.errors import InvalidFact
from kb.model.fact import Quote
from kb.model.viewer import Role, Viewer
from kb.ports import Graph
from tests.kb.drafts import line, mail, node, ordered, stated
from tests.kb.parts import ADMIN, CHEN_WEI, GUEST, LI_NA, PIETER, SOFIE, World
from tests.kb.peopled import ANN, C1, C2, LATER, PUMP, peopled

SECRETS = ("ann@one.example", "+31 6 12345678", "13912345678", "4111 1111 1111 1111", "11010519491231002X")
ENGLISH = (
    "Acme: ring +31 6 12345678 or write to ann@one.example, card 4111 1111 1111 1111. The pump 4711 leaks."
)
CHINESE = "艾克米：请打我手机13912345678，身份证号11010519491231002X，邮箱ann@one.example。泵4711漏水。"
BOTH = {"en": ENGLISH, "zh": CHINESE}
PEOPLE = [("Ann", "mailto:ann@one"), ("Eve", "mailto:eve@private.example"), ("eve@home.example", "tel:+31")]
DOTS = "•" * 5


@pytest.fixture
def here(graph: Graph, tmp_path: Path) -> World:
    made = peopled(graph, tmp_path)
    for language, text in BOTH.items():
        quote = Quote(f"mail:{language}", 6, len(text) - 3, text[6:-3])
        made.run(
            *mail(f"mail:{language}", text, about=[C1, ANN], title=f"Re: {text[:40]}", people=PEOPLE),
            *mail(f"mail:{language}2", text, about=[C1, C2, ANN], people=PEOPLE),
            *mail(f"note:{language}", text, channel="note", direction="internal"),
            stated(C1, "need", text, quote, statement=f"need:{language}"),
            stated(
                PUMP,
                "knownIssue",
                text,
                Quote(f"note:{language}", 0, len(text), text),
                statement=f"issue:{language}",
            ),
        )
    return made


def leaks(shown: object) -> list[str]:
    """What of the secrets can be read in it."""
    written = repr(shown)
    return [one for one in SECRETS if one in written]


@pytest.mark.parametrize("language", BOTH)
def test_who_has_a_customer_in_charge_reads_the_words_as_they_are(here: World, language: str) -> None:
    for viewer in (ADMIN, LI_NA):
        shown = here.knowledge.interaction(viewer, f"mail:{language}")
        assert shown.text == BOTH[language]
        assert shown.participants[1].address == "mailto:eve@private.example"
        need = next(
            f for f in here.knowledge.facts(viewer, C1, LATER) if f.statement == f"need:{language}"
        ).claim
        assert need.value == BOTH[language]
        assert isinstance(need.evidence[0], Quote)
        assert need.evidence[0].text in BOTH[language]
        touches = here.knowledge.timeline(viewer, C1, LATER).items
        assert next(one for one in touches if one.id == f"mail:{language}").excerpt == BOTH[language]


@pytest.mark.parametrize("language", BOTH)
def test_customers_read_their_words_without_personal_data(here: World, language: str) -> None:
    text = BOTH[language]
    shown = here.knowledge.interaction(GUEST, f"mail:{language}")
    assert leaks((shown.text, shown.title)) == []
    assert len(shown.text) == len(text)  # so that places of quotes and mentions stay right
    assert ("4711" in shown.text, shown.text[:3]) == (True, text[:3])
    (opened,) = (f for f in here.knowledge.facts(GUEST, C1, LATER) if f.statement == f"need:{language}")
    assert leaks(opened) == []
    proof = here.knowledge.opened(GUEST, opened.id).proofs[0]
    assert proof.interaction
    assert isinstance(opened.claim.evidence[0], Quote)
    assert proof.interaction.text[proof.start : proof.end] == opened.claim.evidence[0].text
    assert leaks(here.knowledge.opened(GUEST, opened.id)) == []
    assert leaks(here.knowledge.versions(GUEST, opened.statement)) == []
    assert leaks(here.knowledge.timeline(GUEST, C1, LATER)) == []


@pytest.mark.parametrize("viewer", [CHEN_WEI, SOFIE, LI_NA, PIETER], ids=lambda viewer: viewer.name)
@pytest.mark.parametrize("language", BOTH)
def test_what_concerns_no_customer_of_theirs_is_read_without(
    here: World, viewer: Viewer, language: str
) -> None:
    issue = next(f for f in here.knowledge.facts(viewer, PUMP, LATER) if f.statement == f"issue:{language}")
    assert isinstance(issue.claim.value, str)
    assert DOTS in issue.claim.value
    assert "4711" in issue.claim.value
    note = here.knowledge.interaction(viewer, f"note:{language}")
    assert DOTS in note.text
    assert leaks((issue, note, here.knowledge.opened(viewer, issue.id))) == []
    assert leaks(here.knowledge.opened(ADMIN, issue.id)) != []


@pytest.mark.parametrize("viewer", [LI_NA, PIETER, GUEST], ids=lambda viewer: viewer.name)
@pytest.mark.parametrize("language", BOTH)
def test_words_about_customers_of_two_are_read_without_by_both(
    here: World, viewer: Viewer, language: str
) -> None:
    shown = here.knowledge.interaction(viewer, f"mail:{language}2")
    assert (DOTS in shown.text, leaks(shown)) == (True, [])
    both = Viewer(name="both", roles=LI_NA.roles, teams=LI_NA.teams | PIETER.teams)
    assert here.knowledge.interaction(both, f"mail:{language}2").text == BOTH[language]


def test_addresses_of_people_who_exist_for_the_viewer_stay(here: World) -> None:
    ann, eve, nameless = here.knowledge.interaction(GUEST, "mail:en").participants
    assert (ann.address, ann.node) == ("mailto:ann@one", ANN)
    assert (eve.name, eve.address) == ("Eve", "mailto:" + "•" * len("eve@private.example"))
    assert nameless.name == "•" * len("eve@home.example")
    hidden = here.knowledge.interaction(PIETER, "mail:en2").participants
    assert all("@" not in repr(one) for one in hidden)
    touch = next(one for one in here.knowledge.timeline(GUEST, C1, LATER).items if one.id == "mail:en")
    assert touch.people == ("Ann", "Eve", "•" * len("eve@home.example"))


def test_what_is_kept_as_an_address_goes_by_the_rights_of_whose_it_is(here: World) -> None:
    here.run(stated(ANN, "email", "ann@one.example", Quote("mail:1", 0, 4, "Acme"), statement="at"))
    (kept,) = (f for f in here.knowledge.facts(GUEST, ANN, LATER) if f.statement == "at")
    assert kept.claim.value == "ann@one.example"


def test_a_number_is_hidden_where_a_quote_cuts_off_what_tells_of_it(here: World) -> None:
    text = "My phone number is 020 7946 0123, ring me."
    start = text.index("7946")
    here.run(
        *mail("mail:cut", text, about=[C1]),
        stated(C1, "need", "a call", Quote("mail:cut", start, start + 9, "7946 0123"), statement="cut"),
    )
    (guest,) = (f for f in here.knowledge.facts(GUEST, C1, LATER) if f.statement == "cut")
    assert guest.claim.evidence == (Quote("mail:cut", start, start + 9, "•" * 9),)
    (ours,) = (f for f in here.knowledge.facts(LI_NA, C1, LATER) if f.statement == "cut")
    assert ours.claim.evidence == (Quote("mail:cut", start, start + 9, "7946 0123"),)


def test_a_number_at_the_end_of_an_excerpt_is_hidden_whole(here: World) -> None:
    text = "x" * 228 + " ring +31 6 12345678 now."
    here.run(*mail("mail:long", text, about=[C1]))
    touch = next(one for one in here.knowledge.timeline(GUEST, C1, LATER).items if one.id == "mail:long")
    assert touch.excerpt == "x" * 228 + " ring " + "•" * 6


def test_order_numbers_are_no_phone_numbers(here: World) -> None:
    here.run(*ordered(line("13912345678", "C-1")))
    shown = here.knowledge.interaction(GUEST, "order:13912345678")
    assert "13912345678" in shown.title
    touches = here.knowledge.timeline(GUEST, C1, LATER, channel="order").items
    assert "13912345678" in {touch.title for touch in touches}


def test_whoever_is_customer_and_manager_reads_plainly_what_they_manage(here: World) -> None:
    roles = frozenset({Role.ACCOUNT_MANAGER, Role.CUSTOMER})
    two = Viewer(name="two", roles=roles, teams=frozenset({"rotterdam"}), customer=C1)
    here.run(node("customer:C-9", "Nine", owner="two"), *mail("mail:9", ENGLISH, about=["customer:C-9"]))
    assert leaks(here.knowledge.interaction(two, "mail:en").text) == []
    assert here.knowledge.interaction(two, "mail:9").text == ENGLISH


def test_what_is_hidden_is_neither_written_back_nor_lost(here: World) -> None:
    statement = "issue:en"
    seen = here.knowledge.versions(CHEN_WEI, statement)[0].claim.value
    here.knowledge.correct(CHEN_WEI, statement, value=seen, confidence=0.9, note="Surely.")
    held = here.knowledge.versions(ADMIN, statement)[0].claim
    assert (held.value, held.confidence) == (ENGLISH, 0.9)
    assert isinstance(seen, str)
    with pytest.raises(InvalidFact, match="hidden from you"):
        here.knowledge.correct(CHEN_WEI, statement, value=seen + " Always.", note="Really.")
    here.knowledge.correct(CHEN_WEI, statement, value="It leaks.", note="In short.")
    assert here.knowledge.versions(ADMIN, statement)[0].claim.value == "It leaks."
