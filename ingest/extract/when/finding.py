"""All expressions of time in a text, each as the days it means."""

from datetime import date

from ingest.extract.when import chinese, english, numeric
from ingest.extract.when.context import meanings
from ingest.extract.when.days import Sense, When
from ingest.extract.when.rules import apart, plain


def dates(text: str, on: date, sense: Sense = Sense.AHEAD) -> list[When]:
    """The expressions of time in a text said on the day `on` (in the speaker's time zone), in their order.

    `sense` says which way a weekday or a day without a year is meant. Vague ones ("soon", 尽快) are none.
    """
    bare = plain(text)
    found = [*chinese.found(text, bare), *english.found(text, bare), *numeric.found(text, bare)]
    return [
        When(one.start, one.end, text[one.start : one.end], *one.days)
        for one in meanings(apart(found), bare, on, sense)
        if one.days
    ]


def due(text: str, on: date) -> date | None:
    """The day by which what the text promises is owed: the last of its first expression that lies ahead."""
    return next((when.last for when in dates(text, on) if when.last >= on), None)
