"""Text made comparable with every code point in its place, and where a word in it ends."""

import unicodedata
from functools import lru_cache

LONGEST_TABLE = 20_000  # characters whose plain form is remembered


def plain(text: str) -> str:
    """Lower case, full-width forms and curly apostrophes made plain, of the same length as `text`."""
    if text.isascii():
        return text.lower()
    return "".join(map(_plain, text))


@lru_cache(LONGEST_TABLE)
def _plain(character: str) -> str:
    if character in "’‘":
        return "'"
    folded = unicodedata.normalize("NFKC", character).casefold()
    return folded if len(folded) == 1 else character


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether [start, end) is no part of a longer Latin word or number: "HP-20" is not in "HP-200"."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (_joined(before, text[start]) or _joined(text[end - 1], after) or _numbered(text, end))


def _joined(left: str, right: str) -> bool:
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()


def _numbered(text: str, end: int) -> bool:
    """ "HP" goes on in "HP-200", and "HP-20" in "HP-20.5"."""
    follows = text[end : end + 2]
    return len(follows) == 2 and follows[0] in "-.,/" and follows[1].isdigit() and _is_code(text, end)


def _is_code(text: str, end: int) -> bool:
    last = text[end - 1]
    return text[end] == "-" or (last.isdigit() and text[end] in ".,/")


def is_han(character: str) -> bool:
    """Whether a character is a Chinese one."""
    return "\u4e00" <= character <= "\u9fff"


def has_han(text: str) -> bool:
    """Whether a Chinese character is in the text."""
    return not text.isascii() and any(map(is_han, text))
