"""Every rule finds what breaks it, nothing else, and the same as a SHACL processor finds."""

import io
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pyshacl
import pytest
from pyoxigraph import RdfFormat, parse, serialize
from rdflib import RDF, SH, Graph, URIRef
from rdflib.term import Node

from kb.model.moment import FOREVER
from kb.rdf.export import Format, export
from kb.rdf.names import node_id
from kb.rdf.rows import Row
from kb.rdf.shapes import ONTOLOGY, UnsupportedShapeError, checks
from kb.rdf.validate import validate, validate_file
from ontology.terms import REMEDIES
from tests.rdf.sample import MARCH, MAY, Rows, sound

CUSTOMER = "customer:C-1001"
SERIAL = count()
Break = Callable[[Rows], object]


def props(rows: Rows, id: str) -> Row:
    found: Row = next(row["props"] for row in rows.node_rows if row["id"] == id)
    return found


def link(rows: Rows, type: str, start: str) -> Row:
    found: Row = next(row["props"] for row in rows.edge_rows if (row["type"], row["from"]) == (type, start))
    return found


def fact(**said: object) -> Break:
    """Adds a fact that is sound but for what is said here; None leaves a property out."""
    id = f"fact:bad-{next(SERIAL)}"
    return lambda rows: rows.fact(id, CUSTOMER, "remark", "so it is", **said)


def interaction(**said: object) -> Break:
    id = f"mail:bad-{next(SERIAL)}"
    return lambda rows: rows.node("Interaction", id, **{"channel": "email", "at": MARCH, **said})


def quoting(start: int, end: int, text: str | None) -> Break:
    return lambda rows: link(rows, "EVIDENCED_BY", "fact:1").update(start=start, end=end, text=text)


def two_channels(rows: Rows) -> None:
    """A second value for a predicate that allows one at a time."""
    rows.fact("fact:bad-channel", CUSTOMER, "prefersChannel", "call")


# Faults that something more makes, and faults of what is there.
ADDED: dict[str, tuple[Break, str]] = {
    "no statement": (fact(statement=None), "fact-statement"),
    "held by another": (lambda rows: rows.edge("HAS_FACT", "product:QX-40", "fact:1"), "fact-held"),
    "undeclared predicate": (fact(predicate="shoeSize"), "fact-predicate"),
    "no predicate": (fact(predicate=None), "fact-predicate"),
    "neither value nor object": (fact(value=None), "fact-content"),
    "value and object": (fact(object="product:QX-40"), "fact-content"),
    "unknown kind": (fact(kind="rumour"), "fact-kind"),
    "unknown status": (fact(status="believed"), "fact-status"),
    "confidence above one": (fact(confidence=1.01), "fact-confidence"),
    "confidence below zero": (fact(confidence=-0.01), "fact-confidence"),
    "confidence in words": (fact(confidence="high"), "fact-confidence"),
    "ends before it starts": (fact(valid_from=MAY, valid_to=MARCH), "fact-valid-from"),
    "empty validity": (fact(valid_from=MARCH, valid_to=MARCH), "fact-valid-from"),
    "time in words": (fact(valid_to="next spring"), "fact-valid-to"),
    "superseded before recorded": (fact(recorded_at=MAY, superseded_at=MARCH), "fact-recorded-at"),
    "two ends of belief": (fact(superseded_at=[MAY, MAY + 1]), "fact-superseded-at"),
    "inferred by nothing": (fact(status="inferred"), "fact-rule"),
    "said of the wrong class": (fact(predicate="listPrice", value="3.50", unit="EUR"), "fact-domain"),
    "object of the wrong class": (
        lambda rows: rows.fact("fact:bad-decision", CUSTOMER, "decisionMaker", object="product:QX-40"),
        "fact-range",
    ),
    "two values at a time": (two_channels, "subject-functional"),
    "two units of one value": (
        lambda rows: [
            rows.fact(f"fact:{unit}", CUSTOMER, "annualPumpBudget", "5", unit=unit) for unit in ("EUR", "CNY")
        ],
        "subject-functional",
    ),
    "two values in one currency": (
        lambda rows: rows.fact("fact:bad-spend", CUSTOMER, "totalSpend", "9.00", unit="EUR"),
        "subject-functional",
    ),
    "evidence in a product": (
        lambda rows: rows.edge("EVIDENCED_BY", "fact:1", "product:QX-40", start=0, end=0),
        "evidence-interaction",
    ),
    "premise that is no fact": (
        lambda rows: rows.edge("DERIVED_FROM", "fact:4", "mail:1", rule="loyalty/3"),
        "inference-premise",
    ),
    "no time": (interaction(at=None), "interaction-at"),
    "time as text": (interaction(at="on Monday"), "interaction-at"),
    "unknown channel": (interaction(channel="pigeon"), "interaction-channel"),
    "unknown direction": (interaction(direction="sideways"), "interaction-direction"),
    "two texts": (interaction(text=["one", "two"]), "interaction-text"),
    "line of no product": (
        lambda rows: rows.edge("LINE", "order:7", "mail:1", n=2, quantity="1"),
        "line-product",
    ),
    "contact of a product": (
        lambda rows: rows.edge("CONTACT_OF", "contact:anna@noordzee.example", "product:QX-40"),
        "role-customer",
    ),
    "contact of nobody": (lambda rows: rows.node("Contact", "contact:bob@x.example"), "contact-linked"),
    "one id twice": (lambda rows: rows.node("Customer", CUSTOMER, name="Noordzee Pompen"), "node-unique"),
    "one id in two classes": (lambda rows: rows.node("Product", CUSTOMER), "node-class"),
}
CHANGED: dict[str, tuple[Break, str]] = {
    "no subject": (lambda rows: props(rows, "fact:1").pop("subject"), "fact-subject"),
    "object not linked": (lambda rows: rows.without("OBJECT", "fact:3"), "fact-object"),
    "no evidence": (lambda rows: rows.without("EVIDENCED_BY", "fact:1"), "fact-evidence"),
    "evidence before the text": (quoting(-1, 2, None), "evidence-start"),
    "evidence without an end": (
        lambda rows: link(rows, "EVIDENCED_BY", "fact:1").pop("end"),
        "evidence-end",
    ),
    "empty quotation": (quoting(4, 4, None), "evidence-words"),
    "evidence behind the text": (quoting(10, 1000, None), "evidence-words"),
    "other words": (quoting(10, 16, "letter"), "evidence-words"),
    "whole interaction with words": (quoting(0, 0, "e-mail"), "evidence-words"),
    "inference without a rule": (
        lambda rows: link(rows, "DERIVED_FROM", "fact:4").pop("rule"),
        "inference-rule",
    ),
    "no quantity": (lambda rows: link(rows, "LINE", "order:7").pop("quantity"), "line-quantity"),
    "quantity in words": (
        lambda rows: link(rows, "LINE", "order:7").update(quantity="a few"),
        "line-quantity",
    ),
    "involved backwards": (
        lambda rows: link(rows, "INVOLVES", "mail:1").update(recorded_at=MAY, superseded_at=MARCH),
        "involvement-recorded-at",
    ),
}
BROKEN = ADDED | CHANGED
# Rules that no row can break as the export is written: they hold for what other programs write.
FOREIGN = {
    "node-id": "<https://kbcrm.example/id/mail:1> <{crm}id> 'mail:2' .",
    "involvement-party": "<urn:x> a <{crm}Involvement> .",
}


def broken(*breaks: Break) -> Rows:
    rows = sound()
    for each in breaks:
        each(rows)
    return rows


def add_copy(rows: Rows, other: Rows, mark: str) -> None:
    """Adds another graph with a mark behind all its ids."""

    def marked(row: Row, *names: str) -> Row:
        return row | {name: f"{row[name]}{mark}" for name in names if row.get(name)}

    for row in other.node_rows:
        props = marked(row["props"], "subject", "object")
        rows.node_rows.append(marked(row, "id") | {"props": props})
    rows.edge_rows += (marked(row, "from", "to") for row in other.edge_rows)


def found(rows: Rows) -> set[tuple[str, str]]:
    return {(violation.node, violation.shape) for violation in validate(rows)}


def by_pyshacl(rows: Rows) -> set[tuple[str, str]]:
    """Focus node and rule of each result of a SHACL processor over the same export."""
    out = io.BytesIO()
    export(rows, out, Format.NTRIPLES)
    data = Graph().parse(data=out.getvalue(), format="nt").parse(ONTOLOGY / "crm.ttl")
    _, report, _ = pyshacl.validate(
        data, shacl_graph=Graph().parse(ONTOLOGY / "shapes.ttl"), inference="none"
    )
    return {_told(report, result) for result in report.subjects(RDF.type, SH.ValidationResult)}


def _told(report: Graph, result: Node) -> tuple[str, str]:
    rule = report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape)
    return node_id(str(report.value(result, SH.focusNode))), str(rule).rsplit("#", 1)[-1]


def test_a_sound_graph_breaks_no_rule() -> None:
    assert validate(sound()) == []
    assert by_pyshacl(sound()) == set()


@pytest.mark.parametrize(("break_it", "shape"), BROKEN.values(), ids=BROKEN)
def test_a_fault_is_found(break_it: Break, shape: str) -> None:
    assert shape in {rule for _, rule in found(broken(break_it))}


def test_a_shacl_processor_finds_the_same() -> None:
    """One graph with a copy of the sample for each change, so that none hides another."""
    rows = broken(*(break_it for break_it, _ in ADDED.values()))
    for n, (break_it, _) in enumerate(CHANGED.values()):
        add_copy(rows, broken(break_it), f"~{n}")
    expected = by_pyshacl(rows)
    assert found(rows) == expected
    assert {shape for _, shape in expected} == {shape for _, shape in BROKEN.values()}


def test_every_rule_has_a_graph_that_breaks_it() -> None:
    assert {check.shape for check in checks()} == {shape for _, shape in BROKEN.values()} | set(FOREIGN)


@pytest.mark.parametrize(("shape", "line"), FOREIGN.items())
def test_what_another_program_wrote_is_held_to_the_same_rules(shape: str, line: str, tmp_path: Path) -> None:
    path = tmp_path / "graph.nt"
    with path.open("wb") as out:
        export(sound(), out, Format.NTRIPLES)
        turtle = line.format(crm="https://kbcrm.example/ontology#")
        serialize(parse(turtle, RdfFormat.TURTLE), out, RdfFormat.N_TRIPLES)
    assert {violation.shape for violation in validate_file(path)} == {shape}


@pytest.mark.parametrize(
    "said",
    [
        {"status": "disputed"},
        {"superseded_at": MAY},
        {"valid_from": MARCH - 1000, "valid_to": MARCH},
        {"value": "email"},
    ],
    ids=["disputed", "no longer believed", "at another time", "the same value"],
)
def test_two_values_are_no_fault_where_they_do_not_contradict(said: dict[str, object]) -> None:
    rows = sound()
    rows.fact("fact:more", CUSTOMER, "prefersChannel", "call", **said)
    assert validate(rows) == []


def test_one_value_a_currency_is_no_fault() -> None:
    rows = sound()
    rows.fact("fact:more", CUSTOMER, "totalSpend", "9.00", unit="CNY", superseded_at=FOREVER)
    assert validate(rows) == []


def test_a_violation_says_in_both_languages_what_to_do() -> None:
    rows = broken(fact(kind="rumour"), lambda rows: rows.node("Contact", "contact:张三@x.example"))
    lonely, rumour = validate(rows)
    assert rumour.node.startswith("fact:bad-")
    assert (rumour.path, rumour.severity) == ("kind", "violation")
    assert rumour.message("en").endswith("Correct the fact with one of them.")
    assert rumour.message("zh-CN").endswith("请更正。")
    assert rumour.remedy in REMEDIES
    assert (lonely.node, lonely.path, lonely.severity) == ("contact:张三@x.example", "", "warning")


def test_a_part_of_shacl_that_is_not_compiled_is_refused(tmp_path: Path) -> None:
    shapes = Graph().parse(ONTOLOGY / "shapes.ttl")
    shapes.add((URIRef("https://kbcrm.example/shapes#fact-kind"), SH.hasValue, SH.Info))
    shapes.serialize(tmp_path / "shapes.ttl")
    with pytest.raises(UnsupportedShapeError, match="hasValue"):
        checks(tmp_path / "shapes.ttl")
