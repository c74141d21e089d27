"""Keyword search: words, Chinese, ties, nothing."""

from __future__ import annotations

import sys

import pytest

from visearch.errors import VisearchError
from visearch.text.lexical import FIELDS, TITLES, LexicalIndex, tokenize
from visearch.types import Product

SHOP = [
    Product("mug", title="Striped Mug", description="Stoneware, for coffee.", category="Kitchen", color="blue"),
    Product("bag", title="Leather handbag", brand="Müller", color="red", title_zh="红色皮革手提包"),
    Product("shoe", title="Running shoe", description="Light as a handbag.", color="red", material="mesh"),
    Product("phone", title="小米8 手机", description="游戏手机 蓝", description_zh="全面屏", pattern="plain"),
    Product("tee", title="Men's T-shirt", subcategory="T-shirts", color="white"),
]


def ids(text: str, k: int = 10, products: list[Product] = SHOP, fields=FIELDS) -> list[str]:
    return [products[position].id for position, _ in LexicalIndex.plain(products, fields).search(text, k)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Red MUG, 350 ml!", ["red", "mug", "350", "ml"]),
        ("Men's men’s", ["men", "men"]),
        ("MacBook 13.3英寸", ["macbook", "13.3", "英", "寸", "英寸"]),
        ("手机壳", ["手", "机", "壳", "手机", "机壳"]),
        ("iPhone苹果X", ["iphone", "苹", "果", "苹果", "x"]),
        ("ＡＢＣ　１２", ["abc", "12"]),
        ("Straße ÅNGSTRÖM", ["strasse", "ångström"]),
        ("snake_case t-shirt", ["snake", "case", "t", "shirt"]),
        ("красный ティー", ["красный", "テ", "ィ", "ー", "ティ", "ィー"]),
        (" ,.!🙂 ", []),
    ],
)
def test_words_of_any_script(text: str, tokens: list[str]) -> None:
    assert tokenize(text) == tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("STRIPED mug", "mug"),
        ("müller", "bag"),
        ("kitchen", "mug"),
        ("mesh", "shoe"),
        ("plain", "phone"),
        ("men t-shirts", "tee"),
        ("皮革", "bag"),
        ("红色手提包", "bag"),
        ("全面屏", "phone"),
        ("手机", "phone"),
    ],
)
def test_every_field_is_searched(text: str, expected: str) -> None:
    assert ids(text)[0] == expected


def test_only_what_shares_a_word_comes_back() -> None:
    assert sorted(ids("red")) == ["bag", "shoe"]
    assert ids("helicopter") == []


def test_a_title_says_more_than_a_description() -> None:
    products = [
        Product("described", title="running shoe", description="a handbag"),
        Product("named", title="a handbag", description="running shoe"),
    ]
    assert ids("handbag", products=products) == ["named", "described"]
    assert ids("shoe", products=products) == ["described", "named"]


def test_titles_alone_can_be_searched() -> None:
    assert ids("handbag", fields=TITLES) == ["bag"]
    assert ids("皮革", fields=TITLES) == ["bag"]
    assert ids("coffee", fields=TITLES) == []


def test_rarer_words_weigh_more_and_scores_fall() -> None:
    found = LexicalIndex.plain(SHOP).search("red mesh", 10)
    assert [SHOP[position].id for position, _ in found] == ["shoe", "bag"]
    assert found[0][1] > found[1][1] > 0


def test_ties_keep_the_catalogue_order_also_at_the_cut() -> None:
    mixed = [Product(f"p{i}", title="mug" if i % 3 else "mug mug") for i in range(50)]
    better = [i for i in range(50) if i % 3 == 0]
    rest = [i for i in range(50) if i % 3]
    found = [position for position, _ in LexicalIndex.plain(mixed).search("mug", 30)]
    assert found == (better + rest)[:30]


def test_a_word_of_every_product_still_finds_them_all() -> None:
    same = [Product(f"p{i}", title="mug") for i in range(3)]
    assert [position for position, score in LexicalIndex.plain(same).search("mug", 10) if score > 0] == [0, 1, 2]


@pytest.mark.parametrize("text", ["", "   ", "?!"])
def test_an_empty_query_finds_nothing(text: str) -> None:
    assert LexicalIndex.plain(SHOP).search(text, 10) == []


@pytest.mark.parametrize("products", [[], [Product("a"), Product("b", title="!?")]])
def test_a_catalogue_without_words_finds_nothing(products: list[Product]) -> None:
    assert LexicalIndex.plain(products).search("mug", 10) == []
    assert LexicalIndex.plain(products).scores("mug").shape == (len(products),)


def test_scores_have_one_entry_a_product() -> None:
    index = LexicalIndex.plain(SHOP)
    assert index.scores("red").shape == index.scores("helicopter").shape == (len(SHOP),)
    assert [SHOP[i].id for i in index.scores("red").nonzero()[0]] == ["bag", "shoe"]


def test_k_is_kept() -> None:
    assert len(ids("red", k=1)) == 1
    assert ids("red", k=0) == []


def test_without_bm25s_the_error_is_the_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bm25s", None)
    with pytest.raises(VisearchError, match="pip install bm25s"):
        LexicalIndex.plain(SHOP)
