"""How sure a whole candidate is: that its kind, its words and its day are right together.

A logistic regression (Platt 1999) on held-out judgements of the seed set's messages: what the classifier says
of the kind, which kind it is, whether a promise names a day, how long the clause is.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ingest.extract.candidates import FactKind
from ingest.extract.classifiers.features import MODELS
from ingest.extract.classifiers.model import spoken

CONFIDENCE = MODELS / "confidence.json"
STATED = (
    FactKind.COMMITMENT,
    FactKind.PREFERENCE,
    FactKind.ROLE_CHANGE,
    FactKind.NEED,
    FactKind.DECISION_MAKER,
    FactKind.USES_COMPETITOR,
)
_SURE = 1e-4  # no probability is nearer to 0 or 1


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of a candidate before anybody looked at it. `probability` is that of its kind."""

    kind: FactKind
    probability: float
    text: str
    dated: bool

    def features(self) -> list[float]:
        """Numbers about 0."""
        chance = min(max(self.probability, _SURE), 1 - _SURE)
        chinese = spoken(self.text) == "zh"
        length = float(np.log(len(self.text) * (3 if chinese else 1) / 50 + 0.02))
        return [
            float(np.log(chance / (1 - chance))),
            length,
            length**2,
            float(chinese),
            float(self.kind is FactKind.COMMITMENT and self.dated),
            *(float(self.kind is kind) for kind in STATED),
        ]


@dataclass(frozen=True, slots=True)
class Confidence:
    """Weights of `Claim.features`, and what is added."""

    weights: Sequence[float]
    shift: float

    def of(self, claim: Claim) -> float:
        """Probability in [0, 1] that the candidate is right; of kinds not in STATED, that of its kind."""
        if claim.kind not in STATED:
            return claim.probability
        score = self.shift + float(np.dot(self.weights, claim.features()))
        return float(1 / (1 + np.exp(-score)))

    def save(self, path: Path = CONFIDENCE) -> None:
        """Write it as JSON."""
        rounded = {"weights": [round(one, 5) for one in self.weights], "shift": round(self.shift, 5)}
        path.write_text(json.dumps(rounded) + "\n", encoding="utf-8")


def fitted(claims: Sequence[Claim], right: npt.NDArray[np.bool_]) -> Confidence:
    """What claims are worth by which of them were right; both must be among them."""
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(C=1.0, max_iter=1000).fit([claim.features() for claim in claims], right)
    return Confidence(found.coef_[0].tolist(), float(found.intercept_[0]))


@cache
def shipped_confidence() -> Confidence:
    """The one that ships."""
    kept: Mapping[str, object] = json.loads(CONFIDENCE.read_text(encoding="utf-8"))
    return Confidence(**kept)  # type: ignore[arg-type]  # as `save` wrote it
