"""Pages, JSON and command line hide personal data in words alike, for each role, in both languages."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from flask import Flask

from ingest.overrides import Overrides
from kb.model.moment import FOREVER, AsOf
from kb.model.viewer import administrator
from tests.web.browser import PASSWORDS, Browser, basic
from tests.web.company import DAIRY
from webapp.cli import main
from webapp.wiring import Parts

SECRETS = ("+31 6 12345678", "13912345678", "eve@private.example", "eve@private")
WORDS = "The HP-200 leaks. Ring me at +31 6 12345678 or eve@private.example. 我的手机号码是13912345678。"
MAIL = (
    "From: Marijke Hoekstra <m.hoekstra@kloosterveen.example>\n"
    "To: Pieter van Dalen <pieter@haiyuan-pumps.example>\nCc: eve@private.example\n"
    "Date: Wed, 14 Jan 2026 09:12:00 +0100\nSubject: Call 13912345678\n"
    "Message-ID: <secret@kloosterveen.example>\nContent-Type: text/plain; charset=utf-8\n\n"
    f"{WORDS}\n"
)
PLAIN, HIDDEN = ("admin", "pieter"), ("customer",)


@pytest.fixture(scope="module")
def mail(app: Flask, parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The id of a mail with personal data in it."""
    path = tmp_path_factory.mktemp("mail") / "secret.eml"
    path.write_text(MAIL, encoding="utf-8")
    run = parts.runs.start(administrator(), source="mail", path=path, reading=Overrides())
    parts.runs.wait(administrator(), run)
    ever = AsOf(valid=FOREVER - 1, known=FOREVER - 1)
    touches = parts.knowledge.timeline(administrator(), DAIRY, ever, channel="email", limit=200).items
    return next(touch.id for touch in touches if "13912345678" in touch.title)


def leaks(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", [*PLAIN, *HIDDEN])
def test_pages(signed_in: Callable[..., Browser], mail: str, name: str, language: str) -> None:
    browser = signed_in(name, language)
    for address in (f"/interactions/{mail}", f"/customers/{DAIRY}"):
        answer = browser.get(address)
        assert answer.status_code == 200
        assert bool(leaks(answer.text)) == (name in PLAIN)
        assert ("•••••" in answer.text) == (name in HIDDEN)


@pytest.mark.parametrize("name", [*PLAIN, *HIDDEN])
def test_json(app: Flask, mail: str, name: str) -> None:
    client, headers = app.test_client(), basic(name, PASSWORDS[name])
    shown = client.get(f"/api/v1/interactions/{mail}", headers=headers)
    touches = client.get(f"/api/v1/customers/{DAIRY}/timeline", headers=headers)
    for answer in (shown, touches):
        assert answer.status_code == 200
        assert bool(leaks(json.dumps(answer.get_json(), ensure_ascii=False))) == (name in PLAIN)
    assert len(shown.get_json()["text"].strip()) == len(WORDS)


@pytest.mark.parametrize("name", [*PLAIN, *HIDDEN])
def test_the_command_line(parts: Parts, mail: str, name: str) -> None:
    said = CliRunner().invoke(
        main,
        ["--as", name, "interaction", mail],
        env={"KBCRM_HOME": str(parts.settings.home), "KBCRM_GRAPH_MEMORY": "512m"},
    )
    assert said.exit_code == 0, said.output
    assert bool(leaks(said.stdout)) == (name in PLAIN)


@pytest.mark.parametrize("name", ["chen.wei", "sofie", "li.na"])
def test_whoever_has_no_such_customer_finds_no_such_mail(
    signed_in: Callable[..., Browser], mail: str, name: str
) -> None:
    assert signed_in(name).get(f"/interactions/{mail}").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_an_expert_notes_of_a_product_is_read_without_by_engineers(
    signed_in: Callable[..., Browser], app: Flask, parts: Parts, language: str
) -> None:
    stated = parts.knowledge.state(
        administrator(), subject="product:HP-200", predicate="knownIssue", value=WORDS, note=WORDS
    )
    try:
        for name in ("chen.wei", "sofie", "pieter"):
            page = signed_in(name, language).get(f"/facts/{stated.id}").text
            assert leaks(page) == []
            assert "•••••" in page
        assert leaks(signed_in("admin", language).get(f"/facts/{stated.id}").text)
    finally:
        parts.knowledge.retract(administrator(), stated.statement, note="It was a test.")
