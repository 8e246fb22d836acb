"""Versions of facts in the graph: the difference between what should stand there and what does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from kb.model.belief import version
from kb.model.fact import Fact, Quote
from kb.model.identity import label_of
from kb.model.moment import FOREVER
from kb.model.resolving import Piece
from kb.ports import Reads, Row, Transaction

SUBJECTS = ("Customer", "Contact", "Product", "Feature", "Requirement", "Expert", "Interaction")

STORED = {
    label: f"""
UNWIND $slots AS slot MATCH (s:{label} {{id: slot.subject}})-[:HAS_FACT]->(f:Fact)
WHERE f.predicate IN slot.predicates AND f.superseded_at >= $since
RETURN f.subject AS subject, f.predicate AS predicate, f.statement AS statement, f.id AS id,
  f.valid_from AS valid_from, f.valid_to AS valid_to, f.status AS status,
  f.recorded_at AS recorded_at, f.superseded_at AS superseded_at
"""
    for label in SUBJECTS
}
# The common fact has one quotation as its evidence and goes in with it, in one row.
CREATE_QUOTED = {
    label: f"""
UNWIND $rows AS row MATCH (s:{label} {{id: row.subject}}) MATCH (i:Interaction {{id: row.interaction}})
CREATE (s)-[:HAS_FACT]->(f:Fact)-[e:EVIDENCED_BY]->(i) SET f = row.props, e = row.quote
RETURN count(f) AS done
"""
    for label in SUBJECTS
}
CREATE_PLAIN = {
    label: f"""
UNWIND $rows AS row MATCH (s:{label} {{id: row.subject}})
CREATE (s)-[:HAS_FACT]->(f:Fact) SET f = row.props
RETURN count(f) AS done
"""
    for label in SUBJECTS
}
QUOTE = """
UNWIND $rows AS row MATCH (f:Fact {id: row.fact}) MATCH (i:Interaction {id: row.interaction})
CREATE (f)-[e:EVIDENCED_BY]->(i) SET e = row.quote RETURN count(e) AS done
"""
DERIVE = """
UNWIND $rows AS row MATCH (f:Fact {id: row.fact}) MATCH (p:Fact {id: row.premise})
CREATE (f)-[d:DERIVED_FROM]->(p) SET d.n = row.n, d.rule = row.rule RETURN count(d) AS done
"""
POINT = {
    label: f"""
UNWIND $rows AS row MATCH (f:Fact {{id: row.fact}}) MATCH (o:{label} {{id: row.object}})
CREATE (f)-[r:OBJECT]->(o) RETURN count(r) AS done
"""
    for label in SUBJECTS
}
ABOUT = {
    label: f"""
UNWIND $rows AS row MATCH (f:Fact {{id: row.fact}}) MATCH (o:{label} {{id: row.node}})
CREATE (f)-[r:ABOUT]->(o) RETURN count(r) AS done
"""
    for label in ("Product", "Feature")
}
SUPERSEDE = "UNWIND $rows AS row MATCH (f:Fact {id: row.id}) SET f.superseded_at = row.at"
DELETE = "UNWIND $ids AS id MATCH (f:Fact {id: id}) DETACH DELETE f"
HELD = "UNWIND $ids AS id MATCH (f:Fact {id: id}) RETURN f.id AS id"
BATCH = 2000  # rows of one statement

Slot = tuple[str, str]  # subject id, predicate


class FactLost(RuntimeError):
    """Fewer facts or links came out than went in: a node that one refers to was missing. A defect of ours."""


@dataclass(slots=True)
class FactWrites:
    """What is to be written; built before the transaction that writes it."""

    create: list[Fact] = field(default_factory=list)
    supersede: list[tuple[str, int]] = field(default_factory=list)
    delete: list[str] = field(default_factory=list)

    def write(self, tx: Transaction) -> None:
        for ids in _parts(self.delete):
            tx.run(DELETE, ids=ids)
        for pairs in _parts(self.supersede):
            tx.run(SUPERSEDE, rows=[{"id": id, "at": at} for id, at in pairs])
        for label, facts in _by_label(self.create, lambda fact: fact.claim.subject):
            for part in _parts(facts):
                _create(tx, label, part)
        _link(tx, self.create)

    def add(self, other: "FactWrites") -> None:
        self.create += other.create
        self.supersede += other.supersede
        self.delete += other.delete

    @property
    def changed(self) -> list[str]:
        """Ids of versions that come or go: what is derived from them is to be looked at again."""
        return [*self.delete, *(fact.id for fact in self.create)]


def stored(graph: Reads, slots: Iterable[Slot], *, open_only: bool = False) -> dict[Slot, list[Row]]:
    """The versions that the graph holds of each slot."""
    wanted: dict[str, set[str]] = {}
    for subject, predicate in slots:
        wanted.setdefault(subject, set()).add(predicate)
    found: dict[Slot, list[Row]] = {}
    since = FOREVER if open_only else 0
    for label, subjects in _by_label(wanted, lambda subject: subject):
        rows = [{"subject": subject, "predicates": sorted(wanted[subject])} for subject in subjects]
        for part in _parts(rows):
            for row in graph.read(STORED[label], slots=part, since=since):
                found.setdefault((row["subject"], row["predicate"]), []).append(row)
    return found


def difference(wanted: Sequence[Fact], held: Sequence[Row], out: FactWrites) -> None:
    """Add to `out` what turns the held versions of a slot into the wanted ones."""
    there = {row["id"]: row["superseded_at"] for row in held}
    here = {fact.id: fact for fact in wanted}
    out.delete += (id for id in there if id not in here)
    out.supersede += (
        (id, here[id].superseded_at)
        for id, at in there.items()
        if id in here and here[id].superseded_at != at
    )
    out.create += (fact for id, fact in here.items() if id not in there)


def appended(pieces: Sequence[Piece], held: Sequence[Row], moment: int, out: FactWrites) -> None:
    """The same for a slot that only moves on: from its open versions `held` to what is believed now."""
    open_versions: dict[tuple[Any, ...], list[Row]] = {}
    for row in held:
        key = (row["statement"], row["valid_from"], row["valid_to"], row["status"])
        open_versions.setdefault(key, []).append(row)
    kept = set()
    for piece in pieces:
        key = (piece.statement, piece.interval.start, piece.interval.end, piece.status.value)
        same = next(
            (
                row["id"]
                for row in open_versions.get(key, ())
                if version(piece, row["recorded_at"]).id == row["id"]
            ),
            None,
        )
        if same is None:
            out.create.append(version(piece, moment))
        else:
            kept.add(same)
    for row in held:
        if row["id"] not in kept:
            if row["recorded_at"] == moment:
                out.delete.append(row["id"])
            else:
                out.supersede.append((row["id"], moment))


def held(graph: Reads, ids: Iterable[str]) -> set[str]:
    """Which of these versions the graph holds."""
    return {row["id"] for part in _parts(sorted(set(ids))) for row in graph.read(HELD, ids=part)}


def props_of(fact: Fact) -> dict[str, Any]:
    """The properties of a version's node."""
    claim = fact.claim
    props: dict[str, Any] = {
        "id": fact.id,
        "statement": fact.statement,
        "subject": claim.subject,
        "predicate": claim.predicate,
        "kind": claim.kind.value,
        "confidence": float(claim.confidence),
        "status": fact.status.value,
        "valid_from": fact.valid_from,
        "valid_to": fact.valid_to,
        "recorded_at": fact.recorded_at,
        "superseded_at": fact.superseded_at,
    }
    if claim.value is not None:
        props["value"] = claim.value
    for name in ("object", "unit", "rule"):
        if getattr(claim, name) is not None:
            props[name] = getattr(claim, name)
    return props | dict(claim.qualifiers)


def _create(tx: Transaction, label: str, facts: Sequence[Fact]) -> None:
    quoted, plain = [], []
    for fact in facts:
        first = fact.claim.evidence[0]
        row = {"subject": fact.claim.subject, "props": props_of(fact)}
        if isinstance(first, Quote):
            quoted.append(row | {"interaction": first.interaction, "quote": _quote(first, 0)})
        else:
            plain.append(row)
    if quoted:
        _expect(len(quoted), tx.run(CREATE_QUOTED[label], rows=quoted))
    if plain:
        _expect(len(plain), tx.run(CREATE_PLAIN[label], rows=plain))


def _link(tx: Transaction, facts: Sequence[Fact]) -> None:
    quotes: list[dict[str, Any]] = []
    premises: list[dict[str, Any]] = []
    objects: dict[str, list[dict[str, Any]]] = {}
    topics: dict[str, list[dict[str, Any]]] = {}
    for fact in facts:
        for n, piece in enumerate(fact.claim.evidence):
            if not isinstance(piece, Quote):
                premises.append({"fact": fact.id, "premise": piece.fact, "n": n, "rule": fact.claim.rule})
            elif n:
                quotes.append({"fact": fact.id, "interaction": piece.interaction, "quote": _quote(piece, n)})
        if fact.claim.object is not None:
            row = {"fact": fact.id, "object": fact.claim.object}
            objects.setdefault(label_of(fact.claim.object), []).append(row)
        about = fact.claim.qualified("about")
        if about is not None:
            topics.setdefault(label_of(about), []).append({"fact": fact.id, "node": about})
    for query, rows in (
        (QUOTE, quotes),
        (DERIVE, premises),
        *((POINT[k], v) for k, v in sorted(objects.items())),
        *((ABOUT[k], v) for k, v in sorted(topics.items())),
    ):
        for part in _parts(rows):
            _expect(len(part), tx.run(query, rows=part))


def _quote(piece: Quote, n: int) -> dict[str, Any]:
    props: dict[str, Any] = {"n": n, "start": piece.start, "end": piece.end}
    return props | {"text": piece.text} if piece.text else props


def _expect(rows: int, result: Sequence[Mapping[str, Any]]) -> None:
    done = sum(row["done"] for row in result)
    if done != rows:
        raise FactLost(f"{rows} went in, {done} came out")


def _by_label(items: Iterable[Any], id_of: Any) -> list[tuple[str, list[Any]]]:
    ordered = sorted(items, key=lambda item: label_of(id_of(item)))
    return [(label, list(group)) for label, group in groupby(ordered, key=lambda item: label_of(id_of(item)))]


def _parts(items: Sequence[Any]) -> Iterable[Any]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
