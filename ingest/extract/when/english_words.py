"""English words of time: how they are spelt, as pieces of patterns, and what they count."""

import re

from ingest.extract.when.periods import Unit
from ingest.extract.when.rules import any_of, named


def numbered(names: str, first: int = 1) -> dict[str, int]:
    """The names with their numbers: "january jan, february feb" are 1, 1, 2 and 2."""
    return {name: number for number, same in enumerate(names.split(","), first) for name in same.split()}


WEEKDAYS = numbered(
    "monday mon, tuesday tues tue, wednesday weds wed, thursday thurs thur thu, friday fri, saturday sat,"
    "sunday sun",
    first=0,
)
MONTHS = numbered(
    "january jan, february feb, march mar, april apr, may, june jun, july jul, august aug,"
    "september sept sep, october oct, november nov, december dec"
)
_ONES = numbered("one, two, three, four, five, six, seven, eight, nine")
_TEENS = numbered(
    "ten, eleven, twelve, thirteen, fourteen, fifteen, sixteen, seventeen, eighteen, nineteen", first=10
)
_TENS = numbered("twenty, thirty, forty, fifty, sixty, seventy, eighty, ninety", first=2)
_COUNTS = _ONES | _TEENS | {name: 10 * tens for name, tens in _TENS.items()} | {"couple": 2}
_ORDINALS = numbered(
    "first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh, twelfth,"
    "thirteenth, fourteenth, fifteenth, sixteenth, seventeenth, eighteenth, nineteenth, twentieth,"
    "twenty-first, twenty-second, twenty-third, twenty-fourth, twenty-fifth, twenty-sixth, twenty-seventh,"
    "twenty-eighth, twenty-ninth, thirtieth, thirty-first"
)
_STEPS = numbered("last past previous, this current, next coming upcoming following", first=-1)
_UNITS = {
    name: unit
    for unit, names in {
        Unit.MINUTE: "minute min",
        Unit.HOUR: "hour hr h",
        Unit.DAY: "day",
        Unit.WEEK: "week wk",
        Unit.FORTNIGHT: "fortnight",
        Unit.WEEKEND: "weekend",
        Unit.MONTH: "month",
        Unit.QUARTER: "quarter",
        Unit.YEAR: "year yr",
    }.items()
    for name in names.split()
}

WEEKDAY = any_of(WEEKDAYS)
MONTH = any_of(MONTHS)
YEAR = r"(?:(?:19|20)\d\d|'\d\d)"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?!\d)"
ORDINAL = _DAY + r"(?:st|nd|rd|th)"
DAY = _DAY + r"(?:st|nd|rd|th)?"
ORDINAL_WORD = any_of(_ORDINALS)

# "this", "the coming", "next", "last", as in "next Friday" and "the last week".
STEP = rf"(?:this +(?:coming|past)|(?:the +)?{any_of(_STEPS)})"

_WORD = rf"{any_of(_TENS)}(?:[ -]{any_of(_ONES)})?|{any_of(_ONES | _TEENS)}"
COUNT = rf"(?:\d{{1,3}}|(?:a +)?couple(?: +of)?|{_WORD}|an?)"
UNIT = (
    r"(?:(?:(?:working|business|work)[ -]*|week)days?|minutes?|mins?|hours?|hrs?|h|days?|weeks?|wks?"
    r"|fortnights?|months?|quarters?|years?|yrs?)"
)
# "two weeks"; "2-3 days" and "a day or two", of which the later counts; "half a year", "a year and a half".
DISTANCE = (
    rf"(?:(?P<half>half +an? +)|(?:\d{{1,3}} *- *|{COUNT} +(?:to|or) +)?{named('count', COUNT)}"
    rf"(?P<and_half> +and +a +half)?(?: +|(?<=\d))){named('unit', UNIT)}(?P<unit_half> +and +a +half)?"
    rf"(?: +or +(?:(?P<later>{COUNT})(?: +{UNIT})?|so|less|sooner))?"
)

# Between the days of a list or a range: "3, 5 and 7 May", "Monday to Wednesday".
JOINT = r"(?: *[-/&,] *|,? +(?:and|or|to|until|till|through) +)(?:on +)?(?:the +)?"

# What may follow a bare number that is a day: "the 3rd at noon" is one, "the 3rd machine" is none.
_FOLLOWERS = (
    "a after afternoon again already also although an and are as at because before but by can could did do"
    " does due during evening for from he how i if in instead is it latest morning my night noon of ok okay"
    " on only or our please she should since so suits that the then there they this though till to together"
    " too unless until via was we were what when where which while who will with without works would you your"
)
FOLLOW = rf"(?= *(?:$|[^\w /%-]|- | {any_of(_FOLLOWERS.split())}\b))"


def step(spelled: str | None) -> int | None:
    """How many periods on: 0 for "this", 1 for "next", -1 for "the last"; None for None."""
    return None if spelled is None else _STEPS[spelled.split()[-1]]


def count(spelled: str) -> int:
    """A number in digits or words: "2", "an", "a couple of", "forty-eight"."""
    if spelled.isdecimal():
        return int(spelled)
    return sum(_COUNTS.get(word, 0) for word in re.split("[ -]+", spelled)) or 1


def ordinal(spelled: str) -> int:
    """A day of the month: "3", "3rd", "third"."""
    return _ORDINALS.get(spelled) or int(spelled.rstrip("sthnrd"))


def unit(spelled: str) -> Unit:
    """What "wks" or "business days" count."""
    if spelled.startswith(("work", "business", "weekday")):
        return Unit.WORKING_DAY
    return _UNITS[spelled.removesuffix("s")]
