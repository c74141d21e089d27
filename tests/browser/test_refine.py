"""Words, filters, order, thumbs: how an answer is turned and narrowed; on the real app."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import ask, cards, chips, first_title, ids, summary, words

pytestmark = pytest.mark.browser


def prices(page: Page) -> list[float]:
    shown = page.locator("#results .card .price b").all_inner_texts()
    return [float(text.replace("$", "").replace(",", "")) for text in shown]


def test_the_page_opens_and_says_what_answers(shop: Page) -> None:
    expect(shop).to_have_title("visearch")
    expect(shop.locator("#answers")).to_contain_text(re.compile(r"480 products · embedded model.*[Oo]ffline"))
    summary(shop, "A look around the catalogue 24 of 480 products")
    assert len(set(shop.locator("#results .card .brand").all_inner_texts())) > 8, "the first page is varied"


def test_words_find_what_they_name_and_say_why(shop: Page) -> None:
    ask(shop, "red leather handbag")
    summary(shop, re.compile(r"24 products in .* for “red leather handbag”"))
    expect(shop).to_have_title("red leather handbag · visearch")
    expect(first_title(shop)).to_have_text("Top-handle handbag, red leather")
    first = cards(shop).first
    expect(first.locator(".match")).to_have_attribute("aria-label", re.compile(r"Match \d+ of 100"))
    expect(first.get_by_role("img", name=re.compile("Why it is here: .*red"))).to_be_visible()
    ask(shop, "red zebra submarine quarterly")
    expect(shop.locator("#results")).to_contain_text(re.compile("Less close|not close"))


def test_examples_run_at_once_and_start_over_clears(shop: Page) -> None:
    shop.get_by_role("button", name="Search with example photo 1").click()
    summary(shop, "your photo")
    expect(shop.locator(".canvas img")).to_be_visible()
    shop.get_by_role("button", name="Start over").click()
    summary(shop, "A look around")
    shop.get_by_role("button", name="striped mug", exact=True).click()
    summary(shop, "for “striped mug”")
    expect(words(shop)).to_have_value("striped mug")
    expect(shop.locator(".canvas")).to_have_count(0)
    shop.get_by_role("button", name="Clear the words").click()
    summary(shop, "A look around")
    expect(words(shop)).to_have_value("")
    expect(words(shop)).to_be_focused()


def test_filters_take_several_values_and_give_them_back(shop: Page) -> None:
    ask(shop, "red")
    shoes, toys = shop.locator("#value-category-Shoes"), shop.locator("#value-category-Toys")
    shop.locator("#facet-category").get_by_text("Show all 15").click()
    expect(shoes).to_have_accessible_name("Shoes 13")
    shoes.check()
    summary(shop, "13 products in")
    expect(shoes).to_be_focused()
    expect(chips(shop)).to_have_text(["Shoes"])
    toys.check()
    summary(shop, "24 products in")
    expect(chips(shop)).to_have_text(["Shoes", "Toys", "Clear all"])
    expect(toys).to_be_focused()
    # Another group's counts are those of what is left.
    expect(shop.locator("#facet-color")).not_to_contain_text("63")
    shop.get_by_label("Price to").fill("40")
    shop.get_by_label("Price to").press("Enter")
    expect(chips(shop)).to_have_text(["Shoes", "Toys", "up to $40", "Clear all"])
    assert prices(shop) and max(prices(shop)) <= 40
    shop.get_by_role("button", name="Remove Shoes").click()
    expect(chips(shop)).to_have_text(["Toys", "up to $40", "Clear all"])
    expect(shop.locator("#value-category-Shoes:checked")).to_have_count(0)
    shop.get_by_label("Price from").fill("5000")
    shop.get_by_label("Price from").press("Enter")
    # The greater number first means the same range.
    expect(chips(shop)).to_have_text(["Toys", "$40 to $5,000", "Clear all"])
    expect(shop.get_by_label("Price from")).to_have_value("40")
    shop.get_by_label("Price from").fill("4990")
    shop.get_by_label("Price from").press("Enter")
    expect(shop.locator("#results")).to_contain_text("No product passes these filters")
    shop.locator("#results").get_by_role("button", name="Clear all").click()
    summary(shop, "24 products in")
    expect(shop.locator("#value-category-Toys")).not_to_be_checked()
    expect(shop.get_by_label("Price to")).to_have_value("")
    assert "category" not in shop.url


def test_rating_stock_and_offers_filter_too(shop: Page) -> None:
    before = int(shop.locator("#summary span").inner_text().split()[2])
    shop.get_by_label("On offer").check()
    expect(shop.locator("#results .card .badge")).to_have_count(cards(shop).count())
    shop.get_by_label("In stock").check()
    expect(shop.locator("#results .stock.out")).to_have_count(0)
    shop.get_by_label("4 stars and up").check()
    expect(chips(shop).filter(has_text="4 stars and up")).to_be_visible()
    assert int(shop.locator("#summary span").inner_text().split()[2]) < before
    stars = shop.locator("#results .rating").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert stars and all(float(label.split()[1]) >= 4 for label in stars)
    shop.get_by_label("Any rating").check()
    expect(chips(shop).filter(has_text="4 stars and up")).to_have_count(0)


def test_sorting_and_showing_more(shop: Page) -> None:
    ask(shop, "furniture")
    shop.get_by_label("Sort by").select_option("Price: low first")
    expect(shop).to_have_url(re.compile("sort=price"))
    assert len(prices(shop)) == 24 and prices(shop) == sorted(prices(shop))
    first = ids(shop)
    shop.get_by_role("button", name="Show more").click()
    expect(cards(shop).nth(24)).to_be_visible()
    longer = ids(shop)
    assert prices(shop) == sorted(prices(shop)) and len(set(longer)) == len(longer) > 24
    shop.get_by_label("Sort by").select_option("Price: high first")
    expect(cards(shop)).to_have_count(24)
    assert prices(shop) == sorted(prices(shop), reverse=True)
    shop.go_back()
    expect(shop.get_by_label("Sort by")).to_have_value("price")
    expect(cards(shop)).to_have_count(len(longer))
    assert ids(shop) == longer and longer[:24] == first


def test_thumbs_turn_the_results_and_a_chip_takes_them_back(shop: Page) -> None:
    ask(shop, "mug")
    before, title = ids(shop), first_title(shop).inner_text()
    down = cards(shop).nth(1).get_by_role("button", name=re.compile("^Less like"))
    disliked = cards(shop).nth(1).locator("h3").inner_text()
    down.press("Enter")
    expect(chips(shop)).to_have_text([f"less like {disliked}"])
    assert ids(shop) != before
    cards(shop).first.get_by_role("button", name=re.compile("^More like")).click()
    expect(chips(shop)).to_have_count(3)
    shop.get_by_role("button", name=f"Remove less like {disliked}").click()
    expect(chips(shop)).to_have_count(1)
    chips(shop).first.click()
    expect(chips(shop)).to_have_count(0)
    assert ids(shop) == before and first_title(shop).inner_text() == title


def test_a_product_is_the_question(shop: Page) -> None:
    ask(shop, "striped mug")
    title = first_title(shop).inner_text()
    cards(shop).first.get_by_role("button", name=f"Search with {title}").press("Enter")
    summary(shop, f"like {title}")
    expect(first_title(shop)).not_to_have_text(title)
    expect(shop.locator(".shot.like img")).to_have_attribute("alt", title)
    shop.go_back()
    summary(shop, "for “striped mug”")
    expect(first_title(shop)).to_have_text(title)
