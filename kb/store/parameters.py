"""Parameters are checked before they travel: ArcadeDB stores what Neo4j refuses.

Rows of a batch may be maps within lists within maps. A list is either of maps or of
scalars of one type; nothing else can become a property on both engines.
"""

import math
from collections.abc import Mapping

from kb.errors import Invalid

INTEGERS = range(-(2**63), 2**63)


def check_parameters(params: Mapping[str, object]) -> None:
    """Raises Invalid naming the place, e.g. `rows[3].tags`, of the first value that cannot be stored."""
    for name, value in params.items():
        _check(name, value)


def _check(place: str, value: object) -> None:
    kind = type(value)
    if value is None or kind is bool:
        return
    if isinstance(value, str):  # an enumeration of text is text and travels as such
        _check_text(place, value)
    elif kind is int:
        _check_integer(place, value)
    elif kind is float:
        _check_float(place, value)
    elif isinstance(value, list | tuple):
        _check_list(place, value)
    elif isinstance(value, Mapping):
        _check_map(place, value)
    else:
        raise Invalid(place, f"A {kind.__name__} cannot be stored; give text, a number, true or false.")


def _check_text(place: str, value: str) -> None:
    try:
        value.isascii() or value.encode()
    except UnicodeEncodeError:
        raise Invalid(place, "The text holds half a character (a surrogate); decode it anew.") from None


def _check_integer(place: str, value: object) -> None:
    if value not in INTEGERS:
        raise Invalid(place, f"{value} does not fit into 64 bits.")


def _check_float(place: str, value: object) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise Invalid(place, f"{value} is not a number that can be compared; leave the value out.")


def _check_map(place: str, value: Mapping[object, object]) -> None:
    for key, item in value.items():
        if not isinstance(key, str):
            raise Invalid(place, f"The key {key!r} is not text.")
        _check(f"{place}.{key}", item)


def _check_list(place: str, value: list[object] | tuple[object, ...]) -> None:
    kinds = {_kind(item) for item in value}
    if len(kinds) > 1:
        raise Invalid(place, f"A list holds values of one type, not {' and '.join(sorted(kinds))}.")
    if kinds == {"list"}:
        raise Invalid(place, "A list cannot hold lists; give each inner list a row of its own.")
    if kinds == {"null"}:
        raise Invalid(place, "A list cannot hold nulls; leave them out.")
    for at, item in enumerate(value):
        _check(f"{place}[{at}]", item)


def _kind(item: object) -> str:
    if isinstance(item, Mapping):
        return "map"
    if isinstance(item, list | tuple):
        return "list"
    if item is None:
        return "null"
    return next((kind.__name__ for kind in (bool, str, int, float) if isinstance(item, kind)), "other")
