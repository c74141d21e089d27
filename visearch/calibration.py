"""From raw cosines to the 0-100 match that people see, measured on the catalogue itself.

A cosine means something else for every model, and for words something else than for photos. So four anchors are
measured when an index is built, and the match is the straight line between them:

========  ==========================================================================================
match     raw score
========  ==========================================================================================
0         median of random pairs of different products
50        the floor: what an unrelated query reaches with its best hit in this catalogue (photos: see below)
90        a very good answer: the best 5 % of titles with their own product (words); 60 % of the way to 1.0 (photos)
100       cosine 1.0
========  ==========================================================================================

Studio pictures of one catalogue are more alike than a customer's photo is to any of them, so that a floor from these
alone calls right answers far. So photos of other things are held against the catalogue too: the floor is where 5 in 100
of them would pass, were they normally distributed (median and median absolute deviation, which the few that it does
sell do not move). Of the two floors the lower one is taken, and in a catalogue of less than FEW products, which has
hardly a pair to measure, the second alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from visearch.closeness import Centre, centring_of, closeness, views_of
from visearch.images import load_image
from visearch.models.base import Embedder
from visearch.types import Product, Vectors

LEVELS = np.array([0.0, 50.0, 90.0, 100.0])
FLOOR = 50.0
FEW = 100
_SAMPLE = 400
_NORMAL_MAD, _NORMAL_95 = 1.4826, 1.645
_BLOCK = 8192
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


def calibrator(
    embedder: Embedder, strangers: Sequence[Path] = ()
) -> Callable[[Vectors, list[Product], npt.NDArray[np.int64]], dict[str, Any]]:
    """What `build` calls once the vectors are known. `strangers` are photos of things that it does not sell."""

    def calibrate(vectors: Vectors, products: list[Product], row_product: npt.NDArray[np.int64]) -> dict[str, Any]:
        views = [views_of(embedder, load_image(path)) for path in strangers] if len(products) >= 3 else []
        return measure(vectors, products, row_product, embedder, views).to_dict()

    return calibrate


def measure(
    vectors: Vectors,
    products: Sequence[Product],
    row_product: npt.NDArray[np.int64],
    embedder: Embedder,
    strangers: Sequence[Vectors] = (),
) -> Calibration:
    """Measures the anchors on up to 400 pictures drawn by seed. Too few products give rough defaults.

    `strangers` are the views (v, dim) of photos of other things; without any the floor is the catalogue's own.
    """
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
    if strangers:
        kept_out = _floor_for(strangers, vectors, Centre.of(vectors, centring))
        floor = max(low, kept_out if len(products) < FEW else min(floor, kept_out))
    photo = _increasing((low, floor, floor + 0.6 * (1 - floor), 1.0))

    titles = [products[i].title or products[i].category or products[i].id for i in owners]
    words = embedder.embed_texts(titles) @ gallery.T
    text_low, text_floor, text_spread = _null(words, other, unrelated)
    good = max(float(np.quantile(np.diagonal(words), 0.95)), text_floor + text_spread)
    text = _increasing((text_low, text_floor, good, 1.0))
    return Calibration(photo, text, spread, text_spread, centring)


def _floor_for(strangers: Sequence[Vectors], vectors: Vectors, centre: Centre) -> float:
    """The closeness that 5 in 100 strangers would reach with the nearest of all rows."""
    views = [centre(one) for one in strangers]
    best = np.full(len(views), -1.0)
    for start in range(0, len(vectors), _BLOCK):
        rows = centre(vectors[start : start + _BLOCK])
        best = np.maximum(best, [float(closeness(one, rows).max()) for one in views])
    middle = float(np.median(best))
    return middle + _NORMAL_95 * _NORMAL_MAD * float(np.median(np.abs(best - middle)))


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
