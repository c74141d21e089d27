"""Which regions of two pictures make them alike: for any encoder, and exactly where the encoder can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from PIL import Image

from visearch.models.base import Embedder
from visearch.types import Vectors

OCCLUSION_GRID = 6

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Regions:
    """How much each place of a picture adds to a likeness.

    `values` float32 (rows, columns); `ys` (rows,) and `xs` (columns,) float32 are the places' centres as shares of the
    picture's height and width: below 0 and above 1 lies what the preprocessing put around the picture.
    """

    values: Floats
    ys: Floats
    xs: Floats


@runtime_checkable
class TellsRegions(Protocol):
    """An encoder that knows the regions without trying them out."""

    def regions(self, picture: Image.Image, other: Image.Image) -> tuple[Regions, Regions]:
        """What each place of either upright RGB picture adds to their likeness."""
        ...


def regions(embedder: Embedder, picture: Image.Image, other: Image.Image) -> tuple[Regions, Regions]:
    """What each place of either picture adds to their likeness, by the encoder's own account or by occlusion."""
    if isinstance(embedder, TellsRegions):
        return embedder.regions(picture, other)
    return occluded(embedder, picture, other)


def occluded(
    embedder: Embedder, picture: Image.Image, other: Image.Image, grid: int = OCCLUSION_GRID
) -> tuple[Regions, Regions]:
    """The fall of the cosine when a place is covered with the picture's mean colour, on a grid of `grid` x `grid`.

    Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2014 (arXiv:1311.2901), section 4.2. Both
    pictures and all covered copies go through the encoder at once: 2 + 2 * grid ** 2 pictures.
    """
    batch = [picture, other, *_covered(picture, grid), *_covered(other, grid)]
    vectors = embedder.embed_images(batch)
    whole, places = float(vectors[0] @ vectors[1]), grid * grid
    return (
        _falls(whole, vectors[2 : 2 + places], vectors[1], grid),
        _falls(whole, vectors[2 + places :], vectors[0], grid),
    )


def _falls(whole: float, covered: Vectors, other: npt.NDArray[Any], grid: int) -> Regions:
    centres = ((np.arange(grid) + 0.5) / grid).astype(np.float32)
    return Regions((whole - covered @ other).astype(np.float32).reshape(grid, grid), centres, centres)


def _covered(picture: Image.Image, grid: int) -> list[Image.Image]:
    pixel = np.asarray(picture.convert("RGB").resize((1, 1), Image.Resampling.BOX))[0, 0]
    colour = (int(pixel[0]), int(pixel[1]), int(pixel[2]))
    xs, ys = (np.linspace(0, side, grid + 1).round().astype(int).tolist() for side in picture.size)
    copies = []
    for row in range(grid):
        for column in range(grid):
            copy = picture.convert("RGB")
            copy.paste(colour, (xs[column], ys[row], xs[column + 1], ys[row + 1]))
            copies.append(copy)
    return copies
