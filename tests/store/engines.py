"""The two graph engines, brought up for the tests: the embedded server and a real Neo4j.

Neo4j is taken from KBCRM_TEST_NEO4J (bolt://user:password@host:port) or, where Maven and
Java 17 or newer are present, started here from its published jars on loopback with an
empty temporary data folder. The jars are copied once, into ~/.cache/kbcrm-test.
"""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kb.errors import GraphUnavailable
from kb.store import server
from kb.store.graph import Graph, connect
from kb.store.server_folder import free_port

POM = Path(__file__).parent.parent / "neo4j" / "pom.xml"
READY_WITHIN = 120  # seconds; ten on an idle machine
OPENED = ("java.nio", "java.io", "sun.nio.ch")


class EngineMissing(Exception):
    """One sentence that says why this machine cannot run an engine."""


@dataclass(frozen=True, slots=True)
class Address:
    url: str
    user: str = ""
    password: str = ""
    home: Path | None = None

    def connect(self) -> Graph:
        return connect(self.url, self.user, self.password, self.home)


@contextmanager
def embedded(home: Path) -> Iterator[Address]:
    running = server.start(home, heap="512m")
    try:
        yield Address(running.url, running.user, running.password, home)
    finally:
        server.stop(home)


@contextmanager
def neo4j() -> Iterator[Address]:
    """Raises EngineMissing where none is named and none can be started."""
    named = os.environ.get("KBCRM_TEST_NEO4J")
    if named:
        parts = urlsplit(named)
        host = parts.netloc.rpartition("@")[2]
        yield Address(
            f"{parts.scheme}://{host}", unquote(parts.username or ""), unquote(parts.password or "")
        )
        return
    jars = _jars()
    with tempfile.TemporaryDirectory(prefix="kbcrm-neo4j-") as home, _server(jars, Path(home)) as address:
        yield address


@contextmanager
def _server(jars: Path, home: Path) -> Iterator[Address]:
    port = free_port()
    _configure(home, port)
    log = home / "console.log"
    with log.open("wb") as console:
        process = subprocess.Popen(
            _command(jars, home),
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
        )
    try:
        address = Address(f"bolt://127.0.0.1:{port}")
        _await(address, process, log)
        yield address
    finally:
        process.kill()  # its data are thrown away: no need to let it write them
        process.wait()


def _command(jars: Path, home: Path) -> list[str]:
    return [
        "java",
        *("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),  # quick to start matters most here
        *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED),
        *("-cp", f"{jars}/*", "org.neo4j.server.CommunityEntryPoint"),
        *(f"--home-dir={home}", f"--config-dir={home}/conf"),
    ]


def _configure(home: Path, port: int) -> None:
    settings = {
        "server.default_listen_address": "127.0.0.1",
        "server.bolt.listen_address": f"127.0.0.1:{port}",
        "server.http.enabled": "false",
        "dbms.usage_report.enabled": "false",
        "dbms.security.auth_enabled": "false",
        "server.memory.pagecache.size": "64m",
        "db.tx_log.rotation.size": "16m",
        "db.tx_log.preallocate": "false",
    }
    conf = home / "conf" / "neo4j.conf"
    conf.parent.mkdir()
    conf.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))


def _await(address: Address, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not _answers(address):
        if process.poll() is not None or time.monotonic() > deadline:
            raise EngineMissing(f"Neo4j did not come up: {' '.join(log.read_text()[-800:].split())}")
        time.sleep(0.2)


def _answers(address: Address) -> bool:
    try:
        graph = address.connect()
    except GraphUnavailable:
        return False
    try:
        graph.read("RETURN 1")
    except GraphUnavailable:
        return False
    finally:
        graph.close()
    return True


def _jars() -> Path:
    """The folder of Neo4j's jars, copied by Maven at the first call; other processes wait for it."""
    _check_tools()
    version = re.search(r"<neo4j.version>(.+)</neo4j.version>", POM.read_text())
    assert version
    folder = Path.home() / ".cache" / "kbcrm-test" / f"neo4j-{version[1]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "lib").exists():
            _copy_jars(folder)
    return folder / "lib"


def _check_tools() -> None:
    for tool in ("mvn", "java"):
        if not shutil.which(tool):
            raise EngineMissing(
                f"no Neo4j: set KBCRM_TEST_NEO4J, or install Maven and Java 17 ({tool} is absent)"
            )
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if not version or int(version[1]) < 17:
        raise EngineMissing("no Neo4j: it needs Java 17 or newer, or set KBCRM_TEST_NEO4J")


def _copy_jars(folder: Path) -> None:
    """In a folder that holds no other pom; complete or not there at all."""
    shutil.copy(POM, folder / "pom.xml")
    new = folder / "lib.new"
    shutil.rmtree(new, ignore_errors=True)
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={new}"]
    done = subprocess.run(["mvn", "-q", "-B", *goal], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EngineMissing(f"no Neo4j: Maven could not fetch it: {' '.join(done.stdout[-400:].split())}")
    new.rename(folder / "lib")
