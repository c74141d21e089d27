"""How close a picture is to a picture: centred on the catalogue, and by the best of several looks at a photo.

All pictures of a catalogue share a direction: that of its usual thing on its usual ground. With m the mean of its
vectors, an encoder that asks for a share c of that to be left out gets

    closeness(x, v) = n(x - c m) . n(v - c m)

instead of their cosine, and a photo of several views x_i gets the best of theirs: a customer's photo shows more than
the product, and how much more differs. Words are held against the vectors as they are. The index answers inner
products with n(x - c m), which is near enough to find the DEPTH best, and these are then ranked by closeness. The
share and the views of the embedded encoder were chosen on half A of the photos of six catalogues (its model card).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from PIL import Image

from visearch.models.base import Embedder
from visearch.types import Vectors

DEPTH = 200
"""Rows that are ranked by closeness, at least."""

MEAN_OF = 2000
"""Rows that the mean of a catalogue is taken of, at most; evenly spaced."""

Floats = npt.NDArray[np.float32]


@runtime_checkable
class LooksTwice(Protocol):
    """An encoder that sees more in a photo when it looks at parts of it, and tells how its vectors are held together.

    `centring` is the share of a catalogue's mean, in [0, 1], that is left out of vectors of pictures.
    """

    centring: float

    def embed_views(self, picture: Image.Image) -> Vectors:
        """One upright RGB picture -> float32 (views, dim), unit rows; the first is the whole picture's."""
        ...


def centring_of(embedder: Embedder) -> float:
    """The share that the encoder asks for, 0 when it asks for none."""
    return embedder.centring if isinstance(embedder, LooksTwice) else 0.0


def color_weight_of(embedder: Embedder) -> float:
    """What the full agreement of colours is worth beside the encoder's closeness (visearch.colormatch); 0 for most."""
    return float(getattr(embedder, "color_weight", 0.0))


def views_of(embedder: Embedder, picture: Image.Image) -> Vectors:
    """float32 (views, dim): the encoder's looks at a photo, the only one for most encoders."""
    return embedder.embed_views(picture) if isinstance(embedder, LooksTwice) else embedder.embed_images([picture])


def mean_of(vectors: Vectors) -> Floats:
    """float32 (dim,): the mean of at most MEAN_OF rows, not of unit norm."""
    step = max(1, len(vectors) // MEAN_OF)
    return np.asarray(vectors[::step], dtype=np.float32).mean(axis=0)


@dataclass(frozen=True)
class Centre:
    """What is left out of vectors of pictures, float32 (dim,); None leaves them as they are."""

    shift: Floats | None = None

    @classmethod
    def of(cls, vectors: Vectors, share: float) -> Centre:
        """The catalogue's own, from its rows."""
        return cls(np.float32(share) * mean_of(vectors)) if share else cls()

    def __call__(self, rows: npt.NDArray[Any]) -> Vectors:
        """float32 (n, dim), unit rows, for unit rows."""
        rows = np.asarray(rows, dtype=np.float32)
        if self.shift is None:
            return rows
        apart = rows - self.shift
        return np.ascontiguousarray(apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9))


def direction(views: Vectors) -> Vectors:
    """float32 (1, dim), unit norm: what an index is asked with for views (v, dim)."""
    total = views.sum(axis=0, keepdims=True)
    return np.ascontiguousarray(total / max(float(np.linalg.norm(total)), 1e-9), dtype=np.float32)


def closeness(views: Vectors, rows: Vectors) -> Floats:
    """float32 (n,) in [-1, 1]: of centred rows (n, dim) to the nearest of centred views (v, dim)."""
    return np.asarray((rows @ views.T).max(axis=1), dtype=np.float32)
