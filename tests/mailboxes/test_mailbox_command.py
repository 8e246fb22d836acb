"""`kbcrm mailbox`: from the first sign-in to the proof that all is here, also when it is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.store import server
from tests.cli.conftest import Kbcrm
from tests.cli.test_cli_docs import documented
from tests.jobs.killing import Site
from tests.mailboxes.dovecot import PASSWORD, Server
from tests.mailboxes.test_mailboxes import fill, mail

PATIENCE = 120.0
MANY = 240


@pytest.fixture(scope="module")
def kbcrm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kbcrm]:
    command = Kbcrm(tmp_path_factory.mktemp("site") / "var")
    yield command
    server.stop(command.home)


def add(kbcrm: Kbcrm, imap: Server, user: str, name: str, *words: object, **settings: str) -> str:
    where = ("--host", "127.0.0.1", "--port", imap.port, "--tls", "none", "--user", user)
    return kbcrm.run("mailbox", "add", name, *where, *words, **settings)


def test_a_mailbox_is_added_fetched_proved_and_removed(
    kbcrm: Kbcrm, imap: Server, user: str, tmp_path: Path
) -> None:
    fill(imap, user, [mail(1), mail(2), mail(3, From="")])
    secret = tmp_path / "secret"
    secret.write_text(PASSWORD)
    said = add(kbcrm, imap, user, "support", "--password-file", secret)
    assert "kbcrm mailbox sync support" in said
    unproved = kbcrm.call("mailbox", "status", "support")
    assert unproved.exit_code == 1
    assert "not complete" in unproved.stdout
    (batch,) = kbcrm.lines("mailbox", "sync")
    assert (batch["messages"], batch["accepted"], batch["duplicate"], batch["rejected"]) == (3, 2, 0, 1)
    (proved,) = kbcrm.lines("mailbox", "status")
    (folder,) = proved["folders"]
    assert folder["messages"] == folder["accepted"] + folder["duplicate"] + folder["rejected"] == 3
    assert folder["complete"] is True
    assert proved["password"] == str(secret)
    assert list(proved) == list(documented(having="tls"))
    assert list(folder) == list(documented(having="tls")["folders"][0])
    assert list(batch) == list(documented(having="mailbox"))
    (listed,) = kbcrm.lines("mailbox", "list")
    assert listed["folders"][0]["messages"] is None, "the list asks no server"
    assert "support: up to date." in kbcrm.run("mailbox", "sync", "support")
    assert kbcrm.lines("runs", "list", "--limit", "1")[0]["title"] == "support: INBOX 1–3"
    kbcrm.run("mailbox", "remove", "support")
    assert "There is no mailbox support" in kbcrm.fail("mailbox", "remove", "support")
    assert kbcrm.lines("mailbox", "list") == []


def test_what_goes_wrong_is_said_with_its_remedy(kbcrm: Kbcrm, imap: Server, user: str) -> None:
    where = ("--host", "127.0.0.1", "--port", imap.port, "--tls", "none", "--user", user)
    said = kbcrm.fail("mailbox", "add", "x", *where, "--password-env", "SECRET", SECRET="swordfish")
    assert "refuses the user" in said
    assert "SECRET" in said
    assert "swordfish" not in said
    assert "SECRET is not set" in kbcrm.fail("mailbox", "add", "x", *where, "--password-env", "SECRET")
    add(kbcrm, imap, user, "x", "--no-check")
    said = kbcrm.fail("mailbox", "sync", "x")
    assert "KBCRM_MAILBOX_PASSWORD" in said
    assert kbcrm.lines("mailbox", "sync", "x", KBCRM_MAILBOX_PASSWORD=PASSWORD) == []
    kbcrm.run("mailbox", "remove", "x")


@pytest.mark.timeout(400)
def test_a_synchronisation_that_is_killed_goes_on_without_duplicates_or_losses(
    kbcrm: Kbcrm, imap: Server, user: str
) -> None:
    fill(imap, user, (mail(n, text="It leaks. " * 50) for n in range(MANY)))
    password = {"KBCRM_MAILBOX_PASSWORD": PASSWORD}
    add(kbcrm, imap, user, "big", **password)
    before = {run["id"] for run in kbcrm.lines("runs", "list")}

    def begun() -> int:
        return (Site(kbcrm.home).query("SELECT count(*) FROM runs") or (0,))[0] - len(before)

    ours = {name: value for name, value in os.environ.items() if not name.startswith("KBCRM_")}
    for done in (1, 3):
        sync = subprocess.Popen(
            [sys.executable, "-m", "webapp.cli", "mailbox", "sync", "big", "--batch", "40"],
            env=ours | {"KBCRM_HOME": str(kbcrm.home), "KBCRM_READER": "off"} | password,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + PATIENCE
        while begun() <= done:
            assert sync.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < until
            time.sleep(0.01)
        sync.send_signal(signal.SIGKILL)
        sync.wait()
    kbcrm.run("mailbox", "sync", "big", "--batch", "40", **password)
    runs = [run for run in kbcrm.lines("runs", "list") if run["id"] not in before]
    assert {run["status"] for run in runs} == {"done"}
    assert sum(run["accepted"] for run in runs) == MANY
    assert sum(run["records"] for run in runs) == MANY, "each batch is one run, whoever began it"
    (proved,) = kbcrm.lines("mailbox", "status", "big", **password)
    assert proved["folders"][0]["complete"]
    assert proved["folders"][0]["accepted"] == MANY
