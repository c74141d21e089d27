"""Products that are in a catalogue twice: by the very same picture file, or by pictures that are next to the same."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from visearch.store import OpenIndex
from visearch.types import Vectors

ALIKE = 0.955
"""Cosine from which two pictures count as next to the same, of the embedded encoder over five catalogues: a copy that
lost 2 % on every side reaches it nine times in ten (120 pictures); one saved at half the size and quality does not.
What else does so are mostly variants of one product, in another colour or size."""
MOST_PAIRS = 200
MOST_ROWS = 20_000
"""Pictures that are compared with each other: every one with every other takes 10 s for so many."""
_AT_ONCE = 512


@dataclass(frozen=True)
class Pair:
    """Two products with the cosine of their nearest pictures; 1 for the very same file."""

    first: str
    second: str
    cosine: float


@dataclass(frozen=True)
class Twins:
    """`same` are groups of products that share a picture file, `alike` pairs of others, the nearest first.

    `alike_count` counts all pairs, also those beyond MOST_PAIRS; `looked_at` rows were compared, of a larger index
    evenly spaced ones. `threshold` is the cosine from which two pictures are alike.
    """

    same: tuple[tuple[str, ...], ...] = ()
    alike: tuple[Pair, ...] = ()
    alike_count: int = 0
    looked_at: int = 0
    threshold: float = ALIKE


def find_twins(opened: OpenIndex, threshold: float = ALIKE) -> Twins:
    """All of both; every pair of products once."""
    ids = [product.id for product in opened.products]
    owners: dict[str, dict[str, None]] = defaultdict(dict)
    for row, sha in enumerate(opened.row_picture):
        owners[sha][ids[int(opened.row_product[row])]] = None
    same = {tuple(group) for group in owners.values() if len(group) > 1}
    together = {frozenset((a, b)) for group in same for a in group for b in group if a != b}
    step = -(-len(opened.row_picture) // MOST_ROWS)
    rows = np.arange(0, len(opened.row_picture), max(step, 1))
    best: dict[frozenset[str], float] = {}
    vectors = np.asarray(opened.vectors[rows] if step > 1 else opened.vectors)
    for a, b, cosine in _near(vectors, threshold):
        pair = frozenset((ids[int(opened.row_product[rows[a]])], ids[int(opened.row_product[rows[b]])]))
        if len(pair) == 2 and pair not in together:
            best[pair] = max(cosine, best.get(pair, 0.0))
    ranked = sorted(best.items(), key=lambda item: (-item[1], sorted(item[0])))
    pairs = tuple(Pair(min(pair), max(pair), round(cosine, 4)) for pair, cosine in ranked[:MOST_PAIRS])
    return Twins(tuple(sorted(same)), pairs, len(best), len(rows), threshold)


def _near(vectors: Vectors, threshold: float) -> list[tuple[int, int, float]]:
    """(row, later row, cosine) of all pairs from the threshold on; a block of rows at a time."""
    found = []
    for start in range(0, len(vectors), _AT_ONCE):
        cosines = vectors[start : start + _AT_ONCE] @ vectors[start:].T
        for a, b in np.argwhere(cosines >= threshold).tolist():
            if b > a:
                found.append((start + a, start + b, float(cosines[a, b])))
    return found
