"""How sure a whole candidate is: learnt from which were right, and the same after a rest on disk."""

import json
from pathlib import Path

import numpy as np
import pytest

from ingest.extract.candidates import FactKind
from ingest.extract.classifiers.confidence import Claim, Confidence, fitted, shipped_confidence

PROMISE = "we'll send you the drawings by Friday"
RANDOM = np.random.RandomState(0)


def claims(count: int) -> list[Claim]:
    """Promises and needs of every probability; every second promise names a day."""
    kinds = (FactKind.COMMITMENT, FactKind.NEED)
    chances = RANDOM.uniform(0.4, 1, count)
    return [Claim(kinds[n % 2], float(chance), PROMISE, n % 4 == 0) for n, chance in enumerate(chances)]


def test_what_was_right_is_learnt() -> None:
    """Undated promises were right half as often as the classifier believed, all else as often."""
    made = claims(6000)
    truth = np.array(
        [one.probability / (2 if one.kind is FactKind.COMMITMENT and not one.dated else 1) for one in made]
    )
    learnt = fitted(made, RANDOM.uniform(size=len(made)) < truth)
    assert float(np.mean([abs(learnt.of(one) - true) for one, true in zip(made, truth, strict=True)])) < 0.06


def test_more_probable_is_surer_in_both_languages() -> None:
    shipped = shipped_confidence()
    for kind in (FactKind.COMMITMENT, FactKind.PREFERENCE, FactKind.ROLE_CHANGE, FactKind.NEED):
        for text in (PROMISE, "我们周五前把图纸发给您"):
            sure = [shipped.of(Claim(kind, chance, text, True)) for chance in (0.0, 0.4, 0.7, 0.95, 1.0)]
            assert sure == sorted(sure)
            assert 0 <= sure[0] < sure[-1] <= 1


def test_kinds_that_were_not_judged_keep_their_probability() -> None:
    assert shipped_confidence().of(Claim(FactKind.COMPLAINT, 0.61, "late again", False)) == 0.61


def test_it_is_the_same_after_a_rest_on_disk(tmp_path: Path) -> None:
    kept = Confidence([0.5] * len(Claim(FactKind.NEED, 0.5, "x", False).features()), -0.25)
    kept.save(tmp_path / "confidence.json")
    again = Confidence(**json.loads((tmp_path / "confidence.json").read_text()))
    claim = Claim(FactKind.NEED, 0.7, "we need a lift", False)
    assert again.of(claim) == pytest.approx(kept.of(claim))
