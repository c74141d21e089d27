"""An open_clip model's towers as parts, and these run by torch: on GPUs, and wherever OpenVINO is not."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from visearch.config import on_zero_gpu
from visearch.models.pixels import Pixels
from visearch.models.towers import IMAGE, TEXT, WORDS, Array

_WHOLE = 65_536
_EXACT_STAGES = 2


@dataclass(frozen=True)
class Step:
    """A module of a part.

    `exact` ones are computed in float32 whatever the rest is computed in; `free` are the axes of the input, besides the
    rows, whose length changes from call to call.
    """

    module: nn.Module
    exact: bool = False
    free: tuple[int, ...] = ()


Parts = Mapping[str, Sequence[Step]]
"""The steps of each part, the output of one being the input of the next."""


class Normalised(nn.Module):  # type: ignore[misc]
    """uint8 (n, height, width, 3) -> float32 (n, 3, height, width) with the checkpoint's mean and deviation."""

    def __init__(self, pixels: Pixels) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(pixels.mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(pixels.std).view(1, 3, 1, 1))

    def forward(self, rows: Tensor) -> Tensor:
        return (rows.permute(0, 3, 1, 2).float() / 255 - self.mean) / self.std


class ImagePart(nn.Module):  # type: ignore[misc]
    """Pixels -> unit vectors."""

    def __init__(self, model: nn.Module, pixels: Pixels) -> None:
        super().__init__()
        self.normalised, self.model = Normalised(pixels), model

    def forward(self, rows: Tensor) -> Tensor:
        return self.model.encode_image(self.normalised(rows), normalize=True)


class Stem(nn.Module):  # type: ignore[misc]
    """Pixels -> what the first stages of an EfficientNet make of them.

    Rounding to bf16 in here costs the pooled features most of their agreement with float32: on 32 product pictures the
    least cosine is .992 with these stages in bf16 and .9998 without.
    """

    def __init__(self, trunk: nn.Module, pixels: Pixels) -> None:
        super().__init__()
        self.normalised = Normalised(pixels)
        self.stages = nn.Sequential(trunk.stem, *trunk.blocks[:_EXACT_STAGES])

    def forward(self, rows: Tensor) -> Tensor:
        return self.stages(self.normalised(rows))


class Body(nn.Module):  # type: ignore[misc]
    """The stem's output -> the last block's (n, c, rows, columns)."""

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        self.stages = nn.Sequential(*trunk.blocks[_EXACT_STAGES:])

    def forward(self, rows: Tensor) -> Tensor:
        return self.stages(rows)


class PooledHead(nn.Module):  # type: ignore[misc]
    """The last block -> unit vectors, and the map of features."""

    def __init__(self, pool: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.pool, self.head = pool, head

    def forward(self, block: Tensor) -> tuple[Tensor, Tensor]:
        features, maps = self.pool(block)
        return normalize(self.head(features), dim=-1), maps


class TextPart(nn.Module):  # type: ignore[misc]
    """Tokens -> unit vectors."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, rows: Tensor) -> Tensor:
        return self.model.encode_text(rows, normalize=True)


class SentencePart(nn.Module):  # type: ignore[misc]
    """Tokens -> mean-pooled sentences, not normalised."""

    def __init__(self, tower: nn.Module) -> None:
        super().__init__()
        self.transformer, self.pooler, self.pad = tower.transformer, tower.pooler, tower.config.pad_token_id

    def forward(self, rows: Tensor) -> Tensor:
        mask = (rows != self.pad).long()
        return self.pooler(self.transformer(input_ids=rows, attention_mask=mask), mask)


class WordsPart(nn.Module):  # type: ignore[misc]
    """Sentences -> unit vectors of the pictures' space."""

    def __init__(self, head: nn.Module) -> None:
        super().__init__()
        self.head = head

    def forward(self, rows: Tensor) -> Tensor:
        return normalize(self.head(rows), dim=-1)


class TorchTowers:
    """Parts run by torch in float32, on a GPU where there is one."""

    def __init__(self, parts: Parts, device: str | None = None) -> None:
        # `spaces` makes torch say on ZeroGPU that there is a GPU, which a plain call cannot use.
        cuda = torch.cuda.is_available() and not on_zero_gpu(os.environ)
        self._device = device or ("cuda" if cuda else "cpu")
        self.parts = parts
        for step in (step for steps in parts.values() for step in steps):
            # Convolutions over channels_last are about twice as fast on CPUs; the numbers agree to 1e-5.
            step.module.eval().to(self._device).to(memory_format=torch.channels_last)

    @property
    def runtime(self) -> str:
        """`torch f32`, with the device where it is not the CPU."""
        return "torch f32" if self._device == "cpu" else f"torch f32 {self._device}"

    def run(self, part: str, rows: Array) -> tuple[Array, ...]:
        """See `Towers.run`."""
        with torch.inference_mode():
            found = torch.from_numpy(rows).to(self._device)
            for step in self.parts[part]:
                found = step.module(found)
        return tuple(one.float().cpu().numpy() for one in (found if isinstance(found, tuple) else (found,)))


def clip_parts(model: nn.Module, pixels: Pixels) -> Parts:
    """Of any model that open_clip's factory returns."""
    return {IMAGE: (Step(ImagePart(model, pixels)),), TEXT: (Step(TextPart(model), free=(1,)),)}


def embedded_parts(model: Any, pixels: Pixels) -> Parts:
    """Of the embedded encoder, which can say more."""
    trunk = model.visual.trunk
    head = PooledHead(trunk.pool, model.visual.head)
    image = (Step(Stem(trunk, pixels), exact=True), Step(Body(trunk)), Step(head, exact=True))
    return {
        IMAGE: image,
        TEXT: (Step(SentencePart(model.text), free=(1,)),),
        WORDS: (Step(WordsPart(model.text.proj), exact=True),),
    }


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
