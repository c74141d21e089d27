"""Figures by what the products are: category, colour, price, language; and how far the best is from the worst."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, median
from typing import Any

import numpy as np

from visearch.cjk import has_cjk
from visearch.colors import text_colors
from visearch.evaluate.halves import interval
from visearch.evaluate.result import Judged
from visearch.evaluate.summary import by_kind, group_of
from visearch.types import Product

LEAST = 10
"""Queries from which on a slice counts for the gap."""

METRIC = "hit@1"
WORDS = "words"
"""The kind of the slice by language: words of every kind, without a photo."""

Label = Callable[[Judged], str]

_BANDS = ("up to", "above")


def slices(judged: Sequence[Judged], products: Sequence[Product], k: int) -> list[dict[str, Any]]:
    """{"by", "kind", "metric", "gap", "best", "worst", "rows"} for every kind and field that tells queries apart.

    A query belongs to the commonest category, and basic colour, of its relevant products, and to the price band of
    their median price; bands are the terciles over the queries, in the commonest currency. What a catalogue does not
    say has no slice. `rows` hold {"value", "n", "hit@1", "ndcg@k", "low", "high"}, the latter two the 95 % interval of
    hit@1, most queries first and prices from low to high; `gap` is the difference of hit@1 between `best` and `worst`
    among rows of at least LEAST queries. Where there are no two such rows there is no entry.
    """
    known = {product.id: product for product in products}
    fields: dict[str, Label] = {
        "category": lambda one: _commonest(known[i].category for i in sorted(one.relevant)),
        "color": lambda one: _commonest(_color(known[i].color) for i in sorted(one.relevant)),
        "price": _price_label(judged, known),
    }
    found = [_slice(by, kind, mine, label, k) for kind, mine in by_kind(judged).items() for by, label in fields.items()]
    words = [one for one in judged if one.query.image is None]
    found.append(_slice("language", WORDS, words, lambda one: "Chinese" if has_cjk(one.query.text) else "Latin", k))
    return [one for one in found if one is not None]


def _slice(by: str, kind: str, judged: Sequence[Judged], label: Label, k: int) -> dict[str, Any] | None:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[label(one)].append(one)
    groups.pop("", None)
    rows = sorted((_row(value, mine, k) for value, mine in groups.items()), key=_order(by))
    counted = sorted((row for row in rows if row["n"] >= LEAST), key=lambda row: row[METRIC])
    if len(counted) < 2:
        return None
    worst, best = counted[0], counted[-1]
    return {
        "by": by,
        "kind": kind,
        "metric": METRIC,
        "gap": round(best[METRIC] - worst[METRIC], 4),
        "best": best["value"],
        "worst": worst["value"],
        "rows": rows,
    }


def _order(by: str) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    if by == "price":
        return lambda row: (row["value"].startswith(_BANDS[1]), not row["value"].startswith(_BANDS[0]))
    return lambda row: (-row["n"], row["value"])


def _money(price: float) -> str:
    return f"{price:,.0f}" if price >= 100 else f"{price:,.4g}"


def _row(value: str, judged: Sequence[Judged], k: int) -> dict[str, Any]:
    right = [one.scores[METRIC] for one in judged]
    low, high = interval(right, [group_of(one) for one in judged])
    ndcg = f"ndcg@{k}"
    return {
        "value": value,
        "n": len(judged),
        METRIC: round(fmean(right), 4),
        ndcg: round(fmean(one.scores[ndcg] for one in judged), 4),
        "low": round(low, 4),
        "high": round(high, 4),
    }


def _commonest(values: Any) -> str:
    """The commonest that is not empty, the first of equals; "" without any."""
    counts = Counter(value for value in values if value)
    return counts.most_common(1)[0][0] if counts else ""


def _color(text: str) -> str:
    named = text_colors(text) if text else ()
    return named[0] if named else ""


def _price_label(judged: Sequence[Judged], known: Mapping[str, Product]) -> Label:
    currency = _commonest(product.currency for product in known.values() if product.price is not None)
    prices = {}
    for one in judged:
        told = [known[i] for i in one.relevant]
        mine = [p.price for p in told if p.price is not None and p.currency == currency]
        if mine:
            prices[one.key] = median(mine)
    if len(set(prices.values())) < 3:
        return lambda _: ""
    low, high = np.quantile(list(prices.values()), (1 / 3, 2 / 3), method="inverted_cdf")
    names = (f"{_BANDS[0]} {_money(low)}", f"{_money(low)} to {_money(high)}", f"{_BANDS[1]} {_money(high)}")

    def label(one: Judged) -> str:
        price = prices.get(one.key)
        if price is None:
            return ""
        name = names[int(price > low) + int(price > high)]
        return f"{name} {currency}".strip()

    return label
