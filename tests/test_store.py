"""What is written is what is read, and what does not fit is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.store_shop import Shop, generations, item, make, opened, png, shop
from tests.toy import ToyEmbedder
from visearch.errors import StoreError
from visearch.models.base import ModelInfo
from visearch.sealed import sealed
from visearch.store import Store

INFO = ToyEmbedder().info


@pytest.fixture()
def home(tmp_path: Path) -> Path:
    make(tmp_path, shop(20), calibrate=lambda vectors, products, rows: {"floor": 0.5})
    return tmp_path


def current(home: Path) -> Path:
    return opened(home).path


def test_round_trip(home: Path) -> None:
    index = opened(home)
    assert [p.id for p in index.products] == [f"p-{i:03d}" for i in range(20)]
    assert index.products[3].attributes == {"n": "3"}
    assert index.vectors.dtype == np.float32 and index.vectors.shape == (20, 8)
    np.testing.assert_allclose(np.linalg.norm(index.vectors, axis=1), 1, atol=1e-6)
    ids, scores = index.index.search(np.array(index.vectors[4:5]), 1)
    assert index.products[index.row_product[ids[0, 0]]].id == "p-004"
    assert scores[0, 0] == pytest.approx(1, abs=1e-6)
    with Image.open(index.thumbnail(index.row_picture[4])) as picture:
        assert (picture.format, picture.size) == ("JPEG", (24, 24))


def test_the_manifest_says_what_it_is(home: Path) -> None:
    manifest = opened(home).manifest
    assert ModelInfo(**{**manifest.model, "languages": tuple(manifest.model["languages"])}) == INFO
    assert (manifest.products, manifest.pictures, manifest.dim, manifest.metric) == (20, 20, 8, "cosine")
    assert manifest.catalog["id"] == "shop" and manifest.calibration == {"floor": 0.5}
    assert manifest.index_kind == "flat" and manifest.index_id == "faiss-flat"
    assert {"numpy", "faiss-cpu", "python"} <= set(manifest.versions)
    assert {"products.jsonl", "vectors.npy", "index/index.json", "index/rows.npy"} == set(manifest.files)


def test_exists_and_list(home: Path) -> None:
    store = Store(home)
    assert store.exists("shop", "toy")
    assert not store.exists("shop", "other") and not store.exists("other", "toy")
    make(home, shop(3, "second"))
    assert [m.catalog["id"] for m in store.list()] == ["second", "shop"]
    assert Store(home / "nowhere").list() == []


def test_without_a_model_the_newest_is_opened(home: Path) -> None:
    make(home, shop(20), ToyEmbedder("later"))
    assert Store(home).open("shop").manifest.model["name"] == "later"


@pytest.mark.parametrize("index_kind", ["exact", "flat", "ivf"])
def test_every_kind_is_found_again(index_kind: str, tmp_path: Path) -> None:
    make(tmp_path, shop(60), index_kind=index_kind)
    index = opened(tmp_path)
    assert index.manifest.index_kind == index_kind
    assert index.manifest.index_id == index.index.id
    assert index.index.search(np.array(index.vectors[:9]), 1)[0].ravel().tolist() == list(range(9))


def test_names_that_look_alike_do_not_meet(tmp_path: Path) -> None:
    store = Store(tmp_path)
    names = ["a/b", "a-b", "a b", "../a", "产品", "商品", "a" * 300]
    folders = {store.folder(name, "toy") for name in names}
    assert len(folders) == len(names)
    assert all(folder.parent == tmp_path / "indexes" and len(folder.name) < 80 for folder in folders)


def test_missing(home: Path) -> None:
    with pytest.raises(StoreError, match="There is no index of 'other'") as caught:
        Store(home).open("other", INFO)
    assert "python -m visearch index other --model toy" in caught.value.hint


def test_indexed_with_another_model(home: Path) -> None:
    with pytest.raises(StoreError, match="indexed with toy, but not with 'big'") as caught:
        Store(home).open("shop", replace(INFO, name="big"))
    assert "python -m visearch index shop --model big" in caught.value.hint


@pytest.mark.parametrize("change", [{"weights": "v2"}, {"preprocessing": "median"}, {"dim": 9}])
def test_made_with_other_weights(home: Path, change: dict[str, str]) -> None:
    other = replace(INFO, **change)  # type: ignore[arg-type]
    with pytest.raises(StoreError) as caught:
        Store(home).open("shop", other)
    assert INFO.fingerprint in caught.value.message and other.fingerprint in caught.value.message
    assert "python -m visearch index shop --model toy" in caught.value.hint


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("name", ["products.jsonl", "vectors.npy", "index/rows.npy", "index/index.json"])
@pytest.mark.parametrize("damage", [cut, flip, Path.unlink])
def test_damage_is_told_and_mended(home: Path, name: str, damage: object) -> None:
    path = current(home)
    damage(path / name)  # type: ignore[operator]
    with pytest.raises(StoreError) as caught:
        opened(home)
    assert "damaged" in caught.value.message and name in caught.value.message
    assert "python -m visearch index shop --model toy" in caught.value.hint
    report = make(home, shop(20))
    assert (report.embedded, report.unchanged) == (0, False)
    assert opened(home).path != path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "manifest cannot be read"),
        ("[]", "manifest cannot be read"),
        ('{"format": 7}', "format 7, this version reads 1"),
    ],
)
def test_a_broken_manifest(home: Path, text: str, told: str) -> None:
    (current(home) / "manifest.json").write_text(text)
    with pytest.raises(StoreError, match=told) as caught:
        opened(home)
    assert "python -m visearch index shop" in caught.value.hint


def test_a_manifest_that_lacks_a_field(home: Path) -> None:
    path = current(home) / "manifest.json"
    record = json.loads(path.read_text())
    del record["fingerprint"]
    path.write_text(json.dumps(sealed(record)))
    with pytest.raises(StoreError, match="not complete"):
        opened(home)


def test_large_files_are_compared_only_when_asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flip(current(home) / "vectors.npy")
    monkeypatch.setattr("visearch.manifest.CHECK_ALL_UP_TO", 0)
    opened(home)
    with pytest.raises(StoreError, match=r"vectors\.npy has the sha256"):
        Store(home).open("shop", INFO, verify=True)


def test_current_points_nowhere(home: Path) -> None:
    (current(home).parent / "CURRENT").write_text("gen-gone\n")
    with pytest.raises(StoreError, match="gen-gone"):
        opened(home)


def test_nothing_is_pickled(home: Path) -> None:
    arrays = [p for p in home.rglob("*.npy") if np.load(p, allow_pickle=False) is not None]
    assert len(arrays) == 2
    assert {p.suffix for p in home.rglob("*") if p.is_file() and "thumbs" not in p.parts} <= {
        ".npy", ".json", ".jsonl", ".sqlite", ".lock", "",
    }  # fmt: skip


def test_the_generation_before_the_current_stays(home: Path) -> None:
    first = opened(home)
    kept = first.vectors.copy()
    for i in range(3):
        make(home, Shop([item(n) for n in range(20 - i)]), force=True)
        assert len(generations(home)) == 2
    np.testing.assert_array_equal(first.vectors, kept)
    assert first.index.search(kept[:1], 1)[0].tolist() == [[0]]


def test_duplicates_share_a_vector_and_stay_two_products(tmp_path: Path) -> None:
    embedder = ToyEmbedder()
    report = make(tmp_path, Shop([item(0), item(1, png(0)), item(2)]), embedder)
    assert (report.products, report.pictures, report.embedded) == (3, 3, 2)
    assert embedder.pictures_seen == 2
    index = opened(tmp_path)
    assert index.row_picture[0] == index.row_picture[1]
    ids, scores = index.index.search(np.array(index.vectors[:1]), 2)
    assert ids.tolist() == [[0, 1]] and scores[0, 0] == scores[0, 1]


def test_several_pictures_a_product(tmp_path: Path) -> None:
    make(tmp_path, Shop([item(0, png(10), png(11), png(10)), item(1), item(2, png(12), png(13))]))
    index = opened(tmp_path)
    assert index.row_product.tolist() == [0, 0, 1, 2, 2]
    assert [len(p.pictures) for p in index.products] == [2, 1, 2]
    assert [sha for p in index.products for sha in p.pictures] == index.row_picture


def test_every_field_comes_back(tmp_path: Path) -> None:
    """Also the values that look like nothing: a price of 0 is not a missing price."""
    values = {
        "price": 0.0,
        "stock": 0,
        "discount": 0.0,
        "rating": 4.5,
        "reviews": 0,
        "title_zh": "红色的包",
        "title": "",
    }
    make(tmp_path, Shop([item(0, **values, attributes={"a": "", "b|c": "ü\n"}), item(1, attributes={})]))
    first, second = opened(tmp_path).products
    assert {name: getattr(first, name) for name in values} == values
    assert first.attributes == {"a": "", "b|c": "ü\n"} and first.list_price is None
    assert second.attributes == {} and second.price is None
