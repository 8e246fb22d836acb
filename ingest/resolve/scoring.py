"""Small models of what belongs together, fitted by bench/fit_threads.py: logistic ones, and boosted trees.

Their weights lie beside this module: weights.json has those of the logistic models, about.json the trees.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from math import exp
from pathlib import Path
from typing import Any

WEIGHTS = Path(__file__).with_name("weights.json")
TREES = Path(__file__).with_name("about.json")
BIAS = "bias"

Features = Mapping[str, float]
Node = Sequence[float]  # feature (-1: a leaf), threshold, child up to it, child above it, value of a leaf


@cache
def weights() -> dict[str, dict[str, float]]:
    """The weights of each logistic model, by name of the model and of the feature."""
    loaded: dict[str, dict[str, float]] = json.loads(WEIGHTS.read_text("utf-8"))
    return loaded


@cache
def trees() -> dict[str, Any]:
    """The trees of what a clause is about: "features", their names; "bias"; "trees", each a list of nodes."""
    loaded: dict[str, Any] = json.loads(TREES.read_text("utf-8"))
    return loaded


def chance(model: Mapping[str, float], features: Features) -> float:
    """The probability in (0, 1); a feature without a weight counts nothing."""
    return _probability(
        model.get(BIAS, 0.0) + sum(model.get(name, 0.0) * value for name, value in features.items())
    )


def chance_by_trees(model: Mapping[str, Any], features: Features) -> float:
    """The probability in (0, 1) by the sum of what the trees say (Friedman 2001); a missing feature is 0."""
    row = [features.get(name, 0.0) for name in model["features"]]
    return _probability(model[BIAS] + sum(_value(tree, row) for tree in model["trees"]))


def _value(tree: Sequence[Node], row: Sequence[float]) -> float:
    node = tree[0]
    while node[0] >= 0:
        node = tree[int(node[2] if row[int(node[0])] <= node[1] else node[3])]
    return node[4]


def _probability(score: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))
