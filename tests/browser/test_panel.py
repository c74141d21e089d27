"""One product in full, favourites, recent searches and comparing; on the real app."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import SCENE, ask, cards, first_title, ids, open_first, panel, photo, summary, words

pytestmark = pytest.mark.browser


def test_the_panel_has_an_address_and_back_and_forward(shop: Page) -> None:
    ask(shop, "striped mug")
    plain, title = shop.url, open_first(shop)
    expect(shop).to_have_url(re.compile(r"q=striped\+mug&product=mug-\d+"))
    opened = shop.url
    expect(panel(shop)).to_contain_text("Why it matched")
    expect(panel(shop).locator("dl")).to_contain_text("Kitchen & Dining")
    expect(panel(shop).locator("dl")).to_contain_text(re.compile(r"Barcode\s*\d{13}"))
    shop.go_back()
    expect(panel(shop)).to_be_hidden()
    expect(shop).to_have_url(plain)
    shop.go_forward()
    expect(panel(shop).get_by_role("heading", level=2)).to_have_text(title)
    expect(shop).to_have_url(opened)
    similar = panel(shop).get_by_role("list", name="Products").locator("h3").first
    other = similar.inner_text()
    similar.get_by_role("link").click()
    expect(panel(shop).get_by_role("heading", level=2)).to_have_text(other)
    # However many were opened after each other, closing leads back to the results.
    shop.keyboard.press("Escape")
    expect(panel(shop)).to_be_hidden()
    expect(shop).to_have_url(plain)
    summary(shop, "for “striped mug”")


def test_the_panel_keeps_the_keyboard_and_gives_it_back(shop: Page) -> None:
    ask(shop, "vase")
    link = first_title(shop).get_by_role("link")
    link.press("Enter")
    expect(panel(shop)).to_be_visible()
    close = panel(shop).get_by_role("button", name="Close")
    expect(close).to_be_focused()
    inside = "() => document.activeElement === document.body || !!document.activeElement.closest('#panel')"
    # Back over the edge, and forth again: all that lies between is in the dialog.
    for key in ["Shift+Tab"] * 4 + ["Tab"] * 12:
        shop.keyboard.press(key)
        assert shop.evaluate(inside), "the keyboard left the open dialog"
    close.focus()
    panel(shop).get_by_role("button", name="Close").press("Enter")
    expect(panel(shop)).to_be_hidden()
    expect(link).to_be_focused()


def test_heat_maps_are_drawn_when_asked_for(shop: Page) -> None:
    photo(shop, SCENE)
    open_first(shop)
    pictures = panel(shop).locator(".heat img")
    panel(shop).get_by_text("Show where it matches").click()
    expect(pictures).to_have_count(2)
    for number in (0, 1):
        shop.wait_for_function("n => document.querySelectorAll('.heat img')[n].naturalWidth > 100", arg=number)
    expect(pictures.first).to_have_attribute("alt", re.compile("parts of your photo"))


def test_favourites_survive_a_reload_and_have_a_view(shop: Page) -> None:
    ask(shop, "vase")
    title, first = first_title(shop).inner_text(), ids(shop)[0]
    cards(shop).first.get_by_role("button", name=f"Save {title}").click()
    expect(shop.get_by_role("button", name="Saved (1)")).to_be_visible()
    shop.reload()
    summary(shop, "for “vase”")
    heart = cards(shop).first.get_by_role("button", name=f"Save {title}")
    expect(heart).to_have_attribute("aria-pressed", "true")
    shop.get_by_role("button", name="Saved (1)").click()
    summary(shop, "Saved products")
    assert ids(shop) == [first]
    assert first not in shop.url, "favourites stay in this browser"
    shop.get_by_role("button", name="Back to the results").click()
    summary(shop, "for “vase”")
    shop.get_by_role("button", name="Saved (1)").click()
    shop.get_by_role("button", name="Forget all").click()
    expect(shop.locator("#results")).to_contain_text("Nothing saved yet")


def test_recent_searches_are_offered_and_forgotten(shop: Page) -> None:
    ask(shop, "vase")
    ask(shop, "mug")
    shop.get_by_role("button", name="Start over").click()
    summary(shop, "A look around")
    recent = shop.get_by_role("option").filter(has_text=re.compile("Recent$"))
    words(shop).click()
    expect(recent).to_have_text(["mugRecent", "vaseRecent"])
    recent.nth(1).click()
    summary(shop, "for “vase”")
    shop.get_by_role("button", name="Start over").click()
    summary(shop, "A look around")
    words(shop).click()
    shop.get_by_role("option", name="Forget recent searches").click()
    expect(shop.get_by_role("listbox")).to_be_hidden()
    shop.reload()
    summary(shop, "A look around")
    words(shop).click()
    words(shop).press_sequentially("va")
    expect(shop.get_by_role("option").first).to_be_visible()
    expect(recent).to_have_count(0)


def test_three_are_compared_and_a_fourth_is_refused(shop: Page) -> None:
    ask(shop, "mug")
    titles = [cards(shop).nth(n).locator("h3").inner_text() for n in range(4)]
    tray = shop.locator("#tray")
    for n, title in enumerate(titles[:3], 1):
        cards(shop).nth(n - 1).get_by_role("button", name=f"Compare {title}", exact=True).click()
        expect(tray.get_by_role("button", name=re.compile("Do not compare"))).to_have_count(n)
    cards(shop).nth(3).get_by_role("button", name=f"Compare {titles[3]}", exact=True).click()
    expect(shop.locator("#toast")).to_have_text("Three at most: remove one first.")
    expect(tray.get_by_role("button", name=re.compile("Do not compare"))).to_have_count(3)
    tray.get_by_role("button", name="Compare (3)").click()
    table = shop.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text([re.compile(re.escape(title)) for title in titles[:3]])
    expect(table.get_by_role("rowheader", name="Price")).to_be_visible()
    assert "view=compare" in shop.url
    table.get_by_role("button", name=f"Do not compare {titles[0]}").click()
    expect(table.get_by_role("columnheader")).to_have_count(2)
    shop.keyboard.press("Escape")
    expect(table).to_be_hidden()
    expect(tray.get_by_role("button", name="Compare (2)")).to_be_focused()
    tray.get_by_role("button", name="Clear").click()
    expect(tray.get_by_role("button")).to_have_count(0)


def test_a_saved_product_can_be_opened_in_another_tab(app: str, shop: Page, visit: Callable[..., object]) -> None:
    ask(shop, "vase")
    address = first_title(shop).get_by_role("link").get_attribute("href")
    title = first_title(shop).inner_text()
    other = visit(f"{app}{address}").page
    expect(panel(other).get_by_role("heading", level=2)).to_have_text(title)
    summary(other, "for “vase”")
    other.keyboard.press("Escape")
    expect(panel(other)).to_be_hidden()
    expect(other).to_have_url(f"{app}/?q=vase")
