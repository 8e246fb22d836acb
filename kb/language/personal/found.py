"""What was found in a text, and the text with something else in its place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Kind(StrEnum):
    """What was found. An ID number is a Chinese resident's, a US social security or a UK insurance number."""

    EMAIL = "email"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    CARD = "card"
    IBAN = "iban"


@dataclass(frozen=True, slots=True)
class Personal:
    """Characters `start` to `end` (without it) of a text, counted in code points from 0."""

    start: int
    end: int
    kind: Kind


Span: TypeAlias = tuple[int, int]  # its start and end, likewise

# What stands for it in the text that later looks read.
STANDS_FOR = {kind: chr(place) for place, kind in enumerate(Kind)}


def replaced(text: str, found: Sequence[Personal], by: Callable[[Personal], str]) -> str:
    """The text with what `by` makes of each in its place. They are in order and do not overlap."""
    parts, place = list[str](), 0
    for one in found:
        parts += text[place : one.start], by(one)
        place = one.end
    return "".join([*parts, text[place:]])


def without(text: str, found: Sequence[Personal]) -> str:
    """The text, as long as it was, with nothing left of them that a later look could read."""
    return replaced(text, found, lambda one: STANDS_FOR[one.kind] * (one.end - one.start)) if found else text
