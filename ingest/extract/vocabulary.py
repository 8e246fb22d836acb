"""The words that tell the structure of a message, and patterns of many words that are quick to try.

The words are vocabulary.toml beside this module: data that grows with the mails that people bring.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

_VOCABULARY = Path(__file__).with_name("vocabulary.toml")


@cache
def _tables() -> dict[str, Any]:
    with _VOCABULARY.open("rb") as file:
        return tomllib.load(file)


def words(table: str, key: str) -> tuple[str, ...]:
    """A list of the vocabulary: words("clauses.chinese", "leads")."""
    found = _tables()
    for name in table.split("."):
        found = found[name]
    return tuple(found[key])


def folded(text: str) -> str:
    """Lower case with plain apostrophes, of the same length, so that places in it are places in the text."""
    lower = text.lower().replace("’", "'")
    if len(lower) == len(text):
        return lower
    return "".join(one.lower() if len(one.lower()) == 1 else one for one in text).replace("’", "'")


def one_of(phrases: Iterable[str]) -> str:
    """A pattern of all phrases, for `folded` text; the longest that fits is found, and whole words only.

    Shared beginnings are tried once ("we(?: confirm| hear)?"): a long list costs no more than a short one.
    """
    tree: dict[str, Any] = {}
    for phrase in phrases:
        branch = tree
        for character in phrase:
            branch = branch.setdefault(character, {})
        branch[""] = {}
    return _pattern(tree, "")


def _pattern(tree: dict[str, Any], before: str) -> str:
    branches = [
        _literal(character) + _pattern(branch, character) for character, branch in tree.items() if character
    ]
    if "" not in tree:
        return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    end = r"(?!\w)" if before.isascii() and before.isalnum() else ""
    return f"(?:{'|'.join([*branches, end])})" if branches else end


def _literal(character: str) -> str:
    return r"\s{1,2}" if character == " " else re.escape(character)
