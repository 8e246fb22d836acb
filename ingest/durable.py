"""The one durable workflow, as DBOS knows it. Imported only where jobs run: it takes seconds to load."""

import logging
import sqlite3
import time
from collections.abc import Callable

from dbos import DBOS, DBOSConfig, SetWorkflowID
from sqlalchemy import Engine, event

APPLICATION = "kbcrm"
VERSION = "1"  # of the jobs' meaning, not of the program: an upgrade must not orphan what is pending
EXECUTOR = "local"

SUBSECONDS_SINCE = (3, 42)  # the SQLite that knows unixepoch('subsec'), which DBOS asks for

Work = Callable[[str], None]

_works: dict[str, list[Work]] = {}  # by ledger: what a workflow does, the latest opened last


def _tell_the_time(connection: object, _record: object) -> None:
    """Older ones than 3.42 answer with NULL, and then no job could begin."""
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("unixepoch", 1, lambda _precision: round(time.time(), 3))


if sqlite3.sqlite_version_info < SUBSECONDS_SINCE:
    event.listen(Engine, "connect", _tell_the_time)


@DBOS.workflow(name="carry_on")
def carry_on(ledger: str, run: str) -> None:
    """Carry a run on to its end. DBOS calls it again, in the next process, if this one dies."""
    _works[ledger][-1](run)


def launch(url: str, ledger: str, work: Work) -> None:
    """Open the jobs' database and take up what is pending there.

    A process has one: whoever comes second, as tests do, shares the first one's.
    """
    first = not _works
    _works.setdefault(ledger, []).append(work)
    if not first:
        return
    logging.getLogger("dbos").setLevel(logging.ERROR)
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_url": url,
        "application_version": VERSION,
        "executor_id": EXECUTOR,
        "enable_otlp": False,
        "log_level": "ERROR",
    }
    DBOS(config=config)
    DBOS.launch()


def start(ledger: str, run: str, attempt: str) -> None:
    """Begin the workflow in the background; the same (ledger, run, attempt) twice is one workflow."""
    with SetWorkflowID(f"{ledger}/{run}/{attempt}"):
        DBOS.start_workflow(carry_on, ledger, run)


def close(ledger: str) -> None:
    """Let go; what is unfinished stays pending."""
    _works[ledger].pop()
    if not _works[ledger]:
        del _works[ledger]
    if not _works:
        DBOS.destroy(workflow_completion_timeout_sec=0)
