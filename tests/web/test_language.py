"""English and Chinese throughout."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from kb.model.moment import BEGINNING, FOREVER
from kb.model.reading import Mention
from tests.web.browser import Browser
from tests.web.company import DAIRY, millis
from webapp import display
from webapp.catalogue import WEBAPP, extracted, po_file
from webapp.contexts.interactions import pieces
from webapp.translate import problem

SignedIn = Callable[..., Browser]
TEMPLATES = sorted((WEBAPP / "templates").rglob("*.html"))
NAMES = {"KBCRM", "doctype", "html", "px"}  # words that are no English


@pytest.fixture(scope="module")
def chinese():  # type: ignore[no-untyped-def]
    with po_file("zh").open("rb") as file:
        return read_po(file, locale="zh")


def test_every_message_is_translated_and_none_is_left_over(chinese) -> None:  # type: ignore[no-untyped-def]
    wanted = {(message.id, message.context) for message in extracted() if message.id}
    held = {(message.id, message.context): message for message in chinese if message.id}
    missing, left_over = list(wanted - held.keys()), list(held.keys() - wanted)
    assert missing == [], "run `python -m webapp.catalogue`, then translate what is empty"
    assert left_over == [], "run `python -m webapp.catalogue`"
    empty = [id for (id, _), message in held.items() if not message.string or not all(message.string)]
    assert empty == []
    assert not [id for (id, _), message in held.items() if message.fuzzy]


def test_translations_keep_the_places_of_their_values(chinese) -> None:  # type: ignore[no-untyped-def]
    for message in chinese:
        if not message.id:
            continue
        for text in message.string if isinstance(message.string, tuple) else (message.string,):
            source = message.id[-1] if isinstance(message.id, tuple) else message.id
            if message.context:
                assert set(re.findall(r"\{\d\}", text)) == set(re.findall(r"\{\d\}", source)), source
            else:
                assert set(re.findall(r"%\(\w+\)s", text)) == set(re.findall(r"%\(\w+\)s", source)), source
                assert "%" not in re.sub(r"%\(\w+\)s", "", text), f"a bare % breaks the page: {text}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_text_of_its_own(path: Path) -> None:
    data = "".join(
        token if kind == "data" else " "
        for _, kind, token in Environment(autoescape=True).lex(path.read_text(encoding="utf-8"))
        if kind in ("data", "variable_begin", "block_begin")
    )
    attributes = re.findall(r'\b(?:title|alt|placeholder|aria-label)="([^"]*)"', data)
    tags = re.sub(r'"[^"]*"', '""', data)
    text = re.sub(r'<[^<>]*>|[\w-]+=""', " ", tags)
    words = set(re.findall(r"[A-Za-z]{2,}", " ".join((text, *attributes)))) - NAMES
    assert not words, f"put these into _('…'): {words}"


def test_the_browser_s_wish_counts_until_somebody_chooses(app: Flask) -> None:
    client = app.test_client()
    assert (
        'lang="zh-CN"' in client.get("/sign-in", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}).text
    )
    assert 'lang="en"' in client.get("/sign-in", headers={"Accept-Language": "de-DE"}).text


def test_the_choice_of_language_is_kept_with_the_account(signed_in: SignedIn, visitor: Browser) -> None:
    chooser = signed_in("chen.wei")
    assert "No customers are open to your role." in chooser.get("/customers").text
    answer = chooser.post("/language", {"locale": "zh", "next": "/customers"})
    assert answer.location == "/customers"
    assert "您的角色没有可查看的客户。" in chooser.get("/customers").text
    visitor.sign_in("chen.wei")
    assert "您的角色没有可查看的客户。" in visitor.get("/customers").text
    chooser.post("/language", {"locale": "en", "next": "/customers"})  # the account serves other tests, too
    assert "No customers are open to your role." in chooser.get("/customers").text


def test_a_page_in_chinese_has_no_english_left_but_names(signed_in: SignedIn) -> None:
    page = signed_in("li.na").get("/customers?search=C-100").text
    text = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", page, flags=re.S)
    known = {
        "KBCRM",
        "English",
        "Li",
        "Na",
        "li",
        "na",
        "shanghai",
        "Donghu",
        "Brewery",
        "C",
        "CN",
        "Asia",
        "Shanghai",
    }
    assert not set(re.findall(r"[A-Za-z]{2,}", text)) - known


def test_the_vocabulary_speaks_the_reader_s_language(signed_in: SignedIn) -> None:
    page = signed_in("admin", "zh").get(f"/customers/{DAIRY}").text
    for expected in ("克洛斯特芬乳业", "付款条件", "有争议", "荷兰", "行为", "自2025年9月1日起"):
        assert expected in page, expected


def test_dates_numbers_and_money_are_written_as_the_reader_writes_them(app: Flask) -> None:
    moment = millis("2026-01-05T09:07:00Z")
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert display.instant(moment) == "5 Jan 2026, 09:07"
        assert display.money("-1234.5", "EUR") == "-€1,234.50"
        assert display.money("12", None) == "12 (currency unknown)"
        assert display.interval(BEGINNING, FOREVER) == "always"
        assert display.value("churnRisk", "0.183", None) == "18%"
        assert display.value("orderInterval", "41.5", "days") == "41.5 days"
        assert display.value("totalSpend", "10", "unknown") == "10 (currency unknown)"
        assert display.value("firstOrder", "2019-03-14T09:00:00.000Z", None) == "14 Mar 2019"
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        assert display.instant(moment) == "2026年1月5日 09:07"
        assert display.money("98450", "CNY") == "¥98,450.00"
        assert display.interval(moment, FOREVER) == "自2026年1月5日起"
        assert display.value("country", "CN", None) == "中国"


def test_errors_of_the_layers_below_are_translated_values_and_all(app: Flask) -> None:
    with app.test_request_context(), force_locale("zh"):
        assert problem("The file is empty.") == "文件是空的。"
        assert problem("'shoeSize' is not a predicate of the ontology; see docs/ontology.md.").startswith(
            "'shoeSize' 不是"
        )
        assert problem("Nobody ever wrote this.") == "Nobody ever wrote this."


@given(
    text=st.text(max_size=60),
    spans=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4),
    marked=st.tuples(st.integers(-5, 70), st.integers(-5, 70)),
)
def test_a_text_in_pieces_is_the_same_text_and_exactly_the_words_are_marked(
    text: str, spans: list[tuple[int, int]], marked: tuple[int, int]
) -> None:
    from webapp.app import create_app  # noqa: F401 - the pieces name nodes in the reader's language

    mentions = [
        Mention(node="contact:a", label="?", name="a", start=min(span), end=max(span)) for span in spans
    ]
    app = Flask(__name__)
    from flask_babel import Babel

    Babel(app, default_locale="en")
    with app.app_context():
        app.extensions["kbcrm"] = _English()
        cut = pieces(text, mentions, marked)
    assert "".join(piece.text for piece in cut) == text
    start, end = max(marked[0], 0), max(marked[1], 0)
    expected = text[start:end] if start < end else ""
    assert "".join(piece.text for piece in cut if piece.marked and piece.text) == expected


class _English:
    class settings:  # noqa: N801 - stands for Parts.settings
        locale = "en"
