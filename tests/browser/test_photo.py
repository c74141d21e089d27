"""Ways in for a photo, what was found in it, and what of it is searched; on the real app."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageOps
from playwright.sync_api import Page, expect

from tests.browser.acts import (
    OF_PHOTO,
    PHOTO,
    PHOTO_ID,
    QUERIES,
    SAMPLE,
    SCENE,
    ask,
    boxes,
    cards,
    carry,
    give,
    ids,
    overlap,
    photo,
    shares,
    summary,
    words,
)

pytestmark = pytest.mark.browser


def truth(scene: str) -> list[list[float]]:
    """The products' places in a scene of 640 x 512, as shares of its sides."""
    with (SAMPLE / "scenes" / "boxes.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["image"].endswith(scene)]
    return [[int(r["x0"]) / 640, int(r["y0"]) / 512, int(r["x1"]) / 640, int(r["y1"]) / 512] for r in rows]


def found(page: Page) -> int:
    """How many of the scene's products have a box on the screen."""
    drawn = shares(page)
    return sum(any(overlap(place, box) >= 0.5 for box in drawn) for place in truth(SCENE.name))


def barcode_photo(path: Path, number: str) -> Path:
    """A customer's photo with a barcode on its packing."""
    code = zxingcpp.create_barcode(number, zxingcpp.BarcodeFormat.EAN13)
    drawn = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=2)).convert("RGB")
    with Image.open(QUERIES / "mug-01-photo.jpg") as opened:
        picture = ImageOps.pad(opened.convert("RGB"), (900, 900))
    picture.paste(ImageOps.expand(drawn, 30, "white"), (20, 20))
    picture.save(path, quality=95)
    return path


def test_the_photo_s_product_comes_first_however_it_comes_in(shop: Page) -> None:
    photo(shop)
    assert ids(shop)[0] == PHOTO_ID
    expect(shop.get_by_role("img", name="Photo", exact=True)).to_be_visible()
    shop.get_by_role("button", name="Remove photo").click()
    summary(shop, "A look around")
    expect(boxes(shop)).to_have_count(0)
    for kind in ("paste", "drop"):
        carry(shop, PHOTO, kind)
        summary(shop, OF_PHOTO)
        assert ids(shop)[0] == PHOTO_ID
        shop.get_by_role("button", name="Start over").click()
        summary(shop, "A look around")


def test_a_box_or_its_crop_is_chosen_by_mouse(shop: Page) -> None:
    photo(shop, SCENE)
    assert boxes(shop).count() >= 2
    expect(boxes(shop).first).to_have_attribute("aria-pressed", "true")
    expect(boxes(shop).first).to_have_text("1")
    first, second = (boxes(shop).nth(n).get_attribute("aria-label") for n in (0, 1))
    assert first and second and first != second
    summary(shop, f"for {first} in your photo")
    before = ids(shop)
    boxes(shop).nth(1).locator("b").click()
    summary(shop, f"for {second} in your photo")
    expect(boxes(shop).nth(1)).to_have_attribute("aria-pressed", "true")
    expect(boxes(shop).first).to_have_attribute("aria-pressed", "false")
    assert ids(shop) != before
    strip = shop.get_by_role("group", name="Found in your photo", exact=True)
    strip.get_by_role("button", name=first, exact=True).click()
    summary(shop, f"for {first} in your photo")
    # Chosen by hand it is searched alone, without the rest of the photo: the best stays the best.
    assert ids(shop)[0] == before[0]
    strip.get_by_role("button", name="Whole photo").click()
    summary(shop, "for your photo")
    expect(strip.get_by_role("button", name="Whole photo")).to_have_attribute("aria-pressed", "true")
    shop.go_back()
    summary(shop, f"for {first} in your photo")


def test_a_box_is_chosen_or_drawn_by_keyboard(shop: Page) -> None:
    photo(shop, SCENE)
    label = boxes(shop).nth(1).get_attribute("aria-label")
    shop.get_by_role("button", name="Draw a box").press("Shift+Tab")
    for _ in range(boxes(shop).count() - 2):
        shop.keyboard.press("Shift+Tab")
    expect(boxes(shop).nth(1)).to_be_focused()
    shop.keyboard.press("Enter")
    summary(shop, f"for {label} in your photo")
    expect(boxes(shop).nth(1)).to_be_focused()
    shop.get_by_role("button", name="Draw a box").press("Enter")
    own = shop.locator(".rubber")
    expect(own).to_be_focused()
    expect(shop.get_by_text("Shift and arrows size it")).to_be_visible()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight"):
        shop.keyboard.press(key)
    assert [own.evaluate(f"box => box.style.{side}") for side in ("left", "top", "width")] == ["21%", "23%", "52%"]
    shop.keyboard.press("Enter")
    summary(shop, "for Your box in your photo")
    expect(shop.locator(".box.own:not(.rubber)")).to_have_attribute("style", re.compile("left:21.00%;top:23.00%"))
    shop.get_by_role("button", name="Draw a box").press("Enter")
    shop.keyboard.press("Escape")
    expect(own).to_have_count(0)
    summary(shop, "for Your box in your photo")


def test_a_box_is_dragged(shop: Page) -> None:
    photo(shop, SCENE)
    before = ids(shop)
    place = shop.locator(".canvas").bounding_box()
    assert place
    shop.mouse.move(place["x"] + place["width"] * 0.6, place["y"] + place["height"] * 0.5)
    shop.mouse.down()
    shop.mouse.move(place["x"] + place["width"] * 0.8, place["y"] + place["height"] * 0.8, steps=4)
    shop.mouse.move(place["x"] + place["width"] * 0.9, place["y"] + place["height"] * 0.9)
    shop.mouse.up()
    summary(shop, "for Your box in your photo")
    drawn = shop.locator(".box.own").bounding_box()
    assert drawn and abs(drawn["x"] - place["x"] - place["width"] * 0.6) < 3
    assert abs(drawn["width"] - place["width"] * 0.3) < 3
    assert ids(shop) != before
    expect(shop.get_by_role("button", name="Your box", exact=True)).to_have_attribute("aria-pressed", "true")


def test_boxes_lie_on_their_objects_at_any_size_and_rotation(shop: Page, tmp_path: Path) -> None:
    photo(shop, SCENE)
    hits = found(shop)
    assert hits >= 2
    for width in (1000, 420):
        shop.set_viewport_size({"width": width, "height": 800})
        assert found(shop) == hits
    with Image.open(SCENE) as opened:
        scene = opened.convert("RGB")
    scene.resize((4000, 3200), Image.Resampling.BICUBIC).save(tmp_path / "large.jpg", quality=85)
    photo_again(shop, tmp_path / "large.jpg")
    assert found(shop) >= 2
    # A camera held upright: pixels lie on their side, and a tag says so.
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = io.BytesIO()
    scene.rotate(90, expand=True).save(turned, "JPEG", quality=95, exif=exif)
    (tmp_path / "turned.jpg").write_bytes(turned.getvalue())
    photo_again(shop, tmp_path / "turned.jpg")
    assert found(shop) >= 2
    size = shop.locator(".canvas img").evaluate("img => img.clientWidth / img.clientHeight")
    assert abs(size - 640 / 512) < 0.02


def photo_again(page: Page, path: Path) -> None:
    """Another photo in the place of the one that is there."""
    before = page.locator(".shot").get_attribute("data-key")
    give(page, path)
    expect(page.locator(f".shot:not([data-key='{before}'])")).to_be_visible()
    summary(page, OF_PHOTO)


def test_a_barcode_in_the_photo_names_the_product(shop: Page, tmp_path: Path) -> None:
    with (SAMPLE / "products.csv").open(encoding="utf-8") as file:
        number = next(row["barcode"] for row in csv.DictReader(file) if row["id"] == "vase-01")
    photo(shop, barcode_photo(tmp_path / "known.jpg", number))
    expect(shop.get_by_role("heading", name="Exact match")).to_be_visible()
    expect(shop.locator("#results")).to_contain_text(f"The barcode {number} is this product’s.")
    assert ids(shop)[0] == "vase-01" and ids(shop).count("vase-01") == 1
    photo_again(shop, barcode_photo(tmp_path / "unknown.jpg", "4006381333931"))
    expect(shop.locator("#results")).to_contain_text("The code 4006381333931 in the photo is not in this catalogue.")
    expect(shop.get_by_role("heading", name="Exact match")).to_have_count(0)


def test_words_turn_what_a_photo_finds(shop: Page) -> None:
    words(shop).fill("yellow")
    photo(shop)
    summary(shop, "“yellow”")
    balance = shop.get_by_label("Share of the words in the search")
    expect(balance).to_have_value("0.5")
    both = ids(shop)
    balance.fill("1")
    expect(shop).not_to_have_url(re.compile("photo="))
    expect(cards(shop).first).not_to_have_id(f"c-{both[0]}")
    assert ids(shop)[:10] != both[:10]
    shop.get_by_role("button", name="Clear the words").click()
    summary(shop, OF_PHOTO)
    expect(balance).to_have_count(0)
    expect(cards(shop).first).to_have_id(f"c-{PHOTO_ID}")


def test_the_whole_look_is_one_row_an_object(shop: Page) -> None:
    photo(shop, SCENE)
    label = boxes(shop).first.get_attribute("aria-label")
    shop.get_by_role("button", name="Shop the whole look").click()
    expect(shop.get_by_role("heading", name="Best of the whole look")).to_be_visible()
    expect(shop.get_by_role("heading", name=f"Like {label}")).to_be_visible()
    rows = shop.locator("#results .outfit")
    expect(rows).to_have_count(boxes(shop).count() + 1)
    merged = rows.first.locator(".card").evaluate_all("all => all.map(card => card.id)")
    assert len(merged) >= 8 and len(set(merged)) == len(merged), "one list, nothing twice"
    rows.nth(2).get_by_role("button", name="Only this").click()
    expect(boxes(shop).nth(1)).to_have_attribute("aria-pressed", "true")


def test_a_broken_photo_is_one_sentence_and_loses_nothing(shop: Page, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"this is no picture")
    ask(shop, "vase")
    before = ids(shop)
    give(shop, broken)
    expect(shop.get_by_role("alert")).to_contain_text("The file is not a picture that can be read.")
    expect(words(shop)).to_have_value("vase")
    assert ids(shop) == before and "Traceback" not in shop.content()
    photo(shop)
    summary(shop, "“vase”")
    expect(shop.get_by_role("alert")).to_have_count(0)
