"""A run in processes of its own, killed at chosen moments of its life; for the tests beside this file."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.store import server

CLOCK = "2026-10-01T00:00:00Z"
PATIENCE_S = 120.0
LINES = 12_000  # several batches of records, several of settled customers


def write_orders(path: Path, lines: int = LINES) -> None:
    """Orders of 900 customers over a year, a fixed function of the line number; every tenth line returns."""
    rows = ["order,date,customer,product,description,quantity,price,currency"]
    for n in range(lines):
        order, customer, product = n // 4, (n // 4) % 900, n % 97
        day = 1 + (order * 7) % 28
        quantity = -1 if n % 10 == 9 else 1 + n % 5
        rows.append(
            f"{order},2026-{1 + order % 9:02d}-{day:02d} 10:{n % 60:02d},K-{customer},P-{product},"
            f"Part {product},{quantity},{product}.25,EUR"
        )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Site:
    """One data folder and what happens in it."""

    home: Path

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "webapp.cli", *words]

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KBCRM_")}
        ours = {
            "KBCRM_HOME": str(self.home),
            "KBCRM_CLOCK": CLOCK,
            "KBCRM_GRAPH_MEMORY": "512m",
            "KBCRM_READER": "off",
        }
        return kept | ours

    def run(self, *words: str, may_fail: bool = False) -> str:
        """What the command printed. An exit code other than 0 fails the test, unless it may."""
        done = subprocess.run(
            self.command(*words),
            check=False,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        assert may_fail or done.returncode == 0, f"{words}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        silent = subprocess.DEVNULL
        return subprocess.Popen(self.command(*words), env=self.environment(), stdout=silent, stderr=silent)

    def export(self) -> str:
        return self.run("export", "--format", "ntriples")

    def query(self, sql: str) -> tuple[int, ...] | None:
        """One row of the ledger, read beside whoever writes it; None while there is no such row."""
        path = self.home / "kbcrm.sqlite"
        if not path.exists():
            return None
        ledger = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
        try:
            row: tuple[int, ...] | None = ledger.execute(sql).fetchone()
        except sqlite3.OperationalError:
            return None
        finally:
            ledger.close()
        return row

    def landed(self, run: str = "r1") -> int:
        """Entries of the run that have landed; -1 before it has begun."""
        row = self.query(f"SELECT done FROM runs WHERE id = '{run}'")
        return -1 if row is None else row[0]

    def whole(self) -> bool:
        """Whether all entries have landed."""
        row = self.query("SELECT landed FROM runs WHERE id = 'r1'")
        return bool(row and row[0])

    def status(self) -> str:
        row = self.query("SELECT status FROM runs WHERE id = 'r1'")
        return "" if row is None else str(row[0])

    def kill_graph(self) -> None:
        running = server.status(self.home)
        assert running is not None
        os.kill(running.pid, signal.SIGKILL)

    def stop(self) -> None:
        server.stop(self.home)


def killed(
    site: Site, words: Sequence[str], moment: Callable[[], bool], *, worker: bool = True, graph: bool = False
) -> str:
    """Begin what the command does, kill worker, graph or both at the moment; the first run's status then.

    Fails if the run ended before the moment came.
    """
    site.run("graph", "start")
    process = site.start(*words)
    try:
        until = time.monotonic() + PATIENCE_S
        while not moment():
            assert process.poll() is None, f"the run ended ({site.status()}) before it could be killed"
            assert time.monotonic() < until, "the moment never came"
            time.sleep(0.002)
        status = site.status()
        if graph:
            site.kill_graph()
        if worker:
            process.kill()
        process.wait(PATIENCE_S)
    finally:
        process.kill()
    return status


def told(site: Site) -> dict[str, int]:
    """The counts of the run as the command line shows them."""
    line = site.run("runs", "list", "--json").splitlines()[0]
    found: dict[str, int] = json.loads(line)
    return found
