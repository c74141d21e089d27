"""One field of a catalogue: its labels, and how much the nearest pictures and the labels' names speak for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from visearch.seen.base import MOST
from visearch.seen.confidence import Curve
from visearch.seen.vocabulary import PROMPTS, general
from visearch.types import Product, RowIds, Vectors

NEIGHBOURS = 20
_WARMTH = 0.05
"""Cosine that makes a neighbour's vote e times heavier."""
_SHARPNESS = 2.0
"""What a standard deviation of a name's score counts, as a power of e."""

SHARES = (0.5, 0.3, 0.15)
"""Shares of the names in the vote that a catalogue's own products are asked about; of equals the first."""
_SHARE = 0.5
_ENOUGH = 30
"""Labelled products from which a catalogue is asked; below it the names have half of the vote."""

MOST_NAMES = 400
_FEW_ROWS = 10

OWN = Curve(2.0, 1.2)
GENERAL = {
    "category": Curve(0.63, -0.23),
    "subcategory": Curve(0.55, -0.54),
    "material": Curve(0.43, -0.8),
    "pattern": Curve(0.05, -2.9),
}
"""Share of the vote -> confidence, fitted on one half of six catalogues with the embedded encoder. It cannot tell
patterns by their names (3 % right of 133), so that without labelled products none is said."""

_CENTRED = 0.25
"""General names fit a catalogue very unevenly, and rightly so: only this part of their mean is taken off."""

Floats = npt.NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class Gallery:
    """Pictures to compare with: `vectors` float32 (rows, dim) and the product of each row, int64 (rows,)."""

    vectors: Vectors
    products: RowIds


@dataclass(frozen=True)
class Field:
    """The labels of one field and who speaks for them.

    `of_row` is the label of each gallery row, -1 where its product has none (all of them when the labels are general
    ones). `names` are the labels' text vectors float32 (labels, dim) with the mean and spread of each name's cosine
    over the gallery, float32 (labels,). `share` is what the names have of the vote.
    """

    labels: tuple[str, ...]
    of_row: RowIds
    names: Vectors
    mean: Floats
    spread: Floats
    share: float
    curve: Curve

    def shares(self, vectors: Vectors, gallery: Gallery, without: RowIds) -> Floats:
        """float32 (n, labels), rows sum to 1: the vote for each picture vector (n, dim).

        `without` int64 (n,) is a product each that has no say, -1 for none.
        """
        by_name = self.by_name(vectors)
        labelled = np.flatnonzero(self.of_row >= 0)
        if not len(labelled) or not self.share < 1:
            return by_name
        by_picture = self._by_picture(vectors, gallery, without, labelled)
        return (1 - self.share) * by_picture + self.share * by_name

    def by_name(self, vectors: Vectors) -> Floats:
        """Zero-shot: how well each label's name fits, against how well it fits any picture of the catalogue."""
        fits = (vectors @ self.names.T - self.mean) / self.spread
        return _softmax(_SHARPNESS * fits)

    def _by_picture(self, vectors: Vectors, gallery: Gallery, without: RowIds, labelled: RowIds) -> Floats:
        """The labels of the nearest labelled pictures, the nearer the heavier."""
        # The product before the choice: choosing rows first would copy the whole gallery for each picture.
        cosines = (vectors @ gallery.vectors.T)[:, labelled]
        cosines[gallery.products[labelled][None, :] == without[:, None]] = -2.0
        count = min(NEIGHBOURS, len(labelled))
        nearest = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        near = np.take_along_axis(cosines, nearest, axis=1)
        votes = np.where(near > -2.0, _softmax(near / _WARMTH), 0.0)
        out = np.zeros((len(vectors), len(self.labels)), dtype=np.float32)
        place = np.arange(len(vectors))[:, None]
        np.add.at(out, (np.broadcast_to(place, nearest.shape), self.of_row[labelled][nearest]), votes)
        return out / np.maximum(out.sum(axis=1, keepdims=True), 1e-9)

    def asked(self, vectors: Vectors, gallery: Gallery, products: RowIds, truth: RowIds) -> Field:
        """The same with share and curve as the catalogue's own products want them, each asked without itself.

        `vectors` float32 (n, dim) are of `products` int64 (n,), whose labels are `truth` int64 (n,).
        """
        if not len(products):
            return self
        pictures = replace(self, share=0.0).shares(vectors, gallery, products)
        names = self.by_name(vectors)
        share = self.share
        if len(products) >= _ENOUGH:
            right = [(((1 - s) * pictures + s * names).argmax(axis=1) == truth).sum() for s in SHARES]
            share = SHARES[int(np.argmax(right))]
        votes = (1 - share) * pictures + share * names
        best = np.argsort(-votes, axis=1, kind="stable")[:, :MOST]
        agree = (best == truth[:, None]).ravel()
        curve = self.curve.fitted(np.take_along_axis(votes, best, axis=1).ravel(), agree)
        return replace(self, share=share, curve=curve)


def make_field(name: str, products: Sequence[Product], gallery: Gallery, embed: Embed) -> Field | None:
    """The field with the catalogue's own labels when it has them, else the general ones; None without either."""
    said = [str(getattr(product, name)).strip() for product in products]
    counts = Counter(label for label in said if label)
    labels = tuple(sorted(counts, key=lambda label: (-counts[label], label)))[:MOST_NAMES]
    own = len(labels) >= 2 and (sum(counts.values()) >= NEIGHBOURS or sum(counts.values()) * 4 >= len(products))
    labels = labels if own else general(name)
    if not labels:
        return None
    number = {label: i for i, label in enumerate(labels)} if own else {}
    of_product = np.array([number.get(label, -1) for label in said], dtype=np.int64)
    names = _named(labels, embed)
    mean, spread = _fits(names, gallery)
    if own:
        return Field(labels, of_product[gallery.products], names, mean, spread, _SHARE, OWN)
    spread = np.full_like(spread, spread.mean())
    return Field(labels, of_product[gallery.products], names, _CENTRED * mean, spread, 1.0, GENERAL[name])


def _named(labels: Sequence[str], embed: Embed) -> Vectors:
    """float32 (labels, dim), unit rows: the mean of a label's prompts."""
    each = [embed([prompt.format(label.lower()) for label in labels]) for prompt in PROMPTS]
    total = np.sum(each, axis=0)
    return np.ascontiguousarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-9), np.float32)


def _fits(names: Vectors, gallery: Gallery) -> tuple[Floats, Floats]:
    """Mean and spread of each name's cosine over the gallery; of all names together where there are few pictures."""
    if len(gallery.vectors) < _FEW_ROWS:
        return np.zeros(len(names), np.float32), np.full(len(names), 0.05, np.float32)
    fits = gallery.vectors @ names.T
    return fits.mean(axis=0), np.maximum(fits.std(axis=0), 1e-3)


def _softmax(x: npt.NDArray) -> Floats:
    raised = np.exp(x - x.max(axis=1, keepdims=True))
    return (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)
