"""How a message ends: its signature, and what lawyers and phones add to it."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from ingest.extract.lines import HAN, Line
from ingest.extract.vocabulary import folded, one_of, words

LONGEST = 12  # lines of a signature; more is text
WIDEST = 80  # characters of a signature's line
NAMES = 4  # words of a name behind a closing formula
UNCLOSED = 7  # lines of a signature without a closing formula


class Ending(StrEnum):
    """What ends a message."""

    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"


class _Mark(StrEnum):
    """What a line is, that an ending is told by."""

    CLOSING = "closing"
    DASHES = "dashes"
    DEVICE = "device"
    POSTSCRIPT = "postscript"
    DISCLAIMER = "disclaimer"


_CLOSINGS = words("signatures", "closings")
_POINTS = r"[\s,，.。!！~～;；:)\U0001f300-\U0001faff❤☺️]*"
# Most lines begin with nothing that an ending begins with, and need no closer look.
_MAY_END = re.compile(
    rf"[\W_]|p\.?\s?p?\.?s|{one_of(_CLOSINGS)}|{'|'.join(words('signatures', 'wishes'))}"
    rf"|{one_of(words('signatures', 'devices'))}|{one_of(words('signatures', 'postscripts'))}"
    rf"|{one_of(words('signatures', 'disclaiming'))}|{one_of(words('signatures', 'disclaimers'))}"
)
# A closing formula alone, or with the name that signs it: "Thanks, Tom", "谢谢！李娜".
_CLOSING = re.compile(
    rf"(?:{one_of(_CLOSINGS)}|(?:{'|'.join(words('signatures', 'wishes'))})[^，。！？]{{1,10}}){_POINTS}"
)
_SIGNED = re.compile(rf"{one_of(_CLOSINGS)}[\s,，.。!！~～–-]{{1,3}}")
_DASHES = re.compile(r"(?:--|—|––|―|__)")
_DEVICE = re.compile(one_of(words("signatures", "devices")))
_POSTSCRIPT = re.compile(rf"{one_of(words('signatures', 'postscripts'))}\s?[:：,，.、–-]|p\.?\s?p?\.?s\.?\s")
_DISCLAIMING = re.compile(
    rf"[*\s_【\[]{{0,3}}(?:{one_of(words('signatures', 'disclaiming'))}"
    rf"|{one_of(words('signatures', 'disclaimers'))}\s?(?:[:：*】\]\s-]|$))"
)
_TIMES = frozenset(words("clauses", "times"))
_PARTICLE = r"(?:van|de|der|den|von|da|del|di|la|le|al|el|bin|of|the|and|&)"
_WORD = r"(?:[A-Z\u00c0-\u00de][\w'’.&-]*)"
_ENGLISH_NAME = (
    rf"{_WORD}(?: {_PARTICLE}){{0,3}}(?: ?[,/|·–-]? {{1,2}}(?:{_PARTICLE} ){{0,3}}{_WORD}){{0,5}}"
    r"(?: ?\([\w ]{1,20}\))?"
)
_CHINESE_NAME = (
    rf"{HAN}{{2,4}}(?:[ /|｜·]{{1,3}}(?:{HAN}|\w){{1,14}}){{0,3}}"
    rf"|{HAN}{{2,14}}(?:[ /|｜·]{{1,3}}{HAN}{{1,12}}){{1,3}}"
    rf"|{HAN}{{3,16}}(?:部|处|科|中心|公司|办公室|集团|室|院|厂|仪器|软件|物流|科技|电梯|敬上|谨上)"
)
_NAME = re.compile(rf"[–—~-]?\s?(?:{_ENGLISH_NAME}|{_CHINESE_NAME})\.?")
_ORGANISATION = re.compile(rf"{HAN}{{2,16}}[ /|｜·]{{1,3}}{HAN}{{1,12}}")
_CONTACT = re.compile(
    rf"\W{{0,3}}(?:{one_of(words('signatures', 'contacts'))}|[tmefwp])\s?[.:：/+|]"
    r"|.{0,40}[\w.-]@[\w-]+\.\w|.{0,20}\+?\d[\d ()/-]{6,}"
)
_STATING = re.compile(rf"(?<![\w'])(?:{one_of(words('signatures', 'stating'))})(?!')")
_STATING_CHINESE = re.compile("|".join(words("signatures", "stating_chinese")))
_BULLET = re.compile(r"[-*•·–▪☐]\s|\d{1,2}[.)、]\s?")
_SENTENCE_END = re.compile(r"[.!?…。！？]$")


def endings(lines: Sequence[Line]) -> Iterator[tuple[int, Ending]]:
    """(number, ending) of those lines that are not the author's text: a run of lines without a quote within.

    A signature is told by its dashes, by a closing formula with nothing but names and addresses after it, or,
    at the very end, by such lines alone. A postscript after it is text again.
    """
    marks = [_mark(line.text) for line in lines]
    found: dict[int, Ending] = {}
    end = _disclaim(lines, marks, found)
    text_end = _sign(lines, marks, end, found)
    if text_end == end:
        _sign_unclosed(lines, end, found)
    yield from found.items()


def _mark(text: str) -> _Mark | None:
    low = folded(text)
    if not _MAY_END.match(low):
        return None
    if len(low) <= WIDEST and (_CLOSING.fullmatch(low) or _is_signed(low, text)):
        return _Mark.CLOSING
    if _DASHES.fullmatch(low):
        return _Mark.DASHES
    if _DISCLAIMING.match(low):
        return _Mark.DISCLAIMER
    if _DEVICE.match(low) and len(low) <= WIDEST:
        return _Mark.DEVICE
    return _Mark.POSTSCRIPT if _POSTSCRIPT.match(low) else None


def _is_signed(low: str, text: str) -> bool:
    closed = _SIGNED.match(low)
    if closed is None or _NAME.fullmatch(text, closed.end()) is None:
        return False
    name = low[closed.end() :].strip(" .").split()
    return len(name) <= NAMES and _TIMES.isdisjoint(name)  # "See you Monday." signs nothing


def _disclaim(lines: Sequence[Line], marks: Sequence[_Mark | None], found: dict[int, Ending]) -> int:
    """Where the text ends: at a disclaimer, which goes on to the end. One that stands first is a banner."""
    n = 0
    while n < len(lines) and marks[n] is _Mark.DISCLAIMER:
        found[n] = Ending.DISCLAIMER
        n += 1
        while n < len(lines) and not lines[n].opens and len(found) < LONGEST:
            found[n] = Ending.DISCLAIMER
            n += 1
    for place in range(n, len(lines)):
        if marks[place] is _Mark.DISCLAIMER:
            found.update(dict.fromkeys(range(place, len(lines)), Ending.DISCLAIMER))
            return place
    return len(lines)


def _sign(lines: Sequence[Line], marks: Sequence[_Mark | None], end: int, found: dict[int, Ending]) -> int:
    """Set signatures that a mark tells; the first one's first line, or `end` where there is none."""
    first = end
    n = 0
    while n < end:
        last = _signed_until(lines, marks, n, end) if n not in found else n
        if last > n:
            found.update(dict.fromkeys(range(n, last), Ending.SIGNATURE))
            first = min(first, n)
        n = max(last, n + 1)
    return first


def _signed_until(lines: Sequence[Line], marks: Sequence[_Mark | None], n: int, end: int) -> int:
    """The line after the signature that begins at `n`; `n` where none does."""
    mark = marks[n]
    if mark is _Mark.DEVICE:
        return n + 1
    if mark not in (_Mark.CLOSING, _Mark.DASHES):
        return n
    last = n + 1
    while last < end and last - n <= LONGEST and marks[last] is not _Mark.POSTSCRIPT:
        if mark is _Mark.CLOSING and not _is_card(lines[last]):
            break
        last += 1
    whole = last == end or marks[last] is _Mark.POSTSCRIPT
    if mark is _Mark.DASHES:
        return last if whole and n else n
    if whole:
        return last if n or last > n + 1 or end > last else n
    # More text comes: only a name tells that the formula did close something.
    return last if n and last > n + 1 and _NAME.fullmatch(lines[n + 1].text) else n


def _sign_unclosed(lines: Sequence[Line], end: int, found: dict[int, Ending]) -> None:
    """A last paragraph of names and addresses after the text, or a name alone after its last sentence."""
    first = end - 1
    while first > 0 and not lines[first].opens and end - first <= UNCLOSED:
        first -= 1
    if first > 0 and lines[first].opens and _is_unclosed(lines, first, end):
        found.update(dict.fromkeys(range(first, end), Ending.SIGNATURE))
    elif end > 1 and _NAME.fullmatch(lines[end - 1].text) and _is_unclosed(lines, end - 1, end):
        ended = lines[end - 2].text[-1] in ".!?…。！？,，~"
        if ended and len(lines[end - 1].text) <= WIDEST // 2:
            found[end - 1] = Ending.SIGNATURE


def _is_unclosed(lines: Sequence[Line], first: int, end: int) -> bool:
    if lines[first - 1].text[-1] in ":：" or first - 1 < 0:
        return False
    named = any(
        _NAME.fullmatch(line.text) and not _STATING_CHINESE.search(line.text) for line in lines[first:end]
    )
    return named and all(_is_card(line) for line in lines[first:end])


def _is_card(line: Line) -> bool:
    """Whether a line could stand on a visiting card: a name, a post, a company, a telephone number."""
    text = line.text
    if len(text) > WIDEST or _BULLET.match(text):
        return False
    low = folded(text)
    if _CONTACT.match(low) or _CLOSING.fullmatch(low) or _ORGANISATION.fullmatch(text):
        return True
    if _STATING.search(low) or (_STATING_CHINESE.search(text) and len(text) > 4):
        return False
    return not (_SENTENCE_END.search(text) and len(text) > 30)
