"""The ways to ask about a photo, and the counting."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from tests.toy import COLORS
from tests.ui.still import Halves, engine_of
from visearch.evaluate.main_box import BOTH, BOX, ROOMY, WHOLE, measure, ways
from visearch.types import Box, Query


def photo(left: str, right: str) -> Image.Image:
    picture = Image.new("RGB", (200, 100), COLORS[right])
    picture.paste(COLORS[left], (0, 0, 100, 100))
    return picture


def test_every_way_asks_what_it_says() -> None:
    asked = ways(Query(image=photo("red", "blue")), Halves())
    assert asked[WHOLE].box is None and asked[BOX].box == Box(0, 0, 100, 100, "Chair", 0.9)
    assert asked[ROOMY].box == Box(-10, -10, 110, 110, "Chair", 0.9) == asked[BOTH].box
    assert asked[BOTH].weights == {"context": 0.5} and not asked[ROOMY].weights


def test_hits_are_counted_by_half(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    photo("red", "white").save(buffer, "PNG")
    engine = engine_of(tmp_path)
    red = frozenset(p.id for p in engine.opened.products if p.color == "red")
    found = measure(engine, Halves(), [(f"{n}.png", buffer.getvalue(), red) for n in range(8)])
    assert sum(found[name][BOX]["n"] for name in found) == 8 and set(found) == {"A", "B"}
    assert all(found[name][BOX]["hit@1"] == 100 for name in found)
    assert all(found[name][WHOLE]["hit@1"] == 0 for name in found), "half white, half red is no product"
