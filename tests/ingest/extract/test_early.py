"""A quick classifier before the careful one answers what is plain and passes on the rest."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from ingest.extract.classifiers import features
from ingest.extract.classifiers.early import VIEWS, learn_early
from ingest.extract.classifiers.examples import SENTIMENTS, TALK_ACTS
from ingest.extract.classifiers.features import Views
from ingest.extract.classifiers.layered import Layered
from ingest.extract.classifiers.model import Classifier, Stage, load
from ingest.extract.classifiers.shipped import FACTS, HURRIED, shipped
from ingest.extract.classifiers.training import Example, folds_of
from kb.language import integers

PLAIN = [
    ("We'll send you the drawings by Friday.", "commitment"),
    ("我们周五前把图纸发给您。", "commitment"),
    ("Does it come in stainless steel?", "question"),
    ("您好！", "courtesy"),
]
NEVER, ALWAYS = (0.0,) * len(TALK_ACTS), (1e6,) * len(TALK_ACTS)


def leaning(worth: tuple[float, ...]) -> Classifier:
    """The shipped classifier of talk acts whose quick stages all go on, or none."""
    acts = shipped("talk-act")
    assert acts.early is not None
    stages = tuple(replace(stage, worth=worth, kept=0.0) for stage in acts.early.stages)
    return replace(acts, early=replace(acts.early, stages=stages))


@pytest.mark.parametrize("task", HURRIED)
def test_a_shipped_quick_classifier_knows_the_labels_of_the_careful_one(task: str) -> None:
    """Its number of examples may differ by a few: the seed set may grow by some lines without it."""
    careful = shipped(task)
    assert careful.early is not None
    assert (careful.early.task, careful.early.labels) == (task, careful.labels)
    examples = careful.figures["examples"]
    assert abs(careful.early.figures["examples"] - examples) < examples / 10


def test_a_quick_classifier_costs_about_a_point() -> None:
    for task in HURRIED:
        early = shipped(task).early
        assert early is not None
        held_out = early.figures["held_out"]
        assert held_out["macro_f1"] > held_out["careful"] - 0.015


def test_what_is_plain_is_told_without_a_deep_look(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    real = Layered.seen

    def seen(self: Layered, count: int, places: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        looked.extend(self._texts[place] for place in places)
        return real(self, count, places)

    monkeypatch.setattr(Layered, "seen", seen)
    texts = [text for text, _ in PLAIN]
    judged = shipped("talk-act").judge(Views(texts), careful=False)
    assert [one.label for one in judged] == [label for _, label in PLAIN]
    assert "您好！" not in looked


def test_where_nothing_is_worth_a_look_the_first_stage_answers() -> None:
    hurried = leaning(NEVER)
    assert hurried.early is not None
    views = Views([text for text, _ in PLAIN])
    first = hurried.early.stages[0].probabilities([hurried.early.heads[0].log_probabilities(views, range(4))])
    assert np.allclose(hurried.probabilities(views, careful=False), first, atol=1e-5)


def test_where_everything_is_worth_it_the_careful_one_answers() -> None:
    acts = leaning(ALWAYS)
    texts = [text for text, _ in PLAIN]
    careful = acts.probabilities(Views(texts))
    assert np.allclose(acts.probabilities(Views(texts), careful=False), careful, atol=2e-3)
    assert np.allclose(acts.probabilities(Views(texts), [2], careful=False), careful[2:3], atol=2e-3)


def test_a_text_goes_on_where_another_label_is_likely_and_worth_it() -> None:
    stage = Stage((1.0,), np.zeros(3, np.float32), (2.0,) * 3, worth=(1.0, 1.0, 8.0), kept=0.5)
    chances = np.array([[0.9, 0.1, 0.0], [0.9, 0.0, 0.1], [0.7, 0.0, 0.3], [0.1, 0.1, 0.8]], np.float32)
    assert stage.unsure(chances).tolist() == [False, False, True, False]


def test_the_first_layers_are_those_of_the_whole_view() -> None:
    texts = ["The pump leaks again.", "泵又漏了。"]
    step_by_step, at_once = Views(texts), Views(texts)
    whole = at_once.of("deep").reshape(2, 2, 3, 384)
    for name, count in (("deep6", 1), ("deep9", 2), ("deep", 3)):
        rows = step_by_step.of(name, [0, 1])
        assert np.allclose(rows, whole[:, :, :count].reshape(2, -1), atol=1e-3)
        if name == "deep6":
            step_by_step.settle()  # it begins again, and sees the same
    given = Views(texts)
    given.give("deep", features.deep(texts))
    assert np.allclose(given.of("deep6", [1]), whole[1:, :, :1].reshape(1, -1), atol=1e-3)


def test_it_is_learnt_from_what_was_held_out_and_kept_on_disk(tmp_path: Path) -> None:
    things = ("pump", "valve", "invoice", "report", "filter", "drawing", "offer", "motor")
    forms = (("Could you send me the {}?", "true"), ("The {} arrived yesterday.", "false"))
    examples = [Example(form.format(thing), label) for thing, (form, label) in product(things, forms)]
    views = Views([one.text for one in examples])
    truth = np.array([int(one.label == "true") for one in examples])
    folds = folds_of(truth, views, [""] * len(examples))
    final = np.eye(2, dtype=np.float32)[truth] * 0.9 + 0.05
    early = learn_early("request", examples, views, folds, final)
    early.save(tmp_path)
    again = load(tmp_path)
    assert len(again.heads) == len(VIEWS)
    assert [one.worth for one in again.stages] == [one.worth for one in early.stages]
    assert [one.label for one in again.judge(views)] == [one.label for one in examples]


def test_sentiments_and_facts_are_hurried_too() -> None:
    early = shipped("sentiment").early
    assert early is not None
    assert set(early.labels) == {*SENTIMENTS.values()}
    assert FACTS in HURRIED


def test_without_onnxruntime_numpy_sees_nearly_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text for text, _ in PLAIN]
    rounded = features.tuned_encoder().encode(texts)
    monkeypatch.setattr(integers, "available", lambda: False)
    features.tuned_encoder.cache_clear()
    exact = features.tuned_encoder().encode(texts)
    features.tuned_encoder.cache_clear()
    assert 0.99 < (rounded * exact).sum(axis=1).min() < 1 - 1e-7
