"""The room Discover in a browser: a taste is learnt, reasons are told, and what is hidden stays away."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytest.importorskip("axe_playwright_python", reason="pip install -r tests/requirements.txt")

from tests.browser.acts import ask, cards, fits, panel
from tests.browser.conftest import START_S, Visit
from tests.browser.test_views import faults

pytestmark = pytest.mark.browser


def enter(page: Page) -> None:
    page.get_by_role("link", name="Discover").click()
    expect(page.get_by_role("heading", name="Discover")).to_be_focused()


def part(page: Page, name: str) -> None:
    page.locator(f".part[data-part={name}]").click()
    expect(page.locator(f".part-body[data-part={name}]")).to_be_visible()


def look(page: Page, place: int) -> str:
    """Opens a product of the results and closes it again -> its title."""
    link = cards(page).nth(place).locator("h3 a")
    title = link.inner_text()
    link.click()
    expect(panel(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    return title


def test_a_taste_is_learnt_hidden_from_and_forgotten(shop: Page) -> None:
    enter(shop)
    expect(shop.locator("#fy")).to_contain_text("Today’s front page")
    shop.get_by_role("button", name="Back to the search").click()
    title = look(shop, 0)
    enter(shop)
    expect(shop.locator("#fy .interest")).to_have_count(1)
    first = shop.locator("#fy .card").first
    expect(first).to_contain_text(f"Because you looked at {title}")
    product = first.get_attribute("id")
    first.get_by_role("button", name=re.compile("^Not for me")).click()
    expect(shop.get_by_role("button", name="Undo")).to_be_focused()
    shop.keyboard.press("Enter")
    expect(shop.locator(f"#{product}")).to_be_visible()
    shop.locator(f"#{product}").get_by_role("button", name=re.compile("^Not for me")).click()
    shop.get_by_role("button", name="Show more").click()
    expect(shop.locator("#fy .card")).not_to_have_count(24)
    expect(shop.locator(f"#{product}")).to_have_count(0)
    assert json.loads(shop.evaluate("localStorage['visearch.taste']"))["hidden"] == [product.removeprefix("fy-")]
    shop.get_by_role("button", name="Turn it off").click()
    expect(shop.locator("#fy")).to_contain_text("For you is off")
    shop.get_by_role("button", name="Turn it on").click()
    expect(shop.locator("#fy .interest")).to_have_count(1)
    shop.on("dialog", lambda dialog: dialog.accept())
    shop.get_by_role("button", name="Forget everything").click()
    expect(shop.locator("#fy")).to_contain_text("Today’s front page")
    assert faults(shop) == [] and fits(shop)


def test_a_product_opens_within_the_room_and_another_question_leaves_it(shop: Page) -> None:
    enter(shop)
    shop.locator("#fy .card h3 a").nth(2).click()
    expect(panel(shop)).to_be_visible()
    shop.keyboard.press("Escape")
    expect(panel(shop)).to_be_hidden()
    expect(shop.get_by_role("heading", name="Discover")).to_be_visible()
    shop.locator("#fy .card").nth(2).get_by_role("button", name=re.compile("^Search with")).click()
    expect(shop.locator("#summary")).to_contain_text("like")
    expect(shop.locator("#room")).to_be_hidden()
    shop.go_back()
    expect(shop.get_by_role("heading", name="Discover")).to_be_visible()


def test_the_rows_beside_a_product(shop: Page) -> None:
    ask(shop, "sage green sofa")
    cards(shop).first.locator("h3 a").click()
    rows = panel(shop).locator(".related")
    for title in ("Reviews", "The same style in other colours", "Cheaper alternatives", "Goes with it"):
        expect(rows.filter(has=shop.get_by_role("heading", name=title))).to_be_visible()
    expect(panel(shop)).to_contain_text("Sample text")
    goes = rows.filter(has=shop.get_by_role("heading", name="Goes with it"))
    expect(goes.locator(".card-note").first).to_have_text(re.compile(r"Together in \d+ of 40 scenes"))
    assert faults(shop) == []


def test_offers_and_reviews_near_an_example_on_a_phone(app: str, visit: Callable[..., Visit]) -> None:
    page = visit(f"{app}/?room=discover&part=offers&lang=zh", 360, 740, color_scheme="dark").page
    expect(page.locator("#off-found .card").first).to_be_visible(timeout=START_S * 1000)
    page.locator(".picker .try-photo").nth(1).click()
    expect(page.locator(".trade-point").first).to_be_visible()
    before = page.locator("#off-found .card").count()
    page.locator("input[name=weight]").fill("1")
    expect(page.locator("input[name=photo]")).not_to_have_value("")
    expect(page.locator("#off-found .card")).to_have_count(before)
    assert faults(page) == [] and fits(page)
    part(page, "reviews")
    page.locator(".picker .try-photo").first.click()
    expect(page.locator(".rev-strip .try-photo[aria-pressed=true]")).to_have_count(1)
    expect(page.locator(".voices").first).to_be_visible()
    page.locator(".rev-strip .try-photo").nth(1).click()
    expect(page.locator(".rev-strip .try-photo").nth(1)).to_have_attribute("aria-pressed", "true")
    assert faults(page) == [] and fits(page)
