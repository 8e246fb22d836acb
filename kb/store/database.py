"""The relational database of the ledger, the accounts and the jobs: SQLite in a file, or PostgreSQL.

SQLite runs in WAL mode with every commit on disk (synchronous=FULL). A writing
transaction takes the write lock at its start, so that two writers queue up
instead of failing half-way.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from kb.errors import LedgerUnavailable

BUSY_TIMEOUT_MS = 30_000


def connect(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`. Nothing is opened yet."""
    if url.startswith("postgresql://"):
        return create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), pool_pre_ping=True)
    engine = create_engine(url)
    event.listen(engine, "connect", _sqlite_pragmas)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes; committed at the end, rolled back whole on an error.

    Raises LedgerUnavailable when the database cannot take the write: gone, locked, disk full.
    """
    with _translated(), engine.connect() as plain:
        connection = plain.execution_options(kbcrm_writes=True)
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads. Raises LedgerUnavailable when the database does not answer."""
    with _translated(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise LedgerUnavailable(_problem(error)) from error
    except DBAPIError as error:
        if "disk" in str(error.orig).lower():
            raise LedgerUnavailable(_problem(error)) from error
        raise


def _problem(error: DBAPIError) -> str:
    words = str(error.orig)
    if "full" in words:
        return "The disk that holds the ledger is full. Free some space; the work then goes on."
    if "locked" in words:
        return "The ledger's database is locked by another program. Close it; the work then goes on."
    return f"The ledger's database does not answer ({words}). Check KBCRM_DATABASE and KBCRM_HOME."


def _sqlite_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, by their purpose
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "temp_store=MEMORY",
        "cache_size=-65536",  # 64 MiB
        "wal_autocheckpoint=8000",  # pages (32 MiB): pages of an index that batches share are copied once
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("kbcrm_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
