"""Highlights of reviews: how much of what the others say two of them say, beside the two newest and two at random.

For every product of the sample with its look-alikes (ten reviews or more together, one language): the mean over all
reviews that were not chosen of the cosine of their TF-IDF vector to the nearest chosen one. The sample's reviews are
invented, so the figure says how the choice works and nothing about a real shop.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import numpy as np

from visearch.evaluate.workflows import Row, engine_for
from visearch.shop.reviews import CHOSEN, Review, highlights, near, reviews_of, vectors_of

LEAST = 10


def measure(home: Path, shared: Path) -> list[Row]:
    """One figure beside two baselines."""
    engine = engine_for(home, "sample")
    by_product, rng = reviews_of(engine).by_product, np.random.default_rng(0)
    found: dict[str, list[float]] = {"ours": [], "the newest": [], "random": []}
    for product in engine.opened.products:
        ids = [product.id, *(hit.product.id for hit in near(engine, product.id).lookalikes)]
        said = [one for i in ids for one in by_product.get(i, ()) if one.language == "en"]
        if len(said) < LEAST:
            continue
        texts = [one.text for one in highlights(said)]
        newest = sorted(range(len(said)), key=lambda i: said[i].date, reverse=True)[:CHOSEN]
        found["ours"].append(_said(said, [i for i, one in enumerate(said) if one.text in texts]))
        found["the newest"].append(_said(said, newest))
        found["random"].append(_said(said, rng.choice(len(said), CHOSEN, replace=False).tolist()))
    value, n = f"{fmean(found.pop('ours')):.3f}", f"{len(found['random'])} products with look-alikes"
    figure = "cosine of a review to the nearest of two highlights"
    return [Row("reviews", figure, value, name, f"{fmean(values):.3f}", n) for name, values in found.items()]


def _said(reviews: Sequence[Review], chosen: Sequence[int]) -> float:
    vectors = vectors_of([one.text for one in reviews])
    others = [i for i in range(len(reviews)) if i not in chosen]
    return float((vectors[others] @ vectors[list(chosen)].T).max(axis=1).mean()) if others and chosen else 0.0
