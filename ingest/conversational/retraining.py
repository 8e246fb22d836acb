"""Retraining by what people decided in the review queue, with figures before and after, and a way back.

Each retraining makes a numbered folder of corrections (see ingest.extract.corrections) in the data folder.
Which one is in use is data, too: `models/in-use.json`, written whole or not at all. Nothing is ever
overwritten, so that going back gives the old answers exactly.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np

from ingest.extract.candidates import Candidate
from ingest.extract.classifiers.examples import seeds
from ingest.extract.classifiers.features import Views
from ingest.extract.classifiers.model import Classifier, Floats
from ingest.extract.classifiers.shipped import ACTS, FACTS, shipped
from ingest.extract.classifiers.training import f1
from ingest.extract.corrections import (
    LEAST_CHANCE,
    PENALTIES,
    Correction,
    Lesson,
    Material,
    behind,
    fit,
    kept,
    load,
    taught,
)
from ingest.extract.pipeline import Extractor, Message
from kb.errors import Conflict, Invalid

NONE = "none"  # the label of clauses that state nothing
IN_USE = "in-use.json"
FIGURES = "figures.json"
LEAST = 10  # lessons from which on something is learnt
FOLDS = 5
CURVE = (10, 20, 50, 100, 200, 500)
SAMPLE = 400  # texts of the seed set on which the answers are to stay


@dataclass(frozen=True, slots=True)
class State:
    """Which model is in use, 0 for those that ship; `earlier` ones can be gone back to, the latest last."""

    model: int = 0
    earlier: tuple[int, ...] = ()


class Models:
    """The models of a data folder."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "models"

    def state(self) -> State:
        """Which model is in use."""
        try:
            told = json.loads((self._folder / IN_USE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return State()
        return State(told["model"], tuple(told["earlier"]))

    def classifier(self, task: str) -> Classifier:
        """The classifier of a task as it is in use."""
        path = self._path(self.state().model, task)
        return behind(shipped(task), load(path)) if path.is_file() else shipped(task)

    def figures(self) -> Mapping[str, Any]:
        """Which model is in use, and its figures of before and after; none for those that ship."""
        state = self.state()
        path = self._folder / str(state.model) / FIGURES
        tasks = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return {"model": state.model, "earlier": list(state.earlier), "tasks": tasks}

    def retrain(self, verdicts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """Learn from the verdicts, and use what helps on held-out ones; the figures.

        Raises Invalid where there are fewer than LEAST lessons for every classifier.
        """
        labels = {task: shipped(task).labels for task in (FACTS, ACTS)}
        lessons = [one for verdict in verdicts for one in lessons_of(verdict, labels)]
        by_task = {task: [one for one in lessons if one.task == task] for task in labels}
        learnt = {task: _learnt(task, some) for task, some in by_task.items() if len(some) >= LEAST}
        if not learnt:
            raise Invalid("verdict", f"Retraining needs {LEAST} decisions at least; there are too few.")
        state = self.state()
        corrections = {task: one for task, (one, _) in learnt.items() if one is not None}
        tasks = {task: told for task, (_, told) in learnt.items()}
        if corrections:
            number = self._kept(corrections, tasks)
            self._use(State(number, (*state.earlier, state.model)))
        return {"model": self.state().model, "before": state.model, "tasks": tasks}

    def restore(self) -> State:
        """Go back to what was in use before. Raises Conflict where nothing was."""
        state = self.state()
        if not state.earlier:
            raise Conflict("The models that ship are in use; there is nothing to go back to.")
        before = State(state.earlier[-1], state.earlier[:-1])
        self._use(before)
        return before

    def _path(self, model: int, task: str) -> Path:
        return self._folder / str(model) / f"{task}.npz"

    def _kept(self, corrections: Mapping[str, Correction], tasks: Mapping[str, Any]) -> int:
        """The number of a new folder that holds them."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        taken = [int(path.name) for path in self._folder.iterdir() if path.name.isdecimal()]
        number = max(taken, default=0) + 1
        (self._folder / str(number)).mkdir()
        for task, correction in corrections.items():
            correction.save(self._path(number, task))
        text = json.dumps(tasks, ensure_ascii=False, indent=1)
        (self._folder / str(number) / FIGURES).write_text(text + "\n", encoding="utf-8")
        return number

    def _use(self, state: State) -> None:
        told = json.dumps({"model": state.model, "earlier": state.earlier})
        with NamedTemporaryFile("w", dir=self._folder, delete=False, encoding="utf-8") as file:
            file.write(told + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(self._folder / IN_USE)


def lessons_of(verdict: Mapping[str, Any], labels: Mapping[str, Sequence[str]]) -> Iterator[Lesson]:
    """What a verdict teaches the classifier that found the candidate, or should have.

    A candidate that was rejected for want of a subject teaches nothing: its kind may have been right.
    """
    found, meant = verdict["found"], verdict["as"]
    if verdict["verdict"] == "rejected":
        if found["reason"] != "unsure":
            return
        if found["kind"] in labels[FACTS]:
            yield Lesson(FACTS, found["text"], NONE)
        elif found["kind"] in labels[ACTS]:
            yield Lesson(ACTS, found["text"], found["kind"], wrong=True)
        return
    if meant["kind"] in labels[FACTS]:
        yield Lesson(FACTS, meant["text"], meant["kind"])
    elif found["kind"] in labels[FACTS]:
        yield Lesson(FACTS, found["text"], NONE)
    if meant["kind"] in labels[ACTS]:
        yield Lesson(ACTS, meant["text"], meant["kind"])


@dataclass(frozen=True)
class _School:
    """A classifier with its lessons, divided into folds, and a sample of what is to stay."""

    classifier: Classifier
    lessons: Sequence[Lesson]
    material: Material
    sample: Material
    folds: Sequence[Any]

    def held_out(self, penalty: float, most: int | None = None) -> Floats:
        """The chances of each lesson by what was learnt from (at most `most` of) the other folds."""
        found = np.zeros_like(self.material.chances)
        for n, left in enumerate(self.folds):
            others = np.concatenate([fold for m, fold in enumerate(self.folds) if m != n])[:most]
            step = fit(self.classifier, self.material.some(others).and_(self.sample), penalty)
            found[left] = step.corrected(self.material.chances[left], self.material.rows[left])
        return found

    def scores(self, chances: Floats) -> dict[str, float]:
        """Share of right answers, macro-F1 over the labels that were given, and log loss."""
        said = np.array(self.classifier.labels)[chances.argmax(axis=1)]
        given = np.array([one.label for one in self.lessons])
        wrong = np.array([one.wrong for one in self.lessons])
        right = np.where(wrong, said != given, said == given)
        labels = sorted(set(given[~wrong]))
        each = [f1(said[~wrong] == label, given[~wrong] == label) for label in labels]
        return {
            "accuracy": round(float(right.mean()), 4),
            "macro_f1": round(float(np.mean(each)) if each else 0.0, 4),
            "log_loss": round(self.loss(chances), 4),
        }

    def loss(self, chances: Floats) -> float:
        """Log loss on the lessons."""
        logs = np.log(np.maximum(chances, LEAST_CHANCE))
        return float(-(self.material.wanted * logs).sum(axis=1).mean())


def _school(task: str, lessons: Sequence[Lesson]) -> _School:
    classifier = shipped(task)
    order = np.random.default_rng(0).permutation(len(lessons))
    return _School(
        classifier=classifier,
        lessons=lessons,
        material=taught(classifier, lessons, Views([one.text for one in lessons])),
        sample=kept(classifier, Views(_sample())),
        folds=[order[n::FOLDS] for n in range(FOLDS)],
    )


def _learnt(task: str, lessons: Sequence[Lesson]) -> tuple[Correction | None, dict[str, Any]]:
    """What helps on held-out lessons, and the figures; no correction where none helps."""
    school = _school(task, lessons)
    before = school.material.chances
    tried = {one: school.held_out(one) for one in PENALTIES}
    penalty = min(tried, key=lambda one: school.loss(tried[one]))
    helps = school.loss(tried[penalty]) < school.loss(before)
    amounts = [n for n in CURVE if n < len(lessons) * (FOLDS - 1) // FOLDS]
    told = {
        "lessons": len(lessons),
        "in_use": helps,
        "before": school.scores(before),
        "after": school.scores(tried[penalty]),
        "curve": [{"lessons": n, **school.scores(school.held_out(penalty, n))} for n in amounts],
    }
    if not helps:
        return None, told
    return fit(school.classifier, school.material.and_(school.sample), penalty), told


def _sample() -> list[str]:
    """Texts of the seed set, spread over its tables and languages."""
    texts = [seed.text for seed in seeds()]
    return texts[:: max(1, len(texts) // SAMPLE)]


class InUse:
    """The built-in extractor with the models in use; it follows when others are taken into use."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._known: tuple[State, Extractor] | None = None

    @property
    def version(self) -> str:
        """Name and digest of what reads now."""
        return self._now().version

    def extract(self, messages: Sequence[Message], *, careful: bool = False) -> Iterator[list[Candidate]]:
        """The candidates of each message, by their place."""
        return self._now().extract(messages, careful=careful)

    def _now(self) -> Extractor:
        state = self._models.state()
        if self._known is None or self._known[0] != state:
            of = self._models.classifier
            self._known = (state, Extractor(of(ACTS), of(FACTS), shipped("sentiment")))
        return self._known[1]
