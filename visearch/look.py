"""Shop the whole look: what every thing of a photo finds, and one list of all of it.

A group a box is plain: what a search with that box gives. One list is harder, as the boxes compete. Crops of one room
share its light, floor and style, and so find the same few products that resemble any room. So for the list

- each crop x is asked as what sets it apart from the photo, u = n(x - CONTRAST * mean of the photo's crops);
- the score of a product v is u . v - u . m, with m the mean of the catalogue: what is near to everything loses, and
  crops score in one range (centring as a remedy against hubs: Suzuki et al., EMNLP 2013);
- four overlapping quarters of the photo are asked too, for what no box has found;
- at most two products a crop and two of a kind are taken first, the others only when the list is short.

All four were chosen on half A of the photos of `python -m visearch.evaluate.look`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from visearch.colormatch import colors_of_photo
from visearch.engine import SearchEngine
from visearch.images import crop, padded
from visearch.order import MAX_K
from visearch.types import Box, FilterValue, Hit, Vectors

CONTRAST = 0.5
QUARTER = 0.6
"""Side of a quarter as a share of the photo's: they overlap, so that fewer things are cut in two."""

ROOM = 0.1
"""Share of its sides that is added around a detected box which is searched alone."""

CONTEXT = 0.5
"""Share of the whole photo while nobody has chosen a box, as the first one may be wrong. This and ROOM were chosen on
half A of the customer photos of three catalogues: `python -m visearch.evaluate.main_box`."""

LEAST_SIDE = 24
"""Pixels to which a thinner box is widened: one sliver among the boxes is no reason to answer nothing."""

SPARE = 30
"""Products asked for beyond k: others of a kind and doubles drop out."""


@dataclass(frozen=True)
class Merge:
    """How many products of one list and of one kind (subcategory, else category) come before all the others."""

    per_box: int = 2
    per_kind: int = 2


@dataclass(frozen=True)
class LookGroup:
    """A box and what it finds, best first."""

    box: Box
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Look:
    """`groups` in the order of the boxes; `merged` without doubles, in the order of the merging score.

    A hit's `score` and `match` in `merged` are those of the crop that found it, so they need not fall along the list.
    """

    groups: tuple[LookGroup, ...]
    merged: tuple[Hit, ...]
    timings_ms: Mapping[str, float]


def shop_the_look(
    engine: SearchEngine,
    image: Image.Image,
    boxes: Sequence[Box],
    k: int = 12,
    filters: Mapping[str, FilterValue] | None = None,
) -> Look:
    """The k nearest products for each box of an upright RGB photo, and one list of k for all of it.

    With a single box the list is what that box finds, without any it is what the whole photo finds. All crops are
    embedded in one batch; `timings_ms` has embed, search and total. Raises QueryError when k is out of range or a
    filter is unknown, PictureError when a box leaves nothing of the photo.
    """
    started = time.perf_counter()
    wanted = [*boxes, *_quarters(image)] if len(boxes) > 1 else boxes
    vectors = engine.embedder().embed_images([crop(image, padded(box, least=LEAST_SIDE)) for box in wanted] or [image])
    embedded = time.perf_counter()
    colors = [colors_of_photo(image, box) for box in boxes] or [colors_of_photo(image)]
    found = engine.nearest_to(vectors[: len(colors)], k, filters, colors=colors)
    merged = _one_list(engine, vectors, k, filters) if len(boxes) > 1 else found[0]
    groups = tuple(LookGroup(box, hits) for box, hits in zip(boxes, found, strict=False))
    finished = time.perf_counter()
    timings = {"embed": embedded - started, "search": finished - embedded, "total": finished - started}
    return Look(groups, merged, {name: 1000 * seconds for name, seconds in timings.items()})


def merge(lists: Sequence[Sequence[Hit]], k: int, rule: Merge | None = None) -> tuple[Hit, ...]:
    """The k best hits by score, no product twice; ties by product id.

    Those within the limits of `rule` come first. Products that do not say their kind have no limit of it.
    """
    return tuple(hit for _, hit in _merge(lists, k, rule or Merge()))


def _merge(lists: Sequence[Sequence[Hit]], k: int, rule: Merge) -> list[tuple[int, Hit]]:
    every = [(source, hit) for source, hits in enumerate(lists) for hit in hits]
    every.sort(key=lambda one: (-one[1].score, one[1].product.id, one[0]))
    taken: dict[str, tuple[int, Hit]] = {}
    sources: Counter[int] = Counter()
    kinds: Counter[str] = Counter()
    for source, hit in every:
        product = hit.product
        kind = product.subcategory or product.category
        if product.id in taken or sources[source] >= rule.per_box or (kind and kinds[kind] >= rule.per_kind):
            continue
        taken[product.id] = (source, hit)
        sources[source] += 1
        kinds[kind] += 1
    for source, hit in every:
        taken.setdefault(hit.product.id, (source, hit))
    return list(taken.values())[:k]


def _one_list(
    engine: SearchEngine, vectors: Vectors, k: int, filters: Mapping[str, FilterValue] | None
) -> tuple[Hit, ...]:
    apart = vectors - CONTRAST * vectors.mean(axis=0)
    apart = np.ascontiguousarray(apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9), np.float32)
    usual = apart @ engine.mean_vector
    lists = [
        [replace(hit, score=hit.score - float(less)) for hit in hits]
        for hits, less in zip(engine.nearest_to(apart, min(k + SPARE, MAX_K), filters, plain=True), usual, strict=True)
    ]
    merged = _merge(lists, k, Merge())
    return tuple(engine.rescored(hit, vectors[source]) for source, hit in merged)


def _quarters(image: Image.Image) -> list[Box]:
    wide, high = image.size
    starts = [(x, y) for y in (0.0, 1 - QUARTER) for x in (0.0, 1 - QUARTER)]
    return [Box(x * wide, y * high, (x + QUARTER) * wide, (y + QUARTER) * high) for x, y in starts]
