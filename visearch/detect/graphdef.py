"""A reader of frozen TensorFlow graphs (GraphDef) that needs neither TensorFlow nor protobuf.

Only what a frozen graph of convolutions is made of is read: names, operations, inputs and constant tensors. Field
numbers are those of tensorflow/core/framework/{graph,node_def,attr_value,tensor,tensor_shape}.proto; the wire format is
https://protobuf.dev/programming-guides/encoding/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Bytes: TypeAlias = "bytes | memoryview"
Tensor: TypeAlias = npt.NDArray[np.generic]

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_GRAPH_NODE = 1
_NODE_NAME, _NODE_OP, _NODE_INPUT, _NODE_ATTR = 1, 2, 3, 5
_MAP_KEY, _MAP_VALUE = 1, 2
_ATTR_TENSOR = 8
_TENSOR_DTYPE, _TENSOR_SHAPE, _TENSOR_CONTENT, _TENSOR_FLOATS, _TENSOR_INTS = 1, 2, 4, 5, 7
_SHAPE_DIM, _DIM_SIZE = 2, 1
_DTYPES = {1: "<f4", 2: "<f8", 3: "<i4", 4: "u1", 9: "<i8", 10: "?"}
_FLOAT = 1


@dataclass(frozen=True)
class Node:
    """One operation; `value` is the tensor of a Const, None for other operations and for types such as strings."""

    name: str
    op: str
    inputs: tuple[str, ...]
    value: Tensor | None


def read_graph(data: bytes) -> dict[str, Node]:
    """The nodes of a serialised GraphDef by name, in file order; tensors are views of `data`, not copies.

    Raises ValueError when `data` is not a GraphDef.
    """
    try:
        nodes = [_node(bytes_of(value)) for field, value in _fields(memoryview(data)) if field == _GRAPH_NODE]
    except (IndexError, UnicodeDecodeError) as error:
        raise ValueError(f"not a GraphDef: {error}") from error
    return {node.name: node for node in nodes}


def bytes_of(value: int | memoryview) -> memoryview:
    """The payload of a field that must be of bytes. Raises ValueError when it is a number."""
    if isinstance(value, int):
        raise ValueError("not a GraphDef: a number where a message should be")
    return value


def _node(data: memoryview) -> Node:
    name, op, inputs, tensor = "", "", [], None
    for field, value in _fields(data):
        if field == _NODE_NAME:
            name = str(bytes_of(value), "utf-8")
        elif field == _NODE_OP:
            op = str(bytes_of(value), "utf-8")
        elif field == _NODE_INPUT:
            inputs.append(str(bytes_of(value), "utf-8"))
        elif field == _NODE_ATTR and op == "Const":
            entry = dict(_fields(bytes_of(value)))
            if bytes(bytes_of(entry.get(_MAP_KEY, memoryview(b"")))) == b"value":
                tensor = dict(_fields(bytes_of(entry[_MAP_VALUE]))).get(_ATTR_TENSOR)
    return Node(name, op, tuple(inputs), None if tensor is None else _tensor(bytes_of(tensor)))


def _tensor(data: memoryview) -> Tensor | None:
    dtype, shape, content, values = _FLOAT, [], None, []
    for field, value in _fields(data):
        if field == _TENSOR_DTYPE and isinstance(value, int):
            dtype = value
        elif field == _TENSOR_SHAPE:
            shape = [_size(bytes_of(dim)) for f, dim in _fields(bytes_of(value)) if f == _SHAPE_DIM]
        elif field == _TENSOR_CONTENT:
            content = value
        elif field == _TENSOR_FLOATS:
            values.append(np.frombuffer(bytes_of(value), "<f4"))
        elif field == _TENSOR_INTS:
            values.append(_ints(value))
    if dtype not in _DTYPES:
        return None
    if content is not None:
        return np.frombuffer(bytes_of(content), _DTYPES[dtype]).reshape(shape)
    flat = np.concatenate([np.empty(0), *values]).astype(_DTYPES[dtype])
    # One value stands for a whole tensor of it.
    return np.full(shape, flat[0]) if flat.size == 1 else flat.reshape(shape)


def _size(dim: memoryview) -> int:
    return next((value for field, value in _fields(dim) if field == _DIM_SIZE and isinstance(value, int)), 0)


def _ints(value: int | memoryview) -> npt.NDArray[np.int64]:
    if isinstance(value, int):
        return np.array([value], np.int64)
    numbers, at = [], 0
    while at < len(value):
        number, at = _varint(value, at)
        numbers.append(number)
    return np.array(numbers, np.int64)


def _fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """(field number, value) of a message: an int for a varint, else the bytes."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        wire = key & 7
        if wire == _VARINT:
            number, at = _varint(data, at)
            yield key >> 3, number
            continue
        if wire == _BYTES:
            length, at = _varint(data, at)
        elif wire in (_FIXED32, _FIXED64):
            length = 4 if wire == _FIXED32 else 8
        else:
            raise ValueError(f"not a GraphDef: wire type {wire}")
        if at + length > len(data):
            raise ValueError("not a GraphDef: it ends too early")
        yield key >> 3, data[at : at + length]
        at += length


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            # int64 travels in two's complement.
            return (value - (1 << 64) if value >= 1 << 63 else value), at
