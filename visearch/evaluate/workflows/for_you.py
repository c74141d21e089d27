"""For you, by simulated visitors with hidden tastes, against popularity, chance and one average of everything.

A taste is a kind with a colour (a kind alone where colours are few) that at least eight products have. A visitor has
three, of unequal weight, and looks at twelve products: four in five of a taste, the others anything. Right is what
belongs to a taste and was not looked at. Popularity counts what 400 other visitors looked at. All drawing is by seed;
visitors with an even number are half A, on which APART and VARIETY were chosen, the others half B, which is reported.
The encoder knows nothing of the labels that tastes are made of.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np

from visearch.engine import SearchEngine
from visearch.evaluate.workflows import Row, engine_for
from visearch.shop.company import kind_of
from visearch.shop.kept import kept
from visearch.shop.related import colors_of
from visearch.shop.rows import Rows
from visearch.shop.taste import Event, for_you

K = 10
VISITORS, OTHERS = 200, 400
LOOKED, TASTES, LEAST = 12, 3, 8
_SHARES = (0.5, 0.3, 0.2)
_NOISE = 0.2

Ranked = list[str]


@dataclass(frozen=True)
class Visitor:
    """What somebody looked at, newest first, and the products of each hidden taste."""

    looked: tuple[str, ...]
    tastes: tuple[frozenset[str], ...]


def measure(home: Path, shared: Path) -> list[Row]:
    """Hit rate, precision, tastes met and diversity on two catalogues."""
    rows: list[Row] = []
    for catalog in (str(shared / "fashion_small"), "sample"):
        rows += _rows(engine_for(home, catalog), Path(catalog).name)
    return rows


def _rows(engine: SearchEngine, name: str) -> list[Row]:
    visitors = draw(engine, VISITORS, 1)[1::2]
    found = {way: _judged(engine, visitors, rank) for way, rank in ways(engine).items()}
    ours, n = found.pop("ours"), f"{len(visitors)} visitors"
    told = "hit / precision / tastes met / diversity, first 10"
    return [Row(f"for you, {name}", told, ours, way, value, n) for way, value in found.items()]


def ways(engine: SearchEngine) -> dict[str, Callable[[Visitor], Ranked]]:
    """Name -> what it shows a visitor."""
    ids = sorted(product.id for product in engine.opened.products if product.id in kept(engine, Rows))
    counted = Counter(i for visitor in draw(engine, OTHERS, 2) for i in visitor.looked)
    popular = sorted(ids, key=lambda i: (-counted[i], i))
    rng = np.random.default_rng(3)

    def ours(visitor: Visitor) -> Ranked:
        events = [Event("view", looked) for looked in visitor.looked]
        return [pick.hit.product.id for pick in for_you(engine, events, K).picks]

    def average(visitor: Visitor) -> Ranked:
        mean = kept(engine, Rows).of(visitor.looked).mean(axis=0, keepdims=True)
        mean /= np.linalg.norm(mean)
        hits = engine.nearest_to(mean, K + len(visitor.looked))[0]
        return [hit.product.id for hit in hits if hit.product.id not in visitor.looked][:K]

    def popularity(visitor: Visitor) -> Ranked:
        return [i for i in popular if i not in visitor.looked][:K]

    def chance(visitor: Visitor) -> Ranked:
        return [str(i) for i in rng.choice(ids, K, replace=False)]

    return {"ours": ours, "one average": average, "popularity": popularity, "random": chance}


def draw(engine: SearchEngine, n: int, seed: int) -> list[Visitor]:
    """n visitors."""
    groups = _groups(engine)
    everything = sorted(product.id for product in engine.opened.products if product.id in kept(engine, Rows))
    rng = np.random.default_rng(seed)
    visitors = []
    for _ in range(n):
        chosen = [groups[i] for i in rng.choice(len(groups), TASTES, replace=False)]
        looked: dict[str, None] = {}
        while len(looked) < LOOKED:
            taste = everything if rng.random() < _NOISE else chosen[rng.choice(TASTES, p=_SHARES)]
            looked[str(rng.choice(taste))] = None
        visitors.append(Visitor(tuple(looked), tuple(frozenset(group) for group in chosen)))
    return visitors


def _groups(engine: SearchEngine) -> list[list[str]]:
    by_color: dict[tuple[str, str], list[str]] = defaultdict(list)
    by_kind: dict[tuple[str, str], list[str]] = defaultdict(list)
    for product in engine.opened.products:
        if product.id not in kept(engine, Rows) or not kind_of(product):
            continue
        by_kind[kind_of(product), ""].append(product.id)
        for color in colors_of(engine, product):
            by_color[kind_of(product), color].append(product.id)
    fine = [sorted(ids) for _, ids in sorted(by_color.items()) if len(ids) >= LEAST]
    return fine if len(fine) >= 10 else [sorted(ids) for _, ids in sorted(by_kind.items()) if len(ids) >= LEAST]


def _judged(engine: SearchEngine, visitors: Sequence[Visitor], rank: Callable[[Visitor], Ranked]) -> str:
    hit, right, met, apart = figures(engine, visitors, rank)
    return f"{100 * hit:.0f} % / {100 * right:.0f} % / {met:.2f} of {TASTES} / {apart:.2f}"


def figures(
    engine: SearchEngine, visitors: Sequence[Visitor], rank: Callable[[Visitor], Ranked]
) -> tuple[float, float, float, float]:
    """Hit rate@10, precision@10, tastes with a product among the 10, and 1 - the mean cosine of two of the 10."""
    hits, rights, mets, aparts = [], [], [], []
    for visitor in visitors:
        shown = rank(visitor)
        wanted = [set(taste) - set(visitor.looked) for taste in visitor.tastes]
        every = set().union(*wanted)
        hits.append(float(bool(every & set(shown))))
        rights.append(len(every & set(shown)) / K)
        mets.append(float(sum(bool(taste & set(shown)) for taste in wanted)))
        vectors = kept(engine, Rows).centred(shown)
        cosines = vectors @ vectors.T
        aparts.append(1 - (float(cosines.sum()) - len(shown)) / max(len(shown) * (len(shown) - 1), 1))
    return fmean(hits), fmean(rights), fmean(mets), fmean(aparts)
