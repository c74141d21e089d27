"""What the tests do on the page, and what they read from it."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ROOT

SAMPLE = ROOT / "data" / "sample"
QUERIES = SAMPLE / "queries"
SCENE = SAMPLE / "scenes" / "living-1.jpg"
PHOTO, PHOTO_ID = QUERIES / "handbag-07-photo.jpg", "handbag-07"
OF_PHOTO = re.compile(r"(in|for) your photo")

_EVENT = """([data, kind]) => {
    const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
    const carried = new DataTransfer();
    carried.items.add(new File([bytes], 'carried.jpg', { type: 'image/jpeg' }));
    const event = kind === 'paste'
        ? new ClipboardEvent('paste', { clipboardData: carried, bubbles: true })
        : new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
}"""


def words(page: Page) -> Locator:
    return page.locator("#words")


def ask(page: Page, text: str) -> None:
    """Searches by words and waits for the answer."""
    words(page).fill(text)
    words(page).press("Enter")
    summary(page, text)


def summary(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator("#summary")).to_contain_text(text)
    expect(page.locator("#visearch")).not_to_have_attribute("data-working", "")


def cards(page: Page) -> Locator:
    return page.locator("#results .card:not(.skeleton)")


def first_title(page: Page) -> Locator:
    return page.locator("#results .card h3").first


def ids(page: Page) -> list[str]:
    """The products on the page, best first."""
    return cards(page).evaluate_all("all => all.map(card => card.id.replace(/^[a-z]\\d*-/, ''))")


def give(page: Page, path: Path) -> None:
    page.locator("#file").set_input_files(path)


def photo(page: Page, path: Path = PHOTO) -> None:
    """Gives a photo and waits for the answer."""
    give(page, path)
    summary(page, OF_PHOTO)


def carry(page: Page, path: Path, kind: str) -> None:
    """Pastes or drops a photo on the page."""
    page.evaluate(_EVENT, [base64.b64encode(path.read_bytes()).decode(), kind])


def boxes(page: Page) -> Locator:
    return page.locator(".canvas button.box")


def chips(page: Page) -> Locator:
    return page.get_by_role("group", name="What the results are limited to").get_by_role("button")


def panel(page: Page) -> Locator:
    return page.locator("#panel")


def open_first(page: Page) -> str:
    """Opens the first card in the panel -> its title."""
    title = first_title(page).inner_text()
    first_title(page).get_by_role("link").click()
    expect(panel(page).get_by_role("heading", level=2)).to_have_text(title)
    return title


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def shares(page: Page) -> list[list[float]]:
    """Where the boxes are on the screen, as shares of the photo's sides on the screen: x0, y0, x1, y1."""
    return page.evaluate(
        """() => {
            const place = document.querySelector('.canvas img').getBoundingClientRect();
            return [...document.querySelectorAll('.canvas button.box')].map(box => {
                const at = box.getBoundingClientRect();
                return [(at.left - place.left) / place.width, (at.top - place.top) / place.height,
                        (at.right - place.left) / place.width, (at.bottom - place.top) / place.height];
            });
        }"""
    )


def overlap(a: list[float], b: list[float]) -> float:
    """Intersection over union."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(0.0, width) * max(0.0, height)
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)
