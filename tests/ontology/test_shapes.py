"""The shapes tell people what is wrong and what to do, and agree with the ontology."""

from rdflib import RDF, SH, Graph, URIRef
from rdflib.collection import Collection

from kb.rdf.shapes import CRM, ONTOLOGY, checks
from ontology import terms

SHAPES = Graph().parse(ONTOLOGY / "shapes.ttl")
RULES = [
    *SHAPES.subjects(RDF.type, SH.PropertyShape),
    *SHAPES.subjects(RDF.type, SH.SPARQLConstraint),
]


def allowed(shape: str) -> set[str]:
    """The values that a shape's sh:in lists."""
    items = SHAPES.value(URIRef(f"https://kbcrm.example/shapes#{shape}"), SH["in"])
    assert items is not None
    return {str(item) for item in Collection(SHAPES, items)}


def test_every_rule_speaks_both_languages_and_names_a_remedy() -> None:
    assert len(RULES) > 30
    for rule in RULES:
        assert isinstance(rule, URIRef)
        languages = {text.language for text in SHAPES.objects(rule, SH.message)}  # type: ignore[attr-defined]
        assert languages == {"en", "zh"}, rule
        assert str(SHAPES.value(rule, CRM.remedy)) in terms.REMEDIES, rule


def test_every_rule_is_compiled() -> None:
    compiled = {check.shape for check in checks()}
    assert compiled == {str(rule).rsplit("#", 1)[-1] for rule in RULES}


def test_closed_lists_are_those_of_the_ontology() -> None:
    assert allowed("fact-kind") == set(terms.KINDS)
    assert allowed("fact-status") == set(terms.STATUSES)
    assert allowed("interaction-channel") == set(terms.CHANNEL_CLASSES)


def test_properties_that_shapes_and_exports_name_are_declared() -> None:
    declared = Graph().parse(ONTOLOGY / "crm.ttl")
    every = {term for triple in SHAPES for term in triple if isinstance(term, URIRef)}
    used = {term for term in every if term.startswith(terms.NAMESPACE)}
    assert used
    for term in used:
        assert (term, RDF.type, None) in declared, term
    for relationship in terms.RELATIONSHIPS.values():
        for iri in (relationship.direct, relationship.link, relationship.target):
            if iri and iri.startswith(terms.NAMESPACE):
                assert (URIRef(iri), RDF.type, None) in declared, iri
