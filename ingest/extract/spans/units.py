"""The units that spans are made of: a Chinese character, a word, a number, a mark."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from ingest.extract.classifiers.features import plain_encoder
from kb.language.encoder import DIMENSION, PREFIX, Encoder
from kb.language.weights import Floats

Hashes = npt.NDArray[np.uint32]

LAYERS = (6, 10)  # what the deep encoder says of a unit
SEEN = len(LAYERS) * DIMENSION
WIDTH = SEEN + DIMENSION + 2
LONGEST = 480  # tokens that the encoder sees at once
_UNIT = re.compile(r"[^\W\d_\u2e80-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]+|\d+|\S")


@dataclass(frozen=True, slots=True)
class Unit:
    """Code points [start, end) of a text."""

    text: str
    start: int
    end: int


def units(text: str) -> list[Unit]:
    """The units of a text in order; spaces are in none."""
    return [Unit(one.group(), one.start(), one.end()) for one in _UNIT.finditer(text)]


def states(texts: Sequence[str], encoder: Encoder | None = None) -> list[Floats]:
    """A row of WIDTH numbers for each unit of each text.

    First the mean of the states of its tokens after LAYERS (a text beyond LONGEST tokens is seen in windows),
    then whether a token begins with it and ends with it, and what the unit means by itself: one token may
    stand for several Chinese characters, and what ends in its midst is told by the characters.
    """
    encoder = encoder or plain_encoder()
    begin, end = encoder.ends()
    ahead = [begin, *encoder.placed([PREFIX["query"].strip()])[0][0]]
    placed = encoder.placed(texts)
    windows = [
        (n, [*ahead, *tokens[first : first + LONGEST], end])
        for n, (tokens, _) in enumerate(placed)
        for first in range(0, len(tokens), LONGEST)
    ]
    found = encoder.layered([tokens for _, tokens in windows], LAYERS)
    known: list[list[Floats]] = [[] for _ in texts]
    for (n, _), window in zip(windows, found, strict=True):
        known[n].append(window[len(ahead) : -1])
    alone = _alone([units(text) for text in texts], encoder)
    return [
        np.hstack([_of_units(units(text), places, np.concatenate(rows)), own]).astype(np.float32)
        if len(own)
        else np.zeros((0, WIDTH), np.float32)
        for text, (_, places), rows, own in zip(texts, placed, known, alone, strict=True)
    ]


def _of_units(text: Sequence[Unit], places: Sequence[tuple[int, int]], rows: Floats) -> Floats:
    """Means over the tokens that share a code point with a unit; where none does, the token before it.

    Then 1 where the first of them begins no sooner than the unit, and 1 where the last ends no later.
    """
    starts, ends = np.array(places).T
    first = np.searchsorted(ends, [unit.start for unit in text], side="right")
    last = np.searchsorted(starts, [unit.end for unit in text], side="left")
    first = np.minimum(first, len(rows) - 1)
    last = np.maximum(last, first + 1)
    bounds = np.stack([first, last], axis=1).ravel()
    sums = np.add.reduceat(np.vstack([rows, np.zeros((1, rows.shape[1]), np.float32)]), bounds)
    begins = starts[first] >= [unit.start for unit in text]
    closes = ends[last - 1] <= [unit.end for unit in text]
    means: Floats = (sums[::2] / (last - first)[:, None]).astype(np.float32)
    return np.hstack([means, begins[:, None], closes[:, None]]).astype(np.float32)


def _alone(texts: Sequence[Sequence[Unit]], encoder: Encoder) -> list[Floats]:
    """What each unit of each text means by itself: the mean of its own tokens."""
    different = list(dict.fromkeys(unit.text for text in texts for unit in text))
    if not different:
        return [np.zeros((0, DIMENSION), np.float32) for _ in texts]
    spelt = [tokens for tokens, _ in encoder.placed(different)]
    starts = np.cumsum([0, *(len(tokens) for tokens in spelt[:-1])])
    meant = encoder.meanings([token for tokens in spelt for token in tokens])
    lengths = np.array([len(tokens) for tokens in spelt], np.float32)
    means: Floats = (np.add.reduceat(meant, starts, axis=0) / lengths[:, None]).astype(np.float32)
    place = {unit: n for n, unit in enumerate(different)}
    return [means[[place[unit.text] for unit in text]] for text in texts]


def written(text: Sequence[Unit]) -> list[Hashes]:
    """For each unit hashes of how it and its neighbours are written: units, pairs, threes, shapes."""
    words = ["#", "#", *(unit.text.lower() for unit in text), "#", "#"]
    shapes = ["#", "#", *(_shape(unit.text) for unit in text), "#", "#"]
    return [
        np.array([crc32(one.encode()) for one in _written(words[n : n + 5], shapes[n : n + 5])], np.uint32)
        for n in range(len(text))
    ]


def _written(words: Sequence[str], shapes: Sequence[str]) -> list[str]:
    before2, before, here, after, after2 = words
    found = [
        f"0{here}",
        f"-{before}",
        f"+{after}",
        f"b{before} {here}",
        f"n{here} {after}",
        f"t{before} {here} {after}",
        f"l{before2} {before} {here}",
        f"r{here} {after} {after2}",
        f"p{before2} {before}",
        f"q{after} {after2}",
        "s" + " ".join(shapes),
        "h" + " ".join(shapes[1:4]),
    ]
    return [*found, f"x{here[-3:]}", f"y{here[:3]}"] if len(here) > 2 else found


def _shape(unit: str) -> str:
    if unit[0].isdigit():
        return "9"
    if unit.isascii() and unit.isalpha():
        return "A" if unit.isupper() else "Aa" if unit[0].isupper() else "a"
    return "字" if unit.isalpha() else unit
