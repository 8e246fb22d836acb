"""Who speaks: told by "Name:" at the beginning of a line, or by a name and a time on a line of their own.

Notes of a conversation may have several speakers in one line: "Dale: Flat. Corinne (us): Zero flat?"
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ingest.extract.lines import HAN
from ingest.extract.vocabulary import folded, one_of, words

NAME_WIDTH = 48  # characters ahead of the colon
CHINESE_NAME = 8  # characters of a Chinese speaker, "采购部李经理"

_DAY = r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?"
_TIME = r"\d{1,2}[:：]\d\d(?:[:：]\d\d)?(?:[.,]\d{1,3})?(?: ?[AaPp]\.?[Mm]\.?)?"
_STAMP = rf"[\[(（【]?(?:{_DAY},?[ T]{{0,2}})?{_TIME}[\])）】]?"
_BRACKETS = r"(?:[ \t]?[(（\[【][^()（）\[\]【】\n]{0,30}[)）\]】])?"
_NAMED = re.compile(
    rf"(?:{_STAMP}[ \t]*(?:[-–—|][ \t]*)?)?"
    rf"(?P<name>[*<]{{0,2}}[^\s:：,，。.!?！？()（）\[\]<>*][^:：\n,，。!?！？()（）\[\]<>]{{0,39}}{_BRACKETS}[>*]{{0,2}})"
    rf"(?:[ \t]+{_STAMP})?[ \t]*[:：][*]{{0,2}}(?=\s|[^\s/\d]|\d+[^\d:：]|$)"
)
_ALONE = r"[^\s:：,，。\d][^:：\n,，。\d]{0,30}"
_HEADED = re.compile(
    rf"(?:(?P<first>{_ALONE}?){_BRACKETS}[ \t,，]{{1,3}}{_STAMP}|{_STAMP}[ \t]+(?P<last>{_ALONE}))"
)
_BRACKETED = re.compile(r"\s*[(（\[【].*$")
_MARKS = "*<> \t"
_HEADING = re.compile(rf"{one_of(words('sentences', 'headings'))}s?")
_HAS_HAN = re.compile(HAN)
_PARTICLES = frozenset(words("sentences", "particles"))
_SENTENCE_END = re.compile(r"[.!?…。！？；;][\"'”’)）」]*\s*")
_SPEAKING = re.compile(rf"\s*{one_of(words('sentences', 'speaking'))}")


@dataclass(frozen=True, slots=True)
class Said:
    """Who says a line, and where what is said begins: after the name, or at it in an item of a list."""

    name: str
    start: int


@dataclass(frozen=True, slots=True)
class Speakers:
    """The speakers of a text. `goes_on` where a line without a name is the last speaker's."""

    known: frozenset[str]
    speaks: bool
    goes_on: bool

    def said(self, text: str, start: int, end: int, bullet: int) -> Said | None:
        """Who says the line [start, end), whose bullet ends at `bullet`; None where it does not tell.

        The name of an item, "– Helen: list of users by Friday", says whose task it is, and stays in it.
        """
        if not self.speaks:
            return None
        if headed := _headed(text, bullet, end):
            return Said(headed, end) if self._is_name(headed) else None
        named = _named(text, bullet, end)
        if named is None or not self._is_name(named["name"].strip(_MARKS)):
            return None
        item = bullet > start and not _SPEAKING.match(folded(text[named.end() : named.end() + 16]))
        return Said(named["name"].strip(_MARKS), bullet if item else named.end())

    def _is_name(self, name: str) -> bool:
        return looks_like_name(name) or is_known(name, self.known)


def turns(text: str, start: int, end: int, known: Collection[str]) -> list[tuple[int, int]]:
    """The line [start, end), cut where another speaker begins within it.

    It is cut where sentences in it begin with two names or more, one of which is known, comes twice, or has
    something in brackets behind it: "(us)". `known` are names of who takes part.
    """
    if not _has_colon(text, start, end):
        return [(start, end)]
    begins = [start, *(mark.end() for mark in _SENTENCE_END.finditer(text, start, end))]
    heads = [(first, head) for first in begins if (head := _head_within(text, first, end))]
    bare = [_BRACKETED.sub("", head).strip() for _, head in heads]
    sure = (
        len({*bare}) < len(bare)
        or bare != [head for _, head in heads]
        or any(is_known(head, _parts_of(known)) for head in bare)
    )
    if len(heads) < 2 or not sure:
        return [(start, end)]
    places = [start, *(first for first, _ in heads if first > start)]
    return [*zip(places, [*places[1:], end], strict=True)]


def _head_within(text: str, start: int, end: int) -> str | None:
    named = _named(text, start, end)
    name = named["name"].strip(_MARKS) if named else ""
    return name if name and looks_like_name(name) else None


def _parts_of(known: Collection[str]) -> frozenset[str]:
    return frozenset(part for name in known for part in (name.lower(), *name.lower().split()))


def speakers_of(text: str, lines: Sequence[tuple[int, int]], known: Collection[str]) -> Speakers:
    """The speakers of a text with these lines, each bare of its bullet. `known` are names of who takes part.

    A text has speakers where a known name is one, or where two lines or more begin with a name. Where most
    lines do, it is a transcript: then a line without a name goes on with what was said last.
    """
    if ":" not in text and "：" not in text:
        return Speakers(frozenset(), speaks=False, goes_on=False)
    names = _parts_of(known)
    heads = [head for start, end in lines if (head := _head(text, start, end))]
    sure = any(is_known(head, names) for head in heads)
    count = sum(1 for head in heads if looks_like_name(head))
    return Speakers(names, sure or count >= 2, 2 * len(heads) >= len(lines) or _is_headed(text, lines, names))


def _is_headed(text: str, lines: Sequence[tuple[int, int]], names: frozenset[str]) -> bool:
    heads = [head for start, end in lines if (head := _headed(text, start, end))]
    return len(heads) >= 2 or any(is_known(head, names) for head in heads)


def _head(text: str, start: int, end: int) -> str | None:
    if headed := _headed(text, start, end):
        return headed
    named = _named(text, start, end)
    return named["name"].strip(_MARKS) if named else None


def _named(text: str, start: int, end: int) -> re.Match[str] | None:
    end = min(end, start + 2 * NAME_WIDTH)
    return _NAMED.match(text, start, end) if _has_colon(text, start, end) else None


def _has_colon(text: str, start: int, end: int) -> bool:
    """Most lines have none, and need no closer look."""
    return text.find(":", start, end) >= 0 or text.find("：", start, end) >= 0


def _headed(text: str, start: int, end: int) -> str | None:
    """The name of a line of nothing but a name and a time: "李娜 2024/3/4 09:12", "[09:12] Anna Schmidt"."""
    if end - start > 2 * NAME_WIDTH or not _has_colon(text, start, end):
        return None
    headed = _HEADED.fullmatch(text, start, end)
    return (headed["first"] or headed["last"]).strip(_MARKS) if headed else None


def is_known(name: str, names: Collection[str]) -> bool:
    """Whether a speaker is one of `names`, in lower case, apart from what stands in brackets behind it."""
    spoken = _BRACKETED.sub("", name).strip().lower()
    return bool(spoken) and spoken in names


def looks_like_name(name: str) -> bool:
    """Whether it could be a person or a party: "Dr Vogt (client)", "李娜（我方）", but not "Next steps"."""
    bare = _BRACKETED.sub("", name.strip())
    if not bare or _HEADING.fullmatch(folded(bare)) or any(one.isdigit() for one in bare.replace("客服", "")):
        return len(bare) > 2 and bare.startswith(("客服", "Agent ")) and len(bare) < 12
    if _HAS_HAN.search(bare):
        return len(bare) <= CHINESE_NAME
    parts = bare.split()
    return len(parts) <= 4 and all(part[0].isupper() or part in _PARTICLES for part in parts)
