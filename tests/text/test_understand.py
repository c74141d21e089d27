"""What is read from a shopper's words: hard limits, preferences, and what is left to search with."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from tests.text.shop import products, understanding
from visearch.filters import ProductTable
from visearch.text.understand import Understanding

SHOP = understanding()


def keys(query: str, shop: Understanding = SHOP) -> list[str]:
    return [term.key for term in shop.of(query).terms]


def hard(query: str, shop: Understanding = SHOP) -> list[str]:
    return [term.key for term in shop.of(query).terms if term.hard]


@pytest.mark.parametrize(
    ("query", "key", "left"),
    [
        ("mugs under 50", "price:..50", "mugs"),
        ("mugs below $20", "price:..20", "mugs"),
        ("less than 15.50 dollars", "price:..15.5", ""),
        ("no more than 30 usd", "price:..30", ""),
        ("mug cheaper than 20", "price:..20", "mug"),
        ("mug < 15", "price:..15", "mug"),
        ("mug, max $15", "price:..15", "mug"),
        ("20 dollars or less", "price:..20", ""),
        ("over $1,299", "price:1299..", ""),
        ("at least 20 handbags", "price:20..", "handbags"),
        ("$20+", "price:20..", ""),
        ("mugs between 20 and 50", "price:20..50", "mugs"),
        ("mugs from 15 to 20", "price:15..20", "mugs"),
        ("20-50 dollars mugs", "price:20..50", "mugs"),
        ("around 30", "price:24..36", ""),
        ("mug $20", "price:16..24", "mug"),
        ("show me something under 50", "price:..50", ""),
        ("budget 300", "price:..300", ""),
        ("100元以下", "price:..100", ""),
        ("不超过100元的马克杯", "price:..100", "马克杯"),
        ("100块以内的杯子", "price:..100", "杯子"),
        ("100到200元", "price:100..200", ""),
        ("价格在50到100之间的马克杯", "price:50..100", "马克杯"),
        ("200元以上", "price:200..", ""),
        ("低于50", "price:..50", ""),
        ("两百五十块左右", "price:200..300", ""),
        ("4 stars and up", "rating:4..", ""),
        ("mugs rated 4.5 or more", "rating:4.5..", "mugs"),
        ("top rated mugs", "rating:4..", "mugs"),
        ("4星以上", "rating:4..", ""),
        ("评分4以上的马克杯", "rating:4..", "马克杯"),
        ("mugs on sale", "on_offer", "mugs"),
        ("discounted mugs", "on_offer", "mugs"),
        ("打折的马克杯", "on_offer", "马克杯"),
        ("not on sale", "not:on_offer", ""),
        ("mugs in stock", "in_stock", "mugs"),
        ("现货马克杯", "in_stock", "马克杯"),
    ],
)
def test_limits_are_read_and_taken_out(query: str, key: str, left: str) -> None:
    assert hard(query) == [key]
    assert SHOP.of(query).text == left


@pytest.mark.parametrize(
    "query",
    [
        "iphone 11",
        "mug under 350 ml",
        "nike air max 90",
        "sneakers 42",
        "lamp from 1950",
        "mug for 2 people",
        "€20 mug",
        "5G phone",
        "toy from 3 years",
        "chanel no 5",
        "non-stick pan",
        "无线耳机",
        "无印良品",
        "hands-free headphones",
        "without bothering the neighbours",
    ],
)
def test_what_only_looks_like_a_limit_stays_words(query: str) -> None:
    assert hard(query) == []
    assert SHOP.of(query).text == query


def test_several_limits_are_one_filter_each() -> None:
    found = SHOP.of("mugs over 10 under 20, on sale and in stock")
    assert found.text == "mugs"
    assert SHOP.filters(found.terms) == {"price": {"min": 10.0, "max": 20.0}, "on_offer": "yes", "in_stock": "yes"}
    assert SHOP.filters(SHOP.of("under 10 over 20").terms) == {"price": {"max": 10.0}}
    shop = products()
    mask = ProductTable(shop).mask(SHOP.filters(SHOP.of("mugs not in stock under 30").terms))
    assert [product.id for product, kept in zip(shop, mask, strict=True) if kept][:2] == ["p00", "p02"]


def test_a_catalogue_that_knows_no_prices_keeps_the_words() -> None:
    shop = [replace(product, price=None, rating=None, stock=None, discount=None) for product in products()]
    found = Understanding(shop, ProductTable(shop)).of("mugs under 50 on sale in stock")
    assert [term.field for term in found.terms] == ["subcategory"]
    assert found.text == "mugs under 50 on sale in stock"


def test_another_currency_is_not_converted() -> None:
    euros = understanding("EUR")
    assert hard("mug under €20", euros) == ["price:..20"]
    assert hard("mug under $20", euros) == []
    assert hard("100元以下", euros) == ["price:..100"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("red mug", ["color:red", "subcategory:mugs"]),
        ("Red Mugs", ["color:red", "subcategory:mugs"]),
        ("navy coffee cup", ["color:blue", "subcategory:mugs"]),
        ("trainers", ["subcategory:sneakers"]),
        ("红色马克杯", ["color:red", "subcategory:mugs"]),
        ("真皮手袋", ["material:leather", "subcategory:handbags"]),
        ("tarnsby canvas purse", ["brand:tarnsby", "material:canvas", "subcategory:handbags"]),
        ("red rose perfume", ["subcategory:perfume"]),
        ("red wine", []),
        ("口红", []),
        ("things", []),
        ("0.35 l mug", ["unit:350ml", "subcategory:mugs"]),
    ],
)
def test_preferences_stay_in_the_words(query: str, expected: list[str]) -> None:
    assert keys(query) == expected
    assert SHOP.of(query).text == query


@pytest.mark.parametrize(
    ("query", "key", "left", "hidden"),
    [
        ("handbag not leather", "not:material:leather", "handbag", {"p03", "p06"}),
        ("不要皮革的手提包", "not:material:leather", "手提包", {"p03", "p06"}),
        ("non-leather handbag", "not:material:leather", "handbag", {"p03", "p06"}),
        ("handbag -leather", "not:material:leather", "handbag", {"p03", "p06"}),
        ("除了黑色以外的耳机", "not:color:black", "耳机", {"p03", "p06", "p12"}),
        ("sneakers without laces", "not:laces", "sneakers", {"p06"}),
        ("sneakers, but no laces", "not:laces", "sneakers", {"p06"}),
        ("mug without lead", "not:lead", "mug", {"p02"}),
        ("cola with no sugar", "not:sugar", "cola", {"p10"}),
        ("不含鞋带的运动鞋", "not:鞋带", "运动鞋", set()),
    ],
)
def test_what_is_not_wanted_is_hidden(query: str, key: str, left: str, hidden: set[str]) -> None:
    found = SHOP.of(query)
    assert [term.key for term in found.terms if term.field == "not"] == [key]
    assert found.text == left
    passing = SHOP.passing(found.terms)
    assert passing is not None and passing.dtype == np.bool_
    assert {product.id for product, kept in zip(products(), passing, strict=True) if not kept} == hidden


def test_or_negates_both() -> None:
    found = SHOP.of("not black or white sneakers")
    assert [term.key for term in found.terms] == ["not:color:black", "not:color:white", "subcategory:sneakers"]
    assert found.text == "sneakers"


def test_a_compound_of_the_titles_is_no_negation() -> None:
    shop = [*products(), replace(products()[0], id="x", title="No sugar biscuits", title_zh="无糖饼干")]
    own = Understanding(shop, ProductTable(shop))
    assert hard("no sugar biscuits", own) == [] and hard("无糖饼干", own) == []
    assert hard("无糖可乐") == ["not:糖"]


def test_nothing_unwanted_is_no_mask() -> None:
    assert SHOP.passing(SHOP.of("red mug under 20").terms) is None


def test_agreement_is_the_share_of_preferences() -> None:
    terms = SHOP.of("red mug 350ml under 20").terms
    agreed = SHOP.agreement(terms)
    assert agreed.dtype == np.float32 and agreed.shape == (len(products()),)
    assert agreed[0] == 1 and agreed[1] == pytest.approx(1 / 3) and agreed[3] == 0
    assert SHOP.agreeing(0, terms) == {"color": "red", "subcategory": "Mugs", "unit": "350ml"}
    assert SHOP.agreeing(products()[4], terms) == {"color": "red"}
    assert SHOP.agreement(SHOP.of("blue or green mug").terms)[2] == 1
    assert not SHOP.agreement(()).any()


def test_what_was_seen_counts_where_the_catalogue_is_silent() -> None:
    shop = [replace(product, color="") for product in products()]
    table = ProductTable(shop)
    assert keys("red mug", Understanding(shop, table)) == ["subcategory:mugs"]
    seen = Understanding(shop, table, {"color": [product.color for product in products()]})
    terms = seen.of("red mug").terms
    assert [term.key for term in terms] == ["color:red", "subcategory:mugs"]
    assert seen.agreeing(0, terms)["color"] == "red"


def test_ignored_terms_are_plain_words() -> None:
    query = "rde navy mgus under 50 not leather"
    assert SHOP.of("mugs under 50", ignore=["price:..50"]).text == "mugs under 50"
    found = SHOP.of("mugs not leather", ignore=["not:material:leather"])
    assert found.text == "mugs not leather" and [term.key for term in found.terms] == ["subcategory:mugs"]
    assert "typo:handbga" in keys("handbga")
    assert SHOP.of("handbga", ignore=["typo:handbga"]).text == "handbga"
    assert SHOP.of(query, ignore=["price:..50"]).text.endswith("under 50")


def test_said_is_what_was_typed() -> None:
    said = {term.key: term.said for term in SHOP.of("Handbga ＵＮＤＥＲ ５０ Not Lether").terms}
    assert said["typo:handbga"] == "Handbga" and said["subcategory:handbags"] == "Handbga"
    assert said["price:..50"] == "ＵＮＤＥＲ ５０"
    assert said["not:material:leather"] == "Not Lether"


@pytest.mark.parametrize("query", ["", "  ", "?!", "不", "under", "not", "-", '"', "1e9", "\0", "没有", "12,5", "$"])
def test_odd_input_is_harmless(query: str) -> None:
    found = SHOP.of(query)
    assert hard(query) == [] and found.text == query.strip()


def test_an_empty_catalogue_understands_limits_no_better() -> None:
    empty = Understanding([], ProductTable([]))
    assert empty.of("red mug under 50").terms == ()
    assert empty.agreement(()).shape == (0,)


def test_threads_read_the_same() -> None:
    shop = understanding()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(shop.of, ["red mgu not leather under 50 350 ml"] * 40))
    assert len(set(map(repr, found))) == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a seat for my perfume", []),
        ("looking for a mug", ["subcategory:mugs"]),
        ("mug handbag", ["subcategory:handbags"]),
        ("mug and handbag", ["subcategory:mugs", "subcategory:handbags"]),
    ],
)
def test_a_kind_that_only_describes_is_no_preference(query: str, expected: list[str]) -> None:
    assert keys(query) == expected
