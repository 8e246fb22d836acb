"""Leases: one holder at a time across processes, and none that outlives its process.

A lease is renewed while it is held and expires soon after its holder stops. A
holder that died on this machine is recognised by its process being gone, so
that a restart after a crash need not wait.
"""

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from kb.errors import KbcrmError, LedgerUnavailable
from kb.store.database import reading, writing
from kb.store.schema import leases

LASTS_MS = 30_000
RENEW_S = 8.0
POLL_S = 0.05


class Leases:
    """Named leases in the database. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def held(self, name: str, *, wait_s: float = 60.0) -> Iterator[None]:
        """Hold the lease for the block. Raises LedgerUnavailable if not free within `wait_s` seconds."""
        owner = _owner()
        until = time.monotonic() + wait_s
        while not self._take(name, owner):
            if time.monotonic() > until:
                raise LedgerUnavailable(
                    f"Another KBCRM process has been holding the {name} for {wait_s:.0f} seconds "
                    f"({self.holder(name)}). Try again when it has finished, or stop that process."
                )
            time.sleep(POLL_S)
        stop = threading.Event()
        renewing = threading.Thread(target=self._renew, args=(name, owner, stop), daemon=True)
        renewing.start()
        try:
            yield
        finally:
            stop.set()
            renewing.join()
            with suppress(KbcrmError), writing(self._engine) as connection:
                connection.execute(delete(leases).where(leases.c.name == name, leases.c.owner == owner))

    def holder(self, name: str) -> str | None:
        """Who holds the lease now ("host, process 123"); None while it is free."""
        with reading(self._engine) as connection:
            row = connection.execute(select(leases).where(leases.c.name == name)).first()
        if row is None or not _alive(row.owner, row.until):
            return None
        host, pid, *_ = row.owner.split("|")
        return f"{host}, process {pid}"

    def _take(self, name: str, owner: str) -> bool:
        with suppress(IntegrityError), writing(self._engine) as connection:
            return self._take_in(connection, name, owner)
        return False

    def _take_in(self, connection: Connection, name: str, owner: str) -> bool:
        row = connection.execute(select(leases).where(leases.c.name == name)).first()
        until = _now() + LASTS_MS
        if row is None:
            connection.execute(insert(leases).values(name=name, owner=owner, until=until))
            return True
        if _alive(row.owner, row.until):
            return False
        taken = connection.execute(
            update(leases)
            .where(leases.c.name == name, leases.c.owner == row.owner)
            .values(owner=owner, until=until)
        )
        return taken.rowcount == 1

    def _renew(self, name: str, owner: str, stop: threading.Event) -> None:
        while not stop.wait(RENEW_S):
            with suppress(KbcrmError), writing(self._engine) as connection:
                mine = (leases.c.name == name, leases.c.owner == owner)
                connection.execute(update(leases).where(*mine).values(until=_now() + LASTS_MS))


def _now() -> int:
    return int(time.time() * 1000)


def _owner() -> str:
    process = psutil.Process()
    return f"{socket.gethostname()}|{os.getpid()}|{process.create_time():.2f}|{uuid.uuid4().hex}"


def _alive(owner: str, until: int) -> bool:
    """Whether the holder may still be at work: not expired, and its process there if it is one of ours."""
    if until < _now():
        return False
    host, pid, created, _ = owner.split("|")
    if host != socket.gethostname():
        return True
    try:
        return abs(psutil.Process(int(pid)).create_time() - float(created)) < 1
    except psutil.Error:
        return False
