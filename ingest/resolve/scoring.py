"""Small logistic models: their weights lie in weights.json beside this module (bench/fit_threads.py)."""

import json
from collections.abc import Mapping
from functools import cache
from math import exp
from pathlib import Path

WEIGHTS = Path(__file__).with_name("weights.json")
BIAS = "bias"

Features = Mapping[str, float]


@cache
def weights() -> dict[str, dict[str, float]]:
    """The weights of each model, by name of the model and of the feature."""
    loaded: dict[str, dict[str, float]] = json.loads(WEIGHTS.read_text("utf-8"))
    return loaded


def chance(model: Mapping[str, float], features: Features) -> float:
    """The probability in (0, 1); a feature without a weight counts nothing."""
    total = model.get(BIAS, 0.0) + sum(model.get(name, 0.0) * value for name, value in features.items())
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))
