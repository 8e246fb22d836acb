"""The ontology's terms in the reader's language."""

from collections.abc import Iterator

from ontology import terms
from ontology.vocabulary import Label, Predicate
from webapp.language import locale_code
from webapp.translate import gettext as _


def predicate(name: str) -> str:
    """ "preferred channel"; the bare name where the ontology does not know it (any more)."""
    known = terms.PREDICATES.get(name)
    return known.label(locale_code()) if known else name


def explanation(name: str) -> str:
    """One sentence on what the predicate states, "" where unknown."""
    known = terms.PREDICATES.get(name)
    if known is None:
        return ""
    return Label(known.comment, known.comment_zh).text(locale_code())


def kind(code: str) -> str:
    return _label(terms.KINDS, code)


def status(code: str) -> str:
    return _label(terms.STATUSES, code)


def channel(code: str) -> str:
    """ "e-mail"; a line of an imported file, which is nobody's channel, has its own word."""
    return _("record of a file") if code == "record" else _label(terms.INTERACTION_CHANNELS, code)


def group(code: str) -> str:
    return _label(terms.GROUPS, code)


def unit(code: str) -> str:
    """ "days"; what is no unit of the ontology as it stands."""
    return _label(terms.UNITS, "DAY" if code in ("day", "days") else code)


def node_type(code: str) -> str:
    known = terms.NODE_TYPES.get(code)
    return Label(known.label_en, known.label_zh).text(locale_code()) if known else code


def group_of(name: str) -> str:
    """Key of the predicate's group; the last one for what the ontology does not know."""
    known = terms.PREDICATES.get(name)
    return known.group if known else list(terms.GROUPS)[-1]


def groups() -> tuple[str, ...]:
    """Keys of the groups, in the order of pages."""
    return tuple(terms.GROUPS)


def channels() -> tuple[str, ...]:
    return tuple(terms.INTERACTION_CHANNELS)


def stated_of(node_label: str) -> Iterator[Predicate]:
    """The predicates that may be stated of a node with this label, by group, then by name."""
    order = list(terms.GROUPS)
    mine = (known for known in terms.PREDICATES.values() if node_label in known.domain)
    yield from sorted(mine, key=lambda known: (order.index(known.group), known.label(locale_code())))


def closings(name: str) -> tuple[str, ...]:
    """Codes of how a statement of the predicate is closed; () for what just ends."""
    known = terms.PREDICATES.get(name)
    return known.closings if known else ()


def find(name: str) -> Predicate | None:
    return terms.PREDICATES.get(name)


def _label(labels: dict[str, Label], code: str) -> str:
    known = labels.get(code)
    return known.text(locale_code()) if known else code
