"""The one durable workflow, as DBOS knows it. Imported only where jobs run: it takes seconds to load."""

import logging
from collections.abc import Callable

from dbos import DBOS, DBOSConfig, SetWorkflowID

APPLICATION = "kbcrm"
VERSION = "1"  # of the jobs' meaning, not of the program: an upgrade must not orphan what is pending
EXECUTOR = "local"

_work: list[Callable[[str], None]] = []  # what a workflow does, in this process; the latest opened


@DBOS.workflow(name="carry_on")
def carry_on(run: str) -> None:
    """Carry a run on to its end. DBOS calls it again, in the next process, if this one dies."""
    _work[-1](run)


def launch(url: str, work: Callable[[str], None]) -> DBOS:
    """Open the jobs' database and take up what is pending there."""
    logging.getLogger("dbos").setLevel(logging.ERROR)
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_url": url,
        "application_version": VERSION,
        "executor_id": EXECUTOR,
        "enable_otlp": False,
        "log_level": "ERROR",
    }
    opened = DBOS(config=config)
    _work[:] = [work]
    DBOS.launch()
    return opened


def start(run: str, attempt: str) -> None:
    """Begin the workflow in the background; the same (run, attempt) twice is one workflow."""
    with SetWorkflowID(f"{run}/{attempt}"):
        DBOS.start_workflow(carry_on, run)


def close() -> None:
    """Let go; what is unfinished stays pending."""
    DBOS.destroy(workflow_completion_timeout_sec=0)
