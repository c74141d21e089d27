"""What the catalogue's own words add to a photo with words: a lift for products that have the words.

An encoder that is asked for a blue one in words beside a photo often answers with the kind of thing that is usually
blue. Where the catalogue says which are blue, that is worth more. So for a share s of the words

    score = cosine with the blended direction + lift * cover,    lift ~ 4 s (1 - s) * 2 spreads of photos

with cover as in visearch.text.cover. The lift is nothing at s = 0 and s = 1, where photo or words stand alone. Its 2
spreads were chosen on one half of `python -m visearch.evaluate.refine sample`; beyond that nothing is gained there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from visearch.store import OpenIndex
from visearch.text.cover import WordCover
from visearch.types import Product, RowIds, Scores, Vectors

SPREADS = 2.0
LEVELS = np.array([0.0, 0.5, 1.0, 1.0])
"""How much of the lift the anchors of the match take: a very good answer has all the words, one at the floor half."""


@dataclass(frozen=True)
class Lift:
    """`most` is added to the score of a product that has all the words; `cover` is float32 (products,) in [0, 1]."""

    most: float
    cover: npt.NDArray[np.float32]


class Lifts:
    """The lifts over one catalogue. Its words are read when the first photo with words comes."""

    def __init__(self, products: Sequence[Product], spread: float) -> None:
        self._products, self._spread = products, spread

    def of(self, text: str, share: float, norm: float) -> Lift | None:
        """For words with a share in [0, 1], in a score that was divided by `norm`; None when nothing is lifted."""
        if not 0 < share < 1:
            return None
        cover = self._cover.of(text)
        return Lift(strength(share) * self._spread / norm, cover) if cover.any() else None

    @cached_property
    def _cover(self) -> WordCover:
        return WordCover(self._products)


def strength(share: float) -> float:
    """The lift in units of the spread of random pairs of photos, for a share in [0, 1] of the words."""
    return 4 * share * (1 - share) * SPREADS


def nearest(
    opened: OpenIndex,
    vector: Vectors,
    wanted: int,
    allowed: RowIds | None,
    lift: Lift | None,
    score: Callable[[Vectors], Scores] | None = None,
) -> tuple[RowIds, Scores]:
    """The rows that score best for `vector` (1, dim): int64 and float32 (m,), best first, m >= min(wanted, rows).

    With `score`, rows (n, dim) -> float32 (n,), those that were found are ranked by that and the lift instead.

    Rows of one cover are lifted alike, so the best of each cover hold the best of all: asking the index once a cover is
    exact, however many products have the words. The first question is to all rows, as a product without the words
    that is among the best is so before any lift too.
    """
    rows, scores = (found[0] for found in opened.index.search(vector, wanted, allowed))
    if lift is None and score is None:
        return rows, scores
    if lift is not None:
        rows, scores = _lifted(opened, vector, wanted, allowed, lift, rows, scores)
    if score is not None:
        scores = score(np.asarray(opened.vectors[rows], dtype=np.float32))
    if lift is not None:
        scores = scores + np.float32(lift.most) * lift.cover[opened.row_product[rows]]
    order = np.lexsort((rows, -scores))
    return rows[order], scores[order]


def _lifted(
    opened: OpenIndex,
    vector: Vectors,
    wanted: int,
    allowed: RowIds | None,
    lift: Lift,
    rows: RowIds,
    scores: Scores,
) -> tuple[RowIds, Scores]:
    """The found rows and the nearest of each cover, each once, before the lift."""
    among = np.arange(len(opened.row_product), dtype=np.int64) if allowed is None else allowed
    cover = lift.cover[opened.row_product[among]]
    for level in np.unique(cover[cover > 0]):
        more = opened.index.search(vector, wanted, among[cover == level])
        rows, scores = np.concatenate([rows, more[0][0]]), np.concatenate([scores, more[1][0]])
    rows, first = np.unique(rows, return_index=True)
    return rows, scores[first]
