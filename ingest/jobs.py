"""Durable jobs: a run that was begun is carried to its end, by this process or the next one.

DBOS keeps the jobs in a database of its own beside the ledger. A process that
starts takes up what a dead one left. Two processes that take up the same run
do no harm: one lease decides, and the other finds the run done.
"""

import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any


class Jobs:
    """The jobs of one ledger in this process."""

    def __init__(self, database_url: str, ledger: str, carry_on: Callable[[str], None]) -> None:
        self._url = database_url
        self._ledger = ledger
        self._carry_on = carry_on
        self._durable: Any = None
        self._lock = threading.Lock()

    def launch(self) -> None:
        """Open the jobs' database and take up what is pending. Once; a second call does nothing."""
        with self._lock:
            if self._durable is None:
                durable = import_module("ingest.durable")
                durable.launch(self._url, self._ledger, self._carry_on)
                self._durable = durable

    def start(self, run: str, attempt: str) -> None:
        """Carry the run on in the background. The same (run, attempt) twice is one job."""
        self.launch()
        self._durable.start(self._ledger, run, attempt)

    def close(self) -> None:
        """Let go; unfinished jobs stay pending for whoever opens next."""
        with self._lock:
            if self._durable is not None:
                self._durable.close(self._ledger)
                self._durable = None
