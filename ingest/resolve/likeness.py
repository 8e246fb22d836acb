"""How alike two clauses are in what they speak of, each encoded once.

The quick encoder tells paraphrases about as well as the deep one, at eight times the speed (AUC .85 and .87
on the development threads). Each language's mean is taken away first, so that 0 is a pair taken by chance.
"""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from ingest.extract.classifiers.features import quick, shipped_centres
from ingest.text import language

Floats = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]

REMEMBERED = 20_000  # clauses


class Likeness:
    """Vectors of clauses by one encoder, remembered; `centre` is taken away from each first."""

    def __init__(self, encode: Encode, centre: Callable[[str], Floats] | None = None) -> None:
        self._encode = encode
        self._centre = centre
        self._known: dict[str, Floats] = {}

    def learn(self, texts: Sequence[str]) -> None:
        """Encode all new texts at once: quicker than one by one."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if len(self._known) + len(new) > REMEMBERED:
            self._known.clear()
            new = list(dict.fromkeys(texts))
        if not new:
            return
        vectors = self._encode(new)
        if self._centre is not None:
            vectors = vectors - np.stack([self._centre(text) for text in new])
        vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        self._known.update(zip(new, vectors.astype(np.float32), strict=True))

    def between(self, one: str, other: str) -> float:
        """The cosine of two texts' vectors, in [-1, 1]."""
        self.learn((one, other))
        return float(self._known[one] @ self._known[other])


@cache
def shipped_likeness() -> Likeness:
    """Likeness by the quick encoder, about the centre of each language: 600 clauses a second."""
    centres = shipped_centres()
    return Likeness(quick, lambda text: centres["quick_zh" if language(text) == "zh" else "quick_en"])
