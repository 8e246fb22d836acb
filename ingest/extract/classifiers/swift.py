"""A swift encoder: two small convolutions over the word vectors of the deep one, taught by it.

Some 3,000 short texts a second and core, where the deep encoder manages 80. Kim (2014), Convolutional Neural
Networks for Sentence Classification, arXiv:1408.5882; Hinton et al. (2015), Distilling the Knowledge in a
Neural Network, arXiv:1503.02531.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb.language.encoder import Encoder
from kb.language.weights import Floats, Weights

LONGEST = 128  # tokens that are looked at
AT_ONCE = 512  # texts
_LOW = np.float32(-1e4)


@dataclass(frozen=True, slots=True)
class Swift:
    """`learnt` holds `into` (width x inner), `near` and `far` (3 x inner x inner) and a bias of each."""

    weights: Weights
    tokens: Encoder
    learnt: Mapping[str, Floats]

    def pooled(self, texts: Sequence[str]) -> Floats:
        """Mean and greatest of each inner number over a text's tokens, a row a text."""
        inner = self.learnt["into_bias"].shape[0]
        rows = np.empty((len(texts), 2 * inner), np.float32)
        for n in range(0, len(texts), AT_ONCE):
            rows[n : n + AT_ONCE] = self._pooled(texts[n : n + AT_ONCE])
        return rows

    def _pooled(self, texts: Sequence[str]) -> Floats:
        """All tokens lie in one table, an empty row after each text, so that none sees another's."""
        tokens = [bare(found) for found in self.tokens.tokens(texts)]
        lengths = np.array([len(one) for one in tokens])
        starts = np.concatenate([[0], np.cumsum(lengths + 1)[:-1]])
        there = np.ones((int(lengths.sum()) + len(texts), 1), np.float32)
        there[starts + lengths] = 0
        inner = np.zeros((len(there), self.learnt["into_bias"].shape[0]), np.float32)
        vectors = word_vectors(self.weights, np.concatenate([np.array(one, np.int64) for one in tokens]))
        inner[there[:, 0] > 0] = np.maximum(vectors @ self.learnt["into"] + self.learnt["into_bias"], 0)
        for name in ("near", "far"):
            inner += self._neighbours(inner, name)
            inner *= there
        means = np.add.reduceat(inner, starts, axis=0) / lengths[:, None]
        inner += (1 - there) * _LOW
        return np.hstack([means, np.maximum.reduceat(inner, starts, axis=0)])

    def _neighbours(self, inner: Floats, name: str) -> Floats:
        before, here, after = self.learnt[name]
        seen = inner @ here
        seen[1:] += inner[:-1] @ before
        seen[:-1] += inner[1:] @ after
        seen += self.learnt[f"{name}_bias"]
        found: Floats = np.maximum(seen, 0)
        return found


def bare(tokens: Sequence[int]) -> list[int]:
    """A text's tokens without the marks of its begin and end, unless it has no others; cut at LONGEST."""
    return [*tokens[1:-1][:LONGEST]] or [tokens[0]]


def word_vectors(weights: Weights, tokens: npt.NDArray[np.int64]) -> Floats:
    """The deep encoder's word vectors, each with mean 0 and variance 1."""
    vectors = weights.word_vectors(tokens)
    vectors -= vectors.mean(axis=1, keepdims=True)
    vectors /= vectors.std(axis=1, keepdims=True) + np.float32(1e-5)
    return vectors
