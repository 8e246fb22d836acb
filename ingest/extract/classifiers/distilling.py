"""How the swift encoder is taught: by the labels of the seed set, and to see what the deep encoder sees.

Needs torch, which `make setup` installs; nothing at run time does.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.extract.classifiers.swift import bare, word_vectors
from kb.language.encoder import Encoder
from kb.language.weights import Floats, Weights

INNER = 192
EPOCHS = 12
RATE = 2e-3
WARMING = 0.1  # share of the steps in which the rate rises
BATCH = 48
DROPPED = 0.25
UNSEEN = 0.08  # share of the words that are left out while learning
SMOOTHING = 0.05
UNKNOWN = -1  # in the place of a label
LIKENESS = 1.0  # weight of being like the deep encoder

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Texts with their labels in several tasks, and the deep view of each."""

    texts: Sequence[str]
    labels: Sequence[tuple[int, Ints]]  # a task: how many labels it has; each text's number or UNKNOWN
    seen: Floats  # what is to be like: a row a text


def distil(weights: Weights, lesson: Lesson) -> dict[str, Floats]:
    """What `Swift` computes with; the same lesson gives the same on one machine."""
    import torch
    from torch.nn import functional

    torch.manual_seed(0)
    order = np.random.RandomState(0)
    tokens = [bare(found) for found in Encoder(weights).tokens(lesson.texts)]
    all_tokens = np.concatenate([np.array(one, np.int64) for one in tokens])
    known, places = np.unique(all_tokens, return_inverse=True)
    words = np.vstack([np.zeros((1, weights.width), np.float32), word_vectors(weights, known)])
    vectors = torch.from_numpy(words)
    rows = np.split(places + 1, np.cumsum([len(one) for one in tokens])[:-1])
    seen = torch.from_numpy((lesson.seen - lesson.seen.mean(axis=0)) / (lesson.seen.std(axis=0) + 1e-6))
    net = _Net(weights.width, sum(count for count, _ in lesson.labels), lesson.seen.shape[1])
    optimiser = torch.optim.AdamW(net.learnt, lr=RATE, weight_decay=0.02)
    steps = EPOCHS * math.ceil(len(tokens) / BATCH)
    rates = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    for _ in range(EPOCHS):
        for batch in _batches([len(one) for one in tokens], order):
            padded = torch.nn.utils.rnn.pad_sequence([torch.from_numpy(rows[n]) for n in batch], True)
            there = (padded > 0).float()
            kept = ((torch.rand(padded.shape) > UNSEEN) | (there.sum(1, keepdim=True) < 4)).float()
            pooled = functional.dropout(net.pooled(vectors[padded] * kept[..., None], there), DROPPED)
            scores = pooled @ net.out + net.out_bias
            loss = LIKENESS * functional.mse_loss(pooled @ net.like, seen[batch])
            at = 0
            for count, labels in lesson.labels:
                wanted = torch.from_numpy(labels[batch])
                if (wanted != UNKNOWN).any():
                    loss = loss + functional.cross_entropy(
                        scores[:, at : at + count], wanted, ignore_index=UNKNOWN, label_smoothing=SMOOTHING
                    )
                at += count
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.learnt, 1.0)
            optimiser.step()
            rates.step()
    return net.kept()


class _Net:
    """The swift encoder with gradients, and what is asked of its pooled rows."""

    def __init__(self, width: int, outputs: int, like: int) -> None:
        import torch

        def drawn(*shape: int) -> Any:
            return (torch.randn(*shape) / math.sqrt(math.prod(shape[:-1]))).requires_grad_()

        def zeros(count: int) -> Any:
            return torch.zeros(count, requires_grad=True)

        self.into, self.into_bias = drawn(width, INNER), zeros(INNER)
        self.near, self.near_bias = drawn(3, INNER, INNER), zeros(INNER)
        self.far, self.far_bias = drawn(3, INNER, INNER), zeros(INNER)
        self.out, self.out_bias = drawn(2 * INNER, outputs), zeros(outputs)
        self.like = drawn(2 * INNER, like)
        self.learnt = [*vars(self).values()]

    def pooled(self, vectors: Any, there: Any) -> Any:
        """As `Swift.pooled`, on padded texts, with dropout."""
        import torch
        from torch.nn import functional

        counted = there[..., None]
        vectors = functional.dropout(vectors, DROPPED / 2)
        inner = functional.relu(vectors @ self.into + self.into_bias) * counted
        for matrix, bias in ((self.near, self.near_bias), (self.far, self.far_bias)):
            inner = functional.dropout(inner, DROPPED / 2)
            padded = functional.pad(inner, (0, 0, 1, 1))
            seen = padded[:, :-2] @ matrix[0] + padded[:, 1:-1] @ matrix[1] + padded[:, 2:] @ matrix[2]
            inner = (inner + functional.relu(seen + bias)) * counted
        mean = inner.sum(1) / counted.sum(1)
        return torch.cat([mean, (inner - 1e4 * (1 - counted)).amax(1)], 1)

    def kept(self) -> dict[str, Floats]:
        """What is needed at run time."""
        names = ("into", "into_bias", "near", "near_bias", "far", "far_bias")
        return {name: getattr(self, name).detach().numpy() for name in names}


def _rate(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / (WARMING * steps)) * max(0.0, 1 - step / steps)


def _batches(lengths: Sequence[int], order: np.random.RandomState) -> Iterator[Ints]:
    """Texts of like length together, in random order."""
    places = order.permutation(len(lengths))
    pools = [places[n : n + 20 * BATCH] for n in range(0, len(places), 20 * BATCH)]
    pools = [pool[np.argsort([lengths[place] for place in pool], kind="stable")] for pool in pools]
    batches = [pool[n : n + BATCH] for pool in pools for n in range(0, len(pool), BATCH)]
    for n in order.permutation(len(batches)):
        yield batches[n]
