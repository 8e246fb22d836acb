"""Chinese distances: 两周内, 三个工作日后, 半年前."""

import re
from datetime import date

from ingest.extract.when.chinese_words import COUNT, NO_NUMBER, number, rule, unit
from ingest.extract.when.days import Days, Sense, single
from ingest.extract.when.periods import moved
from ingest.extract.when.rules import Kind, said

# What counts from an event is not known: 收到货后三天内; 从今天起三天内 is.
_EVENT = re.compile(r"(?<![今然最随以])(?:后|起|之日起|算起)的? *,? *$")
_FROM_NOW = re.compile(r"(?:今[天日]|即日|现在|当[天日])(?:算)?起的?,? *$")


def _moved(found: re.Match[str], on: date, *, back: bool = False) -> date:
    many = said(found, "count")
    half = any(said(found, group) for group in ("half", "mid_half", "end_half"))
    return moved(on, number(many) if many else 0, unit(found["unit"]), half=half, back=back)


def _ahead(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """两周内, 三天后; of what happened it is no day: 装好三天后就坏了."""
    lead = found.string[max(found.start() - 8, 0) : found.start()]
    if sense is Sense.BEHIND or (_EVENT.search(lead) and not _FROM_NOW.search(lead)):
        return None
    return single(_moved(found, on))


def _ago(found: re.Match[str], on: date, _: Sense) -> Days:
    """两天前, 半年前."""
    return single(_moved(found, on, back=True))


# Not 这两天, 近三天, 前三天.
_BEFORE = NO_NUMBER + r"(?<![这那前近头首每隔])"
# A month is counted with 个, as 三月内 is in March; but 两月 is no month's name.
_UNIT = r"(?P<unit>工作日|小时|钟头|分钟|h|天|日|周|星期|礼拜|季度?|(?<=[个半两俩仨])月|年)"
_DISTANCE = rf"(?:{COUNT} *(?:个(?P<mid_half>半)?)? *|(?P<half>半) *个?){_UNIT}(?P<end_half>半)?(?:的?时间)?"
_IN = r"(?:[之以]?内(?![部蒙容存含外])|[之以过]?后(?![面期台续]))"
# 三天前提交 was three days ago; 三天前后 is vague, and 3日前 may be a day of the month.
_AGO = r"(?:(?<=工作日)|(?<!日))[之以]?前(?![后期面台景任述端]|提(?![交出供货醒到过]))"
# 过两天 is vague, and 超过三天 is a length.
_PASSING = r"(?:再过|(?<![超通经不错路度])过)(?!两天|一两天|两三天) *"

DISTANCE_KIND = Kind(
    re.compile(r"(?:[日时头钟h天周期拜月度季年])半?(?:的?时间)?[之以过]?[内后前]|未来|接下来|今后|往后|过"),
    (
        rule(_BEFORE + _DISTANCE + _IN, _ahead),
        rule(_BEFORE + _DISTANCE + _AGO, _ago),
        rule(rf"(?:未来|接下来|今后|往后)的? *{_DISTANCE}(?:[之以]?内|里)?", _ahead),
        rule(rf"{_PASSING}{_DISTANCE}(?=再|就|才|我|给|来|,)", _ahead),
    ),
)
