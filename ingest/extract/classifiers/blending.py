"""How heads are blended, and when the first ones are enough: fitted on held-out predictions."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.extract.classifiers.model import Floats, Stage, log_softmax

NEVER = 2.0  # a probability that none reaches
SHIFT_COST = 0.001  # of the square of a shift: rare classes are not trusted to move far

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def blended(held_out: Sequence[Floats], truth: Ints, weights: Any, lost: float) -> list[Stage]:
    """A stage for each head and those before it, from what they said of examples that they had not seen.

    Stopping early may lose at most the share `lost` of the texts of a label.
    """
    blends = [blend_of(held_out[: n + 1], truth, weights) for n in range(len(held_out))]
    last = blends[-1].probabilities(held_out)
    right_at_last = last.argmax(axis=1) == truth
    stages = []
    for n, blend in enumerate(blends[:-1]):
        early = blend.probabilities(held_out[: n + 1])
        stages.append(Stage(blend.trust, blend.shift, _sure(early, right_at_last, truth, lost)))
    return [*stages, blends[-1]]


def blend_of(logs: Sequence[Floats], truth: Ints, weights: Any) -> Stage:
    """Trust in each head, and a shift for each class, of least log loss on the held-out predictions."""
    from scipy.optimize import minimize

    classes, stacked = logs[0].shape[1], np.stack(logs).astype(np.float64)
    counted = weights / weights.sum()
    wanted = np.eye(classes)[truth]

    def loss(numbers: Any) -> tuple[float, Any]:
        trust, shift = numbers[: len(logs)], numbers[len(logs) :]
        scores = log_softmax(np.tensordot(trust, stacked, 1) + shift)
        off = (np.exp(scores) - wanted) * counted[:, None]
        of_trust = np.tensordot(stacked, off, ([1, 2], [0, 1]))
        slope = np.concatenate([of_trust, off.sum(axis=0) + 2 * SHIFT_COST * shift])
        likelihood = (counted * (scores * wanted).sum(axis=1)).sum()
        return float(SHIFT_COST * (shift**2).sum() - likelihood), slope

    begin = np.concatenate([np.full(len(logs), 1 / len(logs)), np.zeros(classes)])
    bounds = [(0.0, None)] * len(logs) + [(None, None)] * classes
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Stage(
        tuple(found[: len(logs)].tolist()), found[len(logs) :].astype(np.float32), (NEVER,) * classes
    )


def _sure(early: Floats, right_at_last: Bools, truth: Ints, allowed: float) -> tuple[float, ...]:
    """For each label the least probability from which on stopping early costs little.

    At most `allowed` of the texts that have the label, or of those that have another if these are fewer:
    of "none", which most texts have, what matters are those that it hides.
    """
    best, said = early.max(axis=1), early.argmax(axis=1)
    found = []
    for label in range(early.shape[1]):
        there = np.flatnonzero(said == label)
        order = there[np.argsort(-best[there])]
        lost = np.cumsum(right_at_last[order].astype(int) - (truth[order] == label).astype(int))
        having = int(np.sum(truth == label))
        enough = allowed * min(having, len(truth) - having)
        fine = np.flatnonzero(np.maximum.accumulate(lost) <= enough)
        found.append(float(best[order[fine[-1]]]) if len(fine) else NEVER)
    return tuple(found)
