"""The match that people see: monotone in the raw score, low for strangers, 100 for the same picture."""

from __future__ import annotations

import numpy as np

from tests.toy import ToyEmbedder
from visearch.calibration import FLOOR, Calibration, match, measure
from visearch.types import Product

RNG = np.random.default_rng(3)


def _catalog(kinds: int, each: int) -> tuple[np.ndarray, list[Product]]:
    centres = RNG.normal(size=(kinds, 8))
    rows = np.repeat(centres, each, axis=0) + 0.15 * RNG.normal(size=(kinds * each, 8))
    vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return vectors, [Product(f"{i}", title="thing", category=f"kind {i // each}") for i in range(kinds * each)]


def test_same_kind_is_close_and_a_stranger_is_not() -> None:
    vectors, products = _catalog(12, 8)
    calibration = measure(vectors, products, np.arange(len(products)), ToyEmbedder())
    anchors = calibration.anchors(1.0, 0.0)
    assert match(np.array([vectors[0] @ vectors[0]]), anchors)[0] > 99
    assert match(np.array([vectors[0] @ vectors[1]]), anchors)[0] > FLOOR
    assert match(np.array([np.median(vectors @ vectors.T)]), anchors)[0] < 10


def test_match_is_monotone_for_photos_words_and_mixtures() -> None:
    scores = np.linspace(-1, 1, 201)
    for photo, text in ((1.0, 0.0), (0.0, 1.0), (0.6, 1.4)):
        matches = match(scores, Calibration().anchors(photo, text))
        assert (np.diff(matches) >= 0).all() and matches.min() >= 0 and matches.max() <= 100


def test_look_alikes_only_still_give_increasing_anchors() -> None:
    vectors = np.tile(np.eye(8, dtype=np.float32)[0], (10, 1))
    products = [Product(str(i), title="same") for i in range(10)]
    anchors = measure(vectors, products, np.arange(10), ToyEmbedder()).anchors(1.0, 0.0)
    assert (np.diff(anchors) > 0).all()


def test_calibration_survives_the_manifest() -> None:
    vectors, products = _catalog(3, 4)
    calibration = measure(vectors, products, np.arange(len(products)), ToyEmbedder())
    assert Calibration.from_dict(calibration.to_dict()) == calibration


def _near(vector: np.ndarray, share: float, count: int) -> list[np.ndarray]:
    """Photos whose cosine with `vector` is about `share`, one view each."""
    aside = RNG.normal(size=(count, 8))
    aside -= (aside @ vector)[:, None] * vector
    aside /= np.linalg.norm(aside, axis=1, keepdims=True)
    shares = np.clip(share + 0.02 * RNG.normal(size=(count, 1)), -1, 1)
    rows = shares * vector + np.sqrt(1 - shares**2) * aside
    return [row[None].astype(np.float32) for row in rows]


def test_photos_of_other_things_lower_a_floor_that_look_alikes_set_too_high() -> None:
    """Every product looks like every other; what customers send is further away, and strangers are further still."""
    centre = np.eye(8, dtype=np.float32)[0]
    rows = centre + 0.1 * RNG.normal(size=(120, 8))
    vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    products = [Product(str(i), title="thing", category=f"kind {i % 6}") for i in range(120)]
    strangers = _near(centre, 0.3, 40)
    alone = measure(vectors, products, np.arange(120), ToyEmbedder())
    low, floor, *_ = measure(vectors, products, np.arange(120), ToyEmbedder(), strangers).photo
    assert low <= floor <= alone.photo[1]
    # As low as the median of random pairs allows, which is the match of 0.
    assert floor < 0.95 * alone.photo[1] or floor - low < 0.01


def test_in_a_varied_catalogue_the_lower_floor_counts() -> None:
    vectors, products = _catalog(30, 4)
    alone = measure(vectors, products, np.arange(120), ToyEmbedder()).photo[1]
    near, far = _near(vectors[0], 0.97, 40), [-row for row in _near(vectors[0], 0.97, 40)]
    assert measure(vectors, products, np.arange(120), ToyEmbedder(), near).photo[1] <= alone
    assert measure(vectors, products, np.arange(120), ToyEmbedder(), far).photo[1] <= alone


def test_a_small_catalogue_is_measured_by_strangers_alone() -> None:
    vectors, products = _catalog(3, 3)
    strangers = _near(vectors[0], 0.95, 40)
    alone = measure(vectors, products, np.arange(9), ToyEmbedder()).photo[1]
    floor = measure(vectors, products, np.arange(9), ToyEmbedder(), strangers).photo[1]
    assert floor != alone and 0.93 < floor <= 1
    best = [float((vectors @ one[0]).max()) for one in strangers]
    assert np.mean(np.array(best) >= floor) <= 0.15


def test_a_few_strangers_that_it_sells_do_not_move_the_floor() -> None:
    vectors, products = _catalog(3, 3)
    others = _near(vectors[0], 0.7, 60)
    floor = measure(vectors, products, np.arange(9), ToyEmbedder(), others).photo[1]
    with_sold = measure(vectors, products, np.arange(9), ToyEmbedder(), [*others, *[vectors[:1]] * 4]).photo[1]
    assert abs(with_sold - floor) < 0.05
