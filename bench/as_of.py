"""How long it takes to read a customer's facts, with their evidence, as of two random moments.

    python bench/as_of.py [--facts 1000000] [--reads 3000] [--neo4j bolt://user:password@host:port]

10,000 customers in two teams, each with twenty statements that were revised as often as gives so many
facts (100 of a customer, of which about 18 hold at a pair of moments), each with one quotation out of
twenty interactions. A viewer who manages one team reads customers of that team, over Bolt, one after the
other, warm. With --neo4j the same on that server, which is emptied first. Prints one JSON line;
times in milliseconds.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from kb.model.fact import Claim, Fact, Kind, Quote, Status  # noqa: E402 -- run from a checkout
from kb.model.moment import FOREVER, AsOf  # noqa: E402
from kb.model.viewer import Role, Viewer  # noqa: E402
from kb.ports import Graph, Transaction  # noqa: E402
from kb.projection.facts import FactWrites  # noqa: E402
from kb.projection.keeping import graph_schema  # noqa: E402
from kb.store import server  # noqa: E402
from kb.store.facts import FactStore  # noqa: E402
from kb.store.graph import connect  # noqa: E402

CUSTOMERS = 10_000
PREDICATES = (
    "segment",
    "prefersChannel",
    "paymentTerms",
    "industry",
    "country",
    "city",
    "language",
    "usesCompetitor",
    "installedBase",
    "remark",
)
INTERACTIONS = 20  # of a customer
STATEMENTS = 20  # of a customer
DAY = 86_400_000
START = 1_600_000_000_000
DAYS = 1500
BATCH = 50  # customers of one transaction
WARM = 300  # reads that are not counted
VIEWER = Viewer(name="bench", roles=frozenset({Role.ACCOUNT_MANAGER}), teams=frozenset({"team-1"}))

NODES = """
UNWIND $rows AS row CREATE (c:Customer) SET c = row.customer
WITH c, row UNWIND row.interactions AS one CREATE (i:Interaction)-[r:INVOLVES]->(c)
SET i = one, r.role = 'customer', r.recorded_at = $start, r.superseded_at = $forever
"""


def customer_of(number: int) -> str:
    return f"customer:{number}"


def facts_of(number: int, per_customer: int) -> Iterator[Fact]:
    """The versions of one customer: STATEMENTS statements, each revised as often as gives so many facts."""
    chance = random.Random(number)
    versions = per_customer // STATEMENTS
    for statement in range(STATEMENTS):
        valid_from = START + chance.randrange(DAYS // 5) * DAY
        known = [START, *(START + day * DAY for day in sorted(chance.sample(range(1, DAYS), versions - 1)))]
        for version, (since, until) in enumerate(pairwise((*known, FOREVER))):
            interaction = f"note:{number}-{chance.randrange(INTERACTIONS)}"
            claim = Claim(
                subject=customer_of(number),
                predicate=PREDICATES[statement % len(PREDICATES)],
                kind=Kind.CONVERSATIONAL,
                confidence=0.9,
                evidence=(Quote(interaction, 3, 12, "the words"),),
                value=f"value {version}",
            )
            yield Fact(
                id=f"fact:{number}-{statement}-{version}",
                statement=f"s:{number}-{statement}",
                claim=claim,
                status=Status.ASSERTED,
                valid_from=valid_from,
                recorded_at=since,
                superseded_at=until,
            )


def load(graph: Graph, per_customer: int) -> float:
    """Seconds to write the whole graph."""
    began = time.perf_counter()
    for first in range(0, CUSTOMERS, BATCH):
        numbers = range(first, min(first + BATCH, CUSTOMERS))
        rows = [_node(number) for number in numbers]
        writes = FactWrites(create=[fact for number in numbers for fact in facts_of(number, per_customer)])

        def work(tx: Transaction, rows: Any = rows, writes: FactWrites = writes) -> None:
            tx.run(NODES, rows=rows, start=START, forever=FOREVER)
            writes.write(tx)

        graph.write(work)
    return time.perf_counter() - began


def _node(number: int) -> dict[str, Any]:
    id = customer_of(number)
    customer = {"id": id, "name": f"Customer {number}", "team": f"team-{number % 2}", "owner": "somebody"}
    notes = [
        {"id": f"note:{number}-{n}", "channel": "note", "direction": "internal", "at": START + n * DAY}
        for n in range(INTERACTIONS)
    ]
    return {"customer": customer, "interactions": notes}


def measure(graph: Graph, per_customer: int, reads: int) -> dict[str, float]:
    """Load, warm up, read."""
    graph.prepare(graph_schema())
    loaded = load(graph, per_customer)
    store = FactStore(graph)
    chance = random.Random(7)
    times, found = [], 0
    for read in range(WARM + reads):
        customer = customer_of(chance.randrange(CUSTOMERS // 2) * 2 + 1)
        moment = AsOf(*(START + chance.randrange(DAYS) * DAY for _ in range(2)))
        began = time.perf_counter()
        facts = store.of_customer(VIEWER, customer, moment)
        if read >= WARM:
            times.append((time.perf_counter() - began) * 1000)
            found += len(facts)
    cuts = statistics.quantiles(times, n=100)
    return {
        "p50_ms": round(cuts[49], 2),
        "p99_ms": round(cuts[98], 2),
        "facts_found": round(found / reads, 1),
        "facts_per_s_loaded": round(CUSTOMERS * per_customer / loaded),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--reads", type=int, default=3000)
    parser.add_argument("--neo4j", help="bolt://user:password@host:port of a server that may be emptied")
    given = parser.parse_args()
    per_customer = given.facts // CUSTOMERS
    result: dict[str, Any] = {"bench": "as_of", "facts": per_customer * CUSTOMERS, "customers": CUSTOMERS}
    with tempfile.TemporaryDirectory(prefix="kbcrm-bench-") as folder:
        running = server.start(Path(folder))
        try:
            graph = connect(running.url, running.user, running.password, Path(folder))
            result["embedded"] = measure(graph, per_customer, given.reads)
            graph.close()
        finally:
            server.stop(Path(folder))
    if given.neo4j:
        parts = urlsplit(given.neo4j)
        url = f"{parts.scheme}://{parts.hostname}:{parts.port}"
        graph = connect(url, parts.username or "", parts.password or "")
        graph.clear()
        result["neo4j"] = measure(graph, per_customer, given.reads)
        graph.close()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
