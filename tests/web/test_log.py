"""Logging a conversation by the pages and by the JSON: with whom, what, and what comes of it."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from ingest.extract import when
from kb.model.moment import AsOf
from kb.model.reading import Interaction
from kb.model.viewer import administrator
from tests.web.browser import PASSWORDS, Browser, basic
from tests.web.company import BREWERY, DAIRY, NOW, millis
from webapp.as_of import LATEST
from webapp.wiring import Parts

SignedIn = Callable[..., Browser]
MARIJKE = "contact:m.hoekstra@kloosterveen.example"
ZHOU = "contact:zhoumin@donghu.example"
HOUR = 3_600_000
WORDS = {
    "en": ("Seal leaks again.", "We replace it.", "send the seal kit"),
    "zh": ("密封又漏了。", "我们更换。", "寄出密封包"),
}
TEXTS = {
    "en": "Seal leaks again.\n\nOutcome: We replace it.\nNext step: send the seal kit (by 6 March 2026)",
    "zh": "密封又漏了。\n\n结果：我们更换。\n下一步：寄出密封包（2026年3月6日前）",
}


@pytest.fixture
def logged(parts: Parts, app: Flask) -> Iterator[Callable[[], list[Interaction]]]:
    """What has been logged with the two customers; taken back when the test ends."""
    began = {run.id for run in parts.runs.list(administrator(), by_hand=True, limit=500).items}

    def since() -> list[Interaction]:
        rows = [
            row
            for customer in (DAIRY, BREWERY)
            for row in parts.knowledge.timeline(
                administrator(), customer, AsOf(millis(NOW) + HOUR, LATEST), limit=200
            ).items
        ]
        ids = dict.fromkeys(row.id for row in rows if row.id.startswith("note:") and row.channel != "note")
        return [parts.knowledge.interaction(administrator(), id) for id in ids]

    yield since
    for run in parts.runs.list(administrator(), by_hand=True, limit=500).items:
        if run.id not in began and run.status == "done":
            parts.runs.revert(administrator(), run.id)


def send(browser: Browser, **form: Any) -> TestResponse:
    given = {"customer": DAIRY, "channel": "call", "said": "We spoke.", "at": "", "due": "", **form}
    return browser.post("/log", given)


def found(page: str) -> list[str]:
    return re.findall(r'href="/log\?([^"]+)"', page)


def test_whom_one_spoke_with_is_found_by_a_part_of_any_name(admin: Browser) -> None:
    people = found(admin.get("/log?search=hoekstra").text)
    assert people == ["customer=customer:C-1001&amp;contact=contact:m.hoekstra@kloosterveen.example"]
    assert found(admin.get("/log", query_string={"search": "东湖"}).text) == ["customer=customer:C-1002"]
    assert "Nobody is called “zzz”." in admin.get("/log?search=zzz").text
    assert 'class="badge bg-secondary-lt">former' in admin.get("/log?search=wielinga").text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_entry_is_an_internal_interaction_with_outcome_and_next_step_in_its_text(
    signed_in: SignedIn, logged: Callable[[], list[Interaction]], language: str
) -> None:
    said, outcome, step = WORDS[language]
    answer = send(
        signed_in("admin", language),
        contact=[MARIJKE],
        channel="visit",
        said=f" {said}\r\n",
        outcome=outcome,
        next_step=step,
        due="2026-03-06",
        at="2026-02-27T15:30",
    )
    assert (answer.status_code, answer.location) == (303, f"/customers/{DAIRY}")
    (touch,) = logged()
    assert (touch.channel, touch.direction, touch.at) == ("visit", "internal", millis("2026-02-27T15:30Z"))
    assert touch.text == TEXTS[language]
    assert touch.language == language
    assert touch.customers == ((DAIRY, "Kloosterveen Dairy B.V."),)
    assert [(one.role, one.name, one.node) for one in touch.participants] == [
        ("author", "admin", None),
        ("attendee", "Marijke Hoekstra", MARIJKE),
    ]
    assert when.due(touch.text, date(2026, 2, 27)) == date(2026, 3, 6), "the stated day is found in the text"


def test_without_a_time_it_was_now(admin: Browser, logged: Callable[[], list[Interaction]]) -> None:
    send(admin)
    (touch,) = logged()
    assert (touch.at, touch.text) == (millis(NOW), "We spoke.")


def test_what_was_logged_stands_on_the_customer_s_page(
    admin: Browser, logged: Callable[[], list[Interaction]]
) -> None:
    page = admin.get(send(admin, said="They want a second pump.").location).text
    assert "Logged." in page
    assert "They want a second pump." in admin.fragment(f"/customers/{DAIRY}/timeline?channel=call").text
    assert f'href="/log?customer={DAIRY}"' in page


def test_the_same_form_sent_twice_is_one_entry(
    admin: Browser, logged: Callable[[], list[Interaction]]
) -> None:
    token = re.search(r'name="token" value="([^"]+)"', admin.get(f"/log?customer={DAIRY}").text)
    assert token
    for _ in range(2):
        assert send(admin, token=token[1]).status_code == 303
    assert len(logged()) == 1
    send(admin, token=token[1], said="Something else.")
    assert len(logged()) == 2


MISTAKES = {
    "said": ({"said": " "}, "Write what was said.", "请写下沟通内容。"),
    "channel": (
        {"channel": "pigeon"},
        "Choose call, visit, meeting or chat.",
        "请选择通话、拜访、会议或聊天。",
    ),
    "future": ({"at": "2026-03-02T12:00"}, "What has not happened yet cannot be logged", "尚未发生的沟通"),
    "at": ({"at": "noon"}, "Write a date and time such as", "日期和时间"),
    "due": ({"due": "Friday", "next_step": "call"}, "Give a day such as 2025-03-14", "请填写日期，例如"),
    "step": ({"due": "2026-03-06"}, "Write what is to be done by that day", "请写明到那天要做什么"),
    "early": (
        {"due": "2026-02-01", "next_step": "call"},
        "The next step would be due before the conversation",
        "下一步的截止日期早于沟通日期",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_mistakes_are_named_beside_their_fields_and_nothing_typed_is_lost(
    signed_in: SignedIn, mistake: str, language: str
) -> None:
    form, english, chinese = MISTAKES[mistake]
    answer = send(signed_in("admin", language), contact=[MARIJKE], outcome="keeps", **form)
    assert answer.status_code == 422
    assert (english if language == "en" else chinese) in answer.text
    assert 'value="keeps"' in answer.text
    assert re.search(rf'value="{MARIJKE}" checked', answer.text)


def test_who_may_not_see_a_customer_cannot_log_with_it(
    signed_in: SignedIn, logged: Callable[[], list[Interaction]]
) -> None:
    lina = signed_in("li.na")
    assert found(lina.get("/log?search=hoekstra").text) == []
    assert found(lina.get("/log?search=C-1001").text) == []
    assert lina.get(f"/log?customer={DAIRY}").status_code == 404
    assert send(lina).status_code == 404
    assert send(lina, customer=BREWERY, contact=[MARIJKE]).status_code == 404, "she works elsewhere"
    assert send(lina, customer=BREWERY, contact=[ZHOU]).status_code == 303
    assert [touch.customers for touch in logged()] == [((BREWERY, "Donghu Brewery"),)]


def test_customers_read_only_and_experts_see_no_customers(
    signed_in: SignedIn, logged: Callable[[], list[Interaction]]
) -> None:
    customer = signed_in("customer")
    assert customer.get("/log").status_code == 403
    assert send(customer).status_code == 403
    assert "/log" not in customer.get(f"/customers/{DAIRY}").text
    expert = signed_in("chen.wei")
    assert "No customers are open to your role." in expert.get("/log").text
    assert send(expert).status_code == 404
    assert logged() == []


def test_customers_never_see_what_was_logged(
    signed_in: SignedIn, parts: Parts, logged: Callable[[], list[Interaction]]
) -> None:
    send(signed_in("admin"), channel="chat", said="They do not suspect the price rise.")
    (touch,) = logged()
    customer = signed_in("customer")
    assert customer.get(f"/interactions/{touch.id}").status_code == 404
    chats = f"/customers/{DAIRY}/timeline?channel=chat"
    assert "price rise" not in customer.fragment(chats).text
    assert "price rise" in signed_in("pieter").fragment(chats).text


def test_an_entry_is_an_act_by_hand_that_can_be_taken_back(
    admin: Browser, parts: Parts, logged: Callable[[], list[Interaction]]
) -> None:
    send(admin)
    run = parts.runs.list(administrator(), by_hand=True).items[0]
    assert (run.source, run.title, run.accepted, run.rejected) == ("hand", f"call {DAIRY}", 1, 0)
    parts.runs.revert(administrator(), run.id)
    assert logged() == []


def ask(app: Flask, name: str, method: str, address: str, **more: Any) -> Any:
    headers = {**basic(name, PASSWORDS[name]), "Accept-Language": "en"}
    return app.test_client().open(f"/api/v1{address}", method=method, headers=headers, **more)


def test_a_program_logs_and_finds_people(app: Flask, logged: Callable[[], list[Interaction]]) -> None:
    people = ask(app, "pieter", "GET", "/reachable?search=marijke").json["items"]
    assert [one["contact"] for one in people] == [MARIJKE]
    entry = {
        "customer": DAIRY,
        "contacts": [MARIJKE],
        "channel": "meeting",
        "said": "They like it.",
        "next_step": "offer",
        "due": "2026-03-06",
        "at": "2026-02-28T10:00:00+01:00",
    }
    answer = ask(app, "pieter", "POST", "/log", json=entry)
    assert answer.status_code == 201
    assert answer.json["text"] == "They like it.\n\nNext step: offer (by 6 March 2026)"
    assert answer.json["at"] == "2026-02-28T09:00:00.000Z"
    assert [touch.id for touch in logged()] == [answer.json["id"]]
    assert ask(app, "li.na", "POST", "/log", json=entry).status_code == 404
    assert ask(app, "customer", "POST", "/log", json=entry).status_code == 403
    for wrong in ({"channel": "pigeon"}, {"due": "Friday"}, {"said": ""}, {"at": "noon"}, {"said": " "}):
        assert ask(app, "pieter", "POST", "/log", json=entry | wrong).status_code == 422, wrong
    late = ask(app, "pieter", "POST", "/log", json=entry | {"due": str(date(2026, 2, 28) - timedelta(1))})
    assert late.json["message"].startswith("Due by: The next step would be due before")
