"""Marks: found where they are, small, turned, in another colour; and nothing is found where nothing is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("cv2", reason="pip install opencv-python-headless")

from tests.toy import ToyCatalog
from tests.ui.still import engine_of
from visearch.catalog.base import CatalogItem, Picture
from visearch.engine import SearchEngine
from visearch.evaluate.workflows.made_marks import drawn
from visearch.shop.marks import marked
from visearch.shop.marks_features import Features, Kept, features_of
from visearch.types import Box

BEARERS = {"p-003": (40, 70), "p-010": (120, 110)}


class Marking(ToyCatalog):
    """Toy products of noise, two of which bear mark 0: dark on one, light on the other."""

    def __iter__(self) -> Iterator[CatalogItem]:
        for n, item in enumerate(super().__iter__()):
            noise = np.random.default_rng(n).integers(110, 140, (12, 12, 3), dtype=np.uint8)
            picture = Image.fromarray(noise).resize((256, 256), Image.Resampling.BICUBIC)
            at = BEARERS.get(item.product.id)
            if at:
                mask = drawn(0).resize((90, 90)).rotate(12)
                picture.paste((20, 20, 30) if n == 3 else (245, 245, 235), at, mask)
            out = io.BytesIO()
            picture.save(out, "PNG")
            yield CatalogItem(item.product, (Picture(f"{n}.png", out.getvalue),))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return engine_of(tmp_path_factory.mktemp("home"), Marking(12))


@pytest.fixture(scope="module")
def features(engine: SearchEngine) -> Features:
    return features_of(engine.opened, engine.opened.home)


def clean() -> Image.Image:
    return Image.eval(drawn(0), lambda value: 255 - value).convert("RGB")


def test_a_mark_is_found_on_its_bearers_where_it_is(engine: SearchEngine, features: Features) -> None:
    found = marked(engine, features, clean(), k=12)
    assert {one.hit.product.id for one in found.found} == set(BEARERS)
    for one in found.found:
        x, y = BEARERS[one.hit.product.id]
        middle = ((one.box.x0 + one.box.x1) / 2 * 256, (one.box.y0 + one.box.y1) / 2 * 256)
        assert abs(middle[0] - x - 45) < 15 and abs(middle[1] - y - 45) < 15
    assert len(found.found) + len(found.alike) == 12


def test_a_box_on_a_product_finds_the_other(engine: SearchEngine, features: Features) -> None:
    picture = Image.open(engine.opened.thumbnail(engine.product("p-003").pictures[0]))
    found = marked(engine, features, picture, Box(40, 70, 130, 160))
    assert {one.hit.product.id for one in found.found} == set(BEARERS)


def test_filters_hold_and_another_mark_is_not_found(engine: SearchEngine, features: Features) -> None:
    bags = marked(engine, features, clean(), filters={"category": "Bags"})
    assert {one.hit.product.id for one in bags.found} == {"p-010"}
    assert {hit.product.category for hit in bags.alike} == {"Bags"}
    plain = marked(engine, features, Image.new("RGB", (60, 60), (90, 90, 90)))
    assert plain.found == () and plain.crop_points == 0 and plain.alike


def test_the_same_question_has_the_same_answer(engine: SearchEngine, features: Features) -> None:
    first, second = (marked(engine, features, clean()).found for _ in range(2))
    assert first == second


def test_features_are_kept_and_a_damaged_file_is_made_anew(engine: SearchEngine) -> None:
    home: Path = engine.opened.home
    (path,) = (home / "marks").glob("*.npz")
    told: list[tuple[int, int]] = []
    kept = features_of(engine.opened, home, lambda done, total: told.append((done, total)))
    assert told == [] and len(kept.pictures) == 12
    path.write_bytes(path.read_bytes()[:100])
    again = features_of(engine.opened, home, lambda done, total: told.append((done, total)))
    assert told[-1] == (12, 12) and np.array_equal(again.descriptors, kept.descriptors)


def test_they_are_made_in_the_background_once(engine: SearchEngine) -> None:
    kept = Kept()
    first = kept.soon(engine.opened)
    made = kept.get(engine.opened)
    assert first is None or first is made
    assert kept.soon(engine.opened) is made
