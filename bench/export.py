"""How long the RDF export and the validation of a graph take, and whether pySHACL finds the same.

    python bench/export.py [--nodes 50000] [--sample 300]

A made-up graph of customers, interactions, orders with lines and facts with a chain of versions,
in memory; one fact in a thousand breaks a rule. Export (Turtle, N-Triples) and validation (from the
rows to the list of violations) of the whole, each in seconds; then both validators on a graph of
`sample` nodes with the same faults. Prints one JSON line.
"""

import argparse
import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pyshacl
from rdflib import RDF, SH
from rdflib import Graph as Rdf

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from kb.model.moment import FOREVER  # noqa: E402 -- run from a checkout
from kb.rdf.export import Format, export  # noqa: E402
from kb.rdf.names import node_id  # noqa: E402
from kb.rdf.rows import Row  # noqa: E402
from kb.rdf.shapes import ONTOLOGY  # noqa: E402
from kb.rdf.validate import validate  # noqa: E402

START = 1_700_000_000_000
DAY = 86_400_000
TEXT = "We prefer e-mail. 我们更喜欢邮件。"
INTERACTIONS, FACTS = 7, 12  # of a customer; with itself twenty nodes
CHAIN = 4  # versions of a figure
FAULT_EVERY = 1000
T = TypeVar("T")


@dataclass(frozen=True)
class Made:
    """`GraphRows` of so many nodes, a fixed function of their number."""

    customers: int
    fault_every: int = FAULT_EVERY

    def nodes(self) -> Iterator[Row]:
        yield _node("Product", "product:P-1", name="Pump")
        for number in range(self.customers):
            yield _node("Customer", f"customer:{number}", name=f"Customer {number}")
            for n in range(INTERACTIONS):
                at = START + n * DAY
                yield _node(
                    "Interaction",
                    f"mail:{number}-{n}",
                    channel="email",
                    direction="inbound",
                    at=at,
                    text=TEXT,
                    recorded_at=at,
                )
            for n in range(FACTS):
                yield _node("Fact", f"fact:{number}-{n}", **self._fact(number, n))

    def _fact(self, number: int, n: int) -> dict[str, Any]:
        chain, place = divmod(n, CHAIN)
        predicate, value = [("orderCount", place + 1), ("prefersChannel", "email"), ("remark", f"r{n}")][
            chain
        ]
        since = START + place * DAY
        faulty = (number * FACTS + n) % self.fault_every == self.fault_every - 1
        return {
            "statement": f"s:{number}-{chain}-{place if chain == 2 else 0}",
            "subject": f"customer:{number}",
            "predicate": predicate,
            "value": value,
            "kind": "observational" if chain == 0 else "conversational",
            "confidence": 1.5 if faulty else 0.9,
            "status": "asserted",
            "valid_from": since,
            "valid_to": FOREVER if place == CHAIN - 1 else since + DAY,
            "recorded_at": START,
            "superseded_at": FOREVER,
        }

    def edges(self) -> Iterator[Row]:
        for number in range(self.customers):
            customer = f"customer:{number}"
            for n in range(INTERACTIONS):
                known = {"role": "customer", "recorded_at": START, "superseded_at": FOREVER}
                yield {"type": "INVOLVES", "from": f"mail:{number}-{n}", "to": customer, "props": known}
            for n in range(FACTS):
                fact, mail = f"fact:{number}-{n}", f"mail:{number}-{n % INTERACTIONS}"
                yield {"type": "HAS_FACT", "from": customer, "to": fact, "props": {}}
                words = {"n": 0, "start": 3, "end": 16, "text": TEXT[3:16]}
                yield {"type": "EVIDENCED_BY", "from": fact, "to": mail, "props": words}


def _node(label: str, id: str, **props: Any) -> Row:
    return {"label": label, "id": id, "props": {"id": id, **props}}


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds, and what came of it."""
    began = time.perf_counter()
    result = work()
    return round(time.perf_counter() - began, 2), result


def exported(rows: Made, format: Format) -> bytes:
    out = io.BytesIO()
    export(rows, out, format)
    return out.getvalue()


def by_pyshacl(rows: Made) -> set[tuple[str, str]]:
    """Node and rule of each violation that a SHACL processor finds in the export."""
    data = Rdf().parse(data=exported(rows, Format.NTRIPLES), format="nt").parse(ONTOLOGY / "crm.ttl")
    _, report, _ = pyshacl.validate(data, shacl_graph=Rdf().parse(ONTOLOGY / "shapes.ttl"), inference="none")
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        rule = report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape)
        node = node_id(str(report.value(result, SH.focusNode)))
        found.add((node, str(rule).rsplit("#", 1)[-1]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--nodes", type=int, default=50_000)
    parser.add_argument("--sample", type=int, default=300)
    given = parser.parse_args()
    of_customer = 1 + INTERACTIONS + FACTS
    rows = Made(given.nodes // of_customer)
    turtle_s, turtle = timed(lambda: exported(rows, Format.TURTLE))
    ntriples_s, lines = timed(lambda: exported(rows, Format.NTRIPLES))
    validate_s, violations = timed(lambda: validate(rows))
    sample = Made(max(1, given.sample // of_customer), fault_every=20)
    ours_s, ours = timed(lambda: {(found.node, found.shape) for found in validate(sample)})
    theirs_s, theirs = timed(lambda: by_pyshacl(sample))
    result = {
        "bench": "export",
        "nodes": rows.customers * of_customer,
        "triples": lines.count(b"\n"),
        "turtle_s": turtle_s,
        "turtle_mb": round(len(turtle) / 1e6, 1),
        "ntriples_s": ntriples_s,
        "validate_s": validate_s,
        "violations": len(violations),
        "sample_nodes": sample.customers * of_customer,
        "sample_s": ours_s,
        "sample_pyshacl_s": theirs_s,
        "same_violations": ours == theirs,
        "sample_violations": len(ours),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
