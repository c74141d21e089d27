"""Pictures to the pixels that an image tower takes: what open_clip's transform does before it normalises.

Resizing and cropping follow the checkpoint's own preprocessing settings and give the same bytes as open_clip's
transform (a test holds the two together). Mean and deviation are left to the tower, which takes whole batches.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from visearch.errors import ModelError

_FILTERS = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}
_MODES = ("shortest", "longest", "squash")

Size = tuple[int, int]


@dataclass(frozen=True)
class Pixels:
    """open_clip's preprocessing settings. `size` is (height, width), `mean` and `std` are those of RGB in [0, 1]."""

    size: Size
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str = "bicubic"
    resize_mode: str = "shortest"
    fill_color: int = 0

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Pixels:
        """From a checkpoint's settings. Raises ModelError for a way of resizing that open_clip does not have."""
        size, mode = config["size"], config.get("resize_mode") or "shortest"
        height, width = (size, size) if isinstance(size, int) else (size[0], size[-1])
        interpolation = config.get("interpolation") or "bicubic"
        if mode not in _MODES or (interpolation != "random" and interpolation not in _FILTERS):
            raise ModelError(
                f"The checkpoint resizes pictures by {mode!r} and {interpolation!r}.",
                f"Known are {', '.join(_MODES)} and {', '.join(_FILTERS)}.",
            )
        mean, std = (tuple(float(value) for value in _three(config[name])) for name in ("mean", "std"))
        # open_clip draws no lot either: "random" means bicubic outside training.
        chosen = interpolation if interpolation in _FILTERS else "bicubic"
        return cls((height, width), mean, std, chosen, mode, int(config.get("fill_color") or 0))

    def __call__(self, pictures: Sequence[Image.Image]) -> npt.NDArray[np.uint8]:
        """RGB pictures of any size -> uint8 (n, height, width, 3). Several are made in threads."""
        if not pictures:
            return np.empty((0, *self.size, 3), dtype=np.uint8)
        if len(pictures) == 1:
            return self._one(pictures[0])[None]
        return np.stack(list(_threads().map(self._one, pictures)))

    def _one(self, picture: Image.Image) -> npt.NDArray[np.uint8]:
        rgb = picture if picture.mode == "RGB" else picture.convert("RGB")
        resized = self._resized(rgb)
        return np.asarray(resized if self.resize_mode == "squash" else self._centred(resized))

    def _resized(self, picture: Image.Image) -> Image.Image:
        width, height = picture.size
        wide, high = self._target(width, height)
        return (
            picture if (wide, high) == (width, height) else picture.resize((wide, high), _FILTERS[self.interpolation])
        )

    def _target(self, width: int, height: int) -> Size:
        rows, columns = self.size
        if self.resize_mode == "squash":
            return columns, rows
        if self.resize_mode == "shortest" and rows == columns:
            # torchvision's Resize cuts the longer side's fraction off; open_clip's own resizing rounds it.
            if width <= height:
                return columns, int(columns * height / width)
            return int(rows * width / height), rows
        ratios = width / columns, height / rows
        ratio = max(ratios) if self.resize_mode == "longest" else min(ratios)
        return round(width / ratio), round(height / ratio)

    def _centred(self, picture: Image.Image) -> Image.Image:
        rows, columns = self.size
        wide, high = picture.size
        if (wide, high) == (columns, rows):
            return picture
        if wide < columns or high < rows:
            ground = Image.new("RGB", (max(wide, columns), max(high, rows)), (self.fill_color,) * 3)
            ground.paste(picture, (max(0, columns - wide) // 2, max(0, rows - high) // 2))
            picture, (wide, high) = ground, ground.size
        left, top = round((wide - columns) / 2), round((high - rows) / 2)
        return picture.crop((left, top, left + columns, top + rows))


def _three(value: Any) -> Sequence[float]:
    return value if isinstance(value, (list, tuple)) else (value,) * 3


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, min(8, os.cpu_count() or 1)), thread_name_prefix="visearch-pixels")
