"""The embedded graph server: ArcadeDB on this machine, found or started, and stopped.

One Java process in a session of its own, so that neither a Ctrl-C nor the end of whoever
started it reaches it. All that it owns lies in `home`/graph: data, logs, password, and
`server.json` with its port, its pid and the moment that process began.
"""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import neo4j
import psutil
from neo4j.exceptions import DriverError, Neo4jError

from kb.errors import GraphUnavailable
from kb.store import server_process
from kb.store.server_folder import ServerFolder
from kb.store.server_process import DATABASE

USER = "root"
POLL = 0.1  # seconds between two looks at a server that is starting

Ending = Literal["stopped", "killed", "absent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that answers. `started` if this call started it; `note` what was put right before."""

    url: str
    user: str
    password: str = field(repr=False)
    pid: int
    started: bool
    note: str = ""


def start(home: Path, *, wait_s: float = 60, heap: str = "1g") -> Running:
    """The server of `home`, started if it does not run, once Bolt answers.

    Of several callers at once one starts it and all get it. `heap` is Java's -Xmx; a server
    that runs keeps the one it has. Raises GraphUnavailable if its port is taken or if it
    does not answer within `wait_s` seconds; a server that is still at work (a big database
    after a crash) is left running then, and the next call finds it.
    """
    folder = ServerFolder.at(home)
    with folder.locked(wait_s):
        notes: list[str] = []
        found = server_process.find(folder) or server_process.adopt(folder)
        if found is None:
            notes = server_process.end_orphans(folder) + folder.put_right()
        process = found or server_process.spawn(folder, heap)
        running = _running(folder, process, started=found is None, note=" ".join(notes))
        _await_bolt(folder, running, process, wait_s)
        return running


def status(home: Path) -> Running | None:
    """The server of `home` if its process runs; it may still be starting."""
    folder = ServerFolder.at(home)
    process = server_process.find(folder)
    return _running(folder, process, started=False) if process else None


def stop(home: Path, *, wait_s: float = 30) -> Ending:
    """Ask the server of `home` to write all to disk and end; kill it after `wait_s` seconds.

    Nothing acknowledged is lost either way; after a kill the next start replays the log.
    """
    folder = ServerFolder.at(home)
    with folder.locked(wait_s):
        process = server_process.find(folder) or server_process.adopt(folder)
        if process is None:
            return "absent"
        ending = server_process.end(process, wait_s)
        with suppress(OSError):  # on a full disk its pid stays written, and is known for stale later
            folder.forget_process()
        return ending


def _running(folder: ServerFolder, process: psutil.Process, *, started: bool, note: str = "") -> Running:
    return Running(
        url=f"bolt://127.0.0.1:{folder.port()}",
        user=USER,
        password=folder.password(),
        pid=process.pid,
        started=started,
        note=note,
    )


def _await_bolt(folder: ServerFolder, running: Running, process: psutil.Process, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while (reason := _unready(running)) is not None:
        if not server_process.alive(process):
            folder.forget_process()
            raise _failed("ended while it was starting", folder, running, reason)
        if time.monotonic() > deadline:
            raise _failed(
                f"does not answer after {wait_s:g} seconds; it is left at it", folder, running, reason
            )
        time.sleep(POLL)


def _unready(running: Running) -> str | None:
    """Why the database does not answer over Bolt yet; None once it does."""
    try:
        with neo4j.GraphDatabase.driver(running.url, auth=(running.user, running.password)) as driver:
            with driver.session(database="system") as session:
                states = {row["name"]: row["currentStatus"] for row in session.run("SHOW DATABASES")}
            if states.get(DATABASE) != "online":
                return f"The database {DATABASE} is {states.get(DATABASE, 'not open')}."
            with driver.session(database=DATABASE) as session:
                session.run("RETURN 1").consume()
    except (DriverError, Neo4jError) as error:
        return str(error)
    return None


def _failed(what: str, folder: ServerFolder, running: Running, reason: str) -> GraphUnavailable:
    return GraphUnavailable(
        f"The graph server (process {running.pid}) {what}. "
        f"The end of its log, {folder.log}:\n{folder.log_end()}",
        url=running.url,
        log=str(folder.log),
        reason=reason,
    )
