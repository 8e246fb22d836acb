"""How a classifier is trained: every choice made on held-out folds of the training examples, nothing else.

Heads are fitted once for each fold; their held-out predictions choose the strength of regularisation, fit the
blends, and say how good the classifier is. Then the heads are fitted
on everything. The same examples give the same classifier.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.extract.classifiers.features import Views
from ingest.extract.classifiers.model import Classifier, Floats, Head, Stage, log_softmax
from kb.errors import Invalid

RECIPE = "1"  # of how it is trained; part of a classifier's version
FOLDS = 5
STAGES: tuple[tuple[str, ...], ...] = (("ngrams",), ("quick",), ("quick", "deep"))
STRENGTHS = {"ngrams": (1.0, 4.0, 16.0), "quick": (0.001, 0.003, 0.01), "quick+deep": (0.0003, 0.001, 0.003)}
LOSS_ALLOWED = 0.005  # of accuracy, for stopping early
NEVER = 2.0
SHIFT_COST = 0.001  # of the square of a shift: rare classes are not trusted to move far
BINS = 15

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its label; `weight` says how often it counts."""

    text: str
    label: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fold:
    """Places of the examples to train on and of those left to judge; `views` are of all examples.

    Folds have views of their own where the encoder itself was tuned on the examples: it must not have seen
    those it judges.
    """

    kept: Ints
    left: Ints
    views: Views


def train(
    task: str,
    examples: Sequence[Example],
    views: Views | None = None,
    folds: Sequence[Fold] = (),
    *,
    told: Callable[[str], None] = lambda _: None,
) -> Classifier:
    """Train on the examples; `views` may hold their vectors already. `told` hears of progress.

    Without `folds`, fifths drawn at random, the same share of each label in each.

    Raises Invalid with fewer than two labels, or fewer than two examples of one.
    """
    labels = _labels(examples)
    truth: Ints = np.array([labels.index(example.label) for example in examples])
    weights = np.array([example.weight for example in examples])
    views = Views([example.text for example in examples]) if views is None else views
    folds = folds or _folds(truth, views)
    heads, held_out = [], []
    for names in STAGES:
        told(f"{task}: {'+'.join(names)}")
        logs, strength = _best(names, truth, weights, len(labels), folds)
        held_out.append(logs)
        heads.append(Rows.of(views, names).head(truth, weights, len(labels), strength))
    stages = _stages(held_out, truth, weights)
    final = stages[-1].probabilities(held_out)
    return Classifier(
        task=task,
        labels=labels,
        heads=tuple(heads),
        stages=tuple(stages),
        version=version_of(task, examples),
        figures=_figures(final, truth, labels),
    )


def _labels(examples: Sequence[Example]) -> tuple[str, ...]:
    counts = Counter(example.label for example in examples)
    rare = [label for label, count in counts.items() if count < 2]
    if len(counts) < 2 or rare:
        problem = "A classifier needs two labels or more, each with two examples or more."
        raise Invalid("label", problem, rare=rare)
    return tuple(sorted(counts))


def _folds(truth: Ints, views: Views) -> list[Fold]:
    from sklearn.model_selection import StratifiedKFold

    count = int(min(FOLDS, np.bincount(truth).min()))
    splits = StratifiedKFold(count, shuffle=True, random_state=0).split(np.zeros(len(truth)), truth)
    return [Fold(np.asarray(kept), np.asarray(left), views) for kept, left in splits]


@dataclass(frozen=True, slots=True)
class Rows:
    """The features of all examples in the views of one head."""

    names: tuple[str, ...]
    rows: Any
    columns: Ints | None

    @classmethod
    def of(cls, views: Views, names: tuple[str, ...]) -> "Rows":
        """Sparse views keep the n-grams that two examples share."""
        if names != ("ngrams",):
            return cls(names, np.hstack([views.of(name) for name in names]), None)
        counts = views.of("ngrams")
        shared = np.flatnonzero(np.bincount(counts.indices, minlength=counts.shape[1]) >= 2).astype(np.int64)
        return cls(names, counts[:, shared], shared)

    def fitted(
        self, truth: Ints, weights: Any, classes: int, strength: float, places: Ints | None = None
    ) -> Any:
        """Weights and shift in terms of the rows as they are: scaling is folded in."""
        from sklearn.linear_model import LogisticRegression

        rows = self.rows if places is None else self.rows[places]
        wanted, counted = (truth, weights) if places is None else (truth[places], weights[places])
        if self.columns is None:
            centre, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
            rows = (rows - centre) / spread
        else:
            known = np.asarray((rows > 0).sum(axis=0)).ravel()
            centre, spread = 0.0, 1 / (1 + np.log((1 + rows.shape[0]) / (1 + known)))
            rows = rows.multiply(1 / spread).tocsr()
        fitted = LogisticRegression(C=strength, max_iter=400, tol=1e-3).fit(
            rows, wanted, sample_weight=counted
        )
        weight, shift = fitted.coef_, fitted.intercept_
        if len(fitted.classes_) == 2:
            weight, shift = np.vstack([-weight / 2, weight / 2]), np.concatenate([-shift / 2, shift / 2])
        whole, shifts = np.zeros((classes, weight.shape[1])), np.full(classes, -20.0)
        whole[fitted.classes_], shifts[fitted.classes_] = weight, shift
        whole /= spread
        shifts -= whole @ (np.zeros(whole.shape[1]) + centre)
        return whole.T.astype(np.float32), shifts.astype(np.float32)

    def head(self, truth: Ints, weights: Any, classes: int, strength: float) -> Head:
        """The head fitted on all examples."""
        weight, shift = self.fitted(truth, weights, classes, strength)
        return Head(self.names, self.columns, weight, shift)


def _best(
    names: tuple[str, ...], truth: Ints, weights: Any, classes: int, folds: Sequence[Fold]
) -> tuple[Floats, float]:
    """Held-out log probabilities at the strength whose log loss is least, and that strength."""
    tried = []
    known = {id(fold.views): Rows.of(fold.views, names) for fold in folds}
    judged = np.concatenate([fold.left for fold in folds])
    for strength in STRENGTHS["+".join(names)]:
        logs = np.zeros((len(truth), classes), np.float32)
        for fold in folds:
            rows = known[id(fold.views)]
            weight, shift = rows.fitted(truth, weights, classes, strength, fold.kept)
            logs[fold.left] = log_softmax(np.asarray(rows.rows[fold.left] @ weight + shift))
        tried.append((float(-logs[judged, truth[judged]].mean()), logs, strength))
    _, logs, strength = min(tried, key=lambda one: one[0])
    return logs, strength


def _stages(held_out: Sequence[Floats], truth: Ints, weights: Any) -> list[Stage]:
    blends = [_blend(held_out[: n + 1], truth, weights) for n in range(len(held_out))]
    last = blends[-1].probabilities(held_out)
    right_at_last = last.argmax(axis=1) == truth
    stages = []
    for n, blend in enumerate(blends[:-1]):
        early = blend.probabilities(held_out[: n + 1])
        stages.append(Stage(blend.trust, blend.shift, _sure(early, right_at_last, truth)))
    return [*stages, blends[-1]]


def _blend(logs: Sequence[Floats], truth: Ints, weights: Any) -> Stage:
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
    return Stage(tuple(found[: len(logs)].tolist()), found[len(logs) :].astype(np.float32), NEVER)


def _sure(early: Floats, right_at_last: Any, truth: Ints) -> float:
    """The least probability from which on stopping early costs at most LOSS_ALLOWED of accuracy over all."""
    best, right = early.max(axis=1), early.argmax(axis=1) == truth
    order = np.argsort(-best)
    lost = np.cumsum(right_at_last[order].astype(int) - right[order].astype(int)) / len(truth)
    fine = np.flatnonzero(np.maximum.accumulate(lost) <= LOSS_ALLOWED)
    return float(best[order[fine[-1]]]) if len(fine) else NEVER


def f1(said: Any, true: Any) -> float:
    """Harmonic mean of precision and recall in [0, 1]; 0 where nothing is right."""
    both = float(np.sum(said & true))
    return 2 * both / max(float(np.sum(said) + np.sum(true)), 1.0)


def calibration_error(probability: Floats, right: Any) -> float:
    """Expected calibration error in [0, 1] over BINS equal bins (Guo et al. 2017, arXiv:1706.04599)."""
    bins = np.minimum((probability * BINS).astype(int), BINS - 1)
    gaps = (
        abs(float(np.sum(probability[bins == one])) - float(np.sum(right[bins == one])))
        for one in np.unique(bins)
    )
    return sum(gaps) / max(len(bins), 1)


def _figures(final: Floats, truth: Ints, labels: tuple[str, ...]) -> dict[str, Any]:
    said = final.argmax(axis=1)
    each = [f1(said == n, truth == n) for n in range(len(labels))]
    return {
        "examples": len(truth),
        "held_out": {
            "accuracy": round(float(np.mean(said == truth)), 4),
            "macro_f1": round(float(np.mean(each)), 4),
            "f1": {label: round(score, 4) for label, score in zip(labels, each, strict=True)},
            "calibration_error": round(calibration_error(final.max(axis=1), said == truth), 4),
        },
    }


def version_of(task: str, examples: Sequence[Example]) -> str:
    """What the classifier of these examples is called: the task, the recipe and a digest of them."""
    stated = [RECIPE, task, *((one.text, one.label, one.weight) for one in examples)]
    digest = blake2b(json.dumps(stated, ensure_ascii=False).encode(), digest_size=6).hexdigest()
    return f"{task}/{RECIPE}.{digest}"
