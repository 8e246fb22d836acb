"""The embedded server: found or started once, durable, private, and honest about what went wrong."""

import itertools
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from kb.errors import GraphUnavailable, InvalidSetting
from kb.ports import GraphSchema
from kb.store import server
from kb.store.graph import Graph, connect
from kb.store.server_folder import ServerFolder, free_port

START = """
import sys
from pathlib import Path
from kb.store import server
print(server.start(Path(sys.argv[1]), heap="256m").pid, flush=True)
sys.stdin.read()
"""
SMALL = "256m"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    server.stop(tmp_path, wait_s=10)


def starter(home: Path) -> subprocess.Popen[str]:
    """Another program that starts the server, in a process group of its own as a shell would give it."""
    root = Path(__file__).parent.parent.parent
    command = [sys.executable, "-c", START, str(home)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=root, stdin=pipe, stdout=pipe, text=True, process_group=0)


def graph_of(running: server.Running) -> Graph:
    return connect(running.url, running.user, running.password)


def count(running: server.Running) -> int:
    graph = graph_of(running)
    (row,) = graph.read("MATCH (n:Customer) RETURN count(n) AS n")
    graph.close()
    return int(row["n"])


def test_several_programs_that_start_it_at_once_get_the_same_server(home: Path) -> None:
    pids = {int(program.communicate()[0]) for program in [starter(home), starter(home)]}
    running = server.start(home)
    assert pids == {running.pid}
    assert not running.started
    assert running.note == ""
    assert server.status(home) == running
    assert "password" not in repr(running)


def test_neither_ctrl_c_nor_the_end_of_its_starter_reaches_it(home: Path) -> None:
    program = starter(home)
    assert program.stdout
    pid = int(program.stdout.readline())
    os.killpg(program.pid, signal.SIGINT)
    assert program.wait() != 0
    running = server.start(home)
    assert (running.pid, running.started) == (pid, False)


def test_stopping_writes_all_to_disk_and_the_next_start_has_nothing_to_repair(home: Path) -> None:
    first = server.start(home, heap=SMALL)
    graph = graph_of(first)
    graph.write(lambda tx: tx.run("UNWIND range(1, 1000) AS n CREATE (:Customer {id: n})"))
    graph.close()
    assert server.stop(home) == "stopped"
    assert server.stop(home) == "absent"
    assert server.status(home) is None
    second = server.start(home, heap=SMALL)
    assert second.url == first.url
    assert second.note == ""
    assert count(second) == 1000
    assert "ecovery" not in ServerFolder.at(home).log.read_text()


def write_until_refused(graph: Graph, worker: int, acknowledged: list[str]) -> None:
    for number in itertools.count():
        id = f"{worker}-{number}"
        try:
            graph.write(lambda tx, id=id: tx.run("CREATE (:Customer {id: $id})", id=id))  # type: ignore[misc]
        except GraphUnavailable:
            return
        acknowledged.append(id)


def test_a_kill_under_load_loses_nothing_acknowledged_and_is_reported(home: Path) -> None:
    killed = server.start(home, heap=SMALL)
    graph = graph_of(killed)
    graph.prepare(GraphSchema(unique=(("Customer", "id"),)))
    acknowledged: list[str] = []
    workers = [threading.Thread(target=write_until_refused, args=(graph, n, acknowledged)) for n in range(2)]
    for worker in workers:
        worker.start()
    while len(acknowledged) < 400:
        time.sleep(0.01)
    os.kill(killed.pid, signal.SIGKILL)
    for worker in workers:
        worker.join()
    again = server.start(home, heap=SMALL)
    assert again.started
    assert f"process {killed.pid}" in again.note
    ids = {row["id"] for row in graph.read("MATCH (n:Customer) RETURN n.id AS id LIMIT 100000")}
    graph.close()
    assert ids >= set(acknowledged)
    assert len(ids) <= len(acknowledged) + len(workers)  # and at most the one in flight of each


@pytest.mark.usefixtures("arcadedb")
def test_it_is_durable_private_and_on_loopback_only(embedded_home: Path) -> None:
    folder = ServerFolder.at(embedded_home)
    log = folder.log.read_text()
    assert "started in 'production' mode" in log
    assert "WAL flush: 1 (flush without metadata) [OK]" in log
    running = server.status(embedded_home)
    assert running
    process = psutil.Process(running.pid)
    listening = [c.laddr.ip for c in process.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    assert len(listening) == 2
    assert {ip.removeprefix("::ffff:") for ip in listening} == {"127.0.0.1"}
    assert running.password not in " ".join(process.cmdline())
    assert os.getsid(running.pid) == running.pid
    for path in (folder.path, folder.path / "log", folder.path / "databases"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.password_file.stat().st_mode) == 0o600
    assert len(running.password) > 30


def test_a_full_disk_refuses_writes_loses_nothing_and_the_work_resumes(home: Path) -> None:
    running = server.start(home, heap=SMALL)
    graph = graph_of(running)
    graph.prepare(GraphSchema(unique=(("Customer", "id"),)))
    process = psutil.Process(running.pid)
    _, hard = process.rlimit(psutil.RLIMIT_FSIZE)
    process.rlimit(psutil.RLIMIT_FSIZE, (2 * 2**20, hard))  # no file grows beyond, as on a full disk
    written = itertools.count()

    def write() -> None:
        rows = [{"id": f"{next(written)}", "text": "x" * 2000} for _ in range(100)]
        graph.write(lambda tx: tx.run("UNWIND $rows AS row CREATE (c:Customer) SET c += row", rows=rows))

    done = 0
    with pytest.raises(GraphUnavailable, match="disk"):
        while done < 100:
            write()
            done += 1
    assert count(running) == 100 * done
    process.rlimit(psutil.RLIMIT_FSIZE, (hard, hard))
    write()
    graph.close()
    server.stop(home)
    assert count(server.start(home, heap=SMALL)) == 100 * (done + 1)


def test_a_server_whose_state_file_was_lost_is_found_again(home: Path) -> None:
    running = server.start(home, heap=SMALL)
    ServerFolder.at(home).state.unlink()
    again = server.start(home)
    assert (again.pid, again.url, again.started) == (running.pid, running.url, False)


def test_a_server_whose_folder_was_deleted_is_ended_by_the_next_start(home: Path) -> None:
    orphan = server.start(home, heap=SMALL)
    shutil.rmtree(home / "graph")
    running = server.start(home, heap=SMALL)
    assert running.started
    assert f"process {orphan.pid}" in running.note
    assert count(running) == 0


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "graph").write_text("a file where the folder should be")
    with pytest.raises(GraphUnavailable, match="graph cannot be used"):
        server.start(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> ServerFolder:
    folder = ServerFolder.at(tmp_path)
    with folder.locked(1):
        folder.put_right()
    return folder


def test_a_pid_that_another_process_took_over_is_not_the_server(folder: ServerFolder) -> None:
    folder.remember_process(os.getpid(), psutil.Process().create_time() - 3600)
    assert server.status(folder.path.parent) is None
    assert server.stop(folder.path.parent) == "absent"
    (note,) = folder.put_right()
    assert f"process {os.getpid()}" in note
    assert folder.put_right() == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": null}'])
def test_a_state_file_cut_short_by_a_crash_is_no_obstacle(folder: ServerFolder, content: str) -> None:
    folder.state.write_text(content)
    assert server.status(folder.path.parent) is None
    assert folder.port() == folder.port()


def test_a_lost_password_is_replaced_together_with_the_user_it_belonged_to(folder: ServerFolder) -> None:
    before = folder.password()
    folder.password_file.unlink()
    folder.users.parent.mkdir()
    folder.users.write_text("{}")
    (note,) = folder.put_right()
    assert "new one" in note
    assert not folder.users.exists()
    assert folder.password() != before


def test_a_taken_port_is_named_with_its_holder(folder: ServerFolder) -> None:
    with socket.socket() as taker:
        taker.bind(("127.0.0.1", folder.port()))
        taker.listen()
        with pytest.raises(GraphUnavailable, match=str(folder.port())) as error:
            server.start(folder.path.parent)
    assert f"process {os.getpid()}" in str(error.value)
    assert str(folder.state) in str(error.value)


def test_a_server_that_does_not_come_up_is_quoted(home: Path) -> None:
    with pytest.raises(GraphUnavailable, match="ended while it was starting") as error:
        server.start(home, heap="1k")
    assert "Too small maximum heap" in str(error.value)
    assert str(ServerFolder.at(home).log) in str(error.value)
    assert server.status(home) is None


def test_a_server_that_needs_longer_is_left_at_it_and_found_by_the_next_call(home: Path) -> None:
    with pytest.raises(GraphUnavailable, match="does not answer after 0 seconds"):
        server.start(home, wait_s=0, heap=SMALL)
    pending = server.status(home)
    assert pending
    assert server.start(home).pid == pending.pid


def test_a_server_that_hangs_is_killed_after_a_bounded_wait(home: Path) -> None:
    running = server.start(home, heap=SMALL)
    os.kill(running.pid, signal.SIGSTOP)
    assert server.stop(home, wait_s=0.5) == "killed"
    assert not psutil.pid_exists(running.pid)


def test_a_heap_that_is_no_size_is_refused(folder: ServerFolder) -> None:
    with pytest.raises(InvalidSetting, match="much"):
        server.start(folder.path.parent, heap="much")


def test_a_starter_that_hangs_is_named(folder: ServerFolder) -> None:
    with folder.locked(1), pytest.raises(GraphUnavailable, match="lock"):
        server.start(folder.path.parent, wait_s=0.2)


def test_the_state_holds_the_port_and_the_process_only(home: Path) -> None:
    port = free_port()
    folder = ServerFolder.at(home)
    with folder.locked(1):
        folder.state.write_text(json.dumps({"port": port}))
    running = server.start(home, heap=SMALL)
    assert running.url == f"bolt://127.0.0.1:{port}"
    assert set(json.loads(folder.state.read_text())) == {"port", "pid", "began"}
