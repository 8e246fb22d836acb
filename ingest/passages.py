"""A document as a reader sees it: line by line, whatever file it came in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """One line. `place` in the file, from 1; `level` of a heading, 1 the highest, 0 for no heading."""

    place: int
    text: str
    level: int = 0
