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
