"""For you: what one visitor did in this shop becomes several interests, and these a varied list with a reason each.

1. Every product that was looked at, saved or searched for weighs WEIGHTS[kind] * 2^(-age / HALF_LIFE_DAYS).
2. What looks alike is one interest: agglomerative clustering with average linkage of the cosine distance, up to APART
   (several medoids instead of one average, as in PinnerSage: Pal et al., KDD 2020). An interest weighs the sum of its
   products, and the MOST_INTERESTS heaviest are kept.
3. Places of the list are given out in proportion to the interests' weight (highest averages: Sainte-Lague).
4. Within them products are taken one after the other by

       (1 - VARIETY) * closeness to the interest - VARIETY * closest of those already taken

   (maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998). What was hidden is left out, and what looks like
   it comes later.

Nothing of it is kept here: the visitor's browser keeps the events and sends them with the question.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visearch.engine import SearchEngine
from visearch.errors import QueryError
from visearch.order import MAX_K, Page
from visearch.shop.front import front_page
from visearch.shop.kept import kept
from visearch.shop.rows import Rows
from visearch.types import Hit, Product, Query, Vectors

WEIGHTS: Mapping[str, float] = {"view": 1.0, "search": 1.5, "like": 2.0, "save": 4.0}
"""What an event says of a taste: opened, searched for, asked for more of it, saved."""
HALF_LIFE_DAYS = 14.0
MOST_EVENTS = 200
MOST_INTERESTS = 6
APART = 0.65
VARIETY = 0.3
"""APART and VARIETY were chosen on half A of the simulated visitors of
`python -m visearch.evaluate.workflows for_you`."""
HIDDEN_WEIGHT = 0.3
DEPTH = 60
"""Nearest products of an interest that may be taken."""
SEARCHED = 3
"""Close products that stand for the words of a search."""
MOST_SEARCHES = 8

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Event:
    """Something that a visitor did: `kind` is one of WEIGHTS; `product` an id, or for a search its words in `text`."""

    kind: str
    product: str = ""
    text: str = ""
    age_days: float = 0.0


@dataclass(frozen=True)
class Interest:
    """What belongs together of it. `share` of all weight is in (0, 1]; `products` are the heaviest first.

    `centre` is float32 (dim,), a unit vector as in the index; `text` the words of the last search that led here.
    """

    products: tuple[str, ...]
    share: float
    centre: Floats
    text: str = ""


@dataclass(frozen=True)
class Pick:
    """A product with why it is shown: the product `because` that was looked at, or the words `text` of a search."""

    hit: Hit
    because: Product | None = None
    text: str = ""
    interest: int = -1


@dataclass(frozen=True)
class ForYou:
    """`picks` in their order; without interests they are a front page for anybody."""

    picks: tuple[Pick, ...]
    interests: tuple[Interest, ...] = ()


def for_you(
    engine: SearchEngine, events: Sequence[Event], k: int = 24, hidden: Collection[str] = (), day: int = 0
) -> ForYou:
    """k products for a visitor who did `events`, newest first. Products of other catalogues are passed over.

    What was looked at or saved is not shown again, nor what is `hidden` (ids). Without a single known event it is the
    front page of the `day` (any whole number). Raises QueryError when k is out of range or a kind is unknown.
    """
    Page(k)
    unknown = {event.kind for event in events} - WEIGHTS.keys()
    if unknown:
        raise QueryError(f"There is no event {sorted(unknown)[0]!r:.60}.", f"Events are {', '.join(WEIGHTS)}.")
    found = interests_of(engine, events)
    if not found:
        without = set(hidden)
        front = [
            Pick(hit) for hit in front_page(engine, min(k + len(without), MAX_K), day) if hit.product.id not in without
        ]
        return ForYou(tuple(front[:k]))
    seen = {event.product for event in events if event.product} | set(hidden)
    picks = _picked(engine, found, k, seen, [i for i in hidden if i in kept(engine, Rows)])
    return ForYou(picks, tuple(found))


def interests_of(engine: SearchEngine, events: Sequence[Event], apart: float = APART) -> list[Interest]:
    """The interests behind events, the heaviest first."""
    weights, words = _weighed(engine, events)
    if not weights:
        return []
    rows, ids = kept(engine, Rows), list(weights)
    labels = _clusters(rows.centred(ids), apart)
    total, vectors = sum(weights.values()), rows.of(ids)
    found = []
    for label in range(max(labels) + 1):
        members = sorted((i for i, own in enumerate(labels) if own == label), key=lambda i: (-weights[ids[i]], ids[i]))
        heavy = np.array([weights[ids[i]] for i in members], dtype=np.float32)
        centre = (heavy[:, None] * vectors[members]).sum(axis=0)
        centre /= max(float(np.linalg.norm(centre)), 1e-9)
        named = next((words[ids[i]] for i in members if ids[i] in words), "")
        found.append(Interest(tuple(ids[i] for i in members), float(heavy.sum()) / total, centre, named))
    found.sort(key=lambda one: (-one.share, one.products[0]))
    return found[:MOST_INTERESTS]


def _weighed(engine: SearchEngine, events: Sequence[Event]) -> tuple[dict[str, float], dict[str, str]]:
    """Product -> weight, and product -> words for those that only a search led to."""
    rows = kept(engine, Rows)
    weights: dict[str, float] = {}
    words: dict[str, str] = {}
    opened = {event.product for event in events if event.product}
    searches = 0
    for event in events[:MOST_EVENTS]:
        weight = WEIGHTS[event.kind] * 0.5 ** (max(event.age_days, 0.0) / HALF_LIFE_DAYS)
        if event.product in rows:
            weights[event.product] = weights.get(event.product, 0.0) + weight
        elif event.text and not event.product and searches < MOST_SEARCHES:
            searches += 1
            for hit in _close(engine, event.text):
                weights[hit.product.id] = weights.get(hit.product.id, 0.0) + weight / SEARCHED
                if hit.product.id not in opened:
                    words.setdefault(hit.product.id, event.text)
    return weights, words


def _close(engine: SearchEngine, text: str) -> list[Hit]:
    rows = kept(engine, Rows)
    hits = engine.search(Query(text=text, k=SEARCHED)).hits
    return [hit for hit in hits if hit.close and hit.product.id in rows]


def _clusters(vectors: Vectors, apart: float) -> list[int]:
    if len(vectors) < 2:
        return [0] * len(vectors)
    # Late: it takes a second to import, and most pages have nobody's taste on them.
    from sklearn.cluster import AgglomerativeClustering

    clustering = AgglomerativeClustering(n_clusters=None, distance_threshold=apart, metric="cosine", linkage="average")
    labels: list[int] = clustering.fit_predict(vectors).tolist()
    return labels


# ---------------------------------------------------------------------- interests -> list


def _picked(
    engine: SearchEngine, interests: Sequence[Interest], k: int, seen: Collection[str], hidden: Sequence[str]
) -> tuple[Pick, ...]:
    rows = kept(engine, Rows)
    near = engine.nearest_to(np.stack([one.centre for one in interests]), min(DEPTH + len(seen), MAX_K))
    offered = [[hit for hit in hits if hit.product.id not in seen and hit.product.stock != 0] for hits in near]
    pools = [_Pool(rows, hits, hidden) for hits in offered]
    taken: set[str] = set()
    picks: list[Pick] = []
    given = [0] * len(interests)
    while len(picks) < k and any(pool.left for pool in pools):
        # Sainte-Lague: whoever has the greatest share for the places got so far.
        turn = max(
            (i for i, pool in enumerate(pools) if pool.left),
            key=lambda i: (interests[i].share / (2 * given[i] + 1), -i),
        )
        hit, vector = pools[turn].take(taken)
        given[turn] += 1
        if hit is None:
            continue
        taken.add(hit.product.id)
        for pool in pools:
            pool.avoid(vector)
        picks.append(_reasoned(engine, rows, interests[turn], turn, hit))
    return tuple(picks)


class _Pool:
    """What one interest may still offer, by maximal marginal relevance."""

    def __init__(self, rows: Rows, hits: Sequence[Hit], hidden: Sequence[str]) -> None:
        self._hits = list(hits)
        self._vectors = rows.centred(hit.product.id for hit in hits) if hits else np.zeros((0, 1), np.float32)
        self._close = np.array([hit.match for hit in hits], dtype=np.float32) / 100
        if hidden and hits:
            self._close -= HIDDEN_WEIGHT * np.maximum(self._vectors @ rows.centred(hidden).T, 0).max(axis=1)
        self._nearest = np.zeros(len(hits), dtype=np.float32)
        self._open = np.ones(len(hits), dtype=bool)

    @property
    def left(self) -> bool:
        return bool(self._open.any())

    def avoid(self, vector: Floats) -> None:
        """Something like it is in the list now."""
        if len(self._hits):
            np.maximum(self._nearest, self._vectors @ vector, out=self._nearest)

    def take(self, taken: Collection[str]) -> tuple[Hit | None, Floats]:
        """The best that is left, with its vector; None when only others' picks were."""
        worth = np.where(self._open, (1 - VARIETY) * self._close - VARIETY * self._nearest, -np.inf)
        for place in np.argsort(-worth, kind="stable").tolist():
            if not self._open[place]:
                break
            self._open[place] = False
            if self._hits[place].product.id not in taken:
                return self._hits[place], self._vectors[place]
        return None, np.zeros(1, np.float32)


def _reasoned(engine: SearchEngine, rows: Rows, interest: Interest, number: int, hit: Hit) -> Pick:
    """With the product of the interest that looks most like it; a search stands for what nobody opened."""
    nearest = int(np.argmax(rows.centred(interest.products) @ rows.centred([hit.product.id])[0]))
    return Pick(hit, engine.product(interest.products[nearest]), interest.text, number)
