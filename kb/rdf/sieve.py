"""Which rows are plainly sound, told from the rows themselves; only the others are asked every rule.

A row passes where nothing that shapes.ttl says of its class can be broken by it. Whatever is unusual (a
property of another type, a name that another could be spelled as, a relationship with an end) does not
pass: it may be sound all the same, which the rules then find. So the rules stay the only judge of what is
wrong, and a rule that is not listed in RULES is asked of every row.
"""

import re
from collections.abc import Callable, Set
from typing import Any, Final

from kb.model.fact import Kind, Status
from kb.model.moment import BEGINNING, FOREVER
from kb.rdf.rows import Row
from ontology.terms import CHANNEL_CLASSES, PREDICATES, QUALIFIERS

RULES: Final = frozenset(
    {
        *("fact-statement", "fact-subject", "fact-held", "fact-predicate", "fact-content", "fact-object"),
        *("fact-kind", "fact-status", "fact-confidence", "fact-valid-from", "fact-valid-to"),
        *(
            "fact-recorded-at",
            "fact-superseded-at",
            "fact-evidence",
            "fact-rule",
            "fact-domain",
            "fact-range",
        ),
        *("subject-functional", "evidence-interaction", "evidence-start", "evidence-end", "evidence-words"),
        *("inference-premise", "inference-rule", "interaction-at", "interaction-channel"),
        *("interaction-direction", "interaction-text", "line-product", "line-quantity", "involvement-party"),
        *("involvement-recorded-at", "role-customer", "contact-linked", "node-id", "node-unique"),
        "node-class",
    }
)
KINDS: Final = frozenset(kind.value for kind in Kind)
STATUSES: Final = frozenset(status.value for status in Status)
CHANNELS: Final = frozenset(CHANNEL_CLASSES)
DIRECTIONS: Final = frozenset({"inbound", "outbound", "internal", "unknown"})

FACT_NAMES: Final = frozenset(
    {
        *(
            "id",
            "statement",
            "subject",
            "predicate",
            "object",
            "value",
            "unit",
            "kind",
            "confidence",
            "status",
        ),
        *("valid_from", "valid_to", "recorded_at", "superseded_at", "rule"),
        *QUALIFIERS,
    }
)
WORDS: Final = ("unit", "rule", "object", *QUALIFIERS)
TOPICS: Final = frozenset({"Product", "Feature"})
# Names that are spelled in one way only, and are no terms that the rules ask of every node.
_USUAL: Final = re.compile(r"(?!occurrence$|has_fact$|object_node$)[a-z]+(_[a-z]+)*")
_DECIMAL: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)

Labels = dict[str, str]  # of nodes by id
Texts = dict[str, str | None]  # of interactions by id; None for one that is not a plain text


class Names:
    """Whether all properties of a row have usual names; a graph has few, so that each is read once."""

    def __init__(self) -> None:
        self._usual: set[str] = set()

    def usual(self, props: Row) -> bool:
        unknown = props.keys() - self._usual
        if not unknown:
            return True
        if not all(_USUAL.fullmatch(name) for name in unknown):
            return False
        self._usual |= unknown
        return True


def plain_fact(props: Row) -> bool:
    """Whether a fact's own properties are in order; its subject and object must be asked for beside."""
    if not _is(str, props, "statement", "subject", "predicate", "kind", "status"):
        return False
    term = PREDICATES.get(props["predicate"])
    return (
        term is not None
        and props.keys() <= FACT_NAMES
        and props["kind"] in KINDS
        and props["status"] in STATUSES
        and type(props.get("confidence")) is float
        and 0 <= props["confidence"] <= 1
        and _interval(props, "valid_from", "valid_to")
        and _interval(props, "recorded_at", "superseded_at")
        and all(props.get(name) is None or type(props[name]) is str for name in WORDS)
        and _one_content(props, term.range)
    )


def _one_content(props: Row, wanted: str) -> bool:
    value = props.get("value")
    if value is None or props.get("object") is not None:
        return value is None and props.get("object") is not None
    return type(value) in (str, bool, float) or (type(value) is int and wanted != "dateTime")


def fitting(props: Row, labels: Labels) -> bool:
    """Whether the predicate of a plain fact may be said of its subject, and lead to its object."""
    term, object = PREDICATES[props["predicate"]], props.get("object")
    if labels.get(props["subject"]) not in term.domain:
        return False
    return object is None or (term.object_class is not None and labels.get(object) == term.object_class)


def plain_interaction(props: Row) -> bool:
    text, direction = props.get("text"), props.get("direction")
    return (
        _instant(props.get("at"))
        and type(props.get("channel")) is str
        and props["channel"] in CHANNELS
        and (direction is None or (type(direction) is str and direction in DIRECTIONS))
        and (text is None or type(text) is str)
    )


def text_of(props: Row) -> str | None:
    """The text that quotations count in; None for one that RDF cannot say as it is."""
    text = props.get("text") or ""
    if type(text) is not str:
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    return text


def _evidence(row: Row, labels: Labels, texts: Texts) -> bool:
    props = row["props"]
    start, end, quote = props.get("start"), props.get("end"), props.get("text")
    if type(start) is not int or type(end) is not int or labels.get(row["to"]) != "Interaction":
        return False
    if start == end == 0:
        return quote is None
    text = texts.get(row["to"])
    if text is None or not 0 <= start < end <= len(text):
        return False
    return quote is None or quote == text[start:end]


def _inference(row: Row, labels: Labels, _texts: Texts) -> bool:
    return labels.get(row["to"]) == "Fact" and type(row["props"].get("rule")) is str


def _involvement(row: Row, _labels: Labels, _texts: Texts) -> bool:
    return "recorded_at" not in row["props"] or _interval(row["props"], "recorded_at", "superseded_at")


def _line(row: Row, labels: Labels, _texts: Texts) -> bool:
    quantity = row["props"].get("quantity")
    return labels.get(row["to"]) == "Product" and type(quantity) is str and bool(_DECIMAL.fullmatch(quantity))


def _contact_role(row: Row, labels: Labels, _texts: Texts) -> bool:
    return labels.get(row["to"]) == "Customer"


def _bare(row: Row, _labels: Labels, _texts: Texts) -> bool:
    return not row["props"]


def _topic(row: Row, labels: Labels, _texts: Texts) -> bool:
    return not row["props"] and labels.get(row["to"]) in TOPICS


# By type: the properties that a plain relationship may have, and what else must hold of it.
LINKS: Final[dict[str, tuple[Set[str], Callable[[Row, Labels, Texts], bool]]]] = {
    "HAS_FACT": (frozenset(), _bare),
    "OBJECT": (frozenset(), _bare),
    "ABOUT": (frozenset(), _topic),
    "EVIDENCED_BY": (frozenset({"n", "start", "end", "text"}), _evidence),
    "DERIVED_FROM": (frozenset({"n", "rule"}), _inference),
    "INVOLVES": (frozenset({"role", "start", "end", "by", "recorded_at", "superseded_at"}), _involvement),
    "LINE": (frozenset({"n", "quantity", "unit_price", "amount", "currency", "recorded_at"}), _line),
    "CONTACT_OF": (
        frozenset({"role", "since", "until", "recorded_at", "superseded_at", "valid_from", "valid_to"}),
        _contact_role,
    ),
    "HAS_FEATURE": (frozenset({"recorded_at", "superseded_at"}), lambda *_: True),
}


def plain_link(row: Row, labels: Labels, texts: Texts) -> bool:
    """Whether a relationship is in order, as far as it and the node that it leads to tell."""
    known = LINKS.get(row["type"])
    return known is not None and row["props"].keys() <= known[0] and known[1](row, labels, texts)


def _is(kind: type, props: Row, *names: str) -> bool:
    return all(type(props.get(name)) is kind for name in names)


def _instant(value: Any) -> bool:
    return type(value) is int and BEGINNING <= value < FOREVER


def _interval(props: Row, start: str, end: str) -> bool:
    """Begins at an instant and ends later, if at all; FOREVER is the open end."""
    ends = props.get(end)
    return _instant(props.get(start)) and (ends is None or (type(ends) is int and ends > props[start]))
