"""English expressions of time: all kinds of them, and the words without which a text has none."""

import re
from collections.abc import Iterator

from ingest.extract.when.english_counted import COUNTED_KIND
from ingest.extract.when.english_days import CALENDAR_KIND, NEAR_KIND, ORDINAL_KIND
from ingest.extract.when.english_distances import DISTANCE_KIND
from ingest.extract.when.english_periods import PART_KIND, WHOLE_KIND
from ingest.extract.when.english_weekdays import WEEKDAY_KIND
from ingest.extract.when.rules import Candidate, candidates

_KINDS = (
    WEEKDAY_KIND,
    CALENDAR_KIND,
    ORDINAL_KIND,
    NEAR_KIND,
    DISTANCE_KIND,
    WHOLE_KIND,
    PART_KIND,
    COUNTED_KIND,
)
# How the words of time begin; a text without any of them is not looked at further.
_ANY = re.compile(
    r"(?<![a-z])(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|ju[nl]|aug|sep|oct|nov|dec"
    r"|to(?:day|night|m+or)|tm|yest|first thing|(?:this|last) +(?:morn|even|after|night)|day|week|fort|month"
    r"|quarter|year|half|min|hour|hr|work|bus|wk|yr|cw|kw|w/|mid|close|cob|eo[dwmqyb]|[qh][1-4]"
    r"|(?:19|20)\d\d|\d+(?:st|nd|rd|th| ?h))"
)


def found(text: str, bare: str) -> Iterator[Candidate]:
    """Every expression, `bare` being the text in plain form; they may overlap."""
    return candidates(text, bare, _KINDS) if _ANY.search(bare) else iter(())
