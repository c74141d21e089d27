"""An open_clip model as an Embedder: batched, thread-safe, float32 unit rows."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from visearch.models.base import ModelInfo
from visearch.types import Vectors

BATCH = 16
_WHOLE = 65_536


class OpenClipEmbedder:
    """Wraps what open_clip's factory returns. Calls may come from any thread; each embeds its own batches."""

    def __init__(
        self,
        model: nn.Module,
        preprocess: Callable[[Image.Image], Tensor],
        tokenizer: Callable[[list[str]], Tensor],
        info: ModelInfo,
        *,
        device: str | None = None,
        batch_size: int = BATCH,
    ) -> None:
        self._info = info
        self._device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self._batch = batch_size
        self._preprocess = preprocess
        self._tokenizer = tokenizer
        # Fast tokenizers raise "Already borrowed" when two threads set padding or truncation at once.
        self._tokenizing = threading.Lock()
        # Convolutions over channels_last are about twice as fast on CPUs; the numbers agree to 1e-5.
        self._model = model.eval().to(self._device).to(memory_format=torch.channels_last)

    @property
    def info(self) -> ModelInfo:
        """What answers."""
        return self._info

    def embed_images(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Upright RGB pictures of any size -> float32 (n, dim), unit rows."""
        return self._rows(list(pictures), self._image_batch)

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Texts -> float32 (n, dim), unit rows. What is longer than the model's context is cut; "" is allowed."""
        return self._rows(list(texts), self._text_batch)

    def _rows(self, things: list[Any], embed: Callable[[list[Any]], Tensor]) -> Vectors:
        out = np.empty((len(things), self._info.dim), dtype=np.float32)
        with torch.inference_mode():
            for start in range(0, len(things), self._batch):
                rows = embed(things[start : start + self._batch])
                out[start : start + len(rows)] = rows.float().cpu().numpy()
        return out

    def _image_batch(self, pictures: list[Image.Image]) -> Tensor:
        pixels = torch.stack([self._preprocess(picture) for picture in pictures])
        pixels = pixels.to(self._device, memory_format=torch.channels_last)
        return self._model.encode_image(pixels, normalize=True)

    def _text_batch(self, texts: list[str]) -> Tensor:
        with self._tokenizing:
            tokens = self._tokenizer(texts)
        return self._model.encode_text(tokens.to(self._device), normalize=True)


def weights_digest(model: nn.Module, extra: bytes = b"") -> str:
    """16 hex digits that change with the weights: names, shapes and values, of large tensors an even sample.

    A whole hash of a gigabyte would cost seconds at every start; other weights differ in every sample.
    """
    digest = hashlib.sha256(extra)
    for name, value in sorted(model.state_dict().items()):
        flat = value.detach().reshape(-1)
        sample = flat[:: max(1, flat.numel() // _WHOLE)].contiguous()
        digest.update(f"{name} {tuple(value.shape)} {value.dtype}".encode())
        digest.update(sample.float().cpu().numpy().tobytes())
    return digest.hexdigest()[:16]


def preprocessing_id(config: Mapping[str, Any]) -> str:
    """open_clip's preprocessing settings as one stable line, such as `fill_color=255 interpolation=bicubic ...`."""
    return " ".join(f"{name}={_plain(config[name])}" for name in sorted(config))


def _plain(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ",".join(_plain(item) for item in value)
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
