"""English weekdays: which Friday is meant."""

import re
from datetime import date, timedelta

from ingest.extract.when.days import Days, Sense, nearest, nearest_weekday, of_week, single
from ingest.extract.when.english_homographs import is_weekday
from ingest.extract.when.english_words import (
    COUNT,
    FOLLOW,
    JOINT,
    ORDINAL,
    STEP,
    WEEKDAY,
    WEEKDAYS,
    count,
    ordinal,
    step,
)
from ingest.extract.when.rules import Kind, Rule, named, nothing, said, words


def _day(found: re.Match[str]) -> int:
    return WEEKDAYS[found["weekday"]]


def _nearest(found: re.Match[str], on: date, sense: Sense) -> Days:
    """ "Friday": the nearest one, never the message's own day."""
    return single(nearest_weekday(on, _day(found), sense))


def _stepped(found: re.Match[str], on: date, sense: Sense) -> Days:
    """ "this Friday" and "next Friday" are of this week and the next; "last", "coming" mean the nearest."""
    if found["step"].split()[-1] in ("this", "current", "next"):
        return _of_week(found, on, sense)
    behind = step(found["step"]) == -1
    return single(nearest_weekday(on, _day(found), Sense.BEHIND if behind else Sense.AHEAD))


def _of_week(found: re.Match[str], on: date, _: Sense) -> Days:
    """ "Friday next week", "last week on Monday"."""
    return single(of_week(on, step(found["step"]) or 0, _day(found)))


def _of_week_too(found: re.Match[str], on: date, sense: Sense) -> Days:
    """The Tuesday of "Tuesday and Friday next week", but not the Friday of "Friday to Monday next week"."""
    if WEEKDAYS[found["last"]] <= _day(found):
        return _nearest(found, on, sense)
    return _of_week(found, on, sense)


def _after_next(found: re.Match[str], on: date, _: Sense) -> Days:
    """ "the Friday after next", "Friday the week after next"."""
    return single(of_week(on, 2, _day(found)))


def _weeks(found: re.Match[str]) -> int:
    """2 for "two weeks" and for "a fortnight", 1 for "week"."""
    many = said(found, "count")
    return (count(many) if many else 1) * (2 if found["unit"].startswith("fortnight") else 1)


def _weeks_after(found: re.Match[str], on: date, _: Sense) -> Days:
    """ "a week on Friday", "Friday week", "a fortnight on Monday": so many weeks after the next such day."""
    return single(nearest_weekday(on, _day(found), Sense.AHEAD) + timedelta(weeks=_weeks(found)))


def _weeks_before(found: re.Match[str], on: date, _: Sense) -> Days:
    """ "a week ago Monday": so many weeks before the latest one."""
    return single(nearest_weekday(on, _day(found), Sense.BEHIND) - timedelta(weeks=_weeks(found)))


def _in_weeks(found: re.Match[str], on: date, _: Sense) -> Days:
    """ "Friday in two weeks": of the week that lies two weeks on."""
    return single(of_week(on, _weeks(found), _day(found)))


def _with_number(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "Monday the 3rd": the nearest 3rd, or the one beyond it where that one is a Monday."""
    number = ordinal(found["day"])
    first = nearest(on, sense, None, number)
    if first is None or first.weekday() == _day(found):
        return single(first)
    beyond = nearest(first + timedelta(days=1 if sense is Sense.AHEAD else -1), sense, None, number)
    return single(beyond if beyond and beyond.weekday() == _day(found) else first)


_WEEKDAY = named("weekday", WEEKDAY)
_STEP = named("step", STEP)
_WEEKS = rf"{named('count', COUNT)} +{named('unit', 'weeks?|fortnights?')}(?:'s?)?(?: +time)?"
_OF_WEEK = rf",? +(?:(?:of|in) +)?{_STEP} +week"
_LISTED = rf"(?=(?:{JOINT}{WEEKDAY}){{0,5}}{JOINT}{named('last', WEEKDAY)}{_OF_WEEK})"
# "Friday week", but not "Friday, week 20" nor "Friday week commencing 12 May".
_WEEK_LATER = r"(?P<unit>week|fortnight)(?! +(?:of|after|commencing|beginning|ending|before|\d))"
# "a week" is no distance in "twice a week on Friday".
_TIMES_A_WEEK = r"(?:once|twice|times|days?|hours?) +a +week +(?:on +|from +)?"
# Which days holidays are is not known.
_HOLIDAY = r"(?:good|black|ash|easter|whit|cyber|palm|shrove|maundy|super|holy) +"
# "Monday and Friday mornings" come again and again.
_HABIT = rf"(?:{JOINT}{WEEKDAY}){{0,5}} +(?:mornings|afternoons|evenings|nights)"

WEEKDAY_KIND = Kind(
    words(WEEKDAY),
    (
        Rule(words(_WEEKDAY + _LISTED), _of_week_too),
        Rule(words(_WEEKDAY), _nearest, bare=True, means=is_weekday),
        Rule(words(rf"{_STEP} +{_WEEKDAY}"), _stepped),
        Rule(words(rf"{_WEEKDAY} +(?P<step>next)(?= *(?:$|[.,;!?)]))"), _of_week),
        Rule(words(rf"{_WEEKDAY}\.?{_OF_WEEK}"), _of_week),
        Rule(words(rf"{_STEP} +week(?:'s)?,?(?: +on| +-)? +{_WEEKDAY}"), _of_week),
        Rule(words(rf"(?:the +)?{_WEEKDAY},?(?: +(?:(?:of|in) +)?the +week)? +after +next"), _after_next),
        Rule(words(rf"{_WEEKS}(?: +(?:on|from|after|come|this|next|coming))* +{_WEEKDAY}"), _weeks_after),
        Rule(words(rf"{_WEEKDAY} +{_WEEK_LATER}"), _weeks_after),
        Rule(words(rf"{_WEEKS} +ago(?: +(?:last|on))? +{_WEEKDAY}"), _weeks_before),
        Rule(words(rf"{_WEEKDAY},? +in +{_WEEKS}"), _in_weeks),
        Rule(words(rf"{_WEEKDAY},? +{_WEEKS} +from +(?:now|today)"), _in_weeks),
        Rule(words(rf"in +{_WEEKS},? +on +{_WEEKDAY}"), _in_weeks),
        Rule(words(rf"{_WEEKDAY}[.,]? +(?:the +)?{named('day', ORDINAL)}{FOLLOW}"), _with_number),
        Rule(words(_TIMES_A_WEEK + WEEKDAY), nothing),
        Rule(words(_HOLIDAY + WEEKDAY), nothing),
        Rule(words(WEEKDAY + _HABIT), nothing),
    ),
)
