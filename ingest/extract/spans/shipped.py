"""The models of spans that ship with KBCRM, made from the seed set: opinions and names.

python -m ingest.extract.spans.shipped [opinion] [entities]

First the mean row of each language, over sentences that say the same in both. Needs ten minutes on one core.
"""

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from ingest.extract.classifiers.features import LANGUAGES, MODELS
from ingest.extract.entities import model as entities_model
from ingest.extract.entities import training as entities_training
from ingest.extract.entities.examples import seed_entities
from ingest.extract.entities.model import Entities
from ingest.extract.opinions import model as opinions_model
from ingest.extract.opinions.examples import (
    Conversation,
    Judged,
    Opinion,
    Place,
    Utterance,
    seed_opinions,
)
from ingest.extract.opinions.model import Opinions
from ingest.extract.opinions.training import train
from ingest.extract.spans.learning import CENTRES, Labelled
from ingest.extract.spans.units import states

APART = 4  # lines between two sentences that are joined; even, as the number of lines is
JOINS = {"en": (". ", ", but ", ", and "), "zh": ("。", "，但", "，")}


@cache
def shipped_opinions() -> Opinions:
    """The shipped finder of opinions. Raises Invalid where it is missing."""
    return opinions_model.load(MODELS / opinions_model.TASK)


@cache
def shipped_entities() -> Entities:
    """The shipped finder of names. Raises Invalid where it is missing."""
    return entities_model.load(MODELS / entities_model.TASK)


def all_seed_entities() -> list[Labelled]:
    """What that learns from."""
    return [one for language in LANGUAGES for one in seed_entities(language)]


def all_seed_opinions() -> list[Judged]:
    """What it learns from, both languages.

    Each sentence is there alone and joined to one some lines further: what is said of one thing there is not
    meant of the other. While training every second example is held out: what is said twice, in both languages
    or joined, stays on one side.
    """
    both = [seed_opinions(language) for language in LANGUAGES]
    longest = max(map(len, both))
    alone = [one for n in range(0, longest, 2) for examples in both for one in examples[n : n + 2]]
    pairs = [
        joined(one, examples[(n + APART) % len(examples)], JOINS[language][n % len(JOINS[language])])
        for language, examples in zip(LANGUAGES, both, strict=True)
        for n, one in enumerate(examples)
    ]
    return [*alone, *pairs]


def joined(one: Judged, other: Judged, join: str) -> Judged:
    """Two sentences in one line, the first without its full stop; opinions keep their words."""
    first = one.conversation.text.rstrip(".。")
    by = len(first) + len(join)

    def moved(place: Place | None) -> Place | None:
        return place and (place[0] + by, place[1] + by)

    moved_opinions = (
        Opinion(
            moved(opinion.target), moved(opinion.aspect), moved(opinion.words) or (0, 0), opinion.polarity
        )
        for opinion in other.opinions
    )
    text = first + join + other.conversation.text
    return Judged(Conversation((Utterance(text),)), (*one.opinions, *moved_opinions))


def main(tasks: Sequence[str]) -> None:
    """Make all of them, or those of the tasks that are named."""
    rows = {name: states([one.conversation.text for one in seed_opinions(name)]) for name in LANGUAGES}
    means: Any = {name: np.concatenate(known).mean(axis=0).astype(np.float16) for name, known in rows.items()}
    np.savez_compressed(CENTRES, **means)
    if opinions_model.TASK in tasks:
        opinions = train(all_seed_opinions(), told=_tell)
        opinions.save(MODELS / opinions_model.TASK)
        _tell(f"opinions: {opinions.figures}")
    if entities_model.TASK in tasks:
        entities = entities_training.train(all_seed_entities(), told=_tell)
        entities.save(MODELS / entities_model.TASK)
        _tell(f"entities: {entities.figures}")


def _tell(said: str) -> None:
    sys.stderr.write(said + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main(sys.argv[1:] or (opinions_model.TASK, entities_model.TASK))
