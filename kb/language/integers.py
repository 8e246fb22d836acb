"""The encoder's layers in eight-bit integers, computed by onnxruntime: twice as fast as in numpy.

Matrices are rounded to 8 bits a column, states to 8 bits a token, so that a text is seen alike alone and in
company. Its states differ from the exact ones by some thousandths (cosine over .99 after twelve layers, of
what is left after the mean over .995). Processors without dot products of integers (before 2019) are slower,
and may cut sums that are very rare.

Jacob et al. (2018), Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
Inference, arXiv:1712.05877; a scale for each token: Yao et al. (2022), ZeroQuant, arXiv:2206.01861.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.language.graphs import EXTENDED, FLOAT, INT32, Graph
from kb.language.weights import Floats, Layer, Weights

MOST = 127  # of a rounded weight or state
MIDDLE = 128  # stands for 0 among rounded states
_LEAST = 1e-9  # scale of a token all of whose numbers are 0


def available() -> bool:
    """Whether onnxruntime is installed."""
    return find_spec("onnxruntime") is not None


@dataclass(frozen=True, slots=True)
class IntegerLayer:
    """One layer. Called with the states of all tokens of some texts, text after text, and where they are."""

    session: Any

    def __call__(self, states: Floats, there: npt.NDArray[np.bool_]) -> Floats:
        """States after the layer; `there` has a row a text and a column a place, true where a token is."""
        lengths = there.sum(axis=1, dtype=np.int32)
        if there.all():
            padded = states.reshape(*there.shape, -1)
        else:
            padded = np.zeros((*there.shape, states.shape[1]), np.float32)
            padded[there] = states
        (found,) = self.session.run(None, {"states": padded, "lengths": lengths})
        after: Floats = found[there]
        return after


def layers(weights: Weights) -> list[IntegerLayer]:
    """All layers of an encoder. Raises ImportError where onnxruntime is not installed."""
    return [IntegerLayer(_session(_written(layer, weights))) for layer in weights.layers]


def _session(model: bytes) -> Any:
    import onnxruntime  # noqa: PLC0415 - takes a third of a second to load

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # its blocks are kept, and every layer would have its own
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _written(layer: Layer, weights: Weights) -> bytes:
    """A layer as a model of ONNX: states (texts, places, width) and lengths give states."""
    graph = Graph()
    graph.constant("one", np.float32(1))
    graph.constant("share", np.float32(1 / MOST))
    graph.constant("least", np.float32(_LEAST))
    graph.constant("middle", np.uint8(MIDDLE))
    graph.constant("zero", np.int8(0))
    graph.constant("thirds", np.full(3, weights.width, np.int64))
    apart = graph.add(
        "Split", [_times(graph, "states", layer.qkv, "qkv"), "thirds"], ["q", "k", "v"], axis=-1
    )
    attended = graph.add(
        "MultiHeadAttention",
        [apart, "k", "v", graph.constant("qkv_bias", layer.qkv_bias), "lengths"],
        ["attended"],
        domain=EXTENDED,
        num_heads=weights.heads,
    )
    out = _times(graph, attended, layer.out, "out")
    by = (layer.out_bias, *layer.attended)
    middle = _normalised(graph, (out, "states"), by, weights.epsilon, "halfway")
    up = _times(graph, middle, layer.up, "up")
    inner = graph.add("FastGelu", [up, graph.constant("up_bias", layer.up_bias)], ["inner"], domain=EXTENDED)
    down = _times(graph, inner, layer.down, "down")
    _normalised(graph, (down, middle), (layer.down_bias, *layer.left), weights.epsilon, "after")
    inputs = {"states": (FLOAT, ("texts", "places", weights.width)), "lengths": (INT32, ("texts",))}
    return graph.model(inputs, {"after": FLOAT})


def _times(graph: Graph, states: str, matrix: Floats, name: str) -> str:
    """States times a matrix, both rounded: each token has a scale, and each column of the matrix."""
    scales = np.maximum(np.abs(matrix).max(axis=0), _LEAST) / MOST
    rounded = graph.constant(f"{name}_rounded", np.round(matrix / scales).astype(np.int8))
    highest = graph.add("ReduceMax", [states], [f"{name}_highest"], axes=[-1], keepdims=1)
    lowest = graph.add("ReduceMin", [states], [f"{name}_lowest"], axes=[-1], keepdims=1)
    turned = graph.add("Neg", [lowest], [f"{name}_turned"])
    reach = graph.add("Max", [highest, turned, "least"], [f"{name}_reach"])
    scale = graph.add("Mul", [reach, "share"], [f"{name}_scale"])
    scaled = graph.add("Div", [states, scale], [f"{name}_scaled"])
    whole = graph.add("QuantizeLinear", [scaled, "one", "middle"], [f"{name}_whole"])
    of_columns = graph.constant(f"{name}_columns", scales.astype(np.float32))
    inputs = [whole, rounded, "one", of_columns, "middle", "zero"]
    product = graph.add("MatMulIntegerToFloat", inputs, [f"{name}_product"], domain=EXTENDED)
    return graph.add("Mul", [product, scale], [f"{name}_times"])


def _normalised(
    graph: Graph, added: tuple[str, str], by: tuple[Floats, Floats, Floats], epsilon: float, name: str
) -> str:
    """The sum of two states and a bias, with mean 0 and variance 1 a token, then scaled and shifted."""
    bias, scale, shift = (graph.constant(f"{name}_{n}", one) for n, one in enumerate(by))
    both = graph.add("Add", added, [f"{name}_both"])
    summed = graph.add("Add", [both, bias], [f"{name}_summed"])
    return graph.add("LayerNormalization", [summed, scale, shift], [name], axis=-1, epsilon=float(epsilon))
