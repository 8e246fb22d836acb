"""Parameters are checked before they travel: ArcadeDB stores what Neo4j refuses.

Rows of a batch may be maps within lists within maps. A list is either of maps or of
scalars of one type; nothing else can become a property on both engines. ArcadeDB never
answers a message that is too long, so the length is bounded here too.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from kb.errors import Invalid

LARGEST_MESSAGE = 64 * 2**20  # bytes; the embedded server is started with this limit
LARGEST_PARAMETERS = 60 * 2**20  # bytes, as estimated here, of all parameters of one statement
LONGEST_TEXT = 16 * 2**20  # bytes of one value; ArcadeDB's time grows with the square of it (0.8 s for 10 MB)
LONGEST_LIST = 1_000_000

INTEGERS = range(-(2**63), 2**63)
SAFE_INTEGER = 2**62
SHORT_TEXT = 10_000
HEAD = 9  # bytes of a number, or of the head of a text, list or map, at most


class _Refused(Exception):
    """The problem, and the way to its place from the inside out: found only when it is needed."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.way: list[str] = []


def check_parameters(params: Mapping[str, object]) -> None:
    """Raises Invalid naming the place, e.g. `rows[3].tags`, of the first value that cannot be stored."""
    try:
        size = _map_size(params)
    except _Refused as refused:
        raise Invalid("".join(reversed(refused.way)).removeprefix("."), str(refused)) from None
    if size > LARGEST_PARAMETERS:
        raise Invalid(
            "parameters",
            f"{size} bytes are too many for one statement (at most {LARGEST_PARAMETERS}); send fewer rows.",
        )


def _size(value: object) -> int:
    """Bytes that a good value takes on the way, about."""
    size = SIZES.get(type(value)) or _size_of_subclass(value)
    return size(value)


def _size_of_subclass(value: object) -> Callable[[Any], int]:
    """An enumeration of text is text and travels as such."""
    for base in (str, Mapping, list, tuple):
        if isinstance(value, base):
            return SIZES[dict if base is Mapping else base]
    raise _Refused(f"A {type(value).__name__} cannot be stored; give text, a number, true or false.")


def _text_size(value: str) -> int:
    try:
        size = len(value) if value.isascii() else len(value.encode())
    except UnicodeEncodeError:
        raise _Refused("The text holds half a character (a surrogate); decode it anew.") from None
    if size > LONGEST_TEXT:
        raise _Refused(f"A text of {size} bytes is too long (at most {LONGEST_TEXT}); shorten it.")
    return size + HEAD


def _integer_size(value: int) -> int:
    if value not in INTEGERS:
        raise _Refused(f"{value} does not fit into 64 bits.")
    return HEAD


def _float_size(value: float) -> int:
    if not math.isfinite(value):
        raise _Refused(f"{value} is not a number that can be compared; leave the value out.")
    return HEAD


def _map_size(value: Mapping[Any, object]) -> int:
    size = HEAD
    for key, item in value.items():
        if not isinstance(key, str):
            raise _Refused(f"The key {key!r} is not text.")
        kind = type(item)
        # The bulk of all values, told here without a call: rows of a batch are many.
        if kind is int and -SAFE_INTEGER < item < SAFE_INTEGER:  # type: ignore[operator]
            size += len(key) + HEAD
            continue
        if kind is str and len(item) < SHORT_TEXT and item.isascii():  # type: ignore[arg-type,attr-defined]
            size += len(key) + len(item) + HEAD  # type: ignore[arg-type]
            continue
        try:
            size += len(key) + _size(item)
        except _Refused as refused:
            refused.way.append(f".{key}")
            raise
    return size


def _list_size(value: Sequence[object]) -> int:
    if len(value) > LONGEST_LIST:
        raise _Refused(f"{len(value)} values are too many for one list (at most {LONGEST_LIST}).")
    if set(map(type, value)) == {dict}:  # rows: the bulk of all lists
        with suppress(_Refused):  # found again below, with its place
            return HEAD + sum(map(_map_size, value))  # type: ignore[arg-type]
    _check_one_kind({_kind(item) for item in {type(item): item for item in value}.values()})
    size = HEAD
    for at, item in enumerate(value):
        try:
            size += _size(item)
        except _Refused as refused:
            refused.way.append(f"[{at}]")
            raise
    return size


def _check_one_kind(kinds: set[str]) -> None:
    if len(kinds) > 1:
        raise _Refused(f"A list holds values of one type, not {' and '.join(sorted(kinds))}.")
    if kinds == {"list"}:
        raise _Refused("A list cannot hold lists; give each inner list a row of its own.")
    if kinds == {"null"}:
        raise _Refused("A list cannot hold nulls; leave them out.")


def _kind(item: object) -> str:
    if isinstance(item, Mapping):
        return "map"
    if isinstance(item, list | tuple):
        return "list"
    if item is None:
        return "null"
    return next((kind.__name__ for kind in (bool, str, int, float) if isinstance(item, kind)), "other")


SIZES: dict[type, Callable[[Any], int]] = {
    type(None): lambda _: 1,
    bool: lambda _: 1,
    str: _text_size,
    int: _integer_size,
    float: _float_size,
    list: _list_size,
    tuple: _list_size,
    dict: _map_size,
}
