"""A trained classifier: linear heads on the views of a text, blended and calibrated, cheap views first.

Each head is a multinomial logistic regression. A stage blends the heads known so far: a weighted sum of their
log probabilities with a shift for each class, fitted on held-out predictions, so that probabilities mean what
they say. A text for which an early stage is sure enough is not shown to the dearer ones.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.extract.classifiers.features import BUCKETS, LANGUAGES, Views, made_with
from ingest.text import language
from kb.errors import Invalid

Floats = npt.NDArray[np.float32]

FORMAT = 2
MODEL, ARRAYS = "model.json", "arrays.npz"
YES_NO = ("false", "true")
AT_ONCE = 1024  # texts whose tokens' states are kept for a deeper look


@dataclass(frozen=True)
class Head:
    """One logistic regression. `columns` are the buckets it knows of a sparse view, None for dense views.

    `languages` are those it learnt; of a text in another one sparse views say nothing, vectors do.
    """

    views: tuple[str, ...]
    columns: npt.NDArray[np.int64] | None
    weights: Floats  # features x classes
    shift: Floats  # classes
    languages: tuple[str, ...] = LANGUAGES

    @cached_property
    def _column(self) -> npt.NDArray[np.int32]:
        """Of each bucket its place among the columns; -1 for those it does not know."""
        column = np.full(BUCKETS[self.views[0]], -1, np.int32)
        column[self.columns] = np.arange(len(self.weights))
        return column

    def _counted(self, rows: Any) -> Floats:
        """Scores of sparse rows: the weights of the buckets that it knows, added up."""
        from scipy.sparse import csr_matrix

        columns = self._column[rows.indices]
        data = np.where(columns < 0, 0, rows.data)
        parts = (data, np.maximum(columns, 0), rows.indptr)
        scores: Floats = csr_matrix(parts, shape=(rows.shape[0], len(self.weights))) @ self.weights
        return scores

    def log_probabilities(self, views: Views, places: Sequence[int]) -> Floats:
        """A row a text."""
        if self.columns is not None:
            scores = self._counted(views.of(self.views[0], places))
            return log_softmax(scores + self.shift) * self.heard(views, places)
        scores = np.hstack([views.of(view, places) for view in self.views]) @ self.weights
        return log_softmax(scores + self.shift)

    def heard(self, views: Views, places: Sequence[int]) -> Floats:
        """1 for a text in one of its languages, else 0, which leaves the judgement to the other heads."""
        if len(self.languages) == len(LANGUAGES):
            return np.ones((len(places), 1), np.float32)
        heard = [spoken(views.texts[place]) in self.languages for place in places]
        return np.array(heard, np.float32)[:, None]


def spoken(text: str) -> str:
    """Which of LANGUAGES a text counts as: Chinese or, for all else, English."""
    return "zh" if language(text) == "zh" else "en"


def log_softmax(scores: Floats) -> Floats:
    """Log probabilities of rows of scores."""
    high = scores - scores.max(axis=1, keepdims=True)
    logs: Floats = high - np.log(np.exp(high).sum(axis=1, keepdims=True))
    return logs


@dataclass(frozen=True, slots=True)
class Stage:
    """How the heads so far are blended, and how sure the blend must be of each label to stop here."""

    trust: tuple[float, ...]  # of each head so far
    shift: Floats
    sure: tuple[float, ...]  # a label; probability; above 1: never
    # In the place of `sure`: what a label is worth that a deeper look would find, in units of what the look
    # costs, and which share of the label that is said here could be lost by it.
    worth: tuple[float, ...] = ()
    kept: float = 0.0

    def probabilities(self, logs: Sequence[Floats]) -> Floats:
        """Calibrated, a row a text."""
        blended = sum((trust * log for trust, log in zip(self.trust, logs, strict=True)), self.shift)
        return np.exp(log_softmax(np.asarray(blended, np.float32)))

    def unsure(self, chances: Floats) -> npt.NDArray[np.bool_]:
        """Which of the rows the next stage must look at."""
        if self.worth:
            hoped = chances * np.asarray(self.worth, np.float32)
            said = hoped[np.arange(len(chances)), chances.argmax(axis=1)]
            found: npt.NDArray[np.bool_] = hoped.sum(axis=1) - (1 + self.kept) * said > 1
            return found
        enough = np.asarray(self.sure, np.float32)[chances.argmax(axis=1)]
        few: npt.NDArray[np.bool_] = chances.max(axis=1) < enough
        return few


@dataclass(frozen=True, slots=True)
class Judgement:
    """A label with its calibrated probability in [0, 1]; of a yes-or-no task that of "true"."""

    label: str
    probability: float


@dataclass(frozen=True, slots=True)
class Classifier:
    """What `kbcrm train` makes and `kbcrm classify` uses."""

    task: str
    labels: tuple[str, ...]
    heads: tuple[Head, ...]
    stages: tuple[Stage, ...]
    version: str  # digest of what it was trained on and how
    figures: Mapping[str, Any]  # measured on held-out folds while training
    threshold: float = 0.5  # of a yes-or-no task: the least probability that is called true
    early: "Classifier | None" = (
        None  # asked first where nobody is careful: it is quick, and says when unsure
    )

    @property
    def yes_no(self) -> bool:
        """Whether the labels are "false" and "true"."""
        return self.labels == YES_NO

    def probabilities(
        self, views: Views, places: Sequence[int] | None = None, *, careful: bool = True
    ) -> Floats:
        """A row a text (of those at `places`), a column a label.

        Careful: every text goes through every stage, not only where the earlier ones are unsure.
        """
        wanted = np.arange(len(views)) if places is None else np.asarray(places, np.int64)
        if self.early is None or careful:
            return self._judged(views, wanted, careful=careful)[0]
        found = np.zeros((len(wanted), len(self.labels)), np.float32)
        for first in range(0, len(wanted), AT_ONCE):
            part = wanted[first : first + AT_ONCE]
            found[first : first + AT_ONCE], unsure = self.early._judged(views, part, careful=False)
            if len(unsure):
                found[first + unsure] = self._judged(views, part[unsure], careful=True)[0]
            views.settle()
        return found

    def _judged(
        self, views: Views, wanted: npt.NDArray[np.int64], *, careful: bool
    ) -> tuple[Floats, npt.NDArray[np.int64]]:
        """A row a text, and which of them the last stage is unsure of."""
        found = np.zeros((len(wanted), len(self.labels)), np.float32)
        left, logs = np.arange(len(wanted)), list[Floats]()
        for head, stage in zip(self.heads, self.stages, strict=True):
            if not len(left):
                break
            logs.append(head.log_probabilities(views, wanted[left].tolist()))
            found[left] = stage.probabilities(logs)
            unsure = np.ones(len(left), bool) if careful else stage.unsure(found[left])
            left, logs = left[unsure], [log[unsure] for log in logs]
        return found, left

    def judge(self, views: Views, *, careful: bool = True) -> list[Judgement]:
        """A judgement a text, in order."""
        return [self._judgement(row) for row in self.probabilities(views, careful=careful)]

    def _judgement(self, row: Floats) -> Judgement:
        if self.yes_no:
            return Judgement(YES_NO[int(row[1] >= self.threshold)], float(row[1]))
        best = int(row.argmax())
        return Judgement(self.labels[best], float(row[best]))

    def save(self, folder: Path) -> None:
        """Write it into the folder, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {}
        for n, head in enumerate(self.heads):
            arrays |= {f"weights{n}": head.weights.astype(np.float16), f"shift{n}": head.shift}
            if head.columns is not None:
                arrays[f"columns{n}"] = head.columns.astype(np.int32)
        described = {
            "format": FORMAT,
            "task": self.task,
            "labels": self.labels,
            "version": self.version,
            "figures": self.figures,
            "threshold": self.threshold,
            "made_with": {view: made_with(view) for head in self.heads for view in head.views},
            "heads": [{"views": head.views, "languages": head.languages} for head in self.heads],
            "stages": [
                {"trust": stage.trust, "shift": stage.shift.tolist(), "sure": stage.sure}
                | ({"worth": stage.worth, "kept": stage.kept} if stage.worth else {})
                for stage in self.stages
            ],
        }
        np.savez_compressed(folder / ARRAYS, **arrays)
        text = json.dumps(described, ensure_ascii=False, indent=1)
        (folder / MODEL).write_text(text + "\n", encoding="utf-8")


def load(folder: Path) -> Classifier:
    """The classifier of a folder. Raises Invalid where there is none, or one of another format."""
    try:
        described = json.loads((folder / MODEL).read_text(encoding="utf-8"))
        with np.load(folder / ARRAYS) as kept:
            arrays = {name: kept[name] for name in kept.files}
    except (OSError, ValueError) as error:
        raise Invalid("model", f"{folder} holds no trained model. Make one with `kbcrm train`.") from error
    if described.get("format") != FORMAT:
        raise Invalid("model", f"{folder} was made by another version of KBCRM. Train it again.")
    if any(made_with(view) != made for view, made in described["made_with"].items()):
        problem = f"{folder} learnt from other vectors than this version of KBCRM computes. Train it again."
        raise Invalid("model", problem)
    return Classifier(
        task=described["task"],
        labels=tuple(described["labels"]),
        heads=tuple(_head(n, head, arrays) for n, head in enumerate(described["heads"])),
        stages=tuple(map(_stage, described["stages"])),
        version=described["version"],
        figures=described["figures"],
        threshold=described["threshold"],
    )


def _stage(stage: Mapping[str, Any]) -> Stage:
    return Stage(
        tuple(stage["trust"]),
        np.asarray(stage["shift"], np.float32),
        tuple(stage["sure"]),
        tuple(stage.get("worth", ())),
        stage.get("kept", 0.0),
    )


def _head(n: int, head: Mapping[str, Any], arrays: Mapping[str, Any]) -> Head:
    columns = arrays.get(f"columns{n}")
    return Head(
        views=tuple(head["views"]),
        languages=tuple(head["languages"]),
        columns=None if columns is None else columns.astype(np.int64),
        weights=arrays[f"weights{n}"].astype(np.float32),
        shift=arrays[f"shift{n}"].astype(np.float32),
    )
