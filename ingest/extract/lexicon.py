"""The words that the rules of this package look for: lexicon.toml beside this module, read once.

The rules say how words stand to each other; which words they are is data that grows with what customers
write.
"""

import tomllib
from functools import cache
from pathlib import Path

LONGEST = 300  # characters of a clause that the rules look at

_LEXICON = Path(__file__).with_name("lexicon.toml")


@cache
def _tables() -> dict[str, dict[str, str]]:
    with _LEXICON.open("rb") as file:
        return tomllib.load(file)


def any_of(table: str, *names: str) -> str:
    """A pattern for any one word of the lists, the longest first. "_" stands for a space.

    A word may be a small pattern of its own ("retir(?:e[sd]?|ing)").
    """
    words = {word.replace("_", " ") for name in names for word in _tables()[table][name].split()}
    initials: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        plain = word[0].isalnum() and word[1:2] not in ("?", "*", "+", "{")
        initials.setdefault(word[0] if plain else "", []).append(word[plain:])
    # Words are tried by their first letter: a hundred alternatives at each place of a text are slow.
    return "(?:" + "|".join(f"{initial}(?:{'|'.join(rests)})" for initial, rests in initials.items()) + ")"


def character(table: str, name: str) -> str:
    """A pattern for any one character of the list: "[赵钱孙]"."""
    return "[" + "".join(_tables()[table][name].split()) + "]"
