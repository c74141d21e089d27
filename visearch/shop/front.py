"""A front page for somebody of whom nothing is known: varied, well rated, in stock, and another one every day."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from visearch.engine import SearchEngine
from visearch.order import MAX_K, Page
from visearch.recent import Recent
from visearch.shop.company import kind_of
from visearch.shop.kept import kept
from visearch.types import Hit, Product

PRIOR_REVIEWS = 20.0
"""Reviews of the usual rating that every product is given, so that one happy buyer makes no best seller."""
SAID = 0.4
"""Stars by which the day may change the order."""
USUAL = 3.5
_DAYS = 4


def front_page(engine: SearchEngine, k: int = 24, day: int = 0) -> tuple[Hit, ...]:
    """k products, one of every kind before the second of any; the kinds of the best come first.

    A product is worth (reviews * rating + 20 * usual) / (reviews + 20) stars, usual being the catalogue's mean rating,
    and up to SAID more or less by `day`: the page changes, and what is liked stays in front. Products without a picture
    or out of stock are left out. Raises QueryError when k is out of range.
    """
    Page(k)
    return kept(engine, _Fronts).of(day)[:k]


class _Fronts:
    """The front pages of the last days: a large catalogue is not sorted anew for every visitor."""

    def __init__(self, engine: SearchEngine) -> None:
        self._products = engine.opened.products
        self._days: Recent[tuple[Hit, ...]] = Recent(_DAYS)

    def of(self, day: int) -> tuple[Hit, ...]:
        return self._days.get(day, lambda: _front(self._products, day))


def _front(every: Sequence[Product], day: int) -> tuple[Hit, ...]:
    products = [one for one in every if one.pictures and one.stock != 0]
    rated = [one.rating for one in products if one.rating is not None]
    usual = sum(rated) / len(rated) if rated else USUAL
    kinds: dict[str, list[tuple[float, Product]]] = defaultdict(list)
    for product in products:
        kinds[kind_of(product)].append((_worth(product, usual, day), product))
    for ranked in kinds.values():
        ranked.sort(key=lambda one: (-one[0], one[1].id))
    order = sorted(kinds.values(), key=lambda ranked: (-ranked[0][0], ranked[0][1].id))
    chosen: list[Product] = []
    for turn in range(max(map(len, order), default=0)):
        chosen += [ranked[turn][1] for ranked in order if turn < len(ranked)]
        if len(chosen) >= MAX_K:
            break
    return tuple(Hit(product, 0.0, 0.0, True, product.pictures[0]) for product in chosen[:MAX_K])


def _worth(product: Product, usual: float, day: int) -> float:
    reviews = float(product.reviews or (1 if product.rating is not None else 0))
    rating = usual if product.rating is None else product.rating
    stars = (reviews * rating + PRIOR_REVIEWS * usual) / (reviews + PRIOR_REVIEWS)
    drawn = hashlib.sha256(f"{day}:{product.id}".encode()).digest()[0] / 255
    return stars + SAID * (2 * drawn - 1)
