"""Chinese weekdays and weekends: which 周五 is meant."""

import re
from datetime import date

from ingest.extract.when.chinese_words import (
    COUNT,
    NUMERALS,
    STEP,
    WEEK,
    WEEKDAY,
    number,
    rule,
    step,
    weekday,
)
from ingest.extract.when.days import (
    FRIDAY,
    MONDAY,
    Days,
    Sense,
    is_working_day,
    nearest_weekday,
    of_week,
    single,
)
from ingest.extract.when.periods import Unit, whole
from ingest.extract.when.rules import Kind, maybe, named, nothing


def _weekday(found: re.Match[str], on: date, sense: Sense) -> Days:
    """周五 is the nearest one, never the message's own day; 下周五 is of the next week."""
    steps, day = step(found), weekday(found["weekday"])
    return single(nearest_weekday(on, day, sense) if steps is None else of_week(on, steps, day))


def _further_weekday(found: re.Match[str], on: date, sense: Sense) -> Days:
    """The 四 of 周二、四: the next such day after the first one."""
    first, _ = _weekday(found, on, sense)
    return single(nearest_weekday(first, weekday(found["words"]), Sense.AHEAD))


def _weekday_in_weeks(found: re.Match[str], on: date, _: Sense) -> Days:
    """两周后的周五: of the week that lies two weeks on."""
    return single(of_week(on, number(found["count"]), weekday(found["weekday"])))


def _weekend(found: re.Match[str], on: date, sense: Sense) -> Days:
    """周末 is of this week; of what happened before Saturday, of the last."""
    steps = step(found)
    if steps is None:
        steps = -1 if sense is Sense.BEHIND and is_working_day(on) else 0
    return whole(on, Unit.WEEKEND, steps)


def _before_weekend(found: re.Match[str], on: date, _: Sense) -> Days:
    """周末前 is on Friday."""
    steps = step(found) or 0
    return single(of_week(on, steps, FRIDAY) if steps else whole(on, Unit.WEEK, 0)[1])


def _after_weekend(found: re.Match[str], on: date, _: Sense) -> Days:
    """周末后 is on Monday."""
    return single(of_week(on, (step(found) or 0) + 1, MONDAY))


_DAY = named("weekday", WEEKDAY)
_STEP = maybe(STEP)
# 一周五天 is no Friday.
_NO_COUNT = rf"(?<![\d{NUMERALS}几半整全首末头])(?<![\d{NUMERALS}每几]个)"
_BARE_WEEK = rf"(?:(?<=[周期拜][一二三四五六])|{_NO_COUNT}){WEEK}"
_FURTHER = rf"(?:、|和|或|及|与)(?P<words>{WEEKDAY})(?![点时月年号期\d十])"

WEEKDAY_KIND = Kind(
    re.compile(rf"{WEEK}[一二三四五六日天末]"),
    (
        rule(_BARE_WEEK + _DAY, _weekday, bare=True),
        rule(STEP + WEEK + _DAY, _weekday),
        # 下周一起 may be "together next week"; after 从 it is "from Monday".
        rule(rf"[从自](?P<words>{_STEP}{WEEK}(?P<weekday>一))(?=起)", _weekday),
        *(
            rule(_STEP + WEEK + _DAY + f"、{WEEKDAY}" * between + _FURTHER, _further_weekday)
            for between in (0, 1, 2)
        ),
        rule(rf"{COUNT}个?{WEEK}[之以]?后的?{WEEK}{_DAY}", _weekday_in_weeks),
        rule(rf"(?:{STEP}|(?<![每个]))周末(?!愉快|快乐)", _weekend),
        rule(rf"{_STEP}周末[之以]?前(?!后)", _before_weekend),
        rule(rf"{_STEP}周末[之以]?后", _after_weekend),
        rule(rf"{_STEP}周六日", _weekend),
        rule("周六福", nothing),  # a jeweller
    ),
)
