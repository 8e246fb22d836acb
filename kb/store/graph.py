"""The graph over the official driver: one class for both engines.

All reads and writes run in explicit transactions: a failing auto-commit statement of
ArcadeDB leaves what it had written, an explicit transaction rolls back whole.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, LiteralString, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

import neo4j
from neo4j.graph import Entity
from neo4j.graph import Path as GraphPath

from kb.errors import Invalid, InvalidSetting
from kb.ports import GraphSchema, Row, Transaction
from kb.store import dialect
from kb.store.failures import Failures
from kb.store.parameters import check_parameters

T = TypeVar("T")

CLEAR_RELATIONSHIPS = "MATCH ()-[r]->() WITH r LIMIT $batch DELETE r RETURN count(*) AS gone"
CLEAR_NODES = "MATCH (n) WITH n LIMIT $batch DETACH DELETE n RETURN count(*) AS gone"

SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
CONNECTION_TIMEOUT = 5.0  # seconds to open one connection
POOL_TIMEOUT = 15.0  # seconds to wait for one of the pool
STREAM_BATCH = 1000  # rows the driver holds of a stream
CLEAR_BATCH = 5000  # nodes or relationships of one transaction


def connect(url: str, user: str, password: str, home: Path | None = None) -> "Graph":
    """The graph at a bolt:// or neo4j:// address, whichever engine answers there.

    `home` is the folder of the embedded server, if the server is that one: errors then
    name its log. `user` and `password` may also stand in the address (user:password@host).
    Raises GraphUnavailable if nothing answers, InvalidSetting if the address cannot be one
    or the password is refused.
    """
    url, user, password = _address(url, user, password)
    failures = Failures(url, home)
    with failures.translated():
        driver = neo4j.GraphDatabase.driver(
            url,
            auth=(user, password) if user else None,
            user_agent="kbcrm",
            connection_timeout=CONNECTION_TIMEOUT,
            connection_acquisition_timeout=POOL_TIMEOUT,
            notifications_min_severity=neo4j.NotificationMinimumSeverity.OFF,
            telemetry_disabled=True,
        )
    try:
        with failures.translated():
            agent = driver.get_server_info().agent
    except BaseException:
        driver.close()
        raise
    return Graph(driver, dialect.of_agent(agent), failures)


def _address(url: str, user: str, password: str) -> tuple[str, str, str]:
    """The address without what is secret in it, the user and the password."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname or not _port_is_a_number(parts):
        shown = url.rpartition("@")[2] or "nothing"
        raise InvalidSetting(
            "KBCRM_GRAPH", f"{shown} is no address; write for example bolt://127.0.0.1:7687."
        )
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return bare, user or unquote(parts.username or ""), password or unquote(parts.password or "")


def _port_is_a_number(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


class Graph:
    """See kb.ports.Graph. Safe to share between threads, not between processes."""

    def __init__(self, driver: neo4j.Driver, of: dialect.Dialect, failures: Failures) -> None:
        self.engine = of.engine
        self._driver = driver
        self._dialect = of
        self._failures = failures

    def read(self, query: LiteralString | str, /, **params: object) -> list[Row]:
        check_parameters(params)
        return self._failures.retried(lambda: list(self._rows(query, params)))

    def stream(self, query: LiteralString | str, /, **params: object) -> Iterator[Row]:
        check_parameters(params)
        return self._stream(query, params)

    def _stream(self, query: str, params: Mapping[str, object]) -> Iterator[Row]:
        """Left early, it costs ArcadeDB the rest of the rows: it counts them out instead of dropping them."""
        with self._failures.translated():
            yield from self._rows(query, params)

    def _rows(self, query: str, params: Mapping[str, object]) -> Iterator[Row]:
        """ArcadeDB lets a read write, so a read is rolled back, never committed, and says so."""
        with self._session(neo4j.READ_ACCESS) as session, closing(session.begin_transaction()) as tx:
            result = tx.run(query, dict(params))
            for record in result:
                yield _row(record)
            if result.consume().counters.contains_updates:
                raise Invalid("query", "A statement that writes belongs into `write`.")

    def write(self, work: Callable[[Transaction], T]) -> T:
        return self._failures.retried(lambda: self._write_once(work))

    def _write_once(self, work: Callable[[Transaction], T]) -> T:
        with self._session(neo4j.WRITE_ACCESS) as session, closing(session.begin_transaction()) as tx:
            result = work(_Transaction(tx))
            tx.commit()
            return result

    def prepare(self, schema: GraphSchema) -> None:
        for statement in dialect.schema_statements(self._dialect, schema):
            self._run(statement)
        if self._dialect.await_indexes:
            self._run(self._dialect.await_indexes)

    def clear(self) -> None:
        for statement in (CLEAR_RELATIONSHIPS, CLEAR_NODES):
            while self._run(statement, batch=CLEAR_BATCH)[0]["gone"]:
                pass

    def _run(self, query: str, **params: object) -> list[Row]:
        return self.write(lambda tx: tx.run(query, **params))

    def close(self) -> None:
        self._driver.close()

    def _session(self, mode: str) -> neo4j.Session:
        return self._driver.session(
            database=self._dialect.database, default_access_mode=mode, fetch_size=STREAM_BATCH
        )


class _Transaction:
    def __init__(self, tx: neo4j.Transaction) -> None:
        self._tx = tx

    def run(self, query: LiteralString | str, /, **params: object) -> list[Row]:
        check_parameters(params)
        quiet = {name: _Rows(value) if type(value) is list else value for name, value in params.items()}
        return [_row(record) for record in self._tx.run(query, quiet)]


class _Rows(list[Any]):
    """Rows that do not spell themselves out: the driver words every statement for its log, read or not."""

    def __repr__(self) -> str:
        return f"[{len(self)} rows]"


def _row(record: neo4j.Record) -> Row:
    return {key: _plain(value) for key, value in zip(record.keys(), record.values(), strict=True)}


def _plain(value: Any) -> Any:
    """Nodes and relationships as their properties; a path as its nodes' and relationships' in turn."""
    if isinstance(value, Entity):
        return dict(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, GraphPath):
        return [dict(entity) for entity in _entities(value)]
    return value


def _entities(path: GraphPath) -> Iterator[Entity]:
    for node, relationship in zip(path.nodes, path.relationships, strict=False):
        yield node
        yield relationship
    yield path.nodes[-1]
