"""The rows of a product page, on families and rooms of an interior catalogue and on the sample's prices.

Families are products of one title up to its comma and one kind, in several colours; titles take no part in the ranking
that is measured. Rooms are photos with the products in them: company is learnt from one half (by a hash of the photo's
name), and the products of the other half's rooms are asked for what goes with them. Weights were chosen on half A.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

import numpy as np

from visearch.engine import SearchEngine
from visearch.evaluate.halves import half
from visearch.evaluate.workflows import Row, engine_for
from visearch.shop.company import kind_of, scenes_of
from visearch.shop.related import Styles, cheaper, colors_of, goes_with, other_colors
from visearch.types import FilterValue, Product

K = 10
ROW = 6


def measure(home: Path, shared: Path) -> list[Row]:
    """Three figures."""
    rooms, sample = engine_for(home, str(shared / "ikea_rooms")), engine_for(home, "sample")
    return [_colors(rooms), *_goes(rooms), _cheaper(sample)]


def _colors(engine: SearchEngine) -> Row:
    """First place in the row: a member of the family in another colour."""
    family: dict[tuple[str, str], list[Product]] = defaultdict(list)
    for product in engine.opened.products:
        family[product.title.split(",")[0], kind_of(product)].append(product)
    ours, plain = [], []
    for members in family.values():
        colors = {product.id: colors_of(engine, product) for product in members}
        for product in members:
            right = {one.id for one in members if colors[one.id] and not colors[one.id] & colors[product.id]}
            if not right or not colors[product.id] or half(product.id) == "A":
                continue
            ours.append(_first([hit.product.id for hit in other_colors(engine, product, ROW, 0.0)], right))
            similar = [hit.product for hit in engine.similar(product.id, 60).hits]
            others = [one.id for one in similar if not colors_of(engine, one) & colors[product.id]]
            plain.append(_first(others, right))
    figure = "family member in another colour first, pictures alone"
    return Row("other colours", figure, _percent(ours), "nearest of another colour", _percent(plain), f"{len(ours)}")


def _first(ranked: Sequence[str], right: set[str]) -> float:
    return float(bool(ranked) and ranked[0] in right)


def _goes(engine: SearchEngine) -> list[Row]:
    scenes = scenes_of(engine)
    known = {product.id: product for product in engine.opened.products}
    learnt = [ids for ids in scenes if half("|".join(ids)) == "A"]
    asked = [[known[i] for i in ids if i in known] for ids in scenes if half("|".join(ids)) == "B"]
    styles = Styles(engine, learnt)
    shown = styles.company.shown
    popular = sorted(known.values(), key=lambda one: (-shown.get(one.id, 0), one.id))
    order = list(np.random.default_rng(0).permutation(len(known)))
    products = engine.opened.products

    def ours(product: Product) -> list[Product]:
        return [goes.hit.product for goes in goes_with(engine, product, K, styles)]

    def look(product: Product) -> list[Product]:
        return [hit.product for hit in engine.similar(product.id, 200).hits]

    by = {"ours": ours, "popular in rooms": lambda _: popular, "visually similar": look}
    by["random"] = lambda _: [products[i] for i in order]
    hits = {name: _companions(asked, way) for name, way in by.items()}
    value, n = _percent(hits.pop("ours")), f"{sum(map(len, asked))} products of {len(asked)} rooms"
    figure = "product of the same room among 10"
    return [Row("goes with it", figure, value, name, _percent(found), n) for name, found in hits.items()]


def _companions(rooms: Sequence[Sequence[Product]], way: Callable[[Product], Sequence[Product]]) -> list[float]:
    found = []
    for room in rooms:
        for product in room:
            right = {one.id for one in room if kind_of(one) != kind_of(product)}
            if right:
                found.append(float(bool(right & set(_one_a_kind(way(product), kind_of(product))))))
    return found


def _one_a_kind(products: Sequence[Product], but: str) -> list[str]:
    first: dict[str, str] = {}
    for product in products:
        if kind_of(product) != but:
            first.setdefault(kind_of(product), product.id)
        if len(first) == K:
            break
    return list(first.values())


def _cheaper(engine: SearchEngine) -> Row:
    ours, cheapest = [], []
    for product in engine.opened.products:
        found = cheaper(engine, product, 1)
        if not found:
            continue
        kind: dict[str, FilterValue] = {"subcategory": (product.subcategory,), "in_stock": True}
        of_kind = engine.similar(product.id, 60, kind).hits
        low = min(of_kind, key=lambda hit: (hit.product.price or 0, hit.product.id))
        ours.append((found[0].hit.match, found[0].saving))
        cheapest.append((low.match, 1 - (low.product.price or 0) / (product.price or 1)))
    told = [f"{fmean(m for m, _ in one):.0f} / {100 * fmean(s for _, s in one):.0f} %" for one in (ours, cheapest)]
    return Row("cheaper", "match / saving of the first", told[0], "cheapest of the kind", told[1], f"{len(ours)}")


def _percent(found: Sequence[float]) -> str:
    return f"{100 * fmean(found):.1f} %" if found else "-"
