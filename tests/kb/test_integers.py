"""Layers in eight-bit integers see what exact ones see, up to rounding, alone and in company."""

from itertools import pairwise

import numpy as np
import pytest

from kb.language import integers
from kb.language.encoder import Encoder
from kb.language.weights import Weights, bundled, read

TEXTS = [
    "The delivery was late again and nobody told us.",
    "我们需要四十台能过六十厘米门的设备。",
    "Could you send   the invoice ＡＢＣ１２３ again?",
    "",
    "😀 ok",
    "wort " * 40,
]


@pytest.fixture(scope="module")
def weights() -> Weights:
    return read(bundled())


@pytest.fixture(scope="module")
def rounded(weights: Weights) -> Encoder:
    return Encoder(weights, integers.layers(weights))


def test_vectors_are_nearly_the_exact_ones(weights: Weights, rounded: Encoder) -> None:
    cosines = (Encoder(weights).encode(TEXTS) * rounded.encode(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.995
    assert cosines.min() < 1 - 1e-7  # they are other numbers: the exact layers were not asked


def test_texts_are_told_apart_as_before(weights: Weights, rounded: Encoder) -> None:
    exact, ours = (one.encode(TEXTS) for one in (Encoder(weights), rounded))
    assert np.abs(exact @ exact.T - ours @ ours.T).max() < 0.02


def test_a_text_has_the_same_states_alone_and_in_company(rounded: Encoder) -> None:
    together = rounded.pooled(TEXTS, (6, 12))
    alone = np.vstack([rounded.pooled([text], (6, 12)) for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-3


@pytest.mark.parametrize("kind", ["rounded", "exact"])
def test_stopping_on_the_way_changes_nothing(kind: str, weights: Weights, rounded: Encoder) -> None:
    encoder = rounded if kind == "rounded" else Encoder(weights)
    states = encoder.begun(TEXTS)
    for after, to in pairwise((0, 6, 9, 12)):
        states = encoder.onward(states, after, to)
    whole = encoder.pooled(TEXTS, (12,))
    means = np.stack([one.mean(axis=0) for one in states])
    assert np.abs(means - whole[:, : means.shape[1]]).max() < 1e-3
    assert encoder.begun([]) == encoder.onward([], 0, 6) == []
