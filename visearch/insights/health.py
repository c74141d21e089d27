"""How well a catalogue is kept: what is missing, what is there twice, where an assortment is thin or a price odd."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from visearch.filters import ProductTable
from visearch.insights.twins import Twins, find_twins
from visearch.seen import FIELDS, SURE, Seen
from visearch.store import OpenIndex
from visearch.types import Product

THIN = 5
"""Fewer products than this make a category thin: too few to choose from."""
ATTRIBUTES = (
    "title", "description", "category", "subcategory", "brand", "color", "material", "pattern", "price", "rating",
    "stock", "barcode", "url",
)  # fmt: skip
"""Fields that a shopper reads or filters by."""
SHOWN = 24
"""Products listed of each finding; all are counted."""

PRICED = 8
"""Priced products from which a category's prices are looked at."""
GAP = 2.5
"""Two prices next to each other in a category, of which one is so many times the other, leave a gap."""
BESIDE_GAP = 3
"""Products on each side of a gap; fewer are odd prices, and no other end of the range."""
ODD = 8.0
"""How many times the category's median, or that part of it, makes a price odd."""


@dataclass(frozen=True)
class Fill:
    """One field: `empty` products do not say it, `seen` of these show it in their pictures surely enough."""

    name: str
    empty: int
    seen: int
    products: tuple[str, ...] = ()


@dataclass(frozen=True)
class Thin:
    """A category with few products; "" are those without one."""

    category: str
    products: tuple[str, ...]
    n: int


@dataclass(frozen=True)
class Gap:
    """In a category nothing costs between `low` and `high`; `products` stand at the two ends."""

    category: str
    low: float
    high: float
    products: tuple[str, str]


@dataclass(frozen=True)
class Odd:
    """A price of nothing or less, or far from the category's median (None for the former)."""

    product: str
    price: float
    median: float | None


@dataclass(frozen=True)
class Health:
    """What was found in `products` products with `pictures` pictures.

    `skipped` rows were left out when the catalogue was read, the first with (row, reason) in `reasons`; `broken` are
    products none of whose pictures can be shown. `fields` are those of ATTRIBUTES, the emptiest first.
    """

    products: int
    pictures: int
    currency: str = ""
    skipped: int = 0
    reasons: tuple[tuple[str, str], ...] = ()
    broken: tuple[str, ...] = ()
    twins: Twins = field(default_factory=Twins)
    thin: tuple[Thin, ...] = ()
    categories: int = 0
    fields: tuple[Fill, ...] = ()
    gaps: tuple[Gap, ...] = ()
    odd: tuple[Odd, ...] = ()


def check_health(opened: OpenIndex, table: ProductTable, seen: Sequence[Seen] = (), thin: int = THIN) -> Health:
    """Looks at everything that the index holds; takes a second for some thousand products.

    `seen` is what the pictures show of what the records leave empty, one a product or none at all.
    """
    manifest, products = opened.manifest, opened.products
    return Health(
        products=len(products),
        pictures=len(opened.row_picture),
        currency=table.facets().currency,
        skipped=manifest.skipped,
        reasons=tuple((str(one.get("row", "")), str(one.get("reason", ""))) for one in manifest.skipped_first),
        broken=tuple(p.id for p in products if not any(opened.thumbnail(sha).is_file() for sha in p.pictures)),
        twins=find_twins(opened),
        thin=_thin(products, thin),
        categories=len({p.category for p in products if p.category}),
        fields=_fields(products, seen),
        gaps=_gaps(products),
        odd=_odd(products),
    )


def _thin(products: Sequence[Product], least: int) -> tuple[Thin, ...]:
    members: dict[str, list[str]] = defaultdict(list)
    for product in products:
        members[product.category.strip()].append(product.id)
    named = sum(1 for category in members if category)
    # A catalogue without categories, or with a handful of products, is not made of thin ones.
    if not named or len(products) < 2 * least:
        return ()
    few = [Thin(c, tuple(ids[:SHOWN]), len(ids)) for c, ids in members.items() if len(ids) < least or not c]
    return tuple(sorted(few, key=lambda one: (bool(one.category), one.n, one.category)))


def _fields(products: Sequence[Product], seen: Sequence[Seen]) -> tuple[Fill, ...]:
    fills = []
    for name in ATTRIBUTES:
        empty = [i for i, product in enumerate(products) if getattr(product, name) in ("", None)]
        shown = 0
        if seen and name in FIELDS:
            shown = sum(1 for i in empty if _sure(seen[i], name))
        fills.append(Fill(name, len(empty), shown, tuple(products[i].id for i in empty[:SHOWN])))
    return tuple(sorted(fills, key=lambda fill: -fill.empty))


def _sure(seen: Seen, name: str) -> bool:
    label, sure = seen.best(name)
    return bool(label) and sure >= SURE


def _priced(products: Sequence[Product]) -> dict[str, list[tuple[float, str]]]:
    """Category -> (price, id), cheapest first, of one currency; only categories with enough of them."""
    currencies = Counter(p.currency for p in products if p.price is not None)
    common = currencies.most_common(1)[0][0] if currencies else ""
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for product in products:
        if product.price is not None and product.price > 0 and product.currency == common and product.category:
            found[product.category].append((product.price, product.id))
    return {category: sorted(prices) for category, prices in found.items() if len(prices) >= PRICED}


def _gaps(products: Sequence[Product]) -> tuple[Gap, ...]:
    gaps = []
    for category, prices in _priced(products).items():
        inner = range(BESIDE_GAP - 1, len(prices) - BESIDE_GAP)
        steps = [(prices[i + 1][0] / prices[i][0], i) for i in inner]
        ratio, at = max(steps, default=(0.0, 0))
        if ratio >= GAP:
            (low, before), (high, after) = prices[at], prices[at + 1]
            gaps.append(Gap(category, low, high, (before, after)))
    return tuple(sorted(gaps, key=lambda gap: -gap.high / gap.low))


def _odd(products: Sequence[Product]) -> tuple[Odd, ...]:
    odd = [Odd(p.id, p.price, None) for p in products if p.price is not None and p.price <= 0]
    for prices in _priced(products).values():
        median = float(np.median([price for price, _ in prices]))
        odd += [Odd(i, price, median) for price, i in prices if price > ODD * median or price * ODD < median]
    return tuple(odd)
