"""The room Desk in a browser: a customer's photo, a shelf, and a delivery of files that the page packs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytest.importorskip("axe_playwright_python", reason="pip install -r tests/requirements.txt")

from tests.browser.acts import QUERIES, SAMPLE, fits
from tests.browser.conftest import Visit
from tests.browser.test_views import faults

pytestmark = pytest.mark.browser


def desk(app: str, visit: Callable[..., Visit], part: str, width: int = 1440) -> Page:
    page = visit(f"{app}/?room=desk&part={part}", width=width).page
    expect(page.locator(f".part-body[data-part={part}]")).to_be_visible()
    return page


def test_a_customers_photo_is_named_with_what_to_answer(app: str, visit: Callable[..., Visit]) -> None:
    page = desk(app, visit, "help", 390)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a photo").click()
    chooser.value.set_files(QUERIES / "mug-01-photo.jpg")
    expect(page.locator("#help .verdict")).to_contain_text("This is it")
    expect(page.locator(".help-product h3")).to_contain_text("Speckled stoneware mug")
    expect(page.get_by_role("heading", name="What to answer")).to_be_visible()
    assert faults(page) == [] and fits(page)
    page.locator(".help-choice").first.click()
    expect(page.locator("#help .verdict")).to_contain_text("Chosen by you")


def test_a_scene_is_counted_and_saved(app: str, visit: Callable[..., Visit]) -> None:
    page = desk(app, visit, "shelf")
    page.locator("#shelf .try-photo").first.click()
    expect(page.locator(".shelf-table tbody tr").first).to_be_visible()
    numbers = page.locator(".shelf-box b").all_inner_texts()
    assert sorted(map(int, numbers)) == list(range(1, len(numbers) + 1)) and len(numbers) >= 4
    assert faults(page) == [] and fits(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Table (CSV)").click()
    assert len(saved.value.path().read_text("utf-8-sig").splitlines()) == len(numbers) + 1
    with page.expect_download() as saved:
        page.get_by_role("link", name="Picture").click()
    assert saved.value.path().read_bytes()[:2] == b"\xff\xd8"


def test_files_are_packed_checked_and_decided_on(app: str, visit: Callable[..., Visit], tmp_path: Path) -> None:
    table = tmp_path / "spring.csv"
    table.write_text("id,title,image\ns-1,A mug,mug-03.jpg\ns-2,A sneaker,sneaker-03-photo.jpg\n", "utf-8")
    page = desk(app, visit, "supplier")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files([table, SAMPLE / "images" / "mug-03.jpg", QUERIES / "sneaker-03-photo.jpg"])
    items = page.locator(".sup-item")
    expect(items).to_have_count(2)
    expect(page.get_by_role("button", name="Accept all clean ones")).to_be_visible()
    expect(items.first).to_contain_text("We have it")
    expect(items.first.locator(".sup-ours")).to_contain_text("Straight ceramic mug")
    items.first.get_by_role("button", name=re.compile("^Reject")).click()
    expect(page.locator(".sup-head")).to_contain_text("1 rejected")
    # It is still there after having been away.
    page.locator(".part[data-part=help]").click()
    page.locator(".part[data-part=supplier]").click()
    expect(page.locator(".sup-head")).to_contain_text("1 rejected")
    assert faults(page) == [] and fits(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".sup-head")).to_contain_text("0 rejected")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Decisions (CSV)").click()
    assert "mug-03" in saved.value.path().read_text("utf-8-sig")
