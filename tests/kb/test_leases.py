"""Leases: one holder at a time, and none that outlives its process."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import psutil
import pytest
from sqlalchemy import Engine, insert, select, update

from kb.errors import LedgerUnavailable
from kb.store import leases as module
from kb.store.database import connect, reading, writing
from kb.store.leases import Leases
from kb.store.schema import leases, metadata


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = connect(database_url)
    metadata.create_all(made)
    yield made
    made.dispose()


def given(engine: Engine, owner: str, *, for_ms: int = 30_000) -> None:
    with writing(engine) as connection:
        until = int(time.time() * 1000) + for_ms
        connection.execute(insert(leases).values(name="projector", owner=owner, until=until))


def owner_of(pid: int, *, host: str = "", began: float = 0.0) -> str:
    return f"{host or socket.gethostname()}|{pid}|{began:.2f}|abc"


def test_a_lease_is_held_and_given_back(engine: Engine) -> None:
    found = Leases(engine)
    assert found.holder("projector") is None
    with found.held("projector"):
        assert found.holder("projector") == f"{socket.gethostname()}, process {os.getpid()}"
        assert found.holder("other") is None
    assert found.holder("projector") is None


def test_it_is_given_back_after_an_error(engine: Engine) -> None:
    with pytest.raises(RuntimeError), Leases(engine).held("projector"):
        raise RuntimeError
    assert Leases(engine).holder("projector") is None


def test_two_threads_of_one_process_take_turns(engine: Engine) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        with Leases(engine).held("projector"):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.02)
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1, 1]


def test_who_waits_too_long_is_told_who_holds_it(engine: Engine) -> None:
    process = psutil.Process()
    given(engine, owner_of(process.pid, began=process.create_time()))
    with (
        pytest.raises(LedgerUnavailable, match=f"process {process.pid}"),
        Leases(engine).held("projector", wait_s=0),
    ):
        pass


def test_a_holder_whose_process_is_gone_is_replaced_at_once(engine: Engine) -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    given(engine, owner_of(process.pid))
    assert Leases(engine).holder("projector") is None
    with Leases(engine).held("projector", wait_s=0):
        pass


def test_a_process_that_only_bears_the_number_of_the_holder_is_not_the_holder(engine: Engine) -> None:
    given(engine, owner_of(os.getpid(), began=psutil.Process().create_time() - 3600))
    with Leases(engine).held("projector", wait_s=0):
        pass


def test_a_holder_on_another_machine_keeps_it_until_it_expires(engine: Engine) -> None:
    given(engine, owner_of(1, host="elsewhere"))
    with pytest.raises(LedgerUnavailable), Leases(engine).held("projector", wait_s=0):
        pass
    with writing(engine) as connection:
        connection.execute(update(leases).values(until=0))
    with Leases(engine).held("projector", wait_s=0):
        pass


def test_it_is_renewed_while_it_is_held(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RENEW_S", 0.02)
    monkeypatch.setattr(module, "LASTS_MS", 600)
    with Leases(engine).held("projector"):
        deadline = time.monotonic() + 10
        first = _until(engine)
        while _until(engine) == first:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def _until(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.scalar(select(leases.c.until)) or 0)
