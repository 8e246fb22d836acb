"""Chinese days of the calendar and of speech: 5月3日, 二十五号, 明天."""

import re
from datetime import date, timedelta

from ingest.extract.when.chinese_words import (
    DAY,
    MEASURE,
    MONTH,
    NUMERALS,
    STEP,
    YEAR,
    number,
    rule,
    step,
    year_said,
)
from ingest.extract.when.days import (
    Days,
    Sense,
    day_of,
    in_month_meant,
    nearest,
    single,
    working_days_on,
)
from ingest.extract.when.rules import Kind, maybe, named, nothing

_NEAR_DAYS = {"大后": 3, "后": 2, "明": 1, "今": 0, "昨": -1, "前": -2, "大前": -3}


def _calendar(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """5月3日, 明年三月五号: without a year the nearest one."""
    year, month, day = year_said(found, on), number(found["month"]), number(found["day"])
    return single(nearest(on, sense, month, day) if year is None else day_of(year, month, day))


def _of_month(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """下个月5号; 二十五号 is the nearest one."""
    day = number(found["day"])
    return single(in_month_meant(lambda year, month: day_of(year, month, day), on, sense, step=step(found)))


def _before_day(found: re.Match[str], on: date, sense: Sense) -> Days | None:
    """3日前 is by the 3rd for what is owed; three days ago for what happened, as is 三日前 at any rate."""
    if sense is Sense.AHEAD and not (len(found["day"]) == 1 and found["day"] in NUMERALS):
        return _of_month(found, on, sense)
    return single(on - timedelta(days=number(found["day"])))


def _near(found: re.Match[str], on: date, _: Sense) -> Days:
    """明天, 大后天, 今晚."""
    return single(on + timedelta(days=_NEAR_DAYS[found["near"]]))


def _two_days(found: re.Match[str], on: date, _: Sense) -> Days:
    """今明两天, 明后天: both of them."""
    first = on + timedelta(days=_NEAR_DAYS[found["near"]])
    return first, first + timedelta(days=1)


def _own_day(_: re.Match[str], on: date, sense: Sense) -> Days | None:
    """当天 and 下班前 are the message's own day; of what happened 当天 is another."""
    return None if sense is Sense.BEHIND else single(on)


def _next_working_day(_: re.Match[str], on: date, __: Sense) -> Days:
    return single(working_days_on(on, 1))


_NUMERAL = "[一二三四五六七八九十]"
_YEAR = maybe(rf"{YEAR}的? *")
_MONTH = rf"(?<![\d.{NUMERALS}第]){named('month', MONTH)} *月份?的? *"
_DAY = named("day", DAY)
_AND = r" *[-~到至和或及与、] *"
_COMMAS = rf"(?: *[、,] *{DAY}){{0,5}}"
_BEFORE = r"[之以]?前"

# Things that days are counted for: 7日无理由退货, 3日游.
_LASTING = r"(?:游|无理由|龄|[均常志程报产用化活]|[之以]?[内后])"
# Things that have numbers: 2号机, 3号线, 5号楼.
_NUMBERED = (
    r"(?:[线楼院机店门泵车柜阀炉窑罐桶井桩塔栋座室舱口岸船位码型色料油站梯床区段灯箱袋盒盘轴辊刀模字仓库令桌]"
    r"|房(?!租)|工[程厂位](?!师)|产线|设备|电[池机梯]|空压|主机|压[机缩]|台(?![风北湾州])|选手|员工|公馆"
    r"|文件|方案)"
)
# Machines are seldom more than twelve, so a small number is a day only before what is said of days, or at the
# end after a word like 到.
_SMALL = rf"(?!{MONTH} *号)"
_OF_DAYS = (
    r"(?= *(?:前(?!端)|[之以][前后]|后(?!端)|左右|[上下中]午|早[上晨]|晚|凌晨|到(?!位)|至|起|开始|就|才|再"
    r"|我|你|您|咱|那天|当天|发(?![电动生酵])|交(?![换流联])|来(?![水料源])|去|回(?![油水路流风转收])|出(?![口料水线])"
    rf"|过来|为止|都[行可好]|寄|答|送(?![风料水])|安排|开(?![关度环])|见|的时候|(?:\d{{1,2}}|{_NUMERAL}{{1,3}})点"
    r"|\(?(?:周|星期)))"
)
_LED = r"(?:^|(?<=[于在到至自从约~-])|(?<=[日号][和或及与、,]))"
_ENDS = r"(?= *(?:$|[,。;!?、()]))"
# Not 第5号, 编号5号, 中山路25号.
_NO_NAME = rf"(?<![\d./{NUMERALS}第月编型单账路街巷道弄村镇a-z])(?<!\d:)(?<![^\d日号]-)"
# 三日 may be three days; 三号 and 十三日 are of the month.
_LARGE = rf"(?!{_NUMERAL} *日)"
_LAST = rf"(?:{_SMALL}{DAY} *号(?!{_NUMBERED})|{DAY} *号(?:{_OF_DAYS}|{_ENDS})|{DAY} *日(?!{_LASTING}))"
# The month tells a day without 号: 5月3前, 五月二十三, 5月3、5日; but 5月3台 is none.
_NO_QUANTITY = rf"(?! *(?:{MEASURE}|[天年月期点只:%/\d]|\.\d|[a-z]))"
_DAY_OF_MONTH = (
    rf"{_DAY}(?: *[号日]|(?={_COMMAS}{_AND}{DAY} *[号日])|(?:(?<=\d)|(?<=十{_NUMERAL})){_NO_QUANTITY})"
)

CALENDAR_KIND = Kind(
    re.compile(rf"[\d{NUMERALS}] *[月号日]"),
    (
        # Which days those of the moon's calendar are is not known: 农历三月初五, 八月十五.
        rule(rf"(?:农历|阴历|旧历) *{_YEAR}{MONTH}月[初廿]?{DAY}(?: *[号日])?", nothing),
        rule(r"八月十五(?! *[号日])", nothing),
        rule(_YEAR + _MONTH + _DAY_OF_MONTH, _calendar),
        rule(rf"{STEP}月份?的? *{_DAY_OF_MONTH}", _of_month),
        rule(rf"{_NO_NAME}{_SMALL}{_DAY} *号(?!{_NUMBERED})", _of_month, bare=True),
        rule(rf"{_NO_NAME}{_DAY} *号{_OF_DAYS}", _of_month, bare=True),
        rule(rf"{_LED}{_NO_NAME}{_DAY} *号{_ENDS}", _of_month, bare=True),
        rule(rf"{_NO_NAME}{_DAY} *号(?={_AND}{_LAST})", _of_month, bare=True),
        rule(rf"{_NO_NAME}{_LARGE}{_DAY} *日(?!{_LASTING})", _of_month, bare=True),
        rule(rf"{_NO_NAME}{_DAY} *日{_BEFORE}", _before_day, bare=True),
        # The 5号 of 下月3到5号, whatever follows.
        rule(rf"月份?的? *{DAY} *[号日]?{_COMMAS}{_AND}(?P<words>{_DAY} *号)", _of_month, bare=True),
        # The 3 of 3、5号 and 3到5号, and the 5 of 5月3、5、7日.
        rule(rf"{_NO_NAME}(?P<words>{_DAY})(?={_COMMAS}{_AND}{_LAST})", _of_month, bare=True),
        rule(rf"(?<=[、,])(?P<words>{_DAY})(?={_COMMAS}{_AND}{DAY} *[号日])", _of_month, bare=True),
        # A month is no day, nor is its year: 明年五月.
        rule(rf"{YEAR}的? *{MONTH} *月份?", nothing),
    ),
)

# Not 以后, 之前, 提前, 今天天数.
_NEAR = r"(?P<near>大后|大前|今(?!后)|明|昨|(?<![以之今然最随先])后|(?<![以之目提先])前)"
_TIME_OF_DAY = (
    r"(?:天(?!天(?!气)|数)|(?<=[今明昨])(?:日(?!报)|儿个?|[夜晨晚])|(?<=前)晚(?![期于])|(?<=[今明])早)"
)
# In 更换当天 it is another day.
_OWN = r"(?:^|(?<=[(,。;!? 我们您会将能证取量须请]))当[天日](?!达)|即日"

NEAR_KIND = Kind(
    re.compile(r"[今明昨后前当即][天日儿夜晨晚早后]|[今明]明?[两后]|下班|收工|打烊|工作日"),
    (
        rule(_NEAR + _TIME_OF_DAY, _near),
        rule(r"(?P<near>今(?=明)|明(?=后))[明后][两二]?天", _two_days),
        rule(_OWN, _own_day),
        rule(rf"(?:下班|收工|打烊){_BEFORE}", _own_day, hour=True),
        rule(r"(?:下一个?|下个|次)工作日", _next_working_day),
    ),
)
