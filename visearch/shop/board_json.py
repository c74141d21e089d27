"""Shortlists, marks and campaigns as JSON, for programs and the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from visearch.shop.board import Pick, Shortlist
from visearch.shop.campaigns_kept import Plan
from visearch.shop.marks import Marked
from visearch.types import Product


def board_to_json(made: Shortlist, image: Callable[[str], str] = str) -> dict[str, Any]:
    """{"products": [{"id", "title", "price", ..., "source", "part", "match", "image"}], "timings_ms"}.

    `source` is a picture's number from 0, "words" or "pinned"; `part` is what of that picture brought the product, in
    its pixels, or null for all of it. `image` makes an address of a picture's sha256.
    """
    products = [_pick(place, pick, image) for place, pick in enumerate(made.picks, 1)]
    return {"products": products, "timings_ms": {name: round(ms, 2) for name, ms in made.timings_ms.items()}}


def _pick(place: int, pick: Pick, image: Callable[[str], str]) -> dict[str, Any]:
    product = pick.product
    part = {name: value for name, value in asdict(pick.part).items() if name != "score"} if pick.part else None
    brought = {"source": pick.source, "part": part, "match": round(pick.match, 1), "image": image(pick.picture)}
    return {"place": place, **_product(product), **brought}


def _product(product: Product) -> dict[str, Any]:
    told = {name: getattr(product, name) for name in ("id", "title", "title_zh", "brand", "category", "subcategory")}
    return told | {name: getattr(product, name) for name in ("color", "price", "currency", "stock")}


def marked_to_json(found: Marked, image: Callable[[str], str] = str) -> dict[str, Any]:
    """{"found", "alike", "crop_points", "timings_ms"}; `image` as in `board_to_json`."""
    bearing = [
        {
            **_product(one.hit.product),
            "sure": one.sure,
            "evidence": round(one.evidence, 3),
            "points": one.points,
            "box": [round(end, 4) for end in (one.box.x0, one.box.y0, one.box.x1, one.box.y1)],
            "image": image(one.picture),
        }
        for one in found.found
    ]
    alike = [
        {**_product(hit.product), "match": round(hit.match, 1), "image": image(hit.picture)} for hit in found.alike
    ]
    times = {name: round(ms, 2) for name, ms in found.timings_ms.items()}
    return {"found": bearing, "alike": alike, "crop_points": found.crop_points, "timings_ms": times}


def plan_to_json(plan: Plan, today: date) -> dict[str, Any]:
    """{"today", "campaigns", "faults", "problem", "own"}."""
    campaigns = [
        {
            "name": one.name,
            "name_zh": one.name_zh,
            "state": one.state(today),
            "start": one.start.isoformat(),
            "end": one.end.isoformat(),
            "slots": one.slots,
            "products": list(one.product_ids),
        }
        for one in plan.campaigns
    ]
    faults = [{"line": one.row, "kind": one.kind, "value": one.value, "told": str(one)} for one in plan.faults]
    return {
        "today": today.isoformat(),
        "campaigns": campaigns,
        "faults": faults,
        "problem": plan.problem,
        "own": plan.own,
    }
