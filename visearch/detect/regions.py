"""Boxes without a net: things on plain ground, the middle of a photo, and which of many boxes to show. Numpy only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from visearch.detect.base import MAX_BOXES
from visearch.detect.labels import NOT_FOR_SALE, PERSON, shop_name, unique
from visearch.types import Box

Rows: TypeAlias = npt.NDArray[np.float32]
"""float32 (n, 4): x0, y0, x1, y1 in shares of the picture, 0 to 1."""

CENTRE = 0.8
"""Share of each side that the central box takes."""

_GROUND_SIDE = 96
_BORDER = 3
_BAR_SIDE = 256
_EDGE = 0.01


@dataclass(frozen=True)
class Found:
    """Candidates: `boxes` (n, 4) in shares, `scores` (n,) in [0, 1], `names` of classes ("" when unsure)."""

    boxes: Rows
    scores: npt.NDArray[np.float32]
    names: tuple[str, ...]

    def __add__(self, other: Found) -> Found:
        boxes, scores = np.concatenate([self.boxes, other.boxes]), np.concatenate([self.scores, other.scores])
        return Found(boxes, scores, self.names + other.names)

    def take(self, kept: Sequence[int] | npt.NDArray[np.int64]) -> Found:
        """The candidates at these places, in this order."""
        return Found(self.boxes[kept], self.scores[kept], tuple(self.names[i] for i in kept))


@dataclass(frozen=True)
class Tuning:
    """How boxes are chosen; the values were chosen on half of the photos that evaluate/boxes.py measures with.

    Candidates below `floor` are dropped. Each gains `vote` times the scores of those that overlap it by `agreement`:
    a thing seen in both looks or under several names is there. Then suppression at `overlap`, and what is worth less
    than `relative` of the best is left out. Of two boxes, one with `inside` of it in the other and at least `piece` of
    its size, the better is kept. `person` is what people and traffic count, `middle` the score of the
    central box, `largest` the share of the photo from which on a box is the photo itself.
    """

    floor: float = 0.03
    vote: float = 0.2
    agreement: float = 0.6
    overlap: float = 0.45
    inside: float = 0.85
    piece: float = 0.45
    relative: float = 0.12
    person: float = 0.7
    middle: float = 0.08
    largest: float = 0.95


def found(boxes: Sequence[Sequence[float]] | Rows, scores: Sequence[float] | Rows, names: Sequence[str] = ()) -> Found:
    """Candidates from plain sequences; without `names` none has one."""
    rows = np.asarray(boxes, np.float32).reshape(-1, 4)
    return Found(rows, np.asarray(scores, np.float32).reshape(-1), tuple(names) or ("",) * len(rows))


def central_box(score: float = 0.0, share: float = CENTRE) -> Found:
    """The middle of the picture: what is meant when nothing better is found."""
    low = (1 - share) / 2
    return found([[low, low, 1 - low, 1 - low]], [score])


def overlaps(boxes: Rows, others: Rows) -> npt.NDArray[np.float32]:
    """Intersection over union of every box with every other: (n, m)."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), -1)
    union = areas(boxes)[:, None] + areas(others)[None] - shared
    return shared / np.maximum(union, 1e-12)


def areas(boxes: Rows) -> npt.NDArray[np.float32]:
    """Share of the picture that each box covers: (n,)."""
    return np.prod(np.clip(boxes[:, 2:] - boxes[:, :2], 0, None), -1)


def suppress(boxes: Rows, scores: npt.NDArray[np.float32], overlap: float, limit: int = 100) -> list[int]:
    """Greedy non-maximum suppression over all classes at once: the places kept, best first, at most `limit`."""
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while len(order) and len(kept) < limit:
        best, order = order[0], order[1:]
        kept.append(int(best))
        order = order[overlaps(boxes[best][None], boxes[order])[0] <= overlap]
    return kept


def choose(candidates: Found, tuning: Tuning = Tuning()) -> Found:
    """The boxes to show, at least one and at most MAX_BOXES, the one that the shopper means first.

    Which are shown goes by score and agreement alone; their order also by size and by how near the middle they are.
    """
    candidates = candidates + central_box(tuning.middle)
    area = areas(candidates.boxes)
    usable = (candidates.scores >= tuning.floor) & (area > 0) & (area <= tuning.largest)
    candidates = candidates.take(np.flatnonzero(usable))
    worth = _worth(candidates, tuning)
    kept = suppress(candidates.boxes, worth, tuning.overlap)
    kept = _without_halves(candidates.boxes, kept, tuning)[:MAX_BOXES]
    kept = [i for i in kept if worth[i] >= tuning.relative * worth[kept[0]]]
    chosen = candidates.take(kept)
    return chosen.take(np.argsort(-_meant(chosen, worth[kept]), kind="stable"))


def _without_halves(boxes: Rows, kept: Sequence[int], tuning: Tuning) -> list[int]:
    """`kept` without those that a better one is a large piece of, or that are a large piece of a better one.

    Half a sofa is no other thing than the sofa; a vase on its table is one, as it is much smaller.
    """
    whole: list[int] = []
    for i in kept:
        one, others = boxes[i], boxes[np.array(whole, dtype=np.int64)]
        low, high = np.maximum(one[:2], others[:, :2]), np.minimum(one[2:], others[:, 2:])
        shared = np.prod(np.clip(high - low, 0, None), -1)
        smaller, larger = np.minimum(areas(one[None]), areas(others)), np.maximum(areas(one[None]), areas(others))
        if not ((shared >= tuning.inside * smaller) & (smaller >= tuning.piece * larger)).any():
            whole.append(i)
    return whole


def _worth(candidates: Found, tuning: Tuning) -> npt.NDArray[np.float32]:
    agree = overlaps(candidates.boxes, candidates.boxes) >= tuning.agreement
    np.fill_diagonal(agree, False)
    return (candidates.scores + tuning.vote * (agree @ candidates.scores)) * _for_sale(candidates, tuning.person)


def _meant(chosen: Found, worth: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """How likely each box is what the shopper means: large, in the middle, certain, for sale, and one thing.

    What holds other boxes is a group or the ground that they stand on, and so is what runs out of the photo on
    several sides.
    """
    centre = (chosen.boxes[:, :2] + chosen.boxes[:, 2:]) / 2
    away = np.linalg.norm(centre - 0.5, axis=-1) / np.sqrt(0.5)
    # Beyond a third of the photo, more area says ground or backdrop, not thing.
    size = np.minimum(areas(chosen.boxes), 1 / 3)
    cut = ((chosen.boxes[:, :2] <= _EDGE).sum(-1) + (chosen.boxes[:, 2:] >= 1 - _EDGE).sum(-1)).clip(1)
    factor = (1 - 0.7 * away) / cut / (1 + _held(chosen.boxes)) * _for_sale(chosen, 0.4)
    return np.sqrt(worth * size) * factor


def _held(boxes: Rows) -> npt.NDArray[np.float32]:
    """How many of the other boxes lie, for the most part, in each: (n,)."""
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    inside = np.prod(np.clip(high - low, 0, None), -1) >= 0.8 * areas(boxes)[None]
    np.fill_diagonal(inside, False)
    return inside.sum(1).clip(1).astype(np.float32) - 1


def _for_sale(candidates: Found, otherwise: float) -> npt.NDArray[np.float32]:
    aside = [name == PERSON or name in NOT_FOR_SALE for name in candidates.names]
    return np.where(aside, otherwise, 1.0).astype(np.float32)


def to_boxes(chosen: Found, size: tuple[int, int], frame: tuple[int, int, int, int] | None = None) -> tuple[Box, ...]:
    """Boxes in pixels of a picture of `size`, with unique labels; shares count within `frame` (x0, y0, x1, y1)."""
    left, top, right, bottom = frame or (0, 0, *size)
    scale = np.array([right - left, bottom - top] * 2, np.float32)
    rows = chosen.boxes * scale + np.array([left, top] * 2, np.float32)
    labels = unique([shop_name(name) for name in chosen.names])
    return tuple(
        Box(*corners, label=label, score=round(float(min(score, 1)), 4))  # type: ignore[misc]
        for corners, label, score in zip(rows.astype(float).round(1).tolist(), labels, chosen.scores, strict=True)
    )


def content_frame(picture: Image.Image) -> tuple[int, int, int, int]:
    """x0, y0, x1, y1 of what is inside bars of one colour, as screenshots and padded pictures have them.

    Bars must run in pairs (top and bottom, or left and right), be of one flat colour, and leave half of the picture.
    """
    small = _small(picture, _BAR_SIDE)
    across = _bar(small), _bar(small[::-1])
    along = _bar(small.transpose(1, 0, 2)), _bar(small[:, ::-1].transpose(1, 0, 2))
    wide, high = picture.width / small.shape[1], picture.height / small.shape[0]
    left, right = along if min(along) > 0 and sum(along) <= small.shape[1] / 2 else (0, 0)
    top, bottom = across if min(across) > 0 and sum(across) <= small.shape[0] / 2 else (0, 0)
    x0, y0 = round(left * wide), round(top * high)
    return x0, y0, picture.width - round(right * wide), picture.height - round(bottom * high)


def working_copy(picture: Image.Image, frame: tuple[int, int, int, int], longest: int) -> Image.Image:
    """What `frame` shows, its longer side at most `longest` pixels."""
    wide, high = frame[2] - frame[0], frame[3] - frame[1]
    scale = min(1.0, longest / max(wide, high))
    size = (max(1, round(wide * scale)), max(1, round(high * scale)))
    return picture.resize(size, Image.Resampling.BICUBIC, box=frame, reducing_gap=2.0)


def is_flat(picture: Image.Image, tolerance: int = 24) -> bool:
    """Whether a picture shows nothing but one colour; a net sees things in it all the same."""
    pixels = _small(picture, _GROUND_SIDE).reshape(-1, 3)
    return bool((np.ptp(pixels, axis=0) <= tolerance).all())


def on_plain_ground(picture: Image.Image, tolerance: float = 24.0) -> Found:
    """Things that stand out from a border of one colour; nothing when the border has several.

    The ground is the median colour of the border; things are connected regions whose colour is more than `tolerance`
    (of 255) away from it. The score follows the share of the border that is ground.
    """
    pixels = _small(picture, _GROUND_SIDE).astype(np.float32)
    edge = np.concatenate([pixels[:_BORDER].reshape(-1, 3), pixels[-_BORDER:].reshape(-1, 3)])
    edge = np.concatenate([edge, pixels[:, :_BORDER].reshape(-1, 3), pixels[:, -_BORDER:].reshape(-1, 3)])
    ground = np.median(edge, axis=0)
    plain = float((np.abs(edge - ground).max(-1) <= tolerance).mean())
    mask = np.abs(pixels - ground).max(-1) > tolerance
    if plain < 0.9 or not mask.any():
        return found([], [])
    boxes = _regions(mask)
    sides = np.array([mask.shape[1], mask.shape[0]] * 2, np.float32)
    rows = np.asarray(boxes, np.float32).reshape(-1, 4) / sides
    rows = rows[areas(rows) >= 0.01]
    return found(rows, np.full(len(rows), plain * 0.9, np.float32))


def _regions(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Bounding boxes of 8-connected regions: the largest number of a region spreads until nothing changes."""
    numbers = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    while True:
        spread = np.pad(numbers, 1)
        spread = np.maximum(np.maximum(spread[:-2], spread[1:-1]), spread[2:])
        spread = np.maximum(np.maximum(spread[:, :-2], spread[:, 1:-1]), spread[:, 2:]) * mask
        if (spread == numbers).all():
            break
        numbers = spread
    boxes = []
    for number in np.unique(numbers[mask]):
        rows, columns = np.nonzero(numbers == number)
        boxes.append((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    return boxes


def _bar(rows: npt.NDArray[np.uint8]) -> int:
    """How many rows from the top have one flat colour, the same for all."""
    flat = np.abs(rows.astype(np.int16) - rows[0, 0].astype(np.int16)).max((1, 2)) <= 3
    return int(np.argmin(flat)) if not flat.all() else 0


def _small(picture: Image.Image, side: int) -> npt.NDArray[np.uint8]:
    scale = side / max(picture.size)
    wide, high = (max(2 * _BORDER, round(length * min(scale, 1))) for length in picture.size)
    return np.asarray(picture.resize((wide, high), Image.Resampling.BOX, reducing_gap=2.0))
