"""The map: same vectors, same map; neighbours stay neighbours; kept for one index only."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.evaluate.shop import toy_engine
from tests.toy import ToyCatalog
from visearch.insights import atlas as module
from visearch.insights.atlas import FILE, Atlas, atlas, make_atlas, product_vectors, read_atlas
from visearch.insights.cartographer import OTHER, Cartographer, grouped, to_json
from visearch.types import Product


def clouds(each: int, seed: int = 0) -> np.ndarray:
    """Three far groups of `each` unit vectors."""
    rng = np.random.default_rng(seed)
    rows = np.concatenate([np.eye(8)[i] + 0.05 * rng.normal(size=(each, 8)) for i in range(3)])
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def made_of(vectors: np.ndarray) -> Atlas:
    return make_atlas(len(vectors), lambda positions: vectors[positions])


def test_groups_stay_together_inside_the_frame() -> None:
    made = made_of(clouds(20))
    assert made.points.shape == (60, 2) and made.laid_out == 60 and made.left_out == 0
    assert made.points.min() >= -1e-6 and made.points.max() <= 1 + 1e-6
    centres = [made.points[i * 20 : i * 20 + 20].mean(axis=0) for i in range(3)]
    own = max(np.linalg.norm(made.points[i * 20 : i * 20 + 20] - centres[i], axis=1).mean() for i in range(3))
    between = min(np.linalg.norm(centres[a] - centres[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    assert between > 2 * own


def test_the_same_vectors_give_the_same_map() -> None:
    first, second = made_of(clouds(10)), made_of(clouds(10))
    np.testing.assert_array_equal(first.points, second.points)


def test_beyond_the_most_the_rest_lies_between_neighbours_or_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LAID_OUT", 30)
    monkeypatch.setattr(module, "MOST", 50)
    vectors = clouds(20)
    made = made_of(vectors)
    assert (made.laid_out, len(made.positions), made.left_out) == (30, 50, 10)
    assert len(set(made.positions.tolist())) == 50
    # Each of the rest is nearest to a placed product of its own cloud.
    placed, group = made.points[:30], made.positions // 20
    for point, own in zip(made.points[30:], group[30:], strict=True):
        assert group[:30][np.linalg.norm(placed - point, axis=1).argmin()] == own


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6])
def test_few_products_have_a_map_too(n: int) -> None:
    points = made_of(clouds(2)[:n]).points
    assert points.shape == (n, 2) and np.isfinite(points).all()


def test_the_map_is_kept_beside_the_index_and_belongs_to_it(tmp_path: Path) -> None:
    opened = toy_engine(tmp_path).opened
    stages: list[str] = []
    made = atlas(opened, stages.append)
    assert stages == ["reducing", "placing", "filling"]
    again = atlas(opened, stages.append)
    assert len(stages) == 3
    np.testing.assert_allclose(again.points, made.points, atol=1e-4)
    record = json.loads((opened.path / FILE).read_text("utf-8"))
    (opened.path / FILE).write_text(json.dumps({**record, "key": "of another index"}), "utf-8")
    assert read_atlas(opened) is None


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"format": 1}'])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: bytes) -> None:
    opened = toy_engine(tmp_path).opened
    made = atlas(opened)
    (opened.path / FILE).write_bytes(damage)
    assert read_atlas(opened) is None
    np.testing.assert_array_equal(atlas(opened).points, made.points)


def test_a_product_lies_where_the_mean_of_its_pictures_does(tmp_path: Path) -> None:
    opened = toy_engine(tmp_path).opened
    np.testing.assert_allclose(product_vectors(opened, np.arange(12)), opened.vectors, atol=1e-5)
    np.testing.assert_allclose(product_vectors(opened, np.array([7, 2])), opened.vectors[[7, 2]], atol=1e-5)
    two = replace(opened, row_product=np.repeat(np.arange(6), 2))
    mean = product_vectors(two, np.array([3]))[0]
    np.testing.assert_allclose(mean, unit(opened.vectors[6] + opened.vectors[7]), atol=1e-5)


def test_the_cartographer_begins_once_and_answers_when_it_is_done(tmp_path: Path) -> None:
    opened, maker = toy_engine(tmp_path).opened, Cartographer()
    assert maker.ask(opened).atlas is None
    maker.wait(60)
    drawn = maker.ask(opened).atlas
    assert drawn is not None and len(drawn.positions) == 12
    told = to_json(drawn, opened.products, [p.title for p in opened.products])
    assert told["groups"] == ["Bags", "Mugs"] and told["counts"] == [6, 6] and told["others"] == 0
    assert len({len(told[name]) for name in ("x", "y", "group", "id", "title", "picture")}) == 1
    other = toy_engine(tmp_path / "b", ToyCatalog(6, "other")).opened
    maker.ask(other)
    maker.wait(60)
    assert len(maker.ask(other).atlas.positions) == 6  # type: ignore[union-attr]


def test_eight_categories_have_a_group_and_the_others_share_one() -> None:
    products = [Product(f"{c}{i}", category=c) for c in "abcdefghij" for i in range(3 if c == "j" else 2)]
    names, groups = grouped([*products, Product("x")])
    assert names == ["j", "a", "b", "c", "d", "e", "f", "g"]
    assert [groups[products.index(p)] for p in products if p.category in "hi"] == [OTHER] * 4 and groups[-1] == OTHER


def test_one_category_is_told_apart_by_subcategories() -> None:
    names, _ = grouped([Product("1", category="Home", subcategory="Vases"), Product("2", category="Home")])
    assert names == ["Home", "Vases"]
