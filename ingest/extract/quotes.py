"""Which lines repeat what somebody else wrote: replies and forwarded messages, as mail programs mark them."""

import re
from collections.abc import Sequence

from ingest.extract.lines import Line
from ingest.extract.vocabulary import folded, one_of, words

WRAPPED = 3  # lines that "On Tue, 4 Mar 2025 at 10:12, Tom Reed <…> wrote:" may be wrapped over
HEADERS = 12  # lines in which the header of a message is looked for

# ">" at the beginning, once or often; ">= 5 bar" and a row of a table ("| a | b |") are no quotes.
_MARKED = re.compile(r">(?!=|\s?\d+(?:[.,]\d+)?\s?(?:%|[a-z]{1,3}\b))|\|\s(?!.*\|$)")
_ANSWER = re.compile(r"(?:on|am|le|el|op|il|at|在|于|於|\d|\S.{0,80}?(?:\d{4}|<))")
_SAID_WHEN = r"(?=.{0,250}(?:\d{4}|\d[:：.]\d\d|@))"  # no quote is introduced without a day or an address
_WROTE = re.compile(rf"{_SAID_WHEN}.{{3,280}}?{one_of(words('quotes', 'wrote'))}.{{0,60}}[:：]")
_NAMED = re.compile(r"(?:[A-Z][\w'’.-]{0,24}[ ,]{1,2}){1,4}wrote ?:")  # Tom Reed wrote:
_BANNER = re.compile(rf"-{{2,}}(?:\s|&nbsp;)*{one_of(words('quotes', 'banners'))}.{{0,40}}")
_BARE_BANNER = re.compile(one_of(words("quotes", "bare_banners")))
_RULE = re.compile(r"[_-]{10,}")
_MAY_INTRODUCE = re.compile(rf"[-_|*]|{one_of(words('quotes', 'bare_banners'))}|.{{0,12}}[:：]")
_HEAD = r"[|*\s]{{0,4}}{}[|*\s]{{0,4}}[:：|]"
_SENDER = re.compile(_HEAD.format(one_of(words("quotes", "senders"))))
_HEADER = re.compile(_HEAD.format(one_of(words("quotes", "senders") + words("quotes", "headers"))))


def quoted(lines: Sequence[Line]) -> list[bool]:
    """For each line whether it is quoted.

    After a line that introduces a quote ("Tom wrote:", "----- Original Message -----", "发件人：…") the rest
    is quoted, unless marks (">") tell where the quote ends: then the lines between are replies. A message
    that begins with header lines is one that somebody pasted: only they are set aside.
    """
    found = [False] * len(lines)
    n = 0
    while n < len(lines):
        last = n + 1 if _MARKED.match(lines[n].text) else _introduced(lines, n)
        if last > n and not _MARKED.match(lines[n].text):
            pasted = n == 0 and _SENDER.match(folded(lines[0].text)) is not None
            marked = last < len(lines) and _MARKED.match(lines[last].text)
            last = last if marked or pasted else len(lines)
        found[n:last] = [True] * (last - n)
        n = max(last, n + 1)
    return found


def _introduced(lines: Sequence[Line], n: int) -> int:
    """The line after those from `n` on that introduce a quote; `n` where they do not."""
    after = n
    while step := _introduction(lines, after, banner=after > n):
        after += step
    return after


def _introduction(lines: Sequence[Line], n: int, *, banner: bool) -> int:
    """How many lines from `n` on introduce a quote in one way; 0 for none.

    Behind a banner one header line will do.
    """
    if n >= len(lines):
        return 0
    text = folded(lines[n].text)
    if text[-1] not in ":：" and not _MAY_INTRODUCE.match(text):
        return _answer(lines, n, text)
    if _BANNER.match(text) or _BARE_BANNER.match(text):
        return 1
    if _RULE.fullmatch(text):
        return 1 if n + 1 < len(lines) and _headers(lines, n + 1) else 0
    if (_SENDER if not banner else _HEADER).match(text):
        return _headers(lines, n, least=1 if banner else 2)
    return _answer(lines, n, text)


def _headers(lines: Sequence[Line], n: int, least: int = 2) -> int:
    """How many lines a block of header lines has that begins at `n`; 0 where it is none.

    Two of them do where marked lines follow; otherwise one with the sender needs two more.
    """
    count, last = 0, n
    for place in range(n, min(n + HEADERS, len(lines))):
        if _HEADER.match(folded(lines[place].text)):
            count, last = count + 1, place + 1
        elif place > last or lines[place].opens:
            break
    marked = last < len(lines) and _MARKED.match(lines[last].text) is not None
    return last - n if count >= (least if marked or least == 1 else least + 1) else 0


def _answer(lines: Sequence[Line], n: int, text: str) -> int:
    """How many lines "On …, Tom wrote:" takes; mail programs wrap it wherever it is too long."""
    last = n
    while lines[last].text[-1] not in ":：":
        last += 1
        if last == len(lines) or last == n + WRAPPED or lines[last].opens:
            return 0
    if last == n and _NAMED.fullmatch(lines[n].text):
        return 1
    joined = " ".join(folded(line.text) for line in lines[n : last + 1])
    return last + 1 - n if _ANSWER.match(text) and _WROTE.fullmatch(joined) else 0
