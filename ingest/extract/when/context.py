"""What stands around an expression of time and changes what it means: ranges, lists, "every", "since"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from ingest.extract.when.days import Days, Sense
from ingest.extract.when.rules import Candidate

_NEAR_BY = 40  # characters before an expression that are looked at

_DAYTIME = r"(?: *(?:morning|afternoon|evening|night|noon|上午|中午|下午|早上|晚上))?"
_TO = re.compile(rf"{_DAYTIME} *(?:-+|~|(?:up +)?to|until|till?|through|thru|起?[到至]) *(?:the +|on +)*")
_AND = re.compile(rf"{_DAYTIME} *(?:,? *\b(?:and|or)\b|[,、/&]|和|或者?|及|与|跟) *(?:the +|on +)*")
_BETWEEN = re.compile(r"\bbetween +(?:the +)?$")
_BETWEEN_THEM = re.compile(r" *之间")
_WITH = re.compile(r"\.?,? *\(? *(?:the +)?")
_BESIDE = re.compile(rf"{_DAYTIME}[ ,(]*(?:(?:on|of|by|at|before|the) +)*")
_EVERY = re.compile(
    r"\b(?:every|each|any|per|alternate)(?: +(?:other|second|third|single|\d+(?:st|nd|rd|th)?))?"
    r"(?: +week)?(?: +on)? *(?:the +)?$"
    r"|\b(?:(?:every|each) +(?:day|week|month|quarter|year)|daily|weekly|monthly|quarterly|yearly|annually)"
    r",? +(?:(?:by|on|before|at|until) +)?(?:the +)?$"
    r"|[每逢隔][逢隔到当]?[一二两三四五六\d]*个?(?:周|月|年|季度|星期|礼拜|天|日|工作日)?的?$"
)
_SINCE = re.compile(r"(?:\bsince +(?:the +)?|自从)$")
_SINCE_THEN = re.compile(r"以来|至今")


class _Joint(Enum):
    """What the words between two expressions make of them."""

    RANGE = "range"
    LIST = "list"


@dataclass(slots=True)
class Meaning:
    """A candidate and the days it means where it stands; None where it means none."""

    start: int
    end: int
    candidate: Candidate
    days: Days | None = None
    whole: bool = True  # whether its month or week is known, said by itself or by the words before it
    again: bool = False  # whether it comes again and again, as in "every Monday"


def meanings(chosen: Iterable[Candidate], bare: str, on: date, sense: Sense) -> list[Meaning]:
    """The candidates of a text in plain form, each read by what stands around it, a range as one."""
    found: list[Meaning] = []
    for one in chosen:
        meaning = Meaning(one.start, one.end, one, whole=not one.rule.bare)
        before = found[-1] if found else None
        joint = None if before is None else _joint(before, meaning, bare)
        lead = bare[max(one.start - _NEAR_BY, 0) : one.start]
        meaning.again = _EVERY.search(lead) is not None or (
            before is not None and before.again and joint is not None
        )
        if not meaning.again:
            since = _SINCE.search(lead) or _SINCE_THEN.match(bare, one.end)
            meaning.days = one.days(on, Sense.BEHIND if since else sense)
        if before is None or not _is_one(before, meaning, joint, bare):
            found.append(meaning)
    return _without_hours(found, bare)


def _joint(before: Meaning, meaning: Meaning, bare: str) -> _Joint | None:
    both = before.candidate.names_weekday and meaning.candidate.names_weekday
    if both and before.end == meaning.start:  # 周三周四
        return _Joint.LIST
    if _TO.fullmatch(bare, before.end, meaning.start):
        return _Joint.RANGE
    if not _AND.fullmatch(bare, before.end, meaning.start):
        return None
    lead = bare[max(before.start - _NEAR_BY, 0) : before.start]
    return _Joint.RANGE if _BETWEEN.search(lead) or _BETWEEN_THEM.match(bare, meaning.end) else _Joint.LIST


def _is_one(before: Meaning, meaning: Meaning, joint: _Joint | None, bare: str) -> bool:
    """Whether two expressions are one, which `before` is from now on: a range, or a date and its weekday."""
    if not before.days or not meaning.days:
        return False
    if joint is _Joint.LIST:
        _count_on(before, meaning)
    return (joint is _Joint.RANGE and _spans(before, meaning)) or _is_its_weekday(before, meaning, bare)


def _spans(before: Meaning, meaning: Meaning) -> bool:
    """Make one range of two expressions; False where the second lies not after the first.

    A bare end is counted from the beginning: the Friday of "Monday to Friday". Where the nearest end lies
    before the nearest beginning the range has begun already: "28 December to 3 January" said on 1 January.
    """
    first, last = before.days, meaning.days
    if first is None or last is None:
        return False
    if not meaning.whole:
        last = meaning.candidate.days(first[0], Sense.AHEAD)
    elif last[0] < first[0]:
        first = before.candidate.days(last[0], Sense.BEHIND)
    if first is None or last is None or last[1] <= first[0]:
        return False
    before.end, before.days, before.whole = meaning.end, (first[0], last[1]), True
    return True


def _is_its_weekday(before: Meaning, meaning: Meaning, bare: str) -> bool:
    """Make one of a date and the weekday beside it: "next Friday (23 May)", 5月20日周二. The date counts.

    After a date and a comma another weekday is another day: "tomorrow, Friday and Monday".
    """
    between = _WITH.fullmatch(bare, before.end, meaning.start)
    name, day = (before, meaning) if before.candidate.names_weekday else (meaning, before)
    if between is None or not name.days or not day.days or day.days[0] != day.days[1]:
        return False
    if not name.candidate.names_weekday or day.candidate.names_weekday or day.candidate.rule.hour:
        return False
    if "," in between.group() and name is meaning and name.days[0].weekday() != day.days[0].weekday():
        return False
    before.end = before.end if "(" in between.group() and name is meaning else meaning.end
    before.candidate, before.days, before.whole = day.candidate, day.days, day.whole
    return True


def _count_on(before: Meaning, meaning: Meaning) -> None:
    """Count a bare day of a list from the one before it: the Wednesday of "next Monday and Wednesday"."""
    alike = before.candidate.names_weekday is meaning.candidate.names_weekday
    if alike and before.whole and not meaning.whole and before.days and before.days[0] == before.days[1]:
        meaning.days = meaning.candidate.days(before.days[0], Sense.AHEAD) or meaning.days
        meaning.whole = True


def _without_hours(found: list[Meaning], bare: str) -> list[Meaning]:
    """Those with days. "Close of business" and 下班前 say nothing of the day where one stands beside them."""
    return [
        one
        for place, one in enumerate(found)
        if one.days
        and not (
            one.candidate.rule.hour
            and (
                (place > 0 and _BESIDE.fullmatch(bare, found[place - 1].end, one.start))
                or (place + 1 < len(found) and _BESIDE.fullmatch(bare, one.end, found[place + 1].start))
            )
        )
    ]
