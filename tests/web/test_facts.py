"""A fact opened, and the acts by which people change what is known."""

import re
from collections.abc import Callable, Iterator

import pytest

from kb.model.fact import Fact, Kind
from kb.model.moment import FOREVER, AsOf
from kb.model.viewer import administrator
from tests.web.browser import FRAGMENT, Browser
from tests.web.company import DAIRY, NOW, millis
from webapp.as_of import LATEST
from webapp.wiring import Parts

SignedIn = Callable[..., Browser]
PRESENT = AsOf(millis(NOW), LATEST)


def fact_of(parts: Parts, predicate: str, subject: str = DAIRY) -> Fact:
    found = parts.knowledge.facts(administrator(), subject, PRESENT)
    return next(fact for fact in found if fact.claim.predicate == predicate)


@pytest.fixture
def segment(parts: Parts, app: object) -> Iterator[Fact]:
    """A statement to try the acts on, gone again afterwards."""
    stated = parts.knowledge.state(
        administrator(), subject=DAIRY, predicate="segment", value="growing", note="They build line 3."
    )
    yield stated
    versions = parts.knowledge.versions(administrator(), stated.statement)
    if any(version.superseded_at == FOREVER for version in versions):
        parts.knowledge.retract(administrator(), stated.statement, note="end of the test")


def latest(parts: Parts, statement: str) -> Fact:
    versions = parts.knowledge.versions(administrator(), statement)
    return next(version for version in versions if version.superseded_at == FOREVER)


def test_a_fact_shows_the_very_words_it_rests_on(admin: Browser, parts: Parts) -> None:
    page = admin.get(f"/facts/{fact_of(parts, 'annualPumpBudget').id}").text
    assert "€48,000.00" in page
    assert '<mark id="words">Marijke let slip 48 thousand for this year.</mark>' in page
    assert 'href="/customers/customer:C-1001"' in page


def test_words_within_a_longer_text_are_marked_where_they_stand(admin: Browser, parts: Parts) -> None:
    page = admin.get(f"/facts/{fact_of(parts, 'country').id}").text
    assert re.search(r"country: <mark[^>]*>NL</mark>", page)


def test_a_figure_shows_the_orders_that_it_was_computed_from(admin: Browser, parts: Parts) -> None:
    page = admin.get(f"/facts/{fact_of(parts, 'totalSpend').id}").text
    computed = page[page.index("Computed from") :]
    assert "2 lines · €15,181.00" in computed
    assert "1 line · €482.00" in computed
    assert "Save the correction" not in page  # a figure is corrected where it was computed from


def test_a_disputed_fact_names_what_contradicts_it(admin: Browser, parts: Parts) -> None:
    page = admin.get(f"/facts/{fact_of(parts, 'paymentTerms').id}").text
    assert "What contradicts it" in page
    assert "net 60" in page


def test_the_history_stands_on_both_clocks(admin: Browser, parts: Parts, segment: Fact) -> None:
    parts.knowledge.correct(administrator(), segment.statement, value="shrinking", note="The plant closes.")
    page = admin.get(f"/facts/{segment.id}").text
    history = page[page.index('id="history"') :]
    assert "growing" in history
    assert "shrinking" in history
    assert "This version is no longer believed." in page


def test_in_the_panel_a_fact_comes_without_the_frame(admin: Browser, parts: Parts) -> None:
    page = admin.fragment(f"/facts/{fact_of(parts, 'industry').id}").text
    assert "<html" not in page
    assert '<article class="opened">' in page


def test_the_form_asks_for_what_the_predicate_holds(admin: Browser) -> None:
    money = admin.fragment(f"/customers/{DAIRY}/facts/new?predicate=annualPumpBudget").text
    assert 'name="unit"' in money
    channel = admin.fragment(f"/customers/{DAIRY}/facts/new?predicate=prefersChannel").text
    assert '<option value="email"' in channel
    decider = admin.fragment(f"/customers/{DAIRY}/facts/new?predicate=decisionMaker").text
    assert "Marijke Hoekstra" in decider


def test_a_fact_is_stated_by_hand_and_the_note_is_its_evidence(signed_in: SignedIn, parts: Parts) -> None:
    answer = signed_in("pieter").post(
        f"/customers/{DAIRY}/facts",
        {
            "predicate": "need",
            "value": "a pump for line 3",
            "kind": "conversational",
            "confidence": "70",
            "valid_from": "2026-02-10",
            "valid_to": "2026-09-01",
            "said_at": "2026-02-12T15:00",
            "note": "Bas said so at the fair.",
        },
        headers=FRAGMENT,
    )
    assert answer.status_code == 201
    assert answer.headers["HX-Trigger"] == "facts-changed"
    assert "Stated. Your note is its evidence." in answer.text
    assert '<mark id="words">Bas said so at the fair.</mark>' in answer.text
    stated = fact_of(parts, "need")
    assert stated.claim.kind is Kind.CONVERSATIONAL
    assert stated.claim.confidence == 0.7
    assert stated.valid_from == millis("2026-02-09T23:00:00Z")  # midnight in Amsterdam
    assert stated.valid_to == millis("2026-08-31T22:00:00Z")
    parts.knowledge.retract(administrator(), stated.statement, note="end of the test")


def test_a_form_with_mistakes_comes_back_with_all_of_them_and_what_was_typed(admin: Browser) -> None:
    wrong = {
        "predicate": "annualPumpBudget",
        "value": "much",
        "unit": "florins",
        "kind": "observational",
        "confidence": "120",
        "valid_from": "soon",
        "note": " ",
    }
    answer = admin.post(f"/customers/{DAIRY}/facts", wrong, headers=FRAGMENT)
    assert answer.status_code == 422
    for sentence in (
        "Give a number.",
        "Give a currency code such as EUR or CNY.",
        "Choose how it is known.",
        "Give a number from 0 to 100.",
        "Give a date, or leave it empty.",
        "Write how you know it.",
    ):
        assert sentence in answer.text
    assert 'value="much"' in answer.text
    assert 'aria-describedby="new-value-problem"' in answer.text


def test_a_correction_changes_only_what_was_changed(admin: Browser, parts: Parts, segment: Fact) -> None:
    form = {"value": "shrinking", "confidence": "90", "valid_from": "2026-03-01", "note": "The plant closes."}
    answer = admin.post(f"/facts/{segment.id}/correct", form, headers=FRAGMENT)
    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == "facts-changed"
    after = latest(parts, segment.statement)
    assert after.claim.value == "shrinking"
    assert after.claim.confidence == segment.claim.confidence
    assert after.valid_from == segment.valid_from


def test_a_correction_that_changes_nothing_is_refused(admin: Browser, segment: Fact) -> None:
    form = {"value": "growing", "confidence": "90", "valid_from": "2026-03-01", "note": "?"}
    answer = admin.post(f"/facts/{segment.id}/correct", form)
    assert answer.status_code == 422
    assert "Change at least one thing." in answer.text
    assert re.findall(r'<details class="act"( open)?>', answer.text)[0] == " open"  # it stands first


def test_a_fact_is_ended(admin: Browser, parts: Parts, segment: Fact) -> None:
    answer = admin.post(f"/facts/{segment.id}/end", {"at": "2026-03-05T10:00", "note": "They stopped."})
    assert answer.status_code == 303
    assert latest(parts, segment.statement).valid_to == millis("2026-03-05T10:00:00Z")


def test_a_fact_is_disputed_and_the_note_joins_the_evidence(
    admin: Browser, parts: Parts, segment: Fact
) -> None:
    answer = admin.post(f"/facts/{segment.id}/dispute", {"note": "Sales disagree."}, headers=FRAGMENT)
    assert "Marked as disputed." in answer.text
    assert "Sales disagree." in answer.text
    assert latest(parts, segment.statement).status == "disputed"


def test_a_retracted_fact_leaves_the_page_and_stays_readable(admin: Browser, segment: Fact) -> None:
    answer = admin.post(f"/facts/{segment.id}/retract", {"note": "Another company."}, headers=FRAGMENT)
    assert "Retracted. The history stays readable." in answer.text
    assert "growing" not in admin.get(f"/customers/{DAIRY}").text
    assert admin.get(f"/facts/{segment.id}").status_code == 200
    assert "Change it" not in answer.text


@pytest.mark.parametrize("act", ["correct", "end", "dispute", "retract"])
def test_every_act_needs_a_note(admin: Browser, segment: Fact, act: str) -> None:
    answer = admin.post(f"/facts/{segment.id}/{act}", {"note": ""}, headers=FRAGMENT)
    assert answer.status_code == 422
    assert "Write how you know it." in answer.text
    assert answer.text.count("<details") == answer.text.count("</details")
    assert re.findall(r'<details class="act"( open)?>', answer.text).count(" open") == 1


@pytest.mark.parametrize("act", ["correct", "end", "dispute", "retract"])
def test_customers_change_nothing(signed_in: SignedIn, parts: Parts, act: str) -> None:
    browser = signed_in("customer")
    answer = browser.post(f"/facts/{fact_of(parts, 'industry').id}/{act}", {"note": "no"})
    assert answer.status_code == 403
    assert "Your role does not allow you to change what is known." in answer.text
    assert browser.post(f"/customers/{DAIRY}/facts", {"note": "no"}).status_code == 403


def test_what_a_viewer_may_not_see_cannot_be_changed_either(signed_in: SignedIn, parts: Parts) -> None:
    secret = fact_of(parts, "annualPumpBudget")
    browser = signed_in("li.na")
    assert browser.get(f"/facts/{secret.id}").status_code == 404
    assert browser.post(f"/facts/{secret.id}/retract", {"note": "no"}).status_code == 404
