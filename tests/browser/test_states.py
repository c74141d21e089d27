"""The page over an engine whose state the test sets: nasty catalogues, addresses, progress, failure, a switch."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Route, expect

from tests.browser.acts import PHOTO, ask, boxes, cards, chips, give, ids, open_first, panel, summary, words
from tests.browser.conftest import Visit
from tests.toy import ToyCatalog
from tests.ui.still import StillLive, engine_of, ready_status
from visearch.catalog.base import CatalogItem
from visearch.errors import PictureError
from visearch.live import Status

pytestmark = pytest.mark.browser
NASTY = '<img src=x onerror="window.hit=1">${window.hit=2}{{constructor}}<script>window.hit=3</script>'
CALLS = re.compile(r"/component_server(/|\?|$)")
Serve = Callable[..., str]
Open = Callable[..., Visit]


class NastyCatalog(ToyCatalog):
    """A shop that would like to run scripts in the visitor's page."""

    def __iter__(self) -> Iterator[CatalogItem]:
        for item in super().__iter__():
            category = f"{item.product.category} {NASTY}"
            product = replace(item.product, id=f"{item.product.id}{NASTY}", title=NASTY, brand=NASTY, category=category)
            product = replace(product, description=NASTY, attributes={NASTY: NASTY}, url="javascript:window.hit=4")
            yield replace(item, product=product)


def red_photo(path: Path) -> Path:
    Image.new("RGB", (400, 300), (200, 30, 30)).save(path)
    return path


def test_markup_in_a_catalogue_is_inert(serve: Serve, visit: Open, tmp_path: Path) -> None:
    engine = engine_of(tmp_path, NastyCatalog(12, "nasty"))
    page = visit(serve(StillLive(engine, ready_status(engine)))).page
    expect(cards(page).first).to_contain_text("<script>window.hit=3</script>")
    ask(page, NASTY)
    words(page).fill("img")
    expect(page.get_by_role("option").first).to_contain_text("<img src=x")
    words(page).press("Escape")
    page.get_by_role("group", name="Category").get_by_role("checkbox").first.check()
    expect(chips(page)).to_have_count(1)
    cards(page).first.locator("[data-toggle=more]").click()
    expect(chips(page).filter(has_text="more like <img")).to_be_visible()
    for number in (0, 1):
        cards(page).nth(number).locator("[data-toggle=compare]").click()
        expect(page.locator("#tray .picked")).to_have_count(number + 1)
    page.locator("#tray .pill").click()
    expect(page.locator("#comparison table")).to_contain_text("window.hit")
    page.keyboard.press("Escape")
    open_first(page)
    expect(panel(page).locator("dl")).to_contain_text("{{constructor}}")
    panel(page).get_by_role("button", name="More like this").click()
    summary(page, "like <img")
    assert page.evaluate("window.hit") is None
    assert page.locator("#visearch [href^='javascript']").count() == 0


def test_a_photo_comes_from_an_address(serve: Serve, visit: Open, tmp_path: Path) -> None:
    engine = engine_of(tmp_path)
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        if "missing" in url:
            raise PictureError("The address answers 404.", "Check it.")
        buffer = io.BytesIO()
        Image.new("RGB", (400, 300), (200, 30, 30)).save(buffer, "PNG")
        return buffer.getvalue()

    page = visit(serve(StillLive(engine, ready_status(engine)), fetch)).page
    page.get_by_role("button", name="Link", exact=True).click()
    field = page.get_by_label("Address of a picture")
    field.fill("not an address")
    page.get_by_role("button", name="Fetch").click()
    expect(page.get_by_role("alert")).to_contain_text("That is not the https address of a picture.")
    field.fill("https://shop.example/missing.png")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The address answers 404.")
    expect(field).to_have_value("https://shop.example/missing.png")
    field.fill("https://shop.example/red.png")
    field.press("Enter")
    summary(page, "for Chair in your photo")
    expect(cards(page).first).to_contain_text("Red")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page).to_have_url(re.compile("photo=https://shop.example/red.png"))
    page.get_by_role("button", name="Remove photo").click()
    summary(page, "A look around")
    # The same address again is pasted into the page, and is not fetched again.
    page.evaluate(
        """() => {
            const clipboardData = new DataTransfer();
            clipboardData.setData('text/plain', 'https://shop.example/red.png');
            document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
        }"""
    )
    summary(page, "for Chair in your photo")
    assert asked == ["https://shop.example/missing.png", "https://shop.example/red.png"]


def test_an_address_inside_the_network_is_refused(app: str, visit: Open) -> None:
    page = visit(f"{app}/?photo=https://127.0.0.1/secret.png").page
    expect(page.get_by_role("alert")).to_be_visible()
    expect(cards(page).first).to_be_visible()


def test_an_unreachable_server_is_told_and_nothing_is_lost(serve: Serve, visit: Open, tmp_path: Path) -> None:
    engine = engine_of(tmp_path)
    page = visit(serve(StillLive(engine, ready_status(engine)))).page
    ask(page, "red")
    before = ids(page)
    page.route(CALLS, lambda route: route.abort())
    page.get_by_label("Sort by").select_option("Price: high first")
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer. Check the connection")
    assert ids(page) == before
    expect(page.get_by_label("Sort by")).to_have_value("match")
    page.get_by_label("In stock").click()
    expect(page.get_by_label("In stock")).not_to_be_checked()
    words(page).fill("blue")
    words(page).press("Enter")
    expect(words(page)).to_have_value("blue")
    page.unroute(CALLS)
    words(page).press("Enter")
    summary(page, "for “blue”")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.route(re.compile("/photos"), lambda route: route.abort())
    give(page, PHOTO)
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer.")
    summary(page, "for “blue”")


def test_a_server_that_is_away_at_first_is_asked_again(serve: Serve, visit: Open, tmp_path: Path) -> None:
    engine = engine_of(tmp_path)
    address = serve(StillLive(engine, ready_status(engine)))
    page = visit("about:blank").page
    page.clock.install()
    page.route(CALLS, lambda route: route.abort())
    page.goto(address)
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer. The page tries again by itself.")
    page.unroute(CALLS)
    page.clock.fast_forward(11_000)
    expect(cards(page).first).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_browser_that_keeps_nothing_is_served(serve: Serve, visit: Open, tmp_path: Path) -> None:
    engine = engine_of(tmp_path)
    address = serve(StillLive(engine, ready_status(engine)))
    page = visit("about:blank").page
    # As in a frame of another site when foreign cookies are blocked.
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page.goto(address)
    ask(page, "red")
    expect(cards(page).first).to_contain_text("Red")
    page.get_by_role("button", name="Light or dark").click()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_label("关键词")).to_have_value("red")


def test_a_slow_answer_does_not_overtake_a_later_one(serve: Serve, visit: Open, tmp_path: Path) -> None:
    engine = engine_of(tmp_path)
    page = visit(serve(StillLive(engine, ready_status(engine)))).page
    expect(cards(page).first).to_be_visible()
    held = []

    def hold(route: Route) -> None:
        if held or '"suggest"' in (route.request.post_data or ""):
            route.continue_()
        else:
            held.append(route)

    page.route(CALLS, hold)
    words(page).fill("green")
    words(page).press("Enter")
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    ask(page, "blue")
    with page.expect_response(CALLS):
        held[0].continue_()
    expect(cards(page).first).to_contain_text("Blue")
    summary(page, "for “blue”")


def test_a_copied_link_in_a_space_is_the_space_s(
    serve: Serve, visit: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPACE_ID", "shop/search")
    engine = engine_of(tmp_path)
    address = serve(StillLive(engine, ready_status(engine)))
    page = visit(address, permissions=["clipboard-read", "clipboard-write"]).page
    ask(page, "red")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#toast")).to_have_text("Link copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "https://huggingface.co/spaces/shop/search?q=red"


def test_progress_then_the_waiting_search_runs(serve: Serve, visit: Open, tmp_path: Path) -> None:
    live = StillLive(None, Status(state="indexing", reason="Offline.", stage="embedding", done=30, total=120))
    page = visit(serve(live)).page
    bar = page.get_by_role("progressbar", name="Preparing the catalogue")
    expect(bar).to_have_attribute("aria-valuenow", "25")
    live.now = replace(live.now, done=60)
    expect(bar).to_have_attribute("aria-valuenow", "50")
    words(page).fill("red")
    words(page).press("Enter")
    expect(page.locator("#results")).to_contain_text("Your search is waiting for the catalogue")
    give(page, red_photo(tmp_path / "red.png"))
    expect(page.locator("#results")).to_contain_text("Your search is waiting for the catalogue")
    live.ready = engine_of(tmp_path)
    live.now = ready_status(live.ready)
    summary(page, "“red”")
    expect(cards(page).first).to_contain_text("Red")
    expect(bar).to_have_count(0)
    expect(boxes(page)).to_have_count(2)


def test_the_page_switches_to_another_catalogue(serve: Serve, visit: Open, tmp_path: Path) -> None:
    first = engine_of(tmp_path / "first", ToyCatalog(6, "first"))
    live = StillLive(first, replace(ready_status(first), state="switching", stage="fetching", done=0, total=None))
    page = visit(serve(live)).page
    expect(page.locator("#answers")).to_contain_text("6 products")
    expect(page.get_by_text("Preparing a better catalogue in the background")).to_be_visible()
    live.ready = engine_of(tmp_path / "second", ToyCatalog(12, "second"))
    live.now = ready_status(live.ready, generation=2)
    expect(page.locator("#answers")).to_contain_text("12 products")
    summary(page, "12 of 12 products")
    expect(cards(page)).to_have_count(12)


def test_failure_is_one_clear_sentence(serve: Serve, visit: Open) -> None:
    live = StillLive(None, Status(state="failed", error="There is no catalogue 'x'. Check the name."))
    page = visit(serve(live)).page
    expect(page.get_by_role("alert")).to_contain_text("There is no catalogue 'x'. Check the name.")
    expect(page.locator("#results")).to_contain_text("Nothing to search in yet")
