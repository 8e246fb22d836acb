"""Which month or year an English expression names: "of next month", "of May 2026", "of the year"."""

import re
from collections.abc import Callable
from datetime import date

from ingest.extract.when.days import Sense, full_year, in_month_meant, nearest_by
from ingest.extract.when.english_words import MONTH, MONTHS, STEP, YEAR, step
from ingest.extract.when.rules import named, said

# After a month: "2026", "'26", "next year".
YEAR_SAID = rf"(?:\.?,?[ -]+{named('year', YEAR)}|,? +(?:of +)?{named('year_step', STEP)} +year)?"
STEP_SAID = rf"(?:{named('step', STEP)}|the|our|your)"
MONTH_SAID = rf"(?:{STEP_SAID} +)?(?:month|{named('month', MONTH)}{YEAR_SAID})"
FULL_YEAR = named("year", r"(?:19|20)\d\d")
OF_YEAR = rf"(?: +(?:of +)?(?:{FULL_YEAR}|{named('year_step', STEP)} +year|the +year))"


def year_said(found: re.Match[str], on: date) -> int | None:
    """2026 for "2026" and "'26", the next one for "next year"; None where no year is said."""
    if year := said(found, "year"):
        return full_year(year.lstrip("'"), on)
    steps = step(said(found, "year_step"))
    return None if steps is None else on.year + steps


def in_month_said(
    found: re.Match[str], on: date, sense: Sense, at: Callable[[int, int], date | None]
) -> date | None:
    """The day `at` of the month that is said: of "next month", of "May 2026"; of "the month" the nearest."""
    name, steps, year = said(found, "month"), step(said(found, "step")), year_said(found, on)
    if name is None:
        return in_month_meant(at, on, sense, step=steps)
    if year is None and steps is not None:  # "this May" is of this year, "last May" the latest one
        year = None if steps else on.year
        sense = Sense.BEHIND if steps < 0 else sense
    return in_month_meant(at, on, sense, month=MONTHS[name], year=year)


def in_year_said(found: re.Match[str], on: date, sense: Sense, at: Callable[[int], date]) -> date | None:
    """The day `at` of the year that is said, without one the nearest."""
    year = year_said(found, on)
    return nearest_by(on, sense, lambda years: at(on.year + years), 1) if year is None else at(year)
