"""The room Insights in a browser: an evaluation is run from the page, the map shows products, and axe-core looks."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytest.importorskip("axe_playwright_python", reason="pip install -r tests/requirements.txt")

from tests.browser.acts import ask, fits, panel
from tests.browser.conftest import Visit, free_port
from tests.browser.test_views import faults
from tests.ui.still import StillLive, engine_of, ready_status
from visearch.config import Settings
from visearch.ui import build_app, launch

pytestmark = pytest.mark.browser

PARTS = ("quality", "health", "map", "compare", "demand")


def enter(page: Page) -> None:
    page.get_by_role("link", name="Insights").click()
    expect(page.get_by_role("heading", name="Insights")).to_be_focused()


def part(page: Page, name: str) -> None:
    page.locator(f".part[data-part={name}]").click()
    expect(page.locator(f".part-body[data-part={name}]")).to_be_visible()
    if name == "map":
        expect(page.locator("#ins-canvas")).to_have_attribute("data-points", re.compile(r"\d+"))


@pytest.fixture
def small(tmp_path: Path, visit: Callable[..., Visit]) -> Page:
    """A shop of 24 toy products with a home of its own, whose demand is counted."""
    engine = engine_of(tmp_path)
    settings = Settings(home=tmp_path, demand=True)
    live = StillLive(engine, ready_status(engine))
    demo = build_app(live, settings)  # type: ignore[arg-type]
    launch(demo, live, settings, server_port=free_port(), prevent_thread_lock=True, quiet=True)  # type: ignore[arg-type]
    try:
        yield visit(demo.local_url).page
    finally:
        demo.close()


def test_an_evaluation_of_the_sample_is_run_from_the_page(app: str, visit: Callable[..., Visit]) -> None:
    page = visit(f"{app}/?room=insights").page
    page.get_by_role("button", name=re.compile("^Quick: ")).click()
    expect(page.get_by_role("progressbar", name="Evaluating")).to_be_visible()
    figure = page.locator(".headline").filter(has=page.get_by_role("heading", name="Photos")).locator(".big b")
    expect(figure).to_be_visible(timeout=300_000)
    # Far from what chance would give, and what the first tile repeats.
    assert int(figure.inner_text()) > 40
    expect(page.locator("#ins-glance")).to_contain_text(f"{figure.inner_text()} of 100")
    expect(page.locator(".misses .miss").first).to_contain_text("Expected")
    with page.expect_download() as saved:
        page.locator("#ins-results .export summary").click()
        page.get_by_role("link", name="Report (HTML)").click()
    assert saved.value.path().read_bytes().startswith(b"<!doctype html>")
    assert faults(page) == [] and fits(page)
    page.get_by_role("button", name=re.compile("^Run it again")).click()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#ins-run")).to_contain_text("was stopped", timeout=120_000)


def test_the_map_shows_a_picture_and_opens_the_product(small: Page) -> None:
    enter(small)
    part(small, "map")
    canvas, tip = small.locator("#ins-canvas"), small.locator("#ins-tip")
    expect(canvas).to_have_attribute("data-points", "24")
    canvas.focus()
    canvas.press("+")
    expect(tip).to_be_visible()
    first = tip.locator("span").inner_text()
    assert re.match(r"(Red|Green|Blue|Yellow|Black|White) (mug|bag) \d+", first)
    small.wait_for_function("document.querySelector('#ins-tip img').naturalWidth > 0")
    canvas.press("0")
    # A mouse that wanders over the points finds one.
    box = canvas.bounding_box()
    assert box is not None
    canvas.press("Escape")
    expect(tip).to_be_hidden()
    for step in range(400):
        x, y = box["x"] + (step % 20 + 0.5) * box["width"] / 20, box["y"] + (step // 20 + 0.5) * box["height"] / 20
        small.mouse.move(x, y)
        if tip.is_visible():
            break
    title = tip.locator("span").inner_text()
    small.mouse.down()
    small.mouse.up()
    expect(panel(small).get_by_role("heading", level=2)).to_have_text(title)
    small.go_back()
    expect(small.locator(".part-body[data-part=map]")).to_be_visible()


def test_two_ways_side_by_side_and_what_was_asked(small: Page) -> None:
    ask(small, "red bag")
    enter(small)
    expect(small.locator("#ins-glance")).to_contain_text("median of the last 1 searches")
    part(small, "compare")
    small.locator("#ins-duel-text").fill("red bag")
    small.get_by_role("button", name="Compare", exact=True).click()
    expect(small.locator("#ins-duel [role=status]")).to_contain_text(re.compile(r"\d+ of \d+ products are in both"))
    expect(small.locator(".duel-column")).to_have_count(2)
    part(small, "demand")
    expect(small.locator(".part-body .tile").first.locator("b")).to_have_text("1")
    small.get_by_role("button", name="Back to the search").click()
    expect(small.locator("#summary")).to_contain_text("for “red bag”")


def test_the_part_stays_when_the_language_changes(small: Page) -> None:
    enter(small)
    part(small, "health")
    small.get_by_role("button", name="中文").click()
    expect(small.locator(".part-body[data-part=health]")).to_contain_text("目录健康")


@pytest.mark.parametrize(
    "options",
    [
        {"width": 1440},
        {"width": 390, "has_touch": True, "is_mobile": True, "color_scheme": "dark", "locale": "zh-CN"},
    ],
    ids=["desktop", "phone-dark-zh"],
)
def test_every_part_is_accessible_and_fits(app: str, visit: Callable[..., Visit], options: dict[str, object]) -> None:
    page = visit(f"{app}/?room=insights", **options).page
    wrong = {}
    for name in PARTS:
        part(page, name)
        told = faults(page)
        if not fits(page):
            told.append(f"{page.evaluate('document.documentElement.scrollWidth')} pixels wide")
        if told:
            wrong[name] = told
    assert wrong == {}
