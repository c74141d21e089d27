"""Why a product matched: its words and its colours."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from visearch import why
from visearch.colors import COLORS, picture_colors, text_colors, to_lab
from visearch.types import Box, Hit, Product, Query, SearchResult
from visearch.why import explain, matched_words

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
RGB = {
    "black": (25, 25, 25),
    "grey": (125, 125, 125),
    "red": (200, 25, 35),
    "orange": (240, 130, 25),
    "yellow": (245, 215, 45),
    "green": (45, 145, 65),
    "blue": (35, 75, 190),
    "purple": (115, 55, 145),
    "pink": (240, 150, 180),
    "brown": (105, 66, 38),
    "beige": (215, 195, 160),
}


def thing(color: tuple[int, int, int], ground: tuple[int, int, int] = (245, 245, 245)) -> Image.Image:
    picture = Image.new("RGB", (300, 200), ground)
    ImageDraw.Draw(picture).ellipse((80, 40, 220, 160), fill=color)
    return picture


@pytest.mark.parametrize("name", RGB)
def test_a_thing_on_a_plain_ground_has_its_colour(name: str) -> None:
    assert picture_colors(thing(RGB[name])) == (name,)
    assert picture_colors(thing(RGB[name], (90, 120, 150) if name != "blue" else (150, 120, 90))) == (name,)


def test_white_on_white_is_white() -> None:
    assert picture_colors(Image.new("RGB", (60, 60), "white")) == ("white",)
    assert picture_colors(thing((250, 250, 250), (244, 244, 244))) == ("white",)


def test_several_colours_the_most_first_and_only_in_the_box() -> None:
    picture = thing(RGB["red"])
    ImageDraw.Draw(picture).rectangle((120, 80, 180, 160), fill=RGB["blue"])
    assert picture_colors(picture) == ("red", "blue")
    picture = Image.new("RGB", (400, 200), "white")
    picture.paste(thing(RGB["green"]).crop((50, 0, 250, 200)), (0, 0))
    picture.paste(thing(RGB["purple"]).crop((50, 0, 250, 200)), (200, 0))
    assert picture_colors(picture, Box(200, 0, 400, 200)) == ("purple",)
    assert set(picture_colors(picture, Box(900, 900, 950, 950))) == {"green", "purple"}


def test_lab_of_known_colours() -> None:
    # Reference values of the CIE formulas for sRGB primaries under D65 (Lindbloom's calculator).
    lab = to_lab(np.array([[255, 255, 255], [255, 0, 0], [0, 0, 255], [0, 0, 0]], dtype=np.uint8))
    expected = [[100, 0, 0], [53.24, 80.09, 67.20], [32.30, 79.19, -107.86], [0, 0, 0]]
    assert lab == pytest.approx(np.array(expected), abs=0.05)


def test_names_agree_with_the_sample_catalogue() -> None:
    with (SAMPLE / "products.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["color"] in COLORS][1::2]
    right = sum(row["color"] in picture_colors(Image.open(SAMPLE / row["image"])) for row in rows[::3])
    assert right / len(rows[::3]) > 0.6


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a red leather bag", ("red",)),
        ("Gray and navy sneakers", ("grey", "blue")),
        ("红色手提包", ("red",)),
        ("米色沙发 黑", ("black", "beige")),
        ("口红", ()),
        ("咖啡色皮鞋", ("brown",)),
        ("reddish rug", ()),
        ("", ()),
    ],
)
def test_colours_that_a_text_names(text: str, names: tuple[str, ...]) -> None:
    assert set(text_colors(text)) == set(names)


BAG = Product(
    "bag",
    title="Quilted leather handbag with glasses pocket",
    category="Accessories",
    color="red",
    material="leather",
    brand="Lark's",
    title_zh="红色皮革手提包 菱格",
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Handbags for the lark", ["handbags", "lark"]),
        ("RED leather shoes", ["red", "leather"]),
        ("glass with pockets", ["glass", "pockets"]),
        ("accessory", ["accessory"]),
        ("手提包", ["手提包"]),
        ("红色的手提包 ok", ["红色", "手提包"]),
        ("菱格皮革鞋", ["菱格", "皮革"]),
        ("包", ["包"]),
        ("hand", []),
        ("", []),
    ],
)
def test_words_that_the_product_says_too(text: str, words: list[str]) -> None:
    assert matched_words(text, BAG) == words


@pytest.fixture
def thumbnails(tmp_path: Path) -> dict[str, Path]:
    files = {}
    for name, rgb in RGB.items():
        files[name] = tmp_path / f"{name}.jpg"
        thing(rgb).save(files[name])
    files["broken"] = tmp_path / "broken.jpg"
    files["broken"].write_bytes(b"no picture")
    return files


def result(*hits: Hit) -> SearchResult:
    return SearchResult(hits, {}, "toy", "toy")


def test_photo_and_product_share_colours(thumbnails: dict[str, Path]) -> None:
    found = result(
        *(Hit(Product(name), 0.5, 50.0, picture=name, why={"lift": 1}) for name in ("red", "blue", "broken"))
    )
    photo = thing(RGB["blue"], (250, 240, 230))
    explained = explain(Query(image=photo), found, lambda sha: thumbnails[sha])
    assert [hit.why["colors"] for hit in explained.hits] == [[], ["blue"], []]
    assert explained.hits[0].why == {"lift": 1, "words": [], "colors": []}, "what was there stays"
    assert found.hits[1].why == {"lift": 1}
    said = result(Hit(Product("p", color="blue"), 0.5, 50.0, picture="red"))
    assert explain(Query(image=photo), said, lambda sha: thumbnails[sha]).hits[0].why["colors"] == [], (
        "not on its picture"
    )


def test_a_named_colour_counts_by_field_or_picture(thumbnails: dict[str, Path]) -> None:
    hits = (
        Hit(BAG, 0.5, 50.0, picture="black"),
        Hit(Product("x", title="Bag"), 0.5, 50.0, picture="red"),
        Hit(Product("y", title="Bag", color="green"), 0.5, 50.0, picture="green"),
        Hit(Product("z", title="Bag", color="red"), 0.5, 50.0),
    )
    for text in ("red bags", "红色"):
        explained = explain(Query(text=text), result(*hits), lambda sha: thumbnails[sha])
        assert [hit.why["colors"] for hit in explained.hits] == [["red"], ["red"], [], ["red"]]
    assert explain(Query(text="red bags"), result(*hits), lambda sha: thumbnails[sha]).hits[1].why["words"] == ["bags"]


def test_a_thumbnail_is_read_once(thumbnails: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    why._thumbnail_colors.cache_clear()
    opened: list[Path] = []
    real = Image.open
    monkeypatch.setattr(Image, "open", lambda path: opened.append(path) or real(path))
    found = result(*(Hit(Product(str(i)), 0.5, 50.0, picture="red") for i in range(5)))
    for _ in range(3):
        explain(Query(text="red"), found, lambda sha: thumbnails[sha])
    assert len(opened) == 1
