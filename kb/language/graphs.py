"""Computations written down for onnxruntime: the few messages of the ONNX format that a layer needs.

ONNX is a protocol buffer (onnx.proto of ONNX 1.17, IR version 9). A page of it by hand spares a package.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

IR_VERSION, OPSET = 9, 17
EXTENDED = "com.microsoft"  # operators that onnxruntime adds
_ELEMENTS = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7}  # TensorProto.DataType
FLOAT, INT32 = _ELEMENTS["float32"], _ELEMENTS["int32"]
_FLOAT_ATTRIBUTE, _INT_ATTRIBUTE, _INTS_ATTRIBUTE = 1, 2, 7  # AttributeProto.AttributeType

Attribute = float | int | Sequence[int]


@dataclass(slots=True)
class Graph:
    """A graph that grows: operators in the order in which they compute, and what is constant."""

    nodes: list[bytes] = field(default_factory=list)
    constants: dict[str, bytes] = field(default_factory=dict)

    def constant(self, name: str, values: npt.ArrayLike) -> str:
        """A constant of this name, which is returned."""
        array = np.asarray(values)
        self.constants[name] = (
            b"".join(_number(1, size) for size in array.shape)
            + _number(2, _ELEMENTS[array.dtype.name])
            + _text(8, name)
            + _bytes(9, array.tobytes())
        )
        return name

    def add(
        self,
        operator: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        *,
        domain: str = "",
        **given: Attribute,
    ) -> str:
        """An operator with its attributes; returns the name of its first output."""
        self.nodes.append(
            b"".join(_text(1, name) for name in inputs)
            + b"".join(_text(2, name) for name in outputs)
            + _text(4, operator)
            + b"".join(_bytes(5, _attribute(name, value)) for name, value in given.items())
            + _text(7, domain)
        )
        return outputs[0]

    def model(
        self, inputs: Mapping[str, tuple[int, Sequence[int | str]]], outputs: Mapping[str, int]
    ) -> bytes:
        """The model as bytes. Inputs have an element type and a shape (a name for a size that varies)."""
        graph = (
            b"".join(_bytes(1, node) for node in self.nodes)
            + _text(2, "layer")
            + b"".join(_bytes(5, constant) for constant in self.constants.values())
            + b"".join(_bytes(11, _described(name, *one)) for name, one in inputs.items())
            + b"".join(_bytes(12, _described(name, element)) for name, element in outputs.items())
        )
        opsets = _bytes(8, _text(1, "") + _number(2, OPSET)) + _bytes(8, _text(1, EXTENDED) + _number(2, 1))
        return _number(1, IR_VERSION) + _bytes(7, graph) + opsets


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, float):
        return _text(1, name) + _key(2, 5) + struct.pack("<f", value) + _number(20, _FLOAT_ATTRIBUTE)
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _INT_ATTRIBUTE)
    return _text(1, name) + b"".join(_number(8, one) for one in value) + _number(20, _INTS_ATTRIBUTE)


def _described(name: str, element: int, shape: Sequence[int | str] | None = None) -> bytes:
    sizes = [_number(1, one) if isinstance(one, int) else _text(2, one) for one in shape or ()]
    dimensions = b"" if shape is None else _bytes(2, b"".join(_bytes(1, one) for one in sizes))
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, element) + dimensions))


def _key(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _number(number: int, value: int) -> bytes:
    return _key(number, 0) + _varint(value & (1 << 64) - 1)


def _bytes(number: int, value: bytes) -> bytes:
    return _key(number, 2) + _varint(len(value)) + value


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode())


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)
