"""The words of a message that are sent: the author's own, masked, each with its place in the message.

Quoted mail, greetings, signatures and disclaimers stay here. Personal data becomes a mark such as [phone];
characters that nobody sees are left out, so that a text hides nothing from whoever looks at it. Only places
lead back from what was sent to the message, and they stay here, too.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.extract.parts import PartKind, parts
from kb.language.personal import Personal, personal

LONGEST = 8_000  # characters of a piece: what one request is about
NOWHERE = -1  # the place of what joins two parts
_LINE_ENDS = {"\u2028", "\u2029", "\x85"}
_LETTER = r"[^\W\u3400-\u9fff]"  # of a word that has an end: Chinese is written without
_SPACE = re.compile(r"\s+")
# Models write what they copy with other marks: ’ as ', ， as a comma.
_ALIKE = ("'’‘`´", '"“”„«»「」『』', "-–—−", ",，", ".。．", ":：", ";；", "!！", "?？", "(（", ")）", "~～")
_CLASSES = {one: f"[{re.escape(group)}]" for group in _ALIKE for one in group}


@dataclass(frozen=True, slots=True)
class Sent:
    """`text` is sent; its character n stands for [starts[n], ends[n]) of the message, or is NOWHERE."""

    text: str
    starts: list[int]
    ends: list[int]

    def places(self, quote: str) -> Iterator[tuple[int, int]]:
        """Where in the message a quote stands, in order and whole words only.

        White space and the forms of marks may differ. Nothing for a quote without words, and no place that
        goes beyond a part of the message.
        """
        words = _SPACE.sub(" ", quote).strip().split(" ")
        if not any(character.isalnum() for character in quote):
            return
        before = rf"(?<!{_LETTER})" if re.match(_LETTER, words[0]) else ""
        after = rf"(?!{_LETTER})" if re.match(_LETTER, words[-1][-1]) else ""
        written = r"\s+".join(map(_pattern, words))
        for found in re.finditer(f"{before}{written}{after}", self.text):
            first, last = found.span()
            if NOWHERE not in self.starts[first:last]:
                yield self.starts[first], self.ends[last - 1]

    def pieces(self) -> Iterator["Sent"]:
        """Itself in pieces of at most LONGEST characters, cut at the ends of lines where there are any."""
        start = 0
        while start < len(self.text):
            end = min(start + LONGEST, len(self.text))
            if end < len(self.text):
                line_end = self.text.rfind("\n", start + LONGEST // 2, end)
                end = line_end + 1 if line_end >= 0 else end
            yield Sent(self.text[start:end], self.starts[start:end], self.ends[start:end])
            start = end


def _pattern(word: str) -> str:
    return "".join(_CLASSES.get(one) or re.escape(one) for one in word)


def sent(text: str) -> Sent:
    """What is sent of a message's text; empty where its author wrote nothing of their own."""
    shown, starts, ends = list[str](), list[int](), list[int]()

    def add(written: str, start: int, end: int) -> None:
        shown.append(written)
        starts.extend([start] * len(written))
        ends.extend([end] * len(written))

    hidden = personal(text)
    for part in parts(text):
        if part.kind is not PartKind.BODY:
            continue
        if shown:
            add("\n", NOWHERE, NOWHERE)
        for written, start, end in _written(text, part.start, part.end, hidden):
            add(written, start, end)
    return Sent("".join(shown), starts, ends)


def sendable(text: str) -> str:
    """A name as it may be sent."""
    return "".join(written for written, _, _ in _written(text, 0, len(text), personal(text)))


def _written(text: str, start: int, end: int, hidden: list[Personal]) -> Iterator[tuple[str, int, int]]:
    """What is sent for [start, end) of a text, one after the other, each with its place."""
    for one in hidden:
        if one.end <= start or one.start >= end:
            continue
        yield from _visible(text, start, one.start)
        yield f"[{one.kind}]", one.start, one.end
        start = one.end
    yield from _visible(text, start, end)


def _visible(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    for place in range(start, end):
        character = text[place]
        if character in _LINE_ENDS:
            yield "\n", place, place + 1
        elif character in "\n\t" or not _unseen(character):
            yield character, place, place + 1


def _unseen(character: str) -> bool:
    """Formats, controls, private and unassigned ones, and what only chooses how the one before it looks."""
    code = ord(character)
    return unicodedata.category(character)[0] == "C" or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
