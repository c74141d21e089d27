"""The README's screenshots and the animated tour, taken from the running app: `python assets/make_pictures.py ADDRESS`.

Start the app on its sample catalogue first (`VISEARCH_CATALOG=sample python app.py`). Needs playwright and a Chromium.
"""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

HERE = Path(__file__).parent
SCENES = HERE.parent / "data" / "sample" / "scenes"
PHOTO = SCENES / "kids-2.jpg"
WORDS = "red leather hanbdag under 180, not suede"
DESK = (1440, 960)
PHONE = (390, 844)
TOUR = (1200, 800)
TOUR_SHOWN = (900, 600)
FRAME_MS = 70
_CURSOR = """() => {
  const dot = document.createElement('div');
  dot.id = 'tour-cursor';
  Object.assign(dot.style, { position: 'fixed', zIndex: 99999, width: '22px', height: '22px', borderRadius: '50%',
    background: 'rgb(20 20 20 / 45%)', border: '2px solid #fff', pointerEvents: 'none', left: '600px', top: '600px',
    transform: 'translate(-50%, -50%)', margin: 0, padding: 0, inset: 'auto' });
  dot.setAttribute('popover', 'manual');
  document.body.append(dot);
  dot.showPopover();
}"""
# Shown again each time, so that it is above a dialog that opened meanwhile.
_MOVE = """([x, y]) => {
  const dot = document.getElementById('tour-cursor');
  dot.hidePopover();
  dot.showPopover();
  Object.assign(dot.style, { left: x + 'px', top: y + 'px' });
}"""
_LOADED = """() => [...document.querySelectorAll('#visearch img')].filter((image) => {
  const place = image.getBoundingClientRect();
  return document.elementFromPoint(place.x + place.width / 2, place.y + place.height / 2) === image;
}).every((image) => image.complete && image.naturalWidth)"""


def settle(page: Page) -> None:
    """Until nothing is being looked for and every picture in sight is there."""
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    page.wait_for_function(_LOADED)


def opened(browser: Browser, address: str, size: tuple[int, int], **options: Any) -> Page:
    """A page with its first results."""
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options).new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    expect(page.locator("#results .card:not(.skeleton)").first).to_be_visible()
    settle(page)
    return page


def give(page: Page, photo: Path) -> None:
    """Chooses a photo and waits for its boxes."""
    page.locator("#file").set_input_files(photo)
    expect(page.locator(".canvas .box.on")).to_be_visible()
    settle(page)


def screenshots(browser: Browser, address: str) -> None:
    """Those of the README."""
    page = opened(browser, address, DESK)
    give(page, PHOTO)
    page.mouse.move(5, 5)
    page.screenshot(path=HERE / "screenshot-desktop.png")
    page.get_by_role("button", name="Shop the whole look").click()
    expect(page.locator(".outfit").first).to_be_visible()
    settle(page)
    page.screenshot(path=HERE / "screenshot-look.png")
    words = opened(browser, f"{address}?q={quote(WORDS)}", DESK)
    expect(words.locator("#understood .term").first).to_be_visible()
    words.mouse.move(5, 5)
    words.screenshot(path=HERE / "screenshot-words.png")
    phone = opened(
        browser,
        address,
        PHONE,
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        color_scheme="dark",
        locale="zh-CN",
    )
    give(phone, PHOTO)
    phone.evaluate("scrollTo(0, 0)")
    phone.locator("#stage").scroll_into_view_if_needed()
    phone.screenshot(path=HERE / "screenshot-phone.png")


class Tour:
    """Frames with their durations."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[Image.Image] = []
        self.ms: list[int] = []
        self.at = (600.0, 600.0)
        page.evaluate(_CURSOR)

    def hold(self, ms: int) -> None:
        """What is there now, for `ms`."""
        shot = Image.open(io.BytesIO(self.page.screenshot(type="jpeg", quality=92))).convert("RGB")
        self.frames.append(shot.resize(TOUR_SHOWN, Image.Resampling.LANCZOS))
        self.ms.append(ms)

    def glide(self, target: Locator, steps: int = 7) -> None:
        """Moves the cursor onto something."""
        target.scroll_into_view_if_needed()
        place = target.bounding_box()
        if place is None:
            raise RuntimeError("There is nothing to move the cursor to.")
        end = (place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        start = self.at
        for step in range(1, steps + 1):
            share = step / steps
            share = share * share * (3 - 2 * share)
            self.at = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
            self.page.evaluate(_MOVE, list(self.at))
            self.hold(FRAME_MS)

    def click(self, target: Locator, done: Callable[[], None], ms: int) -> None:
        """Goes there, clicks, and shows what comes of it."""
        self.glide(target)
        target.click(force=True)
        done()
        settle(self.page)
        self.page.evaluate(_MOVE, list(self.at))
        self.hold(ms)

    def type(self, target: Locator, text: str) -> None:
        """Letter by letter."""
        self.glide(target)
        target.click()
        for letter in text:
            self.page.keyboard.type(letter)
            self.hold(2 * FRAME_MS)

    def save(self, path: Path) -> None:
        """An animated WebP."""
        first, *rest = self.frames
        first.save(path, save_all=True, append_images=rest, duration=self.ms, loop=0, quality=62, method=4)
        print(
            f"{path.name}: {len(self.frames)} frames, {sum(self.ms) / 1000:.1f} s, {path.stat().st_size / 1e6:.2f} MB"
        )


def tour(browser: Browser, address: str) -> None:
    """A photo, a box, words, the whole look, a product with its heat map, the page in Chinese."""
    page = opened(browser, address, TOUR)
    summary, shown = page.locator("#summary"), Tour(page)
    shown.hold(1200)
    shown.glide(page.get_by_role("button", name="Choose"))
    give(page, PHOTO)
    shown.hold(2000)
    second = page.locator(".canvas .box").nth(1)
    label = second.get_attribute("aria-label") or ""
    shown.click(second, lambda: expect(summary).to_contain_text(label), 1800)
    shown.type(page.get_by_label("Keywords"), "green")
    page.keyboard.press("Enter")
    expect(summary).to_contain_text("green")
    settle(page)
    shown.hold(1900)
    look = page.get_by_role("button", name="Shop the whole look")
    shown.click(look, lambda: expect(page.locator(".outfit").first).to_be_visible(), 1200)
    page.mouse.wheel(0, 420)
    page.wait_for_function("() => scrollY > 300")
    settle(page)
    shown.hold(1900)
    card = page.locator(".outfit h3 a").nth(1)
    shown.click(card, lambda: expect(page.locator("#panel h2").first).to_be_visible(), 1200)
    heat = page.locator("#heat summary")
    if heat.count():
        shown.click(heat, lambda: None, 2200)
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    page.evaluate("scrollTo(0, 0)")
    chinese = page.get_by_role("button", name="中文")
    shown.click(chinese, lambda: expect(page.get_by_label("关键词")).to_be_visible(), 2200)
    shown.save(HERE / "tour.webp")


def main() -> None:
    """Takes them all."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7860"
    expect.set_options(timeout=120_000)
    with sync_playwright() as playwright:
        found = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        screenshots(browser, address)
        tour(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
