"""The reader of frozen graphs, on graphs written by hand."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from tests.detect.graphs import field, node, shape, varint
from visearch.detect.graphdef import read_graph

FLOATS = struct.pack("<6f", 1, 2, 3, 4, 5, 6)
GRAPH = b"".join(
    [
        node("weights", "Const", tensor=field(1, 1) + shape(2, 3) + field(4, FLOATS)),
        node("filled", "Const", tensor=field(1, 1) + shape(2, 2) + field(5, struct.pack("<f", 0.5))),
        node("axes", "Const", tensor=field(1, 3) + shape(3) + field(7, varint(1) + varint(300) + varint(-1))),
        node("scalar", "Const", tensor=field(1, 3) + field(2, b"") + field(7, 7)),
        node("words", "Const", tensor=field(1, 7) + shape(1) + field(8, b"cup")),
        node("conv", "Conv2D", ("image", "weights")),
        field(4, field(1, 27)),
    ]
)


def test_nodes_and_tensors_are_read():
    graph = read_graph(GRAPH)
    assert list(graph) == ["weights", "filled", "axes", "scalar", "words", "conv"]
    np.testing.assert_array_equal(graph["weights"].value, [[1, 2, 3], [4, 5, 6]])
    np.testing.assert_array_equal(graph["filled"].value, np.full((2, 2), 0.5, np.float32))
    np.testing.assert_array_equal(graph["axes"].value, [1, 300, -1])
    assert graph["scalar"].value.shape == () and graph["scalar"].value == 7
    assert graph["words"].value is None
    assert (graph["conv"].op, graph["conv"].inputs, graph["conv"].value) == ("Conv2D", ("image", "weights"), None)


@pytest.mark.parametrize("data", [GRAPH[:-3], GRAPH[:40], b"\x0b", field(1, 5), b"\xff" * 4])
def test_what_is_no_graph_is_refused(data):
    with pytest.raises(ValueError, match="GraphDef"):
        read_graph(data)
