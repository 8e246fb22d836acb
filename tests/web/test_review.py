"""The review queue by the pages and by the JSON: one candidate after another, within everybody's rights."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from kb.model.moment import AsOf
from kb.model.viewer import administrator
from tests.web.browser import PASSWORDS, Browser, basic
from tests.web.company import BREWERY, DAIRY, NOW, millis
from tests.web.waiting import waiting
from webapp.as_of import LATEST
from webapp.wiring import Parts

SignedIn = Callable[..., Browser]


@pytest.fixture(autouse=True)
def queued(parts: Parts, app: Flask) -> Iterator[None]:
    with waiting(parts):
        yield


def marked(page: str) -> str:
    found = re.search(r"<mark>(.*?)</mark>", page)
    return found[1] if found else ""


def candidate(page: str) -> str:
    found = re.search(r'action="/review/(candidate:[^"/]+)/accepted"', page)
    assert found
    return found[1]


def needs(parts: Parts, customer: str = DAIRY) -> list[object]:
    facts = parts.knowledge.facts(administrator(), customer, AsOf(millis(NOW), LATEST))
    return [fact.claim.value for fact in facts if fact.claim.predicate == "need"]


def test_the_queue_shows_one_candidate_in_its_sentence_with_its_place(admin: Browser) -> None:
    page = admin.get("/review").text
    assert marked(page) == "we may need two more pumps"
    assert "1 of 3" in page
    assert "I think <mark>we may need two more pumps</mark>." in page
    assert "2 of 3" in admin.get("/review?n=2").text
    assert marked(admin.get("/review?n=99").text) == "我们可能还要两台泵"
    assert marked(admin.get("/review?order=unsure").text) == "我们可能还要两台泵"
    assert marked(admin.get("/review?kind=incident").text) == "it may be the seal"
    assert "Nothing waits for a decision." in admin.get("/review?reason=ambiguous_about").text


@pytest.mark.parametrize(("language", "words"), [("en", ("Accept", "need")), ("zh", ("接受", "需求"))])
def test_the_page_speaks_both_languages(signed_in: SignedIn, language: str, words: tuple[str, ...]) -> None:
    page = signed_in("admin", language).get("/review").text
    for word in words:
        assert re.search(rf">\s*(?:<svg.*?</svg>)?\s*{word}\b", page), word


def test_accepting_states_and_leads_to_the_next(admin: Browser, parts: Parts) -> None:
    first = candidate(admin.get("/review").text)
    answer = admin.post(f"/review/{first}/accepted", {"n": "1"})
    assert (answer.status_code, answer.location) == (303, "/review?n=1")
    assert needs(parts) == ["we may need two more pumps"]
    page = admin.get(answer.location).text
    assert "Accepted." in page
    assert "1 of 2" in page
    admin.post("/review/undo", {"n": "1"})
    assert needs(parts) == []
    assert candidate(admin.get("/review").text) == first


def test_correcting_keeps_the_filter_and_names_mistakes(admin: Browser, parts: Parts) -> None:
    first = candidate(admin.get("/review").text)
    form = {"n": "1", "only_kind": "need", "kind": "request", "words": "we may need two more pumps"}
    wrong = admin.post(f"/review/{first}/corrected", form | {"words": "nowhere"})
    assert wrong.status_code == 422
    assert "These words do not stand in the text." in wrong.text
    answer = admin.post(f"/review/{first}/corrected", form | {"words": "two more pumps"})
    assert answer.location == "/review?kind=need&n=1"
    facts = parts.knowledge.facts(administrator(), DAIRY, AsOf(millis(NOW), LATEST))
    assert [one.claim.value for one in facts if one.claim.predicate == "request"] == ["two more pumps"]


def test_who_decides_second_is_told_so(signed_in: SignedIn, parts: Parts) -> None:
    first = candidate(signed_in("admin").get("/review").text)
    signed_in("admin").post(f"/review/{first}/accepted", {})
    late = signed_in("pieter", "zh")
    late.post(f"/review/{first}/rejected", {})
    assert "已有人对此作出决定。" in late.get("/review").text
    assert needs(parts) == ["we may need two more pumps"]


def test_everybody_sees_what_is_theirs_and_customers_nothing(signed_in: SignedIn, parts: Parts) -> None:
    theirs = candidate(signed_in("li.na").get("/review").text)
    assert "第 1 条，共 1 条" in signed_in("li.na").get("/review").text
    pieter = signed_in("pieter")
    assert "1 of 2" in pieter.get("/review").text
    assert pieter.post(f"/review/{theirs}/accepted", {}).status_code == 404
    assert pieter.get("/review/count").text == "2"
    expert = signed_in("chen.wei")
    assert "<mark>" not in expert.get("/review").text
    assert expert.get("/review/count").text == ""
    customer = signed_in("customer")
    assert "/review" not in customer.get(f"/customers/{DAIRY}").text
    for address in ("/review", "/review/count"):
        assert customer.get(address).status_code == 404
    assert customer.post(f"/review/{theirs}/accepted", {}).status_code == 404
    assert customer.post("/review/undo", {}).status_code == 404
    assert needs(parts, BREWERY) == []


def ask(app: Flask, name: str, method: str, address: str, **more: Any) -> Any:
    headers = {**basic(name, PASSWORDS[name]), "Accept-Language": "en"}
    return app.test_client().open(f"/api/v1{address}", method=method, headers=headers, **more)


def test_a_program_reviews(app: Flask, parts: Parts) -> None:
    found = ask(app, "pieter", "GET", "/review?limit=1").json
    assert (found["total"], len(found["items"])) == (2, 1)
    one = found["items"][0]
    assert (one["kind"], one["text"], one["reason"]) == ("need", "we may need two more pumps", "unsure")
    assert one["context"] == "I think we may need two more pumps."
    assert ask(app, "pieter", "GET", "/review?kind=incident").json["total"] == 1
    answer = ask(app, "pieter", "POST", f"/review/{one['id']}", json={"verdict": "accepted"})
    assert (answer.status_code, answer.json["verdict"]) == (201, "accepted")
    assert needs(parts) == ["we may need two more pumps"]
    again = ask(app, "pieter", "POST", f"/review/{one['id']}", json={"verdict": "rejected"})
    assert (again.status_code, again.json["error"]) == (409, "conflict")
    assert ask(app, "pieter", "POST", "/review/undo").json["candidate"] == one["id"]
    assert needs(parts) == []
    assert ask(app, "pieter", "GET", "/review/counts").json["waiting"] == 2
    assert ask(app, "pieter", "POST", f"/review/{one['id']}", json={"verdict": "maybe"}).status_code == 422
    for method, address in (("GET", "/review"), ("GET", "/review/counts"), ("POST", "/review/undo")):
        assert ask(app, "customer", method, address).status_code == 404
    assert ask(app, "li.na", "POST", f"/review/{one['id']}", json={"verdict": "accepted"}).status_code == 404
