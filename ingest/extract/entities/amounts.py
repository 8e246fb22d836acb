"""Amounts of money as they are written: "€ 4,980.50", "12 million dollars", 三万五千元, 人民币200万."""

import re
from collections.abc import Iterator

_NUMBER = r"\d{1,3}(?:[,.' \u00a0]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
_MANY = r"(?:\s?(?:k|m|bn|thousand|million|billion)\b|\s?[十百千万亿]+)?"
_SIGN = r"[€$£¥￥₹]|(?:US|CA|AU|NZ|HK|S)\$|\b(?:EUR|USD|GBP|CHF|CNY|RMB|JPY|SEK|NOK|DKK|PLN|INR)\b|人民币"
_WORD = (
    r"(?:€|£|(?:EUR|USD|GBP|CHF|CNY|RMB|JPY|SEK|NOK|DKK|PLN|INR)\b|(?:euros?|dollars?|pounds|francs|yuan|yen|cents)\b"
    r"|[美日欧港加澳]元|英镑|欧元|块钱|元|块(?=[，。！？、；\s]|$))"
)
_CHINESE = r"[一二两三四五六七八九十百千万亿零〇]{1,12}"
_AMOUNT = re.compile(
    rf"(?:{_SIGN})\s?(?:{_NUMBER}){_MANY}(?:\s?{_WORD})?|(?<![A-Za-z0-9.,])(?:{_NUMBER}){_MANY}\s?{_WORD}"
    rf"|{_CHINESE}(?:多|来)?(?:[美日欧港加澳]元|英镑|欧元|块钱|元(?![旦月件素]))",
    re.IGNORECASE,
)


def amounts(text: str) -> Iterator[tuple[int, int]]:
    """Where amounts of money stand, in order: code points [start, end)."""
    for one in _AMOUNT.finditer(text):
        yield one.span()
