"""Plain ground, bars, suppression, choice, order and names, on drawn pictures."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from visearch.detect.base import MAX_BOXES
from visearch.detect.labels import unique
from visearch.detect.regions import (
    Tuning,
    choose,
    content_frame,
    found,
    on_plain_ground,
    overlaps,
    suppress,
    to_boxes,
)


def drawn(size=(400, 300), *things, ground="white") -> Image.Image:
    picture = Image.new("RGB", size, ground)
    for thing in things:
        ImageDraw.Draw(picture).rectangle(thing, fill="navy")
    return picture


def test_a_thing_on_plain_ground_is_outlined():
    boxes = to_boxes(on_plain_ground(drawn((400, 300), (100, 60, 259, 239))), (400, 300))
    assert len(boxes) == 1
    np.testing.assert_allclose([boxes[0].x0, boxes[0].y0, boxes[0].x1, boxes[0].y1], [100, 60, 260, 240], atol=5)


def test_two_things_on_plain_ground_are_two():
    things = on_plain_ground(drawn((400, 300), (40, 60, 139, 239), (220, 60, 339, 239)))
    assert len(things.boxes) == 2 and overlaps(things.boxes[:1], things.boxes[1:])[0, 0] == 0


def test_busy_borders_and_empty_pictures_give_nothing():
    noise = np.random.default_rng(0).integers(0, 255, (90, 90, 3), np.uint8)
    assert not on_plain_ground(Image.fromarray(noise)).names
    assert not on_plain_ground(drawn()).names


@pytest.mark.parametrize(("size", "where"), [((200, 300), (0, 60, 200, 240)), ((300, 200), (60, 0, 240, 200))])
def test_bars_are_left_out(size, where):
    picture = Image.new("RGB", size, (128, 128, 128))
    inside = (where[2] - where[0], where[3] - where[1])
    noise = np.random.default_rng(0).integers(0, 255, (inside[1], inside[0], 3), np.uint8)
    picture.paste(Image.fromarray(noise), where[:2])
    np.testing.assert_allclose(content_frame(picture), where, atol=2)


def test_one_flat_colour_has_no_bars():
    assert content_frame(drawn()) == (0, 0, 400, 300)


def test_suppression_keeps_the_best_of_each_place():
    boxes = found([[0, 0, 0.5, 0.5], [0.02, 0, 0.52, 0.5], [0.6, 0.6, 1, 1]], [0.5, 0.9, 0.3])
    assert suppress(boxes.boxes, boxes.scores, 0.5) == [1, 2]
    assert suppress(boxes.boxes, boxes.scores, 0.99) == [1, 0, 2]
    assert suppress(boxes.boxes, boxes.scores, 0.99, limit=1) == [1]


def test_at_most_eight_are_chosen_and_the_unlikely_are_dropped():
    grid = [[x / 5, y / 5, x / 5 + 0.15, y / 5 + 0.15] for x in range(5) for y in range(5)]
    assert len(choose(found(grid, np.linspace(0.5, 0.9, 25))).names) == MAX_BOXES
    assert len(choose(found(grid[:3], [0.9, 0.8, 0.1])).names) == 2


def test_the_middle_is_meant_when_nothing_is_found():
    for nothing in (found([], []), found([[0, 0, 1, 1]], [0.9]), found([[0.2, 0.2, 0.2, 0.9]], [0.9])):
        (box,) = to_boxes(choose(nothing), (200, 100))
        assert (box.x0, box.y0, box.x1, box.y1, box.label) == (20, 10, 180, 90, "Item 1")


def test_the_middle_does_not_crowd_out_things():
    chosen = choose(found([[0.3, 0.3, 0.6, 0.6]], [0.7]))
    np.testing.assert_allclose(chosen.boxes, [[0.3, 0.3, 0.6, 0.6]], atol=1e-6)


def test_large_central_things_come_before_small_ones_people_and_ground():
    boxes = [[0.02, 0.02, 0.1, 0.1], [0.35, 0.3, 0.7, 0.7], [0.0, 0.25, 1.0, 1.0], [0.72, 0.3, 0.98, 0.9]]
    chosen = choose(found(boxes, [0.9, 0.6, 0.7, 0.9], ["", "", "", "person"]), Tuning(relative=0))
    np.testing.assert_allclose(chosen.boxes[0], boxes[1], atol=1e-6)
    assert set(chosen.names) == {"", "person"}


def test_labels_are_unique_and_people_get_none():
    assert unique(["Chair", "", "Chair", "Bag"]) == ["Chair", "Item 2", "Chair 2", "Bag"]
    rows = [[0.1, 0.1, 0.2, 0.2]] * 3
    labels = [box.label for box in to_boxes(found(rows, [1.2, 1, 1], ["person", "couch", "couch"]), (100, 100))]
    assert labels == ["Item 1", "Sofa", "Sofa 2"]


def test_half_a_thing_is_no_other_thing_but_a_small_one_on_it_is() -> None:
    sofa, half, vase = [0.1, 0.3, 0.9, 0.7], [0.1, 0.3, 0.52, 0.7], [0.4, 0.4, 0.5, 0.6]
    chosen = choose(found([sofa, half, vase], [0.9, 0.8, 0.7]))
    assert sorted(chosen.boxes.round(2).tolist()) == [pytest.approx(sofa), pytest.approx(vase)]
