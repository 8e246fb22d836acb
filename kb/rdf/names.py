"""IRIs of nodes and terms. A node's IRI is its id, percent-encoded, and can be turned back into it."""

from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

from pyoxigraph import NamedNode

from ontology.terms import DATATYPES, NAMESPACE, PREDICATES

NODES: Final = "https://kbcrm.example/id/"
LINKS: Final = "https://kbcrm.example/link/"  # nodes that carry the properties of a relationship
UNDECLARED: Final = "https://kbcrm.example/property#"  # properties that crm.ttl does not know
PROV: Final = "http://www.w3.org/ns/prov#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: Final = {"crm": NAMESPACE, "id": NODES, "link": LINKS, "prov": PROV, "rdf": RDF, "xsd": XSD}

# What RFC 3987 lets stand in a path segment, less the percent sign that we encode with.
_PLAIN: Final = ":@!$&'()*+,;=-._~"


def node_iri(id: str) -> str:
    """The IRI of a node. Any text is an id, also one with slashes, spaces or Chinese characters."""
    return NODES + quote(id, safe=_PLAIN, errors="surrogatepass")


def node_id(iri: str) -> str:
    """The id that `node_iri` made the IRI from; an IRI that is no node's comes back as it is."""
    if not iri.startswith(NODES):
        return iri
    return unquote(iri[len(NODES) :], errors="surrogatepass")


@lru_cache(maxsize=65_536)
def node_of(id: str) -> NamedNode:
    """`node_iri` as a term; the ends of relationships come again and again."""
    return NamedNode(node_iri(id))


@lru_cache(maxsize=4096)
def iri(text: str) -> NamedNode:
    """A term by its whole IRI."""
    return NamedNode(text)


@lru_cache(maxsize=4096)
def term(name: str) -> NamedNode:
    """A class or predicate of the ontology, by local name; declared or not."""
    return NamedNode(NAMESPACE + quote(name, safe="-._~"))


def undeclared(name: str) -> NamedNode:
    """A property that the graph has and crm.ttl does not declare."""
    return NamedNode(UNDECLARED + quote(name, safe="-._~"))


@lru_cache(maxsize=4096)
def datatype(name: str) -> NamedNode:
    """An XSD type by local name."""
    return NamedNode(XSD + name)


@lru_cache(maxsize=4096)
def property_of(stored: str) -> tuple[NamedNode, str]:
    """The property that a stored name like `recorded_at` stands for, and its XSD type ("" for any)."""
    head, *rest = stored.split("_")
    name = head + "".join(part.capitalize() for part in rest)
    wanted = DATATYPES.get(name)
    if wanted is None:
        predicate = PREDICATES.get(name)
        if predicate is None or predicate.object_class is not None:
            return undeclared(stored), ""
        wanted = predicate.range
    return term(name), wanted
