"""Writes ontology/terms.py from ontology/crm.ttl.

python -m ontology.generate            write it
python -m ontology.generate --check    end with status 1 if it is out of date
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ontology.vocabulary import NodeType, Predicate, Qualifier, Relationship

HERE = Path(__file__).parent
SOURCE = HERE / "crm.ttl"
TARGET = HERE / "terms.py"
CRM = Namespace("https://kbcrm.example/ontology#")
CURRENCY = URIRef("http://qudt.org/vocab/quantitykind/Currency")

HEAD = '''"""The vocabulary as Python values.

Generated from ontology/crm.ttl by `python -m ontology.generate`: change that
file, then run the command; a test compares the two.
"""

# ruff: noqa: E501 -- one entry a line, so that a change of the ontology shows as the lines it changes
# fmt: off

from typing import Final

from ontology.vocabulary import Label, NodeType, Predicate, Qualifier, Relationship
'''


class UndeclaredError(Exception):
    """A term of crm.ttl lacks what its kind must declare."""


class Ontology:
    """crm.ttl, read for what terms.py lists."""

    def __init__(self, turtle: str) -> None:
        self.graph = Graph().parse(data=turtle, format="turtle")

    def instances(self, of: URIRef) -> list[Node]:
        """Terms of a class: in the order of sh:order where they give one, by name otherwise."""
        return sorted(self.graph.subjects(RDF.type, of), key=self._place)

    def holding(self, declaration: URIRef) -> list[Node]:
        """Terms that make a declaration, in the same order."""
        return sorted(self.graph.subjects(declaration, None), key=self._place)

    def one(self, term: Node, declaration: URIRef) -> Node:
        """The value of a declaration that the term must make. Raises UndeclaredError."""
        value = self.graph.value(term, declaration)
        if value is None:
            raise UndeclaredError(f"{term} declares no {declaration}; add it to {SOURCE.name}")
        return value

    def label(self, term: Node, language: str, declaration: URIRef = RDFS.label) -> str:
        """The text of a declaration in a language. Raises UndeclaredError."""
        for text in self.graph.objects(term, declaration):
            if getattr(text, "language", None) == language:
                return str(text)
        raise UndeclaredError(f"{term} has no {declaration} in {language}; add it to {SOURCE.name}")

    def labels(self, term: Node) -> tuple[str, str]:
        return self.label(term, "en"), self.label(term, "zh")

    def items(self, head: Node | None) -> list[Node]:
        return [] if head is None else list(Collection(self.graph, head))

    def texts(self, term: Node, declaration: URIRef) -> tuple[str, ...]:
        """The texts of a declared list; () for a term that declares none."""
        return tuple(str(item) for item in self.items(self.graph.value(term, declaration)))

    def flag(self, term: Node, declaration: URIRef) -> bool:
        return str(self.one(term, declaration)) == "true"

    def notation(self, term: Node) -> str:
        return str(self.one(term, SKOS.notation))

    def _place(self, term: Node) -> tuple[int, str]:
        return int(str(self.graph.value(term, SH.order) or 0)), str(term)


def local(term: Node) -> str:
    """The part of an IRI after its last # or /."""
    return str(term).replace("#", "/").rsplit("/", 1)[-1]


def predicates(ontology: Ontology) -> Iterator[Predicate]:
    for term in ontology.instances(CRM.Predicate):
        target = local(ontology.one(term, RDFS.range))
        is_object = (term, RDF.type, OWL.ObjectProperty) in ontology.graph
        yield Predicate(
            name=local(term),
            label_en=ontology.label(term, "en"),
            label_zh=ontology.label(term, "zh"),
            comment=ontology.label(term, "en", RDFS.comment),
            functional=ontology.flag(term, CRM.functional),
            functional_per_unit=ontology.graph.value(term, CRM.functionalPer) == CRM.unit,
            domain=_domain(ontology, term),
            range=target,
            object_class=target if is_object else None,
            unit=_unit(ontology, term),
            shareable=ontology.flag(term, CRM.shareableWithCustomer),
            group=ontology.notation(ontology.one(term, CRM.group)),
            standing=standing(ontology, term),
            comment_zh=ontology.label(term, "zh", RDFS.comment),
            closings=ontology.texts(term, CRM.closedBy),
        )


def qualifiers(ontology: Ontology) -> Iterator[Qualifier]:
    for term in ontology.instances(CRM.Qualifier):
        target = ontology.graph.value(term, RDFS.range)
        leads = (term, RDF.type, OWL.ObjectProperty) in ontology.graph
        yield Qualifier(
            name=re.sub(r"(?=[A-Z])", "_", local(term)).lower(),
            label_en=ontology.label(term, "en"),
            label_zh=ontology.label(term, "zh"),
            range="" if leads or target is None else local(target),
            codes=ontology.texts(term, CRM.codes),
        )


def _domain(ontology: Ontology, term: Node) -> tuple[str, ...]:
    domain = ontology.one(term, RDFS.domain)
    union = ontology.graph.value(domain, OWL.unionOf)
    return tuple(local(item) for item in ontology.items(union)) if union is not None else (local(domain),)


def _unit(ontology: Ontology, term: Node) -> str | None:
    if ontology.graph.value(term, CRM.quantityKind) == CURRENCY:
        return "currency"
    unit = ontology.graph.value(term, CRM.unitOfMeasure)
    return None if unit is None else local(unit)


def standing(ontology: Ontology, term: Node = CRM.Predicate) -> tuple[str, ...]:
    """The standing order of a predicate: its own, or the one that crm:Predicate declares for all."""
    order = ontology.graph.value(term, CRM.standingOrder) or ontology.one(CRM.Predicate, CRM.standingOrder)
    return tuple(ontology.notation(kind) for kind in ontology.items(order))


def node_types(ontology: Ontology) -> Iterator[NodeType]:
    for term in ontology.holding(CRM.storedAs):
        indexed = ontology.texts(term, CRM.indexed)
        yield NodeType(
            str(ontology.one(term, CRM.storedAs)),
            *ontology.labels(term),
            key=str(ontology.one(term, CRM.key)),
            indexed=indexed,
        )


def relationships(ontology: Ontology) -> Iterator[Relationship]:
    for term in ontology.holding(CRM.storedAsRelationship):
        qualified, link, target = (
            ontology.graph.value(term, name)
            for name in (CRM.qualifiedClass, CRM.qualifiedLink, CRM.qualifiedTarget)
        )
        yield Relationship(
            str(ontology.one(term, CRM.storedAsRelationship)),
            *ontology.labels(term),
            direct=str(ontology.one(term, CRM.directProperty)),
            qualified=None if qualified is None else local(qualified),
            link=None if link is None else str(link),
            target=None if target is None else str(target),
        )


def datatypes(ontology: Ontology) -> Iterator[tuple[str, str]]:
    """Every datatype property with the local name of its XSD type; "" where any type will do."""
    for term in ontology.instances(OWL.DatatypeProperty):
        target = ontology.graph.value(term, RDFS.range)
        yield local(term), "" if target is None else local(target)


def coded(ontology: Ontology, of: URIRef) -> Iterator[tuple[str, tuple[str, str]]]:
    for term in ontology.instances(of):
        yield ontology.notation(term), ontology.labels(term)


def channels(ontology: Ontology, *declarations: URIRef) -> Iterator[tuple[str, Node]]:
    """Codes of channels with their classes."""
    for declaration in declarations:
        for term in ontology.holding(declaration):
            yield str(ontology.one(term, declaration)), term


def render(turtle: str) -> str:
    """The text of terms.py for the text of crm.ttl. Raises UndeclaredError."""
    ontology = Ontology(turtle)
    touches = channels(ontology, CRM.channelCode)
    ways = channels(ontology, CRM.channelCode, CRM.evidenceChannelCode)
    sections = [
        _value("NAMESPACE", "str", str(CRM)),
        _value("STANDING", "tuple[str, ...]", standing(ontology)),
        _table("KINDS", "Label", _labels(coded(ontology, CRM.KnowledgeKind))),
        _table("STATUSES", "Label", _labels(coded(ontology, CRM.FactStatus))),
        _table("UNITS", "Label", _labels(coded(ontology, CRM.UnitOfMeasure))),
        _table("REMEDIES", "Label", _labels(coded(ontology, CRM.Remedy))),
        _table("GROUPS", "Label", _labels(coded(ontology, CRM.PredicateGroup))),
        _table(
            "INTERACTION_CHANNELS", "Label", _labels((code, ontology.labels(term)) for code, term in touches)
        ),
        _table("CHANNEL_CLASSES", "str", ((code, _literal(local(term))) for code, term in ways)),
        _table("NODE_TYPES", "NodeType", ((each.name, _call(each)) for each in node_types(ontology))),
        _table("RELATIONSHIPS", "Relationship", ((e.type, _call(e)) for e in relationships(ontology))),
        _table("PREDICATES", "Predicate", ((each.name, _call(each)) for each in predicates(ontology))),
        _table("QUALIFIERS", "Qualifier", ((each.name, _call(each)) for each in qualifiers(ontology))),
        _table("DATATYPES", "str", ((name, _literal(kind)) for name, kind in datatypes(ontology))),
    ]
    return "\n".join([HEAD, *sections])


def _labels(pairs: Iterable[tuple[str, tuple[str, str]]]) -> Iterator[tuple[str, str]]:
    for code, (en, zh) in pairs:
        yield code, f"Label({_literal(en)}, {_literal(zh)})"


def _call(entry: Predicate | Qualifier | NodeType | Relationship) -> str:
    values = (getattr(entry, field) for field in type(entry).__dataclass_fields__)
    return f"{type(entry).__name__}({', '.join(map(_literal, values))})"


def _literal(value: object) -> str:
    """Python source, with double quotes as the formatter would write them."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        return f"({', '.join(map(_literal, value))}{',' if len(value) == 1 else ''})"
    return repr(value)


def _value(name: str, kind: str, value: object) -> str:
    return f"{name}: Final[{kind}] = {_literal(value)}\n"


def _table(name: str, kind: str, rows: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f"    {_literal(key)}: {source},\n" for key, source in rows)
    return f"{name}: Final[dict[str, {kind}]] = {{\n{lines}}}\n"


def main(arguments: list[str]) -> int:
    text = render(SOURCE.read_text(encoding="utf-8"))
    if "--check" not in arguments:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{TARGET} is out of date: run python -m ontology.generate\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
