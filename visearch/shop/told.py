"""The answers of the workflows a shopper sees as JSON: what the command line prints and the HTTP functions return."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from visearch.answers import hit_to_json
from visearch.shop.offers import Offer
from visearch.shop.related import Related
from visearch.shop.reviews import Near
from visearch.shop.taste import ForYou, Pick

Image = Callable[[str], str]


def related_json(found: Related, image: Image) -> dict[str, Any]:
    """`image` turns a picture's sha256 into what the reader can open, here and below."""
    return {
        "similar": [hit_to_json(hit, image) for hit in found.similar],
        "colors": [hit_to_json(hit, image) for hit in found.colors],
        "cheaper": [{**hit_to_json(one.hit, image), "saving": round(one.saving, 4)} for one in found.cheaper],
        "goes_with": [{**hit_to_json(one.hit, image), "scenes": one.scenes, "of": one.of} for one in found.goes],
    }


def for_you_json(found: ForYou, image: Image) -> dict[str, Any]:
    """Picks with their reasons, and the interests behind them."""
    interests = [
        {"share": round(one.share, 4), "products": list(one.products), "text": one.text} for one in found.interests
    ]
    return {
        "picks": [{**hit_to_json(one.hit, image), "because": _because(one)} for one in found.picks],
        "interests": interests,
    }


def _because(pick: Pick) -> dict[str, Any]:
    if pick.text:
        return {"text": pick.text}
    return {"product": pick.because.id} if pick.because else {}


def offers_json(offers: Sequence[Offer], image: Image) -> dict[str, Any]:
    """Offers, the most worth first."""
    told = [{**hit_to_json(one.hit, image), "worth": round(one.worth, 2), "best": one.best} for one in offers]
    return {"offers": told}


def near_json(found: Near, sample: bool, image: Image) -> dict[str, Any]:
    """What is said of a product, and apart from it of its look-alikes."""
    return {
        "own": asdict(found.own),
        "alike": asdict(found.alike),
        "lookalikes": [hit_to_json(hit, image) for hit in found.lookalikes],
        "sample": sample,
    }
