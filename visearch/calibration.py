"""From raw cosines to the 0-100 match that people see, measured on the catalogue itself.

A cosine means something else for every model, and for words something else than for photos. So four anchors are
measured when an index is built, and the match is the straight line between them:

========  ==========================================================================================
match     raw score
========  ==========================================================================================
0         median of random pairs of different products
50        the floor: what an unrelated query reaches with its best hit in this catalogue
90        a very good answer: the best 5 % of titles with their own product (words); 60 % of the way to 1.0 (photos)
100       cosine 1.0
========  ==========================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from visearch.closeness import Centre, centring_of
from visearch.models.base import Embedder
from visearch.types import Product, Vectors

LEVELS = np.array([0.0, 50.0, 90.0, 100.0])
FLOOR = 50.0
_SAMPLE = 400
_STEP = 1e-3

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """Anchors (raw scores at match 0, 50, 90 and 100) and the spread of random pairs, of photos and of words.

    `centring` is the share of the catalogue's mean that photos are compared without (visearch.closeness).
    """

    photo: tuple[float, ...] = (0.2, 0.6, 0.84, 1.0)
    text: tuple[float, ...] = (0.0, 0.15, 0.3, 1.0)
    photo_spread: float = 0.1
    text_spread: float = 0.05
    centring: float = 0.0

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calibration:
        """From a manifest; an empty mapping gives rough defaults."""
        if not data:
            return cls()
        return cls(
            tuple(data["photo"]),
            tuple(data["text"]),
            data["photo_spread"],
            data["text_spread"],
            data.get("centring", 0.0),
        )

    def to_dict(self) -> dict[str, Any]:
        return {
            "photo": list(self.photo),
            "text": list(self.text),
            "photo_spread": self.photo_spread,
            "text_spread": self.text_spread,
            "centring": self.centring,
        }

    def anchors(self, photo: float, text: float) -> Floats:
        """Anchors of scores made as `photo * photo score + text * text score`."""
        return photo * np.array(self.photo) + text * np.array(self.text)


def match(scores: npt.NDArray[Any], anchors: Floats) -> Floats:
    """float64 0-100, monotone in the raw scores; FLOOR and above is close."""
    return np.interp(scores, anchors, LEVELS)


def calibrator(embedder: Embedder) -> Callable[[Vectors, list[Product], npt.NDArray[np.int64]], dict[str, Any]]:
    """What `build` calls once the vectors are known."""

    def calibrate(vectors: Vectors, products: list[Product], row_product: npt.NDArray[np.int64]) -> dict[str, Any]:
        return measure(vectors, products, row_product, embedder).to_dict()

    return calibrate


def measure(
    vectors: Vectors, products: Sequence[Product], row_product: npt.NDArray[np.int64], embedder: Embedder
) -> Calibration:
    """Measures the anchors on up to 400 pictures drawn by seed. Too few products give rough defaults."""
    if len(products) < 3:
        return Calibration(centring=centring_of(embedder))
    rng = np.random.default_rng(0)
    rows = np.sort(rng.permutation(len(vectors))[:_SAMPLE])
    owners = row_product[rows]
    kinds = np.array([products[i].subcategory or products[i].category for i in owners], dtype=object)
    other = owners[:, None] != owners[None, :]
    unrelated = kinds[:, None] != kinds[None, :] if len(set(kinds)) > 2 else other
    gallery = np.asarray(vectors[rows], dtype=np.float32)

    centring = centring_of(embedder)
    centred = Centre.of(vectors, centring)(gallery)
    photos = centred @ centred.T
    low, floor, spread = _null(photos, other, unrelated)
    photo = _increasing((low, floor, floor + 0.6 * (1 - floor), 1.0))

    titles = [products[i].title or products[i].category or products[i].id for i in owners]
    words = embedder.embed_texts(titles) @ gallery.T
    text_low, text_floor, text_spread = _null(words, other, unrelated)
    good = max(float(np.quantile(np.diagonal(words), 0.95)), text_floor + text_spread)
    text = _increasing((text_low, text_floor, good, 1.0))
    return Calibration(photo, text, spread, text_spread, centring)


def _null(
    scores: npt.NDArray[Any], other: npt.NDArray[np.bool_], unrelated: npt.NDArray[np.bool_]
) -> tuple[float, float, float]:
    """Median of random pairs, typical best hit among products of other kinds, spread of random pairs."""
    pairs = scores[other]
    best = np.where(unrelated, scores, -np.inf).max(axis=1)
    best = best[np.isfinite(best)]
    floor = float(np.median(best)) if len(best) else float(np.quantile(pairs, 0.99))
    return float(np.median(pairs)), floor, max(float(pairs.std()), _STEP)


def _increasing(anchors: Sequence[float]) -> tuple[float, ...]:
    """Strictly increasing and at most 1, so that the match stays monotone on catalogues of look-alikes."""
    steps = np.arange(len(anchors)) * _STEP
    rising = np.maximum.accumulate(np.asarray(anchors, dtype=np.float64) - steps) + steps
    return tuple(np.minimum(rising, 1.0 - steps[::-1]).tolist())
