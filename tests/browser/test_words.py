"""What is understood from the words, and what to type next; on the real app with its sample."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import (
    PHOTO,
    ask,
    cards,
    chips,
    first_title,
    fits,
    ids,
    open_first,
    panel,
    photo,
    summary,
    words,
)
from tests.browser.conftest import Visit
from tests.browser.test_refine import prices

pytestmark = pytest.mark.browser


def understood(page: Page) -> Locator:
    return page.get_by_role("group", name="How your words were understood")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def test_a_price_limits_and_its_chip_takes_it_away(shop: Page) -> None:
    ask(shop, "handbag under 150")
    expect(understood(shop).locator(".terms.limits")).to_contain_text("Up to $150")
    assert prices(shop) and max(prices(shop)) <= 150
    limited = ids(shop)
    shop.get_by_role("button", name="Remove Up to $150").click()
    expect(understood(shop)).not_to_contain_text("Up to $150")
    expect(shop).to_have_url(re.compile(r"plain=price:\.\.150"))
    assert max(prices(shop)) > 150
    understood(shop).get_by_role("button", name="Undo").click()
    expect(understood(shop)).to_contain_text("Up to $150")
    assert ids(shop) == limited and "plain" not in shop.url
    shop.get_by_role("button", name="Remove Up to $150").click()
    expect(shop).to_have_url(re.compile("plain="))
    # Other words are read afresh.
    ask(shop, "vase under 150")
    expect(understood(shop)).to_contain_text("Up to $150")
    assert "plain" not in shop.url


def test_a_link_keeps_what_was_taken_away(app: str, visit: Callable[..., Visit]) -> None:
    page = visit(f"{app}/?q=handbag+under+150&plain=price:..150,subcategory:handbags&by=bm25").page
    summary(page, "for “handbag under 150”")
    expect(understood(page)).to_have_text(re.compile(r"^As plain words\s*Undo$"))
    expect(page.locator("#ranking")).to_contain_text("Ranked by keywords (BM25)")
    understood(page).get_by_role("button", name="Undo").click()
    expect(understood(page)).to_contain_text("Kind: Handbags")


def test_what_is_not_wanted_does_not_come(shop: Page) -> None:
    blue = "vase-04"
    ask(shop, "vase")
    assert blue in ids(shop)
    ask(shop, "vase, not blue")
    expect(understood(shop)).to_contain_text("Not blue")
    expect(first_title(shop)).to_have_text(re.compile("vase"))
    assert blue not in ids(shop)


def test_a_preference_becomes_a_filter(shop: Page) -> None:
    ask(shop, "red mug")
    strict = understood(shop).get_by_role("button", name="Colour: red: Preferred, not required")
    expect(strict).to_have_attribute("title", re.compile("Preferred, not required"))
    strict.click()
    expect(chips(shop)).to_have_text(["red"])
    expect(understood(shop)).not_to_contain_text("Colour: red")
    expect(understood(shop)).to_contain_text("Kind: Mugs")
    expect(shop.locator("#value-color-red")).to_be_checked()


def test_a_slip_is_corrected_and_can_be_meant(shop: Page) -> None:
    ask(shop, "leather hanbdag")
    expect(understood(shop)).to_contain_text("hanbdag → handbag")
    expect(first_title(shop).locator("mark").first).to_be_visible()
    assert "handbag" in first_title(shop).inner_text()
    understood(shop).get_by_role("button", name="Search for “hanbdag” instead").click()
    expect(understood(shop)).not_to_contain_text("→")
    expect(shop).to_have_url(re.compile("plain=typo:hanbdag"))
    expect(words(shop)).to_have_value("leather hanbdag")


def test_chinese_words_are_understood(app: str, visit: Callable[..., Visit]) -> None:
    page = visit(app, locale="zh-CN").page
    expect(cards(page).first).to_be_visible()
    words(page).fill("200元以下的红色手提包")
    words(page).press("Enter")
    summary(page, "200元以下的红色手提包")
    told = page.get_by_role("group", name="对搜索词的理解")
    expect(told).to_contain_text("不超过 $200")
    expect(told).to_contain_text("颜色：红色")
    expect(told).to_contain_text("品种：手提包")
    expect(first_title(page)).to_have_text(re.compile("^红色手提包"))
    expect(first_title(page).locator("mark")).to_have_text("红色手提包")
    assert max(prices(page)) <= 200


def test_why_is_told_with_marks_and_shares(shop: Page) -> None:
    ask(shop, "red leather handbag")
    assert open_first(shop) == "Top-handle handbag, red leather"
    expect(panel(shop).locator("h2 mark")).to_have_text(["handbag", "red leather"])
    expect(panel(shop).locator(".description mark")).to_have_text("red leather")
    shares = panel(shop).get_by_role("list", name="What the match is made of")
    expect(shares).to_contain_text(re.compile(r"Words\s*\d+%"))
    percents = [int(part) for part in re.findall(r"(\d+)%", shares.inner_text())]
    assert sum(percents) == 100


def test_the_way_to_rank_is_chosen(shop: Page) -> None:
    ask(shop, "striped mug")
    before = ids(shop)
    shop.get_by_text("How results are ranked").click()
    shop.get_by_label("Ranked by").select_option("looks")
    expect(shop).to_have_url(re.compile("by=picture"))
    expect(shop.get_by_text("Ranked by looks")).to_be_visible()
    assert ids(shop) != before
    shop.get_by_role("button", name="Start over").click()
    summary(shop, "A look around")
    assert "by=" not in shop.url


def test_suggestions_are_chosen_by_keyboard(shop: Page) -> None:
    field = words(shop)
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("cof")
    expect(options(shop).first).to_have_text(re.compile("^Coffee TablesCategory"))
    expect(options(shop).first.locator("b")).to_have_text("Cof")
    expect(field).to_have_attribute("aria-expanded", "true")
    assert field.get_attribute("aria-controls") == shop.get_by_role("listbox").get_attribute("id")
    field.press("ArrowDown")
    expect(options(shop).first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options(shop).first.get_attribute("id") or "none")
    field.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None, "back in the field"
    field.press("Escape")
    expect(shop.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("cof")
    field.press("ArrowDown")
    expect(options(shop).first).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    summary(shop, "for “Coffee Tables”")
    expect(field).to_have_value("Coffee Tables")
    expect(shop.get_by_role("listbox")).to_be_hidden()
    # Without a choice, Enter searches for what is typed, and Tab only goes on.
    field.fill("vas")
    expect(options(shop).first).to_contain_text("Vases")
    field.press("Enter")
    summary(shop, "for “vas”")
    field.fill("mu")
    expect(options(shop).first).to_be_visible()
    field.press("Tab")
    expect(shop.get_by_role("listbox")).to_be_hidden()
    summary(shop, "for “vas”")


def test_suggestions_are_chosen_by_mouse(shop: Page) -> None:
    words(shop).press_sequentially("hand")
    options(shop).filter(has_text="Handbags").first.click()
    summary(shop, "for “Handbags”")
    expect(words(shop)).to_be_focused()
    words(shop).fill("va")
    expect(options(shop).first).to_be_visible()
    shop.locator("#answers").click()
    expect(shop.get_by_role("listbox")).to_be_hidden()


def test_a_late_list_does_not_come_up(shop: Page) -> None:
    held = []

    def hold(route: object) -> None:
        told = route.request.post_data or ""  # type: ignore[attr-defined]
        held.append(route) if '"mug"' in told and '"suggest"' in told else route.continue_()  # type: ignore[attr-defined]

    shop.route(re.compile("/component_server"), hold)
    with shop.expect_request(lambda request: '"mug"' in (request.post_data or "")):
        words(shop).fill("mug")
    words(shop).fill("vase")
    expect(options(shop).first).to_contain_text("Vase")
    with shop.expect_response(lambda answer: '"mug"' in (answer.request.post_data or "")):
        held[0].continue_()
    expect(options(shop).first).to_contain_text("Vase")
    assert "ug" not in " ".join(options(shop).locator("b").all_inner_texts())


def test_composing_chinese_neither_asks_nor_searches(shop: Page) -> None:
    asked: list[str] = []
    shop.on("request", lambda request: asked.append(request.post_data or "") if "server" in request.url else None)
    words(shop).focus()
    client = shop.context.new_cdp_session(shop)
    for text in ("h", "ho", "hon", "hong"):
        client.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    expect(words(shop)).to_have_value("hong")
    # The Enter that takes the letters as they are belongs to the input method.
    shop.evaluate(
        """() => {
            const field = document.querySelector('#words');
            const told = { key: 'Enter', keyCode: 229, isComposing: true, bubbles: true, cancelable: true };
            if (field.dispatchEvent(new KeyboardEvent('keydown', told))) field.form.requestSubmit();
            field.form.requestSubmit();
        }"""
    )
    expect(shop.get_by_role("listbox")).to_be_hidden()
    summary(shop, "A look around")
    client.send("Input.insertText", {"text": "红色"})
    expect(words(shop)).to_have_value("红色")
    expect(options(shop).first).to_contain_text("红色")
    assert not [sent for sent in asked if "hong" in sent]
    words(shop).press("Enter")
    summary(shop, "for “红色”")


def test_a_photo_in_words_becomes_words(shop: Page) -> None:
    photo(shop, PHOTO)
    seen = shop.get_by_label("We see")
    expect(seen).to_have_value(re.compile("^blue .*(handbag|accessories)"))
    seen.fill("suede handbag")
    shop.get_by_role("button", name="Use as words").click()
    summary(shop, re.compile("in your photo and “suede handbag”|for your photo and “suede handbag”"))
    expect(words(shop)).to_have_value("suede handbag")
    seen.fill("grey suede handbag")
    shop.get_by_role("button", name="Only words").click()
    summary(shop, "for “grey suede handbag”")
    expect(shop.locator(".canvas")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_chips_and_list_fit_a_phone_and_are_accessible(app: str, visit: Callable[..., Visit], dark: bool) -> None:
    pytest.importorskip("axe_playwright_python", reason="pip install -r tests/requirements.txt")
    from tests.browser.test_views import faults

    scheme = "dark" if dark else "light"
    page = visit(app, 390, 844, has_touch=True, is_mobile=True, color_scheme=scheme).page
    expect(cards(page).first).to_be_visible()
    ask(page, "red leather hanbdag under 900 not suede in stock")
    expect(understood(page)).to_contain_text("Not suede")
    page.get_by_text("How results are ranked").click()
    assert fits(page) and faults(page) == []
    understood(page).get_by_role("button", name="Remove Not suede").tap()
    expect(understood(page).get_by_role("button", name="Undo")).to_be_visible()
    words(page).fill("le")
    expect(options(page).first).to_be_visible()
    words(page).press("ArrowDown")
    assert fits(page) and faults(page) == []
    options(page).nth(1).tap()
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(words(page)).not_to_have_value("le")
