"""Periods that words mean: weeks, months, quarters and years, their parts, and distances counted in them."""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from ingest.extract.when.days import (
    FRIDAY,
    MONDAY,
    SATURDAY,
    SUNDAY,
    WEDNESDAY,
    Days,
    Sense,
    is_working_day,
    last_of_month,
    month_from,
    months_on,
    nearest_by,
    of_week,
    working_days_on,
)

_REACH = 2  # periods to look on or back for the nearest part


class Unit(StrEnum):
    """What time is counted in."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working day"
    WEEK = "week"
    FORTNIGHT = "fortnight"
    WEEKEND = "weekend"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Part(StrEnum):
    """A part of a period."""

    EARLY = "early"
    MID = "mid"
    LATE = "late"
    END = "end"


_DAYS_OF_MONTH = {Part.EARLY: 5, Part.MID: 15, Part.LATE: 25}
_DAYS_OF_WEEK = {Part.EARLY: MONDAY, Part.MID: WEDNESDAY, Part.LATE: FRIDAY, Part.END: FRIDAY}
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7, Unit.FORTNIGHT: 14}
_MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}
# Half a week and half a quarter end on the later day.
_HALF_IN_DAYS = {Unit.WEEK: 4, Unit.FORTNIGHT: 7, Unit.MONTH: 15, Unit.QUARTER: 46}


def moved(on: date, count: int, unit: Unit, *, half: bool = False, back: bool = False) -> date:
    """The day `count` units on or back, "and a half" where so said: half a year is six months.

    Hours are rounded to whole days, fewer than twelve are the same day.
    """
    sign = -1 if back else 1
    if unit in _MONTHS:
        on = months_on(on, sign * (_MONTHS[unit] * count + (6 if half and unit is Unit.YEAR else 0)))
    elif unit is Unit.WORKING_DAY:
        on = working_days_on(on, sign * count)
    elif unit in _DAYS:
        on += timedelta(days=sign * (_DAYS[unit] * count + (half and count > 0 and unit is Unit.DAY)))
    elif unit is Unit.HOUR:
        on += timedelta(days=sign * ((count + 12) // 24))
    return on + timedelta(days=sign * _HALF_IN_DAYS.get(unit, 0)) if half else on


def whole(on: date, unit: Unit, steps: int) -> Days:
    """All days of the period so many steps on; of a week its working days.

    Who says "this week" on a Saturday or Sunday means until Sunday.
    """
    if unit is Unit.WEEK:
        last = SUNDAY if steps == 0 and not is_working_day(on) else FRIDAY
        return of_week(on, steps, MONDAY), of_week(on, steps, last)
    if unit is Unit.WEEKEND:
        return of_week(on, steps, SATURDAY), of_week(on, steps, SUNDAY)
    if unit is Unit.MONTH:
        return month(*month_from(on, steps))
    if unit is Unit.QUARTER:
        return quarter(*quarter_from(on, steps))
    return year(on.year + steps)


def month(year: int, number: int) -> Days:
    """A month."""
    return date(year, number, 1), last_of_month(year, number)


def quarter_from(on: date, quarters: int) -> tuple[int, int]:
    """Year and quarter (1 to 4), some quarters on or back."""
    year, number = divmod(on.year * 4 + (on.month - 1) // 3 + quarters, 4)
    return year, number + 1


def quarter(year: int, number: int) -> Days:
    """A quarter, 1 to 4."""
    return date(year, 3 * number - 2, 1), last_of_month(year, 3 * number)


def half_year(year: int, number: int) -> Days:
    """The first half of a year, or the second."""
    return (date(year, 1, 1), date(year, 6, 30)) if number == 1 else (date(year, 7, 1), date(year, 12, 31))


def half_month(year: int, number: int, half: int) -> Days:
    """The first fifteen days of a month, or the rest."""
    first, last = month(year, number)
    return (first, first.replace(day=15)) if half == 1 else (first.replace(day=16), last)


def year(number: int) -> Days:
    """A year."""
    return date(number, 1, 1), date(number, 12, 31)


def in_month(year: int, number: int, part: Part) -> date:
    """The 5th, the 15th, the 25th or the last of a month."""
    return last_of_month(year, number) if part is Part.END else date(year, number, _DAYS_OF_MONTH[part])


def in_quarter(year: int, number: int, part: Part) -> date:
    """The 5th of a quarter's first month, the 15th of its middle one, or its last day."""
    if part is Part.EARLY:
        return date(year, 3 * number - 2, _DAYS_OF_MONTH[part])
    return date(year, 3 * number - 1, _DAYS_OF_MONTH[part]) if part is Part.MID else quarter(year, number)[1]


def in_year(year: int, part: Part) -> date:
    """5 January, 30 June or 31 December."""
    if part is Part.EARLY:
        return date(year, 1, _DAYS_OF_MONTH[part])
    return date(year, 6, 30) if part is Part.MID else date(year, 12, 31)


def part_of(on: date, unit: Unit, part: Part, steps: int | None, sense: Sense) -> date | None:
    """The day for a part of the week, month, quarter or year so many steps on; for None of the nearest."""
    at: Callable[[int], date] = {
        Unit.WEEK: lambda step: _in_week(on, step, part),
        Unit.MONTH: lambda step: in_month(*month_from(on, step), part),
        Unit.QUARTER: lambda step: in_quarter(*quarter_from(on, step), part),
        Unit.YEAR: lambda step: in_year(on.year + step, part),
    }[unit]
    return nearest_by(on, sense, at, _REACH) if steps is None else at(steps)


def _in_week(on: date, steps: int, part: Part) -> date:
    """Monday, Wednesday or Friday; who speaks of this week's end at the weekend means Sunday."""
    if part in (Part.LATE, Part.END):
        return whole(on, Unit.WEEK, steps)[1]
    return of_week(on, steps, _DAYS_OF_WEEK[part])


def week_of(day: date) -> Days:
    """Monday to Friday of the week that holds the day."""
    return of_week(day, 0, MONDAY), of_week(day, 0, FRIDAY)


def week_of_number(year: int, number: int) -> Days:
    """Monday to Friday of a week by its number (ISO 8601). Raises ValueError where the year has none such."""
    return date.fromisocalendar(year, number, 1), date.fromisocalendar(year, number, 5)


def nth_day(days: Days, n: int, counts: Callable[[date], bool]) -> date | None:
    """The nth of the days that count, the last for -1; None where there are fewer."""
    first, last = days
    step = timedelta(days=1 if n > 0 else -1)
    day, left = (first, n) if n > 0 else (last, -n)
    while first <= day <= last:
        left -= counts(day)
        if not left:
            return day
        day += step
    return None


def nth_week(year: int, number: int, n: int) -> Days:
    """The nth seven days of a month, its last seven for -1: the first week of May is the 1st to the 7th."""
    last = last_of_month(year, number) if n < 0 else date(year, number, 7 * n)
    return last - timedelta(days=6), last
