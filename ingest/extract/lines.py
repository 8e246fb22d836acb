"""The lines of a message, as their author or a mail program broke them."""

from typing import NamedTuple

HAN = r"[\u3400-\u9fff]"
WIDEST = 300  # characters of a line that are looked at to tell what it is


class Line(NamedTuple):
    """A line that is not empty: code points [start, end) without the white space around it.

    `text` is what is looked at: at most WIDEST characters.
    """

    start: int
    end: int
    text: str
    opens: bool  # a paragraph: it is the first line, or the line before it is empty


def lines_of(text: str) -> list[Line]:
    """The lines of a text that have more than white space."""
    found = []
    place, opens = 0, True
    for line in text.split("\n"):
        bare = line.strip()
        if bare:
            start = place + (len(line) - len(line.lstrip()) if line[0].isspace() else 0)
            found.append(Line(start, start + len(bare), bare[:WIDEST], opens))
        opens = not bare
        place += len(line) + 1
    return found
