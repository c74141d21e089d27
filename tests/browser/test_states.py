"""The page over an engine whose state the test sets: nasty catalogues, progress, failure, a switch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, free_port
from tests.toy import ToyCatalog
from tests.ui.still import StillLive, engine_of, ready_status
from visearch.catalog.base import CatalogItem
from visearch.config import Settings
from visearch.live import Status
from visearch.ui import build_app, launch

pytestmark = pytest.mark.browser
NASTY = '<img src=x onerror="window.hit=1">${window.hit=2}{{constructor}}<script>window.hit=3</script>'


class NastyCatalog(ToyCatalog):
    """A shop that would like to run scripts in the visitor's page."""

    def __iter__(self) -> Iterator[CatalogItem]:
        for item in super().__iter__():
            product = replace(item.product, title=NASTY, brand=NASTY, category=f"{item.product.category} {NASTY}")
            yield replace(item, product=replace(product, url="javascript:window.hit=4"))


@pytest.fixture
def serve() -> Iterator[Callable[[StillLive], str]]:
    """Serves the page of a live engine from this process."""
    demos: list[Any] = []

    def start(live: StillLive) -> str:
        demo = build_app(live, Settings())
        demos.append(demo)
        launch(demo, live, Settings(), server_port=free_port(), prevent_thread_lock=True, quiet=True)
        return demo.local_url

    yield start
    for demo in demos:
        demo.close()


def cards(page: Page):
    return page.locator("#results .card:not(.skeleton)")


def test_markup_in_a_catalogue_is_inert(serve: Any, visit: Callable[..., Visit], tmp_path: Path) -> None:
    engine = engine_of(tmp_path, NastyCatalog(12, "nasty"))
    page = visit(serve(StillLive(engine, ready_status(engine)))).page
    expect(cards(page).first).to_contain_text("<script>window.hit=3</script>")
    page.get_by_label("Keywords").fill(NASTY)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#summary")).to_contain_text(NASTY)
    page.locator("#results button.more").first.click()
    expect(page.locator("#summary")).to_contain_text("like <img")
    page.locator("#filter-group input").first.check()
    expect(page.locator("#summary")).to_contain_text("products in")
    assert page.evaluate("window.hit") is None
    assert page.locator("#results a").count() == 0


def test_progress_then_the_waiting_search_runs(serve: Any, visit: Callable[..., Visit], tmp_path: Path) -> None:
    live = StillLive(None, Status(state="indexing", reason="Offline.", stage="embedding", done=30, total=120))
    page = visit(serve(live)).page
    bar = page.get_by_role("progressbar", name="Preparing the catalogue")
    expect(bar).to_have_attribute("aria-valuenow", "25")
    live.now = replace(live.now, done=60)
    expect(bar).to_have_attribute("aria-valuenow", "50")
    page.get_by_label("Keywords").fill("red")
    page.get_by_label("Keywords").press("Enter")
    expect(page.locator("#results")).to_contain_text("Your search is waiting for the catalogue")
    live.ready = engine_of(tmp_path)
    live.now = ready_status(live.ready)
    expect(page.locator("#summary")).to_contain_text("for “red”")
    expect(cards(page).first).to_contain_text("Red")
    expect(bar).to_have_count(0)


def test_the_page_switches_to_another_catalogue(serve: Any, visit: Callable[..., Visit], tmp_path: Path) -> None:
    first = engine_of(tmp_path / "first", ToyCatalog(6, "first"))
    live = StillLive(first, replace(ready_status(first), state="switching", stage="fetching", done=0, total=None))
    page = visit(serve(live)).page
    expect(page.locator("#answers")).to_contain_text("6 products")
    expect(page.get_by_text("Preparing a better catalogue in the background")).to_be_visible()
    live.ready = engine_of(tmp_path / "second", ToyCatalog(12, "second"))
    live.now = ready_status(live.ready, generation=2)
    expect(page.locator("#answers")).to_contain_text("12 products")
    expect(page.locator("#summary")).to_contain_text("12 of 12 products")
    expect(cards(page)).to_have_count(12)


def test_failure_is_one_clear_sentence(serve: Any, visit: Callable[..., Visit]) -> None:
    live = StillLive(None, Status(state="failed", error="There is no catalogue 'x'. Check the name."))
    page = visit(serve(live)).page
    expect(page.get_by_role("alert")).to_contain_text("There is no catalogue 'x'. Check the name.")
    expect(page.locator("#results")).to_contain_text("Nothing to search in yet")
