"""What an address keeps, restores and never carries; on the real app."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import (
    SCENE,
    ask,
    boxes,
    cards,
    chips,
    first_title,
    ids,
    open_first,
    panel,
    photo,
    summary,
    words,
)
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_a_link_opens_what_it_was_copied_from(app: str, visit: Callable[..., Visit]) -> None:
    mine = visit(app, permissions=["clipboard-read", "clipboard-write"]).page
    ask(mine, "red leather")
    mine.get_by_role("checkbox", name="Accessories 47").check()
    expect(chips(mine)).to_have_count(1)
    mine.get_by_label("Price to").fill("900.5")
    mine.get_by_label("Price to").press("Enter")
    expect(chips(mine)).to_have_count(3)
    mine.get_by_label("Sort by").select_option("Rating")
    expect(mine).to_have_url(re.compile("sort=rating"))
    mine.get_by_role("button", name="Copy link").click()
    expect(mine.locator("#toast")).to_have_text("Link copied")
    assert mine.evaluate("navigator.clipboard.readText()") == mine.url
    title = open_first(mine)
    assert f"{app}/?q=red+leather&sort=rating&product=" in mine.url, "readable"
    theirs = visit(mine.url).page
    expect(panel(theirs).get_by_role("heading", level=2)).to_have_text(title)
    theirs.keyboard.press("Escape")
    expect(panel(theirs)).to_be_hidden()
    assert ids(theirs) == ids(mine)
    expect(words(theirs)).to_have_value("red leather")
    expect(theirs.get_by_label("Sort by")).to_have_value("rating")
    expect(theirs.get_by_role("checkbox", name="Accessories 47")).to_be_checked()
    expect(theirs.get_by_label("Price to")).to_have_value("900.5")


def test_an_example_photo_is_in_the_link_and_a_private_one_is_not(app: str, visit: Callable[..., Visit]) -> None:
    mine = visit(app, permissions=["clipboard-read", "clipboard-write"]).page
    mine.get_by_role("button", name="Search with example photo 2").click()
    summary(mine, "your photo")
    expect(mine).to_have_url(re.compile("photo=example:1"))
    theirs = visit(mine.url).page
    summary(theirs, "your photo")
    assert ids(theirs) == ids(mine)
    photo(mine, SCENE)
    expect(mine).not_to_have_url(re.compile("photo="))
    boxes(mine).nth(1).locator("b").click()
    expect(boxes(mine).nth(1)).to_have_attribute("aria-pressed", "true")
    key = mine.locator(".shot").get_attribute("data-key")
    assert key and key not in mine.url and "box" not in mine.url
    mine.get_by_role("button", name="Copy link").click()
    expect(mine.locator("#toast")).to_contain_text("Your photo is not part of it.")
    assert key not in mine.evaluate("navigator.clipboard.readText()")
    # In this browser the photo is there again after a reload.
    before = ids(mine)
    mine.reload()
    summary(mine, "in your photo")
    assert ids(mine) == before


def test_back_and_forward_walk_through_the_questions(shop: Page) -> None:
    ask(shop, "vase")
    ask(shop, "mug")
    shop.get_by_role("checkbox", name="Kitchen & Dining").check()
    expect(chips(shop)).to_have_count(1)
    shop.go_back()
    expect(chips(shop)).to_have_count(0)
    expect(shop.get_by_role("checkbox", name="Kitchen & Dining")).not_to_be_checked()
    shop.go_back()
    summary(shop, "for “vase”")
    expect(words(shop)).to_have_value("vase")
    shop.go_back()
    summary(shop, "A look around")
    shop.go_forward()
    summary(shop, "for “vase”")


@pytest.mark.parametrize(
    "query", ["q=%ff%00<script>&sort=x&shown=-1&price=a..b&box=9,9", "photo=example:99&q=vase", "like=no-such"]
)
def test_a_broken_link_still_opens_the_page(app: str, visit: Callable[..., Visit], query: str) -> None:
    page = visit(f"{app}/?{query}").page
    expect(cards(page).first).to_be_visible()
    expect(first_title(page)).not_to_be_empty()


def test_an_unknown_product_in_a_link_is_told(app: str, visit: Callable[..., Visit]) -> None:
    page = visit(f"{app}/?product=no-such&q=vase").page
    expect(panel(page)).to_contain_text("This product is not in the catalogue.")
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    summary(page, "for “vase”")
