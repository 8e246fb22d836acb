"""Rules: spellings of time with what they mean, and the plain form of text that they are matched against."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from ingest.extract.when.days import Days, Sense

Reading = Callable[[re.Match[str], date, Sense], Days | None]
Guard = Callable[[re.Match[str], str], bool]

# Each character stands for one, so that places in the plain text are places in the text.
_PLAIN = str.maketrans(
    {chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
    | dict.fromkeys("\n\r\t\u00a0\u2007\u2009\u202f\u3000", " ")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u2018\u2019\u02bc", "'")
    | dict(
        zip(
            "週禮號後個兩內間這當過時鐘點從來於們離華幾雙裡裏",
            "周礼号后个两内间这当过时钟点从来于们离华几双里里",
            strict=True,
        )
    )
    | {"\u0130": "i"}  # the one letter that is two in lower case
)
# Letters and digits of other scripts end where Chinese begins: "EOD前" holds the word EOD.
BEFORE = r"(?<![^\W\u3400-\u9fff])"
AFTER = r"(?![^\W\u3400-\u9fff])"


def plain(text: str) -> str:
    """The text in lower case with plain digits, spaces, dashes and quotes and simplified characters of time.

    It has the length of the text: "５月３日" becomes "5月3日", "By FRIDAY" becomes "by friday".
    """
    return text.translate(_PLAIN).lower()


def any_of(spellings: Iterable[str]) -> str:
    """A pattern for one of the words, the longest first."""
    return "(?:" + "|".join(sorted((re.escape(word) for word in spellings), key=len, reverse=True)) + ")"


def named(name: str, pattern: str) -> str:
    """The pattern as a group."""
    return f"(?P<{name}>{pattern})"


def maybe(pattern: str) -> str:
    """The pattern or nothing."""
    return f"(?:{pattern})?"


def words(pattern: str) -> re.Pattern[str]:
    """The pattern as whole words."""
    return re.compile(f"{BEFORE}(?:{pattern}){AFTER}")


def said(found: re.Match[str], name: str) -> str | None:
    """The words of a group; None where the pattern has no such group or the text says nothing of it."""
    return found.groupdict().get(name)


def nothing(_: re.Match[str], __: date, ___: Sense) -> None:
    """The reading of what looks like a day and is none: it keeps its words from the shorter rules."""
    return


def _always(_: re.Match[str], __: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Rule:
    """A spelling and the days it means.

    It stands for the words of its group `words`, where it has one, and what surrounds them only tells them;
    else for all that it matches. It is `bare` where it leaves its month or week to the words before it ("the
    5th", 周五), and an `hour` where it means the message's own day unless a day stands beside it ("close of
    business"). `means` sees the match and the text as written, and says whether it is an expression at all.
    """

    pattern: re.Pattern[str]
    read: Reading
    bare: bool = False
    hour: bool = False
    means: Guard = field(default=_always, compare=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that matches at [start, end)."""

    start: int
    end: int
    match: re.Match[str]
    rule: Rule

    @property
    def names_weekday(self) -> bool:
        """Whether it is told by a weekday's name."""
        return "weekday" in self.rule.pattern.groupindex

    def days(self, on: date, sense: Sense) -> Days | None:
        """What it means; None for what is no day, or one before the year 1 or after 9999."""
        try:
            return self.rule.read(self.match, on, sense)
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True, slots=True)
class Kind:
    """Rules of one kind, and a quick pattern without which none of them matches."""

    told_by: re.Pattern[str]
    rules: tuple[Rule, ...]


def candidates(text: str, bare: str, kinds: Iterable[Kind]) -> Iterator[Candidate]:
    """All matches of the rules in a text; `bare` is its plain form."""
    for kind in kinds:
        for rule in kind.rules if kind.told_by.search(bare) else ():
            for match in rule.pattern.finditer(bare):
                if rule.means(match, text):
                    start, end = match.span("words" if "words" in rule.pattern.groupindex else 0)
                    yield Candidate(start, end, match, rule)


def apart(found: Iterable[Candidate]) -> list[Candidate]:
    """Of overlapping candidates the longest, of two equals the first one found; in the order of the text."""
    ordered = sorted(found, key=lambda one: (one.start - one.end, one.start))
    taken = bytearray(max((one.end for one in ordered), default=0))
    chosen = []
    for one in ordered:
        if 1 not in taken[one.start : one.end]:
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.start)
