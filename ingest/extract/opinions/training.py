"""How a finder of opinions is trained, and how good it is: every choice on halves that were held out.

The tagger learns on each half and reads the other, so that the scorer learns to tell what belongs together
among spans as they will be found, not as they are; then the tagger learns on everything. The same examples
give the same model.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.extract.opinions import scorer
from ingest.extract.opinions.examples import POLARITIES, Judged, Opinion, Place
from ingest.extract.opinions.model import TASK, Opinions, chosen
from ingest.extract.opinions.pairing import ASPECT, LABELS, TARGET, WORDS, Triples, triples
from ingest.extract.spans.learning import Labelled, learn
from ingest.extract.spans.tagger import Tagger
from ingest.extract.spans.units import states, units
from kb.errors import Invalid
from kb.language.weights import Floats

RECIPE = "1"  # of how it is trained; part of a model's version
EAGER = 0.2  # the scorer can refuse a span that is none, but cannot find one
LEAST = tuple(np.round(np.arange(0.05, 0.7, 0.025), 3).tolist())

Scored = tuple[int, int, int]  # right, said, true


@dataclass(frozen=True, slots=True)
class _Half:
    """Examples that the half's tagger did not learn from, as it reads them, and what is there."""

    examples: list[Judged]
    found: list[Triples]
    seen: list[Triples]  # with the known spans among those found
    answers: list[npt.NDArray[np.int64]]


def train(
    examples: Sequence[Judged],
    rows: Sequence[Floats] | None = None,
    *,
    told: Callable[[str], None] = lambda _: None,
) -> Opinions:
    """Train on the examples. Raises Invalid with fewer than ten that have an opinion."""
    if sum(bool(one.opinions) for one in examples) < 10:
        raise Invalid("data", "Opinions are learnt from ten examples that have one, or more.")
    rows = states([one.conversation.text for one in examples]) if rows is None else rows
    told(f"{len(examples)} examples read by the encoder")
    halves = [_half(examples, rows, n, told) for n in (0, 1)]
    judged = []
    for half, other in (halves, halves[::-1]):
        weights = scorer.learn(half.seen, half.answers, told=told)
        judged += [
            (one, found, scorer.chances(weights, found))
            for one, found in zip(other.examples, other.found, strict=True)
        ]
    least = max(LEAST, key=lambda level: f1(_counted(judged, level)))
    figures = {
        "examples": len(examples),
        "held_out": {
            "f1": round(f1(_counted(judged, least)), 4),
            "f1_without_polarity": round(f1(_counted(judged, least, polarity=False)), 4),
        },
    }
    told("the tagger learns on everything")
    return Opinions(
        tagger=_tagger(examples, rows, told),
        weights=scorer.learn(
            [one for half in halves for one in half.seen],
            [one for half in halves for one in half.answers],
            told=told,
        ),
        least=least,
        version=version_of(examples),
        figures=figures,
    )


def _half(examples: Sequence[Judged], rows: Sequence[Floats], n: int, told: Callable[[str], None]) -> _Half:
    """Every second example, read by a tagger that learnt on the others."""
    told(f"the tagger learns on half {2 - n} of 2")
    tagger = _tagger(examples[1 - n :: 2], rows[1 - n :: 2], told)
    left = list(examples[n::2])
    texts = [one.conversation.text for one in left]
    read = tagger.read_rows([units(text) for text in texts], tagger.centred(texts, rows[n::2]))
    found = [triples(one.conversation, known) for one, known in zip(left, read, strict=True)]
    seen = [triples(one.conversation, known, _spans(one)) for one, known in zip(left, read, strict=True)]
    return _Half(left, found, seen, [answers(one, known) for one, known in zip(left, seen, strict=True)])


def _tagger(examples: Sequence[Judged], rows: Sequence[Floats], told: Callable[[str], None]) -> Tagger:
    labelled = [
        Labelled(one.conversation.text, tuple((*place, label) for place, label in _apart(_spans(one))))
        for one in examples
    ]
    return replace(learn(labelled, rows, labels=LABELS, told=told), eager=EAGER)


def _spans(judged: Judged) -> list[tuple[Place, str]]:
    """The spans of an example's opinions, by place."""
    found = [((one.target, TARGET), (one.aspect, ASPECT), (one.words, WORDS)) for one in judged.opinions]
    further = [((place, TARGET) for place in judged.targets), ((place, ASPECT) for place in judged.aspects)]
    return sorted({(place, label) for parts in (*found, *further) for place, label in parts if place})


def _apart(spans: Iterable[tuple[Place, str]]) -> list[tuple[Place, str]]:
    """Those that do not overlap one before them."""
    found: list[tuple[Place, str]] = []
    for place, label in spans:
        if not found or place[0] >= found[-1][0][1]:
            found.append((place, label))
    return found


def answers(one: Judged, found: Triples) -> npt.NDArray[np.int64]:
    """For each triple the number of its polarity from 1, or 0 where it is no opinion of the example."""
    known = {(o.target, o.aspect, o.words): 1 + POLARITIES.index(o.polarity) for o in one.opinions}
    return np.array([known.get(found.places(row), 0) for row in found.rows.tolist()], np.int64)


def _counted(
    judged: Iterable[tuple[Judged, Triples, Floats]], least: float, *, polarity: bool = True
) -> Scored:
    pairs = ((one, chosen(found, chances, least)) for one, found, chances in judged)
    return counted(((one.opinions, said) for one, said in pairs), polarity=polarity)


def counted(
    pairs: Iterable[tuple[Sequence[Opinion], Sequence[Opinion]]],
    *,
    polarity: bool = True,
    whole: bool = False,
) -> Scored:
    """How many opinions are right, said and true: all places equal, and the polarity.

    `whole`: only those that have a target and an aspect (Li et al. 2023, DiaASQ, arXiv:2211.05705).
    """

    def parts(opinions: Sequence[Opinion]) -> set[object]:
        return {
            (one.target, one.aspect, one.words, one.polarity if polarity else None)
            for one in opinions
            if not whole or (one.target and one.aspect)
        }

    total = np.zeros(3, np.int64)
    for true, said in pairs:
        wanted, found = parts(true), parts(said)
        total += (len(wanted & found), len(found), len(wanted))
    right, said_count, true_count = total.tolist()
    return right, said_count, true_count


def f1(scored: Scored) -> float:
    """Harmonic mean of precision and recall in [0, 1]; 0 where nothing is right."""
    right, said, true = scored
    return 2 * right / max(said + true, 1)


def version_of(examples: Sequence[Judged]) -> str:
    """What the model of these examples is called: the task, the recipe and a digest of them."""
    stated: list[Any] = [RECIPE, TASK]
    for one in examples:
        said = [(u.text, u.speaker, u.reply_to) for u in one.conversation.utterances]
        stated.append((said, [(o.target, o.aspect, o.words, o.polarity) for o in one.opinions]))
        stated += [places for places in (one.targets, one.aspects) if places]
    digest = blake2b(json.dumps(stated, ensure_ascii=False).encode(), digest_size=6).hexdigest()
    return f"{TASK}/{RECIPE}.{digest}"
