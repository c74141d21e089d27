"""The same hostile catalogue in a real browser: no script of its own runs in any view."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.trust.hostile_shop import MARKUP, HostileCatalog
from tests.ui.still import StillLive, engine_of, ready_status

pytestmark = pytest.mark.browser

FIRST, SECOND = quote(f"0{MARKUP[0]}"), quote(f"1{MARKUP[1]}")
LINKS = (
    "?q=red",
    f"?q={quote('red ' + MARKUP[0])}",
    f"?q=red&product={FIRST}",
    f"?product={SECOND}&lang=zh",
    f"?like={FIRST}",
    f"?compare={FIRST},{SECOND}&view=compare",
    f"?category={quote('Bags ' + MARKUP[1])}&q=red",
    "?room=catalogue",
    "?room=insights",
)


def test_nothing_of_a_hostile_catalogue_runs(
    serve: Callable[..., str],
    visit: Callable[..., Visit],
    tmp_path: Path,
) -> None:
    engine = engine_of(tmp_path, HostileCatalog())
    url = serve(StillLive(engine, ready_status(engine)))
    page = visit(url).page
    spoken: list[str] = []
    page.on("dialog", lambda dialog: (spoken.append(dialog.message), dialog.dismiss()))
    expect(page.locator("#results .card h3").first).to_contain_text("red")
    for link in LINKS:
        page.goto(url + link, wait_until="domcontentloaded")
        expect(page.locator("#answers")).to_contain_text("Shop <img")
        shown = page.locator("#room:not([hidden]) h2, #results .card:not(.skeleton), #results .notice").first
        expect(shown).to_be_attached()
        expect(page.locator("#visearch")).not_to_have_attribute("data-working", "")
        assert page.evaluate("window.__pwned") is None, link
    page.goto(f"{url}?q=red", wait_until="domcontentloaded")
    expect(page.locator("#results .card:not(.skeleton)").first).to_be_visible()
    page.locator("#words").fill("re")
    expect(page.locator("#suggestions li").first).to_be_visible()
    assert page.evaluate("window.__pwned") is None and spoken == []
