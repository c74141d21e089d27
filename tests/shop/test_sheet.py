"""The contact sheet: a picture that holds what was asked for, in whatever font there is."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.ui.still import engine_of
from visearch.engine import SearchEngine
from visearch.errors import QueryError
from visearch.shop.sheet import Sheet, columns_of, contact_sheet, title_for
from visearch.shop.sheet_fonts import Fonts, fonts
from visearch.types import Product

NOWHERE = (Path("nowhere"),)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return engine_of(tmp_path_factory.mktemp("home"))


def sheet(engine: SearchEngine, n: int, own: Fonts | None = None, **words: str) -> Image.Image:
    told = Sheet(words.get("name", "Board"), ["$1"] * n, "Foot", words.get("language", "en"))
    return Image.open(io.BytesIO(contact_sheet(engine.opened, engine.opened.products[:n], told, own)))


def test_it_grows_with_the_board(engine: SearchEngine) -> None:
    small, large = sheet(engine, 3), sheet(engine, 24)
    assert small.format == "PNG" and large.width > small.width and large.height > small.height
    assert columns_of(24) == 6 and columns_of(1) == 3 and columns_of(100) == 12


def test_the_products_colours_are_on_it(engine: SearchEngine) -> None:
    pixels = np.asarray(sheet(engine, 3).convert("RGB")).reshape(-1, 3).astype(int)
    for color in ((200, 30, 30), (30, 160, 60), (30, 60, 200)):
        assert (np.abs(pixels - color).max(1) < 12).sum() > 5000


def test_without_a_chinese_font_titles_are_given_in_english() -> None:
    own = fonts(NOWHERE)
    assert not own.chinese and own.writes("Mug €")
    product = Product("m-1", title="Mug", title_zh="马克杯")
    assert title_for(product, "zh", own) == "Mug"
    assert title_for(Product("m-2", title_zh="马克杯"), "zh", own) == "m-2"


def test_with_one_they_are_chinese() -> None:
    own = fonts()
    if not own.chinese:
        pytest.skip("this machine has no font that writes Chinese")
    assert title_for(Product("m-1", title="Mug", title_zh="马克杯"), "zh", own) == "马克杯"


def test_names_of_any_length_are_drawn(engine: SearchEngine) -> None:
    assert sheet(engine, 1, fonts(NOWHERE), name="W" * 80).size == sheet(engine, 1, name="").size


@pytest.mark.parametrize("n", [0, 121])
def test_too_few_or_many_are_refused(engine: SearchEngine, n: int) -> None:
    products = [engine.opened.products[0]] * n
    with pytest.raises(QueryError):
        contact_sheet(engine.opened, products, Sheet("Board", [""] * n))
