"""The models that ship with KBCRM, made from the seed set.

    python -m ingest.extract.classifiers.shipped FOLDER [TASK … | early]

The deep encoder is tuned three times: on each half of the seed set's tables, so that what the classifiers are
calibrated on was never seen by the encoder that judges it, and on all of it, which is the one that ships.
Each of the three teaches a swift encoder. With tasks, only their heads are made, on the encoders and vectors
that FOLDER holds; with "early" only the quick classifiers before them. Needs torch (`make setup`) and some 45
minutes on two cores; heads alone need a few, and no torch.
"""

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.extract.candidates import LEAST, FactKind
from ingest.extract.classifiers import early, features
from ingest.extract.classifiers.confidence import Claim, Confidence, fitted
from ingest.extract.classifiers.examples import (
    FLAGS,
    SENTIMENTS,
    TALK_ACTS,
    TASKS,
    Seed,
    StatedClause,
    examples_of,
    fragments,
    second_sentences,
    second_texts,
    seeds,
    stated_clauses,
    whole_texts,
)
from ingest.extract.classifiers.features import ADAPTER, CENTRES, MODELS, SWIFT, Views
from ingest.extract.classifiers.fitting import Fold
from ingest.extract.classifiers.model import Classifier, Floats, load
from ingest.extract.classifiers.swift import Swift
from ingest.extract.classifiers.training import Example, learn
from ingest.extract.when import due
from kb.language.encoder import Encoder
from kb.language.weights import Weights, bundled, read

STATED_ACTS = ("commitment", "preference", "need")
FACTS = "facts"  # what a clause states: not a task for `kbcrm classify`
ACTS = "talk-act"  # what a sentence does
HURRIED = (ACTS, FACTS, "sentiment")  # what the pipeline asks
EARLY = "early"  # in the place of tasks: the quick classifiers of all HURRIED
STAGES = (("swift",), ("ngrams",), ("quick",), ("quick", "deep"))
OTHERS = {"complaint": (*STAGES[:-1], ("quick", "plain", "deep"))}  # few texts, whose trades nobody has seen
LOST = {FACTS: 0.007, ACTS: 0.03, "sentiment": 0.01}  # of a label's texts, for speed's sake
RARE: Mapping[str, float] = {  # how often an example counts
    FactKind.DECISION_MAKER: 3.0,
    FactKind.USES_COMPETITOR: 3.0,
    FactKind.ROLE_CHANGE: 2.0,
}

Halves = npt.NDArray[np.bool_]


@cache
def shipped(task: str) -> Classifier:
    """The shipped classifier of a task, behind a quick one if it has one. Raises Invalid without it."""
    first = MODELS / early.FOLDER / task
    return replace(load(MODELS / task), early=load(first) if first.exists() else None)


def main(folder: Path, only: Collection[str] = ()) -> None:
    """Make all of them, or `only` those of some tasks; with EARLY only the quick ones.

    What is in the folder already is taken from there: tuned encoders, and vectors.
    """
    known, stated = seeds(), stated_clauses()
    clauses = facts_examples(known, stated)
    first = whole_texts()
    second = [*second_texts(), *(one for task in FLAGS for one in second_sentences(task))]
    texts = [one.text for one in (*clauses, *first, *second)]
    odd = np.concatenate([_odd(known, stated), _every_other(first), _every_other(second)])
    making = _Making(folder, read(bundled()), known, clauses, texts)
    MODELS.mkdir(exist_ok=True)
    views = [making.views("odd", odd), making.views("even", ~odd), making.views("all", None)]
    place = {text: n for n, text in reversed([*enumerate(texts)])}
    asked = {task: examples_of(task) for task in TASKS} | {FACTS: clauses}
    only_early = EARLY in only
    for task in HURRIED if only_early else only or asked:
        examples = asked[task]
        places = [place[one.text] for one in examples] if task != FACTS else range(len(clauses))
        held_out = _make(
            task, examples, [one.some(places) for one in views], odd[places], only_early=only_early
        )
        if task == FACTS and not only_early:
            _confidence(stated, held_out[len(known) :]).save()


def _odd(known: Sequence[Seed], stated: Sequence[StatedClause]) -> Halves:
    """Every second table and message: each half has both languages and domains of its own."""
    half = {seed.file for seed in _halves(known)[0][1]}
    return np.array([seed.file in half for seed in known] + [one.message % 2 == 0 for one in stated])


def _every_other(examples: Sequence[Example]) -> Halves:
    """The examples of every second domain."""
    domains = sorted({one.domain for one in examples})
    return np.array([domains.index(one.domain) % 2 == 0 for one in examples])


def _halves(known: Sequence[Seed]) -> list[tuple[str, list[Seed]]]:
    tables = sorted({seed.file for seed in known})
    named = (("odd", tables[1::2]), ("even", tables[::2]))
    return [(name, [seed for seed in known if seed.file in half]) for name, half in named]


class _Making:
    """Encoders tuned and taught on a part of the seed set, and what they see in all texts."""

    def __init__(
        self,
        folder: Path,
        weights: Weights,
        known: Sequence[Seed],
        clauses: Sequence[Example],
        texts: Sequence[str],
    ) -> None:
        """The texts begin with those of `clauses`, which begin with those of the seed set."""
        self.folder, self.weights = folder, weights
        self.known, self.clauses, self.texts = known, clauses, texts

    def views(self, name: str, part: Halves | None) -> Views:
        """The views of encoders that learnt from a part of the texts; from all, they are those that ship."""
        chosen = np.ones(len(self.texts), bool) if part is None else part
        updates = self._tuned(name, [seed for seed, one in zip(self.known, chosen, strict=False) if one])
        encoder = Encoder(self.weights.adapted(updates))
        vectors = {
            "quick": self._vectors("quick", self.texts, features.quick),
            "deep": self._seen(f"deep-{name}", self.texts, encoder),
        }
        places = np.flatnonzero(chosen[: len(self.clauses)])
        learnt = self._taught(name, places, vectors["deep"][places], encoder)
        vectors["swift"] = Swift(self.weights, encoder, learnt).pooled(self.texts)
        vectors["plain"] = self._vectors("plain", self.texts, features.plain)
        known = self.texts[: len(self.known)]
        centres = features.centres_of(known, {view: rows[: len(known)] for view, rows in vectors.items()})
        if part is None:
            for path, arrays in ((ADAPTER, updates), (SWIFT, learnt), (CENTRES, centres)):
                _kept(path, arrays)
        found = Views(self.texts, encoder=encoder, centres=centres)
        for view, rows in vectors.items():
            found.give(view, rows)
        _tell(f"{len(self.texts)} texts seen by the encoders of {name}")
        return found

    def _tuned(self, name: str, part: Sequence[Seed]) -> Mapping[str, Floats]:
        from ingest.extract.classifiers.tuning import tune

        def tuned() -> Mapping[str, Floats]:
            return tune(self.weights, part, told=lambda said: _tell(f"{name}: {said}"))

        return _once(self.folder / f"{name}.npz", tuned)

    def _taught(
        self, name: str, places: npt.NDArray[np.int64], deep: Floats, encoder: Encoder
    ) -> Mapping[str, Floats]:
        """By the labelled texts at `places`, and by what the encoder sees in fragments that have no label."""
        from ingest.extract.classifiers.distilling import UNKNOWN, Lesson, distil

        def taught() -> Mapping[str, Floats]:
            spare = fragments()
            labels = [
                (count, np.concatenate([numbers[places], np.full(len(spare), UNKNOWN)]))
                for count, numbers in lesson_labels(self.known, self.clauses)
            ]
            seen = np.concatenate([deep, self._seen(f"fragments-{name}", spare, encoder)])
            return distil(self.weights, Lesson([*(self.texts[n] for n in places), *spare], labels, seen))

        return _once(self.folder / f"swift-{name}.npz", taught)

    def _seen(self, name: str, texts: Sequence[str], encoder: Encoder) -> Floats:
        return self._vectors(name, texts, lambda some: features.deep(some, encoder))

    def _vectors(
        self, name: str, texts: Sequence[str], computed: Callable[[Sequence[str]], Floats]
    ) -> Floats:
        """Those in the folder, and those of texts that it does not have yet."""
        path = self.folder / f"vectors-{name}.npz"
        keys = [blake2b(text.encode(), digest_size=8).hexdigest() for text in texts]
        known: dict[str, Floats] = {}
        if path.exists():
            with np.load(path) as kept:
                known = dict(zip(kept["keys"].tolist(), kept["rows"], strict=True))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            known |= zip(missing, computed([*missing.values()]), strict=True)
            np.savez(
                path, keys=np.array(keys), rows=np.stack([known[key] for key in keys]).astype(np.float16)
            )
        return np.stack([known[key] for key in keys]).astype(np.float16).astype(np.float32)


def lesson_labels(
    known: Sequence[Seed], clauses: Sequence[Example]
) -> list[tuple[int, npt.NDArray[np.int64]]]:
    """All tasks of the seed set's texts, numbered; -1 where a text has no label."""
    found = []
    for task, labels in (
        ("talk-act", TALK_ACTS),
        *((flag, ("false", "true")) for flag in FLAGS),
        ("sentiment", tuple(SENTIMENTS.values())),
    ):
        numbers = [labels.index(label) if (label := seed.label(task)) else -1 for seed in known]
        found.append((len(labels), np.array([*numbers, *[-1] * (len(clauses) - len(known))])))
    kinds = ("none", *STATED_ACTS, "role_change")
    return [*found, (len(kinds), np.array([kinds.index(clause.label) for clause in clauses]))]


def _once(path: Path, make: Callable[[], Mapping[str, Floats]]) -> Mapping[str, Floats]:
    if not path.exists():
        made: Any = make()
        np.savez(path, **made)
    with np.load(path) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _kept(path: Path, arrays: Mapping[str, Floats]) -> None:
    """Half precision is enough for what is added up hundreds of times."""
    halved: Any = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(path, **halved)


def _make(
    task: str, examples: Sequence[Example], views: Sequence[Views], odd: Halves, *, only_early: bool
) -> Floats:
    """Calibrated on what each half says of the other, fitted on all; returns what that was."""
    folds = [
        Fold(np.flatnonzero(odd), np.flatnonzero(~odd), views[0]),
        Fold(np.flatnonzero(~odd), np.flatnonzero(odd), views[1]),
    ]
    stages = OTHERS.get(task, STAGES)
    classifier, held_out = learn(task, examples, views[2], folds, stages=stages, lost=LOST.get(task, 0.02))
    if not only_early:
        classifier.save(MODELS / task)
        _tell(f"{task}: {classifier.figures}")
    if task in HURRIED:
        like = np.arange(len(examples)) >= len(seeds()) if task == FACTS else None  # clauses of messages
        first = early.learn_early(task, examples, views[2], folds, held_out, like=like)
        first.save(MODELS / early.FOLDER / task)
        _tell(f"early {task}: {first.figures}")
    return held_out


def _confidence(stated: Sequence[StatedClause], held_out: Floats) -> Confidence:
    """From the candidates that the pipeline would have made of the seed set's clauses."""
    labels = shipped(FACTS).labels
    claims, right = [], []
    for clause, chances in zip(stated, held_out.tolist(), strict=True):
        for kind, chance in zip(labels, chances, strict=True):
            if kind != "none" and chance >= LEAST:
                day = due(clause.text, clause.at) if kind == FactKind.COMMITMENT else None
                claims.append(Claim(FactKind(kind), chance, clause.text, day is not None))
                right.append(clause.label == kind and clause.exact and clause.due == day)
    return fitted(claims, np.array(right))


def facts_examples(known: Sequence[Seed], stated: Sequence[StatedClause]) -> list[Example]:
    """Examples of what clauses state: the seed set's sentences by their acts, then its messages' clauses."""
    acts = ((seed, seed.act if seed.act in STATED_ACTS else "none") for seed in known)
    return [
        *(Example(seed.text, act) for seed, act in acts),
        *(Example(one.text, one.label, RARE.get(one.label, 1.0)) for one in stated),
    ]


def _tell(said: str) -> None:
    sys.stderr.write(said + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
