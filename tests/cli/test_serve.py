"""`kbcrm serve`: one command starts everything, one signal ends it, and a second start is understood."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from kb.store import server
from kb.store.server_folder import free_port
from tests.cli.conftest import Kbcrm

PATIENCE = 120.0  # seconds; a busy machine loads the demonstration company slowly


@dataclass
class Served:
    """A running `kbcrm serve` and what it has said so far."""

    home: Path
    port: int
    process: subprocess.Popen[str]
    log: Path

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def await_words(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while words not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, signal_: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(signal_)
        return self.process.wait(60)


def begin(begun: list[Served], home: Path, port: int, log: Path, *words: str) -> Served:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KBCRM_")}
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "webapp.cli", "serve", *words],
            env=ours
            | {
                "KBCRM_HOME": str(home),
                "KBCRM_PORT": str(port),
                "KBCRM_GRAPH_MEMORY": "512m",
                "KBCRM_READER": "off",
            },
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
    begun.append(Served(home, port, process, log))
    return begun[-1]


@pytest.fixture
def begun() -> Iterator[list[Served]]:
    """What a test began; gone afterwards with its graph, whatever happened in the test."""
    all_of_them: list[Served] = []
    yield all_of_them
    for served in all_of_them:
        family = served.family() if served.process.poll() is None else []
        served.process.kill()
        for process in family:
            with suppress(psutil.Error):
                process.kill()
        server.stop(served.home)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=20)[1]


def words_of(processes: list[psutil.Process]) -> set[str]:
    words: set[str] = set()
    for process in processes:
        with suppress(psutil.Error):  # it has just ended
            words |= {process.name(), *process.cmdline()}
    return words


def page(port: int, path: str = "/sign-in") -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return str(answer.read().decode())


@pytest.mark.timeout(400)
def test_an_empty_folder_is_filled_served_and_left_clean(begun: list[Served], tmp_path: Path) -> None:
    home, port = tmp_path / "var", free_port()
    served = begin(begun, home, port, tmp_path / "first.log", "--beside", "sleep 600")
    served.await_words("Ctrl-C stops it.")
    assert f"http://127.0.0.1:{port}" in served.said()
    assert "pump-admin-2026" in served.said()
    assert "KBCRM" in page(port)

    second = begin(begun, home, port, tmp_path / "second.log")
    assert second.process.wait(60) == 0
    assert f"already serves this data folder at http://127.0.0.1:{port}" in second.said()

    elsewhere = begin(begun, tmp_path / "other", port, tmp_path / "elsewhere.log")
    assert elsewhere.process.wait(60) == 1
    assert f"Port {port} of 127.0.0.1 is taken" in elsewhere.said()
    assert f"KBCRM_PORT={port + 1}" in elsewhere.said()

    wait_until(lambda: {"granian", "sleep", "java"} <= words_of(served.family()))
    family = served.family()
    assert served.end() == 0
    assert gone(family)
    assert "Traceback" not in served.said()

    restarted = begin(begun, home, port, tmp_path / "third.log")
    restarted.await_words("Ctrl-C stops it.")
    assert "demonstration company …" not in restarted.said()
    assert "cleanly" not in restarted.said()
    a_crash_is_cleared_away(begun, restarted, tmp_path)


def a_crash_is_cleared_away(begun: list[Served], crashing: Served, tmp_path: Path) -> None:
    """A crash of `kbcrm serve` itself: the next one finds the graph and clears the rest."""
    family = crashing.family()
    crashing.end(signal.SIGKILL)
    again = begin(begun, crashing.home, crashing.port, tmp_path / "fourth.log")
    again.await_words("Ctrl-C stops it.")
    assert "did not end cleanly" in again.said()
    assert "Its web server was still running" in again.said()
    assert "The graph is running already" in again.said()
    java = next(process for process in family if "java" in words_of([process]))
    assert again.end(signal.SIGTERM) == 0
    assert java.is_running()  # it was found, so it stays
    assert server.stop(crashing.home) == "stopped"
    assert gone(family)


def test_ctrl_c_while_the_company_is_loaded_ends_all_and_the_next_start_goes_on(
    begun: list[Served], tmp_path: Path
) -> None:
    home, port = tmp_path / "var", free_port()
    served = begin(begun, home, port, tmp_path / "first.log")
    served.await_words("loading the demonstration company")
    wait_until((home / "demo.unfinished").exists)
    family = served.family()
    assert served.end() == 0
    assert gone(family)
    assert "Traceback" not in served.said()
    again = begin(begun, home, port, tmp_path / "second.log")
    again.await_words("loading the demonstration company")
    again.await_words("Ctrl-C stops it.")
    assert not (home / "demo.unfinished").exists()
    assert again.end() == 0


@pytest.mark.timeout(300)
def test_a_graph_that_ends_is_started_again(begun: list[Served], kbcrm: Kbcrm, tmp_path: Path) -> None:
    port = free_port()
    served = begin(begun, kbcrm.home, port, tmp_path / "log")
    served.await_words("Ctrl-C stops it.")
    assert "Sign in with your account" in served.said()
    running = server.status(kbcrm.home)
    assert running
    os.kill(running.pid, signal.SIGKILL)
    served.await_words("crashed or was killed")
    assert served.end(signal.SIGHUP) == 0
    assert server.status(kbcrm.home) is None  # that one we did start
    assert "Harbour Laundry" in kbcrm.run("customers")


def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = Kbcrm(tmp_path).fail("serve", KBCRM_PORT=str(port))
    assert said.startswith(f"kbcrm: Port {port} of 127.0.0.1 is taken by another program.")


def test_an_address_of_another_machine_is_named(tmp_path: Path) -> None:
    assert "KBCRM_HOST" in Kbcrm(tmp_path).fail("serve", KBCRM_HOST="203.0.113.7")
