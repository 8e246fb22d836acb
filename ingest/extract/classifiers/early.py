"""A quick classifier before the careful one: it answers what it can, and passes on the rest.

Its heads see the swift encoder's vector, n-grams, and the deep encoder's first six and nine layers, which the
last ones go on from. After each head a text goes on where what may be gained is worth what it costs: the
chances of the other labels, each worth the more the rarer it is, less what could be lost of the label that
is said; how much of either comes true is fitted on what the heads said of texts they had not seen.

Teerapittayanon et al. (2016), BranchyNet: Fast Inference via Early Exiting, arXiv:1709.01686.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ingest.extract.classifiers.blending import NEVER, Bools, Ints, blend_of
from ingest.extract.classifiers.features import Views
from ingest.extract.classifiers.fitting import Fold, Lessons, best
from ingest.extract.classifiers.model import Classifier, Floats, Head, Stage
from ingest.extract.classifiers.training import Example, f1, version_of

FOLDER = "early"  # beside the careful classifiers
VIEWS = ("swift", "ngrams", "deep6", "deep9")
COSTS = {"swift": 0.15, "ngrams": 0.15, "deep6": 2.0, "deep9": 1.0, "last": 2.0}  # ms of a core's time a text
OFTEN = {"deep6": 0.6, "deep9": 0.6, "last": 0.3}  # how often texts that go on come so far
# What a text that is judged right is worth, in ms: at most a point of macro-F1 is lost on held-out examples,
# and of facts half a point of F1 over all kinds.
EAGER = {"talk-act": 60, "facts": 90, "sentiment": 90}
RARE = 0.25  # a label is worth its number of texts to the power of minus this
LIKE = 10.0  # how often a text counts that is like what will be asked


@dataclass(frozen=True, slots=True)
class _Held:
    """What heads said of texts that they had not seen, and what the careful classifier said of them."""

    blends: Sequence[Stage]
    chances: Sequence[Floats]  # after each head
    final: Floats
    truth: Ints
    counted: Any  # how often each text counts


def learn_early(
    task: str,
    examples: Sequence[Example],
    views: Views,
    folds: Sequence[Fold],
    final: Floats,
    *,
    like: Bools | None = None,
) -> Classifier:
    """The quick classifier of a task. `final` is what the careful one said of each example while held out.

    `like` tells the examples that are like what will be asked, where not all are: what the heads say together
    is made to fit them above all, and the loss is measured on them.
    """
    labels = tuple(sorted({example.label for example in examples}))
    truth: Ints = np.array([labels.index(example.label) for example in examples])
    weights = np.array([example.weight for example in examples])
    lessons, everywhere = Lessons(truth, weights, len(labels)), np.arange(len(examples))
    heads, logs = list[Head](), list[Floats]()
    for view in VIEWS:
        said, head = best((view,), lessons, folds, everywhere, views)
        heads.append(head)
        logs.append(said)
    like = np.ones(len(truth), bool) if like is None else like
    counted = np.where(like, LIKE, 1.0) if not like.all() else weights
    blends = [blend_of(logs[: n + 1], truth, counted) for n in range(len(VIEWS))]
    chances = [one.probabilities(logs[: n + 1]) for n, one in enumerate(blends)]
    held = _Held(blends, chances, final, truth, counted)
    stages, found, shares = _staged(held, EAGER.get(task, max(EAGER.values())))
    both = (round(_macro(one[like], truth[like]), 4) for one in (found, final))
    figures = {
        "examples": len(truth),
        "held_out": dict(zip(("macro_f1", "careful"), both, strict=True)),
        "go_on": dict(zip(VIEWS, shares, strict=True)),
    }
    return Classifier(
        task, labels, tuple(heads), tuple(stages), version_of(f"early {task}", examples), figures
    )


def _staged(held: _Held, eager: float) -> tuple[list[Stage], Floats, list[float]]:
    """The stages; what they and the careful classifier say together; the share that goes on after each."""
    counts = np.bincount(held.truth, weights=held.counted, minlength=held.final.shape[1])
    rare = np.maximum(counts, 1.0) ** -RARE
    rare *= held.counted.sum() / (rare * counts).sum()
    live, found = np.ones(len(held.truth), bool), held.final.copy()
    stages, shares = list[Stage](), list[float]()
    for n, (one, chances) in enumerate(zip(held.blends, held.chances, strict=True)):
        gain, loss = _fitted(held, chances, rare, live)
        ahead = sum(COSTS[view] * OFTEN[view] for view in (*VIEWS[n + 1 :], "last") if view in OFTEN)
        worth = rare * gain * eager / ahead
        kept = loss / gain if gain else 0.0
        never = (NEVER,) * len(rare)
        stages.append(replace(one, sure=never, worth=tuple(worth.tolist()), kept=kept))
        stop = live & ~stages[-1].unsure(chances)
        found[stop] = chances[stop]
        live &= ~stop
        shares.append(round(float(live.mean()), 3))
    return stages, found, shares


def _fitted(held: _Held, chances: Floats, rare: Any, live: Bools) -> tuple[float, float]:
    """How much of the other labels' worth is gained by going on, and how much of the said one's is lost."""
    from scipy.optimize import nnls

    if not live.any():
        return 0.0, 0.0
    said = chances.argmax(axis=1)
    hoped = chances * rare
    own = hoped[np.arange(len(said)), said]
    features = np.stack([hoped.sum(axis=1) - own, -own], axis=1)
    right = (held.final.argmax(axis=1) == held.truth).astype(float) - (said == held.truth)
    often = np.sqrt(held.counted[live])
    gain, loss = nnls(features[live] * often[:, None], (rare[held.truth] * right)[live] * often)[0]
    return float(gain), float(loss)


def _macro(chances: Floats, truth: Ints) -> float:
    said = chances.argmax(axis=1)
    return float(np.mean([f1(said == n, truth == n) for n in range(chances.shape[1])]))
