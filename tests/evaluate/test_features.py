"""Distances on features of any length, and photos that are cleaned first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.evaluate.test_compare import make_shop
from visearch.config import Settings
from visearch.evaluate import features
from visearch.evaluate.baselines import Backbone
from visearch.evaluate.features import COSINE, EUCLIDEAN, MEDIAN, PLAIN, WIENER
from visearch.models import load_model


def test_the_two_distances_differ_where_lengths_do() -> None:
    gallery = np.array([[10, 0], [1, 0.5], [0, 1]], dtype=np.float32)
    query = np.array([[1, 0]], dtype=np.float32)
    owners = ["far", "near", "other"]
    assert features.rank(gallery, owners, query, COSINE) == [["far", "near", "other"]]
    assert features.rank(gallery, owners, query, EUCLIDEAN) == [["near", "other", "far"]]
    with pytest.raises(ValueError, match="manhattan"):
        features.rank(gallery, owners, query, "manhattan")


def test_a_product_counts_once_by_its_nearest_picture() -> None:
    gallery = np.array([[1, 0], [0.9, 0.1], [0, 1]], dtype=np.float32)
    found = features.rank(gallery, ["a", "a", "b"], gallery[:1], EUCLIDEAN)
    assert found == [["a", "b"]]


def test_filters_take_noise_away_and_leave_even_ground() -> None:
    rng = np.random.default_rng(0)
    noisy = Image.fromarray((128 + rng.normal(0, 20, (200, 300, 3))).clip(0, 255).astype(np.uint8))
    ways = features.treatments()
    spread = {name: np.asarray(clean(noisy)).std() for name, clean in ways.items()}
    assert spread[MEDIAN] < 0.7 * spread[PLAIN] and spread[WIENER] < 0.7 * spread[PLAIN]
    even = Image.new("RGB", (400, 200), (10, 200, 30))
    for clean in ways.values():
        assert clean(even).size == (260, 130) and clean(even).getpixel((50, 50)) == (10, 200, 30)


def test_a_catalogue_is_measured_in_every_way(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", offline=True, runtime="torch")
    shop = make_shop(tmp_path / "shop")
    rows = features.run(str(shop), settings, Backbone(load_model("embedded", settings)))
    assert {(row.distance, row.treatment) for row in rows} == {
        (distance, treatment) for distance in (COSINE, EUCLIDEAN) for treatment in (PLAIN, MEDIAN, WIENER)
    }
    assert all((row.catalog, row.photos) == ("shop", 2) for row in rows)
    plain = next(row for row in rows if (row.distance, row.treatment) == (COSINE, PLAIN))
    assert (plain.hit_1, plain.gain, plain.low, plain.high) == (100, 0, 0, 0)
    assert "| shop | 2 | Euclidean | median 3 x 3 |" in features.to_table(rows)
    (shop / "queries.csv").write_text("query_text,relevant_ids\nred,red\n")
    assert features.run(str(shop), settings, Backbone(load_model("embedded", settings))) == []
