"""A small network over the units of a text, in numpy: what each unit is, told from its neighbourhood.

A unit's row of numbers is narrowed, two convolutions look one and two units to either side, each adding to
what was known before (He et al. 2016, arXiv:1512.03385), and scores come out; how units are written adds to
the scores directly (Cheng et al. 2016, Wide & Deep Learning, arXiv:1606.07792). Texts are laid one after the
other with rows of zeros between, so that nothing is computed for padding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.language.weights import Floats

Weights = dict[str, Floats]

HIDDEN = 160
GAP = 2  # rows of zeros between texts: as far as a convolution looks
DROPPED = 0.2
WIDE = 0.3  # what a hash counts: more, and it is trusted before the encoder is


def fresh(width: int, wide: int, outputs: int, order: np.random.Generator) -> Weights:
    """Weights that know nothing yet (He et al. 2015, arXiv:1502.01852)."""

    def drawn(rows: int, columns: int, share: float = 1.0) -> Floats:
        found: Floats = order.standard_normal((rows, columns)).astype(np.float32)
        return found * np.float32(share * np.sqrt(2 / rows))

    def zeros(*shape: int) -> Floats:
        return np.zeros(shape, np.float32)

    return {
        "inward": drawn(width, HIDDEN),
        "inward_shift": zeros(HIDDEN),
        "near": drawn(3 * HIDDEN, HIDDEN, 0.5),
        "near_shift": zeros(HIDDEN),
        "far": drawn(3 * HIDDEN, HIDDEN, 0.5),
        "far_shift": zeros(HIDDEN),
        "outward": drawn(HIDDEN, outputs, 0.3),
        "outward_shift": zeros(outputs),
        "wide": zeros(max(wide, 1), outputs),
    }


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts laid one after the other. `wide` is a sparse row a unit; `places` say where each text lies."""

    rows: Floats
    wide: Any
    there: Floats  # 1 for a unit, 0 for the gaps between
    places: list[tuple[int, int]]


def laid(rows: Sequence[Floats], columns: Sequence[Sequence[npt.NDArray[np.int64]]], wide: int) -> Batch:
    """Rows of numbers and known columns of the units of texts, as a batch."""
    from scipy.sparse import csr_matrix

    places, first = [], GAP
    for text in rows:
        places.append((first, first + len(text)))
        first += len(text) + GAP
    together = np.zeros((first, rows[0].shape[1]), np.float32)
    there = np.zeros((first, 1), np.float32)
    counts = np.zeros(first + 1, np.int64)
    for (start, end), text, known in zip(places, rows, columns, strict=True):
        together[start:end], there[start:end] = text, 1
        counts[start + 1 : end + 1] = [len(one) for one in known]
    indices = [one for text in columns for one in text]
    joined = np.concatenate(indices) if indices else np.zeros(0, np.int64)
    values = np.full(len(joined), WIDE, np.float32)
    sparse = csr_matrix((values, joined, np.cumsum(counts)), shape=(first, max(wide, 1)))
    return Batch(together, sparse, there, places)


@dataclass(frozen=True, slots=True)
class Trace:
    """What a pass computed: the scores, the last hidden rows, and what learning needs of the way there."""

    scores: Floats
    hidden: Floats
    kept: Mapping[str, Any]


def forward(weights: Weights, batch: Batch, order: np.random.Generator | None = None) -> Trace:
    """Scores of every row. `order` draws what is dropped while learning (Srivastava et al. 2014)."""
    rows, wide = batch.rows, batch.wide
    if order is not None:
        rows = rows * dropping(rows.shape, order)
        wide = wide.copy()
        wide.data *= dropping(wide.data.shape, order)
    kept: dict[str, Any] = {"rows": rows, "wide": wide, "there": batch.there}

    def active(name: str, known: Floats) -> Floats:
        found = np.maximum(known @ weights[name] + weights[f"{name}_shift"], 0) * batch.there
        slope = (found > 0).astype(np.float32)
        if order is not None:
            left = dropping(found.shape, order)
            found, slope = found * left, slope * left
        kept[name], kept[f"{name}_in"] = slope, known
        return np.asarray(found, np.float32)

    first = active("inward", rows)
    second = first + active("near", _beside(first, 1))
    hidden = second + active("far", _beside(second, 2))
    scores = hidden @ weights["outward"] + weights["outward_shift"] + wide @ weights["wide"]
    return Trace(scores, hidden, kept)


def slopes(weights: Weights, trace: Trace, off: Floats) -> dict[str, Any]:
    """How the loss changes with each weight, where `off` says how it changes with each score.

    Of "wide" only the columns that occur, as (columns, slopes).
    """
    kept, found = trace.kept, dict[str, Any]()

    def back(name: str, change: Floats) -> Floats:
        change = change * kept[name]
        found[name] = kept[f"{name}_in"].T @ change
        found[f"{name}_shift"] = change.sum(axis=0)
        return change @ weights[name].T if name != "inward" else change

    found["outward"], found["outward_shift"] = trace.hidden.T @ off, off.sum(axis=0)
    change = off @ weights["outward"].T
    change = change + _from_beside(back("far", change), 2)
    change = change + _from_beside(back("near", change), 1)
    back("inward", change)
    found["wide"] = _wide_slopes(kept["wide"], off)
    return found


def _wide_slopes(wide: Any, off: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    from scipy.sparse import csr_matrix

    columns, places = np.unique(wide.indices, return_inverse=True)
    known = csr_matrix((wide.data, places.ravel(), wide.indptr), shape=(wide.shape[0], max(len(columns), 1)))
    return columns, np.asarray(known.T @ off)[: len(columns)]


def dropping(shape: tuple[int, ...], order: np.random.Generator, share: float = DROPPED) -> Floats:
    """Zeros for the share of numbers that is dropped; the others make up for it."""
    return np.asarray((order.random(shape, np.float32) >= share) * np.float32(1 / (1 - share)), np.float32)


def _beside(known: Floats, reach: int) -> Floats:
    """Each row between the one `reach` before and the one `reach` after."""
    before, after = np.zeros_like(known), np.zeros_like(known)
    before[reach:], after[:-reach] = known[:-reach], known[reach:]
    return np.concatenate([before, known, after], axis=1)


def _from_beside(change: Floats, reach: int) -> Floats:
    before, here, after = np.split(change, 3, axis=1)
    found = here.copy()
    found[:-reach] += before[reach:]
    found[reach:] += after[:-reach]
    return found


class Adam:
    """Moves weights along their slopes (Kingma & Ba 2015, arXiv:1412.6980), wide ones where they occur."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._mean = {name: np.zeros_like(one) for name, one in weights.items()}
        self._square = {name: np.zeros_like(one) for name, one in weights.items()}
        self._steps = 0

    def step(self, found: Mapping[str, Any], rate: float) -> None:
        """One step of size `rate`."""
        self._steps += 1
        for name, slope in found.items():
            at: Any = slice(None)
            if isinstance(slope, tuple):
                at, slope = slope  # noqa: PLW2901 - the same slope, of some columns
            mean = 0.9 * self._mean[name][at] + 0.1 * slope
            square = 0.999 * self._square[name][at] + 0.001 * slope * slope
            self._mean[name][at], self._square[name][at] = mean, square
            moved = mean / (1 - 0.9**self._steps)
            moved /= np.sqrt(square / (1 - 0.999**self._steps)) + 1e-8
            self._weights[name][at] -= (rate * (moved + 1e-4 * self._weights[name][at])).astype(np.float32)
