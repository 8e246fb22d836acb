"""The sentences of a text, with the places where they stand and who speaks.

A sentence ends at its punctuation, in Chinese without a space after it; not after an abbreviation, an
initial, inside a number or an address. A line is a sentence of its own unless a mail program wrapped it. Who
speaks, speakers.py tells.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ingest.extract.lines import HAN
from ingest.extract.parts import Part, PartKind
from ingest.extract.speakers import speakers_of, turns
from ingest.extract.vocabulary import words

WRAPPED = 60  # columns of a line that a mail program may have wrapped
WIDEST = 100  # columns of one that none did: they wrap earlier
NARROW = 25  # columns of a line that may go on in the next one, where its last word cannot end it
_WORD = 24  # characters of a word before a full stop

_TITLES = frozenset(words("sentences", "titles"))
_NUMBERED = frozenset(words("sentences", "numbered"))
_SHORT = frozenset(words("sentences", "short"))
_STARTERS = frozenset(words("sentences", "starters"))
_LETTERED = frozenset(words("sentences", "lettered"))
_TIMES = frozenset(words("clauses", "times"))
_OPEN_ENDED = frozenset(words("sentences", "open_ended"))

_FACES = r"\U0001f600-\U0001f64f\U0001f44b-\U0001f450\U0001f90c-\U0001f93e\U0001f970-\U0001f97a\U0001f389☹☺❤✌"
_MODIFIERS = r"\ufe0f\u200d\U0001f3fb-\U0001f3ff♀♂"
_STOPS = rf".!?…。！？；｡~～{_FACES}"
_STOP = re.compile(rf"[{_STOPS}][{_STOPS}{_MODIFIERS}]*[\"'”’»)\]」』）*]*")
_SURE = re.compile(r"[。！？；｡]")
_FACE = re.compile(rf"[{_FACES}]")
_HAN = re.compile(HAN)
_NEXT = re.compile(r"\s*([\w'’]*)")
_GLUED = re.compile(r"[A-Z][a-z]+\s")  # "… of delay.You are to …"
_LAST_WORDS = re.compile(r"(?:(\S+)\s+)?(\S+)$")
_SAYING = re.compile(r"[^\W_]")
_NUMBER_ONLY = re.compile(r"\s*\(?\d{1,3}")
_BULLET = re.compile(
    r"\s*(?!\*\*)(?:[-*•·–—▪◦●○■□◆☐☑☒✓✔✅➢►>→]+(?=[\s\w\u3400-\u9fff])(?![\d.,]+\s?(?:%|°|[A-Za-z]))"
    r"|[(（]?(?:\d{1,2}|[a-hA-H]|[ivx]{1,4}|[一二三四五六七八九十]{1,3})[)）]|\d{1,2}[.、](?!\d)"
    r"|[一二三四五六七八九十]{1,3}、|[a-h]\.(?=\s)|[①-⑳])[ \t]*(?=\S)"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Code points [start, end) of a text, as one speaker said them; None where nothing tells who."""

    start: int
    end: int
    text: str
    speaker: str | None = None


def sentences(text: str, parts: Sequence[Part], known: Collection[str] = ()) -> list[Sentence]:
    """The sentences of the body, in order. `known` are names of people who take part, told as speakers."""
    body = [part for part in parts if part.kind is PartKind.BODY]
    lines = [turn for part in body for line in _lines(text, part) for turn in turns(text, *line, known)]
    bullets = [_after_bullet(text, start, end) for start, end in lines]
    speakers = speakers_of(
        text, [(bullet, line[1]) for bullet, line in zip(bullets, lines, strict=True)], known
    )
    found: list[Sentence] = []
    speaker: str | None = None
    for (start, end), bullet in zip(lines, bullets, strict=True):
        said = speakers.said(text, start, end, bullet)
        speaker = said.name if said else speaker if speakers.goes_on else None
        for first, last in _split(text, said.start if said else bullet, end):
            found.append(Sentence(first, last, text[first:last], speaker))
    return found


def _lines(text: str, part: Part) -> Iterator[tuple[int, int]]:
    """The lines of a part, a wrapped one joined with those it goes on in."""
    first: int | None = None
    before = (part.start, part.start)
    wide = False  # whether a line of this paragraph is wider than any that a program wrapped
    start = part.start
    while start < part.end:
        end = text.find("\n", start, part.end)
        end = part.end if end < 0 else end
        line = _trimmed(text, start, end)
        if line[0] == line[1]:
            if first is not None:
                yield first, before[1]
            first, wide = None, False
        else:
            wide = wide or line[1] - line[0] > WIDEST
            if first is None:
                first = line[0]
            elif wide or not _goes_on(text, before, line):
                yield first, before[1]
                first = line[0]
            before = line
        start = end + 1
    if first is not None:
        yield first, before[1]


def _goes_on(text: str, before: tuple[int, int], line: tuple[int, int]) -> bool:
    """Whether a line goes on where the one before it broke off: "… as soon\\nas possible"."""
    previous = text[before[0] : before[1]]
    if previous[-1] in ".!?:;。！？：；…" and previous.rsplit(None, 1)[-1].lower() not in _OPEN_ENDED:
        return False
    if _after_bullet(text, *line) > line[0]:
        return False
    columns = len(previous) + len(_HAN.findall(previous))
    opens = text[line[0]]
    if _HAN.match(previous[-1]) or _HAN.match(opens):
        return columns >= WRAPPED and previous[-1] not in "）)"
    if columns >= WRAPPED and (opens.islower() or opens.isdigit() or opens in "(\"'“$€£"):
        return True
    last = previous.rsplit(None, 1)[-1].lower()
    return columns >= NARROW and (last in _OPEN_ENDED or (last.endswith(",") and opens.islower()))


def _after_bullet(text: str, start: int, end: int) -> int:
    bullet = _BULLET.match(text, start, min(end, start + 40))
    return bullet.end() if bullet else start


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of a line that say something: that have a letter or a number."""
    first = start
    for stop in _STOP.finditer(text, start, end):
        if _ends(text, first, stop, end):
            if _says(text, first, stop.end()):
                yield _trimmed(text, first, stop.end())
            first = stop.end()
    if _says(text, first, end):
        yield _trimmed(text, first, end)


def _says(text: str, start: int, end: int) -> bool:
    return _SAYING.search(text, start, end) is not None


def _ends(text: str, first: int, stop: re.Match[str], end: int) -> bool:
    """Whether a sentence that begins at `first` ends with these marks."""
    start, after = stop.span()
    if after >= end or _SURE.search(stop.group()):
        return True
    follows = text[after]
    apart = follows.isspace()
    before = text[start - 1] if start > first else ""
    if _FACE.search(stop.group()):
        return bool(before) and (apart or _HAN.match(follows) is not None)
    mark = text[start]
    if mark in "~～":
        return not before.isdigit() and (apart or (_HAN.match(follows) is not None and not follows.isdigit()))
    if mark in "!?":
        return apart or _HAN.match(follows) is not None
    if mark == "…" or stop.group().startswith(".."):
        return not _following(text, after)[:1].islower()
    return _ends_at_point(text, first, start, after)


def _ends_at_point(text: str, first: int, point: int, after: int) -> bool:
    """Whether a full stop ends the sentence, or belongs to its word: "No. 5", "e.g.", "T. Rowe", "3.5"."""
    if _HAN.match(text[after]):
        return _HAN.match(text[point - 1]) is not None
    if not text[after].isspace():
        return text[max(first, point - 3) : point].islower() and _GLUED.match(text, after) is not None
    said = text[max(first, point - 2 * _WORD) : point]
    if _NUMBER_ONLY.fullmatch(said):
        return False
    last = _LAST_WORDS.search(said)
    if last is None:
        return True
    word = last[2].lower().strip("(\"'“‘[")
    return not _is_abbreviated(word, (last[1] or "").lower(), _following(text, after))


def _is_abbreviated(word: str, before: str, follows: str) -> bool:
    if word in _NUMBERED:
        return follows[:1].isdigit() or (word in _SHORT and follows.lower() not in _STARTERS)
    if word in _TITLES:
        return True
    if len(word) == 1 and word.isascii() and word.isalpha():
        return before not in _LETTERED and word != "i"
    if not follows[:1].isupper():
        return word in _SHORT
    known = _TIMES if word in _TIMES else None  # "on 29 Oct. Anna …" ends, "at 8 a.m. Monday" does not
    return word in _SHORT and (follows.lower() in known if known else follows.lower() not in _STARTERS)


def _following(text: str, after: int) -> str:
    """The word that follows."""
    found = _NEXT.match(text, after, after + 2 * _WORD)
    return found[1] if found else ""


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
