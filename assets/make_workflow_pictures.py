"""The README's pictures of the workflows, one each: `python assets/make_workflow_pictures.py ADDRESS`.

Start the app on its sample catalogue first (`VISEARCH_CATALOG=sample python app.py`). Needs playwright and a Chromium.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

HERE = Path(__file__).parent
SIZE = (1240, 860)
SHOWN = (930, 645)
LONG_MS = 180_000
_LOADED = """() => [...document.querySelectorAll('#visearch img')].filter((image) => {
  const place = image.getBoundingClientRect();
  return document.elementFromPoint(place.x + place.width / 2, place.y + place.height / 2) === image;
}).every((image) => image.complete && image.naturalWidth)"""


def save(page: Page, name: str, top: str = "") -> None:
    """What is in sight, from the element `top` on."""
    if top:
        page.locator(top).first.evaluate("node => scrollTo(0, node.getBoundingClientRect().top + scrollY - 16)")
    page.mouse.move(2, 2)
    page.wait_for_function(_LOADED)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS)
    image.save(HERE / f"workflow-{name}.webp", quality=82, method=6)


def part(page: Page, name: str) -> None:
    """Goes to a part of the room."""
    page.locator(f".part[data-part={name}]").click()
    expect(page.locator(f".part-body[data-part={name}]")).to_be_visible()


def example(page: Page, place: int = 0) -> None:
    """Takes an example photo."""
    page.locator(".picker .try-photo").nth(place).click()


def beside(page: Page) -> None:
    page.goto(page.url.partition("?")[0] + "?product=sofa-01")
    goes = page.locator("#panel h3", has_text="Goes with it")
    expect(goes).to_be_visible()
    page.locator("#panel h3", has_text="The same style").evaluate("node => node.scrollIntoView()")
    save(page, "related")


def for_you(page: Page) -> None:
    for product in ("teddy-03", "chair-05", "sneaker-02"):
        page.goto(page.url.partition("?")[0] + "?q=red+handbag")
        expect(page.locator("#results .card:not(.skeleton)").first).to_be_visible()
        page.evaluate(
            "id => { const kept = JSON.parse(localStorage['visearch.taste'] || '{\"events\":[]}');"
            "kept.events.unshift({kind: 'view', id, at: Date.now()});"
            "localStorage['visearch.taste'] = JSON.stringify(kept); }",
            product,
        )
    page.locator("#words").fill("striped mug")
    page.keyboard.press("Enter")
    expect(page.locator("#summary")).to_contain_text("striped mug")
    page.get_by_role("link", name="Discover").click()
    expect(page.locator("#fy .interest").nth(2)).to_be_visible()
    save(page, "for-you")
    part(page, "offers")
    expect(page.locator(".trade-point").first).to_be_visible()
    save(page, "offers", ".off-line")
    part(page, "reviews")
    example(page)
    expect(page.locator(".rev-strip")).to_be_visible()
    save(page, "reviews", "#discover-nav")


def boards(page: Page) -> None:
    page.goto(page.url.partition("?")[0] + "?room=boards")
    page.get_by_role("button", name="Show an example").click()
    expect(page.locator(".picks li").first).to_be_visible()
    save(page, "board", ".mood")
    part(page, "marks")
    page.locator("[data-do=mark_find][data-example]").first.click()
    expect(page.locator(".mark-hits li").first).to_be_visible()
    save(page, "marks", ".mark-form")
    page.goto(page.url.partition("?")[0] + "?q=candle")
    expect(page.locator("#results .card:not(.skeleton)").first).to_be_visible()
    save(page, "campaigns", "#body")


def desk(page: Page) -> None:
    page.goto(page.url.partition("?")[0] + "?room=desk")
    example(page)
    expect(page.locator(".verdict")).to_be_visible()
    save(page, "help", ".picker")
    part(page, "shelf")
    example(page)
    expect(page.get_by_text("What stands there")).to_be_visible()
    save(page, "shelf", ".picker")
    part(page, "supplier")
    page.get_by_role("button", name=re.compile("example", re.IGNORECASE)).first.click()
    expect(page.get_by_role("button", name="Accept all clean ones")).to_be_enabled()
    save(page, "supplier", "#desk-body")


def taken(browser: Browser, address: str, take: Callable[[Page], None]) -> None:
    """In a browser that knows nothing yet."""
    page = browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]}, device_scale_factor=1.5).new_page()
    page.set_default_timeout(LONG_MS)
    expect.set_options(timeout=LONG_MS)
    page.goto(address)
    take(page)
    page.context.close()


def main() -> None:
    """Of all, or of those that are named behind the address."""
    takes = {"related": beside, "discover": for_you, "boards": boards, "desk": desk}
    chromium = next(path for name in ("chromium", "google-chrome") if (path := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])
        for name in sys.argv[2:] or takes:
            taken(browser, sys.argv[1], takes[name])
        browser.close()


if __name__ == "__main__":
    main()
