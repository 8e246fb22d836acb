"""How one head is fitted: a logistic regression on a view of the examples, its strength chosen on folds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.extract.classifiers.blending import Ints
from ingest.extract.classifiers.features import SPARSE, Views
from ingest.extract.classifiers.model import Floats, Head, log_softmax

STRENGTHS: Mapping[str, tuple[float, ...]] = {
    "ngrams": (2.0, 8.0),
    "characters": (0.3, 1.0),
    "swift": (0.003,),
    "quick": (0.003,),
    "quick+plain": (0.001,),
    "deep": (0.001,),
    "deep6": (0.003,),
    "deep9": (0.0015,),
    "quick+deep": (0.001,),
    "quick+plain+deep": (0.001, 0.003),
}
SHARED = {"ngrams": 2, "characters": 3}  # examples that a column must be in
TOLERANCE = {"characters": 1e-4}  # of the fit, else 1e-3
WEIGHTS = 2_000_000  # of a sparse head, at most: with many labels the commonest columns are kept
UNSEEN = -20.0  # score of a label that none of the examples has


@dataclass(frozen=True, slots=True)
class Fold:
    """Places of the examples to train on and of those left to judge; `views` are of all examples.

    Folds have views of their own where the encoder itself was tuned on the examples: it must not have seen
    those it judges.
    """

    kept: Ints
    left: Ints
    views: Views

    def among(self, places: Ints) -> "Fold":
        """The same fold of some of the examples."""
        return Fold(np.intersect1d(self.kept, places), np.intersect1d(self.left, places), self.views)


@dataclass(frozen=True, slots=True)
class Lessons:
    """What heads learn: the number of each example's label among `classes`, and how often it counts."""

    truth: Ints
    weights: npt.NDArray[np.floating[Any]]
    classes: int

    def of(self, places: Ints) -> "Lessons":
        """Those of some of the examples."""
        return Lessons(self.truth[places], self.weights[places], self.classes)


@dataclass(frozen=True, slots=True)
class Rows:
    """The features of the examples at `places` (ascending) in the views of one head."""

    names: tuple[str, ...]
    places: Ints
    rows: Any
    columns: Ints | None

    @classmethod
    def of(cls, views: Views, names: tuple[str, ...], places: Ints, classes: int) -> "Rows":
        """Sparse views keep what enough examples share."""
        if names[0] not in SPARSE:
            return cls(names, places, np.hstack([views.of(name, places) for name in names]), None)
        rows = views.of(names[0], places)
        having = np.bincount(rows.indices, minlength=rows.shape[1])
        shared = np.flatnonzero(having >= SHARED[names[0]])
        if len(shared) > WEIGHTS // classes:
            commonest = np.argsort(-having[shared], kind="stable")[: WEIGHTS // classes]
            shared = np.sort(shared[commonest])
        return cls(names, places, rows[:, shared], shared.astype(np.int64))

    def at(self, places: Ints) -> Any:
        """The rows of examples at some of the places."""
        return self.rows[np.searchsorted(self.places, places)]

    def fitted(self, lessons: Lessons, strength: float, places: Ints) -> tuple[Floats, Floats]:
        """Weights and shift in terms of the rows as they are: scaling is folded in."""
        from sklearn.linear_model import LogisticRegression

        rows, known = self.at(places), lessons.of(places)
        centre, scale = self._scaling(rows, known)
        rows = rows.multiply(scale).tocsr() if self.columns is not None else (rows - centre) * scale
        tolerance = TOLERANCE.get(self.names[0], 1e-3)
        fitted = LogisticRegression(C=strength, max_iter=400, tol=tolerance).fit(
            rows, known.truth, sample_weight=known.weights
        )
        weight, shift = fitted.coef_, fitted.intercept_
        if len(fitted.classes_) == 2:
            weight, shift = np.vstack([-weight / 2, weight / 2]), np.concatenate([-shift / 2, shift / 2])
        whole, shifts = np.zeros((lessons.classes, weight.shape[1])), np.full(lessons.classes, UNSEEN)
        whole[fitted.classes_], shifts[fitted.classes_] = weight, shift
        whole *= scale
        shifts -= whole @ (np.zeros(whole.shape[1]) + centre)
        return whole.T.astype(np.float32), shifts.astype(np.float32)

    def _scaling(self, rows: Any, known: Lessons) -> tuple[Any, Any]:
        """What is taken from each column, and what it is then multiplied by."""
        if self.columns is None:
            return rows.mean(axis=0), 1 / (rows.std(axis=0) + 1e-6)
        if self.names == ("characters",):
            return 0.0, telling(rows > 0, known)
        having = np.asarray((rows > 0).sum(axis=0)).ravel()
        return 0.0, 1 + np.log((1 + rows.shape[0]) / (1 + having))

    def head(self, lessons: Lessons, strength: float) -> Head:
        """The head fitted on all of them."""
        weight, shift = self.fitted(lessons, strength, self.places)
        return Head(self.names, self.columns, weight, shift)


def telling(there: Any, known: Lessons) -> Floats:
    """How much each column tells of the label that it tells most of: 0 where it is as frequent without it.

    The logarithm of how much more (or less) frequent it is in examples that have the label than in those that
    do not, each column counted once more (Wang & Manning 2012, naive Bayes features).
    """
    having = np.eye(known.classes)[known.truth] * known.weights[:, None]
    counts = 1 + np.asarray(there.T.astype(np.float64) @ having)  # columns x labels
    others = counts.sum(axis=1, keepdims=True) - counts + (2 - known.classes)
    with_it, without = counts / counts.sum(axis=0), others / others.sum(axis=0)
    found: Floats = np.abs(np.log(with_it / without)).max(axis=1)
    return found


def best(
    names: tuple[str, ...], lessons: Lessons, folds: Sequence[Fold], places: Ints, views: Views
) -> tuple[Floats, Head]:
    """Held-out log probabilities at the strength whose log loss is least, and the head of that strength.

    It learns from the examples at `places`; the others have log probabilities of 0.
    """
    tried = []
    folds = [fold.among(places) for fold in folds]
    known = {
        id(each): Rows.of(each, names, places, lessons.classes)
        for each in {id(f.views): f.views for f in folds}.values()
    }
    judged = np.concatenate([fold.left for fold in folds])
    for strength in STRENGTHS["+".join(names)]:
        logs = np.zeros((len(lessons.truth), lessons.classes), np.float32)
        for fold in folds:
            rows = known[id(fold.views)]
            weight, shift = rows.fitted(lessons, strength, fold.kept)
            logs[fold.left] = log_softmax(np.asarray(rows.at(fold.left) @ weight + shift))
        tried.append((float(-logs[judged, lessons.truth[judged]].mean()), logs, strength))
    _, logs, strength = min(tried, key=lambda one: one[0])
    own = known.get(id(views)) or Rows.of(views, names, places, lessons.classes)
    return logs, own.head(lessons, strength)
