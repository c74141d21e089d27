"""What an encoder is: pictures and words to unit vectors in one space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from PIL import Image

from visearch.types import Vectors


@dataclass(frozen=True)
class ModelSpec:
    """One encoder that can be chosen by name.

    `source` is `embedded`, `hf-hub:ORG/NAME` or `local-dir:FOLDER`. `dim` is the length of a vector (0 when only
    the checkpoint tells), `size_mb` what is downloaded (10**6 bytes), `languages` ISO 639 codes.
    """

    name: str
    source: str
    licence: str
    dim: int
    size_mb: int
    languages: tuple[str, ...] = ("en",)
    description: str = ""


@dataclass(frozen=True)
class ModelInfo:
    """What answers: the fingerprint changes whenever vectors would (weights, preprocessing).

    `runtime` says what computes, such as `openvino bf16`. It is no part of the fingerprint: a runtime is only taken
    when its vectors agree with torch's.
    """

    name: str
    dim: int
    weights: str
    preprocessing: str
    licence: str = ""
    languages: tuple[str, ...] = ("en",)
    runtime: str = field(default="", compare=False)

    @property
    def fingerprint(self) -> str:
        """Key of everything computed with this model."""
        return f"{self.name}|{self.weights}|{self.preprocessing}|{self.dim}"


class Embedder(Protocol):
    """An encoder. Calls are thread-safe; `float32 (n, dim)` with unit rows comes back, also for n = 0."""

    @property
    def info(self) -> ModelInfo: ...

    def embed_images(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Upright RGB pictures of any size -> float32 (n, dim), unit rows."""
        ...

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Texts -> float32 (n, dim), unit rows, in the same space as the pictures."""
        ...


@runtime_checkable
class Steady(Protocol):
    """An encoder whose rows are the same to the last bit whatever comes with them, in calls of full batches.

    A runtime may sum in another order for another number of rows (torch on a CPU does, by 3e-7 of a unit vector), so
    catalogues are embedded `batch` pictures, or a multiple of that, at a time.
    """

    batch: int
