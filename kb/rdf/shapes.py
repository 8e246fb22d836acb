"""ontology/shapes.ttl compiled into SPARQL queries that find what violates them.

Only what that file uses is compiled; anything else is refused, so that a rule
can never be skipped in silence. Constraints mean what SHACL says they mean,
but that values are not asked whether they are well-formed for their type: the
export writes no others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rdflib import RDF, SH, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

import ontology

ONTOLOGY: Final = Path(ontology.__file__).parent
CRM: Final = Namespace("https://kbcrm.example/ontology#")


class UnsupportedShapeError(Exception):
    """shapes.ttl uses a part of SHACL that is not compiled here; add it to `PATTERNS`, with a test."""


@dataclass(frozen=True, slots=True)
class Check:
    """One constraint: its query gives a row (`this`) for each node that violates it."""

    shape: str  # local name in shapes.ttl
    path: str  # local name of the property, "^" before it where it is followed backwards; "" for none
    query: str
    message_en: str
    message_zh: str
    remedy: str  # key of ontology.terms.REMEDIES
    severity: str  # "violation" | "warning"
    guard: str = ""  # a cheaper ASK, the same for several checks: where it says no, the query finds nothing


# What a value must be to violate a constraint; {to} is what the constraint asks
# for. Values are sifted first and only what is left is asked for its class:
# scanning a property is three times as fast as looking it up node by node.
VALUES: Final[dict[Node, str]] = {
    SH.datatype: "!isLiteral(?value) || datatype(?value) != {to}",
    SH["in"]: "?value NOT IN ({to})",
    SH.minInclusive: "!COALESCE(?value >= {to}, false)",
    SH.maxInclusive: "!COALESCE(?value <= {to}, false)",
}
SIFTED: Final = "?this {path} ?value . FILTER (({to}) && EXISTS {{ {target} }})"

# What a node must match to violate a constraint: {path} is the shape's path,
# {target} that ?this is a node which the shape is about.
PATTERNS: Final[dict[Node, str]] = {
    SH.minCount: "{target} FILTER NOT EXISTS {{ ?this {path} ?value }} FILTER ({to} = 1)",
    SH.maxCount: "{{ SELECT ?this WHERE {{ ?this {path} ?value }} GROUP BY ?this "
    "HAVING (COUNT(?value) > {to}) }} {target}",
    SH.lessThan: "?this {to} ?end ; {path} ?value . FILTER (!COALESCE(?value < ?end, false)) {target}",
    # Each value is asked once, and only those without the class itself for its subclasses.
    SH["class"]: "{{ SELECT ?value WHERE {{ {{ SELECT DISTINCT ?value WHERE {{ ?any {path} ?value }} }} "
    "FILTER NOT EXISTS {{ ?value a {to} }} FILTER NOT EXISTS {{ ?value a ?class . "
    "?class <http://www.w3.org/2000/01/rdf-schema#subClassOf>+ {to} }} }} }} ?this {path} ?value . {target}",
    SH.equals: "{target} {{ ?this {path} ?value FILTER NOT EXISTS {{ ?this {to} ?value }} }} UNION "
    "{{ ?this {to} ?value FILTER NOT EXISTS {{ ?this {path} ?value }} }}",
}
# Together the nodes of a shape are asked three times as fast what they lack as one property at a time.
LACKING: Final = "ASK {{ {target} FILTER ({lacks}) }}"
TOO_MANY: Final = (
    "ASK {{ {{ SELECT (COUNT(?value) AS ?values) (COUNT(DISTINCT ?this) AS ?nodes) "
    "WHERE {{ ?this {path} ?value }} }} FILTER (?values > {to} * ?nodes) }}"
)
DESCRIBING: Final = frozenset({RDF.type, SH.path, SH.message, SH.severity, CRM.remedy})


def checks(path: Path = ONTOLOGY / "shapes.ttl") -> list[Check]:
    """All constraints of the shapes, in the order of their names. Raises UnsupportedShapeError."""
    shapes = Graph().parse(path, format="turtle")
    found = [
        check
        for node in shapes.subjects(RDF.type, SH.NodeShape)
        for check in (*_property_checks(shapes, node), *_sparql_checks(shapes, node))
    ]
    return sorted(found, key=lambda check: (check.shape, check.query))


def _property_checks(shapes: Graph, node: Node) -> Iterator[Check]:
    target, lacking = _target(shapes, node), _lacking(shapes, node)
    for shape in shapes.objects(node, SH.property):
        path = shapes.value(shape, SH.path)
        asked = [each for each in shapes.predicate_objects(shape) if each[0] not in DESCRIBING]
        for constraint, pattern, to in _patterns(shapes, asked):
            terms = {"path": _path(shapes, path), "target": target, "to": to}
            query = f"SELECT DISTINCT ?this WHERE {{ {pattern.format(**terms)} }}"
            guards: dict[Node, str] = {SH.minCount: lacking, SH.maxCount: TOO_MANY.format(**terms)}
            name, guard = _path_name(shapes, path), guards.get(constraint, "")
            yield _check(shapes, shape, shape, path=name, query=query, guard=guard)


def _patterns(shapes: Graph, asked: list[tuple[Node, Node]]) -> Iterator[tuple[Node, str, str]]:
    """Constraint, pattern and what it asks for; all constraints on single values make one pattern."""
    sifted = []
    for constraint, to in asked:
        if constraint in VALUES:
            sifted.append(VALUES[constraint].format(to=_asked(shapes, to)))
        elif constraint in PATTERNS:
            yield constraint, PATTERNS[constraint], _asked(shapes, to)
        else:
            raise UnsupportedShapeError(f"{constraint} {to}")
    if sifted:
        yield SH.property, SIFTED, " || ".join(sorted(sifted))


def _lacking(shapes: Graph, node: Node) -> str:
    paths = [
        _path(shapes, shapes.value(shape, SH.path))
        for shape in shapes.objects(node, SH.property)
        if (shape, SH.minCount, None) in shapes
    ]
    lacks = " || ".join(f"NOT EXISTS {{ ?this {path} ?value }}" for path in sorted(paths))
    return LACKING.format(target=_target(shapes, node), lacks=lacks) if paths else ""


def _sparql_checks(shapes: Graph, node: Node) -> Iterator[Check]:
    """Queries of shapes.ttl; they bind $this themselves, and what they find is asked for the target."""
    for constraint in shapes.objects(node, SH.sparql):
        select = str(shapes.value(constraint, SH.select)).replace("$this", "?this")
        body, _, _ = select.rpartition("}")
        query = f"{_prefixes(shapes, constraint)}{body} FILTER EXISTS {{ {_target(shapes, node)} }} }}"
        yield _check(shapes, constraint, node, path="", query=query)


def _prefixes(shapes: Graph, constraint: Node) -> str:
    declared = [
        (shapes.value(each, SH.prefix), shapes.value(each, SH.namespace))
        for source in shapes.objects(constraint, SH.prefixes)
        for each in shapes.objects(source, SH.declare)
    ]
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(declared, key=str))


def _check(shapes: Graph, shape: Node, severe: Node, **rest: str) -> Check:
    messages = {getattr(text, "language", None): str(text) for text in shapes.objects(shape, SH.message)}
    warning = shapes.value(severe, SH.severity) == SH.Warning
    return Check(
        shape=_local(shape),
        message_en=messages["en"],
        message_zh=messages["zh"],
        remedy=str(shapes.value(shape, CRM.remedy)),
        severity="warning" if warning else "violation",
        **rest,
    )


def _target(shapes: Graph, node: Node) -> str:
    if (of := shapes.value(node, SH.targetClass)) is not None:
        return f"?this a {of.n3()} ."
    if (of := shapes.value(node, SH.targetSubjectsOf)) is not None:
        return f"?this {of.n3()} ?target ."
    raise UnsupportedShapeError(f"{node} has neither sh:targetClass nor sh:targetSubjectsOf")


def _path(shapes: Graph, path: Node | None) -> str:
    """The path as SPARQL writes it: a property, one backwards, or any of several."""
    if isinstance(path, URIRef):
        return path.n3()
    if (backwards := shapes.value(path, SH.inversePath)) is not None:
        return f"^{backwards.n3()}"
    if (several := shapes.value(path, SH.alternativePath)) is not None:
        return f"({'|'.join(each.n3() for each in Collection(shapes, several))})"
    raise UnsupportedShapeError(f"path {path}")


def _path_name(shapes: Graph, path: Node | None) -> str:
    """The path with local names: "at", "^hasFact", "value|object"."""
    parts = re.split(r"([|^])", _path(shapes, path).strip("()"))
    return "".join(part if part in {"|", "^"} else _local(part.strip("<>")) for part in parts)


def _asked(shapes: Graph, asked: Node) -> str:
    """A term as SPARQL writes it; the items of a list, parted by commas."""
    if (asked, RDF.first, None) in shapes:
        return ", ".join(item.n3() for item in Collection(shapes, asked))
    return asked.n3()


def _local(term: Node | str) -> str:
    return str(term).replace("#", "/").rsplit("/", 1)[-1]
