"""The export: the same graph in three formats, in the same bytes whatever order the rows come in."""

import io
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse
from rdflib import PROV, RDF, Graph, Namespace, URIRef
from rdflib import Literal as Text
from rdflib import namespace as ns

from kb.rdf import rows as rows_module
from kb.rdf.export import Format, export
from kb.rdf.literals import literal
from kb.rdf.names import node_id, node_iri
from kb.rdf.rows import node_key, ordered
from ontology.terms import NAMESPACE
from tests.rdf.sample import MARCH, Rows, sound

CRM = Namespace(NAMESPACE)
ROOT = Path(__file__).parents[2]


def exported(rows: Rows, format: Format = Format.NTRIPLES) -> bytes:
    out = io.BytesIO()
    export(rows, out, format)
    return out.getvalue()


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph().parse(data=exported(sound()), format="nt")


def node(id: str) -> URIRef:
    return URIRef(node_iri(id))


def test_a_fact_states_its_subject_predicate_and_typed_value_with_both_clocks(graph: Graph) -> None:
    spend = node("fact:2")
    assert graph.value(spend, CRM.subject) == node("customer:C-1001")
    assert graph.value(spend, CRM.predicate) == CRM.totalSpend
    assert graph.value(spend, CRM.value) == Text("241.00", datatype=ns.XSD.decimal)
    assert graph.value(spend, CRM.validFrom) == Text("2025-03-14T08:52:00.123Z", datatype=ns.XSD.dateTime)
    assert graph.value(spend, CRM.recordedAt) == Text("2025-03-14T08:52:00.123Z", datatype=ns.XSD.dateTime)
    assert graph.value(spend, CRM.unit) == Text("EUR")
    assert (node("customer:C-1001"), CRM.hasFact, spend) in graph


def test_open_ends_are_left_out(graph: Graph) -> None:
    assert graph.value(node("fact:1"), CRM.validTo) is None
    assert graph.value(node("fact:1"), CRM.supersededAt) is None
    assert graph.value(node("fact:5"), CRM.supersededAt) is not None


def test_an_object_is_a_node_and_an_instant_stored_as_text_is_an_instant(graph: Graph) -> None:
    anna = node("contact:anna@noordzee.example")
    assert graph.value(node("fact:3"), CRM.object) == anna
    assert graph.value(node("fact:3"), CRM.objectNode) == anna
    last = graph.value(node("fact:5"), CRM.value)
    assert last == Text("2025-04-30T08:00:00.000Z", datatype=ns.XSD.dateTime)


def test_evidence_is_a_qualified_derivation_with_the_very_words(graph: Graph) -> None:
    fact, mail = node("fact:1"), node("mail:1")
    assert (fact, PROV.wasDerivedFrom, mail) in graph
    evidence = graph.value(fact, PROV.qualifiedDerivation)
    assert set(graph.objects(evidence, RDF.type)) == {CRM.Evidence, PROV.Derivation}
    assert graph.value(evidence, PROV.entity) == mail
    assert graph.value(evidence, CRM.quote) == Text("e-mail")
    assert (graph.value(evidence, CRM.start), graph.value(evidence, CRM.end)) == (Text(10), Text(16))


def test_an_inference_names_its_premise_and_rule(graph: Graph) -> None:
    inference = graph.value(node("fact:4"), PROV.qualifiedDerivation)
    assert graph.value(inference, RDF.type) in {CRM.Inference, PROV.Derivation}
    assert graph.value(inference, PROV.entity) == node("fact:2")
    assert graph.value(inference, CRM.rule) == Text("loyalty/3")


def test_an_order_line_has_exact_decimals_and_amounts_in_currency_units(graph: Graph) -> None:
    line = graph.value(node("order:7"), CRM.line)
    assert graph.value(line, CRM.product) == node("product:QX-40")
    assert str(graph.value(line, CRM.quantity)) == "2"
    assert graph.value(line, CRM.unitPrice) == Text("120.50", datatype=ns.XSD.decimal)
    assert graph.value(line, CRM.amount) == Text("241.00", datatype=ns.XSD.decimal)
    assert graph.value(line, CRM.position) == Text(1)
    assert CRM.Order in graph.objects(node("order:7"), RDF.type)


def test_lists_become_several_statements(graph: Graph) -> None:
    names = set(graph.objects(node("contact:anna@noordzee.example"), CRM.names))
    assert names == {Text("Anna"), Text("A. de Vries")}


def test_a_superseded_relationship_is_stated_only_with_its_times() -> None:
    rows = sound()
    next(row for row in rows.edge_rows if row["type"] == "INVOLVES")["props"]["superseded_at"] = MARCH + 1
    graph = Graph().parse(data=exported(rows), format="nt")
    assert (node("mail:1"), CRM.involves, None) not in graph
    before = Graph().parse(data=exported(sound()), format="nt")
    link = graph.value(node("mail:1"), CRM.involvement)
    assert graph.value(link, CRM.supersededAt) is not None
    assert link == before.value(node("mail:1"), CRM.involvement)


def test_what_the_ontology_does_not_know_is_exported_outside_its_namespace() -> None:
    rows = Rows()
    rows.node("Customer", "customer:1", shoe_size=44)
    rows.node("Customer", "customer:2")
    rows.edge("KNOWS", "customer:1", "customer:2", well=True)
    rows.edge("MAY KNOW", "customer:1", "customer:2")
    text = exported(rows).decode()
    assert "<https://kbcrm.example/property#shoe_size>" in text
    assert "<https://kbcrm.example/property#knows> <https://kbcrm.example/id/customer:2>" in text


def test_the_three_formats_say_the_same() -> None:
    readers = {
        Format.TURTLE: RdfFormat.TURTLE,
        Format.JSONLD: RdfFormat.JSON_LD,
        Format.NTRIPLES: RdfFormat.N_TRIPLES,
    }
    said = [set(parse(exported(sound(), format), reader)) for format, reader in readers.items()]
    assert said[0] == said[1] == said[2]
    assert len(said[0]) > 100


def test_rows_in_any_order_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {format: exported(sound(), format) for format in Format}
    monkeypatch.setattr(rows_module.ordered, "__kwdefaults__", {"chunk": 3})
    for seed in range(5):
        rows = sound()
        random.Random(seed).shuffle(rows.node_rows)
        random.Random(seed).shuffle(rows.edge_rows)
        for row in (*rows.node_rows, *rows.edge_rows):
            row["props"] = dict(reversed(row["props"].items()))
        assert {format: exported(rows, format) for format in Format} == expected


def test_every_process_writes_the_same_bytes() -> None:
    code = (
        "import sys; from tests.rdf.test_export import *; export(sound(), sys.stdout.buffer, Format.TURTLE)"
    )
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
        assert run.stdout == exported(sound(), Format.TURTLE)


class Counted(dict[str, Any]):
    """A row that knows how many of its kind are in memory."""

    alive = most = 0

    def __new__(cls, *_: object) -> "Counted":
        Counted.alive += 1
        Counted.most = max(Counted.most, Counted.alive)
        return super().__new__(cls)

    def __del__(self) -> None:
        Counted.alive -= 1


def test_sorting_many_rows_holds_few_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "SPILL", 2)
    ids = (f"{(n * 7919) % 5000:04}" for n in range(5000))
    many = (Counted({"id": id, "label": "Fact", "props": {}}) for id in ids)
    assert [row["id"] for row in ordered(many, node_key, chunk=200)] == [f"{n:04}" for n in range(5000)]
    assert Counted.most < 500


def test_a_second_node_of_one_id_is_told() -> None:
    rows = sound()
    rows.node("Customer", "customer:C-1001", name="Another")
    assert b"https://kbcrm.example/ontology#occurrence" in exported(rows)


@given(st.text())
def test_an_id_can_be_read_back_from_its_iri(id: str) -> None:
    NamedNode(node_iri(id))
    assert node_id(node_iri(id)) == id


def test_an_iri_that_is_no_nodes_stays() -> None:
    assert node_id("https://kbcrm.example/link/00ff") == "https://kbcrm.example/link/00ff"


@given(st.text(), st.floats(allow_nan=False, allow_infinity=False), st.integers())
def test_every_value_can_be_written_and_read(text: str, real: float, whole: int) -> None:
    rows = Rows()
    rows.node("Customer", "customer:1", name=text, score=real, number=whole, team="half \ud800 pair")
    store = Store()
    store.load(exported(rows), RdfFormat.N_TRIPLES)
    values = {str(quad.predicate.value).rsplit("#")[-1]: quad.object for quad in store}
    assert values["name"] == Literal(text)
    assert float(values["score"].value) == real
    assert int(values["number"].value) == whole


@pytest.mark.parametrize(
    ("value", "wanted", "lexical", "kind"),
    [
        (0.1, "decimal", "0.1", "decimal"),
        (1e-30, "decimal", "1e-30", "double"),
        (1e22, "decimal", "10000000000000000000000", "decimal"),
        (True, "string", "true", "boolean"),
        (3, "decimal", "3", "decimal"),
        (3, "string", "3", "integer"),
        (1, "double", "1.0", "double"),
        (1.0, "double", "1.0", "double"),
        ("12.5", "decimal", "12.5", "decimal"),
        ("about 12", "decimal", "about 12", "string"),
        ("2024-02-01", "date", "2024-02-01", "date"),
        ("spring 2024", "date", "spring 2024", "string"),
        (-1, "dateTime", "1969-12-31T23:59:59.999Z", "dateTime"),
        (-(10**15), "dateTime", str(-(10**15)), "integer"),
    ],
)
def test_values_take_the_type_that_the_ontology_wants_where_they_fit(
    value: object, wanted: str, lexical: str, kind: str
) -> None:
    stated = literal(value, wanted)
    assert stated is not None
    assert (stated.value, stated.datatype.value.rsplit("#")[-1]) == (lexical, kind)
