"""What an SSD's outputs mean: codes and logits of its anchors to boxes and scores.

Anchors are those of the zoo's pipeline.config for `ssd_mobilenet_v2_coco_2018_03_29`: scales .2 to .95, ratios 1, 2,
1/2, 3, 1/3, and a smaller first layer (Liu et al. 2016, arXiv:1512.02325).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

SIDE = 300
"""Pixels of the square that the net was trained on."""

_LEVELS = 6
_STRIDE = 16
_SCALES = (0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.0)
_RATIOS = (1.0, 2.0, 0.5, 3.0, 0.3333)
_CENTRE_VARIANCE, _SIZE_VARIANCE = 10.0, 5.0

Floats = npt.NDArray[np.float32]


def to_pixels(pictures: Sequence[Image.Image], width: int = SIDE, height: int = SIDE) -> npt.NDArray[np.uint8]:
    """RGB pictures of any size, squeezed to width x height -> uint8 (n, height, width, 3)."""
    return np.stack(
        [np.asarray(p.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)) for p in pictures]
    )


def decoded(codes: npt.NDArray[Any], logits: npt.NDArray[Any], width: int, height: int) -> tuple[Floats, Floats]:
    """Codes (n, a, 4) and logits (n, a, 90) of a net that saw width x height pixels -> boxes (n, a, 4) and scores.

    Boxes are x0, y0, x1, y1 in shares of the input, clipped to it; scores are sigmoids. Neither is suppressed.
    """
    anchors = _anchors(width, height)
    y = codes[..., 0] / _CENTRE_VARIANCE * anchors[:, 3] + anchors[:, 1]
    x = codes[..., 1] / _CENTRE_VARIANCE * anchors[:, 2] + anchors[:, 0]
    high = np.exp(codes[..., 2] / _SIZE_VARIANCE) * anchors[:, 3] / 2
    wide = np.exp(codes[..., 3] / _SIZE_VARIANCE) * anchors[:, 2] / 2
    boxes = np.stack([x - wide, y - high, x + wide, y + high], -1).clip(0, 1)
    return boxes.astype(np.float32), (1 / (1 + np.exp(-logits))).astype(np.float32)


@lru_cache(maxsize=64)
def _anchors(width: int, height: int) -> Floats:
    """(a, 4) centre x, centre y, width, height in shares of the input; sizes stay those of a 300-pixel square."""
    rows = []
    high, wide = math.ceil(height / _STRIDE), math.ceil(width / _STRIDE)
    for level in range(_LEVELS):
        shapes = np.array(_shapes(level)) * SIDE / (width, height)
        y, x = np.meshgrid((np.arange(high) + 0.5) / high, (np.arange(wide) + 0.5) / wide, indexing="ij")
        centres = np.stack([x, y], -1).reshape(-1, 1, 2).repeat(len(shapes), 1)
        level_rows = np.concatenate([centres, np.broadcast_to(shapes, (len(centres), *shapes.shape))], -1)
        rows.append(level_rows.reshape(-1, 4))
        high, wide = math.ceil(high / 2), math.ceil(wide / 2)
    return np.concatenate(rows).astype(np.float32)


def _shapes(level: int) -> list[tuple[float, float]]:
    if level == 0:
        return [(0.1, 0.1), *((0.2 * math.sqrt(r), 0.2 / math.sqrt(r)) for r in (2.0, 0.5))]
    scale = _SCALES[level]
    between = math.sqrt(scale * _SCALES[level + 1])
    return [*((scale * math.sqrt(r), scale / math.sqrt(r)) for r in _RATIOS), (between, between)]
