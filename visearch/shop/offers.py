"""Offers near a photo, words or a taste: discounted products that are in stock, by closeness and by discount.

    worth = (1 - w) * match + w * 100 * discount / greatest discount among the close offers

w is what the visitor chooses with the slider: 0 asks for the closest offer, 1 for the greatest discount. An offer that
no other one beats in both is on the frontier (Pareto): the page marks it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from visearch.engine import SearchEngine
from visearch.errors import QueryError
from visearch.order import MAX_K, Page
from visearch.shop.taste import Interest
from visearch.types import Box, FilterValue, Hit, Query

WEIGHT = 0.3
"""The slider's first place; see `python -m visearch.evaluate.workflows offers`."""
_ON: Mapping[str, FilterValue] = {"on_offer": True, "in_stock": True}


@dataclass(frozen=True)
class Offer:
    """A hit with its `discount` in percent and `worth` in [0, 100]; `best` when no other beats it in both."""

    hit: Hit
    discount: float
    worth: float
    best: bool = False


def offers_near(
    engine: SearchEngine,
    text: str = "",
    image: Image.Image | None = None,
    box: Box | None = None,
    k: int = 24,
    weight: float = WEIGHT,
    filters: Mapping[str, FilterValue] | None = None,
) -> tuple[Offer, ...]:
    """The k offers of most worth for a photo or words, of those that are close; without a question, all offers by
    discount. Raises QueryError for a weight outside [0, 1] and as `SearchEngine.search`."""
    Page(k)
    _check(weight)
    limits = {**(filters or {}), **_ON}
    if not text.strip() and image is None:
        return _ranked(_offers(engine.browse(MAX_K, limits, sort="discount").hits), k, 1.0)
    found = engine.search(Query(text, image, box, k=MAX_K, filters=limits)).hits
    return _ranked(_offers([hit for hit in found if hit.close]), k, weight)


def offers_for(
    engine: SearchEngine, interests: Sequence[Interest], k: int = 24, weight: float = WEIGHT
) -> tuple[Offer, ...]:
    """The k offers of most worth for a taste: each as close as it is to the interest that it is closest to."""
    if not interests:
        return offers_near(engine, k=k, weight=weight)
    best: dict[str, Hit] = {}
    for hits in engine.nearest_to(np.stack([one.centre for one in interests]), MAX_K, _ON):
        for hit in hits:
            if hit.close and hit.match > best.get(hit.product.id, replace(hit, match=-1.0)).match:
                best[hit.product.id] = hit
    return _ranked(_offers(list(best.values())), k, weight)


def offers_like(engine: SearchEngine, product_id: str, k: int = 24, weight: float = WEIGHT) -> tuple[Offer, ...]:
    """The k offers of most worth for a product of the catalogue. Raises QueryError for an unknown id."""
    found = engine.similar(product_id, MAX_K, _ON).hits
    return _ranked(_offers([hit for hit in found if hit.close]), k, weight)


def _offers(hits: Sequence[Hit]) -> list[Offer]:
    return [Offer(hit, float(hit.product.discount or 0), 0.0) for hit in hits if hit.product.discount]


def _ranked(offers: Sequence[Offer], k: int, weight: float) -> tuple[Offer, ...]:
    _check(weight)
    greatest = max((offer.discount for offer in offers), default=1.0)
    told = [
        replace(
            one, worth=(1 - weight) * one.hit.match + weight * 100 * one.discount / greatest, best=_best(one, offers)
        )
        for one in offers
    ]
    told.sort(key=lambda one: (-one.worth, one.hit.product.id))
    return tuple(told[:k])


def _check(weight: float) -> None:
    if not 0 <= weight <= 1:
        raise QueryError(f"weight is {weight:g}; it must be between 0 and 1.", "0 is closeness alone, 1 is discount.")


def _best(offer: Offer, offers: Sequence[Offer]) -> bool:
    """No other one is as close and as cheap, and better in one of both."""
    return not any(
        other.hit.match >= offer.hit.match
        and other.discount >= offer.discount
        and (other.hit.match > offer.hit.match or other.discount > offer.discount)
        for other in offers
    )
