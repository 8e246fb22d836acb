"""`kbcrm watch`: complete files come in once, whatever happens in between; the others wait or are told."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest import watching
from kb.store.server_folder import free_port
from tests.cli.conftest import Kbcrm
from tests.jobs.killing import Site

PATIENCE = 120.0
AT_WORK = "SELECT 1 FROM runs WHERE source = 'orders' AND status = 'running' AND title = '1.csv'"
NOTE = "# 2026-06-0{n} Visit\nCustomer: Harbour Laundry\nThe pump number {n} is hot.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to watch; a file there is complete as soon as a second look finds it unchanged."""
    monkeypatch.setattr(watching, "SETTLE_MS", 0)
    monkeypatch.setattr("webapp.cli.watch.SETTLE_S", 0.0)
    made = tmp_path / "inbox"
    made.mkdir()
    return made


@pytest.fixture
def tidy(kbcrm: Kbcrm) -> Iterator[None]:
    """What a test took in is taken back."""
    before = {run["id"] for run in kbcrm.lines("runs", "list")}
    yield
    for run in kbcrm.lines("runs", "list"):
        if run["id"] not in before and run["status"] == "done":
            kbcrm.run("runs", "revert", run["id"])


def note(folder: Path, n: int) -> Path:
    path = folder / f"visit {n}.md"
    path.write_text(NOTE.format(n=n), encoding="utf-8")
    return path


def taken(kbcrm: Kbcrm, folder: Path, source: str = "notes") -> list[dict[str, Any]]:
    result = kbcrm.call("watch", folder, "--source", source, "--once", "--json")
    return [json.loads(line) for line in result.stdout.splitlines()]


def status(kbcrm: Kbcrm, folder: Path) -> dict[str, Any]:
    (mine,) = [one for one in kbcrm.lines("watch", "--status") if one["folder"] == str(folder)]
    return mine


def counts(kbcrm: Kbcrm, folder: Path) -> tuple[int, ...]:
    found = status(kbcrm, folder)
    return tuple(found[name] for name in ("seen", "taken", "waiting", "refused", "stopped"))


def test_new_and_changed_files_come_in_once(kbcrm: Kbcrm, folder: Path, tidy: None) -> None:
    first = note(folder, 1)
    (folder / "2026").mkdir()
    note(folder / "2026", 2)
    assert [(one["file"], one["accepted"]) for one in taken(kbcrm, folder)] == [
        ("2026/visit 2.md", 1),
        ("visit 1.md", 1),
    ]
    assert taken(kbcrm, folder) == []
    os.utime(first, (1, 1))
    assert taken(kbcrm, folder) == [], "a file with another time but the same content is the same"
    first.write_text(NOTE.format(n=1) + "And loud.\n")
    (again,) = taken(kbcrm, folder)
    assert (again["file"], again["state"], again["records"]) == ("visit 1.md", "done", 1)
    assert counts(kbcrm, folder) == (2, 2, 0, 0, 0)
    assert sorted(path.name for path in folder.rglob("*.md")) == ["visit 1.md", "visit 2.md"]


def test_hidden_and_unfinished_files_are_left_alone(kbcrm: Kbcrm, folder: Path) -> None:
    for name in (".hidden.md", "visit.md.part", "~lock.tmp"):
        (folder / name).write_text("x")
    (folder / ".git").mkdir()
    note(folder / ".git", 1)
    assert taken(kbcrm, folder) == []
    assert counts(kbcrm, folder) == (0, 0, 0, 0, 0)


def test_a_file_that_still_grows_waits(
    kbcrm: Kbcrm, folder: Path, monkeypatch: pytest.MonkeyPatch, tidy: None
) -> None:
    path = note(folder, 3)
    sleep = time.sleep

    def written_to_meanwhile(seconds: float) -> None:
        if seconds == 0.0:
            path.write_text(path.read_text() + "More.\n")
        sleep(seconds)

    with monkeypatch.context() as growing:
        growing.setattr("webapp.cli.watch.time.sleep", written_to_meanwhile)
        result = kbcrm.call("watch", folder, "--source", "notes", "--once", "--json")
    assert result.stdout == ""
    assert "1 file not complete yet" in result.stderr
    assert counts(kbcrm, folder) == (1, 0, 1, 0, 0)
    (done,) = taken(kbcrm, folder)
    assert done["accepted"] == 1


def test_a_file_that_cannot_be_read_is_told_once_and_again_only_when_it_changes(
    kbcrm: Kbcrm, folder: Path, tidy: None
) -> None:
    (folder / "bad.docx").write_bytes(b"PK\x03\x04 no document")
    note(folder, 4)
    refused, done = taken(kbcrm, folder)
    assert (refused["file"], refused["state"], refused["run"]) == ("bad.docx", "refused", None)
    assert "not a Word document" in refused["reason"]
    assert done["accepted"] == 1
    assert taken(kbcrm, folder) == []
    found = status(kbcrm, folder)
    assert counts(kbcrm, folder) == (2, 1, 0, 1, 0)
    assert found["reasons"] == [{"file": "bad.docx", "reason": refused["reason"]}]
    assert "bad.docx: " in kbcrm.run("watch", "--status")
    note(folder, 5).replace(folder / "bad.docx")
    (again,) = taken(kbcrm, folder)
    assert (again["file"], again["state"]) == ("bad.docx", "done")


def test_a_question_that_a_file_leaves_open_is_answered_by_an_option(
    kbcrm: Kbcrm, folder: Path, tidy: None
) -> None:
    (folder / "open.csv").write_text(
        "order,date,customer,product,quantity,price\n7001,03/04/2026,K-2,VX-50,1,10\n"
    )
    (asked,) = taken(kbcrm, folder, "orders")
    assert asked["state"] == "refused"
    assert "day or the month" in asked["reason"]
    (folder / "more.csv").write_text(
        "order,date,customer,product,quantity,price\n7002,03/04/2026,K-2,VX-50,1,10\n"
    )
    words = ("watch", folder, "--source", "orders", "--once", "--day-first")
    (done,) = [json.loads(line) for line in kbcrm.call(*words, "--json").stdout.splitlines()]
    assert (done["file"], done["accepted"]) == ("more.csv", 1)


def test_a_folder_that_is_none_is_told(kbcrm: Kbcrm, tmp_path: Path) -> None:
    said = kbcrm.fail("watch", tmp_path / "nowhere", "--source", "notes", "--once")
    assert "cannot be read (No such file or directory)" in said
    assert status(kbcrm, tmp_path / "nowhere")["problem"]
    assert kbcrm.call("watch").exit_code == 2
    assert kbcrm.call("watch", tmp_path).exit_code == 2
    assert "Your role does not allow" in kbcrm.fail("--as", "pieter", "watch", "--status")


def spawn(kbcrm: Kbcrm, *words: object, **settings: str) -> "subprocess.Popen[str]":
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KBCRM_")}
    here = {"KBCRM_HOME": str(kbcrm.home), "KBCRM_GRAPH_MEMORY": "512m", "KBCRM_READER": "off"} | settings
    return subprocess.Popen(
        [sys.executable, "-m", "webapp.cli", *map(str, words)],
        env=ours | here,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.timeout(400)
@pytest.mark.parametrize("files_stay", [True, False])
def test_a_watcher_that_is_killed_goes_on_without_duplicates_or_losses(
    kbcrm: Kbcrm, tmp_path: Path, files_stay: bool, tidy: None
) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    before = {run["id"] for run in kbcrm.lines("runs", "list")}
    for n in range(3):
        rows = "".join(f"W{n}-{row // 3},31/07/2026,K-{row % 40},VX-50,1,10.00\n" for row in range(3000))
        (folder / f"{n}.csv").write_text("order,date,customer,product,quantity,price\n" + rows)
    watcher = spawn(kbcrm, "watch", folder, "--source", "orders", "--interval", "0.5")
    until = time.monotonic() + PATIENCE
    while Site(kbcrm.home).query(AT_WORK) is None:
        assert watcher.poll() is None, watcher.stdout and watcher.stdout.read()
        assert time.monotonic() < until
        time.sleep(0.005)
    watcher.send_signal(signal.SIGKILL)
    watcher.wait()
    cut = [run for run in kbcrm.lines("runs", "list") if run["id"] not in before]
    if not files_stay:
        shutil.move(folder / cut[0]["title"], tmp_path / "elsewhere")
    kbcrm.call("watch", folder, "--source", "orders", "--once")
    kbcrm.call("watch", folder, "--source", "orders", "--once")
    runs = [run for run in kbcrm.lines("runs", "list") if run["id"] not in before]
    assert sorted(run["title"] for run in runs) == ["0.csv", "1.csv", "2.csv"], "one run a file"
    assert {(run["status"], run["records"], run["accepted"], run["duplicate"]) for run in runs} == {
        ("done", 3000, 3000, 0)
    }
    assert counts(kbcrm, folder) == (3, 3, 0, 0, 0)


@pytest.mark.timeout(400)
def test_the_served_pages_watch_the_folders_of_the_setting(kbcrm: Kbcrm, tmp_path: Path, tidy: None) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    served = spawn(kbcrm, "serve", KBCRM_WATCH=f"notes={folder}", KBCRM_PORT=str(free_port()))
    try:
        note(folder, 6)
        until = time.monotonic() + PATIENCE
        while "visit 6.md" not in {run["title"] for run in kbcrm.lines("runs", "list")}:
            assert served.poll() is None
            assert time.monotonic() < until
            time.sleep(0.2)
        while counts(kbcrm, folder)[1] == 0:
            assert time.monotonic() < until
            time.sleep(0.2)
    finally:
        served.send_signal(signal.SIGINT)
        assert served.wait(60) == 0
