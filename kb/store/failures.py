"""What the driver's errors mean to the rest of KBCRM, and which of them are worth another try."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    ConstraintError,
    CypherTypeError,
    DatabaseError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from kb.errors import Conflict, GraphUnavailable, Invalid, InvalidSetting

T = TypeVar("T")

PATIENCE = 20.0  # seconds of trying again while the server says that it is busy
RACES = 6  # tries of work that breaks a constraint: the racing twin has committed by then
RECONNECTS = 3  # tries over a lost connection; a restarted server is found at the second
PAUSE, LONGEST_PAUSE = 0.01, 1.0  # seconds, doubled after each try

LOST_TRANSACTION = "Neo.ClientError.Transaction."  # ArcadeDB's answer when its disk is full
WRITES_IN_A_READ = "Neo.ClientError.Statement.AccessMode"


class Failures:
    """Errors of one server, named by its address and, for the embedded one, its log."""

    def __init__(self, url: str, home: Path | None) -> None:
        self.url = url
        self._log = home / "graph" / "log" / "server.0.log" if home else None

    def retried(self, attempt: Callable[[], T]) -> T:
        """What `attempt` returns at last; its error in KBCRM's terms once more tries are no use."""
        began, tries = time.monotonic(), 0
        with self.translated():
            while True:
                tries += 1
                try:
                    return attempt()
                except (Neo4jError, DriverError) as error:
                    if not _worth_another_try(error, tries, time.monotonic() - began):
                        raise
                time.sleep(_pause(tries))
        raise AssertionError("unreachable")

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Raises KBCRM's error for the driver's. A mistake in a query stays what it is: a bug."""
        try:
            yield
        except (Neo4jError, DriverError) as error:
            meant = self._meaning(error)
            if meant is None:
                error.add_note(f"Graph server {self.url}; its log: {self._log or 'on that server'}")
                raise
            raise meant from error

    def _meaning(self, error: Exception) -> Exception | None:
        if isinstance(error, ConfigurationError | AuthError):
            return InvalidSetting("KBCRM_GRAPH", f"{self.url}: {_said(error)}")
        if isinstance(error, ConstraintError):
            return Conflict("The graph already holds another node with the same key.", reason=_said(error))
        if isinstance(error, CypherTypeError):
            return Invalid("parameters", f"The graph cannot store a value: {_said(error)}.")
        if isinstance(error, ClientError) and error.code == WRITES_IN_A_READ:
            return Invalid("query", "A statement that writes belongs into `write`.")
        if isinstance(error, ClientError) and not _lost_transaction(error):
            return None
        return self._unavailable(error)

    def _unavailable(self, error: Exception) -> GraphUnavailable:
        return GraphUnavailable(self._problem(error), url=self.url, reason=_said(error))

    def _problem(self, error: Exception) -> str:
        where = f"The graph server at {self.url}"
        log = f" Its log: {self._log}." if self._log else ""
        if isinstance(error, TransientError):
            return f"{where} is too busy or is starting or stopping; try again in a moment.{log}"
        if isinstance(error, DatabaseError | ClientError):
            return f"{where} failed within; look whether its disk is full and what its log says.{log}"
        return f"{where} does not answer. Start it, or correct KBCRM_GRAPH if it is another.{log}"


def _lost_transaction(error: ClientError) -> bool:
    return (error.code or "").startswith(LOST_TRANSACTION)


def _worth_another_try(error: Neo4jError | DriverError, tries: int, seconds: float) -> bool:
    """A commit whose answer got lost (IncompleteCommit) is not retryable: it may have happened."""
    if isinstance(error, ConstraintError):
        return tries < RACES
    if isinstance(error, ServiceUnavailable | SessionExpired):
        return error.is_retryable() and tries < RECONNECTS
    return error.is_retryable() and seconds < PATIENCE


def _pause(tries: int) -> float:
    """Seconds; spread by chance, so that two that raced do not race again."""
    return min(LONGEST_PAUSE, PAUSE * 2.0**tries) * random.uniform(0.5, 1)  # noqa: S311 - no secret


def _said(error: Exception) -> str:
    text = (error.message if isinstance(error, Neo4jError) else None) or str(error)
    return " ".join(text.split())[:300].rstrip(".")
