"""The columns that a table is searched for, told by the words in its header row.

The vocabulary is headers.toml beside this module: data that grows with the
files that people bring, in English, Dutch, German and Chinese.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

_VOCABULARY = Path(__file__).with_name("headers.toml")
_LONGEST = 200  # characters of a header that are looked at

# A header with one of these speaks of another date, price or party than the one we look for.
_OTHER = re.compile(
    r"total|gesamt|totaal|subtot|sum|amount|betrag|bedrag|deliver|liefer|lever|due|tax|vat|btw|mwst|discount"
    r"|korting|rabatt|cost|kosten|return|ship|paid|pay|总|合计|小计|金额|交货|发货|税|折扣|成本|退|付款"
)
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HAN = re.compile(r"([\u4e00-\u9fff])")
_OF = frozenset({"of", "van", "von", "der"})
_TRAILING = frozenset(
    {"eur", "usd", "gbp", "cny", "rmb", "chf", "excl", "incl", "net", "netto", "per", "each", "st"}
)


class Values(StrEnum):
    """What the values of a column are, where that matters for reading them."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that we look for in a table. `name` is what users map a column to."""

    name: str
    words: tuple[str, ...]  # `squeezed` header words that name it for certain, surest first
    plain: tuple[str, ...] = ()  # words that name it where no column has a surer one
    essential: bool = False  # a file without it cannot be read
    values: Values = Values.TEXT


@dataclass(frozen=True, slots=True)
class Match:
    """A column whose header names a field: by a word of ours, or only by containing one."""

    column: int
    exact: bool


@cache
def fields_of(source: str) -> tuple[Field, ...]:
    """The fields of a source ("orders", "contacts", "products", "knowledge"), in the vocabulary's order."""
    with _VOCABULARY.open("rb") as file:
        tables = tomllib.load(file)[source]
    return tuple(
        Field(
            name,
            words=_words(table["words"]),
            plain=_words(table.get("plain", "")),
            essential=table.get("essential", False),
            values=Values(table.get("values", "text")),
        )
        for name, table in tables.items()
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(squeezed(word) for word in text.split())


def squeezed(header: str) -> str:
    """A header without case, spaces, punctuation and what stands in brackets: "Price (EUR)" is "price"."""
    text = unicodedata.normalize("NFKC", header[:_LONGEST]).casefold()
    bare = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", text)
    return re.sub(r"[\W_]+", "", bare) or re.sub(r"[\W_]+", "", text)


def speaks_of_another(header: str) -> bool:
    """Whether it names a total, a delivery, a discount, …: no price, date or party of the order itself."""
    return _OTHER.search(squeezed(header)) is not None


def known_headers(cells: Sequence[str], fields: Iterable[Field], mapped: Iterable[str] = ()) -> int:
    """How many of our fields the cells of a row name: what tells a header row from the others.

    `mapped` are the headers that the user mapped; each one found counts, too.
    """
    words = {squeezed(cell) for cell in cells if cell}
    own = sum(1 for field in fields if not (words.isdisjoint(field.words) and words.isdisjoint(field.plain)))
    given = {cell.strip() for cell in cells}
    return own + sum(1 for column in mapped if column in given and not column.isdigit())


def matched(header: Sequence[str], fields: Sequence[Field], taken: Mapping[str, int]) -> dict[str, Match]:
    """The column of each field that the headers tell; no column twice, the surest match first.

    `taken` are the columns that the user mapped; they are given to no other field.
    """
    found: dict[str, Match] = {}
    used = set(taken.values())
    for sureness, _, _, column, name in sorted(_candidates(header, fields)):
        if name not in taken and name not in found and column not in used:
            found[name] = Match(column, exact=sureness < _CONTAINED)
            used.add(column)
    return found


_SURE, _PLAIN, _CONTAINED = range(3)


def _candidates(header: Sequence[str], fields: Sequence[Field]) -> Iterator[tuple[int, int, int, int, str]]:
    """(how sure, place of the field, place of the word, column, field) of all that could match."""
    for column, cell in enumerate(header):
        word = squeezed(cell)
        contained = _contained(cell, fields)
        for place, field in enumerate(fields):
            if word in field.words:
                yield _SURE, place, field.words.index(word), column, field.name
            elif word in field.plain:
                yield _PLAIN, place, field.plain.index(word), column, field.name
            elif field.name == contained:
                yield _CONTAINED, place, 0, column, field.name


def _contained(header: str, fields: Sequence[Field]) -> str | None:
    """The field whose word a longer header ends with: "Order Qty" is a quantity, "Order Status" nothing."""
    if speaks_of_another(header):
        return None
    parts = _PARTS.findall(_HAN.sub(r" \1 ", _CAMEL.sub(" ", header[:_LONGEST])).casefold())
    parts = parts[: next((place for place, part in enumerate(parts) if part in _OF), None)]
    while parts and (parts[-1] in _TRAILING or parts[-1].isdigit()):
        parts.pop()
    known = {word: field.name for field in reversed(fields) for word in field.plain + field.words}
    tails = ["".join(parts[start:]) for start in range(max(0, len(parts) - 6), len(parts))]
    endings = [word for word in known if len(word) > 4 and parts and parts[-1].endswith(word)]
    word = next((tail for tail in tails if tail in known), None) or max(endings, key=len, default=None)
    return known[word] if word else None
