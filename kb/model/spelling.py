"""Spellings: what two ways of writing a name have in common."""

import re
import unicodedata

LONGEST = 1000  # characters of a name that count; nothing real is longer
_MAYBE_MARKS = re.compile(r"[^\w\s\x00-\x7f]{31,}")


def normalised(name: str) -> str:
    """NFKC, casefolded, runs of white space as one space, stripped: names that are equal so are the same."""
    text = unicodedata.normalize("NFKC", stream_safe(name[:LONGEST])).casefold()
    return " ".join(unicodedata.normalize("NFKC", text).split())


def stream_safe(text: str) -> str:
    """Text with a joiner after every 30 combining marks in a row (UAX #15, Stream-Safe Text Format).

    Normalisation sorts such a run in quadratic time: 160 kB of marks take 20 s without this.
    """
    return _MAYBE_MARKS.sub(_interrupted, text)


def _interrupted(found: re.Match[str]) -> str:
    text, cuts, run = found[0], [0], 0
    for place, character in enumerate(text):
        run = run + 1 if unicodedata.combining(character) else 0
        if run > 30:
            cuts.append(place)
            run = 1
    return "\u034f".join(text[start:end] for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True))
