"""The cues of a transcript, and who says what in them (WebVTT, SubRip)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from ingest.interactions import Refused
from ingest.text import one_line
from kb.model.ledger import Reason

_CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{3})"
_TIMING = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}(?:\s.*)?")
_ARROW = "-->"
_HEADER = "WEBVTT"
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_VOICE = re.compile(r"<v(?:\.[\w.-]*)?\s{1,20}([^<>]{1,200})>")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|</>|<[\d:.]+>|\{\\[^{}]*\}")
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9A-Fa-f]{9,};?")
_NAMED = re.compile(r"([^\W\d_][^:：<>?!;\n]{0,59}?)(?::\s+|：\s*)(\S.*)")
_CJK = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
_NAME_WORDS = 5

Line = tuple[int, str]  # its number in the file, from 1, and what stands in it


@dataclass(frozen=True, slots=True)
class Cue:
    """Words and when they were said, in seconds from the beginning of the call."""

    start: float
    end: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Utterance:
    speaker: str | None
    words: str  # on one line


@dataclass(frozen=True, slots=True)
class Broken:
    """A cue that cannot be used, with its lines."""

    refused: Refused
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Transcript:
    """What the lines of a file are."""

    cues: tuple[Cue, ...]
    broken: tuple[Broken, ...]
    asides: tuple[str, ...]  # lines of the header and of notes
    recognised: bool  # whether there is a WEBVTT line or anything like a cue's time


def transcript(lines: Sequence[Line]) -> Transcript:
    """Takes the lines apart. Never fails."""
    found: list[Cue | Broken] = []
    asides: list[str] = []
    for block in _blocks(lines):
        aside, cues = _without_asides(block)
        asides += aside
        found += _cues(cues)
    return Transcript(
        cues=tuple(one for one in found if isinstance(one, Cue)),
        broken=tuple(one for one in found if isinstance(one, Broken)),
        asides=tuple(asides),
        recognised=any(_ARROW in line for _, line in lines)
        or (bool(lines) and lines[0][1].startswith(_HEADER)),
    )


def _blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    block: list[Line] = []
    for number, line in lines:
        if line.strip():
            block.append((number, line))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _without_asides(block: list[Line]) -> tuple[list[str], list[Line]]:
    """The lines of a header, a note or a style; and the cues, which may follow without an empty line."""
    number, first = block[0]
    if not (_ASIDE.match(first) or (number == 1 and first.startswith(_HEADER))):
        return [], block
    timed = next((place for place, (_, line) in enumerate(block) if _TIMING.fullmatch(line)), len(block))
    return [line for _, line in block[:timed]], block[timed:]


def _cues(block: list[Line]) -> Iterator[Cue | Broken]:
    """A line with an arrow begins a cue wherever it stands; a lone number before it is the cue's number."""
    begins = [place for place, (_, line) in enumerate(block) if _ARROW in line]
    if not begins:
        if block:
            yield Broken(Refused(Reason.MISSING_FIELD, "time", " ".join(line for _, line in block)), block)
        return
    starts = [0] + [place - block[place - 1][1].strip().isdigit() for place in begins[1:]]
    for start, begin, end in zip(starts, begins, [*starts[1:], len(block)], strict=True):
        yield _cue(block[start:end], begin - start)


def _cue(lines: list[Line], begin: int) -> Cue | Broken:
    timing = lines[begin][1]
    words = tuple(line for _, line in lines[begin + 1 :])
    found = _TIMING.fullmatch(timing)
    if not found:
        return Broken(Refused(Reason.BAD_SYNTAX, "time", timing), lines)
    if not any(_plain(line) for line in words):
        return Broken(Refused(Reason.EMPTY, "text", timing), lines)
    return Cue(_seconds(*found.groups()[:4]), _seconds(*found.groups()[4:]), words)


def _seconds(hours: str | None, minutes: str, seconds: str, thousandths: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(thousandths) / 1000


def utterances(cue: Cue) -> list[Utterance]:
    """Who says what, by <v Name> or "Name: words"; a line without either goes on with the one before it.

    A dash begins another, unnamed speaker's words.
    """
    said: list[Utterance] = []
    before, *voices = _VOICE.split("\n".join(cue.lines))
    for line in before.split("\n"):
        if words := _plain(line):
            _add(said, words)
    for name, text in zip(voices[::2], voices[1::2], strict=True):
        if words := _joined(_plain(line) for line in text.split("\n")):
            said.append(Utterance(_plain(name) or None, words))
    return said


def _add(said: list[Utterance], words: str) -> None:
    found = _NAMED.fullmatch(words)
    if found and _is_name(found[1]):
        said.append(Utterance(found[1].strip(), found[2]))
    elif words.startswith(("- ", "– ")) or not said:
        said.append(Utterance(None, words.removeprefix("- ").removeprefix("– ")))
    else:
        said[-1] = Utterance(said[-1].speaker, _joined([said[-1].words, words]))


def _is_name(text: str) -> bool:
    """A few words, the first with a capital or in a script without them."""
    return not text[0].islower() and len(text.split()) <= _NAME_WORDS


def _joined(lines: Iterator[str] | list[str]) -> str:
    """Lines as one; a line break within Chinese is no space."""
    text = ""
    for line in lines:
        glue = "" if not text or (_CJK.match(text[-1]) and _CJK.match(line[:1])) else " "
        text = f"{text}{glue}{line}" if line else text
    return text


def _plain(line: str) -> str:
    """The words of a line without tags and entities."""
    return one_line(unescape(_LONG_REFERENCE.sub("\ufffd", _TAG.sub("", line))))
