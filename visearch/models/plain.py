"""open_clip as its README shows it: what the benchmarks hold our runtimes against."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from visearch.models.pixels import Pixels
from visearch.models.torch_towers import TorchTowers, clip_parts

Floats = npt.NDArray[np.float32]

ARCHITECTURES = ("ViT-B-32", "ViT-B-16-SigLIP2")
"""Of the downloads `vit-b-32` and `siglip2`, by open_clip's names."""


class PlainOpenClip:
    """One picture or text at a time, in float32, with the checkpoint's own transform."""

    def __init__(self, model: Any, preprocess: Any, tokenizer: Any) -> None:
        self.model, self._preprocess, self._tokenizer = model.eval(), preprocess, tokenizer

    def embed_image(self, picture: Image.Image) -> Floats:
        """An RGB picture of any size -> float32 (dim,), unit norm."""
        with torch.no_grad():
            return self._unit(self.model.encode_image(self._preprocess(picture).unsqueeze(0)))

    def embed_text(self, text: str) -> Floats:
        """A text -> float32 (dim,), unit norm."""
        with torch.no_grad():
            return self._unit(self.model.encode_text(self._tokenizer([text])))

    @staticmethod
    def _unit(rows: Any) -> Floats:
        return (rows / rows.norm(dim=-1, keepdim=True))[0].float().numpy()


def plain_embedded() -> PlainOpenClip:
    """The embedded encoder, as open_clip's factory would give it."""
    from visearch.models.embedded import build_embedded

    return PlainOpenClip(*build_embedded())


def random_towers(architecture: str) -> tuple[PlainOpenClip, TorchTowers, Pixels]:
    """An architecture of open_clip's with random weights, plain and as parts: speed needs no training.

    Its tokenizer is left out (some come from the hub): `embed_text` cannot be asked.
    """
    import open_clip

    torch.manual_seed(0)
    model, _, preprocess = open_clip.create_model_and_transforms(architecture, pretrained=None)
    pixels = Pixels.of(open_clip.model.get_model_preprocess_cfg(model))
    return PlainOpenClip(model, preprocess, None), TorchTowers(clip_parts(model, pixels)), pixels


def use_threads(count: int) -> None:
    """Lets torch compute with so many threads."""
    torch.set_num_threads(count)
