"""Values of the graph as RDF literals, typed as the ontology declares."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from pyoxigraph import Literal

from kb.model.moment import BEGINNING, FOREVER, to_iso
from kb.rdf.names import datatype

# What a text must look like to be given the type that its property wants.
_LEXICAL: Final = {
    "decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    "integer": re.compile(r"[+-]?\d+"),
    "boolean": re.compile(r"true|false"),
    "date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "dateTime": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
}
_TEXT: Final = frozenset({"", "string"})
_FRACTION: Final = 18  # digits after the point that every processor must keep (XSD 1.1 part 2, 5.4)


def literal(value: object, wanted: str) -> Literal | None:
    """The literal of a scalar; `wanted` is the local name of an XSD type, "" for any.

    A value that does not fit keeps the type that it has, so that a shape can
    find it. None for the open end of an interval, which RDF leaves out.
    """
    if isinstance(value, str):
        return literal_text(value) if wanted in _TEXT else _text(value, wanted)
    if isinstance(value, bool):
        return Literal("true" if value else "false", datatype=datatype("boolean"))
    if isinstance(value, int):
        return _instant(value) if wanted == "dateTime" else _integer(value, wanted)
    if isinstance(value, float):
        return _real(value, wanted)
    return _text(str(value), wanted)


def literal_text(value: str) -> Literal:
    """A plain text. Half a surrogate pair is no character; RDF gets U+FFFD in its place."""
    try:
        return Literal(value)
    except ValueError:
        return Literal(value.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


@lru_cache(maxsize=65_536)
def _instant(millis: int) -> Literal | None:
    if millis >= FOREVER:
        return None
    if millis < BEGINNING:
        return _integer(millis, "integer")
    return Literal(str(to_iso(millis)), datatype=datatype("dateTime"))


def _integer(value: int, wanted: str) -> Literal:
    if wanted == "double":
        return _real(float(value), wanted)
    return Literal(str(value), datatype=datatype("decimal" if wanted == "decimal" else "integer"))


def _real(value: float, wanted: str) -> Literal:
    if wanted == "decimal":
        plain = format(Decimal(repr(value)), "f")
        if len(plain.partition(".")[2]) <= _FRACTION:
            return Literal(plain, datatype=datatype("decimal"))
    return Literal(repr(value), datatype=datatype("double"))


def _text(value: str, wanted: str) -> Literal:
    pattern = _LEXICAL.get(wanted)
    if pattern is not None and pattern.fullmatch(value):
        return Literal(value, datatype=datatype(wanted))
    return literal_text(value)
