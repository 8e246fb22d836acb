"""Watched folders and mailboxes on the pages and in the JSON: for administrators, in both languages."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from ingest import watching
from kb.model.viewer import administrator
from tests.mailboxes.dovecot import PASSWORD, Server
from tests.mailboxes.test_mailboxes import fill, mail
from tests.web.browser import PASSWORDS, Browser, basic
from webapp.wiring import Parts

SignedIn = Callable[..., Browser]
PATIENCE = 60.0


@pytest.fixture
def folder(tmp_path: Path, parts: Parts, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A watched folder with a file that was taken in, one that was refused and one that waits."""
    monkeypatch.setattr(watching, "SETTLE_MS", 0)
    made = tmp_path / "inbox"
    made.mkdir()
    (made / "2026-02-20 visit.md").write_text("# Visit\nAll is well.\n")
    (made / "scan.docx").write_bytes(b"PK\x03\x04 no document")
    for _ in range(2):
        parts.watching.look(administrator(), made, "notes", lambda _: None)
    (made / "more.md").write_text("Not seen twice.")
    parts.watching.look(administrator(), made, "notes", lambda _: None)
    return made


@pytest.fixture
def tidy(parts: Parts, app: Flask) -> Iterator[None]:
    """Mailboxes that a test made are gone afterwards, and what they brought."""
    before = {run.id for run in parts.runs.list(administrator(), limit=500).items}
    yield
    for view in parts.mailboxes.all(administrator()):
        rested(parts, view.mailbox.name)
        parts.mailboxes.remove(administrator(), view.mailbox.name)
    for run in parts.runs.list(administrator(), limit=500).items:
        if run.id not in before and run.status == "done":
            parts.runs.revert(administrator(), run.id)


@pytest.fixture
def passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is right, and one that is wrong."""
    monkeypatch.setenv("MAILBOX_SUPPORT", PASSWORD)
    monkeypatch.setenv("MAILBOX_WRONG", "swordfish")


def rested(parts: Parts, name: str) -> None:
    """Wait until nobody fetches from the mailbox."""
    until = time.monotonic() + PATIENCE
    while True:
        view = parts.mailboxes.one(administrator(), name)
        if not view.syncing and (view.mailbox.synced_at or view.mailbox.problem):
            return
        assert time.monotonic() < until
        time.sleep(0.05)


def described(imap: Server, user: str, **more: str) -> dict[str, str]:
    about = {"name": "support", "host": "127.0.0.1", "port": str(imap.port), "tls": "none", "user": user}
    return {**about, "folders": "INBOX", "password_env": "MAILBOX_SUPPORT", **more}


def counts(page: str) -> list[int]:
    """The numbers in the only row of a mailbox's folders."""
    return [int(number) for number in re.findall(r'class="number"[^>]*>(\d+)<', page)]


def test_watched_folders_show_what_became_of_their_files(
    signed_in: SignedIn, folder: Path, app: Flask
) -> None:
    page = signed_in("admin").get("/imports").text
    assert str(folder) in page
    shown = page[page.index(str(folder)) :]
    assert re.findall(r"<dd>(\d)</dd>", shown)[:5] == ["3", "1", "1", "1", "0"]
    assert "The document is damaged or not a Word document" in shown
    chinese = signed_in("admin", "zh").get("/imports").text
    assert "监视的文件夹" in chinese
    assert "The document" not in chinese
    assert "Watched folders" not in signed_in("pieter").get("/imports").text
    answer = ask(app, "admin", "GET", "/watched").json
    (mine,) = [one for one in answer["items"] if one["folder"] == str(folder)]
    assert (mine["seen"], mine["taken"], mine["waiting"], mine["refused"], mine["stopped"]) == (3, 1, 1, 1, 0)
    assert [one["file"] for one in mine["reasons"]] == ["scan.docx"]
    assert ask(app, "pieter", "GET", "/watched").status_code == 403


def test_a_watched_folder_is_forgotten_and_what_it_brought_stays(
    signed_in: SignedIn, folder: Path, app: Flask, parts: Parts
) -> None:
    admin, named = signed_in("admin"), {"folder": str(folder), "source": "notes"}
    before = parts.runs.list(administrator(), limit=1).items[0]
    assert ask(app, "pieter", "DELETE", "/watched", query_string=named).status_code == 403
    assert admin.post("/imports/watched/forget", named | {"source": "mail"}).status_code == 404
    answer = admin.post("/imports/watched/forget", named)
    assert answer.status_code == 303
    page = admin.get("/imports").text
    assert str(folder) not in page
    assert parts.runs.show(administrator(), before.id).run.status == "done"
    assert ask(app, "admin", "DELETE", "/watched", query_string=named).status_code == 404
    parts.watching.look(administrator(), folder, "notes", lambda _: None)
    assert ask(app, "admin", "DELETE", "/watched", query_string=named).status_code == 204


@pytest.mark.usefixtures("tidy", "passwords")
def test_a_mailbox_is_added_fetched_counted_and_removed(
    admin: Browser, parts: Parts, imap: Server, user: str
) -> None:
    fill(imap, user, [mail(1), mail(2), mail(3, From="")])
    answer = admin.post("/mailboxes", described(imap, user))
    assert (answer.status_code, answer.location) == (303, "/mailboxes/support")
    rested(parts, "support")
    assert counts(admin.get("/mailboxes/support").text) == [2, 0, 1]
    counted = admin.get("/mailboxes/support?count=1").text
    assert counts(counted) == [3, 2, 0, 1, 0, 0, 0]
    assert "not complete" not in counted
    assert "MAILBOX_SUPPORT" in counted
    fill(imap, user, [mail(4)])
    counted = admin.get("/mailboxes/support?count=1").text
    assert counts(counted) == [4, 2, 0, 1, 0, 1, 0]
    assert "not complete" in counted
    assert admin.post("/mailboxes/support/sync", {}).status_code == 303
    until = time.monotonic() + PATIENCE
    while counts(admin.get("/mailboxes/support?count=1").text) != [4, 3, 0, 1, 0, 0, 0]:
        assert time.monotonic() < until
        time.sleep(0.1)
    rested(parts, "support")
    assert "/mailboxes/support" in admin.get("/imports").text
    assert PASSWORD not in admin.get("/imports").text
    assert admin.post("/mailboxes/support/remove", {}).location == "/imports"
    assert "/mailboxes/support" not in admin.get("/imports").text
    assert admin.get("/mailboxes/support").status_code == 404


MISTAKES = {
    "name": ({"name": ""}, "Give the mailbox a name.", "请给邮箱起个名称。"),
    "port": ({"port": "imap"}, "Give a whole number, or leave it empty", "请填写整数，或留空"),
    "tls": (
        {"tls": "none", "host": "imap.example.com"},
        "would cross the network readably",
        "以明文在网络上传输",
    ),
    "folders": ({"folders": "Sent"}, "has no folder Sent; it has INBOX", "邮箱没有文件夹 Sent；现有：INBOX"),
    "secret": ({"password_env": "KBCRM_DATABASE"}, "that begin with MAILBOX_", "以 MAILBOX_ 开头"),
    "file": ({"password_env": "", "password_file": "/etc/passwd"}, "From here only files in", "这里只读取"),
    "unset": ({"password_env": "MAILBOX_OTHER"}, "MAILBOX_OTHER is not set", "环境变量 MAILBOX_OTHER 未设置"),
    "wrong": ({"password_env": "MAILBOX_WRONG"}, "refuses the user", "登录"),
    "gone": ({"port": "1"}, "does not answer", "没有应答"),
}


@pytest.mark.usefixtures("passwords")
@pytest.mark.parametrize("case", [(name, code) for name in MISTAKES for code in ("en", "zh")], ids="-".join)
def test_mistakes_are_named_with_their_remedies_and_nothing_typed_is_lost(
    signed_in: SignedIn, parts: Parts, imap: Server, user: str, case: tuple[str, str]
) -> None:
    mistake, language = case
    form, english, chinese = MISTAKES[mistake]
    answer: TestResponse = signed_in("admin", language).post("/mailboxes", described(imap, user, **form))
    assert answer.status_code == 422
    assert (english if language == "en" else chinese) in answer.text
    assert f'value="{user}"' in answer.text
    assert "swordfish" not in answer.text
    assert parts.mailboxes.all(administrator()) == []


@pytest.mark.usefixtures("tidy")
def test_a_server_that_does_not_answer_is_told_on_the_page(
    signed_in: SignedIn, parts: Parts, imap: Server, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILBOX_SUPPORT", PASSWORD)
    assert signed_in("admin").post("/mailboxes", described(imap, user)).status_code == 303
    rested(parts, "support")
    monkeypatch.setenv("MAILBOX_SUPPORT", "swordfish")
    assert "refuses the user" in signed_in("admin").get("/mailboxes/support?count=1").text
    assert (
        "许多邮件服务商要求使用应用专用密码"
        in signed_in("admin", "zh").get("/mailboxes/support?count=1").text
    )


@pytest.mark.parametrize("name", ["pieter", "chen.wei", "customer"])
def test_mailboxes_are_for_administrators(signed_in: SignedIn, app: Flask, name: str) -> None:
    browser = signed_in(name)
    assert browser.get("/mailboxes/new").status_code == 403
    assert browser.post("/mailboxes", {"name": "x"}).status_code == 403
    assert browser.get("/mailboxes/support").status_code == 403
    assert browser.post("/mailboxes/support/sync", {}).status_code == 403
    assert browser.post("/mailboxes/support/remove", {}).status_code == 403
    assert ask(app, name, "GET", "/mailboxes").status_code == 403
    assert ask(app, name, "DELETE", "/mailboxes/support").status_code == 403


def ask(app: Flask, name: str, method: str, address: str, **more: Any) -> Any:
    headers = {**basic(name, PASSWORDS[name]), "Accept-Language": "en"}
    return app.test_client().open(f"/api/v1{address}", method=method, headers=headers, **more)


@pytest.mark.usefixtures("tidy", "passwords")
def test_a_program_looks_after_mailboxes(app: Flask, parts: Parts, imap: Server, user: str) -> None:
    fill(imap, user, map(mail, range(3)))
    about: dict[str, Any] = {**described(imap, user), "port": imap.port, "folders": ["INBOX"]}
    assert ask(app, "admin", "POST", "/mailboxes", json=about | {"tls": "ssl"}).status_code == 422
    wrong = ask(app, "admin", "POST", "/mailboxes", json=about | {"password_env": "HOME"})
    assert wrong.json["message"].startswith("Environment variable: From here only")
    made = ask(app, "admin", "POST", "/mailboxes", json=about)
    assert made.status_code == 201
    assert made.json["password"] == "MAILBOX_SUPPORT"
    assert ask(app, "admin", "POST", "/mailboxes", json=about).status_code == 409
    assert ask(app, "admin", "POST", "/mailboxes/support/sync").status_code == 202
    rested(parts, "support")
    (folder,) = ask(app, "admin", "GET", "/mailboxes/support").json["folders"]
    assert (folder["messages"], folder["accepted"], folder["complete"]) == (3, 3, True)
    (listed,) = ask(app, "admin", "GET", "/mailboxes").json["items"]
    assert (listed["name"], listed["folders"][0]["messages"]) == ("support", None)
    assert ask(app, "admin", "DELETE", "/mailboxes/support").status_code == 204
    assert ask(app, "admin", "GET", "/mailboxes/support").status_code == 404
