"""What the embedded graph server keeps in `home`/graph, readable by its owner only."""

import fcntl
import json
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kb.errors import GraphUnavailable

LOG_LINES = 15
POLL = 0.05  # seconds between two tries for the lock

# Lines of the server alone; the JVM's own words, printed before its logger runs, go to console.log.
LOGGING = """\
handlers = java.util.logging.FileHandler
.level = INFO
io.undertow.level = WARNING
org.xnio.level = WARNING
org.jboss.level = WARNING
java.util.logging.FileHandler.pattern = log/server.%g.log
java.util.logging.FileHandler.limit = 10000000
java.util.logging.FileHandler.count = 5
java.util.logging.FileHandler.encoding = UTF-8
java.util.logging.FileHandler.formatter = com.arcadedb.log.LogFormatter
"""


@dataclass(frozen=True, slots=True)
class ServerFolder:
    path: Path

    @classmethod
    def at(cls, home: Path) -> "ServerFolder":
        return cls(home.resolve() / "graph")

    @property
    def log(self) -> Path:
        return self.path / "log" / "server.0.log"

    @property
    def console(self) -> Path:
        return self.path / "log" / "console.log"

    @property
    def state(self) -> Path:
        return self.path / "server.json"

    @property
    def password_file(self) -> Path:
        return self.path / "password"

    @property
    def users(self) -> Path:
        """ArcadeDB's own file of users, made from the password file when it is absent."""
        return self.path / "config" / "server-users.jsonl"

    @contextmanager
    def locked(self, wait_s: float) -> Iterator[None]:
        """Only one process starts or stops the server at a time; the lock ends with its holder.

        Raises GraphUnavailable if others hold it for `wait_s` seconds, or if the folder cannot be used.
        """
        try:
            self._make()
            with (self.path / "lock").open("w") as file:
                self._await_lock(file.fileno(), wait_s)
                yield
        except OSError as error:
            raise GraphUnavailable(
                f"The graph server's folder {self.path} cannot be used ({error.strerror or error}). "
                "Make room on its disk, or let its owner start KBCRM.",
                file=str(error.filename),
            ) from error

    def _make(self) -> None:
        for part in (self.path, self.path / "log"):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.chmod(0o700)

    def _await_lock(self, descriptor: int, wait_s: float) -> None:
        deadline = time.monotonic() + wait_s
        while not _taken(descriptor):
            if time.monotonic() > deadline:
                raise GraphUnavailable(
                    f"Another process has been starting or stopping the graph server for "
                    f"{wait_s:g} seconds (it holds {self.path / 'lock'}). Try again, or end that process."
                )
            time.sleep(POLL)

    def put_right(self) -> list[str]:
        """Make the folder ready for a start. Says what an earlier crash had left."""
        notes = []
        state = self._read()
        if state.get("pid"):
            unclean = any(self.path.glob("databases/*/database.lck"))  # the engine's mark: it replays its log
            how = "crashed or was killed; all it had acknowledged is recovered" if unclean else "was ended"
            notes.append(f"The graph server (process {state['pid']}) {how}.")
            self.forget_process()
        if not self.password_file.exists() and self.users.exists():
            notes.append("The password of the graph server was missing; it has a new one.")
            self.users.unlink()
        if not self.password_file.exists():
            _write_private(self.password_file, secrets.token_urlsafe(32))
        (self.path / "logging.properties").write_text(LOGGING)
        return notes

    def password(self) -> str:
        return self.password_file.read_text()

    def port(self) -> int:
        """Bolt's port: a free one at the first call, the same ever after."""
        state = self._read()
        if not state.get("port"):
            state = {**state, "port": free_port()}
            self._write(state)
        return int(str(state["port"]))

    def process(self) -> tuple[int, float] | None:
        """(pid, epoch seconds at which that process began) of the last server started."""
        state = self._read()
        return (int(str(state["pid"])), float(str(state["began"]))) if state.get("pid") else None

    def remember_process(self, pid: int, began: float, *, port: int | None = None) -> None:
        self._write({**self._read(), "port": port or self.port(), "pid": pid, "began": began})

    def forget_process(self) -> None:
        self._write({key: value for key, value in self._read().items() if key == "port"})

    def log_end(self) -> str:
        """The last lines of the log, and of what Java printed where there is no log yet."""
        lines = [line for file in (self.console, self.log) if file.exists() for line in _lines(file)]
        return "\n".join(lines[-LOG_LINES:])

    def _read(self) -> dict[str, object]:
        """{} for a file that is absent or was cut short by a crash of the machine."""
        try:
            state = json.loads(self.state.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def _write(self, state: dict[str, object]) -> None:
        """Whole or not at all: readers take no lock."""
        new = self.state.with_suffix(".new")
        _write_private(new, json.dumps(state))
        new.replace(self.state)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_private(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text(errors="replace").splitlines() if line.strip()]
