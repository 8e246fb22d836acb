"""Days that words mean: a value, and the arithmetic of single days."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import overload

MONDAY, WEDNESDAY, FRIDAY, SATURDAY, SUNDAY = 0, 2, 4, 5, 6
_YEARS_AHEAD = 20  # a year of two digits lies at most so far ahead, else in the century before
_YEARS_TO_LEAP = 9  # a 29 February comes again within them, also around 1900 and 2100

Days = tuple[date, date]  # first and last, both included


class Sense(StrEnum):
    """How an expression without a year or a week is meant: what is owed lies ahead, what happened behind."""

    AHEAD = "ahead"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class When:
    """Code points [start, end) of a text that mean the days from `first` to `last`, both included."""

    start: int
    end: int
    text: str
    first: date
    last: date

    @property
    def is_span(self) -> bool:
        """Whether it means more than one day."""
        return self.first != self.last


@overload
def single(day: date) -> Days: ...
@overload
def single(day: date | None) -> Days | None: ...
def single(day: date | None) -> Days | None:
    """One day as a span of itself."""
    return None if day is None else (day, day)


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, None where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(digits: str, on: date) -> int:
    """The year of four or two digits; "85" was 1985 and "30" will be 2030 for who writes in 2025."""
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + 2000 if year + 2000 <= on.year + _YEARS_AHEAD else year + 1900


def last_of_month(year: int, month: int) -> date:
    """The last day of the month."""
    return date(year, month, monthrange(year, month)[1])


def months_on(on: date, months: int) -> date:
    """The same day some months on or back, the month's last where it is shorter."""
    year, month = month_from(on, months)
    return date(year, month, min(on.day, monthrange(year, month)[1]))


def month_from(on: date, months: int) -> tuple[int, int]:
    """Year and month, some months on or back."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return year, month + 1


def working_days_on(on: date, days: int) -> date:
    """So many working days (Monday to Friday; public holidays are not known) on or back."""
    step = timedelta(days=1 if days >= 0 else -1)
    left = abs(days)
    while left:
        on += step
        left -= is_working_day(on)
    return on


def is_working_day(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() <= FRIDAY


def of_week(on: date, weeks: int, weekday: int) -> date:
    """The weekday of the week (Monday to Sunday) that lies so many weeks on."""
    return on + timedelta(weeks=weeks, days=weekday - on.weekday())


def nearest_weekday(on: date, weekday: int, sense: Sense) -> date:
    """The next such day after `on`, or the latest before it; never `on` itself."""
    if sense is Sense.BEHIND:
        return on - timedelta(days=(on.weekday() - weekday - 1) % 7 + 1)
    return on + timedelta(days=(weekday - on.weekday() - 1) % 7 + 1)


def nearest_by(on: date, sense: Sense, at: Callable[[int], date | None], reach: int) -> date | None:
    """The first of at(0), at(1), at(2) … that is not before `on`; behind: of at(0), at(-1) … not after it."""
    for step in range(reach + 1):
        found = at(step if sense is Sense.AHEAD else -step)
        if found and (found >= on if sense is Sense.AHEAD else found <= on):
            return found
    return None


def in_month_meant(
    at: Callable[[int, int], date | None],
    on: date,
    sense: Sense,
    *,
    month: int | None = None,
    year: int | None = None,
    step: int | None = None,
) -> date | None:
    """The day `at(year, month)` of the month that is meant.

    That is `month` of `year`, or the month so many steps on; what is not said is chosen so that the day is
    the nearest one in its sense.
    """
    if month is None:
        if step is not None:
            return at(*month_from(on, step))
        return nearest_by(on, sense, lambda months: at(*month_from(on, months)), 12)
    if year is not None:
        return at(year, month)
    return nearest_by(on, sense, lambda years: at(on.year + years, month), _YEARS_TO_LEAP)


def nearest(on: date, sense: Sense, month: int | None, day: int) -> date | None:
    """The nearest day of that month and number (any month for None): not before `on`, or not after it."""
    return in_month_meant(lambda year, its: day_of(year, its, day), on, sense, month=month)
