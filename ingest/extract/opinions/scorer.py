"""Whether a target, an aspect and opinion words belong together, and how the words judge: one hidden layer.

What is known of each of the three is narrowed once; a triple adds the three and how they stand to each other.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.extract.opinions.examples import POLARITIES
from ingest.extract.opinions.pairing import Triples
from ingest.extract.spans.network import Adam, Weights, dropping
from ingest.extract.spans.tagger import log_softmax
from kb.language.weights import Floats

HIDDEN = 64
OUTPUTS = 1 + len(POLARITIES)  # none, and the polarities
EPOCHS = 8
STEPS = 3000  # conversations that are shown at least
RATE = 2e-3
BATCH = 8  # conversations of a step
DROPPED = 0.3
_PARTS = ("target", "aspect", "opinion")

Answers = Sequence[npt.NDArray[np.int64]]  # for each triple 0, or the number of its polarity from 1


def chances(weights: Weights, found: Triples) -> Floats:
    """A row a triple: the probability of none, and of each polarity."""
    if not len(found.rows):
        return np.zeros((0, OUTPUTS), np.float32)
    scores, _ = _forward(weights, found, None)
    return np.exp(log_softmax(scores))


def learn(
    found: Sequence[Triples], answers: Answers, *, told: Callable[[str], None] = lambda _: None
) -> Weights:
    """Weights that tell the answers of the triples."""
    order = np.random.default_rng(0)
    useful = [n for n, one in enumerate(found) if len(one.rows)]
    weights = _fresh(found, useful, order)
    teacher = Adam({name: one for name, one in weights.items() if not name.startswith("scale")})
    epochs = max(EPOCHS, -(-STEPS // max(1, len(useful))))
    done, steps = 0, epochs * -(-len(useful) // BATCH)
    for epoch in range(epochs):
        losses = []
        shown = order.permutation(useful).tolist()
        for first in range(0, len(shown), BATCH):
            part = shown[first : first + BATCH]
            slopes: dict[str, Any] = {}
            total = sum(len(found[n].rows) for n in part)
            losses += [
                _add(slopes, weights, found[n], answers[n], order=order, share=1 / total) for n in part
            ]
            teacher.step(slopes, RATE * min(1.0, (done + 1) / (0.05 * steps)) * max(0.02, 1 - done / steps))
            done += 1
        told(f"relations, pass {epoch + 1} of {epochs}: loss {np.mean(losses):.4f}")
    return weights


def _fresh(found: Sequence[Triples], useful: Sequence[int], order: np.random.Generator) -> Weights:
    standing = np.concatenate([found[n].standing for n in useful])
    width = next(piece.known.size for n in useful for piece in found[n].pieces[2])
    weights = {
        name: (order.standard_normal((width, HIDDEN)) * 0.5 / np.sqrt(width)).astype(np.float32)
        for name in _PARTS
    }
    rows = standing.shape[1]
    weights["standing"] = (order.standard_normal((rows, HIDDEN)) / np.sqrt(rows)).astype(np.float32)
    weights["shift"] = np.zeros(HIDDEN, np.float32)
    weights["out"] = (order.standard_normal((HIDDEN, OUTPUTS)) * 0.3 / np.sqrt(HIDDEN)).astype(np.float32)
    weights["out_shift"] = np.array([2.0, *[0.0] * len(POLARITIES)], np.float32)
    weights["scale_centre"] = standing.mean(axis=0)
    weights["scale_spread"] = standing.std(axis=0) + 0.1
    return weights


def _stacked(found: Triples, part: int, width: int) -> Floats:
    """What is known of the pieces of a part, with zeros for none."""
    return np.stack([*(piece.known for piece in found.pieces[part]), np.zeros(width, np.float32)])


def _forward(
    weights: Weights, found: Triples, order: np.random.Generator | None
) -> tuple[Floats, dict[str, Any]]:
    standing = (found.standing - weights["scale_centre"]) / weights["scale_spread"]
    inner = standing @ weights["standing"] + weights["shift"]
    kept: dict[str, Any] = {"standing": standing}
    for part, name in enumerate(_PARTS):
        known = _stacked(found, part, weights[name].shape[0])
        if order is not None:
            known = known * dropping(known.shape, order, DROPPED)
        kept[name] = known
        inner = inner + (known @ weights[name])[found.rows[:, part]]
    active = np.maximum(inner, 0)
    kept["active"] = active
    return active @ weights["out"] + weights["out_shift"], kept


def _add(
    slopes: dict[str, Any],
    weights: Weights,
    found: Triples,
    answer: npt.NDArray[np.int64],
    *,
    order: np.random.Generator,
    share: float,
) -> float:
    """Add `share` of the slopes of one conversation's loss, a triple; its own mean loss in nats."""
    scores, kept = _forward(weights, found, order)
    logs = log_softmax(scores)
    places = np.arange(len(answer))
    off = np.exp(logs)
    off[places, answer] -= 1
    off *= np.float32(share)

    def add(name: str, slope: Floats) -> None:
        slopes[name] = slopes[name] + slope if name in slopes else slope

    add("out", kept["active"].T @ off)
    add("out_shift", off.sum(axis=0))
    change = (off @ weights["out"].T) * (kept["active"] > 0)
    add("standing", kept["standing"].T @ change)
    add("shift", change.sum(axis=0))
    for part, name in enumerate(_PARTS):
        gathered = np.zeros((len(kept[name]), HIDDEN), np.float32)
        np.add.at(gathered, found.rows[:, part], change)
        add(name, kept[name].T @ gathered)
    return -float(logs[places, answer].mean())
