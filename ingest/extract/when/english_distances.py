"""English distances: "in two weeks", "three days ago", "a week from tomorrow"."""

import re
from datetime import date, timedelta

from ingest.extract.when.days import Days, Sense, single
from ingest.extract.when.english_words import COUNT, DISTANCE, UNIT, WEEKDAY, count, unit
from ingest.extract.when.periods import Part, Unit, moved, part_of
from ingest.extract.when.rules import Kind, Rule, named, nothing, said, words


def _moved(found: re.Match[str], on: date, *, back: bool = False) -> date:
    half = said(found, "half") is not None
    more = said(found, "and_half") or said(found, "unit_half")
    many = said(found, "later") or said(found, "count")
    number = 0 if half else count(many) if many else 1
    return moved(on, number, unit(found["unit"]), half=half or bool(more), back=back)


def _ahead(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "in two weeks", "within 48 hours", "over the next month".

    Of what happened it is no day: "it was fixed in two days" counts from something else.
    """
    return None if sense is Sense.BEHIND else single(_moved(found, on))


def _from_now(found: re.Match[str], on: date, _: Sense) -> Days:
    """ "two weeks from now", "a week from tomorrow", "this time next month"."""
    return single(_moved(found, on + timedelta(days=said(found, "from") == "tomorrow")))


def _ago(found: re.Match[str], on: date, _: Sense) -> Days:
    """ "two weeks ago"."""
    return single(_moved(found, on, back=True))


def _within(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """ "within the week" is by its end, "within the hour" and "within the day" are today."""
    kind = unit(found["unit"])
    return single(on if kind in (Unit.HOUR, Unit.DAY) else part_of(on, kind, Part.END, 0, sense))


_PROMISE = re.compile(r"(?:'ll|\b(?:will|shall|please|can|could))\b[^.!?;]*$")


def _is_promised(found: re.Match[str], _: str) -> bool:
    """ "I'll call after two weeks" is a day; "it leaked after two weeks" is none."""
    return _PROMISE.search(found.string[max(found.start() - 80, 0) : found.start()]) is not None


def _is_no_short_while(found: re.Match[str], text: str) -> bool:
    """ "I'll call in ten minutes" is today; "he found it in ten minutes" is none."""
    return unit(found["unit"]) is not Unit.MINUTE or _is_promised(found, text)


_ABOUT = (
    r"(?: +(?:about|around|roughly|approximately|approx\.?|maybe|perhaps|less +than|under|at +(?:the +)?most"
    r"|max\.?|a +maximum +of|the +space +of|the|next|coming|following|another|a +further|just|only|some))*"
)
_IN = rf"(?:in|within|inside|(?:no|not) +later +than|latest +in|at +the +latest +in){_ABOUT}"
_TIME = r"(?:'s?)?(?: +time)?"
_ONE = named("unit", "day|week|fortnight|month|quarter|year")
_OR_LATER = rf"(?: +or +(?:(?P<later>{COUNT})|so))?"
# What counts from an event is not known: "within 30 days of receipt", "two weeks after delivery".
_EVENT = rf"(?:of|from|after|following|upon) +(?!now\b|today\b|tomorrow\b|this\b|here\b|{WEEKDAY}\b)"

DISTANCE_KIND = Kind(
    words(
        rf"(?:{COUNT}|half(?: +an?)?|next|last|past|coming|following|the|this)(?: +|(?<=\d)){UNIT}"
        r"|(?:today|tomorrow) +(?:week|fortnight)"
    ),
    (
        Rule(words(rf"{_IN} +{DISTANCE}{_TIME}"), _ahead, means=_is_no_short_while),
        Rule(words(rf"after{_ABOUT} +{DISTANCE}"), _ahead, means=_is_promised),
        Rule(words(rf"(?:{_IN}|after{_ABOUT}) +{DISTANCE}{_TIME} +{_EVENT}\w+"), nothing),
        Rule(words(rf"(?:in|within) +the +(?:next|coming) +{_ONE}{_OR_LATER}"), _ahead),
        Rule(
            words(rf"(?:over|during|for|throughout) +the +(?:next|coming|following) +{_ONE}{_OR_LATER}"),
            _ahead,
        ),
        Rule(words(rf"(?:the +)?(?:next|coming|following) +{DISTANCE}"), _ahead),
        Rule(words(rf"{DISTANCE}(?:'s?)? +time"), _ahead),
        Rule(
            words(rf"(?:in +)?{DISTANCE}{_TIME},? +(?:from|after) +(?P<from>now|today|tomorrow)"), _from_now
        ),
        Rule(words(rf"(?:in +)?{DISTANCE} +hence"), _from_now),
        Rule(
            words(rf"{named('count', COUNT)} +(?P<unit>weeks?|fortnights?) +(?P<from>today|tomorrow)"),
            _from_now,
        ),
        Rule(words(r"(?P<from>today|tomorrow) +(?P<unit>week|fortnight)"), _from_now),
        Rule(words(rf"this +time +next +{_ONE}"), _from_now),
        Rule(words(rf"{DISTANCE} +ago"), _ago),
        Rule(words(rf"{DISTANCE} +back(?! +(?:to|in|into|on|onto|from|at|and|for|up|with)\b)"), _ago),
        Rule(words(r"within +(?:the|this) +(?P<unit>hour|day|week|month|quarter|year)(?! +of\b)"), _within),
        # A stretch of the past is no day: "in the last week", "over the past two months".
        Rule(
            words(rf"(?:in|within|over|during|for|throughout) +the +(?:last|past) +(?:{COUNT} +)?{UNIT}"),
            nothing,
        ),
        Rule(words(rf"(?:the +)?(?:last|past|previous|first) +{COUNT} +{UNIT}"), nothing),
    ),
)
