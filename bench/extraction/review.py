"""What corrections are worth in a new domain: talk acts of a table of the seed set that was held out.

A classifier is trained on a part of the other tables (with the encoder as it comes: the tuned one has
seen all tables), then corrected by the 50 texts of the new table of which it is least sure among 200, and by
all 200, as the review queue would ask for them; judged on the rest of the new table.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ingest.extract.classifiers import features
from ingest.extract.classifiers.examples import Seed, seeds
from ingest.extract.classifiers.features import Views
from ingest.extract.classifiers.model import Classifier
from ingest.extract.classifiers.training import Example, f1, train
from ingest.extract.corrections import Lesson, Material, fit, kept, rows_of, taught
from kb.language.encoder import Encoder
from kb.language.weights import bundled, read

TASK = "talk-act"
TABLES = ("consumer.en.tsv", "trade.zh.tsv")
OF_OTHERS = 150  # texts of each other table: done in minutes
SAMPLE = 400  # of what was trained on, to keep to
POOL = 200  # texts of the new table that may be corrected
AMOUNTS = (50, 200)
PENALTY = 1e-2
STAGES = (("ngrams",), ("quick",), ("quick", "deep"))


def measured(tables: Sequence[str] = TABLES) -> dict[str, Any]:
    """Macro-F1 after each amount of corrections, a table."""
    known = [seed for seed in seeds() if seed.act]
    return {table: _of(table, known) for table in tables}


def _of(table: str, known: Sequence[Seed]) -> dict[str, float]:
    order = np.random.default_rng(0)
    new, old = _some(known, table, None, order), list[Seed]()
    for file in sorted({seed.file for seed in known} - {table}):
        old += _some(known, file, OF_OTHERS, order)
    views = _views([seed.text for seed in (*old, *new)], len(old))
    trained = views.some([*range(len(old))])
    classifier = train(TASK, [Example(seed.text, seed.act) for seed in old], trained, stages=STAGES)
    sample = kept(classifier, trained.some(order.permutation(len(old))[:SAMPLE].tolist()))
    pool = views.some([*range(len(old), len(old) + POOL)])
    lessons = [Lesson(TASK, seed.text, seed.act) for seed in new[:POOL]]
    material = taught(classifier, lessons, pool)
    unsure = np.argsort(material.chances.max(axis=1))
    judged = views.some([*range(len(old) + POOL, len(old) + len(new))])
    figures = {"0": _scored(classifier, new[POOL:], judged, None)}
    for amount in AMOUNTS:
        learnt = material.some(unsure[:amount]).and_(sample)
        figures[str(amount)] = _scored(classifier, new[POOL:], judged, learnt)
    return figures


def _some(known: Sequence[Seed], file: str, most: int | None, order: np.random.Generator) -> list[Seed]:
    theirs = [seed for seed in known if seed.file == file]
    return [theirs[n] for n in order.permutation(len(theirs))[:most]]


def _views(texts: list[str], trained: int) -> Views:
    """With the encoder as it comes, and centres of what is trained on."""
    encoder = Encoder(read(bundled()))
    vectors = {"quick": features.quick(texts), "deep": features.deep(texts, encoder)}
    centres = features.centres_of(texts[:trained], {name: rows[:trained] for name, rows in vectors.items()})
    views = Views(texts, encoder=encoder, centres=centres)
    for name, rows in vectors.items():
        views.give(name, rows)
    return views


def _scored(classifier: Classifier, seeds: Sequence[Seed], views: Views, learnt: Material | None) -> float:
    chances = classifier.probabilities(views)
    if learnt is not None:
        chances = fit(classifier, learnt, PENALTY).corrected(chances, rows_of(views))
    said = np.array(classifier.labels)[chances.argmax(axis=1)]
    true = np.array([seed.act for seed in seeds])
    return round(float(np.mean([f1(said == label, true == label) for label in classifier.labels])), 3)
