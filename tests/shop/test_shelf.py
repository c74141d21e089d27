"""Places on a photo of a shelf, which of them are things, and the table and picture of them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.ui.still import engine_of
from visearch.detect.base import DetectorInfo
from visearch.engine import SearchEngine
from visearch.shop.shelf import Model, Shelf, Thing, chosen, features, read_shelf
from visearch.shop.shelf_boxes import Place, corners, inside, overlaps, places_on, standing_out
from visearch.shop.shelf_picture import COLUMNS, annotated, rows_of, shelf_to_json
from visearch.types import Box, Hit, Product

PLAIN = [Box(40, 60, 110, 180), Box(160, 90, 250, 180), Box(320, 60, 380, 180)]
COLOURS = ((200, 30, 30), (30, 60, 200), (30, 160, 60))


@dataclass(frozen=True)
class Blind:
    """Finds nothing but one small box at the middle of whatever it sees, and one that its right edge cuts."""

    info: DetectorInfo = field(default_factory=lambda: DetectorInfo("blind", "v1", "CC0-1.0"))

    def detect(self, image: Image.Image) -> tuple[Box, ...]:
        x, y = image.width / 2, image.height / 2
        return (
            Box(x - 15, y - 15, x + 15, y + 15, "Item 1", 0.7),
            Box(image.width - 30, y, image.width, y + 30, "", 0.9),
        )


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return engine_of(tmp_path_factory.mktemp("shelf"))


def wall() -> Image.Image:
    """Three things on a board before a wall."""
    image = Image.new("RGB", (420, 240), (225, 220, 210))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 180, 420, 192), fill=(120, 80, 50))
    for box, colour in zip(PLAIN, COLOURS, strict=True):
        pen.rectangle((box.x0, box.y0, box.x1 - 1, box.y1 - 1), fill=colour)
    return image


def hit(name: str, match: float) -> Hit:
    return Hit(Product(id=name, title=name, price=9.5, currency="USD", stock=3), 0.5, match)


def test_what_stands_before_a_wall_is_found_and_the_board_is_not() -> None:
    found = standing_out(wall())
    assert len(found) == 3
    assert overlaps(corners(found), corners(PLAIN)).max(0).min() > 0.8


def test_a_box_that_a_tile_cuts_is_dropped_and_one_at_the_photos_edge_stays() -> None:
    places = places_on(Image.effect_noise((400, 400), 90).convert("RGB"), Blind())
    right = [place.box for place in places if place.box.score == 0.9]
    assert right and all(box.x1 == 400 for box in right)
    # The middles of the whole, of four and of nine tiles; the whole's is that of the ninth's middle too.
    middle = [
        place for place in places if overlaps(corners([place.box]), corners([Box(185, 185, 215, 215)]))[0, 0] > 0.6
    ]
    assert len(middle) == 1 and middle[0].votes == 1


def test_shares_of_boxes() -> None:
    rows, others = corners([Box(0, 0, 10, 10)]), corners([Box(0, 0, 5, 10), Box(20, 20, 30, 30)])
    assert overlaps(rows, others).tolist() == [[0.5, 0.0]]
    assert inside(others, rows).ravel().tolist() == [1.0, 0.0]


def pick(boxes: list[Box], matches: list[float], least_ours: float = 0.5) -> Shelf:
    """Chosen by the match alone: from 60 on it is ours."""
    places = [Place(box) for box in boxes]
    hits = [(hit(f"p{i}", match), hit("other", 10.0)) for i, match in enumerate(matches)]
    table = features(places, hits, (400, 300))
    model = Model((0, 0, 0, 0, 0, 0, 2.0), (0, 0, 0, 2.0, 0, 0, -12.0), 0.3, least_ours)
    return chosen(places, hits, table, (400, 300), model)


def test_of_places_that_overlap_the_recognised_one_stays() -> None:
    shelf = pick([Box(0, 0, 100, 100), Box(5, 5, 105, 105), Box(200, 0, 260, 100)], [30, 90, 20])
    assert [(t.number, t.product.id if t.product else None) for t in shelf.things] == [(1, "p1"), (2, None)]
    assert [t.number for t in shelf.strangers] == [2]
    # Half of each is in both: too much for two things, and less than a piece of one.
    halves = pick([Box(0, 0, 100, 100), Box(30, 0, 130, 100)], [90, 70])
    assert [t.product.id for t in halves.things if t.product] == ["p0"]


def test_what_only_holds_recognised_things_is_their_ground() -> None:
    shelf = pick([Box(0, 0, 300, 200), Box(10, 20, 110, 180), Box(150, 20, 280, 180)], [10, 90, 95])
    assert [t.product.id for t in shelf.things if t.product] == ["p1", "p2"] and not shelf.strangers


def test_lines_count_products_and_the_table_has_a_row_a_thing() -> None:
    product = hit("mug", 90)
    things = tuple(
        Thing(n, Box(50 * n, 0, 50 * n + 40, 40), 0.9, chance, ours, (product,))
        for n, chance, ours in ((1, 0.9, True), (2, 0.8, True), (3, 0.1, False))
    )
    shelf = Shelf(things, (300, 100))
    assert [(line.product.id, len(line.things)) for line in shelf.lines] == [("mug", 2)]
    rows = rows_of(shelf)
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert [row[1] for row in rows] == ["mug", "mug", ""] and rows[0][3] == 2
    document = shelf_to_json(shelf)
    assert document["products"][0]["numbers"] == [1, 2] and document["not_ours"] == 1
    drawn = Image.open(io.BytesIO(annotated(Image.new("RGB", (300, 100), "white"), shelf)))
    assert drawn.size == (300, 100) and np.asarray(drawn).std() > 10


def test_a_photo_is_read_and_what_has_no_say_is_not_named(engine: SearchEngine) -> None:
    sure = Model((0, 0, 0, 0, 0, 0, 2.0), (0, 0, 0, 0, 0, 0, 2.0), 0.3, 0.5)
    found = read_shelf(engine, wall(), Blind(), model=sure)
    assert len(found.things) >= 3 and all(thing.product for thing in found.things)
    named = {thing.product.id for thing in found.things if thing.product}
    again = read_shelf(engine, wall(), Blind(), without=named, model=sure)
    assert again.things and not named & {thing.hits[0].product.id for thing in again.things}
