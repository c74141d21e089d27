"""Where things stand in a photo of a shelf or a room: a detector that sees few things at a time, asked many times.

The whole photo is looked at, then overlapping tiles of it, so that what is small comes near. A box that a tile's inner
edge cuts is no thing but a piece of one, and goes. What several looks find alike is likelier there. Where wall and
boards have few colours, what stands out from these is a thing too, whatever a detector knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter
from scipy import ndimage

from visearch.detect.base import Detector
from visearch.images import crop
from visearch.types import Box

Rows = npt.NDArray[np.float64]

GRIDS = ((2, 0.62), (3, 0.44))
"""(tiles a side, their side as a share of the photo's): they overlap by a quarter to a half."""
LEAST_TILE = 96
"""Pixels below which a tile shows nothing more."""
_CUT = 0.015
"""Share of a tile's side: what comes that near to an inner edge is taken for cut."""
_ALIKE = 0.6
_LARGEST = 0.75
_LEAST_SIDE = 12
_PLAIN_SIDE, _LEAST_PLAIN = 320, 14
_COLOURS, _GROUND_RIM, _GROUND_NEAR, _GROUND_LEAST = 24, 0.008, 20, 0.33


@dataclass(frozen=True)
class Place:
    """A box that may be a thing, in pixels of the photo: `votes` further looks have found much the same.

    `plain` is whether it stands out from plain ground; its box has the score 0 where no detector has found it.
    """

    box: Box
    votes: int = 0
    plain: bool = False


def places_on(image: Image.Image, detector: Detector, grids: tuple[tuple[int, float], ...] = GRIDS) -> list[Place]:
    """Everything that may be a thing on an upright RGB photo, the surest first; of boxes much alike only one."""
    boxes: list[Box] = list(_usable(detector.detect(image), image, image.size))
    for tile in _tiles(image.size, grids):
        part = crop(image, tile)
        for box in _usable(detector.detect(part), part, image.size):
            if not _is_cut(box, tile, part.size, image.size):
                moved = {name: getattr(box, name) + tile.x0 for name in ("x0", "x1")}
                boxes.append(replace(box, y0=box.y0 + tile.y0, y1=box.y1 + tile.y0, **moved))
    return _merged(boxes, standing_out(image))


def standing_out(image: Image.Image) -> list[Box]:
    """What has another colour than the few that most of the photo has: wall, boards, and their shades.

    Nothing where these take less than a third of it, as in a room full of things.
    """
    scale = min(1.0, _PLAIN_SIDE / max(image.size))
    size = (max(16, round(image.width * scale)), max(16, round(image.height * scale)))
    small = (
        image.convert("RGB").resize(size, Image.Resampling.BOX, reducing_gap=2.0).filter(ImageFilter.MedianFilter(3))
    )
    numbers = np.asarray(small.quantize(_COLOURS, Image.Quantize.MEDIANCUT))
    pixels, ground = np.asarray(small, dtype=np.float64), np.zeros(numbers.shape, dtype=np.bool_)
    rim = np.concatenate([numbers[0], numbers[-1], numbers[:, 0], numbers[:, -1]])
    counts = np.bincount(rim, minlength=_COLOURS) / len(rim)
    for number in np.flatnonzero(counts >= _GROUND_RIM).tolist():
        middle = np.median(pixels[numbers == number], axis=0)
        ground |= np.abs(pixels - middle).max(-1) <= _GROUND_NEAR
    if ground.mean() < _GROUND_LEAST:
        return []
    named, _ = ndimage.label(ndimage.binary_opening(~ground, iterations=1))
    across, down = image.width / size[0], image.height / size[1]
    boxes = []
    for rows, columns in ndimage.find_objects(named):
        wide, high = columns.stop - columns.start, rows.stop - rows.start
        # Boards run from side to side.
        if min(wide, high) >= _LEAST_PLAIN and wide <= 0.6 * size[0] and high <= 0.8 * size[1]:
            left, top = columns.start * across, rows.start * down
            boxes.append(Box(left, top, columns.stop * across, rows.stop * down, "", 0.0))
    return boxes


def _tiles(size: tuple[int, int], grids: tuple[tuple[int, float], ...]) -> Iterator[Box]:
    for number, share in grids:
        wide, high = size[0] * share, size[1] * share
        if min(wide, high) < LEAST_TILE:
            return
        for row in range(number):
            for column in range(number):
                x, y = ((1 - share) * at / (number - 1) for at in (column, row))
                left, top = round(x * size[0]), round(y * size[1])
                yield Box(left, top, left + round(wide), top + round(high))


def _usable(boxes: tuple[Box, ...], seen: Image.Image, size: tuple[int, int]) -> Iterator[Box]:
    """Without what is nearly all of the picture that was looked at, and slivers."""
    for box in boxes:
        wide, high = box.x1 - box.x0, box.y1 - box.y0
        small = wide * high <= _LARGEST * seen.width * seen.height or (seen.size == size and len(boxes) == 1)
        if small and min(wide, high) >= _LEAST_SIDE and not _is_middle(box, seen):
            yield box


def _is_middle(box: Box, seen: Image.Image) -> bool:
    """The middle of the picture is what a detector gives when it finds nothing there."""
    low, high = 0.1, 0.9
    sides = (box.x0 / seen.width, box.y0 / seen.height, box.x1 / seen.width, box.y1 / seen.height)
    return box.score <= 0.1 and all(abs(a - b) < 0.02 for a, b in zip(sides, (low, low, high, high), strict=True))


def _is_cut(box: Box, tile: Box, part: tuple[int, int], size: tuple[int, int]) -> bool:
    near_x, near_y = _CUT * part[0], _CUT * part[1]
    return (
        (tile.x0 > 0 and box.x0 <= near_x)
        or (tile.y0 > 0 and box.y0 <= near_y)
        or (tile.x1 < size[0] and box.x1 >= part[0] - near_x)
        or (tile.y1 < size[1] and box.y1 >= part[1] - near_y)
    )


def _merged(boxes: list[Box], plain: list[Box]) -> list[Place]:
    """One of those that are much alike: the mean of their corners weighed by score, with the best's label.

    What stands out from plain ground has its edges there, so that its corners go before those of a detector.
    """
    boxes = [*sorted(boxes, key=lambda box: (-box.score, box.x0, box.y0)), *plain]
    outlined = [False] * (len(boxes) - len(plain)) + [True] * len(plain)
    rows = corners(boxes)
    shared = overlaps(rows, rows)
    left, out = list(range(len(boxes))), []
    while left:
        group = [i for i in left if shared[left[0], i] >= _ALIKE]
        edges = [i for i in group if outlined[i]] or group
        weights = np.array([max(boxes[i].score, 0.01) for i in edges])
        x0, y0, x1, y1 = (weights @ rows[edges] / weights.sum()).tolist()
        votes = sum(not outlined[i] for i in group) - 1
        place = replace(boxes[group[0]], x0=x0, y0=y0, x1=x1, y1=y1)
        out.append(Place(place, max(votes, 0), any(outlined[i] for i in group)))
        left = [i for i in left if i not in group]
    return out


def corners(boxes: list[Box]) -> Rows:
    """float64 (n, 4): x0, y0, x1, y1."""
    return np.array([(box.x0, box.y0, box.x1, box.y1) for box in boxes], dtype=np.float64).reshape(-1, 4)


def overlaps(rows: Rows, others: Rows) -> Rows:
    """Intersection over union of every box with every other: (n, m)."""
    shared = _shared(rows, others)
    union = _areas(rows)[:, None] + _areas(others)[None] - shared
    return np.asarray(shared / np.maximum(union, 1e-9))


def inside(rows: Rows, others: Rows) -> Rows:
    """The share of every box that lies in every other: (n, m)."""
    return np.asarray(_shared(rows, others) / np.maximum(_areas(rows)[:, None], 1e-9))


def _shared(rows: Rows, others: Rows) -> Rows:
    low = np.maximum(rows[:, None, :2], others[None, :, :2])
    high = np.minimum(rows[:, None, 2:], others[None, :, 2:])
    return np.asarray(np.prod(np.clip(high - low, 0, None), -1))


def _areas(rows: Rows) -> Rows:
    return np.asarray(np.prod(rows[:, 2:] - rows[:, :2], -1))
