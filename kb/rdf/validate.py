"""Is the graph sound? The shapes of the ontology, asked of an RDF export."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from pathlib import Path

from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, serialize

from kb.rdf import overlaps, sieve
from kb.rdf.names import node_id
from kb.rdf.rows import GraphRows
from kb.rdf.shapes import ONTOLOGY, Check, checks
from kb.rdf.statements import edge_statements, node_statements, statements
from kb.rdf.suspects import part_of

WORKERS = 2
PIECE = 100_000  # statements that are handed over at a time


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One node that breaks one rule. A warning is a gap worth filling, not a fault."""

    node: str  # our id of the node; the IRI where it is a relationship's
    shape: str  # local name of the rule in shapes.ttl
    path: str  # local name of the property; "" where the rule is about the node as a whole
    message_en: str
    message_zh: str
    remedy: str  # key of ontology.terms.REMEDIES
    severity: str = "violation"  # "violation" | "warning"

    def message(self, language: str) -> str:
        """What is wrong and what to do, in Chinese for zh and its regional tags, else in English."""
        return self.message_zh if language.startswith("zh") else self.message_en


def validate(rows: GraphRows) -> list[Violation]:
    """What is wrong with a graph, [] where it is sound; its rows are held in memory meanwhile.

    Only what is not plainly sound is asked the rules (see kb.rdf.sieve), unless one of them is new there.
    """
    if not {rule.shape for rule in _rules()} <= sieve.RULES:
        return validate_whole(rows)
    part = part_of(rows)
    store = _with_vocabulary()
    said = chain(
        map(node_statements, part.nodes),
        (node_statements(row, occurrence=2) for row in part.again),
        map(edge_statements, part.edges),
    )
    store.extend(Quad(*statement) for statement in chain.from_iterable(said))
    return [found for found in violations(store) if found.node in part.asked]


def validate_whole(rows: GraphRows) -> list[Violation]:
    """The same, by asking the rules of every row; its statements are held in memory meanwhile."""
    # As text: the store reads it twice as fast as it takes statements one by one, and in another thread.
    store = _with_vocabulary()
    with ThreadPoolExecutor(1) as reader:
        read: Future[None] | None = None
        for text in _texts(rows):
            if read is not None:
                read.result()
            read = reader.submit(store.bulk_load, text, RdfFormat.N_TRIPLES)
        if read is not None:
            read.result()
    return violations(store)


def _texts(rows: GraphRows) -> Iterator[bytes]:
    """The export in pieces of PIECE statements."""
    found = statements(rows)
    while part := serialize(islice(found, PIECE), format=RdfFormat.N_TRIPLES):
        yield part


def validate_file(path: Path, format: RdfFormat = RdfFormat.N_TRIPLES) -> list[Violation]:
    """The same for an export that was written before, or that another program wrote."""
    store = _with_vocabulary()
    store.bulk_load(path=path, format=format)
    return violations(store)


def violations(store: Store, rules: Iterable[Check] | None = None) -> list[Violation]:
    """What breaks the rules in a store that holds an export and crm.ttl, by node and rule."""
    rules = list(_rules() if rules is None else rules)
    # Queries run outside the interpreter's lock, so that threads do help.
    with ThreadPoolExecutor(WORKERS) as pool:
        guards = list({rule.guard for rule in rules if rule.guard})
        due = dict(zip(guards, pool.map(lambda guard: bool(store.query(guard)), guards), strict=True))
        wanted = [rule for rule in rules if due.get(rule.guard, True)]
        return sorted(set(chain.from_iterable(pool.map(lambda rule: _broken(store, rule), wanted))))


def _broken(store: Store, rule: Check) -> list[Violation]:
    if rule.shape == overlaps.SHAPE:
        return [_violation(this, rule) for this in overlaps.contradicting(store)]
    rows = store.query(rule.query)
    return [_violation(row["this"], rule) for row in rows] if isinstance(rows, QuerySolutions) else []


def _violation(this: object, rule: Check) -> Violation:
    node = node_id(this.value) if isinstance(this, NamedNode) else str(this)
    return Violation(
        node, rule.shape, rule.path, rule.message_en, rule.message_zh, rule.remedy, rule.severity
    )


@cache
def _rules() -> tuple[Check, ...]:
    return tuple(checks())


def _with_vocabulary() -> Store:
    store = Store()
    store.load(path=ONTOLOGY / "crm.ttl", format=RdfFormat.TURTLE)
    return store
