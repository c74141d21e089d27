"""What was seen, as words to search with."""

from __future__ import annotations

import pytest

from visearch.seen import SAY, Seen, sentence
from visearch.seen.vocabulary import SHELVES, THINGS


def seen(**best: tuple[str, float] | str) -> Seen:
    return Seen({name: ((value, 0.9) if isinstance(value, str) else value,) for name, value in best.items()})


@pytest.mark.parametrize(
    ("found", "english", "chinese"),
    [
        (seen(subcategory="Mugs", color="green", material="ceramic"), "green ceramic mug", "绿色陶瓷马克杯"),
        (seen(subcategory="T-Shirts", pattern="striped", material="cotton"), "striped cotton t-shirt", "条纹棉T恤"),
        (seen(category="Home > Kitchen > Coffee Tables", material="wood"), "wood coffee table", "木茶几"),
        (seen(subcategory="Vases", pattern="plain", color="white"), "white vase", "白色花瓶"),
        (seen(subcategory="Glassware", material="glass"), "glassware", "玻璃杯"),
        (seen(subcategory="leather shoes", material="leather"), "leather shoes", "皮鞋"),
        (seen(subcategory="Sunglasses", color="Navy Blue"), "navy blue sunglasses", "藏青色太阳镜"),
        (seen(subcategory="Watches"), "watch", "手表"),
        (seen(subcategory="Kurtas", color="red"), "red kurta", "红色 kurtas"),
        (seen(color=("red", 0.2)), "red", "红色"),
        (seen(category=("Shoes", 0.1), color=("red", 0.2)), "shoes", "鞋"),
        (Seen(), "", ""),
    ],
)
def test_a_phrase_in_both_languages(found: Seen, english: str, chinese: str) -> None:
    assert sentence(found) == english
    assert sentence(found, "zh") == chinese


def test_what_is_not_sure_is_left_out() -> None:
    just, below = SAY, SAY - 0.01
    found = seen(subcategory="Mugs", color=("green", below), material=("ceramic", just), pattern=("dotted", below))
    assert sentence(found) == "ceramic mug"


def test_the_finer_word_where_it_is_sure_else_the_surer_one() -> None:
    assert sentence(seen(category=("Shoes", 0.95), subcategory=("Sneakers", 0.6))) == "sneakers"
    assert sentence(seen(category=("Shoes", 0.95), subcategory=("Sneakers", 0.4))) == "shoes"
    assert sentence(seen(category=("Shoes", 0.3), subcategory=("Sneakers", 0.4))) == "sneakers"


def test_every_general_word_has_chinese() -> None:
    for thing in THINGS:
        assert not any("a" <= c <= "z" for c in sentence(seen(subcategory=thing), "zh")), thing
    for shelf in SHELVES:
        assert not any("a" <= c <= "z" for c in sentence(seen(category=shelf), "zh")), shelf
