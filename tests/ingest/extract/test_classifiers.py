"""Classifiers learn what examples show, say how sure they are, and are the same after a rest on disk."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from ingest.extract.classifiers.examples import (
    read_examples,
)
from ingest.extract.classifiers.features import Views, characters, swift
from ingest.extract.classifiers.fitting import Lessons, Rows, telling
from ingest.extract.classifiers.model import Classifier, Stage, load
from ingest.extract.classifiers.training import (
    DEAR,
    ENOUGH,
    MANY,
    OWN,
    PLENTY,
    SHOWN,
    Example,
    calibration_error,
    evened,
    f1,
    folds_of,
    judging,
    learn,
    sample,
    stages_of,
    train,
)
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


def test_a_model_that_learnt_from_other_vectors_is_refused(tmp_path: Path, asking: Classifier) -> None:
    asking.save(tmp_path)
    described = json.loads((tmp_path / "model.json").read_text())
    described["made_with"]["plain"] += "!"
    (tmp_path / "model.json").write_text(json.dumps(described))
    with pytest.raises(Invalid, match="other vectors"):
        load(tmp_path)


def test_ngrams_say_nothing_of_a_language_they_did_not_learn() -> None:
    english = train("request", [one for one in (*ASKED, *TOLD) if one.text.isascii()])
    assert english.heads[0].languages == ("en",)
    logs = english.heads[0].log_probabilities(Views(NEW), range(len(NEW)))
    assert [bool(row.any()) for row in logs] == [True, False, True]
    assert [one.label for one in english.judge(Views(NEW))] == ["true", "true", "false"]


def test_examples_of_a_domain_are_held_out_together() -> None:
    examples = [
        replace(one, domain=domain) for domain in ("", "mail", "chat", "web") for one in (*ASKED, *TOLD)
    ]
    domains = np.array([one.domain for one in examples])
    truth = np.array([one.label == "true" for one in examples]).astype(int)
    folds = folds_of(truth, Views([one.text for one in examples]), domains.tolist())
    assert sorted(np.concatenate([fold.left for fold in folds]).tolist()) == [*range(len(examples))]
    for fold in folds:
        assert len({*domains[fold.left]} - {""} & {*domains[fold.kept]} - {""}) == 0
        assert "" in domains[fold.left]


def test_from_which_probability_on_a_thing_is_true_is_chosen_on_held_out_examples(tmp_path: Path) -> None:
    rare = train(
        "request", [*ASKED[:6], *ASKED[10:16], *TOLD, *(Example(f"{n} is {n}.", "false") for n in range(40))]
    )
    assert 0.05 <= rare.threshold <= 0.95
    rare.save(tmp_path)
    assert load(tmp_path).threshold == rare.threshold
    always = replace(rare, threshold=0.0)
    assert [one.label for one in always.judge(Views(NEW))] == ["true"] * 3


def test_a_stage_is_sure_of_each_label_by_itself() -> None:
    stage = Stage((1.0,), np.zeros(2, np.float32), (0.9, 0.6))
    chances = np.array([[0.8, 0.2], [0.95, 0.05], [0.3, 0.7], [0.45, 0.55]], np.float32)
    assert stage.unsure(chances).tolist() == [True, False, False, True]


def test_the_swift_encoder_sees_each_text_by_itself() -> None:
    texts = [*NEW, "", "a", "好", "pump " * 300]
    together = swift(texts)
    assert together.shape[0] == len(texts)
    assert np.isfinite(together).all()
    for text, row in zip(texts, together, strict=True):
        assert np.allclose(swift([text])[0], row, atol=1e-4)
    assert not np.allclose(together[0], together[1])


CHEAP = (("ngrams",), ("characters",), ("quick",))


@pytest.mark.parametrize("labels", [2, 3])
def test_runs_of_characters_are_learnt_and_are_the_same_after_a_rest_on_disk(
    labels: int, tmp_path: Path
) -> None:
    courteous = [Example(f"Thanks for the {thing}!", "thanks") for thing in THINGS]
    classifier = train("request", [*ASKED, *TOLD, *courteous[: 10 * (labels - 2)]], stages=CHEAP)
    assert [head.views for head in classifier.heads] == [*CHEAP]
    classifier.save(tmp_path)
    again = load(tmp_path)
    for texts in (NEW, ["", "…", NEW[0] * 50]):
        before, after = (one.probabilities(Views(texts)) for one in (classifier, again))
        assert np.abs(before - after).max() < 0.01
    assert [one.label for one in again.judge(Views(NEW))] == ["true", "true", "false"]
    runs = again.heads[1].log_probabilities(Views(NEW), range(len(NEW)))
    assert [again.labels[n] for n in runs.argmax(axis=1)] == ["true", "true", "false"]


def test_a_text_has_each_run_of_up_to_four_characters_once() -> None:
    rows = characters(["ABAB", "abab", "好用", ""])
    assert [len(row.indices) for row in rows] == [7, 7, 3, 0]  # a b ab ba aba bab abab
    assert np.allclose(rows[0].data, 7**-0.25)
    assert (rows[0] != rows[1]).nnz == 0


def test_what_a_column_tells_of_labels_is_how_much_more_frequent_it_is_with_one() -> None:
    there = csr_matrix(np.array([[1, 1], [1, 0], [0, 1], [0, 1]], bool))
    lessons = Lessons(np.array([1, 1, 0, 0]), np.ones(4), 2)
    with_it, without = (2 + 1) / (3 + 2), (0 + 1) / (2 + 2)
    assert telling(there, lessons)[0] == pytest.approx(np.log(with_it / without))
    three = Lessons(np.array([1, 1, 0, 2]), np.ones(4), 3)
    assert telling(there, three).shape == (2,)
    assert telling(there, three)[0] > telling(there, three)[1]


def test_of_many_labels_a_sparse_head_knows_the_commonest_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.extract.classifiers.fitting.WEIGHTS", 40)
    texts = [one.text for one in (*ASKED, *TOLD)]
    rows = Rows.of(Views(texts), ("characters",), np.arange(len(texts)), 2)
    assert rows.columns is not None
    assert len(rows.columns) == 20
    known = np.asarray((characters(texts) > 0).sum(axis=0)).ravel()
    assert known[rows.columns].min() >= np.sort(known)[-20:].min()


def test_dear_encoders_are_shown_a_sample_of_many_examples_with_every_label() -> None:
    examples = [
        *(Example(f"report number {n} of the ordinary kind", "false") for n in range(3000)),
        *(Example(f"rare {n}", "true") for n in range(60)),
    ]
    shown = sample(examples, 20_000)
    assert sum(len(examples[n].text.encode()) for n in shown) <= 20_000
    assert sorted(shown) == shown.tolist()
    chosen = [examples[n].label for n in shown]
    assert chosen.count("true") >= 50
    assert chosen.count("false") > 400
    assert {examples[n].text for n in shown} == {
        examples[::-1][n].text for n in sample(examples[::-1], 20_000)
    }
    assert sample(examples).tolist() == [*range(len(examples))]


def test_a_dear_head_learns_from_what_is_shown_and_the_others_from_everything() -> None:
    strange = [Example(f"zzxq {thing}", "true") for thing in THINGS]
    examples = [*ASKED, *TOLD, *strange]
    shown = np.arange(len(ASKED) + len(TOLD))
    some, held_out = learn("request", examples, stages=(*CHEAP, ("deep",)), shown=shown)
    assert len(held_out) == len(shown)
    assert some.figures["examples"] == len(examples)
    alone, _ = learn("request", examples[: len(shown)], stages=(("deep",),))
    assert np.allclose(some.heads[3].weights, alone.heads[0].weights, atol=1e-5)
    runs = some.heads[1].log_probabilities(Views(["zzxq"]), [0])
    assert some.labels[int(runs.argmax())] == "true"


def test_how_many_examples_there_are_decides_what_is_asked() -> None:
    assert stages_of(ENOUGH - 1, ENOUGH - 1) == OWN
    assert stages_of(ENOUGH, ENOUGH) == MANY
    assert stages_of(50_000, 8_000) == PLENTY
    assert ("characters",) in MANY
    assert len([names for names in PLENTY if DEAR & {*names}]) == 1
    assert SHOWN > 1_000_000  # the seed set beside some thousand examples of one's own is shown whole


def test_where_a_text_comes_from_does_not_tell_its_label() -> None:
    mine = [Example("a", "true"), Example("b", "true"), Example("c", "false"), Example("d", "false")]
    theirs = [Example(f"{n}", "true" if n < 10 else "false", 2.0, "mail") for n in range(50)]
    odd = [Example("x", "maybe", 1.0, "mail"), Example("y", "false", 1.0, "chat")]
    examples = evened([*mine, *theirs, *odd])
    assert [one.weight for one in examples[:4]] == [1] * 4
    weights = {
        label: sum(one.weight for one in examples[4:54] if one.label == label) for label in ("true", "false")
    }
    assert weights["true"] == pytest.approx(weights["false"])
    assert sum(weights.values()) == pytest.approx(100)
    assert examples[54].weight == 1
    assert examples[55].weight > 0
    assert evened(theirs) == theirs
    rare = [Example(f"{n}", "true" if n < 1 else "false", 1.0, "mail") for n in range(900)]
    assert max(one.weight for one in evened([*mine, *rare])) == 20


def test_ones_own_examples_alone_fit_the_blends_where_they_are_enough() -> None:
    truth = np.array([0, 1] * 40)
    enough, few, one_sided = np.arange(80) < 40, np.arange(80) < 30, truth == 1
    assert judging(enough, truth).tolist() == enough.tolist()
    assert judging(few, truth).all()
    assert judging(one_sided, truth).all()


def test_a_text_in_another_language_is_judged_by_what_knows_it() -> None:
    english = [one for one in (*ASKED, *TOLD) if one.text.isascii()]
    classifier = train("request", english, stages=CHEAP)
    assert [head.languages for head in classifier.heads[:2]] == [("en",)] * 2
    assert classifier.stages[-1].trust[2] > 0.5
    assert classifier.probabilities(Views(["麻烦把说明书再发一次。"]))[0, 1] > 0.5
