"""The work of a run: land its file and bring the graph along, from wherever it stopped."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from ingest.collecting import patient_collector
from kb.errors import KbcrmError, LedgerUnavailable
from kb.model.ledger import Run, RunStatus
from kb.projection.keeping import Keeping
from kb.store.leases import Leases
from kb.store.ledger import Ledger

LEASE = "ingest"
TURN_S = 24 * 3600.0  # runs wait for each other
TRIES = 5  # to note in a busy ledger that a run has stopped


class Lands(Protocol):
    """Brings what a run takes in into the ledger, from where it stopped; calls `check` between batches."""

    def land(self, run: Run, check: Callable[[], None]) -> Run: ...


Then = Callable[[Run], str | None]


def nothing(_run: Run) -> None:
    """Nothing follows."""


class Work:
    """Carries runs on. Doing it twice, or after it is done, changes nothing."""

    def __init__(
        self, ledger: Ledger, keeping: Keeping, landings: Mapping[str, Lands], then: Then = nothing
    ) -> None:
        """`landings` by source, "" for the others. `then` hears of a run that is done, and names the next."""
        self._ledger = ledger
        self._keeping = keeping
        self._landings = landings
        self._then = then
        self.unsaid: dict[str, str] = {}  # why runs stopped that the ledger could not be told of
        self._leases = Leases(ledger.engine)

    def carry_on(self, id: str) -> None:
        """Take the run to its end, or to STOPPED with the reason, and then what follows of it.

        Raises for defects of ours only.
        """
        following: str | None = id
        while following is not None:
            self._carry(following)
            done = self._ledger.run(following)
            following = self._then(done) if done.status is RunStatus.DONE else None

    def _carry(self, id: str) -> None:
        with self._leases.held(LEASE, wait_s=TURN_S), patient_collector():
            run = self._ledger.run(id)
            if run.status is not RunStatus.RUNNING:
                return
            began = time.monotonic()
            try:
                self._both(run)
            except KbcrmError as problem:
                self._note(run, RunStatus.STOPPED, str(problem), time.monotonic() - began)
            except Exception as defect:
                words = f"An error of KBCRM itself ({type(defect).__name__}: {defect}). Please report it."
                self._note(run, RunStatus.STOPPED, words, time.monotonic() - began)
                raise
            else:
                self._note(run, RunStatus.DONE, None, time.monotonic() - began)

    def _both(self, run: Run) -> None:
        """Land in this thread, apply in another; the first failure stops both."""
        failures: list[BaseException] = []
        landed = threading.Event()
        follower = threading.Thread(target=_caught, args=(failures, self._follow, landed), name="projector")
        follower.start()
        try:
            landing = self._landings.get(run.source) or self._landings[""]
            landing.land(run, lambda: _raise_first(failures))
        finally:
            landed.set()
            follower.join()
        _raise_first(failures)

    def _follow(self, landed: threading.Event) -> None:
        self._keeping.follow(landed.is_set)

    def _note(self, run: Run, status: RunStatus, problem: str | None, seconds: float) -> None:
        for attempt in range(TRIES):
            try:
                self._ledger.finish(run, status, problem=problem, seconds=seconds)
            except LedgerUnavailable as unavailable:
                if attempt == TRIES - 1:
                    self.unsaid[run.id] = problem or str(unavailable)
                    raise
                time.sleep(0.5 * 2**attempt)
            else:
                return


def _caught(failures: list[BaseException], work: Callable[..., None], landed: threading.Event) -> None:
    try:
        work(landed)
    except BaseException as error:
        failures.append(error)


def _raise_first(failures: list[BaseException]) -> None:
    if failures:
        raise failures[0]
