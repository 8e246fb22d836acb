"""How a classifier is trained: every choice made on held-out folds of the training examples, nothing else.

Heads are fitted once for each fold; their held-out predictions choose the strength of regularisation, fit the
blends, choose from which probability on a thing is called true, and say how good the classifier is. Then the
heads are fitted on everything. The same examples give the same classifier.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.extract.classifiers.blending import Bools, Ints, blended
from ingest.extract.classifiers.features import LANGUAGES, Views
from ingest.extract.classifiers.fitting import Fold, Lessons, best
from ingest.extract.classifiers.model import YES_NO, Classifier, Floats, Head, spoken
from kb.errors import Invalid

RECIPE = "2"  # of how a model is trained that ships; part of its version
OWN_RECIPE = "3"  # the same of a model that people train
FOLDS = 5
ABUNDANT = 20_000  # examples from which on there are FEWER folds
FEWER = 3
Stages = tuple[tuple[str, ...], ...]  # the views of each head
OWN: Stages = (("ngrams",), ("quick",), ("quick", "plain"), ("deep",))  # of a model that people train
MANY: Stages = (OWN[0], ("characters",), *OWN[1:])  # of one with ENOUGH examples or more
PLENTY: Stages = MANY[:-1]  # of one with more than the dear encoders are shown: one of these is enough
ENOUGH = 500
DEAR = {"plain", "deep"}  # views that cost too much to be computed of every example
SHOWN = 1_500_000  # UTF-8 bytes of examples that they are computed of, at most: some ten minutes
GREATEST = 20.0  # times that an example of another domain may count
JUDGES = 20  # of one's own examples of each label; from so many on they alone fit the blends
LEAST = 50  # examples of each label among these, if there are as many
HEARD = 0.05  # share of the examples that a language must have for n-grams to be asked about it
THRESHOLDS = np.linspace(0.05, 0.95, 91)
LOST = 0.02  # of the texts of a label, for stopping early
BINS = 15


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its label; `weight` says how often it counts.

    Examples of one `domain` are held out together; "" are one's own, drawn at random.
    """

    text: str
    label: str
    weight: float = 1.0
    domain: str = ""


def train(
    task: str,
    examples: Sequence[Example],
    views: Views | None = None,
    *,
    stages: Stages | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> Classifier:
    """A classifier of the examples; `views` may hold their vectors already. `told` hears of progress.

    Without `stages`, OWN, MANY or PLENTY, by the number of examples. Folds are fifths drawn at random, the
    same share of each label in each, and whole domains. Dear encoders are shown a sample of many examples.

    Raises Invalid with fewer than two labels, or fewer than two examples of one.
    """
    examples = evened(examples)
    shown = sample(examples)
    if len(shown) < len(examples):
        told(f"{task}: the slow encoder is shown {len(shown)} of {len(examples)} examples")
    stages = stages or stages_of(len(examples), len(shown))
    return learn(task, examples, views, stages=stages, shown=shown, recipe=OWN_RECIPE, told=told)[0]


def stages_of(examples: int, shown: int) -> Stages:
    """What a model of so many examples asks, if so many of them are shown to dear encoders."""
    if shown < examples:
        return PLENTY
    return OWN if examples < ENOUGH else MANY


def learn(
    task: str,
    examples: Sequence[Example],
    views: Views | None = None,
    folds: Sequence[Fold] = (),
    *,
    stages: Stages = OWN,
    shown: Ints | None = None,
    lost: float = LOST,
    recipe: str = RECIPE,
    told: Callable[[str], None] = lambda _: None,
) -> tuple[Classifier, Floats]:
    """As `train`; and what each example's probabilities were while it was held out, a row each.

    At most the share `lost` of a label's texts may be lost where a stage is sure enough to be the last. With
    `shown`, places in ascending order, heads of DEAR views learn from the examples there, and what fits the
    blends (see `judging`), the figures and the rows returned are of these.
    """
    labels = _labels(examples)
    truth: Ints = np.array([labels.index(example.label) for example in examples])
    lessons = Lessons(truth, np.array([example.weight for example in examples]), len(labels))
    views = Views([example.text for example in examples]) if views is None else views
    folds = folds or folds_of(truth, views, [example.domain for example in examples])
    everywhere = np.arange(len(examples))
    shown = everywhere if shown is None else shown
    own = _own(examples)
    languages = _languages([example.text for example, mine in zip(examples, own, strict=True) if mine])
    heads, held_out = [], []
    for names in stages:
        told(f"{task}: {'+'.join(names)}")
        logs, head = best(names, lessons, folds, shown if DEAR & {*names} else everywhere, views)
        if head.columns is not None:
            head = replace(head, languages=languages)
            logs = logs * head.heard(views, range(len(views)))
        heads.append(head)
        held_out.append(logs[shown])
    judged, mine = lessons.of(shown), own[shown]
    asked = judging(mine, judged.truth)
    fitted = blended(
        *_also_unheard(heads, [logs[asked] for logs in held_out], judged.of(np.flatnonzero(asked))), lost
    )
    final = fitted[-1].probabilities(held_out)
    threshold = _threshold(final[:, 1], judged.truth == 1, judged.weights, mine) if labels == YES_NO else 0.5
    classifier = Classifier(
        task=task,
        labels=labels,
        heads=tuple(heads),
        stages=tuple(fitted),
        version=version_of(task, examples, recipe),
        figures={"examples": int(own.sum())} | _figures(final[mine], judged.truth[mine], labels, threshold),
        threshold=threshold,
    )
    return classifier, final


def _also_unheard(
    heads: Sequence[Head], held_out: Sequence[Floats], lessons: Lessons
) -> tuple[list[Floats], Ints, npt.NDArray[np.floating[Any]]]:
    """Where sparse heads know one language only, each example once more as if it were in the other.

    The others must judge such a text alone, and be trusted enough for that.
    """
    if all(head.columns is None or len(head.languages) == len(LANGUAGES) for head in heads):
        return list(held_out), lessons.truth, lessons.weights
    unheard = [logs if head.columns is None else 0 * logs for head, logs in zip(heads, held_out, strict=True)]
    twice = [np.concatenate(pair) for pair in zip(held_out, unheard, strict=True)]
    return twice, np.tile(lessons.truth, 2), np.tile(lessons.weights, 2)


def judging(own: Bools, truth: Ints) -> Bools:
    """Which examples fit the blends: one's own where they are enough, else all.

    The deep encoder was tuned on the seed set, which would have it trusted too much.
    """
    counts = np.bincount(truth[own], minlength=int(truth.max()) + 1)
    return own if counts.min() >= JUDGES else np.ones(len(own), np.bool_)


def evened(examples: Sequence[Example]) -> list[Example]:
    """With such weights that each domain has the shares of labels that one's own examples have.

    Else what tells where a text comes from would tell its label, too: sentences in English would be false
    because few of the English ones are true. A label that is not one's own keeps its weights.
    """
    weights: dict[str, Any] = {}
    for example in examples:
        weights.setdefault(example.domain, Counter())[example.label] += example.weight
    mine = weights.get("", Counter())

    def times(domain: str, label: str) -> float:
        if not domain or not mine[label]:
            return 1.0
        there = weights[domain]
        known = sum(there[one] for one in mine)
        return float(min(GREATEST, mine[label] / mine.total() * known / there[label]))

    return [replace(one, weight=one.weight * times(one.domain, one.label)) for one in examples]


def sample(examples: Sequence[Example], size: int = SHOWN) -> Ints:
    """Places (ascending) of examples of `size` UTF-8 bytes in all, drawn by digests of their texts.

    All, where they are not more; else of each label the same share, but LEAST at least.
    """
    sizes = np.array([len(example.text.encode()) for example in examples])
    if sizes.sum() <= size:
        return np.arange(len(examples))
    drawn = sorted(
        range(len(examples)), key=lambda n: blake2b(examples[n].text.encode(), digest_size=8).digest()
    )
    counts, so_far, turns = Counter(example.label for example in examples), Counter[str](), []
    for n in drawn:
        label = examples[n].label
        turns.append(0.0 if so_far[label] < LEAST else so_far[label] / counts[label])
        so_far[label] += 1
    order = np.array(drawn)[np.argsort(turns, kind="stable")]
    return np.sort(order[np.cumsum(sizes[order]) <= size])


def _labels(examples: Sequence[Example]) -> tuple[str, ...]:
    counts = Counter(example.label for example in examples)
    rare = [label for label, count in counts.items() if count < 2]
    if len(counts) < 2 or rare:
        problem = "A classifier needs two labels or more, each with two examples or more."
        raise Invalid("label", problem, rare=rare)
    return tuple(sorted(counts))


def _own(examples: Sequence[Example]) -> Bools:
    """Which are one's own; all, where all come from some domain."""
    own = np.array([not example.domain for example in examples])
    return own if own.any() else ~own


def _languages(texts: Sequence[str]) -> tuple[str, ...]:
    """Those that enough of the texts are in."""
    counts = Counter(map(spoken, texts))
    return tuple(one for one in LANGUAGES if counts[one] >= HEARD * len(texts))


def folds_of(truth: Ints, views: Views, domains: Sequence[str]) -> list[Fold]:
    """Each domain in one fold, the others in turn."""
    from sklearn.model_selection import StratifiedKFold

    own = np.flatnonzero([not domain for domain in domains])
    named = sorted({*domains} - {""})
    most = FOLDS if len(truth) < ABUNDANT else FEWER
    count = int(min(most, np.bincount(truth[own]).min() if len(own) else len(named)))
    fold = np.array([named.index(domain) % max(count, 1) if domain else 0 for domain in domains])
    if len(own):
        splits = StratifiedKFold(count, shuffle=True, random_state=0).split(np.zeros(len(own)), truth[own])
        for n, (_, left) in enumerate(splits):
            fold[own[left]] = n
    return [Fold(np.flatnonzero(fold != n), np.flatnonzero(fold == n), views) for n in range(count)]


def _threshold(chances: Floats, true: Bools, weights: Any, own: Bools) -> float:
    """Half-way from 0.5 to where F1 is best, of one's own examples and of other domains alike.

    Half-way, because what is best here need not be elsewhere, and 0.5 is right where probabilities are.
    """
    groups = [group for group in (own, ~own) if group.any()]

    def weighed(said: Bools, group: Bools) -> float:
        both = float(weights[group & said & true].sum())
        return 2 * both / max(float(weights[group & said].sum() + weights[group & true].sum()), 1e-9)

    def together(threshold: float) -> float:
        return sum(weighed(chances >= threshold, group) for group in groups)

    return round((0.5 + float(max(THRESHOLDS, key=together))) / 2, 4)


def f1(said: Any, true: Any) -> float:
    """Harmonic mean of precision and recall in [0, 1]; 0 where nothing is right."""
    both = float(np.sum(said & true))
    return 2 * both / max(float(np.sum(said) + np.sum(true)), 1.0)


def calibration_error(probability: Floats, right: Any) -> float:
    """Expected calibration error in [0, 1] over BINS equal bins (Guo et al. 2017, arXiv:1706.04599)."""
    bins = np.minimum((probability * BINS).astype(int), BINS - 1)
    gaps = (
        abs(float(np.sum(probability[bins == one])) - float(np.sum(right[bins == one])))
        for one in np.unique(bins)
    )
    return sum(gaps) / max(len(bins), 1)


def _figures(final: Floats, truth: Ints, labels: tuple[str, ...], threshold: float) -> dict[str, Any]:
    said = (final[:, 1] >= threshold).astype(int) if labels == YES_NO else final.argmax(axis=1)
    each = [f1(said == n, truth == n) for n in range(len(labels))]
    return {
        "held_out": {
            "accuracy": round(float(np.mean(said == truth)), 4),
            "macro_f1": round(float(np.mean(each)), 4),
            "f1": {label: round(score, 4) for label, score in zip(labels, each, strict=True)},
            "calibration_error": round(
                calibration_error(final.max(axis=1), final.argmax(axis=1) == truth), 4
            ),
        },
    }


def version_of(task: str, examples: Sequence[Example], recipe: str = RECIPE) -> str:
    """What the classifier of these examples is called: the task, the recipe and a digest of them."""
    stated = [recipe, task, *((one.text, one.label, one.weight) for one in examples)]
    digest = blake2b(json.dumps(stated, ensure_ascii=False).encode(), digest_size=6).hexdigest()
    return f"{task}/{recipe}.{digest}"
