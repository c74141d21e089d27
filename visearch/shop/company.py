"""Which kinds of things stand together, learnt from pictures that show several products and from the categories.

A scene is a picture with several products of the catalogue: the rows of scenes/boxes.csv beside it, and the photos of
queries.csv that have several right answers. For kinds a and b, with c(a, b) the scenes that show both,

    company(a, b) = log(sum over kinds i, j of s(a, i) c(i, j) s(b, j) + shelf(a, b) + 0.05)

s(a, i) is the share that a lends to a kind that looks like it, cosine^4 of the kinds' mean pictures, so that an
armchair has a sofa's company before it was ever seen in a room. shelf(a, b) is 0.3 for kinds of one category: all that
is known where there are no scenes.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visearch.catalog.beside import QUERIES, SCENES
from visearch.engine import SearchEngine
from visearch.types import Product, Vectors

LIKENESS_POWER = 4
SHELF = 0.3
LEAST = 0.05
MOST_IN_A_SCENE = 30
"""A photo with more right answers names a category and no room."""
MOST_KINDS = 2000

Floats = npt.NDArray[np.float64]


def kind_of(product: Product) -> str:
    """The finest kind that the record names; "" without any."""
    return product.subcategory or product.category


@dataclass(frozen=True)
class Company:
    """`score` float64 (kinds, kinds): log of how often they stand together; `counts` the scenes that show both.

    `scenes` is how many there were, `shown` in how many each product was (by id).
    """

    kinds: tuple[str, ...]
    score: Floats
    counts: Mapping[tuple[str, str], int]
    scenes: int
    shown: Mapping[str, int]

    def of(self, kind: str) -> list[tuple[str, float]]:
        """(other kind, score), the best company first; kinds of equal score in the order of the alphabet."""
        if kind not in self.kinds:
            return []
        row = self.score[self.kinds.index(kind)]
        found = [(other, float(row[i])) for i, other in enumerate(self.kinds) if other != kind]
        return sorted(found, key=lambda one: (-one[1], one[0]))

    def together(self, kind: str, other: str) -> int:
        """How many scenes show both kinds."""
        return self.counts.get((kind, other) if kind < other else (other, kind), 0)


def learn(products: Sequence[Product], means: Mapping[str, Vectors], scenes: Iterable[Sequence[str]]) -> Company:
    """`means` float32 (dim,) by kind: its mean picture, centred on the catalogue; `scenes` are product ids each."""
    kinds = tuple(sorted(means))[:MOST_KINDS]
    place = {kind: i for i, kind in enumerate(kinds)}
    kind_by_id = {product.id: kind_of(product) for product in products}
    counts: Counter[tuple[str, str]] = Counter()
    shown: Counter[str] = Counter()
    n = 0
    for ids in scenes:
        known = [i for i in dict.fromkeys(ids) if i in kind_by_id]
        if not 2 <= len(known) <= MOST_IN_A_SCENE:
            continue
        n += 1
        shown.update(known)
        here = sorted({kind_by_id[i] for i in known} & place.keys())
        counts.update((a, b) for i, a in enumerate(here) for b in here[i + 1 :])
    table = np.zeros((len(kinds), len(kinds)))
    for (a, b), times in counts.items():
        table[place[a], place[b]] = table[place[b], place[a]] = times
    lent = _lending(np.stack([means[kind] for kind in kinds])) if kinds else table
    together = lent @ table @ lent.T
    return Company(kinds, np.log(together + _shelf(products, place) + LEAST), counts, n, shown)


def _lending(means: npt.NDArray[np.float32]) -> Floats:
    units = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    alike = np.maximum(units @ units.T, 0.0).astype(np.float64) ** LIKENESS_POWER
    np.fill_diagonal(alike, 1.0)
    shares: Floats = alike / alike.sum(axis=1, keepdims=True)
    return shares


def _shelf(products: Sequence[Product], place: Mapping[str, int]) -> Floats:
    shelf = np.zeros((len(place), len(place)))
    by_category: dict[str, set[int]] = defaultdict(set)
    for product in products:
        if product.subcategory and product.category and product.subcategory in place:
            by_category[product.category].add(place[product.subcategory])
    for rows in by_category.values():
        for a in rows:
            shelf[a, list(rows - {a})] = SHELF
    return shelf


def scenes_of(engine: SearchEngine) -> list[tuple[str, ...]]:
    """Product ids of every scene that lies beside the engine's catalogue; none for a data set of the hub."""
    by_image: dict[str, list[str]] = defaultdict(list)
    for row in _rows(engine, SCENES):
        by_image[row.get("image") or ""].append(row.get("product_id") or "")
    scenes = [tuple(ids) for ids in by_image.values()]
    for row in _rows(engine, QUERIES):
        ids = tuple(filter(None, (row.get("relevant_ids") or "").split("|")))
        if row.get("query_image") and not row.get("query_text") and len(ids) > 1:
            scenes.append(ids)
    return scenes


def _rows(engine: SearchEngine, name: str) -> list[dict[str, str | None]]:
    path = engine.opened.beside(name)
    if path is None:
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        # Without them there is the order of the categories still.
        return []
