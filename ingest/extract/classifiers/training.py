"""How a classifier is trained: every choice made on held-out folds of the training examples, nothing else.

Heads are fitted once for each fold; their held-out predictions choose the strength of regularisation, fit the
blends, choose from which probability on a thing is called true, and say how good the classifier is. Then the
heads are fitted on everything. The same examples give the same classifier.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import numpy as np

from ingest.extract.classifiers.blending import Bools, Ints, blended
from ingest.extract.classifiers.features import LANGUAGES, Views
from ingest.extract.classifiers.model import YES_NO, Classifier, Floats, Head, log_softmax, spoken
from kb.errors import Invalid

RECIPE = "2"  # of how it is trained; part of a classifier's version
FOLDS = 5
Stages = tuple[tuple[str, ...], ...]  # the views of each head
OWN: Stages = (("ngrams",), ("quick",), ("quick", "plain"), ("deep",))  # of a model that people train
STRENGTHS = {
    "ngrams": (2.0, 8.0),
    "swift": (0.003,),
    "quick": (0.003,),
    "quick+plain": (0.001,),
    "deep": (0.001,),
    "deep6": (0.003,),
    "deep9": (0.0015,),
    "quick+deep": (0.001,),
    "quick+plain+deep": (0.001, 0.003),
}
HEARD = 0.05  # share of the examples that a language must have for n-grams to be asked about it
THRESHOLDS = np.linspace(0.05, 0.95, 91)
LOST = 0.02  # of the texts of a label, for stopping early
BINS = 15


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its label; `weight` says how often it counts.

    Examples of one `domain` are held out together; "" are one's own, drawn at random.
    """

    text: str
    label: str
    weight: float = 1.0
    domain: str = ""


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
    stages: Stages = OWN,
    told: Callable[[str], None] = lambda _: None,
) -> Classifier:
    """A classifier of the examples; `views` may hold their vectors already. `told` hears of progress.

    Without `folds`, fifths drawn at random, the same share of each label in each, and whole domains.

    Raises Invalid with fewer than two labels, or fewer than two examples of one.
    """
    return learn(task, examples, views, folds, stages=stages, told=told)[0]


def learn(
    task: str,
    examples: Sequence[Example],
    views: Views | None = None,
    folds: Sequence[Fold] = (),
    *,
    stages: Stages = OWN,
    lost: float = LOST,
    told: Callable[[str], None] = lambda _: None,
) -> tuple[Classifier, Floats]:
    """As `train`; and what each example's probabilities were while it was held out, a row each.

    At most the share `lost` of a label's texts may be lost where a stage is sure enough to be the last.
    """
    labels = _labels(examples)
    truth: Ints = np.array([labels.index(example.label) for example in examples])
    weights = np.array([example.weight for example in examples])
    views = Views([example.text for example in examples]) if views is None else views
    folds = folds or folds_of(truth, views, [example.domain for example in examples])
    own = _own(examples)
    languages = _languages([example.text for example, mine in zip(examples, own, strict=True) if mine])
    heads, held_out = [], []
    for names in stages:
        told(f"{task}: {'+'.join(names)}")
        logs, strength = best(names, truth, weights, len(labels), folds)
        held_out.append(logs)
        head = Rows.of(views, names).head(truth, weights, len(labels), strength)
        heads.append(replace(head, languages=languages) if names == ("ngrams",) else head)
    held_out = [
        logs if head.columns is None else logs * head.heard(views, range(len(views)))
        for head, logs in zip(heads, held_out, strict=True)
    ]
    fitted = blended(held_out, truth, weights, lost)
    final = fitted[-1].probabilities(held_out)
    threshold = _threshold(final[:, 1], truth == 1, weights, own) if labels == YES_NO else 0.5
    classifier = Classifier(
        task=task,
        labels=labels,
        heads=tuple(heads),
        stages=tuple(fitted),
        version=version_of(task, examples),
        figures=_figures(final[own], truth[own], labels, threshold),
        threshold=threshold,
    )
    return classifier, final


def _labels(examples: Sequence[Example]) -> tuple[str, ...]:
    counts = Counter(example.label for example in examples)
    rare = [label for label, count in counts.items() if count < 2]
    if len(counts) < 2 or rare:
        problem = "A classifier needs two labels or more, each with two examples or more."
        raise Invalid("label", problem, rare=rare)
    return tuple(sorted(counts))


def _own(examples: Sequence[Example]) -> Bools:
    """Which are one's own; all, where all come from some domain."""
    own = np.array([not example.domain for example in examples])
    return own if own.any() else ~own


def _languages(texts: Sequence[str]) -> tuple[str, ...]:
    """Those that enough of the texts are in."""
    counts = Counter(map(spoken, texts))
    return tuple(one for one in LANGUAGES if counts[one] >= HEARD * len(texts))


def folds_of(truth: Ints, views: Views, domains: Sequence[str]) -> list[Fold]:
    """Each domain in one fold, the others in turn."""
    from sklearn.model_selection import StratifiedKFold

    own = np.flatnonzero([not domain for domain in domains])
    named = sorted({*domains} - {""})
    count = int(min(FOLDS, np.bincount(truth[own]).min() if len(own) else len(named)))
    fold = np.array([named.index(domain) % max(count, 1) if domain else 0 for domain in domains])
    if len(own):
        splits = StratifiedKFold(count, shuffle=True, random_state=0).split(np.zeros(len(own)), truth[own])
        for n, (_, left) in enumerate(splits):
            fold[own[left]] = n
    return [Fold(np.flatnonzero(fold != n), np.flatnonzero(fold == n), views) for n in range(count)]


def _threshold(chances: Floats, true: Bools, weights: Any, own: Bools) -> float:
    """Half-way from 0.5 to where F1 is best, of one's own examples and of other domains alike.

    Half-way, because what is best here need not be elsewhere, and 0.5 is right where probabilities are.
    """
    groups = [group for group in (own, ~own) if group.any()]

    def weighed(said: Bools, group: Bools) -> float:
        both = float(weights[group & said & true].sum())
        return 2 * both / max(float(weights[group & said].sum() + weights[group & true].sum()), 1e-9)

    def together(threshold: float) -> float:
        return sum(weighed(chances >= threshold, group) for group in groups)

    return round((0.5 + float(max(THRESHOLDS, key=together))) / 2, 4)


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


def best(
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


def _figures(final: Floats, truth: Ints, labels: tuple[str, ...], threshold: float) -> dict[str, Any]:
    said = (final[:, 1] >= threshold).astype(int) if labels == YES_NO else final.argmax(axis=1)
    each = [f1(said == n, truth == n) for n in range(len(labels))]
    return {
        "examples": len(truth),
        "held_out": {
            "accuracy": round(float(np.mean(said == truth)), 4),
            "macro_f1": round(float(np.mean(each)), 4),
            "f1": {label: round(score, 4) for label, score in zip(labels, each, strict=True)},
            "calibration_error": round(
                calibration_error(final.max(axis=1), final.argmax(axis=1) == truth), 4
            ),
        },
    }


def version_of(task: str, examples: Sequence[Example]) -> str:
    """What the classifier of these examples is called: the task, the recipe and a digest of them."""
    stated = [RECIPE, task, *((one.text, one.label, one.weight) for one in examples)]
    digest = blake2b(json.dumps(stated, ensure_ascii=False).encode(), digest_size=6).hexdigest()
    return f"{task}/{RECIPE}.{digest}"
