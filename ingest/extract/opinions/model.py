"""A trained finder of opinions: a tagger of their parts, and a scorer of which parts belong together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ingest.extract.opinions import scorer
from ingest.extract.opinions.examples import POLARITIES, Conversation, Opinion
from ingest.extract.opinions.pairing import Triples, triples
from ingest.extract.spans.network import Weights
from ingest.extract.spans.stored import (
    described,
    of_arrays,
    read_folder,
    tagger_arrays,
    tagger_of,
    write_folder,
)
from ingest.extract.spans.tagger import Tagger
from kb.language.weights import Floats

TASK = "opinion"


@dataclass(frozen=True, slots=True)
class Opinions:
    """Finds who thinks what of what."""

    tagger: Tagger
    weights: Weights  # of the scorer
    least: float  # probability of an opinion, from which on it is believed
    version: str
    figures: Mapping[str, Any]

    def find(self, conversations: Sequence[Conversation]) -> list[list[Opinion]]:
        """The opinions of each conversation, by the place of their words."""
        read = self.tagger.read([one.text for one in conversations])
        found = [triples(one, known) for one, known in zip(conversations, read, strict=True)]
        return [chosen(one, scorer.chances(self.weights, one), self.least) for one in found]

    def save(self, folder: Path) -> None:
        """Write it into the folder, which is made."""
        arrays = tagger_arrays(self.tagger) | {f"scorer.{name}": one for name, one in self.weights.items()}
        stated = {"version": self.version, "figures": self.figures, "least": self.least}
        write_folder(folder, TASK, stated | described(self.tagger), arrays)


def load(folder: Path) -> Opinions:
    """The model of a folder. Raises Invalid where there is none of opinions."""
    stated, arrays = read_folder(folder, TASK)
    return Opinions(
        tagger_of(stated, arrays),
        of_arrays("scorer.", arrays),
        float(stated["least"]),
        stated["version"],
        stated["figures"],
    )


def chosen(found: Triples, chances: Floats, least: float) -> list[Opinion]:
    """The opinions that are believed: of each target and opinion words with the likeliest aspect.

    Opinion words that belong to a target belong to none no more.
    """
    sure = 1 - chances[:, 0]
    opinions: dict[tuple[object, object], Opinion] = {}
    targeted = set()
    for n in np.argsort(-sure, kind="stable").tolist():
        target, aspect, words = found.places(found.rows[n].tolist())
        if sure[n] < least:
            break
        if (target, words) in opinions or (target is None and words in targeted):
            continue
        if target is not None:
            targeted.add(words)
            opinions.pop((None, words), None)
        polarity = POLARITIES[int(chances[n, 1:].argmax())]
        opinions[target, words] = Opinion(target, aspect, words, polarity, float(sure[n]))
    return sorted(opinions.values(), key=lambda one: (one.words, one.target or (-1, -1)))
