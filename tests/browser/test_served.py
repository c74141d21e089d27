"""The page while the vector server behind it is away: it says so, loses nothing, and asks again by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.acts import cards, give, summary
from tests.browser.conftest import Visit
from tests.ui.still import StillLive, engine_of, ready_status
from visearch.index import Searchable
from visearch.index.server import address_of, silent

pytestmark = pytest.mark.browser


class Away:
    """An index that a server keeps, as its clients see it while the server is away."""

    def __init__(self, index: Searchable) -> None:
        self._index, self.away = index, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def search(self, *given: Any) -> Any:
        address = address_of("postgresql://anna:s3cret@db.inside:5432/shop")
        if self.away and address is not None:
            raise silent(address, OSError("connection refused"))
        return self._index.search(*given)


def test_a_photo_that_was_asked_meanwhile_is_answered_later(
    serve: Callable[..., str], visit: Callable[..., Visit], tmp_path: Path
) -> None:
    engine = engine_of(tmp_path)
    index = engine.opened.index = Away(engine.opened.index)  # type: ignore[assignment]
    page = visit(serve(StillLive(engine, ready_status(engine)))).page
    expect(cards(page).first).to_be_visible()
    photo = tmp_path / "red.png"
    Image.new("RGB", (400, 300), (200, 30, 30)).save(photo)
    give(page, photo)
    expect(page.get_by_role("alert")).to_contain_text("The vector server does not answer. Try again in a moment.")
    assert "db.inside" not in page.content() and "s3cret" not in page.content()
    expect(cards(page).first).to_be_visible()
    index.away = False
    summary(page, "for Chair in your photo")
    expect(cards(page).first).to_contain_text("Red")
    expect(page.get_by_role("alert")).to_have_count(0)
