"""English words that are days or months only at times: "sat", "sun", "wed", "may" and "march"."""

import re

from ingest.extract.when.english_words import FOLLOW, WEEKDAY
from ingest.extract.when.rules import said

_HOMOGRAPHS = frozenset({"sat", "sun", "wed", "may", "march"})
_LOOKED_AT = 20  # characters before the word

_LEAD = r"by|on|until|till|til|before|since|from|due|this|next|last|coming|every|each"
_LEADS_TO_WEEKDAY = re.compile(rf"\b(?:{_LEAD}|{WEEKDAY} *(?:and|or|to|[-/&,])) *$")
_LEADS_TO_NUMBER = re.compile(rf"(?:\b(?:{_LEAD}|of|after|between|the|and|or|to)|[-&]) *$")
_BEGINS = re.compile(r"(?:^|[.!?:]) *$")
_CLOCK = re.compile(r"[.,]? *(?:\d|(?:at|am|pm|morning|afternoon|evening|night|noon|or|and)\b|[-/&])")
_ENDS = re.compile(FOLLOW)


def is_weekday(found: re.Match[str], text: str) -> bool:
    """Whether "sat", "sun" and "wed" are days: a word like "by" leads to them, or a capital tells them.

    A capital tells nothing where a sentence begins: "Sat with them." is none, "Sat 10:30" is a day.
    """
    start, end = found.span("weekday")
    if found["weekday"] not in _HOMOGRAPHS:
        return True
    before = found.string[max(start - _LOOKED_AT, 0) : start]
    if _LEADS_TO_WEEKDAY.search(before) or _stands_alone(found):
        return True
    if text[start].islower() or before.endswith("the "):
        return False
    return not _BEGINS.search(before) or _CLOCK.match(found.string, end) is not None


def is_month(found: re.Match[str], text: str) -> bool:
    """Whether "may" and "march" are months: a capital tells them, else the words around them.

    "by 5 may", "5th of may" and "may 5" at the end of a clause are; "unit 5 may need" and "may 5 times" not.
    """
    if said(found, "month") not in _HOMOGRAPHS or _stands_alone(found):
        return True
    start, end = found.span("month")
    if text[start].isupper() or found.string.endswith("of ", 0, start):
        return True
    number = said(found, "day") or ""
    if number.isdecimal() and found.start("day") < start and not said(found, "year"):
        before = found.string[max(found.start() - _LOOKED_AT, 0) : found.start()]
        if not _LEADS_TO_NUMBER.search(before):
            return False
    return _ENDS.match(found.string, max(end, found.end())) is not None


def _stands_alone(found: re.Match[str]) -> bool:
    """Whether the text holds nothing else."""
    around = found.string[: found.start()][:3] + found.string[found.end() : found.end() + 3]
    return found.start() < 3 and len(found.string) - found.end() < 3 and not around.strip(" .,!?")
