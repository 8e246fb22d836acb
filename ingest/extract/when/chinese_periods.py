"""Chinese weeks, months, quarters and years, their parts and their first and last days."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from ingest.extract.when.chinese_words import (
    MONTH,
    NUMERALS,
    STEP,
    WEEK,
    WEEKDAY,
    YEAR,
    number,
    part,
    rule,
    step,
    unit,
    weekday,
    year_said,
)
from ingest.extract.when.days import Days, Sense, in_month_meant, is_working_day, nearest_by, single
from ingest.extract.when.periods import (
    Unit,
    half_month,
    half_year,
    in_month,
    in_quarter,
    in_year,
    month,
    nth_day,
    nth_week,
    part_of,
    whole,
    year,
)
from ingest.extract.when.rules import Kind, Reading, maybe, named, nothing, said


def _whole(found: re.Match[str], on: date, _: Sense) -> Days:
    """下周 is its Monday to Friday, 本月 and 上季度 are all of them."""
    return whole(on, unit(found["unit"]), step(found) or 0)


def _part(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """下周初 is Monday, 本周内 Friday, 季度末 and 月内 the last day; 周初 is the nearest one."""
    return single(part_of(on, unit(found["unit"]), part(found), step(found), sense))


def _in_month(
    found: re.Match[str], on: date, sense: Sense, at: Callable[[int, int], date | None]
) -> date | None:
    """The day `at` of the month that is said: of 下个月, of 明年五月; without any of the nearest."""
    if written := said(found, "month"):
        return in_month_meant(at, on, sense, month=number(written), year=year_said(found, on))
    return in_month_meant(at, on, sense, step=step(found))


def _part_of_month(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """五月初 is the 5th, 下月中旬 the 15th, 月底 the last day."""
    which = part(found)
    return single(_in_month(found, on, sense, lambda year, month: in_month(year, month, which)))


def _half_of_month(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """上半月 is the 1st to the 15th; of this month where none is said."""
    half = 1 if found["half"] == "上" else 2
    if not said(found, "month") and step(found) is None:
        return half_month(on.year, on.month, half)
    last = _in_month(found, on, sense, lambda year, month: half_month(year, month, half)[1])
    return None if last is None else half_month(last.year, last.month, half)


def _part_of_quarter(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """三季度末, 明年Q1底: without a year the nearest one."""
    year, which, its = year_said(found, on), part(found), number(found["quarter"])
    if year is None:
        return single(nearest_by(on, sense, lambda years: in_quarter(on.year + years, its, which), 1))
    return single(in_quarter(year, its, which))


def _half_of_year(found: re.Match[str], on: date, _: Sense) -> Days:
    """上半年 is January to June, of this year where none is said; 上半年末 is its last day."""
    days = half_year(year_said(found, on) or on.year, 1 if found["half"] == "上" else 2)
    return single(days[1]) if said(found, "part") else days


def _whole_year(found: re.Match[str], on: date, _: Sense) -> Days:
    """明年."""
    return year(year_said(found, on) or on.year)


def _part_of_year(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """今年底 and 年内 are 31 December, 明年初 is 5 January; 年中 is the nearest 30 June."""
    year, which = year_said(found, on), part(found)
    return single(part_of(on, Unit.YEAR, which, None, sense) if year is None else in_year(year, which))


def _nth(found: re.Match[str]) -> int:
    return -1 if found["nth"] is None else number(found["nth"])


def _counts(thing: str) -> Callable[[date], bool]:
    """Whether a day is one of those that are counted: 天, 工作日, 周五."""
    if thing == "天":
        return lambda _: True
    return is_working_day if thing == "工作日" else lambda day: day.weekday() == weekday(thing[-1])


def _nth_of_month(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """下个月第一个周一, 五月最后一天."""
    n, counts = _nth(found), _counts(found["thing"])
    return single(_in_month(found, on, sense, lambda year, its: nth_day(month(year, its), n, counts)))


def _nth_of_period(found: re.Match[str], on: date, _: Sense) -> Days | None:
    """本周最后一个工作日, 下季度第一天."""
    days = whole(on, unit(found["unit"]), step(found) or 0)
    return single(nth_day(days, _nth(found), _counts(found["thing"])))


def _nth_week(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """五月第一周 is the 1st to the 7th."""
    n = _nth(found)
    last = _in_month(found, on, sense, lambda year, its: nth_week(year, its, n)[1])
    return None if last is None else (last - timedelta(days=6), last)


def _nth_of_year(found: re.Match[str], on: date, _: Sense) -> Days | None:
    """今年最后一个工作日."""
    return single(nth_day(year(year_said(found, on) or on.year), _nth(found), _counts(found["thing"])))


def _kind(told_by: str, *rules: tuple[str, Reading]) -> Kind:
    return Kind(re.compile(told_by), tuple(rule(pattern, read) for pattern, read in rules))


_YEAR = rf"{YEAR}的? *"
_NO_NUMBER = rf"(?<![\d.{NUMERALS}第几])"
# 五月, 明年五月, 下个月; or 月 alone, but not the one of 三个月.
_MONTH = rf"(?:{maybe(_YEAR)}{_NO_NUMBER}{named('month', MONTH)} *月份?|{STEP}月份?)"
_MONTH_OR_NONE = rf"(?:{_MONTH}|(?<![\d{NUMERALS}个 ])月)"
_PART = (
    r"的?[之以]?(?P<part>内(?![部蒙容存含外])|[上中下]旬|初(?![一二三四五六七八九十])"
    r"|中(?![旬国央午间心秋标选奖断止学文])|[底末])"
)
_QUARTER = r"(?:第?(?=[一二三四1-4] *季)|q(?=[1-4]))(?P<quarter>[一二三四1-4])(?: *季度?)?"
_NTH = r"的?(?:第(?P<nth>[一二三四五1-5])|最后一?)"
_THING = rf"个?(?P<thing>天|工作日|{WEEK}{WEEKDAY})"
_HALF = r"(?P<half>[上下])半"

PERIOD_KINDS = (
    _kind(
        rf"[下上本这当个一]{WEEK}|周[之以]?[内初中底]",
        (rf"{STEP}(?P<unit>{WEEK})里?(?![末期边围刊])", _whole),
        (rf"{STEP}(?P<unit>{WEEK}){_PART}", _part),
        (rf"(?<![\d{NUMERALS}几半整全首个每])(?P<unit>周){_PART}", _part),
        (rf"{STEP}(?P<unit>{WEEK}){_NTH}{_THING}", _nth_of_period),
    ),
    _kind(
        r"月份?的?[之以]?[初中底末内上下第最]|[下上本这当个一]月|半月|[上中下]旬",
        (rf"{STEP}(?P<unit>月)份?里?", _whole),
        (_MONTH_OR_NONE + _PART, _part_of_month),
        (r"(?<![月的])(?P<part>[上中下]旬)", _part_of_month),
        (rf"{maybe(_MONTH)}的?{_HALF}月", _half_of_month),
        (_MONTH_OR_NONE + _NTH + _THING, _nth_of_month),
        (rf"{_MONTH_OR_NONE}{_NTH}个?{WEEK}", _nth_week),
    ),
    _kind(
        r"季|q[1-4]",
        (rf"{STEP}(?P<unit>季度)", _whole),
        (rf"{maybe(STEP)}(?<![\d{NUMERALS}淡旺雨夏冬春秋换])(?P<unit>季度?){_PART}", _part),
        (maybe(_YEAR) + _QUARTER + _PART, _part_of_quarter),
        (rf"{STEP}(?P<unit>季度){_NTH}{_THING}", _nth_of_period),
        # A quarter is as little a day as a month is: 明年一季度.
        (_YEAR + _QUARTER, nothing),
    ),
    _kind(
        r"[今明去后前来]年|年[初中底末内年的第最之以]|半年",
        (r"(?P<year_step>[今明去]|(?<![年月周天以])[后前])年(?![的度代级春夏秋冬开])", _whole_year),
        (rf"(?:{YEAR}的?年?|(?<![\d{NUMERALS}今明去来本后前几多当半每])年){_PART}", _part_of_year),
        (rf"{maybe(_YEAR)}{_HALF}年(?:[之以]?(?P<part>[末底内]))?", _half_of_year),
        (_YEAR + _NTH + _THING, _nth_of_year),
    ),
)
