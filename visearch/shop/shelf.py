"""A photo of a shelf or a room: every thing on it, which product of ours it is, how many of each, and what is not ours.

Every place that may be a thing (visearch.shop.shelf_boxes) is cut out and held against the catalogue. Two logistic
models over `features` say how likely it is a thing at all, and how likely its nearest product is the right one; of
places that overlap the likelier thing stays. Both were fitted on half A of the scenes and shelves of
`python -m visearch.evaluate.workflows shelf`, which reports half B.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from visearch.detect.base import Detector
from visearch.engine import SearchEngine
from visearch.images import crop, padded
from visearch.look import LEAST_SIDE
from visearch.shop.shelf_boxes import Place, Rows, corners, inside, overlaps, places_on
from visearch.types import Box, Hit, Product

ROOM = 0.08
"""Share of its sides that is added around a place before it is held against the catalogue."""
DEPTH = 5
FEATURES = ("score", "votes", "plain", "match", "gap", "size")
OVERLAP = 0.4
"""Intersection over union from which of two places only one stays."""
INSIDE, PIECE = 0.75, 0.3
"""So does it where INSIDE of one is in the other, and it has PIECE of its size."""
RECOGNISED, PART = 0.5, 0.08
"""Chance from which a place is taken for a product when groups are told from things, and its share of the group."""


@dataclass(frozen=True)
class Model:
    """Two logistic models: `thing` and `ours` have one number a feature of FEATURES and a constant; from `least_thing`
    and `least_ours` on they count as such."""

    thing: tuple[float, ...]
    ours: tuple[float, ...]
    least_thing: float
    least_ours: float


MODEL = Model(
    thing=(1.119, 0.617, 2.258, 0.887, 0.562, 0.758, -5.768),
    ours=(0.767, 0.564, 1.591, 1.185, 1.116, 0.393, -10.286),
    least_thing=0.3,
    least_ours=0.5,
)
"""Fitted on half A of what is measured with."""


@dataclass(frozen=True)
class Thing:
    """One thing: its `number` in the picture from 1, where it is, the chances that it is a thing at all and that it is
    the first of `hits`, the nearest products. `ours` is whether it counts as that."""

    number: int
    box: Box
    thing: float
    chance: float
    ours: bool
    hits: tuple[Hit, ...]

    @property
    def product(self) -> Product | None:
        """The product that it is, None for what is not ours."""
        return self.hits[0].product if self.ours and self.hits else None


@dataclass(frozen=True)
class Line:
    """A product and the things that are it, surest first."""

    product: Product
    things: tuple[Thing, ...]


@dataclass(frozen=True)
class Shelf:
    """All things from the top left, row by row. `size` is the photo's width and height in pixels."""

    things: tuple[Thing, ...]
    size: tuple[int, int]

    @property
    def lines(self) -> tuple[Line, ...]:
        """By product, most things first, then by the first number."""
        found: dict[str, list[Thing]] = defaultdict(list)
        for thing in self.things:
            if thing.product is not None:
                found[thing.product.id].append(thing)
        lines = [
            Line(things[0].hits[0].product, tuple(sorted(things, key=lambda one: (-one.chance, one.number))))
            for things in found.values()
        ]
        return tuple(sorted(lines, key=lambda line: (-len(line.things), min(one.number for one in line.things))))

    @property
    def strangers(self) -> tuple[Thing, ...]:
        """What is not ours."""
        return tuple(thing for thing in self.things if not thing.ours)


def read_shelf(
    engine: SearchEngine, image: Image.Image, detector: Detector, without: Collection[str] = (), model: Model = MODEL
) -> Shelf:
    """What stands on an upright RGB photo. `without` are ids of products that have no say, as if they were not in the
    catalogue. Raises QueryError as the engine's `nearest_to`."""
    places = places_on(image, detector)
    hits = nearest(engine, image, places, without)
    table = features(places, hits, image.size)
    return chosen(places, hits, table, image.size, model)


def nearest(
    engine: SearchEngine, image: Image.Image, places: Sequence[Place], without: Collection[str] = ()
) -> list[tuple[Hit, ...]]:
    """The DEPTH nearest products of every place, all cut out and embedded in one batch."""
    if not places:
        return []
    parts = [crop(image, padded(place.box, ROOM, LEAST_SIDE)) for place in places]
    found = engine.nearest_to(engine.embedder().embed_images(parts), DEPTH + len(without))
    return [tuple(hit for hit in hits if hit.product.id not in without)[:DEPTH] for hits in found]


def features(places: Sequence[Place], hits: Sequence[Sequence[Hit]], size: tuple[int, int]) -> Rows:
    """float64 (places, len(FEATURES) + 1): the detector's score, further looks (3 at most), 1 for
    what stands out from plain ground, match and its distance to
    the next product (in tens), the logarithm of the share of the photo; the last column is 1."""
    rows = []
    for place, found in zip(places, hits, strict=True):
        first, second = (found[i].match / 10 if len(found) > i else 0.0 for i in (0, 1))
        box = place.box
        share = max((box.x1 - box.x0) * (box.y1 - box.y0) / (size[0] * size[1]), 1e-4)
        rows.append((box.score, min(place.votes, 3), place.plain, first, first - second, math.log(share), 1.0))
    return np.array(rows, dtype=np.float64).reshape(-1, len(FEATURES) + 1)


def chosen(
    places: Sequence[Place], hits: Sequence[tuple[Hit, ...]], table: Rows, size: tuple[int, int], model: Model = MODEL
) -> Shelf:
    """The things among places, each once."""
    thing, ours = logistic(table, model.thing), logistic(table, model.ours)
    kept = _apart([place.box for place in places], thing, ours, model.least_thing)
    kept.sort(key=lambda i: _reading_order(places[i].box, size))
    things = [
        Thing(number, places[i].box, float(thing[i]), float(ours[i]), bool(ours[i] >= model.least_ours), hits[i])
        for number, i in enumerate(kept, 1)
    ]
    return Shelf(tuple(things), size)


def logistic(table: Rows, weights: Sequence[float]) -> Rows:
    """float64 (rows,) in (0, 1)."""
    return np.asarray(1 / (1 + np.exp(-np.clip(table @ np.array(weights), -30, 30))))


def _apart(boxes: list[Box], thing: Rows, ours: Rows, least: float) -> list[int]:
    """Greedy choice by how likely each is a thing, a recognised product before others."""
    rows = corners(boxes)
    clash = _clashes(rows)
    kept: list[int] = []
    for i in np.argsort(-thing * (1 + ours), kind="stable").tolist():
        if thing[i] >= least and not clash[i, kept].any():
            kept.append(i)
    return _without_grounds(rows, kept, ours)


def _without_grounds(rows: Rows, kept: list[int], ours: Rows) -> list[int]:
    """Without what is not recognised and holds two other things, or a recognised one that is a good part of it.

    That is the ground that they stand on, or a group of them.
    """
    within, sizes = inside(rows, rows), np.prod(rows[:, 2:] - rows[:, :2], -1)
    out = []
    for i in kept:
        held = [j for j in kept if j != i and within[j, i] >= INSIDE]
        known = any(ours[j] >= RECOGNISED and sizes[j] >= PART * sizes[i] for j in held)
        if ours[i] >= RECOGNISED or not (len(held) > 1 or known):
            out.append(i)
    return out


def _clashes(rows: Rows) -> npt.NDArray[np.bool_]:
    """(n, n): whether two places cannot both be things: much alike, or one is a large piece of the other.

    What is much smaller may well stand on, or before, the other.
    """
    within, sizes = inside(rows, rows), np.prod(rows[:, 2:] - rows[:, :2], -1)
    ratio = sizes[:, None] / np.maximum(sizes[None], 1e-9)
    piece = (within >= INSIDE) & (ratio >= PIECE)
    return np.asarray((overlaps(rows, rows) >= OVERLAP) | piece | piece.T)


def _reading_order(box: Box, size: tuple[int, int]) -> tuple[int, float]:
    """By the row that its foot stands in, six to a photo, then from the left."""
    return int(6 * box.y1 / max(size[1], 1)), box.x0
