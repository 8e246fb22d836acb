"""terms.py says what crm.ttl says, completely, and loads nothing heavy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, Graph, URIRef

from ontology import generate, terms
from ontology.vocabulary import Label, Predicate

ONTOLOGY = generate.Ontology(generate.SOURCE.read_text(encoding="utf-8"))
ROOT = Path(generate.__file__).parent.parent


def described_terms(graph: Graph) -> set[URIRef]:
    """Every class, property and individual that the ontology defines."""
    kinds = (OWL.Class, OWL.DatatypeProperty, OWL.ObjectProperty, OWL.AnnotationProperty)
    defined = {term for kind in kinds for term in graph.subjects(RDF.type, kind)}
    defined |= {term for kind in defined for term in graph.subjects(RDF.type, kind)}
    return {term for term in defined if isinstance(term, URIRef)}


def test_the_generated_file_is_what_the_ontology_gives() -> None:
    assert generate.render(generate.SOURCE.read_text(encoding="utf-8")) == generate.TARGET.read_text("utf-8")


def test_the_check_tells_a_file_that_is_out_of_date(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate.main(["--check"]) == 0
    monkeypatch.setattr(generate, "TARGET", tmp_path / "terms.py")
    assert generate.main(["--check"]) == 1
    assert "python -m ontology.generate" in capsys.readouterr().err
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0


def test_a_predicate_without_a_declaration_is_refused_with_its_name() -> None:
    turtle = generate.SOURCE.read_text(encoding="utf-8").replace("crm:functional true ;", "", 1)
    with pytest.raises(generate.UndeclaredError, match="functional"):
        generate.render(turtle)


def test_loading_the_vocabulary_loads_no_rdf_library() -> None:
    code = "import sys, ontology.terms; print('rdflib' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    loaded = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "False"


def test_every_term_has_labels_in_both_languages_a_comment_and_a_source() -> None:
    for term in sorted(described_terms(ONTOLOGY.graph)):
        if term.startswith(terms.NAMESPACE):
            assert all(ONTOLOGY.labels(term)), term
            assert ONTOLOGY.label(term, "en", RDFS.comment), term
            assert ONTOLOGY.label(term, "zh", RDFS.comment), term
            assert (term, DCTERMS.source, None) in ONTOLOGY.graph, term


def test_every_design_decision_named_as_a_source_is_described() -> None:
    decisions = {s for s in ONTOLOGY.graph.objects(None, DCTERMS.source) if "kbcrm.example/design#" in str(s)}
    assert decisions
    for decision in decisions:
        assert all(ONTOLOGY.labels(decision)), decision


@pytest.mark.parametrize("predicate", terms.PREDICATES.values(), ids=lambda predicate: predicate.name)
def test_a_predicate_is_declared_in_full(predicate: Predicate) -> None:
    assert terms.PREDICATES[predicate.name] is predicate
    assert predicate.group in terms.GROUPS
    assert set(predicate.domain) <= set(terms.NODE_TYPES)
    assert predicate.domain
    assert sorted(predicate.standing) == sorted(terms.KINDS)
    assert predicate.unit is None or predicate.unit in terms.UNITS
    if predicate.object_class is None:
        assert predicate.range in {"string", "integer", "decimal", "dateTime", "boolean"}
    else:
        assert predicate.range == predicate.object_class
        assert predicate.object_class in terms.NODE_TYPES
    assert predicate.functional or not predicate.functional_per_unit


def test_the_default_standing_is_declared_once_and_overridden_where_people_know_first() -> None:
    assert terms.STANDING == ("expert", "observational", "conversational", "predictive")
    assert terms.PREDICATES["name"].standing == terms.STANDING
    role = terms.PREDICATES["contactRole"]
    assert role.outranks("conversational", "observational")
    assert not role.outranks("observational", "conversational")
    assert terms.PREDICATES["name"].outranks("observational", "observational")


def test_money_is_one_value_a_currency() -> None:
    assert {name for name, each in terms.PREDICATES.items() if each.functional_per_unit} == {
        "totalSpend",
        "returnedValue",
        "lifetimeValue",
        "listPrice",
    }


def test_customers_are_never_shown_risk_value_or_internal_notes() -> None:
    hidden = ("churnRisk", "lifetimeValue", "remark", "segment", "satisfaction", "importance", "requestedBy")
    assert not any(terms.PREDICATES[name].shareable for name in hidden)
    assert terms.PREDICATES["need"].shareable


def test_labels_follow_the_readers_language() -> None:
    assert Label("day", "天").text("zh-CN") == "天"
    assert Label("day", "天").text("nl") == "day"
    assert terms.PREDICATES["churnRisk"].label("zh") == "流失风险"


def test_every_stored_class_has_a_key_and_every_channel_a_class() -> None:
    assert {kind.key for kind in terms.NODE_TYPES.values()} == {"id"}
    assert "statement" in terms.NODE_TYPES["Fact"].indexed
    assert set(terms.CHANNEL_CLASSES) == {*terms.INTERACTION_CHANNELS, "record"}
