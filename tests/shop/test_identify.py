"""Which product a photo shows: chances, barcodes, what is left out, and the support texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.ui.still import engine_of
from visearch.barcode import Code
from visearch.engine import SearchEngine
from visearch.errors import CatalogError
from visearch.images import load_image
from visearch.shop.identify import FEATURES, WAYS, Weights, chances_of, features, identify
from visearch.shop.identify_json import identified_to_json
from visearch.shop.identify_support import Support, SupportText, read_support
from visearch.types import Box, Hit, Product

SURE_OF_LOOKS = Weights((1.0, 1.0, 8.0, 0.0, 0.0, 6.0), 30.0)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return engine_of(tmp_path_factory.mktemp("identify"))


def picture(engine: SearchEngine, product_id: str) -> Image.Image:
    return load_image(engine.opened.thumbnail(engine.product(product_id).pictures[0]))


def test_the_products_own_picture_names_it_and_chances_sum_to_one(engine: SearchEngine) -> None:
    found = identify(engine, picture(engine, "p-007"), k=10, weights=SURE_OF_LOOKS)
    assert found.candidates[0].product.id == "p-007" and found.box is None
    assert sum(one.chance for one in found.candidates) + found.none == pytest.approx(1, abs=0.02)
    assert [one.chance for one in found.candidates] == sorted((c.chance for c in found.candidates), reverse=True)


def test_a_product_that_has_no_say_is_no_candidate(engine: SearchEngine) -> None:
    found = identify(engine, picture(engine, "p-007"), without={"p-007"})
    assert found.candidates and "p-007" not in {one.product.id for one in found.candidates}


def test_what_is_like_nothing_is_absent(engine: SearchEngine) -> None:
    found = identify(engine, picture(engine, "p-007"), weights=Weights((0.0,) * len(FEATURES), 20.0))
    assert found.verdict == "absent" and found.none > 0.99


def test_a_barcode_says_more_than_looks(engine: SearchEngine) -> None:
    code = Code("p-003", "EAN-13", Box(0, 0, 9, 9))
    found = identify(engine, picture(engine, "p-007"), codes=(code,))
    assert (found.verdict, found.candidates[0].product.id, found.code) == ("code", "p-003", "p-003")
    stranger = identify(engine, picture(engine, "p-007"), codes=(replace(code, text="4006381333931"),))
    assert stranger.verdict != "code" and stranger.code == "4006381333931"
    left_out = identify(engine, picture(engine, "p-007"), codes=(code,), without={"p-003"})
    assert left_out.verdict != "code" and "p-003" not in {one.product.id for one in left_out.candidates}


def test_features_keep_who_came_first_and_fill_what_a_way_did_not_bring() -> None:
    a, b = (Hit(Product(id=i), 0.5, match) for i, match in (("a", 80.0), ("b", 60.0)))
    hits, table = features({"both": (a,), "box": (b, a), "whole": (b,)})
    row = {hit.product.id: table[i] for i, hit in enumerate(hits)}
    assert row["a"].tolist() == [8.0, 8.0, 6.0, 1.0, 0.0, 0.0]
    assert row["b"].tolist() == [8.0, 6.0, 6.0, 0.0, 1.0, 1.0]
    assert table.shape == (2, 2 * len(WAYS))


def test_a_greater_lead_is_a_greater_chance() -> None:
    weights = Weights((1.0, 0, 0, 0, 0, 0), 0.0)
    near = np.array([[8.0, 0, 0, 0, 0, 0], [7.5, 0, 0, 0, 0, 0]])
    far = np.array([[8.0, 0, 0, 0, 0, 0], [3.0, 0, 0, 0, 0, 0]])
    assert chances_of(far, weights)[0][0] > chances_of(near, weights)[0][0] > 0.5
    assert chances_of(far - 20, weights)[1] > 0.99


def test_support_texts_of_the_kind_come_before_those_of_its_category() -> None:
    support = Support([SupportText("Kitchen", "", "all"), SupportText("kitchen ", "Mugs", "mugs", "杯子")])
    texts = support.of(Product(id="1", category="Kitchen", subcategory="MUGS"))
    assert [text.text for text in texts] == ["mugs", "all"]
    assert (texts[0].said("zh"), texts[1].said("zh")) == ("杯子", "all")
    assert [t.text for t in support.of(Product(id="2", category="Kitchen"))] == ["all"]
    assert not support.of(Product(id="3", category="Shoes"))


def test_a_support_table_is_read_and_a_broken_one_says_so(tmp_path: Path) -> None:
    path = tmp_path / "support.csv"
    path.write_text("category,subcategory,text,text_zh\nKitchen,,Wash it.,请清洗。\nKitchen,Mugs,,\n", "utf-8-sig")
    assert read_support(path) == [SupportText("Kitchen", "", "Wash it.", "请清洗。")]
    path.write_text("kind,said\nKitchen,x\n", "utf-8")
    with pytest.raises(CatalogError, match="lacks a column"):
        read_support(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogError, match="cannot be read"):
        read_support(path)


def test_the_document_has_chances_and_no_more_than_was_asked(engine: SearchEngine) -> None:
    document = identified_to_json(engine, identify(engine, picture(engine, "p-001"), k=3), lambda sha: f"t/{sha}")
    assert len(document["candidates"]) == 3 and document["support"] == []
    assert all(0 <= one["chance"] <= 1 and one["image"].startswith("t/") for one in document["candidates"])
