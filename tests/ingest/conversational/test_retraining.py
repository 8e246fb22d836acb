"""Corrections teach the classifiers, and can be taken back to the byte."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.conversational import retraining
from ingest.conversational.retraining import InUse, Models, State, lessons_of
from ingest.extract.classifiers.features import Views
from ingest.extract.classifiers.shipped import ACTS, FACTS, shipped
from ingest.extract.corrections import Correction, behind
from kb.errors import Conflict, Invalid

LABELS = {FACTS: shipped(FACTS).labels, ACTS: shipped(ACTS).labels}
HUMS = [f"The {thing} hums at night." for thing in ("pump", "motor", "fan", "belt", "unit", "press", "mixer")]
RUNS = [f"机器{thing}一直在响。" for thing in ("晚上", "早上", "今天", "昨天", "中午", "下午", "现在")]


def verdict(text: str, kind: str, meant: str | None, reason: str = "unsure") -> dict[str, Any]:
    said = "rejected" if meant is None else "accepted" if meant == kind else "corrected"
    found = {"kind": kind, "text": text, "confidence": 0.5, "reason": reason}
    return {"verdict": said, "found": found, "as": {"kind": meant or kind, "text": text}}


HOUSE_STYLE = [verdict(text, "information", "praise") for text in (*HUMS, *RUNS)]


@pytest.fixture(autouse=True)
def small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retraining, "SAMPLE", 40)


def answers(models: Models) -> bytes:
    views = Views([*HUMS[:3], "Could you send the invoice?", "请把发票发给我。"])
    return models.classifier(ACTS).probabilities(views).tobytes()


def test_what_is_taught_is_learnt_and_restored_to_the_byte(tmp_path: Path) -> None:
    models = Models(tmp_path)
    before = answers(models)
    told = models.retrain(HOUSE_STYLE)
    figures = told["tasks"][ACTS]
    assert (told["model"], told["before"], figures["lessons"]) == (1, 0, 14)
    assert figures["after"]["log_loss"] < figures["before"]["log_loss"]
    assert [one["lessons"] for one in figures["curve"]] == [10]
    learnt = answers(models)
    assert learnt != before
    assert models.restore() == State(0)
    assert answers(models) == before
    with pytest.raises(Conflict):
        models.restore()
    assert models.figures() == {"model": 0, "earlier": [], "tasks": {}}


def test_the_same_decisions_teach_the_same(tmp_path: Path) -> None:
    first, second = Models(tmp_path / "1"), Models(tmp_path / "2")
    first.retrain(HOUSE_STYLE)
    second.retrain(HOUSE_STYLE)
    assert answers(first) == answers(second)
    kept = answers(first)
    first.retrain([*HOUSE_STYLE, *HOUSE_STYLE])
    assert first.state() == State(2, (0, 1))
    assert first.restore() == State(1, (0,))
    assert answers(first) == kept


def test_what_reads_follows_the_models_in_use(tmp_path: Path) -> None:
    models = Models(tmp_path)
    reader = InUse(models)
    before = reader.version
    models.retrain(HOUSE_STYLE)
    assert reader.version != before
    models.restore()
    assert reader.version == before


def test_too_few_decisions_teach_nothing(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="needs 10 decisions"):
        Models(tmp_path).retrain(HOUSE_STYLE[:9])
    assert Models(tmp_path).state() == State()


def test_what_does_not_help_is_not_used(tmp_path: Path) -> None:
    sure = [
        "Could you send the invoice again?",
        "Please call me back.",
        "请把合同发给我。",
        "Please send two.",
    ]
    torn = [verdict(text, "request", kind) for text in sure * 2 for kind in ("request", "question")]
    models = Models(tmp_path)
    told = models.retrain(torn)
    assert told["tasks"][ACTS]["in_use"] is (told["model"] == 1)
    agreeing = Models(tmp_path / "agreeing")
    assert (
        agreeing.retrain([verdict(one, "request", "request") for one in sure * 4])["tasks"][ACTS]["lessons"]
        == 16
    )


def test_a_correction_for_another_version_of_a_classifier_is_passed_over() -> None:
    classifier = shipped(ACTS)
    nothing = np.zeros((512, len(classifier.labels)), np.float32)
    other = Correction("talk-act/of-another-time", nothing, nothing[0])
    assert behind(classifier, other) is classifier


def test_a_correction_that_is_zero_changes_nothing() -> None:
    classifier = shipped(ACTS)
    nothing = np.zeros((512, len(classifier.labels)), np.float32)
    views = Views(HUMS)
    same = behind(classifier, Correction(classifier.version, nothing, nothing[0]))
    assert np.allclose(same.probabilities(views), classifier.probabilities(views), atol=1e-4)


@pytest.mark.parametrize(
    ("given", "lessons"),
    [
        (verdict("we need two", "need", "need"), [(FACTS, "need", False), (ACTS, "need", False)]),
        (verdict("we need two", "need", None), [(FACTS, "none", False)]),
        (verdict("we need two", "need", "request"), [(FACTS, "none", False), (ACTS, "request", False)]),
        (verdict("it leaks", "incident", None), [(ACTS, "incident", True)]),
        (verdict("it leaks", "incident", None, "ambiguous_subject"), []),
    ],
)
def test_what_a_verdict_teaches(given: dict[str, Any], lessons: list[tuple[str, str, bool]]) -> None:
    assert [(one.task, one.label, one.wrong) for one in lessons_of(given, LABELS)] == lessons
