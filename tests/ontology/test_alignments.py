"""The standards really have the terms that the ontology names."""

from rdflib import Graph, URIRef
from rdflib import namespace as ns

from ontology import generate

CRM_TTL = generate.SOURCE
ALIGNMENTS = CRM_TTL.parent / "alignments.ttl"
CLOSED = (
    *(ns.DCTERMS, ns.ORG, ns.OWL, ns.PROV, ns.RDF, ns.RDFS),
    *(ns.SDO, ns.SKOS, ns.SOSA, ns.TIME, ns.XSD),
)
# Standards that rdflib does not list, with the terms of theirs that we use, as their documents have them.
OTHERS: dict[str, set[str]] = {
    # RFC 6350 in RDF: https://www.w3.org/TR/vcard-rdf/
    "http://www.w3.org/2006/vcard/ns#": {
        *("Kind", "Individual", "Organization", "fn", "role", "hasEmail", "hasTelephone"),
        *("country-name", "locality", "language"),
    },
    # https://docs.oasis-open-projects.org/oslc-op/rm/v2.1/
    "http://open-services.net/ns/rm#": {"Requirement", "satisfiedBy", "constrains"},
    "http://open-services.net/ns/cm#": {"ChangeRequest"},
    # https://qudt.org/schema/qudt/
    "http://qudt.org/schema/qudt/": {
        *("Unit", "QuantityKind", "QuantityValue", "hasUnit", "hasQuantityKind", "value"),
    },
    "http://qudt.org/vocab/unit/": {"DAY"},
    "http://qudt.org/vocab/quantitykind/": {"Currency"},
    # https://www.w3.org/TR/annotation-vocab/
    "http://www.w3.org/ns/oa#": {"TextPositionSelector", "TextQuoteSelector", "start", "end", "exact"},
    "http://www.w3.org/ns/shacl#": {"order"},
    "http://www.w3.org/TR/": {"prov-o/#description-qualified-terms", "shacl/"},
}
GRAPH = Graph().parse(CRM_TTL).parse(ALIGNMENTS)
OURS = "https://kbcrm.example/"


def terms_under(namespace: str) -> set[str]:
    iris = {str(term) for triple in GRAPH for term in triple if isinstance(term, URIRef)}
    return {iri.removeprefix(namespace) for iri in iris if iri.startswith(namespace)}


def test_terms_of_the_standards_exist() -> None:
    for namespace in CLOSED:
        for name in terms_under(str(namespace)):
            assert name in namespace, f"{namespace}{name}"
    for base, known in OTHERS.items():
        assert terms_under(base) <= known


def test_no_standard_escapes_the_check() -> None:
    bases = (OURS, *OTHERS, *(str(namespace) for namespace in CLOSED))
    strangers = {iri for iri in terms_under("") if not iri.startswith(bases)}
    assert not strangers


def test_every_standard_of_the_architecture_is_aligned_to() -> None:
    aligned = Graph().parse(ALIGNMENTS)
    objects = {str(term) for term in aligned.objects()}
    others = (
        "http://www.w3.org/2006/vcard/ns#",
        "http://open-services.net/ns/rm#",
        "http://qudt.org/schema/qudt/",
    )
    for base in (ns.ORG, ns.SDO, ns.SKOS, ns.PROV, ns.TIME, ns.SOSA, *others):
        assert any(iri.startswith(str(base)) for iri in objects), base


def test_what_is_aligned_is_declared_and_sorts_of_terms_are_not_mixed() -> None:
    aligned, declared = Graph().parse(ALIGNMENTS), Graph().parse(CRM_TTL)
    crm = {term for term in aligned.subjects() if str(term).startswith(f"{OURS}ontology#")}
    for term in crm:
        assert (term, ns.RDF.type, None) in declared, term
    for term in aligned.subjects(ns.RDFS.subClassOf):
        assert (term, ns.RDF.type, ns.OWL.Class) in declared, term
    for term in aligned.subjects(ns.RDFS.subPropertyOf):
        assert (term, ns.RDF.type, ns.OWL.Class) not in declared, term
