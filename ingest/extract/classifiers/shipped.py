"""The models that ship with KBCRM, made from the seed set.

    python -m ingest.extract.classifiers.shipped FOLDER


The deep encoder is tuned three times: on each half of the seed set's tables, so that what the classifiers are
calibrated on was never seen by the encoder that judges it, and on all of it, which is the one that ships.
Needs torch (`make setup`) and some 40 minutes on two cores.
"""

import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ingest.extract.classifiers import features
from ingest.extract.classifiers.examples import TASKS, Seed, StatedClause, seeds, stated_clauses
from ingest.extract.classifiers.features import ADAPTER, CENTRES, MODELS, Views
from ingest.extract.classifiers.model import Classifier, Floats, load
from ingest.extract.classifiers.training import Example, Fold, train
from kb.language.encoder import Encoder
from kb.language.weights import bundled, read

STATED_ACTS = ("commitment", "preference", "need")
FACTS = "facts"  # what a clause states: not a task for `kbcrm classify`


@cache
def shipped(task: str) -> Classifier:
    """The shipped classifier of a task. Raises Invalid where it is missing."""
    return load(MODELS / task)


def main(folder: Path) -> None:
    """Make all of them; updates of the encoder that are in the folder already are taken from there."""
    known = seeds()
    halves = _halves(known)
    weights = read(bundled())
    tunings = [_tuned(folder / f"{name}.npz", part) for name, part in halves] + [
        _tuned(folder / "all.npz", known)
    ]
    MODELS.mkdir(exist_ok=True)
    _kept(ADAPTER, tunings[-1])
    stated = stated_clauses()
    texts = [*(seed.text for seed in known), *(one.text for one in stated)]
    quickly = features.quick(texts)
    views = []
    for updates in tunings:
        encoder = Encoder(weights.adapted(updates))
        vectors = {"quick": quickly, "deep": features.deep(texts, encoder)}
        centres = features.centres_of(
            texts[: len(known)], {name: rows[: len(known)] for name, rows in vectors.items()}
        )
        views.append(Views(texts, encoder=encoder, centres=centres))
        for name, rows in vectors.items():
            views[-1].give(name, rows)
        _tell(f"{len(texts)} texts seen by encoder {len(views)} of {len(tunings)}")
    _kept(CENTRES, centres)
    odd = np.array([seed.file in {other.file for other in halves[0][1]} for seed in known])
    for task in TASKS:
        places = np.array([n for n, seed in enumerate(known) if seed.label(task) is not None])
        examples = [Example(known[n].text, str(known[n].label(task))) for n in places]
        _make(task, examples, [one.some(places.tolist()) for one in views], odd[places])
    examples = facts_examples(known, stated)
    clause_halves = np.array([one.message % 2 == 0 for one in stated], bool)
    _make(FACTS, examples, views, np.concatenate([odd, clause_halves]))


def _halves(known: Sequence[Seed]) -> list[tuple[str, list[Seed]]]:
    """Every second table, so that each half has both languages and tables of its own."""
    tables = sorted({seed.file for seed in known})
    named = (("odd", tables[1::2]), ("even", tables[::2]))
    return [(name, [seed for seed in known if seed.file in half]) for name, half in named]


def _tuned(kept: Path, part: Sequence[Seed]) -> dict[str, Floats]:
    if not kept.exists():
        from ingest.extract.classifiers.tuning import tune

        updates: Any = tune(read(bundled()), part, told=lambda said: _tell(f"{kept.stem}: {said}"))
        np.savez(kept, **updates)
    with np.load(kept) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _kept(path: Path, arrays: Mapping[str, Floats]) -> None:
    """Half precision is enough for what is added up hundreds of times."""
    halved: Any = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(path, **halved)


def _make(task: str, examples: Sequence[Example], views: Sequence[Views], odd: Any) -> None:
    """Calibrated on what each half says of the other, fitted on all."""
    folds = [
        Fold(np.flatnonzero(odd), np.flatnonzero(~odd), views[0]),
        Fold(np.flatnonzero(~odd), np.flatnonzero(odd), views[1]),
    ]
    classifier = train(task, examples, views[2], folds)
    classifier.save(MODELS / task)
    _tell(f"{task}: {classifier.figures}")


def facts_examples(known: Sequence[Seed], stated: Sequence[StatedClause]) -> list[Example]:
    """Examples of what clauses state: the seed set's sentences by their acts, then its messages' clauses."""
    acts = ((seed, seed.act if seed.act in STATED_ACTS else "none") for seed in known)
    return [
        *(Example(seed.text, act) for seed, act in acts),
        *(Example(one.text, one.label) for one in stated),
    ]


def _tell(said: str) -> None:
    sys.stderr.write(said + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
