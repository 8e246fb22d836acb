"""Errors as pages: one place, in the reader's language."""

from dataclasses import replace
from typing import NoReturn

import pytest
from flask import Flask

from kb.errors import Conflict, Forbidden, GraphUnavailable, InvalidFact, KbcrmError, NotFound, Rebuilding
from kb.knowledge import Knowledge
from tests.web.browser import FRAGMENT, Browser
from webapp.app import create_app
from webapp.wiring import Parts
from webapp.wording_errors import code_of, sentence_of


class Failing(Knowledge):
    """Every list of customers ends in this error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def customers(self, *_: object, **__: object) -> NoReturn:
        raise self._error


def failing(parts: Parts, error: Exception) -> Flask:
    return create_app(replace(parts, knowledge=Failing(error)))


def reader(app: Flask) -> Browser:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    browser = Browser(client)
    browser.sign_in("admin")
    return browser


def test_a_graph_that_is_away_is_a_page_that_asks_for_patience(app: Flask, parts: Parts) -> None:
    away = failing(parts, GraphUnavailable("The graph server does not answer."))
    answer = reader(away).get("/customers")
    assert answer.status_code == 503
    assert "Not available right now" in answer.text
    assert answer.headers["Retry-After"]
    json = reader(away).get("/api/v1/customers").json or {}
    assert json["error"] == "graph_unavailable"


def test_an_unforeseen_error_is_logged_and_tells_nothing_of_the_inside(
    app: Flask, parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    answer = reader(failing(parts, ZeroDivisionError("the inside"))).get("/customers")
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
