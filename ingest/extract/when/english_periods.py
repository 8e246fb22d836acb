"""English weeks, months, quarters and years, and their parts: "next week", "mid-May", "the end of Q3"."""

import re
from datetime import date

from ingest.extract.when.days import FRIDAY, MONDAY, Days, Sense, is_working_day, of_week, single
from ingest.extract.when.english_homographs import is_month
from ingest.extract.when.english_said import (
    FULL_YEAR,
    MONTH_SAID,
    OF_YEAR,
    STEP_SAID,
    in_month_said,
    in_year_said,
)
from ingest.extract.when.english_words import FOLLOW, MONTH, STEP, numbered, step, unit
from ingest.extract.when.periods import (
    Part,
    Unit,
    in_month,
    in_quarter,
    in_year,
    part_of,
    whole,
)
from ingest.extract.when.rules import Kind, Rule, any_of, named, nothing, said, words

_PARTS = {
    word: part
    for part, same in {
        Part.EARLY: "beginning begin start early",
        Part.MID: "middle mid",
        Part.LATE: "late",
        Part.END: "end close",
    }.items()
    for word in same.split()
}
_CODES = {"eow": Unit.WEEK, "eom": Unit.MONTH, "eoq": Unit.QUARTER, "eoy": Unit.YEAR}
_QUARTERS = numbered("q1 first 1st, q2 second 2nd, q3 third 3rd, q4 fourth 4th last")


def _whole(found: re.Match[str], on: date, _: Sense) -> Days:
    """ "this week", "next month", "last year"; the coming weekend is the one of this week."""
    kind, steps = unit(found["unit"]), step(found["step"]) or 0
    if kind is Unit.WEEKEND and found["step"].endswith("coming"):
        steps = 0
    return whole(on, kind, steps)


def _two_on(found: re.Match[str], on: date, _: Sense) -> Days:
    """ "the week after next", "the month before last"."""
    return whole(on, unit(found["unit"]), 2 if found["which"].startswith("after") else -2)


def _weekend(_: re.Match[str], on: date, sense: Sense) -> Days:
    """ "the weekend": of this week; of what happened before Saturday, of the last."""
    return whole(on, Unit.WEEKEND, -1 if sense is Sense.BEHIND and is_working_day(on) else 0)


def _before_weekend(found: re.Match[str], on: date, _: Sense) -> Days:
    """ "by the weekend" is on Friday."""
    return single(of_week(on, 1, FRIDAY) if "next" in found.group() else whole(on, Unit.WEEK, 0)[1])


def _after_weekend(_: re.Match[str], on: date, __: Sense) -> Days:
    """ "after the weekend" is on Monday."""
    return single(of_week(on, 1, MONDAY))


def _part(found: re.Match[str]) -> Part:
    return _PARTS[found["part"].split()[0]]


def _part_of(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "early next week" is Monday, "the end of the quarter" its last day."""
    return single(part_of(on, unit(found["unit"]), _part(found), step(said(found, "step")), sense))


def _part_of_month(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "mid-May" is the 15th, "the end of next month" its last day."""
    part = _part(found)
    return single(in_month_said(found, on, sense, lambda year, number: in_month(year, number, part)))


def _part_of_quarter(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "the end of Q3", "the beginning of the fourth quarter of 2026"."""
    part, number = _part(found), _QUARTERS[found["quarter"].split()[0]]
    return single(in_year_said(found, on, sense, lambda year: in_quarter(year, number, part)))


def _part_of_year(found: re.Match[str], _: date, __: Sense) -> Days:
    """ "early 2026", "the end of 2025"."""
    return single(in_year(int(found["year"]), _part(found)))


def _end(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "month-end", "this year's end", "EOM": the last day."""
    kind = _CODES.get(found.group()) or unit(found["unit"])
    return single(part_of(on, kind, Part.END, step(said(found, "step")), sense))


def _midweek(_: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "midweek" is Wednesday."""
    return single(part_of(on, Unit.WEEK, Part.MID, None, sense))


_UNIT = named("unit", "week|wk|month|quarter|year")
_UNIT_TOO = named("unit", "weekend|week|wk|month|quarter|year")
_LEAD = r"(?:by|in|before|until|till|during|from|of|for|on|at|over) +"

WHOLE_KIND = Kind(
    words(rf"{STEP} +{_UNIT_TOO}|the +(?:weekend|(?:week|month|quarter|year) +(?:after|before))"),
    (
        # "last year's model" is no time.
        Rule(words(rf"{named('step', STEP)} +(?!year's){_UNIT_TOO}"), _whole),
        Rule(words(rf"the +{_UNIT_TOO} +(?P<which>after +next|before +last)"), _two_on),
        Rule(words(rf"{_LEAD}(?P<words>the +weekend)"), _weekend),
        Rule(
            words(r"(?:by|before|until|till) +(?:(?:this|the)(?: +coming)?|next) +weekend"), _before_weekend
        ),
        Rule(words(r"after +(?:the|this) +weekend"), _after_weekend),
        # A month is no day, nor is its year: "in May next year".
        Rule(words(rf"{MONTH},?(?: +of)? +{STEP} +year"), nothing),
    ),
)

# "start" and "middle" are verbs and things as well: "we start next week".
_PART = (
    r"(?:the +)?(?:very +|absolute +)?"
    r"(?P<part>(?:beginning|begin|start|middle|mid|close) +of|(?:beginning|begin|end)(?: +of)?"
    r"|(?:early|mid|late)(?: +in)?)[ -]+"
)
_QUARTER = r"(?P<quarter>q[1-4]|(?:first|1st|second|2nd|third|3rd|fourth|4th|last) +quarter)"

PART_KIND = Kind(
    words(
        rf"{_PART}(?:{STEP}|the|our|your|week|wk|month|quarter|year|working|business|work|{MONTH}|q\d|first|second|third|fourth|\d{{4}})"
        r"|(?:week|month|quarter|year|q\d)(?:'s)?[ -]+end|eo[wmqy]|mid-?week"
    ),
    (
        Rule(
            words(rf"{_PART}(?:{STEP_SAID} +)?(?:(?:calendar|working|business|work) +)?{_UNIT}(?! *\d)"),
            _part_of,
        ),
        Rule(words(_PART + MONTH_SAID), _part_of_month, means=is_month),
        Rule(words(rf"{_PART}(?:the +)?{_QUARTER}{OF_YEAR}?"), _part_of_quarter),
        Rule(words(_PART + FULL_YEAR), _part_of_year),
        Rule(words(rf"{_QUARTER}[ -]+(?P<part>end)"), _part_of_quarter),
        Rule(words(rf"(?:{STEP_SAID} +)?(?P<unit>month|quarter|year)(?:'s)?[ -]+end{FOLLOW}"), _end),
        Rule(words(rf"(?:{STEP_SAID} +)?(?P<unit>week)'s +end"), _end),
        Rule(words(any_of(_CODES)), _end),
        Rule(words(r"mid-?week"), _midweek),
    ),
)
