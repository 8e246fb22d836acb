"""What a clause tells by its words alone: done, handed over, called off, moved, said again, still to come.

The words are cues.toml beside this module: data that grows with what customers write.
"""

import re
import tomllib
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from ingest.resolve.folding import has_han, plain

LONGEST = 300  # characters of a clause that are looked at
REMEMBERED = 20_000  # clauses

_TABLES = Path(__file__).with_name("cues.toml")


class Cue(StrEnum):
    """What words tell."""

    RESOLVED = "resolved"
    DEED = "deed"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"
    AGAIN = "again"
    MOVED = "moved"
    CHANGED = "changed"
    NEGATED = "negated"
    AHEAD = "ahead"
    ASKED = "asked"
    THANKS = "thanks"


@cache
def _patterns() -> dict[Cue, tuple[re.Pattern[str], re.Pattern[str]]]:
    with _TABLES.open("rb") as file:
        tables = tomllib.load(file)
    return {
        cue: (
            re.compile(
                "|".join(
                    rf"(?<![\w']){one}(?![\w])" if one[-1:].isalpha() else one
                    for one in tables[cue]["english"]
                )
            ),
            re.compile("|".join(tables[cue]["chinese"])),
        )
        for cue in Cue
    }


@lru_cache(REMEMBERED)
def cues(clause: str) -> frozenset[Cue]:
    """The cues in a clause; Chinese words are looked for where it has a Chinese character."""
    low = plain(clause[:LONGEST])
    chinese = has_han(low)
    return frozenset(cue for cue, patterns in _patterns().items() if patterns[chinese].search(low))
