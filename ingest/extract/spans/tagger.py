"""A trained tagger of spans: for each unit whether a span of a label begins there, goes on, or none.

Labels of neighbouring units fit together: the best way through all units is taken, on which a span goes on
only where it began (Viterbi 1967).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ingest import text as texts_of
from ingest.extract.spans import network
from ingest.extract.spans.units import Hashes, Unit, states, units, written
from kb.language.weights import Floats

BATCH = 64  # texts of a pass
NEVER = -1e9


@dataclass(frozen=True, slots=True)
class Tagged:
    """Units [first, last) of a text; `sure` in [0, 1] is the mean probability of its units' tags."""

    first: int
    last: int
    label: str
    sure: float


@dataclass(frozen=True, slots=True)
class Read:
    """What is known of a text: its units, the encoder's row of each, and the spans in order."""

    units: Sequence[Unit]
    rows: Floats
    spans: list[Tagged]


@dataclass(frozen=True)
class Tagger:
    """Finds the spans of some labels. `known` are the hashes it learnt, ascending."""

    labels: tuple[str, ...]
    weights: network.Weights
    known: Hashes
    centres: Mapping[str, Floats]  # of each language's rows
    spread: Floats  # of rows
    eager: float = 0.0  # added to the score of every tag but none

    @cached_property
    def tags(self) -> list[str]:
        """None first, then begin and inside of each label."""
        return ["O", *(f"{mark}{label}" for label in self.labels for mark in "BI")]

    @cached_property
    def _follows(self) -> Floats:
        """What it costs for a tag (column) to follow another (row); the last row is the text's begin."""
        tags = [*self.tags, "O"]
        cost = np.zeros((len(tags), len(self.tags)), np.float32)
        for column, tag in enumerate(self.tags):
            if tag.startswith("I"):
                cost[[one not in (f"B{tag[1:]}", tag) for one in tags], column] = NEVER
        return cost

    def read(self, texts: Sequence[str], *, language: str | None = None) -> list[Read]:
        """What is known of each text; `language` is "en" or "zh", or each text's own."""
        rows = self.centred(texts, states(texts), language)
        return self.read_rows([units(text) for text in texts], rows)

    def centred(
        self, texts: Sequence[str], rows: Sequence[Floats], language: str | None = None
    ) -> list[Floats]:
        """The encoder's rows as the network takes them: about the mean of the text's language."""
        return [
            (known - self.centres[language or language_of(text)]) / self.spread
            for text, known in zip(texts, rows, strict=True)
        ]

    def read_rows(self, texts: Sequence[Sequence[Unit]], rows: Sequence[Floats]) -> list[Read]:
        """The same, from centred rows."""
        found = []
        for n in range(0, len(texts), BATCH):
            part, known = texts[n : n + BATCH], rows[n : n + BATCH]
            batch = network.laid(known, [self.columns(text) for text in part], len(self.known))
            trace = network.forward(self.weights, batch)
            scores = log_softmax(trace.scores)
            for text, row, (start, end) in zip(part, known, batch.places, strict=True):
                spans = self.best(scores[start:end])
                found.append(Read(text, row, spans))
        return found

    def columns(self, text: Sequence[Unit]) -> list[npt.NDArray[np.int64]]:
        """Where the known hashes of each unit stand among all known ones."""
        return columns(self.known, written(text))

    def best(self, scores: Floats) -> list[Tagged]:
        """The spans of the best way through the units."""
        if not len(scores):
            return []
        leaned = scores.copy()
        leaned[:, 1:] += self.eager
        best, came = leaned[0] + self._follows[-1], np.zeros(leaned.shape, np.int64)
        for n in range(1, len(leaned)):
            ways = best[:, None] + self._follows[:-1]
            came[n] = ways.argmax(axis=0)
            best = ways.max(axis=0) + leaned[n]
        way = [int(best.argmax())]
        for n in range(len(leaned) - 1, 0, -1):
            way.append(int(came[n, way[-1]]))
        return self._of_tags(way[::-1], np.exp(scores))

    def _of_tags(self, way: Sequence[int], chances: Floats) -> list[Tagged]:
        begins = [n for n, tag in enumerate(way) if self.tags[tag].startswith("B")]
        found = []
        for first in begins:
            last = first + 1
            while last < len(way) and self.tags[way[last]].startswith("I"):
                last += 1
            sure = float(np.mean([chances[n, way[n]] for n in range(first, last)]))
            found.append(Tagged(first, last, self.tags[way[first]][1:], sure))
        return found


def language_of(text: str) -> str:
    """ "zh", or "en" for all that is not Chinese."""
    return "zh" if texts_of.language(text) == "zh" else "en"


def columns(known: Hashes, hashes: Sequence[Hashes]) -> list[npt.NDArray[np.int64]]:
    """Where each unit's hashes stand among the known ones, those that do."""
    if not hashes or not len(known):
        return [np.zeros(0, np.int64) for _ in hashes]
    together = np.concatenate(hashes)
    places = np.minimum(np.searchsorted(known, together), len(known) - 1)
    there = known[places] == together
    found = []
    start = 0
    for unit in hashes:
        kept = there[start : start + len(unit)]
        found.append(places[start : start + len(unit)][kept])
        start += len(unit)
    return found


def log_softmax(scores: Floats) -> Floats:
    """Log probabilities of rows of scores."""
    high = scores - scores.max(axis=1, keepdims=True)
    logs: Floats = high - np.log(np.exp(high).sum(axis=1, keepdims=True))
    return logs
