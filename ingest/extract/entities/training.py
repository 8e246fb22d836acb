"""How a finder of names is trained, and how good it is on a fifth of the examples that was held out."""

import json
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Any

from ingest.extract.entities.model import TASK, Entities
from ingest.extract.spans.learning import Labelled, learn
from ingest.extract.spans.tagger import Tagger
from ingest.extract.spans.units import states, units
from kb.errors import Invalid
from kb.language.weights import Floats

RECIPE = "1"  # of how it is trained; part of a model's version
FOLDS = 5


def train(
    examples: Sequence[Labelled],
    rows: Sequence[Floats] | None = None,
    *,
    told: Callable[[str], None] = lambda _: None,
) -> Entities:
    """Train on the examples; every fifth is held out first, to say how good it is.

    Raises Invalid with fewer than ten examples that name something.
    """
    if sum(bool(one.spans) for one in examples) < 10:
        raise Invalid("data", "Names are learnt from ten examples that have one, or more.")
    rows = states([one.text for one in examples]) if rows is None else rows
    told(f"{len(examples)} examples read by the encoder")
    labels = tuple(sorted({label for one in examples for *_, label in one.spans}))
    kept = [n for n in range(len(examples)) if n % FOLDS]
    checked = learn([examples[n] for n in kept], [rows[n] for n in kept], labels=labels, told=told)
    figures = {"examples": len(examples), "held_out": scored(checked, examples[::FOLDS], rows[::FOLDS])}
    told("learns on everything")
    tagger = learn(examples, rows, labels=labels, told=told)
    return Entities(tagger, version_of(examples), figures)


def scored(
    tagger: Tagger, examples: Sequence[Labelled], rows: Sequence[Floats] | None = None
) -> dict[str, Any]:
    """F1 of spans right in place and label: of all together, and of each label."""
    texts = [one.text for one in examples]
    rows = states(texts) if rows is None else rows
    read = tagger.read_rows([units(text) for text in texts], tagger.centred(texts, rows))
    said = [
        {(one.units[span.first].start, one.units[span.last - 1].end, span.label) for span in one.spans}
        for one in read
    ]
    true = [set(one.spans) for one in examples]
    labels = sorted({label for one in true for *_, label in one})
    each = {label: round(_f1(_of(said, label), _of(true, label)), 4) for label in labels}
    return {"f1": round(_f1(said, true), 4), "each": each}


def _of(spans: Iterable[set[tuple[int, int, str]]], label: str) -> list[set[tuple[int, int, str]]]:
    return [{span for span in one if span[2] == label} for one in spans]


def _f1(said: Sequence[set[tuple[int, int, str]]], true: Sequence[set[tuple[int, int, str]]]) -> float:
    right = sum(len(one & other) for one, other in zip(said, true, strict=True))
    return 2 * right / max(sum(map(len, said)) + sum(map(len, true)), 1)


def version_of(examples: Sequence[Labelled]) -> str:
    """What the model of these examples is called: the task, the recipe and a digest of them."""
    stated = [RECIPE, TASK, *((one.text, one.spans) for one in examples)]
    digest = blake2b(json.dumps(stated, ensure_ascii=False).encode(), digest_size=6).hexdigest()
    return f"{TASK}/{RECIPE}.{digest}"
