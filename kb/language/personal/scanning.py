"""How numbers stand in a text: in groups of digits and letters, of which each may be the last."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from kb.language.personal.found import Kind, Personal, Span, without

pattern = partial(re.compile, flags=re.ASCII)
ANY_CASE = re.ASCII | re.IGNORECASE
LONG_NUMBER = pattern(r"\d{4}(?:[ -]{0,3}\d){9}")  # a card's or a resident's, at least
_GROUP = pattern(r"[0-9A-Za-z]+")
_GROUPS = 9  # of digits or letters, that a number is written in at most
_FILLING = pattern(r"[^0-9A-Za-z]+")


def scan(
    kind: Kind, starts: re.Pattern[str], plain: str, end_of: Callable[[str, int], int | None]
) -> Iterator[Span]:
    """From each start to the end that is found for it, if one is. What was found is marked for the next."""
    place = 0
    while start := starts.search(plain, place):
        place = start.start() + 1
        end = end_of(plain, start.start())
        if end:
            yield start.start(), end
            plain = without(plain, [Personal(start.start(), end, kind)])
            place = end


def possible_ends(plain: str, start: int, run: re.Pattern[str]) -> list[int]:
    """Where a number that starts here may end: after each of its groups, the longest first."""
    found = run.match(plain, start)
    groups = _GROUP.finditer(plain, start, found.end()) if found else ()
    return [one.end() for one in islice(groups, _GROUPS)][::-1]


def compact(written: str) -> str:
    """Its digits and letters alone."""
    return _FILLING.sub("", written)
