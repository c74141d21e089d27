"""The two towers of an encoder as parts that run: in torch or in OpenVINO, told apart by nobody but the loader."""

from __future__ import annotations

from typing import Any, Protocol

import numpy.typing as npt

IMAGE = "image"
"""uint8 (n, height, width, 3) -> float32 (n, dim) unit rows; the embedded encoder adds its map (n, c, rows, cols)."""
TEXT = "text"
"""int64 (n, length) tokens -> float32 (n, dim) unit rows; the embedded encoder gives sentences (n, 384) as they are."""
WORDS = "words"
"""Sentences float32 (n, 384) -> float32 (n, dim) unit rows; the embedded encoder alone has it."""

Array = npt.NDArray[Any]


class Towers(Protocol):
    """Parts by name. Calls are thread-safe; rows of a call are independent of one another."""

    @property
    def runtime(self) -> str:
        """What computes and how exactly, such as `torch f32` or `openvino bf16`."""
        ...

    def run(self, part: str, rows: Array) -> tuple[Array, ...]:
        """What the part makes of the rows: one array or more, each as long as `rows`."""
        ...
