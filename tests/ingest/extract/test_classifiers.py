"""Classifiers learn what examples show, say how sure they are, and are the same after a rest on disk."""

import json
from pathlib import Path

import numpy as np
import pytest

from ingest.extract.classifiers.examples import read_examples, seed_examples
from ingest.extract.classifiers.features import Views
from ingest.extract.classifiers.model import Classifier, load
from ingest.extract.classifiers.training import Example, calibration_error, f1, train
from kb.errors import Invalid

THINGS = ("pump", "valve", "invoice", "report", "sensor", "filter", "drawing", "offer", "motor", "sample")
ASKED = [
    *(Example(f"Could you send me the {thing} again?", "true") for thing in THINGS),
    *(Example(f"麻烦把{thing}再发一次。", "true") for thing in THINGS),
    *(Example(f"Please check the {thing} before Friday.", "true") for thing in THINGS),
]
TOLD = [
    *(Example(f"The {thing} arrived yesterday, all is well.", "false") for thing in THINGS),
    *(Example(f"{thing}昨天已经到了。", "false") for thing in THINGS),
    *(Example(f"We have used your {thing} for years.", "false") for thing in THINGS),
]
NEW = [
    "Would you mind sending the catalogue again?",
    "麻烦把说明书再发一次。",
    "The catalogue arrived yesterday.",
]


@pytest.fixture(scope="module")
def asking() -> Classifier:
    return train("request", [*ASKED, *TOLD])


def test_what_the_examples_show_is_learnt(asking: Classifier) -> None:
    judged = asking.judge(Views(NEW))
    assert [one.label for one in judged] == ["true", "true", "false"]
    assert all((one.probability >= 0.5) == (one.label == "true") for one in judged)


def test_it_says_how_good_it_is_on_held_out_examples(asking: Classifier) -> None:
    held_out = asking.figures["held_out"]
    assert held_out["accuracy"] > 0.9
    assert set(held_out["f1"]) == {"true", "false"}
    assert asking.figures["examples"] == len(ASKED) + len(TOLD)


def test_probabilities_of_a_text_add_up_to_one(asking: Classifier) -> None:
    for careful in (True, False):
        chances = asking.probabilities(Views([*NEW, "", "…", "🙂"]), careful=careful)
        assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)


def test_it_is_the_same_after_a_rest_on_disk(asking: Classifier, tmp_path: Path) -> None:
    asking.save(tmp_path / "model")
    again = load(tmp_path / "model")
    assert (again.task, again.labels, again.version) == (asking.task, asking.labels, asking.version)
    before, after = (one.probabilities(Views(NEW)) for one in (asking, again))
    assert np.abs(before - after).max() < 0.01


def test_the_same_examples_give_the_same_classifier(asking: Classifier) -> None:
    again = train("request", [*ASKED, *TOLD])
    assert again.version == asking.version
    assert np.array_equal(again.probabilities(Views(NEW)), asking.probabilities(Views(NEW)))


def test_another_example_is_another_version(asking: Classifier) -> None:
    assert train("request", [*ASKED, *TOLD[1:]]).version != asking.version


def test_three_labels_and_weights() -> None:
    moods = {"good": "I love the {}", "bad": "the {} is terrible", "none": "the {} is number {}"}
    examples = [
        Example(said.format(thing, n), mood, 2.0)
        for mood, said in moods.items()
        for n, thing in enumerate(THINGS)
    ]
    classifier = train("mood", examples)
    assert not classifier.yes_no
    assert [
        one.label for one in classifier.judge(Views(["I love the catalogue", "the lamp is terrible"]))
    ] == ["good", "bad"]


@pytest.mark.parametrize(
    "examples", [[], [Example("a", "true")], [Example("a", "true"), Example("b", "true")], [*ASKED, TOLD[0]]]
)
def test_too_few_examples_are_refused(examples: list[Example]) -> None:
    with pytest.raises(Invalid, match="two labels or more"):
        train("request", examples)


def test_a_folder_without_a_model_is_refused(tmp_path: Path, asking: Classifier) -> None:
    with pytest.raises(Invalid, match="holds no trained model"):
        load(tmp_path)
    asking.save(tmp_path)
    described = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps(described | {"format": 0}))
    with pytest.raises(Invalid, match="another version"):
        load(tmp_path)


def test_labels_of_yes_and_no_may_be_spelt_in_several_ways() -> None:
    lines = [
        json.dumps({"text": "x", "label": label})
        for label in (True, "yes", 1, "TRUE", False, "no", 0, "false")
    ]
    assert [one.label for one in read_examples([*lines, "", "  "], "complaint")] == ["true"] * 4 + [
        "false"
    ] * 4


@pytest.mark.parametrize(
    "line", ["{", "[]", '"text"', '{"text": "x"}', '{"label": "true"}', '{"text": "x", "label": "maybe"}']
)
def test_a_line_that_is_no_example_is_named(line: str) -> None:
    good = '{"text": "x", "label": true}'
    with pytest.raises(Invalid, match="line 2"):
        list(read_examples([good, line], "complaint"))


def test_f1_and_calibration_error_of_known_cases() -> None:
    said, true = np.array([True, True, False, False]), np.array([True, False, True, False])
    assert f1(said, true) == 0.5
    assert f1(np.zeros(3, bool), np.ones(3, bool)) == 0
    sure = np.full(10, 0.8, np.float32)
    assert calibration_error(sure, np.array([True] * 8 + [False] * 2)) == pytest.approx(0, abs=1e-6)
    assert calibration_error(sure, np.zeros(10, bool)) == pytest.approx(0.8, abs=1e-6)


def test_the_seed_set_has_examples_of_every_label_in_both_languages() -> None:
    for task, least in (("talk-act", 200), ("complaint", 200), ("sentiment", 200)):
        labels = [example.label for example in seed_examples(task)]
        assert min(labels.count(label) for label in set(labels)) >= least
