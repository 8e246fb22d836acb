"""Errors as pages: one place, in the reader's language."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from kb.errors import Conflict, Forbidden, GraphUnavailable, InvalidFact, KbcrmError, NotFound, Rebuilding
from kb.knowledge import Knowledge
from kb.store.graph import connect
from kb.store.ledger import Ledger
from tests.web.conftest import FRAGMENT, PASSWORDS, Browser
from tests.web.test_sign_in import basic
from webapp.app import create_app
from webapp.wiring import Parts
from webapp.wording_errors import code_of, sentence_of


@pytest.fixture
def cut_off(parts: Parts, loaded: object) -> Iterator[Flask]:
    """The application while its graph cannot be reached."""
    graph = connect("bolt://127.0.0.1:9", "nobody", "nothing")
    knowledge = Knowledge(graph, Ledger(parts.engine, parts.clock), parts.keeping, parts.clock)
    made = create_app(replace(parts, knowledge=knowledge))
    yield made
    graph.close()


def test_a_graph_that_is_away_is_a_page_that_asks_for_patience(cut_off: Flask) -> None:
    client = cut_off.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    browser = Browser(client)
    browser.sign_in("admin")
    answer = browser.get("/customers")
    assert answer.status_code == 503
    assert "Not available right now" in answer.text
    assert answer.headers["Retry-After"]
    headers = basic("admin", PASSWORDS["admin"])
    assert (cut_off.test_client().get("/api/v1/customers", headers=headers).json or {})[
        "error"
    ] == "graph_unavailable"


def test_an_unforeseen_error_is_logged_and_tells_nothing_of_the_inside(
    app: Flask, parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Knowledge):
        def __init__(self) -> None:
            pass

        def customers(self, *_: object, **__: object) -> object:  # type: ignore[override]
            raise ZeroDivisionError("the inside")

    broken = create_app(replace(parts, knowledge=Broken()))
    browser = Browser(broken.test_client())
    browser.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    browser.sign_in("admin")
    answer = browser.get("/customers")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "the inside" not in answer.text
    assert "GET /customers failed" in caplog.text


def test_an_error_in_a_panel_comes_as_a_fragment(admin: Browser) -> None:
    answer = admin.get("/facts/fact:none", headers=FRAGMENT)
    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert 'role="alert"' in answer.text


def test_whoever_prefers_json_gets_json(admin: Browser) -> None:
    answer = admin.get("/facts/fact:none", headers={"Accept": "application/json"})
    assert (answer.json or {})["error"] == "not_found"


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (NotFound("run", "r-1"), "not_found", "There is no import r-1."),
        (NotFound("gadget", "g-1"), "not_found", "There is nothing under g-1."),
        (Forbidden("import files"), "forbidden", "Your role does not allow you to import files."),
        (Forbidden("dance"), "forbidden", "Your role does not allow this."),
        (InvalidFact("valid_to", "Too early."), "invalid_fact", "No longer true from: Too early."),
        (Conflict("Two at once."), "conflict", "Two at once."),
        (GraphUnavailable("Away."), "graph_unavailable", "Away."),
        (Rebuilding("Wait."), "rebuilding", "Wait."),
    ],
)
def test_each_error_has_a_stable_code_and_a_sentence(
    app: Flask, error: KbcrmError, code: str, sentence: str
) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert code_of(error) == code
        assert sentence_of(error) == sentence
