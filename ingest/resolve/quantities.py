"""Numbers with their units tell matters apart: 72 cm is not 68 cm; "forty", 40 and 四十 are the same.

Codes count as they are written: error E42 is not E57, invoice 88120 no other one.
"""

import re
import tomllib
from collections.abc import Set
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ingest.resolve.folding import plain
from ingest.resolve.numerals import numbers

_TABLE = tomllib.loads(Path(__file__).with_name("units.toml").read_text("utf-8"))
_UNIT_OF = {word: unit for unit, words in _TABLE.items() for word in words.split()}
_UNITS = "|".join(sorted(map(re.escape, _UNIT_OF), key=len, reverse=True))
_AFTER = re.compile(rf"\s?-?({_UNITS})(?:s|es)?(?![a-z])")
_BEFORE = re.compile(r"[£$€¥]\s?$")
_COUNTED = re.compile(r"[\s-]?[台个只套件把张条箱瓶本份辆部块间组批支双盒袋桶根](?!点|月|钱)")
_CODE = re.compile(
    r"(?<![\w-])(?=[a-z-]*\d)(?=[\d-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*(?![\w-])|(?<!\w)\d{5,}(?!\w)", re.ASCII
)
_NO_CODE = re.compile(rf"\d+(?:\.\d+)?(?:{_UNITS}|k)s?|\d{{1,4}}s|\d+x(?:\d+)?|x\d+")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit; "" for a bare count. A code has the number 0 and itself as its unit."""

    number: Decimal
    unit: str


def quantities(text: str) -> frozenset[Quantity]:
    """All of a text; what belongs to a time or a name must have been blanked before."""
    low = plain(text)
    codes = [found for found in _CODE.finditer(low) if not _NO_CODE.fullmatch(found[0])]
    found = {Quantity(Decimal(0), code[0]) for code in codes}
    for start, end, value in numbers(low):
        if not any(code.start() <= start < code.end() for code in codes):
            found.add(Quantity(value.normalize(), _unit(low, start, end)))
    return frozenset(found)


def _unit(low: str, start: int, end: int) -> str:
    if _BEFORE.search(low, max(0, start - 2), start):
        return "money"
    if _COUNTED.match(low, end):
        return ""
    found = _AFTER.match(low, end)
    return _UNIT_OF[found[1]] if found else ""


def differ(one: Set[Quantity], other: Set[Quantity]) -> bool:
    """Whether two texts give other numbers of what may be the same: in one unit, as counts, or as codes."""
    units = ({quantity.unit for quantity in one} & {quantity.unit for quantity in other}) - {""}
    if any(not _of(one, unit) & _of(other, unit) for unit in units):
        return True
    mine, theirs = _of(one, ""), _of(other, "")
    if mine and theirs and not mine & _all(other) and not theirs & _all(one):
        return True
    return bool(_codes(one) and _codes(other)) and not _codes(one) & _codes(other)


def shared(one: Set[Quantity], other: Set[Quantity]) -> bool:
    """Whether a code or a number is in both, in one unit or without one."""
    if _codes(one) & _codes(other):
        return True
    return any(
        mine.number == theirs.number != 0 and (mine.unit == theirs.unit or "" in (mine.unit, theirs.unit))
        for mine in one
        for theirs in other
    )


def _of(all_of: Set[Quantity], unit: str) -> set[Decimal]:
    return {one.number for one in all_of if one.unit == unit}


def _all(all_of: Set[Quantity]) -> set[Decimal]:
    return {one.number for one in all_of if one.number}


def _codes(all_of: Set[Quantity]) -> set[str]:
    return {one.unit for one in all_of if not one.number}
