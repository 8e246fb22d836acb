"""HTML to text: what a reader would see, block by block.

Written by hand on purpose: Python's html.parser rescans unfinished tags, so
that 100 kB of "<a a=" took it 39 s. Everything here takes time in proportion
to the text: a tag reaches to the next angle bracket, and nothing is read twice.
"""

import html
import re
from collections.abc import Iterator

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]*)[^<>]*>|<[!?/][^<>]*>")
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9A-Fa-f]{9,};?")
_INVISIBLE = frozenset({"script", "style", "title", "template", "xml"})
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "ul", "ol"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer"}
    | {"form", "header", "hr", "html", "li", "main", "nav", "pre", "section", "tbody", "tfoot", "thead", "tr"}
)
_CELLS = frozenset({"td", "th"})
_MARKUP = re.compile(r"</?(?:br|p|div|html|body|span|ul|li|b|i|a)\b[^<>]*>", re.IGNORECASE)
_LINE, _PARAGRAPH = "\x01", "\x02"  # our own marks, taken out of the text before


def html_to_text(markup: str) -> str:
    """The visible text: one line a block, an empty line around paragraphs, entities resolved; "" for none."""
    source = markup.replace(_LINE, "").replace(_PARAGRAPH, "")
    text = html.unescape(_LONG_REFERENCE.sub("\ufffd", "".join(_visible(_without_comments(source)))))
    return _laid_out(text)


def unmarked(text: str) -> str:
    """Text that may hold HTML, as systems export it: the words where it does, with the lines that it has."""
    return html_to_text(text.replace("\n", "<br>")) if len(_MARKUP.findall(text)) > 1 else text


def _without_comments(source: str) -> str:
    pieces, place = [], 0
    while (start := source.find("<!--", place)) >= 0:
        pieces.append(source[place:start])
        end = source.find("-->", start + 4)
        if end < 0:
            return "".join(pieces)
        place = end + 3
    return "".join((*pieces, source[place:]))


def _visible(source: str) -> Iterator[str]:
    """Text and marks. An invisible element is skipped to its end tag, or to the end without one."""
    place, hidden, line = 0, "", "\n"
    for tag in _TAG.finditer(source):
        closing, name = tag[1], (tag[2] or "").lower()
        if hidden:
            hidden = "" if closing and name == hidden else hidden
            place = tag.end()
            continue
        yield source[place : tag.start()].replace("\n", line)
        yield _mark(name, closing)
        if name == "pre":
            line = "\n" if closing else _LINE  # line ends count inside <pre> only
        place = tag.end()
        hidden = name if name in _INVISIBLE and not closing and not tag[0].endswith("/>") else ""
    if not hidden:
        yield source[place:].replace("\n", line)


def _mark(name: str, closing: str) -> str:
    if name == "br":
        return _LINE
    if name == "li" and not closing:
        return f"{_LINE}- "
    if name in _CELLS:
        return " "
    if name in _SPACED:
        return _PARAGRAPH
    return _LINE if name in _BLOCKS else ""


def _laid_out(text: str) -> str:
    paragraphs = (
        "\n".join(line for line in (" ".join(line.split()) for line in block.split(_LINE)) if line)
        for block in text.split(_PARAGRAPH)
    )
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
