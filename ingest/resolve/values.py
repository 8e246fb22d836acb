"""The value of what holds once at a time: which way of contact, which hours, which language, which role."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from ingest.extract.candidates import Candidate, FactKind
from ingest.resolve.folding import has_han, plain

VAGUE = "write"  # any way of writing, where none is named
_TABLES = Path(__file__).with_name("values.toml")
# What is named only to be turned down, before and after the word.
_REFUSED = re.compile(
    r"(?:\b(?:not|no|never|don't|do not|stop|rather than|instead of|without|than|hate|tired of)\b[^,.;]{0,24}"
    r"|(?:别|不要|不用|不加|不想|不接|不看|不再|勿|少|而不是|不是)[^,。;]{0,6})$"
)
_REFUSED_AFTER = re.compile(
    r"(?:[^,。;]{0,4}(?:别|不要|不用|不看|不接|没空|打不通|不方便)"
    r"|[^,.;]{0,12}\b(?:no more|anymore|not(?! (?:call|ring|phone|mail|email|text|write|by|via)))\b)"
)


@cache
def _tables() -> dict[str, Any]:
    with _TABLES.open("rb") as file:
        return tomllib.load(file)


def value(candidate: Candidate) -> str:
    """The value that a preference or a role states; the words themselves where no shorter one is found."""
    if candidate.kind is FactKind.ROLE_CHANGE:
        return candidate.role or ""
    if candidate.kind is not FactKind.PREFERENCE:
        return candidate.text
    find = {"channel": _channel, "language": _language, "time": _time, "delivery": _time}.get(
        candidate.aspect or "", _form
    )
    return find(candidate.text) or candidate.text


def _channel(text: str) -> str | None:
    low = plain(text)
    tables = _tables()["channel"]["chinese" if has_han(text) else "english"]
    wanted: dict[int, str] = {}
    refused: set[str] = set()
    for name, words in tables.items():
        pattern = words if has_han(text) else rf"(?<![\w'])(?:{words})(?![\w])"
        for one in re.finditer(pattern, low):
            if _is_refused(low, one.start(), one.end()):
                refused.add(name)
            else:
                wanted.setdefault(one.start(), name)
    named = [name for _, name in sorted(wanted.items()) if name not in refused]
    return next((name for name in named if name != VAGUE), VAGUE if named else None)


def _is_refused(low: str, start: int, end: int) -> bool:
    return bool(_REFUSED.search(low, max(0, start - 30), start) or _REFUSED_AFTER.match(low, end))


def _language(text: str) -> str | None:
    words = _tables()["language"]["chinese" if has_han(text) else "english"]
    return _first(words, text)


def _form(text: str) -> str | None:
    words = _tables()["form"]["chinese" if has_han(text) else "english"]
    return _first(words, text)


def _first(words: str, text: str) -> str | None:
    """The first of the words that is not turned down."""
    low = plain(text)
    for one in re.finditer(words if has_han(text) else rf"(?<!\w)(?:{words})(?!\w)", low):
        if not _REFUSED.search(low, max(0, one.start() - 20), one.start()):
            return text[one.start() : one.end()]
    return None


def _time(text: str) -> str | None:
    """The longest run of words that name hours or days."""
    table = _tables()["time"]
    low = plain(text)
    if has_han(text):
        runs = [one.span() for one in re.finditer(table["chinese"], low) if len(one[0]) > 1]
    else:
        head, link = table["english_head"], table["english_link"]
        runs = [
            one.span()
            for one in re.finditer(
                rf"(?<!\w)(?:(?:{link}) )*(?:{head})(?:,? (?:(?:{link}) )*(?:{head}))*(?: only)?(?!\w)", low
            )
        ]
    if not runs:
        return None
    start, end = max(runs, key=lambda run: run[1] - run[0])
    return text[start:end].strip(" ,，")
