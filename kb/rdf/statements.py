"""Rows of the graph as RDF statements, in one order.

A relationship is stated directly (`<fact> prov:wasDerivedFrom <mail>`), and
where it has properties of its own also through a node that carries them, as
PROV-O qualifies its relations. What is no longer believed or no longer so is
stated through that node only.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from kb.model.moment import FOREVER
from kb.model.money import decimal_of
from kb.rdf.literals import literal, literal_text
from kb.rdf.names import LINKS, PROV, RDF, datatype, iri, node_of, property_of, term, undeclared
from kb.rdf.rows import GraphRows, Row, canonical, edge_key, node_key, ordered
from ontology.terms import CHANNEL_CLASSES, PREDICATES, RELATIONSHIPS

TYPE: Final = iri(RDF + "type")
ID: Final = term("id")
PREDICATE: Final = term("predicate")
VALUE: Final = term("value")
OCCURRENCE: Final = term("occurrence")
DERIVATION: Final = iri(PROV + "Derivation")
DERIVATIONS: Final = frozenset({"Evidence", "Inference"})
FACT_TERMS: Final = frozenset({"id", "subject", "predicate", "object", "value", "about"})

# Stored names that say something else on a relationship than on a node.
RENAMED: Final = {"n": "position"}
RENAMED_OF: Final = {"EVIDENCED_BY": RENAMED | {"text": "quote"}}
ENDED: Final = ("superseded_at", "until")


def statements(rows: GraphRows) -> Iterator[Triple]:
    """Everything the graph says: each node, then the relationships that start from it."""
    edges = ordered(rows.edges(), edge_key)
    edge = next(edges, None)
    previous, occurrence = None, 1
    for node in ordered(rows.nodes(), node_key):
        while edge is not None and edge["from"] < node["id"]:
            yield from edge_statements(edge)
            edge = next(edges, None)
        occurrence = occurrence + 1 if node["id"] == previous else 1
        previous = node["id"]
        yield from node_statements(node, occurrence)
    while edge is not None:
        yield from edge_statements(edge)
        edge = next(edges, None)


def node_statements(row: Row, occurrence: int = 1) -> list[Triple]:
    """One node. From the second of an id on it says so: no IRI could tell them apart."""
    node = node_of(row["id"])
    props = row["props"]
    said = [Triple(node, TYPE, term(row["label"])), Triple(node, ID, literal_text(row["id"]))]
    channel = props.get("channel")
    if row["label"] == "Interaction" and isinstance(channel, str) and channel in CHANNEL_CLASSES:
        said.append(Triple(node, TYPE, term(CHANNEL_CLASSES[channel])))
    if occurrence > 1:
        said.append(Triple(node, OCCURRENCE, Literal(str(occurrence), datatype=datatype("integer"))))
    own = _fact_terms(node, props, said) if row["label"] == "Fact" else frozenset({"id"})
    for name in sorted(props):
        if name not in own:
            prop, wanted = property_of(name)
            _state(said, node, prop, props[name], wanted)
    return said


def _fact_terms(node: NamedNode, props: Row, said: list[Triple]) -> frozenset[str]:
    """What a fact states in RDF's own way: ends are nodes, the predicate a term, the value typed by it.

    What it is about is stated by its relationship.
    """
    predicate = str(props.get("predicate"))
    ends = (name for name in ("subject", "object") if props.get(name) is not None)
    said.extend(Triple(node, term(name), node_of(str(props[name]))) for name in ends)
    if props.get("predicate") is not None:
        said.append(Triple(node, PREDICATE, term(predicate)))
    known = PREDICATES.get(predicate)
    wanted = "" if known is None or known.object_class is not None else known.range
    _state(said, node, VALUE, props.get("value"), wanted)
    return FACT_TERMS


def _state(said: list[Triple], node: NamedNode, prop: NamedNode, value: object, wanted: str) -> None:
    """Adds what a property says: nothing for null and for an open end, several statements for a list."""
    for item in value if isinstance(value, list | tuple) else (value,):
        stated = None if item is None else literal(item, wanted)
        if stated is not None:
            said.append(Triple(node, prop, stated))


def edge_statements(row: Row) -> list[Triple]:
    """One relationship; of a type that the ontology does not know, both ends and nothing else."""
    start, end, props = node_of(row["from"]), node_of(row["to"]), row["props"]
    known = RELATIONSHIPS.get(row["type"])
    if known is None:
        return [Triple(start, undeclared(row["type"].lower()), end)]
    said = [] if _ended(props) else [Triple(start, iri(known.direct), end)]
    if known.qualified is None or known.link is None or known.target is None:
        return said
    link = NamedNode(link_iri(row))
    said.append(Triple(start, iri(known.link), link))
    said.append(Triple(link, TYPE, term(known.qualified)))
    if known.qualified in DERIVATIONS:
        said.append(Triple(link, TYPE, DERIVATION))
    said.append(Triple(link, iri(known.target), end))
    renamed = RENAMED_OF.get(row["type"], RENAMED)
    for name in sorted(props):
        prop, wanted = property_of(renamed.get(name, name))
        value = props[name]
        if name == "amount" and isinstance(value, int):
            value = decimal_of(value)  # stored in ten-thousandths
        _state(said, link, prop, value, wanted)
    return said


def _ended(props: Row) -> bool:
    return any(props.get(name) not in {None, "", FOREVER} for name in ENDED)


def link_iri(row: Row) -> str:
    """The same for a relationship before and after it is superseded."""
    lasting = {name: value for name, value in row["props"].items() if name != "superseded_at"}
    said = "\n".join((row["from"], row["type"], row["to"], canonical(lasting)))
    return LINKS + sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]
