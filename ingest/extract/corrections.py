"""What people's corrections add to a trained classifier, without changing it.

A correction is one linear step behind a classifier: p'(label | text) ~ p(label | text) exp(W x + b), with x
the quick view of the text. It begins at zero, where it changes nothing, is held there by a penalty, and is
held to the classifier's own answers on a sample of the seed set, so that what was right before stays so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.extract.classifiers.features import Views
from ingest.extract.classifiers.model import Classifier, Floats, log_softmax
from kb.errors import Invalid

VIEW = "quick"
PENALTIES = (1e-3, 3e-3, 1e-2, 3e-2)  # of the squares of W, a lesson; chosen on held-out lessons
KEEPING = 0.25  # weight of a text of the sample against a lesson's 1
LEAST_CHANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text with the label that a person gave it; `wrong` says that this label is not it."""

    task: str
    text: str
    label: str
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """The step behind one classifier, which it names by its version."""

    behind: str
    weights: Floats  # features x labels
    shift: Floats  # labels

    @property
    def version(self) -> str:
        """Another one where the answers may differ."""
        digest = blake2b(self.weights.tobytes() + self.shift.tobytes(), digest_size=6).hexdigest()
        return f"{self.behind}+{digest}"

    def corrected(self, chances: Floats, rows: Floats) -> Floats:
        """Probabilities after the step, a row a text."""
        logs = np.log(np.maximum(chances, LEAST_CHANCE))
        found: Floats = np.exp(log_softmax(np.asarray(logs + rows @ self.weights + self.shift, np.float32)))
        return found

    def save(self, path: Path) -> None:
        """Write it; the folder is there."""
        arrays: dict[str, Any] = {"weights": self.weights, "shift": self.shift}
        np.savez_compressed(path, behind=np.array(self.behind), **arrays)


def load(path: Path) -> Correction:
    """Raises Invalid where there is none."""
    try:
        with np.load(path) as kept:
            return Correction(str(kept["behind"]), kept["weights"], kept["shift"])
    except (OSError, ValueError, KeyError) as error:
        raise Invalid(
            "model", f"{path} holds no correction. Make one with `kbcrm review retrain`."
        ) from error


@dataclass(frozen=True)
class Corrected(Classifier):
    """A classifier with a correction behind it."""

    correction: Correction | None = None

    def probabilities(
        self, views: Views, places: Sequence[int] | None = None, *, careful: bool = True
    ) -> Floats:
        """A row a text (of those at `places`), a column a label."""
        chances = super().probabilities(views, places, careful=careful)
        if self.correction is None or not len(chances):
            return chances
        return self.correction.corrected(chances, rows_of(views, places))


def behind(classifier: Classifier, correction: Correction) -> Classifier:
    """The classifier with the correction; without, where that was made for another version of it."""
    if correction.behind != classifier.version:
        return classifier
    known = {one.name: getattr(classifier, one.name) for one in fields(Classifier) if one.init}
    return Corrected(**{**known, "version": correction.version}, correction=correction)


def rows_of(views: Views, places: Sequence[int] | None = None) -> Floats:
    """The features of texts, each text's of length 1."""
    found = views.of(VIEW, places)
    rows: Floats = (found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return rows


@dataclass(frozen=True, slots=True)
class Material:
    """What is learnt from, a row a text: features, the classifier's chances, what they should be, weights."""

    rows: Floats
    chances: Floats
    wanted: Floats
    weights: Floats

    def some(self, places: npt.NDArray[np.int64]) -> "Material":
        """Some of the texts."""
        return Material(self.rows[places], self.chances[places], self.wanted[places], self.weights[places])

    def and_(self, other: "Material") -> "Material":
        """Both."""
        pairs = zip(
            (self.rows, self.chances, self.wanted, self.weights),
            (other.rows, other.chances, other.wanted, other.weights),
            strict=True,
        )
        return Material(*(np.concatenate(pair) for pair in pairs))


def taught(classifier: Classifier, lessons: Sequence[Lesson], views: Views) -> Material:
    """Lessons of the classifier's task. A label that is wrong leaves its chance to the others."""
    chances = classifier.probabilities(views)
    wanted = np.zeros_like(chances)
    for n, lesson in enumerate(lessons):
        place = classifier.labels.index(lesson.label)
        if lesson.wrong:
            wanted[n] = np.maximum(chances[n], LEAST_CHANCE)
            wanted[n, place] = 0
            wanted[n] /= wanted[n].sum()
        else:
            wanted[n, place] = 1
    return Material(rows_of(views), chances, wanted, np.ones(len(lessons), np.float32))


def kept(classifier: Classifier, views: Views) -> Material:
    """Texts on which the classifier's answers are to stay."""
    chances = classifier.probabilities(views)
    return Material(rows_of(views), chances, chances, np.full(len(views), KEEPING, np.float32))


def fit(classifier: Classifier, material: Material, penalty: float) -> Correction:
    """The step of least log loss on the material; the same material gives the same step."""
    from scipy.optimize import minimize  # noqa: PLC0415 - takes a second to load

    logs = np.log(np.maximum(material.chances, LEAST_CHANCE)).astype(np.float64)
    rows, wanted = material.rows.astype(np.float64), material.wanted.astype(np.float64)
    counted = material.weights.astype(np.float64)[:, None]
    shape, labels = (rows.shape[1], logs.shape[1]), logs.shape[1]
    cost = penalty * float(counted.sum())

    def loss(numbers: Any) -> tuple[float, Any]:
        weights, shift = numbers[:-labels].reshape(shape), numbers[-labels:]
        scores = log_softmax(logs + rows @ weights + shift)
        off = counted * (np.exp(scores) - wanted)
        slope = np.concatenate(
            [(rows.T @ off + 2 * cost * weights).ravel(), off.sum(axis=0) + 2 * cost * shift]
        )
        height = cost * float((numbers**2).sum()) - float((counted * wanted * scores).sum())
        return height, slope

    begin = np.zeros(shape[0] * labels + labels)
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return Correction(
        classifier.version,
        found[:-labels].reshape(shape).astype(np.float32),
        found[-labels:].astype(np.float32),
    )
