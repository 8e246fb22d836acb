"""What conversations told: notes in the margin, open matters, a product's voice; in both languages."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from kb.model.fact import Quote
from tests.web.browser import FRAGMENT, PASSWORDS, Browser, basic
from tests.web.company import BREWERY, DAIRY
from tests.web.told import CHAT, LETTER, MOTOR, PUMP, TEXTS, told_for_a_while
from webapp.contexts.interactions import pieces
from webapp.contexts.margin import Told
from webapp.wiring import Parts

SignedIn = Callable[..., Browser]


@pytest.fixture(scope="module", autouse=True)
def conversations(app: Flask, parts: Parts) -> Iterator[None]:
    with told_for_a_while(parts):
        yield


@pytest.fixture
def json_of(app: Flask) -> Callable[..., tuple[int, Any]]:
    def ask(address: str, name: str = "admin") -> tuple[int, Any]:
        answer = app.test_client().get(f"/api/v1{address}", headers=basic(name, PASSWORDS[name]))
        return answer.status_code, answer.json

    return ask


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_pieces_of_notes_that_overlap_belong_to_both() -> None:
    found = pieces("abcdef", (), (0, 0), (Told(1, 4, 1), Told(3, 5, 2), Told(5, 6, 1)))
    assert [(one.text, one.notes, one.closes) for one in found] == [
        ("a", (), ()),
        ("bc", (1,), ()),
        ("d", (1, 2), (1,)),
        ("e", (2,), (2,)),
        ("f", (1,), ()),
    ]


def test_the_words_of_each_note_are_underlined_in_the_text(admin: Browser) -> None:
    page = admin.get(f"/interactions/{CHAT}").text
    words = page[page.index('<div class="words"') : page.index("</div>", page.index('<div class="words"'))]
    underlined: dict[str, str] = {}
    for notes, inner in re.findall(r'<span class="told" data-notes="([\d ]+)">(.*?)</span>', words):
        text = re.sub(r"<a class=\"told-mark\".*?</a>|<[^>]+>", "", inner)
        for number in notes.split():
            underlined[number] = underlined.get(number, "") + text
    assert underlined == {
        "1": "motor of the HP-200 hums 吵 🙂",
        "2": "HP-200 hums 吵 🙂 at night",
        "3": "at night",
        "4": "We will pay by 10 February",
        "5": "Please send the manual",
    }
    assert [f'id="note-{number}"' in page for number in range(1, 7)] == [True] * 5 + [False]
    assert 'href="#told-1"' in page
    assert 'id="told-1"' in page


def test_what_is_not_shared_with_a_customer_is_no_note_for_it(signed_in: SignedIn) -> None:
    page = signed_in("customer").get(f"/interactions/{CHAT}").text
    assert 'id="note-4"' in page
    assert 'id="note-5"' not in page
    assert "intention" not in page
    assert signed_in("customer").get(f"/interactions/{LETTER}").status_code == 404


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("What it told", "owed by the customer", "due 10 Feb 2026", "about IE4 motor", "negative")),
        ("zh", ("从中得知", "由客户承担", "2026年2月10日到期", "关于 IE4 motor", "负面")),
    ],
)
def test_qualifiers_are_worded_for_the_reader(
    signed_in: SignedIn, language: str, words: tuple[str, ...]
) -> None:
    browser = signed_in("admin", language)
    note = plain(browser.get(f"/interactions/{CHAT}").text)
    assert [word for word in words if word not in note] == []
    listed = plain(browser.get(f"/customers/{DAIRY}").text)
    assert [word for word in words[1:] if word not in listed] == []


def test_an_interaction_as_json_has_its_facts_where_their_words_stand(json_of: Callable[..., Any]) -> None:
    _, found = json_of(f"/interactions/{CHAT}")
    rows = {row["predicate"]: row for row in found["facts"]}
    assert set(rows) == {"complaint", "incident", "intention", "commitment", "request"}
    for row in rows.values():
        assert TEXTS[CHAT][row["start"] : row["end"]] == row["value"]
    assert rows["commitment"]["qualifiers"] == {"due": "2026-02-10", "holder": "customer"}
    _, theirs = json_of(f"/interactions/{CHAT}", "customer")
    assert {row["predicate"] for row in theirs["facts"]} == set(rows) - {"intention"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Commitments and next steps", "19 days overdue", "1 overdue", "Close it")),
        ("zh", ("承诺与后续事项", "逾期 19 天", "1 项逾期", "结束此项")),
    ],
)
def test_open_matters_stand_on_the_customers_page_and_on_one_of_all(
    signed_in: SignedIn, language: str, words: tuple[str, ...]
) -> None:
    browser = signed_in("pieter", language)
    for address in (f"/customers/{DAIRY}", f"/customers/{DAIRY}/commitments", "/commitments"):
        page = plain(browser.get(address).text)
        assert [word for word in words if word not in page] == [], address
    assert "We will pay by 10 February" in browser.get("/commitments").text


def test_matters_of_others_are_not_there(signed_in: SignedIn, json_of: Callable[..., Any]) -> None:
    page = signed_in("li.na").get("/commitments").text
    assert "We will pay" not in page
    assert signed_in("li.na").get(f"/customers/{DAIRY}/commitments").status_code == 404
    assert json_of(f"/customers/{DAIRY}/commitments", "li.na")[0] == 404
    assert json_of("/commitments", "li.na")[1]["open"] == []
    assert {row["predicate"] for row in json_of("/commitments", "pieter")[1]["open"]} == {
        "commitment",
        "request",
        "incident",
        "complaint",
    }


def test_a_customer_cannot_close_what_it_sees(signed_in: SignedIn, json_of: Callable[..., Any]) -> None:
    page = signed_in("customer").get(f"/customers/{DAIRY}/commitments").text
    assert "We will pay" in page
    assert "Close it" not in page


def test_a_matter_is_closed_by_hand_with_a_note(
    signed_in: SignedIn, json_of: Callable[..., Any], parts: Parts
) -> None:
    browser = signed_in("pieter")
    (request,) = [
        row for row in json_of("/commitments", "pieter")[1]["open"] if row["predicate"] == "request"
    ]
    form = browser.fragment(f"/facts/{request['id']}?act=end").text
    assert re.search(r'<details class="act" open>\s*<summary>.*?Close it', form, re.DOTALL)
    address = f"/facts/{request['id']}/end"
    refused = browser.post(address, {"closing": "kept", "note": "Sent."}, headers=FRAGMENT)
    assert refused.status_code == 422
    assert "Choose how it was closed." in refused.text
    done = browser.post(address, {"closing": "answered", "note": "Sent the manual."}, headers=FRAGMENT)
    assert done.status_code == 200
    assert done.headers["HX-Trigger"] == "facts-changed"
    assert "answered" in plain(done.text)
    _, found = json_of(f"/customers/{DAIRY}/commitments", "pieter")
    (closed,) = found["closed"]
    assert closed["qualifiers"]["closing"] == "answered"
    assert "Sent the manual." in {piece["text"] for piece in closed["evidence"]}
    listed = plain(browser.get(f"/customers/{DAIRY}/commitments").text)
    assert "1 closed" in listed
    assert "answered, 1 Mar 2026" in listed
    chinese = plain(signed_in("pieter", "zh").get(f"/customers/{DAIRY}/commitments").text)
    assert "已答复，2026年3月1日" in chinese


def test_json_refuses_a_closing_that_does_not_fit(app: Flask, json_of: Callable[..., Any]) -> None:
    client, headers = app.test_client(), basic("pieter", PASSWORDS["pieter"])
    given = {"note": "x", "closing": "resolved"}
    answer = client.post("/api/v1/statements/told:commitment/end", json=given, headers=headers)
    assert answer.status_code == 422
    assert (answer.json or {})["field"] == "closing"
    wrong = client.post(
        "/api/v1/statements/told:commitment/end", json={"note": "x", "closing": "eaten"}, headers=headers
    )
    assert wrong.status_code == 422


def test_a_products_voice_is_counted_within_rights(json_of: Callable[..., Any]) -> None:
    def counted(name: str) -> tuple[int, int, bool]:
        _, found = json_of(f"/products/{PUMP}/voice", name)
        return found["total"], found["words"]["total"], found["everybody"]

    assert counted("admin") == (4, 4, True)
    assert counted("pieter") == (3, 3, False)
    assert counted("li.na") == (1, 1, False)
    assert counted("sofie") == counted("chen.wei") == (4, 0, True)
    assert counted("customer") == (3, 3, False)
    assert json_of("/products/product:none/voice")[0] == 404


def test_one_may_ask_the_voice_for_a_part(json_of: Callable[..., Any]) -> None:
    def total(**query: str) -> int:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return int(json_of(f"/products/{PUMP}/voice?{asked}")[1]["total"])

    assert total(feature=MOTOR) == 2
    assert total(kind="praise") == 1
    assert total(since="2026-01-21") == 0
    assert total(until="2026-01-21") == 4
    assert json_of(f"/products/{PUMP}/voice?since=soon")[0] == 422


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ("What customers say", "4 statements", "“电机非常安静”", "Donghu Brewery", "in the conversation"),
        ),
        ("zh", ("客户怎么说", "4 条表述", "“电机非常安静”", "东湖啤酒有限公司", "查看对话")),
    ],
)
def test_the_page_of_a_voice(signed_in: SignedIn, language: str, words: tuple[str, ...]) -> None:
    page = signed_in("admin", language).get(f"/products/{PUMP}/voice").text
    assert [word for word in words if word not in plain(page)] == []
    assert page.count('class="bar-negative"') == 2  # in the chart and in its legend
    assert 'role="img"' in page


def test_an_engineer_sees_the_counts_and_nobodys_words(signed_in: SignedIn) -> None:
    for language, note in (("en", "Counted over all customers"), ("zh", "按全部客户统计")):
        page = signed_in("sofie", language).get(f"/products/{PUMP}/voice").text
        assert note in page
        for secret in ("电机非常安静", "hums", "Donghu", "东湖", "Kloosterveen", DAIRY, BREWERY):
            assert secret not in page


def test_a_question_with_a_wrong_day_is_refused(admin: Browser) -> None:
    assert admin.get(f"/products/{PUMP}/voice?since=soon").status_code == 422
    assert "Nothing was said about it." in admin.get(f"/products/{PUMP}/voice?since=2026-02-25").text


def test_quotes_of_the_letter_stay_with_whom_they_belong_to(json_of: Callable[..., Any]) -> None:
    assert json_of(f"/interactions/{LETTER}", "pieter")[0] == 404
    (fact,) = json_of(f"/interactions/{LETTER}", "li.na")[1]["facts"]
    assert Quote(LETTER, fact["start"], fact["end"], "电机非常安静").text == TEXTS[LETTER][:6]
