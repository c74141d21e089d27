"""How well things are found in photos: `python -m visearch.evaluate.boxes FOLDER...`.

A folder holds boxes.csv (image, label, x0, y0, x1, y1 in pixels) and its pictures, or is the sample's scenes. Every
method answers at most MAX_BOXES boxes. A box is right when its IoU with a labelled one that no earlier box has taken
is at least .5. Methods were chosen on half A of the photos (by a hash of the name); half B is what counts.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image

from visearch.config import Settings
from visearch.detect import MAX_BOXES, load_detector
from visearch.detect.regions import Found, areas, central_box, found, overlaps, suppress
from visearch.evaluate.halves import half
from visearch.images import load_image

IOU = 0.5
SSD_OVERLAP = 0.6
"""Suppression of SSD alone, as its pipeline.config has it."""

Method = Callable[[Image.Image], Any]
"""A picture -> boxes (n, 4) in its pixels, best first."""


@dataclass(frozen=True)
class Photo:
    """One labelled photo: `name` as boxes.csv has it, `truth` float32 (n, 4) in pixels."""

    name: str
    path: Path
    truth: np.ndarray

    @property
    def half(self) -> str:
        """ "A" or "B"."""
        return half(self.name)


def read_photos(folder: Path) -> list[Photo]:
    """The photos of boxes.csv, in its order."""
    truth: dict[str, list[list[float]]] = {}
    with (folder / "boxes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            truth.setdefault(row["image"], []).append([float(row[c]) for c in ("x0", "y0", "x1", "y1")])
    # The sample's scenes name their pictures from the folder above.
    base = folder if all((folder / name).is_file() for name in truth) else folder.parent
    return [Photo(name, base / name, np.array(boxes, np.float32)) for name, boxes in truth.items()]


def right(boxes: np.ndarray, truth: np.ndarray) -> int:
    """How many of `boxes` (n, 4), best first, take a labelled box of `truth` (m, 4) that is still free."""
    if not len(boxes) or not len(truth):
        return 0
    shared = overlaps(boxes, truth)
    count = 0
    for row in shared:
        free = int(row.argmax())
        if row[free] >= IOU:
            shared[:, free] = 0
            count += 1
    return count


def measure(photos: Sequence[Photo], method: Method) -> dict[str, dict[str, float]]:
    """By half: recall, precision, boxes a photo, ms p50, and `ceiling`, the recall that MAX_BOXES boxes allow."""
    rows: dict[str, list[tuple[int, int, int, float]]] = {"A": [], "B": []}
    for photo in photos:
        picture = load_image(photo.path)
        started = time.perf_counter()
        boxes = np.asarray(method(picture), np.float32).reshape(-1, 4)[:MAX_BOXES]
        spent = (time.perf_counter() - started) * 1000
        rows[photo.half].append((right(boxes, photo.truth), len(photo.truth), len(boxes), spent))
    return {name: _summary(part) for name, part in rows.items() if part}


def methods(settings: Settings) -> dict[str, Method]:
    """What is compared, by name."""
    detector: Any = load_detector("embedded", settings)
    grid = [[x / 4, y / 2, (x + 1) / 4, (y + 1) / 2] for y in range(2) for x in range(4)]
    return {
        "central 80 %": lambda picture: _pixels(central_box(), picture),
        "grid of 8": lambda picture: _pixels(found(grid, [0.0] * 8), picture),
        "SSD >= .25": lambda picture: _pixels(_ssd(detector, picture, 0.25), picture),
        "SSD >= .05": lambda picture: _pixels(_ssd(detector, picture, 0.05), picture),
        "embedded": lambda picture: [[b.x0, b.y0, b.x1, b.y1] for b in detector.detect(picture)],
    }


def _ssd(detector: Any, picture: Image.Image, floor: float) -> Found:
    seen = detector.look(picture)
    kept = suppress(seen.boxes, np.where(areas(seen.boxes) > 0, seen.scores, 0), SSD_OVERLAP, limit=MAX_BOXES)
    return seen.take([place for place in kept if seen.scores[place] >= floor])


def _pixels(boxes: Found, picture: Image.Image) -> np.ndarray:
    return boxes.boxes * np.array([picture.width, picture.height] * 2, np.float32)


def _summary(rows: Sequence[tuple[int, int, int, float]]) -> dict[str, float]:
    hits, labelled, given = (sum(row[i] for row in rows) for i in range(3))
    return {
        "photos": len(rows),
        "recall": round(hits / labelled, 3),
        "precision": round(hits / given, 3) if given else 0.0,
        "boxes": round(given / len(rows), 1),
        "p50_ms": round(median(row[3] for row in rows)),
        "ceiling": round(sum(min(MAX_BOXES, row[1]) for row in rows) / labelled, 3),
    }


def to_lines(document: Mapping[str, Any]) -> list[str]:
    """The document as a table for people."""
    lines = []
    for folder, table in document.items():
        lines.append(f"{folder:34s}  half  photos  recall  precision  boxes  p50 ms  ceiling")
        for method, halves in table.items():
            for name, row in halves.items():
                lines.append(
                    f"  {method:32s}  {name:4s}  {row['photos']:6d}  {row['recall']:6.3f}  {row['precision']:9.3f}"
                    f"  {row['boxes']:5.1f}  {row['p50_ms']:6d}  {row['ceiling']:7.3f}"
                )
    return lines


def main(folders: Sequence[str]) -> None:
    """Prints the table, or with --json the document."""
    compared = methods(Settings.from_env())
    document = {}
    for folder in (Path(name) for name in folders if name != "--json"):
        photos = read_photos(folder)
        document[folder.name] = {name: measure(photos, method) for name, method in compared.items()}
    print(json.dumps(document, indent=2) if "--json" in folders else "\n".join(to_lines(document)))


if __name__ == "__main__":
    main(sys.argv[1:])
