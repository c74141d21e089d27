"""A mood board: several pictures and words -> a shortlist that covers each of them.

The mean of unlike pictures lies between all of them and near to none, so a board has many interests:

- every picture is asked by the things in it, by its four overlapping quarters and as a whole; each part x as what sets
  it apart from its picture, n(x - contrast * mean of the picture's parts), less how near that is to everything (as in
  visearch.look, where the reasons stand);
- the words are one interest more, ranked as a search ranks them;
- pictures and words take turns, one product each, so that none of them fills the board; within a turn the part whose
  best product is best goes first, less `spread` times its likeness to what was taken before (maximal marginal
  relevance: Carbonell and Goldstein, SIGIR 1998), and less `again` for each product the part has already brought.

`Taste` was picked among a few settings that differed little, with both halves of the boards of
`python -m visearch.evaluate.workflows boards` in sight.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image

from visearch.detect.base import Detector
from visearch.engine import SearchEngine
from visearch.errors import QueryError
from visearch.images import crop, padded
from visearch.look import LEAST_SIDE, QUARTER
from visearch.order import MAX_K
from visearch.types import Box, FilterValue, Hit, Product, Query, Vectors

MOST_PICTURES = 8
SIZES = (24, 36, 60)
"""How many products a shortlist may have."""
MOST = 120
"""Products of one board, pinned and taken out ones each."""
_DEEP = 40


@dataclass(frozen=True)
class Taste:
    """What the choice of products goes by; see the module."""

    contrast: float = 0.5
    spread: float = 0.15
    again: float = 0.08
    kinds: int = 3


@dataclass(frozen=True)
class Wish:
    """What a board is made of. `pinned` lead it in their order, `pruned` never come; both are product ids."""

    pictures: Sequence[Image.Image] = ()
    text: str = ""
    filters: Mapping[str, FilterValue] = field(default_factory=dict)
    k: int = SIZES[0]
    pinned: Sequence[str] = ()
    pruned: Sequence[str] = ()


@dataclass(frozen=True)
class Pick:
    """A product of a board and what brought it: `source` is a picture's number from 0, "words" or "pinned".

    `part` is the thing in the picture, in its pixels; None for all of it. `match` is 0-100, 0 where nothing was asked.
    """

    product: Product
    source: int | str
    part: Box | None = None
    match: float = 0.0
    picture: str = ""


@dataclass(frozen=True)
class Shortlist:
    """`picks` in the board's order; `timings_ms` has detect, embed, search, choose and total."""

    picks: tuple[Pick, ...]
    timings_ms: Mapping[str, float]


@dataclass(frozen=True)
class _Asked:
    """One part of one source with the hits that it found, the best first, and its own picture vector."""

    source: int | str
    part: Box | None
    hits: tuple[Hit, ...]
    vector: Vectors | None = None


def shortlist(engine: SearchEngine, detector: Detector, wish: Wish, taste: Taste | None = None) -> Shortlist:
    """Makes the board. Raises QueryError when nothing is asked or a filter or id is unknown, PictureError as crops do.

    A pinned product is there whatever the filters say, as it was chosen by hand.
    """
    checked(wish)
    started = time.perf_counter()
    pinned = [engine.product(product_id) for product_id in dict.fromkeys(wish.pinned)]
    taste = taste or Taste()
    parts = [_parts(detector, picture) for picture in wish.pictures]
    detected = time.perf_counter()
    crops = [
        picture if part is None else crop(picture, padded(part, least=LEAST_SIDE))
        for picture, own in zip(wish.pictures, parts, strict=True)
        for part in own
    ]
    vectors = engine.embedder().embed_images(crops) if crops else None
    embedded = time.perf_counter()
    asked = _by_words(engine, wish)
    if vectors is not None:
        asked = _by_pictures(engine, wish, parts, vectors, taste) + asked
    searched = time.perf_counter()
    taken = {product.id for product in pinned} | set(wish.pruned)
    chosen = _choose(engine, asked, wish.k - len(pinned), taken, taste)
    finished = time.perf_counter()
    stages = {"detect": detected - started, "embed": embedded - detected, "search": searched - embedded}
    stages |= {"choose": finished - searched, "total": finished - started}
    leading = [Pick(p, "pinned", picture=p.pictures[0] if p.pictures else "") for p in pinned]
    return Shortlist((*leading, *chosen), {name: 1000 * seconds for name, seconds in stages.items()})


def checked(wish: Wish) -> None:
    """Raises QueryError for a board that nobody can make."""
    if not (wish.pictures or wish.text.strip() or wish.pinned):
        raise QueryError("There is nothing to make a board of.", "Add a mood picture, or type some words.")
    if len(wish.pictures) > MOST_PICTURES:
        raise QueryError(f"There are {len(wish.pictures)} mood pictures.", f"A board takes at most {MOST_PICTURES}.")
    if not 1 <= wish.k <= MOST:
        raise QueryError(f"k is {wish.k}.", f"A board has 1 to {MOST} products.")
    if max(len(wish.pinned), len(wish.pruned)) > MOST:
        raise QueryError("Too many products are pinned or taken out.", f"At most {MOST} can be.")


def _parts(detector: Detector, picture: Image.Image) -> list[Box | None]:
    """What of a picture is asked: all of it first, then its things and its quarters."""
    wide, high = picture.size
    starts = [(x, y) for y in (0.0, 1 - QUARTER) for x in (0.0, 1 - QUARTER)]
    quarters = [Box(x * wide, y * high, (x + QUARTER) * wide, (y + QUARTER) * high) for x, y in starts]
    boxes = detector.detect(picture)
    # A single thing is what the picture is of: its quarters are pieces of it.
    return [None, *boxes, *(quarters if len(boxes) > 1 else ())]


def _by_words(engine: SearchEngine, wish: Wish) -> list[_Asked]:
    if not wish.text.strip():
        return []
    found = engine.search(Query(wish.text, k=min(wish.k + _DEEP, MAX_K), filters=wish.filters))
    return [_Asked("words", None, found.hits)]


def _by_pictures(
    engine: SearchEngine, wish: Wish, parts: Sequence[Sequence[Box | None]], vectors: Vectors, taste: Taste
) -> list[_Asked]:
    asked: list[_Asked] = []
    first = 0
    for source, own in enumerate(parts):
        mine = vectors[first : first + len(own)]
        first += len(own)
        lists = _apart(engine, mine, wish, taste)
        asked += [
            _Asked(source, part, hits, vector) for part, hits, vector in zip(own, lists, mine, strict=True) if hits
        ]
    return asked


def _apart(engine: SearchEngine, vectors: Vectors, wish: Wish, taste: Taste) -> list[tuple[Hit, ...]]:
    """What each part of one picture finds, scored so that parts can be held against each other."""
    far = vectors - (taste.contrast * vectors.mean(axis=0) if len(vectors) > 1 else 0.0)
    far = np.ascontiguousarray(far / np.maximum(np.linalg.norm(far, axis=1, keepdims=True), 1e-9), np.float32)
    usual = far @ engine.mean_vector
    found = engine.nearest_to(far, min(wish.k + len(wish.pruned) + _DEEP, MAX_K), wish.filters, plain=True)
    return [
        tuple(replace(hit, score=hit.score - float(less)) for hit in hits)
        for hits, less in zip(found, usual, strict=True)
    ]


def _choose(engine: SearchEngine, asked: Sequence[_Asked], k: int, taken: set[str], taste: Taste) -> list[Pick]:
    """k products, the sources in turn; ties by product id, so that one board is made of one wish."""
    looks = _Looks(engine)
    turns = list(dict.fromkeys(one.source for one in asked))
    brought: Counter[int] = Counter()
    kinds: Counter[tuple[int | str, str]] = Counter()
    picks: list[Pick] = []
    while len(picks) < k and turns:
        for source in list(turns):
            options = [
                (_worth(hit, looks, taste) - taste.again * brought[n] - _surplus(kinds, source, hit, taste), n, hit)
                for n, one in enumerate(asked)
                if one.source == source
                for hit in one.hits
                if hit.product.id not in taken
            ]
            if not options:
                turns.remove(source)
                continue
            _, n, hit = min(options, key=lambda option: (-option[0], option[2].product.id, option[1]))
            picks.append(_pick(engine, asked[n], hit))
            taken.add(hit.product.id)
            looks.take(hit)
            brought[n] += 1
            kinds[source, _kind(hit)] += 1
    return picks[:k]


def _worth(hit: Hit, looks: _Looks, taste: Taste) -> float:
    return hit.score - taste.spread * looks.nearest(hit)


def _surplus(kinds: Counter[tuple[int | str, str]], source: int | str, hit: Hit, taste: Taste) -> float:
    """What puts a product behind all others once its source has brought enough of its kind."""
    return 10.0 if source != "words" and kinds[source, _kind(hit)] >= taste.kinds else 0.0


def _kind(hit: Hit) -> str:
    return hit.product.subcategory or hit.product.category or hit.product.id


def _pick(engine: SearchEngine, asked: _Asked, hit: Hit) -> Pick:
    told = hit if asked.vector is None else engine.rescored(hit, asked.vector)
    return Pick(hit.product, asked.source, asked.part, told.match, hit.picture)


class _Looks:
    """How much a product looks like those that were taken, without what all products share."""

    def __init__(self, engine: SearchEngine) -> None:
        self._vectors, self._mean = engine.opened.vectors, engine.mean_vector
        self._rows = {sha: row for row, sha in enumerate(engine.opened.row_picture)}
        self._kept: dict[str, Vectors] = {}
        self._nearest: dict[str, float] = {}
        self._taken: list[Vectors] = []

    def take(self, hit: Hit) -> None:
        """One more that is on the board."""
        mine = self._of(hit.picture)
        self._taken.append(mine)
        for picture, before in self._nearest.items():
            self._nearest[picture] = max(before, float(self._kept[picture] @ mine))

    def nearest(self, hit: Hit) -> float:
        """Cosine to the nearest of them, 0 when there is none."""
        if hit.picture not in self._nearest:
            mine = self._of(hit.picture)
            self._nearest[hit.picture] = max((float(mine @ other) for other in self._taken), default=0.0)
        return max(self._nearest[hit.picture], 0.0)

    def _of(self, picture: str) -> Vectors:
        if picture not in self._kept:
            far = np.asarray(self._vectors[self._rows[picture]], np.float32) - self._mean
            self._kept[picture] = far / max(float(np.linalg.norm(far)), 1e-9)
        return self._kept[picture]
