"""English days and weeks that are counted: "the last Friday of the month", "half of May", "CW20"."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from ingest.extract.when.days import Days, Sense, is_working_day, nearest_by, single
from ingest.extract.when.english_said import (
    FULL_YEAR,
    MONTH_SAID,
    OF_YEAR,
    STEP_SAID,
    in_month_said,
    in_year_said,
    year_said,
)
from ingest.extract.when.english_words import WEEKDAY, WEEKDAYS, numbered, step, unit
from ingest.extract.when.periods import (
    half_month,
    half_year,
    month,
    nth_day,
    nth_week,
    week_of,
    week_of_number,
    whole,
)
from ingest.extract.when.rules import Kind, Rule, any_of, named, nothing, said, words

_ORDER = numbered("first 1st, second 2nd latter, third 3rd, fourth 4th, fifth 5th") | {
    "last": -1,
    "final": -1,
}


def _nth(found: re.Match[str]) -> int:
    spelled = found["nth"]
    return int(spelled) if spelled.isdecimal() else _ORDER[spelled]


def _counts(found: re.Match[str]) -> Callable[[date], bool]:
    """Whether a day is one of the Fridays, working days or just days that are counted."""
    thing = found["thing"]
    if thing in WEEKDAYS:
        return lambda day: day.weekday() == WEEKDAYS[thing]
    return (lambda _: True) if thing == "day" else is_working_day


def _of_month(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "the last Friday of the month", "the first working day of May"."""
    n, counts = _nth(found), _counts(found)
    at = in_month_said(found, on, sense, lambda year, number: nth_day(month(year, number), n, counts))
    return single(at)


def _of_period(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "the last working day of the year", "the first day of next week"."""
    kind, steps, n, counts = unit(found["unit"]), step(said(found, "step")), _nth(found), _counts(found)

    def at(periods: int) -> date | None:
        return nth_day(whole(on, kind, periods), n, counts)

    return single(nearest_by(on, sense, at, 1) if steps is None else at(steps))


def _week_of_month(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "the first week of June": the 1st to the 7th."""
    n = _nth(found)
    last = in_month_said(found, on, sense, lambda year, number: nth_week(year, number, n)[1])
    return None if last is None else (last - timedelta(days=6), last)


def _half_of_month(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "the first half of May": the 1st to the 15th."""
    n = _nth(found)
    last = in_month_said(found, on, sense, lambda year, number: half_month(year, number, n)[1])
    return None if last is None else half_month(last.year, last.month, n)


def _half_of_year(found: re.Match[str], on: date, _: Sense) -> Days:
    """ "the first half of 2026", "H2": of this year where none is said; its end is one day."""
    days = half_year(year_said(found, on) or on.year, _nth(found))
    return single(days[1]) if said(found, "end") else days


def _numbered_week(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "calendar week 20", "CW20", "2025-W20": its Monday to Friday (ISO 8601)."""
    number = int(found["number"])
    friday = in_year_said(found, on, sense, lambda year: week_of_number(year, number)[1])
    return None if friday is None else week_of(friday)


_NTH = r"(?:the +)?" + named("nth", any_of(_ORDER))
_THING = named("thing", rf"{WEEKDAY}|day|(?:working|business|work) +day")
_NTH_THING = rf"{_NTH} +{_THING} +(?:of|in) +"
_END = r"(?P<end>(?:the +)?end +of +)"
_LEAD = r"(?:by|in|before|until|till|during|from|of|for|to|and) +"
_H = r"h(?P<nth>[12])"
_NUMBER = rf"(?P<number>0?[1-9]|[1-4]\d|5[0-3])(?:/{FULL_YEAR})?"
_ISO_WEEK = rf"{FULL_YEAR}-?w(?P<number>0[1-9]|[1-4]\d|5[0-3])"

COUNTED_KIND = Kind(
    words(rf"{_NTH} +(?:{_THING}|week|half)|h[12]|(?:week|wk|cw|kw) *\d\d?|\d\d\d\d-?w\d\d?"),
    (
        Rule(words(_NTH_THING + MONTH_SAID), _of_month),
        Rule(words(rf"{_NTH_THING}{STEP_SAID} +{named('unit', 'week|month|quarter|year')}"), _of_period),
        # What comes again every month is no day.
        Rule(words(rf"{_NTH_THING}(?:every|each|any|a) +\w+"), nothing),
        Rule(words(rf"{_NTH} +(?:full +)?week +(?:of|in) +{MONTH_SAID}"), _week_of_month),
        Rule(words(rf"{_NTH} +half +of +{MONTH_SAID}"), _half_of_month),
        Rule(words(rf"{_END}?{_NTH} +half{OF_YEAR}"), _half_of_year),
        Rule(words(rf"{_END}{_NTH} +half"), _half_of_year),
        Rule(words(rf"{_END}?{_H}(?: +of)? +{FULL_YEAR}"), _half_of_year),
        # H2 is a gas as well, so a word must lead to it.
        Rule(words(rf"(?:by|in|during|for) +(?:the +)?(?P<words>{_END}?{_H})"), _half_of_year),
        Rule(words(rf"(?:calendar +week|cw|kw) *{_NUMBER}"), _numbered_week),
        Rule(words(rf"{_LEAD}(?P<words>(?:week|wk) *{_NUMBER})(?! +of\b)"), _numbered_week),
        Rule(words(_ISO_WEEK), _numbered_week),
    ),
)
