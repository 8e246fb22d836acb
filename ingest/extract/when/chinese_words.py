"""Chinese words of time: how they are written, as pieces of patterns, and what they count."""

import re
from datetime import date

from ingest.extract.when.days import full_year
from ingest.extract.when.periods import Part, Unit
from ingest.extract.when.rules import Reading, Rule, any_of, named, said

_ONES = "一二三四五六七八九"
_DIGITS = {digit: value for value, digit in enumerate(_ONES, 1)}
_DIGITS |= {"零": 0, "〇": 0, "两": 2, "俩": 2, "仨": 3, "廿": 20}
_PAIRS = ("一二", "一两", "两三", "二三", "三四", "四五", "五六", "六七", "七八", "八九")
_WEEKDAYS = {digit: day for day, digit in enumerate("一二三四五六日")} | {"天": 6}
_STEPS = {"下下": 2, "下": 1, "下一": 1, "本": 0, "这": 0, "这一": 0, "当": 0}
_STEPS |= {"上": -1, "上一": -1, "上上": -2}
_YEAR_STEPS = {"今": 0, "本": 0, "明": 1, "来": 1, "后": 2, "去": -1, "前": -2}
_PARTS = {
    written: part
    for part, same in {
        Part.EARLY: ("初", "上旬"),
        Part.MID: ("中", "中旬"),
        Part.LATE: ("下旬",),
        Part.END: ("底", "末", "内"),
    }.items()
    for written in same
}
_UNITS = {
    written: unit
    for unit, same in {
        Unit.MINUTE: ("分钟",),
        Unit.HOUR: ("小时", "钟头", "h"),
        Unit.DAY: ("天", "日"),
        Unit.WORKING_DAY: ("工作日",),
        Unit.WEEK: ("周", "星期", "礼拜"),
        Unit.MONTH: ("月",),
        Unit.QUARTER: ("季度", "季"),
        Unit.YEAR: ("年",),
    }.items()
    for written in same
}

NUMERALS = f"{_ONES}两俩仨十廿百"
# No number goes before: 二十五 is not 五, 第三天 not 三天, 十几天 not 几天.
NO_NUMBER = rf"(?<![\d.:{NUMERALS}第几数])"
NUMBER = rf"(?:\d{{1,3}}|[二两三四五六七八九]?十[{_ONES}]?|廿[{_ONES}]?|[{_ONES}两俩仨])"
# 三天, 3-5天, 三到五天 and 两三天, of which the later counts; 三五天 is vague.
COUNT = rf"(?:{NUMBER} *(?:-|~|到|至|或) *)?{named('count', f'{any_of(_PAIRS)}|{NUMBER}')}"
MONTH = rf"(?:1[0-2]|0?[1-9]|十[一二]?|[{_ONES}])"
DAY = rf"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[{_ONES}]?|廿[{_ONES}]?|[{_ONES}])(?![\d{NUMERALS}])"
WEEK = r"(?:周|星期|礼拜)"
# 下周, 上个月, 本季度; but not 看一下周五的安排, 马上月底了.
STEP = r"(?P<step>(?<![一以如])下[下一]?|(?<![马晚早以])上[上一]?|本|这一?|当)个?"
YEAR = (
    rf"(?:(?<!\d)(?P<year>(?:19|20)?\d\d|二[〇零][〇零{_ONES}]{{2}}) *年"
    r"|(?P<year_step>[今明去来本]|(?<![年月周天以])[后前])年)"
)
# What is counted by the number before it: 本周三台 is no Wednesday, 5月3台 no 3 May.
MEASURE = (
    r"(?:个|台(?![风北湾州])|件|套|次|家|位|名|份|批(?![准复])|单(?![位独])|吨|箱|人|元|块|折|倍|条|%"
    r"|万(?!一)|千(?!万)|百)"
)
_NO_MEASURE = rf"(?!(?:十[{_ONES}]?)?{MEASURE})"
# 下周一定 is "certainly next week", 下周一定稿 is of Monday.
_OTHER_ONE = r"(?:直(?!接)|共(?!同)|定(?![稿价下好])|会儿|体(?!检)|[样般切旦些起致律度并])"
WEEKDAY = (
    rf"(?:(?:一(?!{_OTHER_ONE})|[二三四五六])(?!(?:十[{_ONES}]?)?{MEASURE})"
    r"|日(?![均报常志期])|天(?![气天数]))"
)


def rule(pattern: str, read: Reading, *, bare: bool = False, hour: bool = False) -> Rule:
    """A rule by its characters, which need no space around them."""
    return Rule(re.compile(pattern), read, bare=bare, hour=hour)


def number(written: str) -> int:
    """A number below 100 in digits or in Chinese; of 两三 the later."""
    if written.isdecimal():
        return int(written)
    if written in _PAIRS:
        return _DIGITS[written[1]]
    tens, ten, ones = written.partition("十")
    if ten:
        return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)
    return sum(_DIGITS[digit] for digit in written)


def weekday(written: str) -> int:
    """0 for 一, 6 for 日 and 天."""
    return _WEEKDAYS[written]


def step(found: re.Match[str]) -> int | None:
    """How many periods on: 1 for 下, -2 for 上上; None where nothing is said."""
    written = said(found, "step")
    return None if written is None else _STEPS[written]


def year_said(found: re.Match[str], on: date) -> int | None:
    """The year of 2026年, 二〇二六年, 26年 or 明年; None where none is said."""
    if year := said(found, "year"):
        return full_year("".join(str(_DIGITS.get(digit, digit)) for digit in year), on)
    written = said(found, "year_step")
    return None if written is None else on.year + _YEAR_STEPS[written]


def part(found: re.Match[str]) -> Part:
    """What 初, 中旬, 底 or 内 mean."""
    return _PARTS[found["part"]]


def unit(written: str) -> Unit:
    """What 工作日 or 礼拜 count."""
    return _UNITS[written]
