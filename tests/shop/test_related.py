"""What stands beside a product: the like, other colours, cheaper ones, and what goes with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shop.goods import COLORS, goods_engine, kinds
from visearch.engine import SearchEngine
from visearch.errors import QueryError
from visearch.shop.company import learn
from visearch.shop.related import SAVING, Titles, cheaper, goes_with, other_colors, related
from visearch.types import Product


def ids(hits: object) -> list[str]:
    return [hit.product.id for hit in hits]  # type: ignore[attr-defined]


def test_other_colours_are_of_the_kind_and_never_the_own_colour(goods: SearchEngine) -> None:
    found = other_colors(goods, goods.product("mugs-0"))
    assert set(kinds(ids(found))) == {"mugs"}
    assert {hit.product.color for hit in found} == set(COLORS) - {"red"}


def test_titles_that_say_the_same_but_for_the_colour_come_first(goods: SearchEngine) -> None:
    # "Tall red mug": the other tall ones first, although low ones look as close.
    assert {hit.product.title.split()[0] for hit in other_colors(goods, goods.product("mugs-0"))[:3]} == {"Tall"}
    titles = Titles(goods)
    tall, green, low = (goods.product(one) for one in ("mugs-0", "mugs-1", "mugs-4"))
    assert titles.alike(tall, green) == 1 > titles.alike(tall, low) > titles.alike(tall, goods.product("sofas-4"))


def test_cheaper_ones_save_enough_and_are_in_stock(tmp_path: Path) -> None:
    changes = {"lamps-0": {"stock": 0}, "lamps-1": {"currency": "EUR"}, "lamps-5": {"price": 64.0}}
    engine = goods_engine(tmp_path, changes)
    found = cheaper(engine, engine.product("lamps-6"))
    assert {one.hit.product.id for one in found} == {f"lamps-{i}" for i in (2, 3, 4)}
    assert all(one.saving == pytest.approx(1 - one.hit.product.price / 70) for one in found) and SAVING < 0.2
    assert cheaper(engine, engine.product("lamps-0")) == ()


def test_what_goes_with_it_is_of_other_kinds_and_says_why(goods: SearchEngine) -> None:
    found = goes_with(goods, goods.product("sofas-2"))
    by_kind = {one.kind: one for one in found}
    assert "Sofas" not in by_kind and len(by_kind) == len(found)
    # Both scenes show a sofa with a lamp, always the same one.
    assert found[0].kind == "Lamps" and found[0].hit.product.id == "lamps-1"
    assert (found[0].scenes, found[0].of) == (2, 2)
    assert (by_kind["Plates"].scenes, "Boots" in by_kind) == (1, False)


def test_without_scenes_the_categories_are_what_is_known(tmp_path: Path) -> None:
    engine = goods_engine(tmp_path, {f"plates-{i}": {"stock": 0} for i in range(8)}, tables=False)
    found = goes_with(engine, engine.product("sofas-2"))
    assert [(one.kind, one.scenes) for one in found] == [("Lamps", 0)]
    # Out of stock is no company.
    assert goes_with(engine, engine.product("mugs-0")) == ()


def test_a_product_without_a_kind_has_only_its_likes(tmp_path: Path) -> None:
    bare = {"boots-3": {"category": "", "subcategory": "", "color": "", "price": None}}
    found = related(goods_engine(tmp_path, bare), "boots-3", 4)
    assert found.similar and (found.colors, found.cheaper, found.goes) == ((), (), ())


def test_unknown_products_are_told(goods: SearchEngine) -> None:
    with pytest.raises(QueryError, match="no product 'none'"):
        related(goods, "none")


def test_a_kind_that_looks_like_another_has_its_company() -> None:
    import numpy as np

    products = [Product(name, subcategory=name) for name in ("sofa", "armchair", "rug", "boot")]
    means = {name: np.eye(4, dtype=np.float32)[i] for i, name in enumerate(("sofa", "armchair", "rug", "boot"))}
    means["armchair"] = (means["sofa"] + 0.3 * means["armchair"]).astype(np.float32)
    company = learn(products, means, [("sofa", "rug"), ("sofa", "rug", "unknown")])
    assert company.together("rug", "sofa") == 2 and company.together("armchair", "rug") == 0
    scores = dict(company.of("armchair"))
    assert scores["rug"] > scores["boot"] == pytest.approx(np.log(0.05))
    assert company.scenes == 2 and company.shown["rug"] == 2 and "armchair" not in scores


def test_a_photo_of_half_the_shop_is_no_scene() -> None:
    import numpy as np

    products = [Product(f"{i}", subcategory="ab"[i % 2]) for i in range(40)]
    means = {name: np.ones(2, dtype=np.float32) for name in "ab"}
    assert learn(products, means, [[one.id for one in products]]).scenes == 0
