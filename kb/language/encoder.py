"""Sentences as vectors: multilingual-e5-small, computed with numpy.

The same vectors as the package's own engine and as sentence-transformers (cosine over .9998), at the speed of
the latter and without its 3 GB; and the layers between are to be had, which tell more about how a thing is
said than the last one does (docs/decisions/0005-the-encoder-computes-in-numpy.md).

Wang et al. (2024), Multilingual E5 Text Embeddings, arXiv:2402.05672; the layers are BERT's (Devlin et al.
2019) with the tanh form of GELU (Hendrycks & Gimpel 2016), which differs from the exact one by under 1e-3.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, models

from kb.language.weights import Floats, Layer, Weights

Indices = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Step = Callable[[Floats, Bools], Floats]  # states of all tokens, and which places of which text have one

MODEL = "multilingual-e5-small-q4"
DIMENSION = 384
DEPTH = 12
BATCH_TOKENS = 1024  # of one forward pass: as fast as larger ones, in some 30 MB
PREFIX = {"query": "query: ", "passage": "passage: "}  # what the model was trained to expect
_SPACES = re.compile(" {2,}")
_WORD_START = "\u2581"  # SentencePiece's mark in the place of a space


class Encoder:
    """Turns texts into vectors. Making one takes a second and 300 MB; one thread may use it at a time."""

    def __init__(self, weights: Weights, steps: Sequence[Step] = ()) -> None:
        """`steps` compute the layers in the place of numpy (see integers.py)."""
        self._weights = weights
        self._steps = steps or [partial(_computed, weights, layer) for layer in weights.layers]
        self._tokenizer = Tokenizer(models.Unigram(weights.pieces, unk_id=weights.unknown))

    def encode(self, texts: Sequence[str], *, query: bool = True) -> Floats:
        """One unit vector of DIMENSION a text, prefixed as a query or as a passage; no texts give no rows."""
        vectors = np.empty((len(texts), self._weights.width), np.float32)
        for batch, kept, lengths, starts in self._passes(texts, (DEPTH,), query):
            vectors[batch] = np.add.reduceat(kept[0], starts, axis=0) / lengths[:, None]
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    def pooled(self, texts: Sequence[str], layers: Sequence[int], *, query: bool = True) -> Floats:
        """For each of the layers (1 to DEPTH, ascending) the mean over a text's tokens and the greatest.

        Shape (texts, 2 x layers x DIMENSION): the means of all layers, then the greatest. Not normalised.
        """
        width = self._weights.width
        vectors = np.empty((len(texts), 2, len(layers), width), np.float32)
        for batch, kept, lengths, starts in self._passes(texts, layers, query):
            for place, states in enumerate(kept):
                vectors[batch, 0, place] = np.add.reduceat(states, starts, axis=0) / lengths[:, None]
                vectors[batch, 1, place] = np.maximum.reduceat(states, starts, axis=0)
        return vectors.reshape(len(texts), 2 * len(layers) * width)

    def states(self, tokens: Sequence[Sequence[int]], layer: int) -> list[Floats]:
        """The states of each text's tokens after a layer (1 to DEPTH), a row a token."""
        return self.layered(tokens, (layer,))

    def layered(self, tokens: Sequence[Sequence[int]], layers: Sequence[int]) -> list[Floats]:
        """The states of each text's tokens after each of the layers (ascending), side by side."""
        found: list[Floats] = [np.empty((0, 0), np.float32)] * len(tokens)
        for batch in _batches([len(one) for one in tokens]):
            kept, lengths = self._forward([tokens[n] for n in batch], layers)
            joined = np.concatenate(kept, axis=1)
            for n, states in zip(batch, _apart(joined, lengths), strict=True):
                found[n] = states
        return found

    def _passes(
        self, texts: Sequence[str], layers: Sequence[int], query: bool
    ) -> Iterator[tuple[list[int], list[Floats], Indices, Indices]]:
        """Places of the texts of a pass, their states after each layer, their lengths, where each begins."""
        prefix = PREFIX["query" if query else "passage"]
        tokens = self.tokens([prefix + text for text in texts])
        for batch in _batches([len(one) for one in tokens]):
            kept, lengths = self._forward([tokens[n] for n in batch], layers)
            yield batch, kept, lengths, np.concatenate([[0], np.cumsum(lengths)[:-1]])

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Each text's tokens with its begin and end, cut at the model's 512."""
        plain = (_SPACES.sub(" ", text.translate(self._weights.replaced)).lstrip(" ") for text in texts)
        marked = [_WORD_START + text.replace(" ", _WORD_START) for text in plain]
        most = self._weights.longest - 2
        begin, end = self._weights.begin, self._weights.end
        return [[begin, *found.ids[:most], end] for found in self._tokenizer.encode_batch(marked)]

    def placed(self, texts: Sequence[str]) -> list[tuple[list[int], list[tuple[int, int]]]]:
        """All tokens of each text without begin and end, and the code points [start, end) of each.

        A token that stands for nothing but a word's start is of no width.
        """
        spelt = [self._spelt(text) for text in texts]
        found = self._tokenizer.encode_batch(["".join(characters) for characters, _ in spelt])
        return [
            (one.ids, [(places[first], places[last - 1] + (last > 1)) for first, last in one.offsets])
            for one, (_, places) in zip(found, spelt, strict=True)
        ]

    def _spelt(self, text: str) -> tuple[list[str], list[int]]:
        """The characters that the tokenizer is shown, and where in the text each came from."""
        characters, places = [_WORD_START], [0]
        for place, character in enumerate(text):
            for shown in character.translate(self._weights.replaced):
                mark = _WORD_START if shown == " " else shown
                if mark != _WORD_START or characters[-1] != _WORD_START:
                    characters.append(mark)
                    places.append(place)
        return characters, places

    def meanings(self, tokens: Sequence[int]) -> Floats:
        """What each token means by itself, wherever it stands: a row of DIMENSION numbers each."""
        return self._weights.word_vectors(np.asarray(tokens, np.int64))

    def ends(self) -> tuple[int, int]:
        """The tokens that every text begins and ends with."""
        return self._weights.begin, self._weights.end

    def begun(self, texts: Sequence[str], *, query: bool = True) -> list[Floats]:
        """The states of each text's tokens before the first layer, a row a token."""
        prefix = PREFIX["query" if query else "passage"]
        tokens = self.tokens([prefix + text for text in texts])
        return _apart(self._opened(tokens), [len(one) for one in tokens]) if tokens else []

    def onward(self, states: Sequence[Floats], after: int, to: int) -> list[Floats]:
        """States of texts after layer `to`; `states` are those after layer `after` (0: before the first)."""
        found: list[Floats] = [np.empty((0, 0), np.float32)] * len(states)
        for batch in _batches([len(one) for one in states]):
            lengths = [len(states[n]) for n in batch]
            there = _there(np.array(lengths))
            together = np.concatenate([states[n] for n in batch])
            for step in self._steps[after:to]:
                together = step(together, there)
            for n, one in zip(batch, _apart(together, lengths), strict=True):
                found[n] = one
        return found

    def _opened(self, batch: Sequence[Sequence[int]]) -> Floats:
        """What each token means where it stands, text after text."""
        weights = self._weights
        tokens = np.concatenate([np.asarray(one, np.int64) for one in batch])
        places = np.concatenate([np.arange(len(one)) for one in batch])
        return _normalised(
            weights.word_vectors(tokens) + weights.places[places], weights.first, weights.epsilon
        )

    def _forward(self, batch: Sequence[Sequence[int]], wanted: Sequence[int]) -> tuple[list[Floats], Indices]:
        """States of the batch's tokens, text after text, after each wanted layer; and the texts' lengths."""
        lengths = np.fromiter(map(len, batch), np.int64, len(batch))
        there, states = _there(lengths), self._opened(batch)
        kept = []
        for number, step in enumerate(self._steps[: wanted[-1]], 1):
            states = step(states, there)
            if number in wanted:
                kept.append(states)
        return kept, lengths


def _apart(states: Floats, lengths: Sequence[int] | Indices) -> list[Floats]:
    """The states of each text."""
    return np.split(states, np.cumsum(lengths)[:-1])


def _there(lengths: Indices) -> Bools:
    found: Bools = np.arange(lengths.max())[None, :] < lengths[:, None]
    return found


def _computed(weights: Weights, layer: Layer, states: Floats, there: Bools) -> Floats:
    """States after a layer: matrices meet all tokens at once; only attention needs the texts apart."""
    hidden = np.where(there, 0, -1e9).astype(np.float32)[:, None, None, :]
    attended = _attention(states @ layer.qkv + layer.qkv_bias, there, hidden, weights.heads)
    attended = attended @ layer.out + layer.out_bias
    middle = _normalised(states + attended, layer.attended, weights.epsilon)
    inner = _gelu(middle @ layer.up + layer.up_bias) @ layer.down + layer.down_bias
    return _normalised(middle + inner, layer.left, weights.epsilon)


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Texts of like length together, so that little is computed for padding."""
    batches: list[list[int]] = []
    for n in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not batches or (len(batches[-1]) + 1) * lengths[n] > BATCH_TOKENS:
            batches.append([])
        batches[-1].append(n)
    return batches


def _attention(qkv: Floats, there: npt.NDArray[np.bool_], hidden: Floats, heads: int) -> Floats:
    texts, longest = there.shape
    width = qkv.shape[1] // 3
    apart = np.zeros((texts, longest, 3 * width), np.float32)
    apart[there] = qkv
    query, key, value = apart.reshape(texts, longest, 3, heads, -1).transpose(2, 0, 3, 1, 4)
    scores = (query * np.float32((width // heads) ** -0.5)) @ key.transpose(0, 1, 3, 2)
    scores += hidden
    scores -= scores.max(-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(-1, keepdims=True)
    joined: Floats = (scores @ value).transpose(0, 2, 1, 3).reshape(texts, longest, width)[there]
    return joined


def _normalised(states: Floats, scale_and_shift: tuple[Floats, Floats], epsilon: float) -> Floats:
    states -= states.mean(1, keepdims=True)
    variance = np.einsum("ij,ij->i", states, states) / states.shape[1]
    states *= (1 / np.sqrt(variance + epsilon))[:, None].astype(np.float32)
    states *= scale_and_shift[0]
    states += scale_and_shift[1]
    return states


def _gelu(x: Floats) -> Floats:
    inner = x * x
    inner *= np.float32(0.044715)
    inner += 1
    inner *= x
    inner *= np.float32(np.sqrt(2 / np.pi))
    np.tanh(inner, out=inner)
    inner += 1
    inner *= x
    inner *= np.float32(0.5)
    return inner
