"""How a tagger is learnt from texts with their spans: minutes on one core, and no torch.

The same texts give the same tagger on one machine.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt

from ingest.extract.classifiers.features import MODELS
from ingest.extract.spans import network
from ingest.extract.spans.tagger import Tagger, columns, log_softmax
from ingest.extract.spans.units import Hashes, Unit, states, units, written
from kb.errors import Invalid
from kb.language.weights import Floats

CENTRES = MODELS / "spans.npz"
RATE = 1.5e-3
WARMING = 0.05  # share of the steps in which the rate rises
BATCH_UNITS = 1200
SHOWN = 600_000  # units, all passes together: few texts are shown more often
EPOCHS = (12, 16)  # passes, at least and at most
UNWRITTEN = 0.25  # share of texts that are shown without how their units are written
SHARED = 2  # units that a hash must occur with
LIGHT = 0.02  # weight under which a hash is not worth its place

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with its spans: code points [start, end) and a label; spans do not overlap."""

    text: str
    spans: tuple[Span, ...]


@cache
def shipped_centres() -> Mapping[str, Floats]:
    """The mean row of each language over the seed set's opinions, which are the same in both."""
    with np.load(CENTRES) as kept:
        return {name: kept[name].astype(np.float32) for name in kept.files}


def learn(
    examples: Sequence[Labelled],
    rows: Sequence[Floats] | None = None,
    *,
    labels: Sequence[str] = (),
    centres: Mapping[str, Floats] | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> Tagger:
    """A tagger of the examples' labels (or those given). `rows` may hold the encoder's rows of each text.

    Raises Invalid where no example has a span.
    """
    texts = [units(example.text) for example in examples]
    labels = tuple(labels) or tuple(sorted({label for one in examples for *_, label in one.spans}))
    if not labels:
        raise Invalid("data", "No example has a span to learn from.")
    rows = states([example.text for example in examples]) if rows is None else rows
    hashes = [written(text) for text in texts]
    known = _known(hashes)
    order = np.random.default_rng(0)
    weights = network.fresh(rows[0].shape[1], len(known), 2 * len(labels) + 1, order)
    spread = np.sqrt(np.mean([row.var(axis=0) for row in rows if len(row) > 1], axis=0)) + 1e-3
    tagger = Tagger(tuple(labels), weights, known, shipped_centres() if centres is None else centres, spread)
    centred = tagger.centred([example.text for example in examples], rows)
    truth = [tags(text, one.spans, tagger) for text, one in zip(texts, examples, strict=True)]
    placed = [columns(known, text) for text in hashes]
    teacher = network.Adam(weights)
    lengths = [len(text) for text in texts]
    epochs = int(np.clip(SHOWN // sum(lengths), *EPOCHS))
    done, steps = 0, epochs * max(1, sum(lengths) // BATCH_UNITS)
    for epoch in range(epochs):
        losses = []
        for part in _batches(lengths, order):
            batch = network.laid(
                [centred[n] for n in part],
                [placed[n] if order.random() >= UNWRITTEN else _unwritten(placed[n]) for n in part],
                len(known),
            )
            rate = RATE * min(1.0, (done + 1) / (WARMING * steps)) * max(0.02, 1 - done / steps)
            trace = network.forward(weights, batch, order)
            loss, off = _off(trace, batch, [truth[n] for n in part])
            teacher.step(network.slopes(weights, trace, off), rate)
            losses.append(loss)
            done += 1
        told(f"pass {epoch + 1} of {epochs}: loss {np.mean(losses):.3f}")
    return lightened(tagger)


def lightened(tagger: Tagger) -> Tagger:
    """The tagger without the hashes that count for next to nothing."""
    wide = tagger.weights["wide"]
    kept = np.flatnonzero(np.abs(wide).max(axis=1) >= LIGHT)
    left = wide[kept] if len(kept) else np.zeros_like(wide[:1])
    return replace(tagger, weights={**tagger.weights, "wide": left}, known=tagger.known[kept])


def tags(text: Sequence[Unit], spans: Sequence[Span], tagger: Tagger) -> npt.NDArray[np.int64]:
    """The number of each unit's tag. A span that begins or ends within a unit takes the whole of it."""
    found = np.zeros(len(text), np.int64)
    for start, end, label in spans:
        begin = 1 + 2 * tagger.labels.index(label)
        inside = [n for n, unit in enumerate(text) if unit.start < end and start < unit.end]
        found[inside] = begin + 1
        found[inside[:1]] = begin
    return found


def _known(hashes: Sequence[Sequence[Hashes]]) -> Hashes:
    counts = Counter(one for text in hashes for unit in text for one in unit.tolist())
    return np.array(sorted(one for one, count in counts.items() if count >= SHARED), np.uint32)


def _unwritten(placed: Sequence[npt.NDArray[np.int64]]) -> list[npt.NDArray[np.int64]]:
    return [np.zeros(0, np.int64) for _ in placed]


def _batches(lengths: Sequence[int], order: np.random.Generator) -> Iterator[list[int]]:
    """Texts in random order, some BATCH_UNITS units at a time; empty ones are left out."""
    part: list[int] = []
    count = 0
    for n in order.permutation(len(lengths)).tolist():
        if lengths[n]:
            part.append(n)
            count += lengths[n]
        if count >= BATCH_UNITS:
            yield part
            part, count = [], 0
    if part:
        yield part


def _off(
    trace: network.Trace, batch: network.Batch, truth: Sequence[npt.NDArray[np.int64]]
) -> tuple[float, Floats]:
    """The mean cross-entropy of the units' tags in nats, and how it changes with each score."""
    scores = log_softmax(trace.scores)
    wanted = np.zeros(len(scores), np.int64)
    for (start, end), known in zip(batch.places, truth, strict=True):
        wanted[start:end] = known
    there = batch.there[:, 0] > 0
    loss = -float(scores[np.arange(len(scores)), wanted][there].mean())
    off = np.exp(scores)
    off[np.arange(len(off)), wanted] -= 1
    return loss, off * batch.there / np.float32(there.sum())
