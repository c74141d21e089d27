"""What pictures show, by neighbours and by names, and how sure that is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.seen.shop import KINDS, LABELS, embed_texts, pictures, shop, thumbnail, unit
from visearch.seen import FIELDS, FLOOR, Seen, Seer, see_catalog
from visearch.seen.confidence import Curve
from visearch.seen.fields import Gallery, make_field
from visearch.seen.vocabulary import MATERIALS, PATTERNS, SHELVES, THINGS
from visearch.types import Product

NO_COLORS: list[tuple[tuple[str, float], ...]] = [()] * len(KINDS)


def test_the_catalogues_own_labels_are_given_to_what_lacks_them() -> None:
    products, vectors, owners = shop()
    seen = Seer(products, vectors, owners, embed_texts).of_products(NO_COLORS)
    for product, kind, found in zip(products, KINDS, seen, strict=True):
        assert "category" not in found.values, "its record says it"
        if product.subcategory:
            assert "subcategory" not in found.values
        else:
            label, sure = found.best("subcategory")
            assert label == LABELS[kind] and sure > 0.8


def test_a_product_has_no_say_about_itself() -> None:
    products = [Product(str(i), subcategory="Mugs" if i < 30 else "Odd") for i in range(31)]
    vectors = pictures(["mug"] * 30 + ["sofa"])
    seer = Seer(products, vectors, np.arange(31), embed_texts)
    with_itself, without = seer.of(vectors[30], ()), seer.of(vectors[30], (), without=30)
    assert with_itself.best("subcategory")[0] == "Odd"
    assert "Odd" not in dict(without.values["subcategory"]) or without.best("subcategory")[0] == "Mugs"


def test_all_pictures_of_a_product_are_its_own() -> None:
    products = [Product("odd", subcategory="Odd"), *(Product(f"m{i}", subcategory="Mugs") for i in range(25))]
    vectors = pictures(["sofa", "sofa", *["mug"] * 25])
    owners = np.array([0, 0, *range(1, 26)])
    field = make_field("subcategory", products, Gallery(vectors, owners), embed_texts)
    assert field is not None
    shares = replace(field, share=0.0).shares(vectors[:1], Gallery(vectors, owners), np.array([0]))
    assert dict(zip(field.labels, shares[0].tolist(), strict=True)) == pytest.approx({"Mugs": 1.0, "Odd": 0.0})


def test_without_a_word_in_the_catalogue_general_words_are_given() -> None:
    products, vectors, owners = shop(labelled=False)
    seen = Seer(products, vectors, owners, embed_texts).of_products(NO_COLORS)
    assert [found.best("subcategory")[0] for found in seen] == KINDS
    assert [found.best("category")[0] for found in seen] == [THINGS[kind] for kind in KINDS]


def test_names_speak_for_labels_that_few_pictures_have() -> None:
    """Twenty labelled mugs and one labelled vase: the name of a vase speaks for the others too."""
    products = [Product(str(i), subcategory="Mugs" if i < 20 else "Vases" if i == 20 else "") for i in range(30)]
    vectors = pictures(["mug"] * 20 + ["vase"] * 10, noise=0.25)
    gallery = Gallery(vectors, np.arange(30))
    field = make_field("subcategory", products, gallery, embed_texts)
    assert field is not None and field.labels == ("Mugs", "Vases")
    nobody = np.full(9, -1)
    by_pictures = replace(field, share=0.0).shares(vectors[21:], gallery, nobody)[:, 1]
    together = field.shares(vectors[21:], gallery, nobody)[:, 1]
    assert together.mean() > by_pictures.mean() + 0.1 and (together > 0.5).sum() >= (by_pictures > 0.5).sum()


def test_confidence_is_how_often_it_is_right() -> None:
    """Labels that are drawn with a chance which the neighbours show: what is said with 0.7 is right in 7 of 10."""
    rng = np.random.default_rng(3)
    kinds = rng.choice(list(LABELS), 800)
    chance = {"mug": 0.95, "vase": 0.8, "sofa": 0.6, "sneakers": 0.4}
    others = np.array(list(LABELS))
    truth = [kind if rng.random() < chance[kind] else rng.choice(others[others != kind]) for kind in kinds]
    products = [Product(str(i), subcategory=LABELS[t] if i < 500 else "") for i, t in enumerate(truth)]
    mute = Seer(products, pictures(kinds, 0.05), np.arange(800), lambda texts: unit(np.ones((len(texts), 8))))
    seen = mute.of_products([()] * 800)
    best = [(found.best("subcategory"), LABELS[t]) for found, t in zip(seen[500:], truth[500:], strict=True)]
    said, right = np.array([sure for (_, sure), _ in best]), np.array([label == t for (label, _), t in best])
    assert said.mean() == pytest.approx(right.mean(), abs=0.06)
    high, low = said >= np.quantile(said, 0.7), said <= np.quantile(said, 0.3)
    assert said[high].mean() == pytest.approx(right[high].mean(), abs=0.1)
    assert said[low].mean() == pytest.approx(right[low].mean(), abs=0.1)


def test_a_catalogue_whose_labels_say_nothing_of_looks_makes_nobody_sure() -> None:
    rng = np.random.default_rng(5)
    labels = rng.choice(list(LABELS.values()), 400)
    products = [Product(str(i), subcategory=label if i < 300 else "") for i, label in enumerate(labels)]
    seen = Seer(products, pictures(["mug"] * 400), np.arange(400), embed_texts).of_products([()] * 400)
    assert np.mean([found.best("subcategory")[1] for found in seen[300:]]) < 0.36, "one in four is right"


def test_only_what_is_sure_enough_is_kept() -> None:
    products, vectors, owners = shop(labelled=False)
    seer = Seer(products, vectors, owners, embed_texts)
    blurred = seer.of(unit(np.ones((1, 8)))[0], (("red", 0.2),))
    for name, found in blurred.values.items():
        assert len(found) <= 3
        unsure = [sure for _, sure in found if sure < FLOOR]
        assert not unsure or (len(found) == 1 and name in ("category", "subcategory", "color"))
    assert blurred.best("color") == ("red", 0.2), "the best colour is a guess worth having"
    assert "pattern" not in blurred.values


def test_colours_are_the_catalogues_own_words() -> None:
    colors = ["Navy Blue", "Blue", "Blue", "Gray", "Cream", "Multi"]
    products = [Product(str(i), color=color) for i, color in enumerate(colors)]
    seer = Seer(products, pictures(["mug"] * 6), np.arange(6), embed_texts)
    palette = (("blue", 0.6), ("grey", 0.3), ("green", 0.1))
    assert seer.of(pictures(["mug"])[0], palette).values["color"] == (("Blue", 0.6), ("Gray", 0.3))
    assert seer.of(pictures(["mug"])[0], (("beige", 0.9),)).best("color") == ("Cream", 0.9)
    assert seer.of(pictures(["mug"])[0], (("green", 0.8),)).best("color") == ("green", 0.8)


def test_the_whole_catalogue_at_once_with_colours_of_its_thumbnails(tmp_path: Path) -> None:
    products, vectors, owners = shop()
    products = [replace(product, pictures=(f"{i}.png",)) for i, product in enumerate(products)]
    products[1] = replace(products[1], color="gold")
    for i in range(3, len(products)):
        thumbnail(tmp_path, f"{i}.png", (200, 25, 35) if i % 2 else (40, 80, 190))
    (tmp_path / "2.png").write_bytes(b"no picture")
    told: list[tuple[int, int]] = []
    seen = see_catalog(products, vectors, owners, lambda sha: tmp_path / sha, embed_texts, lambda *at: told.append(at))
    assert len(seen) == len(products) and told[-1] == (48, 48)
    assert "color" not in seen[1].values, "its record says it"
    assert "color" not in seen[0].values and "color" not in seen[2].values, "missing and broken pictures"
    assert [found.best("color")[0] for found in seen[3:]] == ["red", "blue"] * 22 + ["red"]


def test_names_are_embedded_once_and_only_for_what_is_asked() -> None:
    asked: list[str] = []

    def counting(texts: list[str]) -> np.ndarray:
        asked.extend(texts)
        return embed_texts(texts)

    products, vectors, owners = shop()
    products = [replace(product, material="x", pattern="y") for product in products]
    seer = Seer(products, vectors, owners, counting)
    first = seer.of_products(NO_COLORS)
    assert asked and not any(material in text for text in asked for material in MATERIALS)
    count = len(asked)
    assert seer.of_products(NO_COLORS) == first and len(asked) == count


def test_tiny_catalogues_still_answer() -> None:
    for products in ([Product("a")], [Product("a", category="Mugs"), Product("b", category="Sofas")]):
        vectors = pictures(["mug", "sofa"][: len(products)])
        seen = Seer(products, vectors, np.arange(len(products)), embed_texts).of(vectors[0], ())
        assert seen.best("category")[0]
    assert Seer([], np.zeros((0, 8), np.float32), np.zeros(0, np.int64), embed_texts).of_products([]) == []


def test_a_product_without_pictures_is_no_error() -> None:
    products, vectors, _ = shop()
    seen = Seer([*products, Product("bare")], vectors, np.arange(48), embed_texts).of_products([*NO_COLORS, ()])
    assert len(seen) == 49


def test_a_curve_rises_and_follows_the_examples() -> None:
    rng = np.random.default_rng(0)
    shares = rng.uniform(0.05, 0.95, 4000)
    fitted = Curve().fitted(shares, rng.random(4000) < Curve(2.0, 0.7).of(shares))
    assert fitted.slope == pytest.approx(2.0, abs=0.25) and fitted.height == pytest.approx(0.7, abs=0.2)
    assert Curve(1.5, 0.2).fitted(np.zeros(0), np.zeros(0)) == Curve(1.5, 0.2)
    for right in (np.ones(50), np.zeros(50)):
        at = Curve().fitted(np.linspace(0.1, 0.9, 50), right).of(np.array([0.2, 0.5, 0.9]))
        assert np.isfinite(at).all() and (np.diff(at) > 0).all()


def test_json_and_back() -> None:
    seen = Seen({"color": (("red", 0.81234), ("blue", 0.3)), "category": (("Mugs", 0.5),)})
    data = seen.to_dict()
    assert data == {"color": [["red", 0.812], ["blue", 0.3]], "category": [["Mugs", 0.5]]}
    assert Seen.from_dict({**data, "later": [["x", 1]]}).to_dict() == data
    assert Seen.from_dict({}) == Seen() and Seen().best("color") == ("", 0.0)


def test_the_general_words_are_plain() -> None:
    assert len(THINGS) == sum(map(len, SHELVES.values())) >= 80, "no thing stands on two shelves"
    words = [*THINGS, *MATERIALS, *PATTERNS]
    assert len(words) == len(set(words)) and all(word == word.lower().strip() for word in words)
    assert FIELDS == ("category", "subcategory", "color", "material", "pattern")
