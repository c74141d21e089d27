"""The real app: what a visitor sees and does."""

from __future__ import annotations

import base64
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, START_S, Visit

pytestmark = pytest.mark.browser
QUERIES = ROOT / "data" / "sample" / "queries"
PHOTO, PHOTO_TITLE = "camera-07", "SLR with portrait lens"


def words(page: Page):
    return page.get_by_label("Keywords")


def ask(page: Page, text: str) -> None:
    words(page).fill(text)
    words(page).press("Enter")


def first_title(page: Page):
    return page.locator("#results .card h3").first


def give_photo(page: Page, path: Path) -> None:
    page.locator("#photo input[type=file]").set_input_files(path)


def call(app: str, name: str, *data: object) -> tuple[str, object]:
    """One call over plain HTTP: post, then read the event stream -> (event, data)."""
    request = urllib.request.Request(
        f"{app}/gradio_api/call/{name}", json.dumps({"data": data}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        event_id = json.load(answer)["event_id"]
    with urllib.request.urlopen(f"{app}/gradio_api/call/{name}/{event_id}", timeout=START_S) as stream:
        event, _, body = stream.read().decode().strip().rpartition("\n\n")[2].partition("\n")
    return event.removeprefix("event: "), json.loads(body.removeprefix("data: "))


def test_the_page_opens_and_says_what_answers(shop: Page) -> None:
    expect(shop).to_have_title("visearch")
    expect(shop.locator("#answers")).to_contain_text(re.compile(r"255 products · embedded model.*[Oo]ffline"))
    expect(shop.locator("#summary")).to_contain_text("A look around the catalogue 24 of 255 products")
    categories = shop.locator("#results .card .brand")
    assert len(set(categories.all_inner_texts())) > 8, "the first page is varied"


def test_an_uploaded_photo_finds_its_product_first(shop: Page) -> None:
    give_photo(shop, QUERIES / f"{PHOTO}-photo.jpg")
    expect(shop.locator("#summary")).to_contain_text(re.compile(r"24 products in .* for your photo"))
    expect(shop.locator("#results button.more").first).to_have_attribute("data-id", PHOTO)


def test_words_find_what_they_name(shop: Page) -> None:
    ask(shop, "red leather handbag")
    expect(shop.locator("#summary")).to_contain_text("for “red leather handbag”")
    expect(first_title(shop)).to_have_text("Top-handle handbag, red leather")
    expect(shop.locator("#results .match").first).to_have_attribute("aria-label", re.compile(r"Match \d+ of 100"))


def test_the_balance_is_there_only_for_photo_and_words(shop: Page) -> None:
    ask(shop, "yellow")
    expect(shop.locator("#summary")).to_contain_text("for “yellow”")
    expect(shop.locator("#balance")).to_be_hidden()
    give_photo(shop, QUERIES / "camera-07-photo.jpg")
    expect(shop.locator("#summary")).to_contain_text("for your photo and “yellow”")
    expect(shop.locator("#balance")).to_be_visible()


def test_examples_run_at_once_and_start_over_clears(shop: Page) -> None:
    shop.locator(".try-photo").first.click()
    expect(shop.locator("#summary")).to_contain_text("for your photo")
    expect(shop.locator("#photo img")).to_be_visible()
    shop.get_by_role("button", name="striped mug", exact=True).click()
    expect(shop.locator("#summary")).to_contain_text("for “striped mug”")
    expect(words(shop)).to_have_value("striped mug")
    expect(shop.locator("#photo img")).to_have_count(0)
    shop.get_by_role("button", name="Start over").click()
    expect(shop.locator("#summary")).to_contain_text("A look around")
    expect(words(shop)).to_have_value("")


def test_filters_narrow_the_results(shop: Page) -> None:
    ask(shop, "red")
    expect(shop.locator("#summary")).to_contain_text("24 products in")
    shop.get_by_label("Shoes (13)").check()
    expect(shop.locator("#summary")).to_contain_text("13 products in")
    shop.get_by_label("Price from").fill("5000")
    shop.get_by_label("Price from").press("Enter")
    expect(shop.locator("#results")).to_contain_text("No product passes these filters")
    shop.get_by_role("button", name="Clear filters").click()
    expect(shop.locator("#summary")).to_contain_text("24 products in")
    expect(shop.get_by_label("Shoes (13)")).not_to_be_checked()


def test_more_like_this_from_the_keyboard(shop: Page) -> None:
    ask(shop, "striped mug")
    expect(shop.locator("#summary")).to_contain_text("striped mug")
    title = first_title(shop).inner_text()
    shop.locator("#results button.more").first.press("Enter")
    expect(shop.locator("#summary")).to_contain_text(f"like {title}")
    expect(first_title(shop)).not_to_have_text(title)
    shop.get_by_role("button", name="Back to the search").press("Enter")
    expect(first_title(shop)).to_have_text(title)


def test_a_broken_photo_is_one_sentence_and_the_page_lives_on(shop: Page, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"this is no picture")
    ask(shop, "vase")
    expect(shop.locator("#summary")).to_contain_text("for “vase”")
    give_photo(shop, broken)
    expect(shop.get_by_role("alert")).to_contain_text("The file is not a picture that can be read.")
    expect(words(shop)).to_have_value("vase")
    expect(shop.locator("#photo img")).to_have_count(0)
    assert "Traceback" not in shop.content()
    give_photo(shop, QUERIES / f"{PHOTO}-photo.jpg")
    expect(shop.locator("#summary")).to_contain_text("for your photo and “vase”")
    expect(shop.locator("#message")).not_to_contain_text("not a picture")


def test_a_photo_can_be_pasted_anywhere(shop: Page) -> None:
    data = base64.b64encode((QUERIES / f"{PHOTO}-photo.jpg").read_bytes()).decode()
    shop.evaluate(
        """data => {
            const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File([bytes], 'pasted.jpg', { type: 'image/jpeg' }));
            document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
        }""",
        data,
    )
    expect(shop.locator("#results button.more").first).to_have_attribute("data-id", PHOTO)


@pytest.mark.parametrize("width", [360, 390])
def test_a_phone_needs_no_sideways_scrolling(app: str, visit: Callable[..., Visit], width: int) -> None:
    page = visit(app, width, 800, has_touch=True, is_mobile=True, color_scheme="dark").page
    expect(page.locator("#results .card:not(.skeleton)").first).to_be_visible(timeout=START_S * 1000)
    give_photo(page, QUERIES / f"{PHOTO}-photo.jpg")
    ask(page, "a rather long wish with many words in it")
    expect(page.locator("#summary")).to_contain_text("for your photo and")
    expect(page.locator("#summary")).to_be_in_viewport()
    expect(page.get_by_label("Shoes (13)")).to_be_hidden()
    page.get_by_role("button", name="Filters", exact=True).tap()
    expect(page.get_by_label("Shoes (13)")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    tops = page.locator("#results .card").evaluate_all(
        "cards => cards.slice(0, 2).map(c => c.getBoundingClientRect().top)"
    )
    assert tops[0] == tops[1], "two cards side by side"


def test_the_api_answers_over_plain_http(app: str) -> None:
    photo = base64.b64encode((QUERIES / f"{PHOTO}-photo.jpg").read_bytes()).decode()
    event, data = call(app, "search", "", f"data:image/jpeg;base64,{photo}", None, 3, {"category": "Electronics"})
    assert event == "complete"
    first = data[0]["hits"][0]
    assert first["id"] == PHOTO and first["title"].startswith(PHOTO_TITLE)
    with urllib.request.urlopen(f"{app}/{first['image']}", timeout=60) as picture:
        assert picture.headers["content-type"] == "image/jpeg" and picture.read(2) == b"\xff\xd8"
    event, data = call(app, "catalog")
    assert event == "complete" and data[0]["products"] == 255 and data[0]["facets"]["category"]["Shoes"] == 13


def test_the_api_answers_gradio_client(app: str) -> None:
    from gradio_client import Client

    client = Client(app, verbose=False)
    assert set(client.view_api(return_format="dict", print_info=False)["named_endpoints"]) == {"/search", "/catalog"}
    assert len(client.predict(text="vase", k=4, api_name="/search")["hits"]) == 4


def test_the_api_refuses_files_and_says_so(app: str) -> None:
    for image in ("/etc/passwd", {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}):
        event, data = call(app, "search", "", image, None, 3, None)
        assert event == "error" and "root:" not in json.dumps(data)
    event, data = call(app, "search", "", "/etc/passwd", None, 3, None)
    assert "paths are not read" in data["error"]


@pytest.mark.parametrize("path", ["gradio_api/file=/etc/passwd", "thumbs/..%2f..%2fapp.log", "monitoring/summary"])
def test_nothing_else_is_served(app: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{app}/{path}", timeout=60)
    assert refused.value.code in (403, 404)
