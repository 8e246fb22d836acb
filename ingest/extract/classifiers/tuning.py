"""How the deep encoder is tuned to what sentences do: low-rank updates, learnt from the seed set.

All tasks are learnt together from the mean of the last layer's states. Only the updates are kept (1.5 MB in
half precision); the encoder adds them to its matrices once, so a tuned one costs what an untuned one does.
Needs torch, which `make setup` installs; nothing at run time does.

Hu et al. (2021), LoRA: Low-Rank Adaptation of Large Language Models, arXiv:2106.09685.
"""

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ingest.extract.classifiers.examples import FLAGS, SENTIMENTS, TALK_ACTS, Seed
from kb.language.encoder import PREFIX, Encoder
from kb.language.weights import ADAPTED, Floats, Weights

RANK = 16
EPOCHS = 6
RATE = 1e-3
WARMING = 0.1  # share of the steps in which the rate rises
DROPPED = 0.1
BATCH = 32
LONGEST = 96  # tokens
FIRST = 4  # layers below keep as they are: what they say of the seeds is computed once
SMOOTHING = 0.05
SENTIMENT_WEIGHT = 0.5
_MOODS = tuple(SENTIMENTS.values())


@dataclass(frozen=True, slots=True)
class _Batch:
    states: list[Floats]  # after FIRST layers, a row a token
    seeds: list[Seed]


def tune(
    weights: Weights,
    seeds: Sequence[Seed],
    *,
    epochs: int = EPOCHS,
    told: Callable[[str], None] = lambda _: None,
) -> dict[str, Floats]:
    """The updates by name, for `Weights.adapted`; the same seeds give the same updates on one machine."""
    import torch

    torch.manual_seed(0)
    order = random.Random(0)  # noqa: S311 - order of training, no secret
    updates = _fresh(weights)
    head = [
        torch.zeros(weights.width, _outputs(), requires_grad=True),
        torch.zeros(_outputs(), requires_grad=True),
    ]
    learnt = [*updates.values(), *head]
    optimiser = torch.optim.AdamW(learnt, lr=RATE, weight_decay=0.01)
    encoder = Encoder(weights)
    tokens = [one[:LONGEST] for one in encoder.tokens([PREFIX["query"] + seed.text for seed in seeds])]
    known = encoder.states(tokens, FIRST)
    steps = epochs * math.ceil(len(seeds) / BATCH)
    rates = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    for epoch in range(epochs):
        losses = []
        for batch in _batches(known, seeds, order):
            scores = _pooled(weights, updates, batch.states) @ head[0] + head[1]
            loss = _loss(scores, batch.seeds)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learnt, 1.0)
            optimiser.step()
            rates.step()
            losses.append(loss.item())
        told(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.3f}")
    return {name: update.detach().numpy() for name, update in updates.items()}


def _outputs() -> int:
    return len(TALK_ACTS) + len(FLAGS) + len(_MOODS)


def _fresh(weights: Weights) -> dict[str, Any]:
    """Updates that change nothing yet: one factor is random, the other zero."""
    import torch

    updates = {}
    for n, layer in enumerate(weights.layers[FIRST:], FIRST):
        for name in ADAPTED:
            rows, columns = getattr(layer, name).shape
            updates[f"{n}.{name}.a"] = (torch.randn(rows, RANK) / math.sqrt(rows)).requires_grad_()
            updates[f"{n}.{name}.b"] = torch.zeros(RANK, columns, requires_grad=True)
    return updates


def _rate(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / (WARMING * steps)) * max(0.0, 1 - step / steps)


def _batches(known: Sequence[Floats], seeds: Sequence[Seed], order: random.Random) -> Iterator[_Batch]:
    """Texts of like length together, in random order."""
    places = list(range(len(seeds)))
    order.shuffle(places)
    pools = [places[n : n + 20 * BATCH] for n in range(0, len(places), 20 * BATCH)]
    batches = [
        pool[n : n + BATCH]
        for pool in (sorted(pool, key=lambda place: len(known[place])) for pool in pools)
        for n in range(0, len(pool), BATCH)
    ]
    order.shuffle(batches)
    for batch in batches:
        yield _Batch([known[place] for place in batch], [seeds[place] for place in batch])


def _pooled(weights: Weights, updates: Mapping[str, Any], batch: Sequence[Floats]) -> Any:
    """The mean of the last layer's states, as kb.language.encoder computes it, with gradients and dropout."""
    import torch
    from torch.nn import functional

    texts, longest = len(batch), max(map(len, batch))
    there = torch.zeros(texts, longest, dtype=torch.bool)
    states = torch.zeros(texts, longest, weights.width)
    for n, known in enumerate(batch):
        there[n, : len(known)] = True
        states[n, : len(known)] = torch.from_numpy(known)

    def normalised(states: Any, by: tuple[Floats, Floats]) -> Any:
        scale, shift = (torch.tensor(one) for one in by)
        return functional.layer_norm(states, (weights.width,), scale, shift, weights.epsilon)

    def multiplied(states: Any, n: int, name: str, bias: Floats) -> Any:
        matrix = torch.from_numpy(getattr(weights.layers[n], name))
        update = (functional.dropout(states, DROPPED) @ updates[f"{n}.{name}.a"]) @ updates[f"{n}.{name}.b"]
        return states @ matrix + torch.tensor(bias) + update

    states = functional.dropout(states, DROPPED)
    for n, layer in enumerate(weights.layers[FIRST:], FIRST):
        apart = multiplied(states, n, "qkv", layer.qkv_bias).view(texts, longest, 3, weights.heads, -1)
        query, key, value = apart.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=there[:, None, None, :])
        seen = seen.transpose(1, 2).reshape(texts, longest, weights.width)
        seen = functional.dropout(multiplied(seen, n, "out", layer.out_bias), DROPPED)
        states = normalised(states + seen, layer.attended)
        inner = functional.gelu(multiplied(states, n, "up", layer.up_bias), approximate="tanh")
        inner = functional.dropout(multiplied(inner, n, "down", layer.down_bias), DROPPED)
        states = normalised(states + inner, layer.left)
    counted = there[:, :, None].float()
    return (states * counted).sum(1) / counted.sum(1)


def _loss(scores: Any, seeds: Sequence[Seed]) -> Any:
    import torch
    from torch.nn import functional

    acts = torch.tensor([TALK_ACTS.index(seed.act) if seed.act else -1 for seed in seeds])
    flags = torch.tensor([[float(letter in seed.flags) for letter in FLAGS.values()] for seed in seeds])
    moods = torch.tensor([_MOODS.index(seed.sentiment) for seed in seeds])
    act_scores, flag_scores, mood_scores = scores.split([len(TALK_ACTS), len(FLAGS), len(_MOODS)], dim=1)
    act_loss = functional.cross_entropy(
        act_scores, acts, ignore_index=-1, label_smoothing=SMOOTHING, reduction="sum"
    ) / max(int((acts >= 0).sum()), 1)
    flag_loss = functional.binary_cross_entropy_with_logits(flag_scores, flags)
    return act_loss + flag_loss + SENTIMENT_WEIGHT * functional.cross_entropy(mood_scores, moods)
