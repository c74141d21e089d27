"""The catalogue's labels by what people call them."""

from __future__ import annotations

import pytest

from visearch.filters import ProductTable
from visearch.text.chinese import CHINESE, chinese_of, chinese_spellings, english_of
from visearch.text.stem import stem
from visearch.text.tokens import Texts, Typed, tokens
from visearch.text.vocabulary import Vocabulary
from visearch.types import Product

SHOP = [
    Product(id="1", category="Furniture", subcategory="Sofas", color="Navy Blue", material="leather", brand="B&R"),
    Product(id="2", category="Furniture", subcategory="Rug, flatwoven", color="Grey", material="wool", brand="Apple"),
    Product(id="3", category="Kitchen & Dining", subcategory="Apple", color="Blue", pattern="striped"),
    Product(id="4", category="Clothing", subcategory="T-shirts", color="Off-white", brand="Green Equipment"),
    Product(id="5", category="手机", subcategory="Laptop Bag", color="Green", material="stainless steel"),
    Product(id="6", category="Bags", subcategory="Duffel Bag", color="black"),
]
WORDS = Vocabulary(ProductTable(SHOP))


def meant(text: str) -> tuple[str, tuple[str, ...]] | None:
    found = WORDS.longest(tokens(text), 0)
    return (found.field, found.labels) if found else None


@pytest.mark.parametrize(
    ("text", "field", "labels"),
    [
        ("sofa", "subcategory", ("Sofas",)),
        ("Couches", "subcategory", ("Sofas",)),
        ("沙发", "subcategory", ("Sofas",)),
        ("rugs", "subcategory", ("Rug, flatwoven",)),
        ("carpet", "subcategory", ("Rug, flatwoven",)),
        ("navy", "color", ("Navy Blue",)),
        ("navy blue", "color", ("Navy Blue",)),
        ("blue", "color", ("Blue", "Navy Blue")),
        ("charcoal", "color", ("Grey",)),
        ("gray", "color", ("Grey",)),
        ("灰", "color", ("Grey",)),
        ("真皮", "material", ("leather",)),
        ("steel", "material", ("stainless steel",)),
        ("stripes", "pattern", ("striped",)),
        ("b&r", "brand", ("B&R",)),
        ("green equipment", "brand", ("Green Equipment",)),
        ("green", "color", ("Green",)),
        ("dining", "category", ("Kitchen & Dining",)),
        ("tee", "subcategory", ("T-shirts",)),
        ("tshirt", "subcategory", ("T-shirts",)),
        ("t恤", "subcategory", ("T-shirts",)),
        ("mobile phone", "category", ("手机",)),
    ],
)
def test_spellings(text: str, field: str, labels: tuple[str, ...]) -> None:
    assert meant(text) == (field, labels)


@pytest.mark.parametrize("text", ["red", "chair", "红色", "the", "equipment", "green tea", "红酒", ""])
def test_only_what_the_catalogue_has(text: str) -> None:
    assert meant(text) is None


def test_what_several_labels_have_in_common_is_their_name() -> None:
    shop = [Product(id="1", subcategory="Laptop Bag"), Product(id="2", subcategory="Duffel Bag")]
    found = Vocabulary(ProductTable(shop)).meaning(("bag",))
    assert found is not None and found.name == "bag" and set(found.labels) == {"Laptop Bag", "Duffel Bag"}


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        *(("mugs", "mug"), ("glasses", "glass"), ("vases", "vase"), ("purses", "purse"), ("boxes", "box")),
        *(("shelves", "shelf"), ("berries", "berry"), ("watches", "watch"), ("shoes", "shoe"), ("potatoes", "potato")),
        *(("glass", "glass"), ("bus", "bus"), ("gas", "gas")),
    ],
)
def test_stem(plural: str, singular: str) -> None:
    assert stem(plural) == singular


def test_both_directions() -> None:
    assert chinese_of("Sofas") == "沙发" and chinese_of("couch grass") == ""
    assert "sofas" in english_of("沙发") and english_of("没有") == ()
    assert chinese_spellings("red")[:2] == ("红色", "红")
    assert all(english in english_of(chinese) for english, chinese in CHINESE.items())


def test_phrases_are_found_by_whole_words() -> None:
    texts = Texts(["Red wine", "Tired winery", "A red\nwine's glass", "红酒杯"])
    assert texts.positions(("red", "wine")).tolist() == [0, 2]
    assert texts.positions(("红", "酒")).tolist() == [3]
    assert texts.positions(("酒", "红")).tolist() == []


def test_typed_letters_are_found_again() -> None:
    typed = Typed("Ａ rde ｍug")
    changed = typed.replaced([(2, 5, "crimson")])
    assert changed.text == "A crimson mug"
    assert changed.said(2, 9) == "rde" and changed.said(10, 13) == "ｍug" and changed.said(0, 1) == "Ａ"
