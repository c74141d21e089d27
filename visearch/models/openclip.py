"""An open_clip model as an Embedder: batched, thread-safe, float32 unit rows, in whatever runtime its towers have."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from visearch.models.base import ModelInfo
from visearch.models.pixels import Pixels
from visearch.models.runtimes import swapped
from visearch.models.together import Together
from visearch.models.towers import IMAGE, TEXT, Array, Towers
from visearch.types import Vectors

BATCH = 16
MANY = 16
"""So many pictures at once are worth waiting for the faster runtime."""


class OpenClipEmbedder:
    """Calls may come from any thread; pictures or texts of several callers go through the towers together.

    `faster` gives the same towers in a faster runtime, where there may be one: `quicken` brings it in, and so does the
    first call with many pictures. When it raises, the towers stay as they are.
    """

    batch = BATCH

    def __init__(
        self,
        towers: Towers,
        pixels: Pixels,
        tokenizer: Callable[[Sequence[str]], Any],
        info: ModelInfo,
        *,
        faster: Callable[[], Towers] | None = None,
    ) -> None:
        self._info = info
        self._towers = towers
        self._pixels = pixels
        self._tokenizer = tokenizer
        self._faster = faster
        self._quickening = threading.Lock()
        # Fast tokenizers raise "Already borrowed" when two threads set padding or truncation at once.
        self._tokenizing = threading.Lock()
        self._pictures = Together(lambda rows: self._towers.run(IMAGE, np.stack(rows)), BATCH)
        self._texts = Together(self._read, BATCH)

    @property
    def info(self) -> ModelInfo:
        """What answers, with the runtime of this moment."""
        return replace(self._info, runtime=self._towers.runtime)

    def quicken(self) -> None:
        """Goes over to the faster runtime, which takes some seconds the first time on a machine."""
        with self._quickening:
            make, self._faster = self._faster, None
            self._towers = swapped(self._info.name, self._towers, make)

    def embed_images(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Upright RGB pictures of any size -> float32 (n, dim), unit rows."""
        if len(pictures) >= MANY:
            self.quicken()
        out = np.empty((len(pictures), self._info.dim), dtype=np.float32)
        for start in range(0, len(pictures), BATCH):
            rows = self._image_rows(pictures[start : start + BATCH])[0]
            out[start : start + len(rows)] = rows
        return out

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Texts -> float32 (n, dim), unit rows. What is longer than the model's context is cut; "" is allowed."""
        out = np.empty((len(texts), self._info.dim), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            rows = self._text_rows(list(texts[start : start + BATCH]))
            out[start : start + len(rows)] = rows
        return out

    def _image_rows(self, pictures: Sequence[Image.Image]) -> tuple[Array, ...]:
        return self._pictures(list(self._pixels(pictures)))

    def _text_rows(self, texts: list[str]) -> Array:
        return self._texts(texts)[0]

    def _read(self, texts: list[str]) -> tuple[Array, ...]:
        with self._tokenizing:
            tokens = np.asarray(self._tokenizer(texts), dtype=np.int64)
        return self._towers.run(TEXT, tokens)


def preprocessing_id(config: Mapping[str, Any]) -> str:
    """open_clip's preprocessing settings as one stable line, such as `fill_color=255 interpolation=bicubic ...`."""
    return " ".join(f"{name}={_plain(config[name])}" for name in sorted(config))


def _plain(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ",".join(_plain(item) for item in value)
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
