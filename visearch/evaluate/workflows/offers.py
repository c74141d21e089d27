"""Offers for a taste: how many are of the visitor's tastes, how close, how much off, beside either end of the slider.

The simulated visitors of visearch.evaluate.workflows.for_you on the sample, the only catalogue here with discounts. The
slider's first place was chosen on half A, the figures are of half B.
"""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

from visearch.engine import SearchEngine
from visearch.evaluate.workflows import Row, engine_for
from visearch.evaluate.workflows.for_you import VISITORS, Visitor, draw
from visearch.shop.offers import WEIGHT, Offer, offers_for, offers_near
from visearch.shop.taste import Event, interests_of

FIRST = 8


def measure(home: Path, shared: Path) -> list[Row]:
    """One line a baseline."""
    engine = engine_for(home, "sample")
    visitors = draw(engine, VISITORS, 1)[1::2]
    ours = told(engine, visitors, WEIGHT)
    others = {"closeness alone": 0.0, "discount alone, close": 1.0, "discount alone, whole shop": None}
    figure = f"of the visitor's tastes / match / discount, first {FIRST}"
    n = f"{len(visitors)} visitors"
    return [Row("offers", figure, ours, name, told(engine, visitors, weight), n) for name, weight in others.items()]


def told(engine: SearchEngine, visitors: list[Visitor], weight: float | None) -> str:
    """Means over visitors; without a weight the greatest discounts of the shop, whose match is to the taste."""
    rights, matches, discounts = [], [], []
    everything = offers_near(engine, k=FIRST)
    for visitor in visitors:
        interests = interests_of(engine, [Event("view", looked) for looked in visitor.looked])
        close = {offer.hit.product.id: offer for offer in offers_for(engine, interests, 500)}
        shown = everything if weight is None else offers_for(engine, interests, FIRST, weight)
        tastes: set[str] = set().union(*visitor.tastes)
        rights.append(fmean(float(offer.hit.product.id in tastes) for offer in shown))
        matches.append(fmean(_match(close, offer) for offer in shown))
        discounts.append(fmean(offer.discount for offer in shown))
    return f"{100 * fmean(rights):.0f} % / {fmean(matches):.0f} / {fmean(discounts):.1f} %"


def _match(close: dict[str, Offer], offer: Offer) -> float:
    """What is not close has none."""
    found = close.get(offer.hit.product.id)
    return found.hit.match if found else 0.0
