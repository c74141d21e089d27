"""Features of the two towers: pooled pictures, kept on disk, and sentence vectors."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from visearch.images import load_image

POOL_DIM = 1280

Array = npt.NDArray[np.float32]


def unit(rows: npt.NDArray[Any]) -> Array:
    """Rows of unit L2 norm."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9), dtype=np.float32)


class Features:
    """Both towers without heads. Features are cached in one file a list of pictures, named by their content."""

    def __init__(self, cache: Path) -> None:
        cache.mkdir(parents=True, exist_ok=True)
        self._cache = cache
        self._parts: tuple[Any, ...] | None = None

    def pooled(self, files: Sequence[Path]) -> Array:
        """float32 (n, 1280): the image tower's pooled features, not normalised."""
        return self.rows(files)[:, :POOL_DIM]

    def rows(self, files: Sequence[Path]) -> Array:
        """float32 (n, 1632): pooled features and spreads, what the image head gets."""
        digest = hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files))
        kept = self._cache / f"rows-{digest.hexdigest()[:24]}.npy"
        if not kept.exists():
            np.save(kept, self._pool(files), allow_pickle=False)
        return np.load(kept, allow_pickle=False)

    def sentences(self, texts: Sequence[str]) -> Array:
        """float32 (n, 384), unit rows: mean-pooled MiniLM. Embeds each distinct text once, short ones together."""
        import torch

        model, _, tokenizer, _ = self._towers()
        distinct = sorted(set(texts), key=len)
        with torch.inference_mode():
            parts = [model.text(tokenizer(distinct[at : at + 32])) for at in range(0, len(distinct), 32)]
        place = {text: row for row, text in enumerate(distinct)}
        return unit(torch.cat(parts).numpy())[[place[text] for text in texts]]

    def classifier(self) -> tuple[Array, Array]:
        """The ImageNet classifier: weight (1000, 1280) and bias (1000,)."""
        weight, bias = self._towers()[1]
        return weight.numpy(), bias.numpy()

    def _pool(self, files: Sequence[Path]) -> Array:
        import torch

        model, _, _, preprocess = self._towers()
        rows = []
        with torch.inference_mode():
            for start in range(0, len(files), 16):
                pictures = [preprocess(load_image(file)) for file in files[start : start + 16]]
                pixels = torch.stack(pictures).to(memory_format=torch.channels_last)
                rows.append(model.visual.trunk(pixels).numpy())
        return np.concatenate(rows)

    def _towers(self) -> tuple[Any, ...]:
        if self._parts is None:
            import torch
            from open_clip.transform import image_transform_v2

            from visearch.models.embedded import PREPROCESS, build_towers

            model, classifier, tokenizer = build_towers()
            model = model.to(memory_format=torch.channels_last)
            self._parts = (model, classifier, tokenizer, image_transform_v2(PREPROCESS, is_train=False))
        return self._parts
