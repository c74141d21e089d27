"""Offers near words, a photo or a taste."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.shop.goods import LOOKS, goods_engine
from visearch.engine import SearchEngine
from visearch.errors import QueryError
from visearch.shop.offers import offers_for, offers_near
from visearch.shop.taste import Event, interests_of

MUG = Image.new("RGB", (32, 32), LOOKS["Mugs"][1])


def test_only_what_is_off_in_stock_and_close(tmp_path: Path) -> None:
    engine = goods_engine(tmp_path, {"mugs-1": {"stock": 0}})
    found = offers_near(engine, image=MUG)
    assert {one.hit.product.id for one in found if one.hit.product.subcategory == "Mugs"} == {
        f"mugs-{i}" for i in (2, 4, 5, 7)
    }
    assert all(one.discount == one.hit.product.discount > 0 and one.hit.close for one in found)


def test_the_slider_goes_from_closeness_to_discount(goods: SearchEngine) -> None:
    close, cheap = offers_near(goods, image=MUG, weight=0), offers_near(goods, image=MUG, weight=1)
    matches = [one.hit.match for one in close]
    assert matches == sorted(matches, reverse=True)
    plain = [one.discount for one in close]
    assert [one.discount for one in cheap] == sorted(plain, reverse=True) != plain
    assert [one.worth for one in close] == matches


def test_what_none_beats_is_marked(goods: SearchEngine) -> None:
    found = offers_near(goods, image=MUG)
    for one in found:
        beaten = any(
            (other.hit.match, other.discount) != (one.hit.match, one.discount)
            and other.hit.match >= one.hit.match
            and other.discount >= one.discount
            for other in found
        )
        assert one.best is not beaten
    assert 0 < sum(one.best for one in found) < len(found)


def test_near_a_taste_and_without_one(goods: SearchEngine) -> None:
    interests = interests_of(goods, [Event("view", "boots-0"), Event("view", "plates-0")])
    assert {one.hit.product.subcategory for one in offers_for(goods, interests)} == {"Boots", "Plates"}
    everything = offers_for(goods, [], 100)
    assert len(everything) == 25 and [one.discount for one in everything[:10]] == [20] * 10


def test_a_shop_without_offers_has_none(tmp_path: Path) -> None:
    engine = goods_engine(tmp_path, {f"{kind.lower()}-{i}": {"discount": None} for kind in LOOKS for i in range(8)})
    assert offers_near(engine, image=MUG) == () == offers_near(engine)


@pytest.mark.parametrize("weight", [-0.1, 1.1])
def test_bad_weights_are_told(goods: SearchEngine, weight: float) -> None:
    with pytest.raises(QueryError, match="between 0 and 1"):
        offers_near(goods, image=MUG, weight=weight)
