"""Markdown to the words that it shows: marks go, words and lines stay where they are.

Every pattern here has a bound or stops at the mark that it began with, so
that a line of a megabyte of asterisks takes no longer than one of words.
"""

import re
from collections.abc import Iterator, Sequence
from html import unescape

from ingest.passages import Passage

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*)|$)")
_CLOSING = re.compile(r"[ \t]+#{1,20}[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?:(={2,})|-{2,})[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,100}|(?:-[ \t]*){3,100}|(?:_[ \t]*){3,100})$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BULLET = re.compile(r"([ \t]{0,40})[*+-][ \t]+")
_QUOTE = re.compile(r"(?: {0,3}>[ \t]?){1,20}")
_DEFINITION = re.compile(r" {0,3}\[[^\[\]\n]{1,200}\]:[ \t]*\S+")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,200}:?[ \t]*(?:\|[ \t:|-]{0,1000})$")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_CODE = re.compile(r"(`{1,3})(?!`)([^`\n]{1,1000})\1(?!`)")
_TARGET = r"\((?:[^()\n]|\([^()\n]{0,200}\)){0,2000}\)"
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,500})\](?:" + _TARGET + r"|\[[^\[\]\n]{0,200}\])")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\](?:" + _TARGET + r"|\[[^\[\]\n]{0,200}\])")
_ADDRESS = re.compile(r"<((?:https?://|mailto:)[^\s<>]{1,2000}|[^\s<>@]{1,200}@[^\s<>@]{1,300})>")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,20}(?:[ \t][^<>\n]{0,500})?/?>|<!--[^<>]{0,1000}-->")
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9A-Fa-f]{9,};?")
# A mark counts beside a Chinese character, but not between letters or digits: 2*3*4 is no emphasis.
_EMPHASIS = tuple(
    re.compile(rf"(?<![0-9A-Za-z{mark[-1]}\\]){mark}(?=[^\s{mark[-1]}])([^{mark[-1]}\n]{{1,1000}})"
               rf"(?<=[^\s\\]){mark}(?![0-9A-Za-z{mark[-1]}])")
    for mark in (r"\*", r"\*\*", r"\*\*\*", "_", "__", "~~")
)  # fmt: skip
_SAFE = re.compile("[\ue000-\ue0ff]")  # stand for escaped signs in between; taken out of the text before


def is_markdown(lines: Sequence[str]) -> bool:
    """Whether it has front matter or a heading with "#": other marks stand in plain notes, too."""
    return front_matter(lines)[1] > 0 or any(_HEADING.match(line) and "# " in line for line in lines)


def front_matter(lines: Sequence[str]) -> tuple[dict[str, list[str]], int]:
    """The values of each key between the two lines of dashes that a file begins with, and where these end.

    Values are the texts of a line or of a list; what is nested deeper is left out. ({}, 0) for none.
    """
    if not lines or lines[0].rstrip() != "---":
        return {}, 0
    end = next((place for place, line in enumerate(lines[1:200], 1) if line.rstrip() in ("---", "...")), 0)
    found: dict[str, list[str]] = {}
    key = ""
    for line in lines[1:end]:
        name, colon, value = line.partition(":")
        if line[:1].strip() and not line.startswith(("-", "#")) and colon:
            key = name.strip().casefold()
            found.setdefault(key, []).extend(_values(value))
        elif key and line.strip().startswith("- "):
            found[key] += _values(line.strip()[2:])
    return (found, end + 1) if found else ({}, 0)


def _values(text: str) -> list[str]:
    bare = text.strip()
    parts = bare[1:-1].split(",") if bare.startswith("[") and bare.endswith("]") else [bare]
    return [value for part in parts if (value := part.strip().strip("\"'").strip())]


def markdown_passages(lines: Sequence[str], first: int = 1) -> Iterator[Passage]:
    """The lines as they are shown; `first` is the place of the first one. Marks that close nothing stay."""
    fence = ""
    before: Passage | None = None  # waits for a line under it that makes it a heading
    for place, line in enumerate(lines, first):
        if (found := _FENCE.match(line)) and (not fence or found[1].startswith(fence)):
            fence = "" if fence else found[1]
            continue
        if fence:
            passage = Passage(place, line)
        elif before and before.text and not before.level and (under := _UNDERLINE.match(line)):
            before = Passage(before.place, before.text, 1 if under[1] else 2)
            continue
        elif _RULE.match(line) or _DEFINITION.match(line) or _TABLE_RULE.match(line):
            continue
        else:
            passage = _passage(place, line)
        if before:
            yield before
        before = passage
    if before:
        yield before


def _passage(place: int, line: str) -> Passage:
    if heading := _HEADING.match(line):
        return Passage(place, _shown(_CLOSING.sub("", heading[2] or "")), len(heading[1]))
    bare = _QUOTE.sub("", line, count=1) if line.lstrip().startswith(">") else line
    bullet = _BULLET.match(bare)
    if bullet:
        return Passage(place, f"{bullet[1]}- {_shown(bare[bullet.end() :])}")
    if bare.strip().startswith("|") and bare.strip().endswith("|"):
        cells = (_shown(cell).strip() for cell in bare.strip().strip("|").split("|"))
        return Passage(place, " | ".join(filter(None, cells)))
    return Passage(place, _shown(bare))


def _shown(text: str) -> str:
    """The words of a line without the marks around them."""
    text = _ESCAPED.sub(lambda sign: chr(0xE000 + ord(sign[1])), _SAFE.sub("", text))
    text = _CODE.sub(lambda code: "".join(_kept(sign) for sign in code[2]), text)
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    text = _TAG.sub("", _BREAK.sub(" ", _ADDRESS.sub(r"\1", text)))
    for mark in (*_EMPHASIS, *_EMPHASIS[:2]):
        text = mark.sub(r"\1", text)
    text = unescape(_LONG_REFERENCE.sub("\ufffd", text)) if "&" in text else text
    return _SAFE.sub(lambda sign: chr(ord(sign[0]) - 0xE000), text.removesuffix("\\"))


def _kept(sign: str) -> str:
    return chr(0xE000 + ord(sign)) if sign in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" else sign
