"""Phone numbers: by the countries' plans of numbers and usual groups, or by the words beside them."""

import re
from collections.abc import Iterator
from functools import partial

from kb.language.personal.found import Kind, Span
from kb.language.personal.phone_plans import LANDLINE_OF_CHINA, is_abroad, is_national
from kb.language.personal.scanning import ANY_CASE, compact, pattern, possible_ends, scan
from kb.language.personal.words import (
    CALLED_OTHERWISE,
    CALLED_PHONE,
    CALLED_PHONE_AFTER,
    GOES_ON,
    JOINED,
    ROW,
    words_before,
)

_SHORTEST, _LONGEST = 7, 12  # digits of a number that only the words beside it call a phone
_PHONE_START = pattern(r"[(+\d](?<!\d.)(?:(?<=\()\+?\d|(?<=\+)\(?\d|(?<=\d))(?=(?:[ \t()./-]{0,3}\d){6})")
_PHONE_RUN = pattern(r"\(?\+?\(?\d(?:[ \t()./-]{0,3}\d){6,20}(?!\d)")
_DATE = r"(?:(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d{2})"
_CLOCK = r"[0-2]?\d:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?"
_DATED = pattern(
    rf"(?<![0-9./-])(?:{_DATE}(?:\s?[-~/]\s?{_DATE})?|{_CLOCK}|\d{{1,3}}(?:\.\d{{1,3}}){{3}}"
    r"|[0-2]?\d\.[0-5]\d\s?-\s?[0-2]?\d\.[0-5]\d|(?<![0-9)]\s)(?:19|20)\d{2}\s?[-/]\s?(?:19|20)\d{2})"
    r"(?!\d|[-./]\d)"
)
_STRETCH = pattern(r"[\d(][\d\s()./:~-]{4,}\d")
_VERSION_OR_SUM = pattern(r"\d+\.\d{1,2}|\d+\.\d[.].*")
_EXTENSION = pattern(
    r"\s?[,;(]?\s?(?:ext(?:ension|n)?\b\.?|x|#|转|轉|分机号?|分機號?|内线|內線|toestel|durchwahl)\s?[:.#]?\s?\d{1,6}(?!\d)\)?",
    flags=ANY_CASE,
)
_EXTENSION_OF_CHINA = pattern(r"-\d{1,5}(?!\d)")
_CHINESE = pattern("[\u4e00-\u9fff]")
_HONG_KONG = pattern(r"香港|九龙|九龍|新界|[Hh]ong ?[Kk]ong|HK(?<![A-Za-z]..)(?![A-Za-z])")


def phones(plain: str) -> Iterator[Span]:
    """By the countries' plans of numbers and usual groups, or by the words beside; with their extensions."""
    undated = _STRETCH.sub(lambda stretch: _DATED.sub(_no_number, stretch[0]), plain)
    end_of = partial(
        _end_of_phone, chinese=bool(_CHINESE.search(plain)), hong_kong=bool(_HONG_KONG.search(plain))
    )
    return scan(Kind.PHONE, _PHONE_START, undated, end_of)


def _no_number(found: re.Match[str]) -> str:
    return "\x1a" * len(found[0])


def _end_of_phone(plain: str, start: int, chinese: bool, hong_kong: bool) -> int | None:
    """Words are asked first: they cost less than the countries' plans."""
    ends = possible_ends(plain, start, _PHONE_RUN)
    if not ends:
        return None
    before = words_before(plain, start)
    called = bool(CALLED_PHONE.search(before))
    if not called and JOINED.search(before):
        return None
    otherwise = not called and bool(CALLED_OTHERWISE.search(before))
    if otherwise and "+" not in plain[start : ends[0]]:
        return None
    if not called and ROW.search(before):  # groups after other groups are the rest of a longer number
        ends = [end for end in ends if plain[start:end].isdigit()]
    whole = [end for end in ends if _is_whole(plain, start, end)]
    planned = (end for end in whole if _is_planned(plain[start:end], chinese, hong_kong))
    if end := next(planned, None):
        return _reach(plain, start, end) if "+" in plain[start:end] or not otherwise else None
    beside = (end for end in whole if called or (not otherwise and CALLED_PHONE_AFTER.match(plain, end)))
    return next((_reach(plain, start, end) for end in beside if _may_be_called(plain[start:end])), None)


def _is_planned(written: str, chinese: bool, hong_kong: bool) -> bool:
    return is_abroad(written) or is_national(written, chinese, hong_kong)


def _is_whole(plain: str, start: int, end: int) -> bool:
    """Whether nothing goes on after it, and each bracket in it is closed in it."""
    closed = plain.count("(", start, end) == plain.count(")", start, end)
    return closed and not GOES_ON.match(plain, _reach(plain, start, end))


def _reach(plain: str, start: int, end: int) -> int:
    """The end of the extension, of the number itself where it has none."""
    found = _EXTENSION.match(plain, end)
    if not found and LANDLINE_OF_CHINA.fullmatch(plain, start, end):
        found = _EXTENSION_OF_CHINA.match(plain, end)
    return found.end() if found and not GOES_ON.match(plain, found.end()) else end


def _may_be_called(written: str) -> bool:
    return _SHORTEST <= len(compact(written)) <= _LONGEST and not _VERSION_OR_SUM.fullmatch(written)
