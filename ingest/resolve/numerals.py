"""Numbers in a text, in digits and in words: 1,200, "two dozen", "forties", 三百二十, 3 万."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

_ONES = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
)
_TENS = re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety")
_SMALL = {word: number for number, word in enumerate(_ONES)}
_SMALL |= {word: 20 + 10 * number for number, word in enumerate(_TENS)}
_SMALL |= {f"{word[:-1]}ies": 20 + 10 * number for number, word in enumerate(_TENS)}  # "the forties"
_LARGE = {"thousand": 1000, "million": 1_000_000}
_GROUPS = {"dozen": 12, "hundred": 100}
_WORD = f"(?:{'|'.join(sorted((*_SMALL, *_LARGE, 'hundred'), key=len, reverse=True))})s?"
_DOZEN = r"dozens?"  # ends a number: "two dozen forties" are two
_SPELT = re.compile(rf"\b(?:{_WORD}(?:(?:[ -]| and ){_WORD})*(?: {_DOZEN})?|{_DOZEN})\b")

_DIGITS = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|(?<![\d.])\d+(?:\.\d+)?", re.ASCII)
_TIMES = re.compile(r"\s?(万|千|百)|(k\b)")
_TIMES_OF = {"万": 10_000, "千": 1000, "百": 100, "k": 1000}

_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万]+(?:点[零一二三四五六七八九]+)?")
_DIGIT = {one: number for number, one in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_STEP = {"十": 10, "百": 100, "千": 1000}


class Number(NamedTuple):
    """A number at [start, end) of a text."""

    start: int
    end: int
    value: Decimal


def numbers(low: str) -> Iterator[Number]:
    """The numbers of a text in plain form, first those in digits; a single "one" or 一 is no number."""
    for found in _DIGITS.finditer(low):
        value = Decimal(found[0].replace(",", ""))
        times = _TIMES.match(low, found.end())
        end = times.end() if times else found.end()
        yield Number(found.start(), end, value * _TIMES_OF[times[0].strip()] if times else value)
    for pattern, read in ((_SPELT, _spelt), (_CHINESE, _chinese)):
        for found in pattern.finditer(low):
            value = read(found[0])
            if value > 1:
                yield Number(found.start(), found.end(), value)


def _spelt(words: str) -> Decimal:
    total = current = 0
    for written in re.split(r"[\s-]+", words):
        word = written if written in _SMALL else written.removesuffix("s")
        if word in _SMALL:
            current += _SMALL[word]
        elif word in _GROUPS:
            current = max(current, 1) * _GROUPS[word]
        elif word in _LARGE:
            total, current = total + max(current, 1) * _LARGE[word], 0
    return Decimal(total + current)


def _chinese(text: str) -> Decimal:
    """三百二十, 二点五, 二〇二五; 一万二 is not taken for 12,000."""
    whole, _, fraction = text.partition("点")
    if len(whole) > 1 and not any(one in _STEP or one == "万" for one in whole):
        return Decimal("".join(str(_DIGIT[one]) for one in whole))
    total = section = digit = 0
    for one in whole:
        if one == "万":
            total, section, digit = (total + max(section + digit, 1)) * 10_000, 0, 0
        elif one in _STEP:
            section, digit = section + (digit or 1) * _STEP[one], 0
        else:
            digit = _DIGIT[one]
    decimals = "".join(str(_DIGIT[one]) for one in fraction)
    return Decimal(f"{total + section + digit}.{decimals or 0}")
