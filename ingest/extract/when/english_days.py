"""English days of the calendar and of speech: "3 May", "the 15th", "tomorrow"."""

import re
from datetime import date, timedelta

from ingest.extract.when.days import (
    Days,
    Sense,
    day_of,
    in_month_meant,
    nearest,
    single,
    working_days_on,
)
from ingest.extract.when.english_homographs import is_month
from ingest.extract.when.english_said import YEAR_SAID, year_said
from ingest.extract.when.english_words import (
    DAY,
    FOLLOW,
    JOINT,
    MONTH,
    MONTHS,
    ORDINAL,
    ORDINAL_WORD,
    STEP,
    WEEKDAY,
    ordinal,
    step,
)
from ingest.extract.when.periods import week_of
from ingest.extract.when.rules import Kind, Reading, Rule, named, nothing, said, words


def _day_said(found: re.Match[str], on: date, sense: Sense, day: str) -> date | None:
    year, month, number = year_said(found, on), MONTHS[found["month"]], ordinal(day)
    return nearest(on, sense, month, number) if year is None else day_of(year, month, number)


def _calendar(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "3 May", "May 3rd, 2026", "3 May next year": the day itself, without a year the nearest one."""
    return single(_day_said(found, on, sense, found["day"]))


def _before_last(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """The 3 of "3 to 5 May", the 28 of "28 to 3 May": the latest day of that number before the last one."""
    last = _day_said(found, on, sense, found["last"])
    return None if last is None else single(nearest(last, Sense.BEHIND, None, ordinal(found["day"])))


def _after_first(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """The 5 of "May 3 and 5": the next day of that number after the first one."""
    first = _day_said(found, on, sense, found["day"])
    return None if first is None else single(nearest(first, Sense.AHEAD, None, ordinal(found["words"])))


def _week_of_day(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "the week of 12 May": its Monday to Friday."""
    days = _calendar(found, on, sense)
    return days and week_of(days[0])


def _of_month(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "the 15th of next month"; "the 15th" and "the 15th of the month" are the nearest ones."""
    number, steps = ordinal(found["day"]), step(said(found, "step"))
    return single(in_month_meant(lambda year, month: day_of(year, month, number), on, sense, step=steps))


def _in_days(days: int) -> Reading:
    """So many days after the message."""
    return lambda _, on, __: single(on + timedelta(days=days))


def _next_working_day(_: re.Match[str], on: date, __: Sense) -> Days:
    return single(working_days_on(on, 1))


_DAY = named("day", rf"{DAY}|{ORDINAL_WORD}")
_MONTH = named("month", MONTH)
_OF_MONTH = rf"(?: +day)?(?: +of)?(?:[ -]+|(?<=\d))(?:the +month +of +)?{_MONTH}"
# A number after a month is no day where it is an hour, a share or a quantity: "May 3:30", "May 3.5%".
_NO_QUANTITY = (
    r"(?![:%]|[.,]\d| *(?:%|x\b|am\b|pm\b|units?\b|pcs\b|pieces\b|times\b|of +(?:the|our|your|them)\b))"
)
_DAY_FIRST = f"{_DAY}{_OF_MONTH}{YEAR_SAID}"
_THE_FIRST = rf"{_MONTH}\.?[ -]+(?:the +)?{_DAY}"
_MONTH_FIRST = f"{_THE_FIRST}{_NO_QUANTITY}{YEAR_SAID}"
_HYPHENED = rf"{_DAY}-{named('month', MONTH)}-(?P<year>\d\d)"
_WEEK_OF = (
    r"(?:the +)?(?:week +(?:of|commencing|beginning|starting|from)|w/[cb])[.:]? +"
    rf"(?:on +)?{WEEKDAY}?,? *(?:the +)?"
)
# Days of one month: "3, 5 and 7 May", "May 3, 5 and 7".
_COMMAS = rf"(?:, *{DAY}){{0,5}}"
_AND = r"(?: *[-/&] *|,? +(?:and|or|to|until|till|through) +)(?:the +)?"

CALENDAR_KIND = Kind(
    words(rf"(?:{DAY}|{ORDINAL_WORD}){_OF_MONTH}|{MONTH}\.?[ -]+(?:the +)?(?:{DAY}|{ORDINAL_WORD})"),
    (
        # The year of June 3 in "June 3 to 5, 2026".
        Rule(words(rf"{_THE_FIRST}(?={_COMMAS}{_AND}{DAY}{YEAR_SAID})"), _calendar, means=is_month),
        *(
            Rule(words("(?:the +)?" + spelling), _calendar, means=is_month)
            for spelling in (_DAY_FIRST, _MONTH_FIRST, _HYPHENED)
        ),
        *(Rule(words(_WEEK_OF + spelling), _week_of_day) for spelling in (_DAY_FIRST, _MONTH_FIRST)),
        Rule(
            words(rf"(?P<words>{_DAY})(?={_COMMAS}{_AND}{named('last', DAY)}{_OF_MONTH}{YEAR_SAID})"),
            _before_last,
            means=is_month,
        ),
        *(
            Rule(words(_THE_FIRST + rf", *{DAY}" * commas + end), _after_first, means=is_month)
            for commas in (0, 1)
            for end in (
                rf"{_AND}(?P<words>{DAY}){FOLLOW}{_NO_QUANTITY}{YEAR_SAID}",
                rf", *(?P<words>{DAY})(?={_COMMAS}{_AND}{DAY}{FOLLOW})",
            )
        ),
    ),
)

_LEAD = r"(?:by|on|before|until|till|til|from|after|since|for|due|of) +(?:the +)?"
_ORDINAL = named("day", ORDINAL)
_FOLLOW = rf"(?:(?=(?:{JOINT}{ORDINAL}){{1,5}}{FOLLOW})|(?!{JOINT}{ORDINAL}){FOLLOW})"
_FOLLOW_LED = rf"(?:{_FOLLOW}|(?= +(?:is|are|was|were|has|had|have)\b))"

ORDINAL_KIND = Kind(
    words(rf"{ORDINAL}|(?:{DAY}|{ORDINAL_WORD})(?: +day)? +of +\w+ +month"),
    (
        Rule(words(rf"the +{_ORDINAL}{_FOLLOW}"), _of_month, bare=True),
        Rule(words(rf"{_LEAD}(?P<words>{_ORDINAL}){_FOLLOW_LED}"), _of_month, bare=True),
        Rule(words(rf"(?:the +)?{_DAY}(?: +day)? +of +(?:{named('step', STEP)}|the|our) +month"), _of_month),
        Rule(words(rf"{named('step', STEP)} +month,?(?: +on)? +(?:the +)?{_ORDINAL}{FOLLOW}"), _of_month),
        Rule(words(rf"(?:the +)?{_DAY}(?: +day)? +of +(?:every|each|any|a|per) +month"), nothing),
    ),
)

_TOMORROW = r"(?:tom+or+ow|tmrw?|tmw|first +thing +in +the +morning)"
_TODAY = r"(?:later +)?(?:today|tonight|this +(?:morning|afternoon|evening))"
_NEXT_WORKING_DAY = r"(?:the +)?(?:next|following) +(?:working|business|work) +day"
_NO_SERVICE = r"(?! +(?:delivery|service|support|shipping|dispatch|repair|replacement)\b)"
# The day itself has an end; "at the end of the day" only sums up.
_DAYS_END = (
    r"(?:(?<!at )(?<!at the )(?:the +)?end +of +(?:the +|today's +)?(?:(?:business|working|work) +)?day"
    r"|(?:the +)?(?:close|end) +of +(?:play|business|work)(?: +hours)?|eod|cob|eob)"
)

NEAR_KIND = Kind(
    words(
        rf"{_TODAY}|{_TOMORROW}|yesterday|last +(?:night|evening)|night +before|(?:end|close) +of|eod|cob|eob"
        r"|(?:next|following) +(?:working|business|work)"
    ),
    (
        Rule(words(_TODAY), _in_days(0)),
        Rule(words(_TOMORROW), _in_days(1)),
        Rule(words(r"(?:the +)?day +after +tomorrow"), _in_days(2)),
        Rule(words(r"yesterday|last +(?:night|evening)"), _in_days(-1)),
        Rule(words(r"(?:the +)?(?:day +before +yesterday|night +before +last)"), _in_days(-2)),
        Rule(words(_NEXT_WORKING_DAY + _NO_SERVICE), _next_working_day),
        Rule(words(_DAYS_END), _in_days(0), hour=True),
    ),
)
