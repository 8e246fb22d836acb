"""Dates in digits, in English and in Chinese texts: "2025-05-03", "3/5/2025", "03.05.", "by 5/6", 5/6前."""

import re
from collections.abc import Iterator
from datetime import date

from ingest.extract.when.days import Days, Sense, day_of, full_year, nearest, single
from ingest.extract.when.english_words import FOLLOW, WEEKDAY
from ingest.extract.when.rules import AFTER, BEFORE, Candidate, Kind, Reading, Rule, candidates, named, said
from ingest.text import CHINESE, language

_YEARS_NEAR = 10  # a year of two digits that comes first lies no farther away; "12.2.1" is a version


def _year_first(found: re.Match[str], on: date, _: Sense) -> Days | None:
    """ "2025-05-03", in Chinese also 25.5.3."""
    year = full_year(found["year"], on)
    if len(found["year"]) == 2 and abs(year - on.year) > _YEARS_NEAR:
        return None
    return single(day_of(year, int(found["month"]), int(found["day"])))


def _day_first(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """Day and month by what the numbers allow: 03/04 is read day first, as most of the world does."""
    day, month = int(found["one"]), int(found["two"])
    if month > 12 and said(found, "by") != ".":
        day, month = month, day
    return _nearest(found, on, sense, month, day)


def _month_first(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """Month and day by what the numbers allow: in Chinese 5/6 is 6 May."""
    month, day = int(found["one"]), int(found["two"])
    if month > 12:
        day, month = month, day
    return _nearest(found, on, sense, month, day)


def _nearest(found: re.Match[str], on: date, sense: Sense, month: int, day: int) -> Days | None:
    year = said(found, "year")
    return single(day_of(full_year(year, on), month, day) if year else nearest(on, sense, month, day))


_NUMBERED = re.compile(
    r"(?:\b(?:version|ver|v|release|rev|revision|build|firmware|no|nr|number|part|art|article|item|model|serial|sku|ref"
    r"|section|clause|chapter|fig|ip|tel|phone|fax|mobile)|版本?|型号|编号|单号|图号|件号|料号|货号|电话|序列号|批号|固件)"
    r"[.:#]? *$"
)


def _is_unnumbered(found: re.Match[str], _: str) -> bool:
    """Not the number of a version, a part or a telephone."""
    start = found.start("words") if said(found, "words") else found.start()
    return not _NUMBERED.search(found.string[max(start - 12, 0) : start])


_NUMBER = r"(?:3[01]|[12]\d|0?[1-9])"
_MONTH = named("month", r"1[0-2]|0?[1-9]")
_DAY = named("day", _NUMBER)
_ONE, _TWO = named("one", _NUMBER), named("two", _NUMBER)
_BY = r"(?P<by>[-/.])"
# A dash stands before the second date of a range, else before a part of a number.
_BEFORE = BEFORE + r"(?<![./$€£¥#+])(?<!\d:)(?:(?<!-)|(?<=[/.]\d-)|(?<=[/.]\d\d-)|(?<=[/.]\d{4}-)|(?<=\d\.-))"
_END = AFTER + r"(?!(?P=by)\d)(?![/:]\d)"
_SHORT_END = AFTER + r"(?![/.:]\d)(?!-(?!\d{1,2}/\d))"
_ALONE = r" *[.!?]? *$"
_LEAD = rf"{BEFORE}(?:by|on|before|until|till|til|from|since|due|for|w/c|w/b|week +of|{WEEKDAY})[ :,(]+"
_LEAD_CHINESE = r"(?:于|在|到|至|截止|最晚|最迟|日期|时间|期|(?:周|星期)[一二三四五六日])[: (]*"
_FIRST = r"\d{1,2}/\d{1,2} *(?:-|~|\bto\b|\band\b|\bor\b|&|到|至|和|或|、) *"
_FOLLOW_CHINESE = (
    r"(?= *(?:[之以]?前|到货|到账|发|交|开|[上下中]午|晚上|当天|\(?(?:周|星期)|[-~到至和或、] *\d{1,2}/\d))"
)

_SHORT = rf"(?P<words>{_ONE}/{_TWO})"
_ISO = rf"{_BEFORE}(?P<year>(?:19|20)\d\d){_BY}{_MONTH}(?P=by){_DAY}(?:(?=t\d\d:)|{_END})"
_YEAR_LAST = rf"{_BEFORE}{_ONE}{_BY}{_TWO}(?P=by)(?P<year>(?:19|20)\d\d|\d\d){_END}"
_SHORT_YEAR_FIRST = rf"{_BEFORE}(?P<year>\d\d){_BY}{_MONTH}(?P=by){_DAY}{_END}(?!版)"
# A dot after the month tells a date; in "It costs 3.05." it is the sentence's, and no word leads to a date.
_DOTTED = rf"(?P<words>{_ONE}(?P<by>\.) ?(?P<two>1[0-2]|0[1-9])\.)"
_DOTTED_TOO = rf"(?P<words>{_ONE}(?P<by>\.) ?(?P<two>[1-9])\.)"


def _rule(pattern: str, read: Reading) -> Rule:
    return Rule(re.compile(pattern), read, means=_is_unnumbered)


_TOLD_BY = re.compile(r"\d[-/.] ?\d")
_ENGLISH = Kind(
    _TOLD_BY,
    (
        _rule(_ISO, _year_first),
        _rule(_YEAR_LAST, _day_first),
        _rule(rf"{_LEAD}{_DOTTED}(?!\w)", _day_first),
        _rule(rf"{BEFORE}(?:on|before|until|till|since) {_DOTTED_TOO}(?!\w)", _day_first),
        *(
            _rule(rf"\d\. *(?:-|to|and|or|&) *{dotted}(?!\w)", _day_first)
            for dotted in (_DOTTED, _DOTTED_TOO)
        ),
        _rule(rf"{_BEFORE}{_DOTTED}(?=-\d|[,;:)])", _day_first),
        _rule(rf"^ *{_DOTTED}{_ALONE}", _day_first),
        *(_rule(rf"{lead}{_SHORT}{_SHORT_END}(?! +of\b){FOLLOW}", _day_first) for lead in (_LEAD, _FIRST)),
        _rule(rf"^ *{_SHORT}(?:{_ALONE}|(?= *- *\d{{1,2}}/\d))", _day_first),
    ),
)
_CHINESE = Kind(
    _TOLD_BY,
    (
        _rule(_ISO, _year_first),
        _rule(_SHORT_YEAR_FIRST, _year_first),
        _rule(_YEAR_LAST, _month_first),
        *(
            _rule(rf"{lead}{_SHORT}{_SHORT_END}(?!的)", _month_first)
            for lead in (_LEAD_CHINESE, _LEAD, _FIRST)
        ),
        _rule(rf"{_BEFORE}{_SHORT}{_SHORT_END}{_FOLLOW_CHINESE}", _month_first),
        _rule(rf"{_BEFORE}{_ONE}[/.]{_TWO} ?[号日]", _month_first),
        _rule(rf"^ *{_SHORT}{_ALONE}", _month_first),
    ),
)


def found(text: str, bare: str) -> Iterator[Candidate]:
    """Every date in digits, `bare` being the text in plain form; they may overlap."""
    if not _TOLD_BY.search(bare):
        return iter(())
    return candidates(text, bare, (_CHINESE if language(text) == CHINESE else _ENGLISH,))
