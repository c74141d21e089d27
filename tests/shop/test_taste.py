"""For you: interests from what a visitor did, a varied list with reasons, and a front page for strangers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.shop.goods import goods_engine, kinds
from visearch.engine import SearchEngine
from visearch.errors import QueryError
from visearch.shop.front import front_page
from visearch.shop.taste import HALF_LIFE_DAYS, Event, for_you, interests_of


def view(*products: str, age: float = 0.0) -> list[Event]:
    return [Event("view", one, age_days=age) for one in products]


def shown(engine: SearchEngine, events: list[Event], k: int = 8, **more: object) -> list[str]:
    return [pick.hit.product.id for pick in for_you(engine, events, k, **more).picks]  # type: ignore[arg-type]


def test_two_interests_are_two_and_not_one_average(goods: SearchEngine) -> None:
    events = view("sofas-0", "sofas-1", "mugs-0", "mugs-1")
    interests = interests_of(goods, events)
    assert sorted(sorted(one.products) for one in interests) == [["mugs-0", "mugs-1"], ["sofas-0", "sofas-1"]]
    assert [one.share for one in interests] == pytest.approx([0.5, 0.5])
    assert Counter(kinds(shown(goods, events))) == {"sofas": 4, "mugs": 4}


def test_places_follow_weight_and_weight_fades(goods: SearchEngine) -> None:
    saved = [Event("save", "sofas-0"), *view("mugs-0")]
    assert Counter(kinds(shown(goods, saved, 5))) == {"sofas": 4, "mugs": 1}
    old = [*view("mugs-0"), Event("save", "sofas-0", age_days=4 * HALF_LIFE_DAYS)]
    assert interests_of(goods, old)[0].products == ("mugs-0",)
    half = interests_of(goods, [*view("mugs-0"), *view("sofas-0", age=HALF_LIFE_DAYS)])
    assert half[0].share == pytest.approx(2 / 3)


def test_what_was_seen_or_hidden_is_not_shown_again(goods: SearchEngine) -> None:
    found = shown(goods, view("mugs-0", "mugs-1"), 20, hidden=["mugs-2"])
    assert found and not {"mugs-0", "mugs-1", "mugs-2"} & set(found)


def test_every_pick_says_why(goods: SearchEngine) -> None:
    picks = for_you(goods, [*view("boots-0"), Event("search", text="blue mug")], 6).picks
    reasons = {pick.hit.product.subcategory: pick for pick in picks}
    boots = reasons["Boots"]
    assert boots.because is not None and boots.because.id == "boots-0" and boots.text == ""
    assert any(pick.text == "blue mug" for pick in picks)


def test_out_of_stock_and_other_catalogues_are_passed_over(tmp_path: Path) -> None:
    engine = goods_engine(tmp_path, {f"mugs-{i}": {"stock": 0} for i in range(1, 8)})
    assert "mugs" not in kinds(shown(engine, view("mugs-0"), 20))
    assert shown(engine, view("of-another-shop")) == [hit.product.id for hit in front_page(engine, 8)]


def test_a_stranger_sees_one_of_every_kind_first(goods: SearchEngine) -> None:
    first = [hit.product.id for hit in front_page(goods, 10)]
    assert len(set(kinds(first[:5]))) == 5 and Counter(kinds(first)) == dict.fromkeys(kinds(first[:5]), 2)
    # Well rated ones: the rating of a kind grows with the number.
    assert all(int(one.partition("-")[2]) >= 4 for one in first[:5])
    assert (
        first
        == [hit.product.id for hit in front_page(goods, 10)]
        != [hit.product.id for hit in front_page(goods, 10, 3)]
    )


def test_hidden_products_leave_the_front_page_full(goods: SearchEngine) -> None:
    first = shown(goods, [], 6)
    assert len(shown(goods, [], 6, hidden=first[:2])) == 6 and not set(first[:2]) & set(
        shown(goods, [], 6, hidden=first[:2])
    )


def test_a_front_page_without_ratings(tmp_path: Path) -> None:
    bare = {
        f"{kind}-{i}": {"rating": None, "reviews": None}
        for kind in ("sofas", "lamps", "mugs", "plates", "boots")
        for i in range(8)
    }
    assert len(front_page(goods_engine(tmp_path, bare), 24)) == 24


def test_bad_questions_are_told(goods: SearchEngine) -> None:
    with pytest.raises(QueryError, match="no event 'stare'"):
        for_you(goods, [Event("stare", "mugs-0")])
    with pytest.raises(QueryError, match="k is 0"):
        for_you(goods, [], 0)
