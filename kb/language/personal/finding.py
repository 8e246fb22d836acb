"""All personal data in a text, and the text without it."""

import re
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import TypeAlias

from kb.language.personal.accounts import cards, ibans
from kb.language.personal.emails import emails
from kb.language.personal.found import Kind, Personal, Span, replaced, without
from kb.language.personal.ids import id_numbers
from kb.language.personal.phones import phones

Look: TypeAlias = Callable[[str], Iterator[Span]]

_MAYBE_NUMBER = re.compile(r"(?:[0-9０-９][^0-9０-９]{0,4}){5}[0-9０-９]")
_DASHES = (*range(0x2010, 0x2014), 0x2212, 0xFE63)
_LONG_DASHES = (0x2014, 0x2015)
_SPACES = (0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_INVISIBLE = (*range(0x200B, 0x2010), *range(0x2028, 0x202F), 0x2060, 0xFEFF)
# One character for one, so that places stay: full-width to ASCII, and what sets numbers apart to a space.
_PLAIN = (
    {0xFF01 + n: 0x21 + n for n in range(94)}
    | dict.fromkeys(_DASHES, "-")
    | dict.fromkeys((*_LONG_DASHES, *_SPACES, *_INVISIBLE), " ")
    | {0xFE55: ":"}
)

_LOOKS: tuple[tuple[Kind, Look], ...] = (
    (Kind.EMAIL, emails),
    (Kind.IBAN, ibans),
    (Kind.ID_NUMBER, id_numbers),
    (Kind.CARD, cards),
    (Kind.PHONE, phones),
)


def personal(text: str) -> list[Personal]:
    """All that was found, in order, not overlapping; none for an empty text. Never raises."""
    numbers = bool(_MAYBE_NUMBER.search(text))
    if not numbers and "@" not in text and "＠" not in text:
        return []
    rest, found = text if text.isascii() else text.translate(_PLAIN), list[Personal]()
    for kind, look in _LOOKS if numbers else _LOOKS[:1]:
        here = [Personal(start, end, kind) for start, end in sorted(look(rest))]
        rest = without(rest, here)
        found += here
    found.sort(key=attrgetter("start"))
    return sorted(found + _repeated(text, found), key=attrgetter("start"))


def masked(text: str, shown: Callable[[Kind], str] = "[{}]".format) -> str:
    """The text with a mark in the place of each: "[phone]", or what `shown` makes of the kind."""
    return replaced(text, personal(text), lambda one: shown(one.kind))


def blanked(text: str) -> str:
    """The text with "•" for each of their characters: as long as it was, with all else in its place."""
    return replaced(text, personal(text), lambda one: "•" * (one.end - one.start))


def _repeated(text: str, found: Sequence[Personal]) -> list[Personal]:
    """The same characters at other places, whatever they are called there."""
    rest, more = without(text, found), list[Personal]()
    kinds = {text[one.start : one.end]: one.kind for one in found}
    for written in sorted(kinds, key=len, reverse=True):
        if written in rest:
            again = re.finditer(re.escape(written), rest)
            here = [Personal(one.start(), one.end(), kinds[written]) for one in again]
            rest = without(rest, here)
            more += here
    return more
