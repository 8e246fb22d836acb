"""Words that point back to a thing, and words for papers and people that are about none (pointing.toml)."""

import re
import tomllib
from functools import cache
from pathlib import Path

from ingest.resolve.folding import has_han, plain

_TABLE = Path(__file__).with_name("pointing.toml")


@cache
def _patterns(language: str) -> dict[str, re.Pattern[str]]:
    table = tomllib.loads(_TABLE.read_text("utf-8"))[language]
    bounds = (r"\b(?:", r")\b") if language == "english" else ("(?:", ")")
    return {
        name: re.compile(bounds[0] + "|".join(words.split()) + bounds[1]) for name, words in table.items()
    }


def told(text: str) -> list[str]:
    """Which groups of words a text has: "points", "thing", "paper", "people"."""
    low = plain(text)
    patterns = _patterns("chinese" if has_han(text) else "english")
    return [name for name, pattern in patterns.items() if pattern.search(low)]
