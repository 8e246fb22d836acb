"""Names that are misspelt: conservative, for a wrong link is worse than none.

A Latin name of five letters or more may have one edit for each five letters, its digits none: "Drymastr 200"
is "DryMaster 200", "HP-20" is not "HP-200". A Chinese name of four characters or more may have one other
character, but none that tells things apart by itself (大 and 小, 一 and 二).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from rapidfuzz.distance import OSA

from ingest.resolve.folding import has_han, is_han, stands_alone

SHORTEST = 5  # letters of a Latin name
SHORTEST_CHINESE = 4  # characters
LETTERS_AN_EDIT = 5
MOST_EDITS = 2
SURE = 8  # letters of one word that is not told by its first letter
WIDEST = 4  # words of a name

_TOKEN = re.compile(r"[^\W_](?:[\w.&'/-]*[^\W_])?", re.ASCII)
_DIGITS = re.compile(r"\d+")
_TELLING = frozenset("一二三四五六七八九十百千零两大小中新旧老前后左右上下东西南北内外高低男女甲乙丙丁")


class Near(NamedTuple):
    """A place in a text that reads like a name."""

    start: int
    end: int
    name: str


class Misspellings:
    """Finds misspelt names, by names in plain form (folding.plain)."""

    def __init__(self, names: Iterable[str], known: Iterable[str] = ()) -> None:
        """`known` are further exact names: what is one of them is no misspelling of another."""
        mine = sorted(set(names))
        self._known = frozenset((*mine, *known))
        self._latin: Mapping[int, list[str]] = _by(len_words, (one for one in mine if _is_latin(one)))
        chinese = [one for one in mine if len(one) >= SHORTEST_CHINESE and all(map(is_han, one))]
        self._chinese = _by(len, chinese)

    def found(self, text: str) -> Iterator[Near]:
        """Misspelt names in a text in plain form, from the left; they may overlap."""
        if self._latin:
            yield from self._found_latin(text)
        if self._chinese and has_han(text):
            yield from self._found_chinese(text)

    def _found_latin(self, text: str) -> Iterator[Near]:
        tokens = [found.span() for found in _TOKEN.finditer(text)]
        for first, (start, _) in enumerate(tokens):
            for width in range(min(WIDEST, len(tokens) - first), 0, -1):
                end = tokens[first + width - 1][1]
                name = self._like(text[start:end], width)
                if name and stands_alone(text, start, end):
                    yield Near(start, end, name)
                    break

    def _like(self, words: str, width: int) -> str | None:
        """The only name that the words could be a misspelling of."""
        names = [
            *self._latin.get(width, ()),
            *self._latin.get(width + 1, ()),
            *self._latin.get(width - 1, ()),
        ]
        if not names or len(words) < SHORTEST or words in self._known:
            return None
        like = [name for name in names if _alike(words, name)]
        return like[0] if len(like) == 1 else None

    def _found_chinese(self, text: str) -> Iterator[Near]:
        for length, names in self._chinese.items():
            for start in range(len(text) - length + 1):
                piece = text[start : start + length]
                if piece in self._known or not is_han(piece[0]):
                    continue
                like = [name for name in names if _one_other(piece, name)]
                if len(like) == 1:
                    yield Near(start, start + length, like[0])


def len_words(name: str) -> int:
    """How many words a Latin name has."""
    return len(_TOKEN.findall(name))


def _by(size: object, names: Iterable[str]) -> dict[int, list[str]]:
    groups: dict[int, list[str]] = defaultdict(list)
    for name in names:
        groups[size(name)].append(name)  # type: ignore[operator]
    return dict(groups)


def _is_latin(name: str) -> bool:
    return name.isascii() and sum(map(str.isalpha, name)) >= SHORTEST


def _alike(words: str, name: str) -> bool:
    letters = sum(map(str.isalpha, name))
    allowed = min(MOST_EDITS, letters // LETTERS_AN_EDIT)
    words = words if name.endswith("s") else words.removesuffix("s")
    if abs(len(words) - len(name)) > allowed or _DIGITS.findall(words) != _DIGITS.findall(name):
        return False
    if words[0] != name[0] and letters < SURE:
        return False
    distance = OSA.distance(words, name, score_cutoff=allowed)
    return 0 < distance <= allowed and not _is_form(words, name)


def _is_form(words: str, name: str) -> bool:
    """Whether they differ in an ending that makes another word: "cover", "covers", "covered"."""
    shorter, longer = sorted((words, name), key=len)
    return longer.startswith(shorter) and longer[len(shorter) :] in (
        "s",
        "d",
        "r",
        "n",
        "y",
        "ed",
        "er",
        "ly",
    )


def _one_other(piece: str, name: str) -> bool:
    differing = [(one, other) for one, other in zip(piece, name, strict=True) if one != other]
    if len(differing) != 1:
        return False
    one, other = differing[0]
    return is_han(one) and one not in _TELLING and other not in _TELLING
