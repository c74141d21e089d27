"""What campaigns cost the searches: the sample's labelled words, with and without places, in one run.

One campaign a run: each of the sample's categories in turn is what the campaign is of, with all its products and two
places. The baseline gives both places, at once and whatever was asked, to the campaign's products with the most
reviews. Half A of the questions chose visearch.shop.campaigns.NEAR; half B is told.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean

from visearch.catalog import open_catalog
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.evaluate.halves import half
from visearch.evaluate.workflows import Row
from visearch.prepare import open_engine
from visearch.shop.campaigns import NEAR, PLACES, REACH, Campaign, placed
from visearch.types import Hit, Query

K, SLOTS, SIDE = 10, 2, "B"
BASELINE = "its best sellers, whatever is asked"


@dataclass(frozen=True)
class Asked:
    """A question's ranking, deep enough for places, and what is right."""

    hits: tuple[Hit, ...]
    relevant: frozenset[str]


def measure(home: Path, shared: Path) -> list[Row]:
    """The table's lines."""
    del shared
    settings = Settings.from_env().with_(home=home, catalog="sample")
    engine = open_engine(settings)
    asked, campaigns = questions(engine, settings), campaigns_of(engine)
    plain = _mean([_scores([hit.product.id for hit in one.hits], one.relevant) for one in asked for _ in campaigns])
    own, right, places = _ours(asked, campaigns, NEAR)
    base, base_right, base_places = _baseline(asked, campaigns)
    n = f"{len(asked)} questions x {len(campaigns)} campaigns"
    rows = [
        Row(
            "campaigns",
            f"{name} with places (without: {plain[name]:.3f})",
            f"{own[name]:.3f}",
            BASELINE,
            f"{base[name]:.3f}",
            n,
        )
        for name in plain
    ]
    share, base_share = right / max(places, 1), base_right / max(base_places, 1)
    told = f"{places} and {base_places} places"
    return [*rows, Row("campaigns", "places with a right product", f"{share:.3f}", BASELINE, f"{base_share:.3f}", told)]


def questions(engine: SearchEngine, settings: Settings, side: str = SIDE) -> list[Asked]:
    """The labelled words of one half with their rankings."""
    catalog = open_catalog("sample", settings)
    texts = [query for query in catalog.queries() if query.text and query.image is None and half(query.text) == side]
    return [Asked(engine.search(Query(query.text, k=REACH)).hits, query.relevant) for query in texts]


def campaigns_of(engine: SearchEngine) -> list[Campaign]:
    """One for each category, of all its products."""
    kinds: dict[str, list[str]] = {}
    for product in engine.opened.products:
        kinds.setdefault(product.category, []).append(product.id)
    return [Campaign(kind, date.min, date.max, SLOTS, tuple(ids)) for kind, ids in sorted(kinds.items())]


def _ours(asked: Sequence[Asked], campaigns: Sequence[Campaign], near: float) -> tuple[Mapping[str, float], int, int]:
    scores, right, places = [], 0, 0
    for one in asked:
        for campaign in campaigns:
            order, marks = placed(one.hits, REACH, [campaign], near=near)
            scores.append(_scores([hit.product.id for hit in order], one.relevant))
            right += len(one.relevant & set(marks))
            places += len(marks)
    return _mean(scores), right, places


def _baseline(asked: Sequence[Asked], campaigns: Sequence[Campaign]) -> tuple[Mapping[str, float], int, int]:
    scores, right, places = [], 0, 0
    reviews = {hit.product.id: hit.product.reviews or 0 for one in asked for hit in one.hits}
    for one in asked:
        for campaign in campaigns:
            ranked = sorted(campaign.product_ids, key=lambda id_: (-reviews.get(id_, 0), id_))[:SLOTS]
            order = [hit.product.id for hit in one.hits if hit.product.id not in ranked]
            for place, id_ in zip(PLACES, ranked, strict=False):
                order.insert(place - 1, id_)
            scores.append(_scores(order, one.relevant))
            right += len(one.relevant & set(ranked))
            places += len(ranked)
    return _mean(scores), right, places


def _scores(order: Sequence[str], relevant: frozenset[str]) -> dict[str, float]:
    """nDCG@10 with equal gains (Jarvelin and Kekalainen, TOIS 2002) and recall@10."""
    gain = sum(1 / math.log2(rank + 1) for rank, id_ in enumerate(order[:K], 1) if id_ in relevant)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(K, len(relevant)) + 1))
    return {"nDCG@10": gain / best, "recall@10": len(relevant & set(order[:K])) / len(relevant)}


def _mean(scores: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: fmean(one[name] for one in scores) for name in scores[0]}
