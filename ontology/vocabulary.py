"""The shapes of what ontology/terms.py lists: predicates, node types, relationships, labels.

Written by hand; the lists themselves are generated. Nothing here or there
imports rdflib, so that the vocabulary costs a program less than 5 ms to load.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """What a term is called in the two languages of KBCRM."""

    en: str
    zh: str

    def text(self, language: str) -> str:
        """The Chinese label for zh and its regional tags, the English one for every other language."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Predicate:
    """What a fact may state, as declared in crm.ttl (crm:Predicate)."""

    name: str  # local name, as facts store it: "prefersChannel"
    label_en: str
    label_zh: str
    comment: str
    functional: bool  # one value at a time for a subject
    functional_per_unit: bool  # one value at a time for a subject and unit (currency)
    domain: tuple[str, ...]  # labels of the nodes that it may be stated of
    range: str  # local name of an XSD type: string, integer, decimal, dateTime; or `object_class`
    object_class: str | None  # label of the node that it leads to; None where the fact holds a value
    unit: str | None  # a QUDT unit ("DAY"); "currency" where each statement names an ISO 4217 code
    shareable: bool  # a customer may see it about itself
    group: str  # key of GROUPS: the heading on pages
    standing: tuple[str, ...]  # kinds of knowledge, highest standing first
    comment_zh: str
    closings: tuple[str, ...]  # how a statement of it is closed: codes of the qualifier "closing"

    def label(self, language: str) -> str:
        """Its name in English or Chinese (see Label.text)."""
        return Label(self.label_en, self.label_zh).text(language)

    def outranks(self, kind: str, other: str) -> bool:
        """Whether `kind` has equal or higher standing than `other`, so that it may supersede it."""
        return self.standing.index(kind) <= self.standing.index(other)


@dataclass(frozen=True, slots=True)
class Qualifier:
    """What may narrow a fact beside its value, as declared in crm.ttl (crm:Qualifier)."""

    name: str  # as facts store it: "compared_with"
    label_en: str
    label_zh: str
    range: str  # local name of an XSD type, or "" where it leads to a node
    codes: tuple[str, ...]  # what it may say; empty where any words will do

    def label(self, language: str) -> str:
        """Its name in English or Chinese (see Label.text)."""
        return Label(self.label_en, self.label_zh).text(language)


@dataclass(frozen=True, slots=True)
class NodeType:
    """A class whose instances are nodes of the graph: label, unique key, indexed properties."""

    name: str
    label_en: str
    label_zh: str
    key: str
    indexed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship of the graph, and how RDF states it.

    `direct` relates its two ends; where it has properties of its own, a node of
    class `qualified` carries them: start -`link`-> that node -`target`-> end.
    """

    type: str  # as in the graph: "EVIDENCED_BY"
    label_en: str
    label_zh: str
    direct: str  # IRI
    qualified: str | None  # local name of a class of crm.ttl
    link: str | None  # IRI
    target: str | None  # IRI
