"""What of a message is its author's own word: the rest is set aside, but kept with its place.

Lines are looked at one by one. What is quoted is told in quotes.py, how a message is signed and what lawyers
add to it in signatures.py; a greeting is told here, by its form, at the beginning of what the author wrote.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.extract import quotes, signatures
from ingest.extract.lines import HAN, Line, lines_of
from ingest.extract.vocabulary import one_of, words

GREETINGS = 3  # lines that may greet, one after the other: "陈工：", "您好！"
GREETING_WIDTH = 80  # characters


class PartKind(StrEnum):
    """What a part of a message is. Facts come from the body only."""

    BODY = "body"
    GREETING = "greeting"
    QUOTE = "quote"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"


@dataclass(frozen=True, slots=True)
class Part:
    """Code points [start, end) of a text."""

    start: int
    end: int
    kind: PartKind


# Who is addressed: names, as they are written in the original, and words such as "all", "team", "sir".
_TITLE = rf"(?i:{'|'.join(words('greetings', 'titles'))})\b\.?"
_NAME = rf"(?:{_TITLE}|[A-Z\u00c0-\u00de][\w'’.-]{{0,24}}(?<!\.)|{HAN}{{1,6}}|@\w{{1,20}})"
_ADDRESSED = rf"(?:{_NAME}|(?i:{one_of(words('greetings', 'addressed'))}))"
_HAIL = rf"(?i:{one_of(words('greetings', 'english'))})"
_MARK = r"[ \t]?[,!.:;，：！。–-]{1,3}"
_ENGLISH = (
    rf"{_HAIL}(?:[ ,/&]{{1,3}}{_ADDRESSED}){{0,6}}(?:{_MARK})?"  # Hi Tom, · Dear Brackwell team,
    rf"|{_HAIL} [a-z]{{2,12}}{_MARK}"  # hi tom,
    rf"|{_NAME}(?: {_NAME}){{0,2}}(?:,| [–-])"  # Carl,
    r"|(?i:to whom it may concern)[,:.]?"
)
# A Chinese one: a title behind a name ("陈工："), a wish ("您好！"), or both in either order.
_HELLO_ALONE = one_of(one for one in words("greetings", "chinese") if len(one) > 1)
_HELLO = one_of(words("greetings", "chinese"))
# "员工", "完工", "汇总" are no titles, and "我们经理" nobody's address.
_NO_TITLE = r"(?<![员完施开竣停动加手人复]工)(?<![汇共一]总)"
_TITLED = (
    rf"(?:尊敬的|亲爱的)?(?![我你他她您这那原打给找跟和与让])(?:{HAN}{{1,4}}?|[A-Z][a-z]{{1,12}} ?)"
    rf"{one_of(words('greetings', 'chinese_titles'))}{_NO_TITLE}们?"
)
_DEAR = r"(?:尊敬的|亲爱的)[^，。！？：:,]{1,16}"
_EVERYBODY = r"(?:各位|诸位)(?:领导|同事|老师|专家|朋友|同仁|客户)?"
_POINT = r"[，,！!。.：:~～、 ]{0,3}"
_CHINESE = (
    rf"(?:{_DEAR}|{_TITLED}|{_EVERYBODY}){_POINT}(?:{_HELLO})?(?:呀|啊)?{_POINT}"
    rf"|[^，。！？：:\s]{{0,8}} ?{_HELLO_ALONE}(?:呀|啊)?[，, ]?(?:{_TITLED})?{_POINT}"
)
_GREETING = re.compile(rf"(?:{_ENGLISH}|{_CHINESE})")
# A greeting on the line of what follows it: a mark must part the two. "许老师：" would be a speaker.
_PARTED = r"[，,！!。~～]+"
_AHEAD = re.compile(
    rf"(?:{_HAIL}(?:[ ,/&]{{1,3}}{_ADDRESSED}){{0,4}}?(?:[ \t]?[,!.:–]{{1,3}}| -)"
    rf"|{_HAIL} [a-z]{{2,12}}[,!]"
    rf"|(?:{_DEAR}|{_TITLED}|{_EVERYBODY})(?:{_PARTED})?(?:{_HELLO})?(?:呀|啊)?{_PARTED}"
    r"|[^，。！？：:\s]{0,8}?(?:[您你]们?好|新年好|[早上下中晚][上午]好)(?:呀|啊)?"
    rf"[，, ]?(?:{_TITLED})?{_PARTED}(?:{_TITLED}{_PARTED})?"
    r")\s*(?=[^\s，,！!。.])"
)


def parts(text: str) -> list[Part]:
    """The parts of a message in their order; together they cover it, but for white space between them."""
    lines = lines_of(text)
    kinds = [PartKind.QUOTE if quoted else PartKind.BODY for quoted in quotes.quoted(lines)]
    for first, last in _own(kinds):
        _close(lines, kinds, first, last)
        _greet(lines, kinds, first, last)
    return [*_joined(text, lines, kinds)]


def _own(kinds: Sequence[PartKind]) -> list[tuple[int, int]]:
    """The runs of lines between quotes: an inline reply may be greeted and signed for itself."""
    runs = []
    n = 0
    while n < len(kinds):
        last = n
        while last < len(kinds) and kinds[last] is kinds[n]:
            last += 1
        if kinds[n] is PartKind.BODY:
            runs.append((n, last))
        n = last
    return runs


def _close(lines: Sequence[Line], kinds: list[PartKind], first: int, last: int) -> None:
    for n, ending in signatures.endings(lines[first:last]):
        signed = ending is signatures.Ending.SIGNATURE
        kinds[first + n] = PartKind.SIGNATURE if signed else PartKind.DISCLAIMER


def _greet(lines: Sequence[Line], kinds: list[PartKind], first: int, last: int) -> None:
    """Set the lines that do nothing but greet, at the beginning of a run."""
    for n in range(first, min(last, first + GREETINGS)):
        text = lines[n].text
        if kinds[n] is PartKind.DISCLAIMER:
            continue  # a banner of the mail server stands above the greeting
        alone = last - first == 1 or kinds[n] is not PartKind.BODY
        if alone or len(text) > GREETING_WIDTH or not _GREETING.fullmatch(text):
            return
        kinds[n] = PartKind.GREETING


def _joined(text: str, lines: Sequence[Line], kinds: Sequence[PartKind]) -> Iterator[Part]:
    """Neighbouring lines of one kind are a part; the text that begins with a greeting is two."""
    n, greeted = 0, False
    while n < len(lines):
        last = n
        while last + 1 < len(lines) and kinds[last + 1] is kinds[n]:
            last += 1
        start, end = lines[n].start, lines[last].end
        if kinds[n] is PartKind.BODY and not greeted:
            greeted = True
            ahead = _AHEAD.match(text, start, min(end, start + GREETING_WIDTH))
            if ahead and ahead.end() < end:
                yield Part(start, start + len(ahead.group().rstrip()), PartKind.GREETING)
                start = ahead.end()
        yield Part(start, end, kinds[n])
        n = last + 1
