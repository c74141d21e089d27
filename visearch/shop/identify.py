"""Which product a customer's photo shows, and how sure that is: a choice among the nearest and "none of ours".

The photo is asked three ways: whole, by its main box, and by both together. A candidate i has the features x_i of
`features`, and

    chance(i) = exp(w . x_i) / (exp(b) + sum over j of exp(w . x_j)),    chance(none) = exp(b) / (the same),

a conditional logit with an outside option (McFadden, Conditional Logit Analysis of Qualitative Choice Behavior, 1974).
So the score, its distance to the next product and what the three ways agree on all count, and the chances of all
candidates and of "not in our catalogue" sum to 1. `python -m visearch.evaluate.workflows identify` fits WEIGHTS anew on
half A of the photos and prints them, and reports how often half B is right at each chance of those in use.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PIL import Image

from visearch.barcode import Code
from visearch.engine import SearchEngine
from visearch.images import padded
from visearch.look import CONTEXT, LEAST_SIDE, ROOM
from visearch.types import Box, Hit, Product, Query

Floats = npt.NDArray[np.float64]

WAYS = ("both", "box", "whole")
"""Main box and whole photo together, the box alone, the whole photo."""
FEATURES = (*WAYS, *(f"first of {way}" for way in WAYS))
DEPTH = 10
"""Products that each way brings in."""

SURE = 0.8
"""Chance from which a product is named."""
ABSENT = 0.5
"""Chance of "none of ours" from which that is said."""


@dataclass(frozen=True)
class Weights:
    """`of` has one number a feature of FEATURES (matches count in tens), `outside` is b."""

    of: tuple[float, ...]
    outside: float


WEIGHTS = Weights((-0.256, 0.239, 1.503, 0.203, 0.732, 0.847), 8.327)
"""Fitted on half A of the sample's photos, damaged and not, and of photos of other things, which are a quarter."""


@dataclass(frozen=True)
class Candidate:
    """A product that it may be. `hit.match` is that of box and whole photo together; `chance` in [0, 1]."""

    hit: Hit
    chance: float

    @property
    def product(self) -> Product:
        return self.hit.product


@dataclass(frozen=True)
class Identified:
    """The candidates, the likeliest first. `verdict` is one of

    - "code": a barcode in the photo names the first one, whose chance is 1,
    - "sure": the first one's chance is at least SURE,
    - "absent": the chance `none` that it is no product of ours is at least ABSENT,
    - "choose": neither; a person looks at the candidates.

    `code` is the text of the barcode that was read, also of one that is not in the catalogue; `box` what of the photo
    was taken for the thing, None for all of it.
    """

    verdict: str
    candidates: tuple[Candidate, ...]
    none: float
    code: str = ""
    box: Box | None = None


def identify(
    engine: SearchEngine,
    image: Image.Image,
    boxes: Sequence[Box] = (),
    codes: Sequence[Code] = (),
    k: int = 6,
    without: Collection[str] = (),
    weights: Weights = WEIGHTS,
) -> Identified:
    """The product of an upright RGB photo, given what a detector and a reader of barcodes found in it.

    `without` are ids of products that have no say, as if they were not in the catalogue. Raises PictureError when the
    first box leaves nothing of the photo.
    """
    box = main_box(boxes)
    return identified(engine, ways_of(engine, image, box, without), box, codes, k, without, weights)


def main_box(boxes: Sequence[Box]) -> Box | None:
    """The box that is asked: the first that a detector found, with some room around it."""
    return padded(boxes[0], ROOM, LEAST_SIDE) if boxes else None


def identified(
    engine: SearchEngine,
    found: Mapping[str, Sequence[Hit]],
    box: Box | None,
    codes: Sequence[Code] = (),
    k: int = 6,
    without: Collection[str] = (),
    weights: Weights = WEIGHTS,
) -> Identified:
    """As `identify`, from what `ways_of` found for the photo and its `main_box`."""
    hits, table = features(found)
    chances, none = chances_of(table, weights)
    order = sorted(range(len(hits)), key=lambda i: (-chances[i], hits[i].product.id))
    ranked = tuple(Candidate(hits[i], float(chances[i])) for i in order)
    verdict = "absent" if none >= ABSENT or not ranked else "sure" if ranked[0].chance >= SURE else "choose"
    answer = Identified(verdict, ranked[:k], none, codes[0].text if codes else "", box)
    return _by_code(engine, answer, ranked, codes, k, without)


def _by_code(
    engine: SearchEngine,
    answer: Identified,
    ranked: Sequence[Candidate],
    codes: Sequence[Code],
    k: int,
    without: Collection[str],
) -> Identified:
    """A code on the thing says more than its looks do."""
    for code in codes:
        named = [product for product in engine.by_code(code.text) if product.id not in without]
        if not named:
            continue
        known = {one.product.id: one.hit for one in ranked}
        first = tuple(Candidate(known.get(p.id) or _bare(p), 1.0 / len(named)) for p in named)
        ids = {product.id for product in named}
        rest = tuple(replace(one, chance=0.0) for one in ranked if one.product.id not in ids)
        verdict = "code" if len(named) == 1 else "choose"
        return replace(answer, verdict=verdict, candidates=(*first, *rest)[:k], none=0.0, code=code.text)
    return answer


def _bare(product: Product) -> Hit:
    return Hit(product, 0.0, 0.0, True, product.pictures[0] if product.pictures else "")


def ways_of(
    engine: SearchEngine, image: Image.Image, box: Box | None, without: Collection[str] = ()
) -> Mapping[str, tuple[Hit, ...]]:
    """What each way of asking finds, best first, at most DEPTH."""
    whole = Query(image=image, k=DEPTH + len(without))
    asked = dict.fromkeys(WAYS, whole)
    if box is not None:
        asked["box"] = replace(whole, box=box)
        asked["both"] = replace(whole, box=box, weights={"context": CONTEXT})
    found = {way: engine.search(query).hits for way, query in asked.items()}
    kept = {way: [hit for hit in hits if hit.product.id not in without] for way, hits in found.items()}
    return {way: tuple(hits[:DEPTH]) for way, hits in kept.items()}


def features(found: Mapping[str, Sequence[Hit]]) -> tuple[list[Hit], Floats]:
    """The candidates of all ways, and float64 (candidates, len(FEATURES)): matches in tens, then who came first.

    What a way did not bring has that way's last match.
    """
    hits = {hit.product.id: hit for way in reversed(WAYS) for hit in found[way]}
    table = np.zeros((len(hits), len(FEATURES)))
    for column, way in enumerate(WAYS):
        matches = {hit.product.id: hit.match for hit in found[way]}
        least = min(matches.values(), default=0.0)
        table[:, column] = [matches.get(i, least) / 10 for i in hits]
        first = found[way][0].product.id if found[way] else ""
        table[:, len(WAYS) + column] = [i == first for i in hits]
    return list(hits.values()), table


def chances_of(table: Floats, weights: Weights = WEIGHTS) -> tuple[Floats, float]:
    """The chance of each candidate, and that of none of them, of features (candidates, len(FEATURES))."""
    worth = np.append(table @ np.array(weights.of), weights.outside)
    shares = np.exp(worth - worth.max())
    shares /= shares.sum()
    return shares[:-1], float(shares[-1])
