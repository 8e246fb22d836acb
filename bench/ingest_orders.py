"""How fast order files come in, beside the bare store's own rate for the same graph.

    python bench/ingest_orders.py FILE [--pairs 3]

A pair: (1) FILE through the whole ingest, ledger and graph, in a process of its
own, on a data folder and a graph server just started; (2) the very statements
and rows that the ingest sends to the graph, recorded once beforehand, sent to
another server just started. Lines a second are records over the seconds from
opening the run to its end; the ratio is (1) over (2), pair by pair. Prints one
JSON line with the medians.
"""

import argparse
import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from ingest.overrides import Defaults  # noqa: E402 -- run from a checkout
from ingest.runs import Runs  # noqa: E402
from kb.model.viewer import administrator  # noqa: E402
from kb.ports import Graph, Row, Transaction  # noqa: E402
from kb.projection.keeping import Keeping, graph_schema  # noqa: E402
from kb.store import database, server  # noqa: E402
from kb.store.graph import connect  # noqa: E402
from kb.store.ledger import Ledger  # noqa: E402


class Recording:
    """A graph that notes every statement it is sent, a list for each transaction."""

    def __init__(self, graph: Graph, out: IO[bytes]) -> None:
        self._graph = graph
        self._out = out

    def __getattr__(self, name: str) -> Any:
        return getattr(self._graph, name)

    def write(self, work: Callable[[Transaction], Any]) -> Any:
        sent: list[tuple[str, dict[str, object]]] = []

        class Noted:
            def __init__(self, tx: Transaction) -> None:
                self._tx = tx

            def run(self, query: str, /, **params: object) -> list[Row]:
                sent.append((query, params))
                return self._tx.run(query, **params)

        result = self._graph.write(lambda tx: work(Noted(tx)))
        pickle.dump(sent, self._out)
        return result


def ingest(file: Path, record: Path | None = None) -> dict[str, float]:
    """The whole way of one file in this process; seconds, lines and peak memory (MB)."""
    with tempfile.TemporaryDirectory(prefix="kbcrm-bench-") as folder:
        home = Path(folder)
        running = server.start(home)
        try:
            graph: Any = connect(running.url, running.user, running.password, home)
            graph.prepare(graph_schema())
            out = record.open("wb") if record else None
            ledger = Ledger(
                database.connect(f"sqlite:///{home}/kbcrm.sqlite"), lambda: time.time_ns() // 1_000_000
            )
            keeping = Keeping(ledger, Recording(graph, out) if out else graph)
            runs = Runs(
                ledger, keeping, home=home, jobs_url=f"sqlite:///{home}/jobs.sqlite", defaults=Defaults()
            )
            runs.jobs.launch()
            began = time.perf_counter()
            row = runs.wait(administrator(), runs.start(administrator(), source="orders", path=file))
            seconds = time.perf_counter() - began
            runs.close()
            graph.close()
            if out:
                out.close()
        finally:
            server.stop(home)
    import resource  # noqa: PLC0415 -- not on every system

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert row.status == "done", row.reason
    counts = {name: getattr(row, name) for name in ("records", "accepted", "duplicate", "rejected")}
    return {"seconds": seconds, "peak_mb": peak, **counts}


def bare(recorded: Path) -> float:
    """Seconds that a server just started takes for the recorded statements."""
    with tempfile.TemporaryDirectory(prefix="kbcrm-bench-") as folder:
        home = Path(folder)
        running = server.start(home)
        try:
            graph = connect(running.url, running.user, running.password, home)
            graph.prepare(graph_schema())
            seconds = 0.0
            with recorded.open("rb") as file:
                while True:
                    try:
                        sent = pickle.load(file)
                    except EOFError:
                        break
                    began = time.perf_counter()
                    graph.write(partial(_send, sent))
                    seconds += time.perf_counter() - began
            graph.close()
        finally:
            server.stop(home)
    return seconds


def _send(sent: list[tuple[str, dict[str, object]]], tx: Transaction) -> None:
    for query, params in sent:
        tx.run(query, **params)


def _apart(*words: str) -> Any:
    """The same script in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, *words], check=True, capture_output=True, text=True, env=os.environ
    )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--once", choices=["ingest", "bare", "record"], help=argparse.SUPPRESS)
    parser.add_argument("--recorded", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once == "bare":
        print(json.dumps(bare(given.recorded)))
        return
    if given.once:
        print(json.dumps(ingest(given.file, given.recorded if given.once == "record" else None)))
        return
    with tempfile.TemporaryDirectory(prefix="kbcrm-bench-") as folder:
        recorded = Path(folder) / "recorded"
        _apart(str(given.file), "--once", "record", "--recorded", str(recorded))
        pairs = []
        for _ in range(given.pairs):
            whole = _apart(str(given.file), "--once", "ingest")
            store = _apart(str(given.file), "--once", "bare", "--recorded", str(recorded))
            pairs.append((whole, store))
    first = pairs[0][0]
    rates = [whole["records"] / whole["seconds"] for whole, _ in pairs]
    bares = [whole["records"] / store for whole, store in pairs]
    result = {
        "bench": "ingest_orders",
        "records": first["records"],
        "accepted": first["accepted"],
        "rejected": first["rejected"],
        "lines_per_s": round(statistics.median(rates)),
        "bare_lines_per_s": round(statistics.median(bares)),
        "ratio": round(statistics.median(a / b for a, b in zip(rates, bares, strict=True)), 3),
        "peak_mb": round(max(whole["peak_mb"] for whole, _ in pairs)),
        "pairs": [[round(a), round(b)] for a, b in zip(rates, bares, strict=True)],
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
