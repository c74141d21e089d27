"""Shelf and stock: the sample's scenes with exact boxes, and 24 made shelves on which a quarter is not ours.

Everything is reported on half B, what was fitted on half A. The baseline looks at the photo once and calls every box
the product with the nearest vector. Made shelves have a plain wall, which suits the search for what stands out from
one; scenes do not.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from visearch.catalog import sample_folder
from visearch.config import Settings
from visearch.detect import load_detector
from visearch.detect.base import Detector
from visearch.engine import SearchEngine
from visearch.evaluate.halves import half
from visearch.evaluate.workflows import Row
from visearch.evaluate.workflows.shelves import Standing, compose, fit_for_shelves
from visearch.images import crop, load_image, padded
from visearch.look import LEAST_SIDE
from visearch.prepare import open_engine
from visearch.shop.shelf import read_shelf
from visearch.shop.shelf_boxes import corners, overlaps
from visearch.types import Box

SHELVES = 24
NAME, BASE = "shelf", "detector once, nearest by cosine"


@dataclass(frozen=True)
class Said:
    """One box that was answered: its product id ("" for not ours) and the nearest product's."""

    box: Box
    product: str
    nearest: str


def measure(home: Path, shared: Path) -> list[Row]:
    """See the package."""
    settings = Settings.from_env().with_(home=home, catalog="sample")
    engine = open_engine(settings, None, lambda _: None, lambda *_: None)
    detector = load_detector(settings.detector, settings)
    rows = []
    for name, pictures, out in (
        ("scenes", _scenes(), frozenset()),
        ("made shelves, a quarter not ours", _made(engine), strangers(engine)),
    ):
        ours, base = Counter[str](), Counter[str]()
        for _, image, things in (one for one in pictures if half(one[0]) == "B"):
            found = read_shelf(engine, image, detector, out)
            said = [Said(t.box, t.product.id if t.product else "", t.hits[0].product.id) for t in found.things]
            _count(ours, said, things, out)
            _count(base, _baseline(engine, image, detector, out), things, out)
        rows += _rows(name, ours, base)
    return rows


def strangers(engine: SearchEngine) -> frozenset[str]:
    """A quarter of the products, by a hash of their ids: they stand on made shelves and are not in the catalogue."""
    ids = [product.id for product in engine.opened.products]
    return frozenset(i for i in ids if hashlib.sha256(f"out{i}".encode()).digest()[0] % 4 == 0)


def _scenes() -> Iterator[tuple[str, Image.Image, tuple[Standing, ...]]]:
    things: dict[str, list[Standing]] = defaultdict(list)
    with (sample_folder() / "scenes" / "boxes.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            x0, y0, x1, y1 = (float(row[name]) for name in ("x0", "y0", "x1", "y1"))
            box = Box(x0, y0, x1, y1)
            things[row["image"]].append(Standing(row["product_id"], box))
    for name, standing in things.items():
        yield name, load_image(sample_folder() / name), tuple(standing)


def _made(engine: SearchEngine) -> Iterator[tuple[str, Image.Image, tuple[Standing, ...]]]:
    products = fit_for_shelves(engine.opened.products)
    for number in range(SHELVES):
        shelf = compose(f"{number}", products, lambda sha: load_image(engine.opened.thumbnail(sha)))
        yield f"shelf-{number}", shelf.image, shelf.things


def _baseline(engine: SearchEngine, image: Image.Image, detector: Detector, out: frozenset[str]) -> list[Said]:
    boxes = detector.detect(image)
    if not boxes:
        return []
    vectors = engine.embedder().embed_images([crop(image, padded(box, least=LEAST_SIDE)) for box in boxes])
    ids = np.array([engine.opened.products[i].id for i in engine.opened.row_product.tolist()])
    kept = np.flatnonzero(~np.isin(ids, list(out)))
    best = (vectors @ np.asarray(engine.opened.vectors, dtype=np.float32)[kept].T).argmax(1)
    named = ids[kept][best].tolist()
    return [Said(box, name, name) for box, name in zip(boxes, named, strict=True)]


def _count(counts: Counter[str], said: Sequence[Said], things: Sequence[Standing], out: frozenset[str]) -> None:
    """Every true box is found by the first answered box that overlaps it most, by half or more."""
    shared = overlaps(corners([one.box for one in said]), corners([thing.box for thing in things]))
    taken: set[int] = set()
    counts["things"] += len(things)
    counts["not ours"] += sum(thing.product in out for thing in things)
    for row, one in zip(shared, said, strict=True):
        place = int(row.argmax())
        true = things[place].product if row[place] >= 0.5 and place not in taken else None
        if true is not None:
            taken.add(place)
        counts["boxes"] += 1
        counts["found"] += true is not None
        counts["right"] += true is not None and one.nearest == true
        counts["named"] += bool(one.product)
        counts["named right"] += bool(one.product) and one.product == true
        counts["refused right"] += not one.product and true in out


def _rows(name: str, ours: Counter[str], base: Counter[str]) -> list[Row]:
    figures = [
        ("things found (overlap 0.5)", "found", "things"),
        ("things found with the right product first", "right", "things"),
        ("precision of ours", "named right", "named"),
        ("boxes that are things", "found", "boxes"),
    ]
    if ours["not ours"]:
        figures.append(("of what is not ours, told so", "refused right", "not ours"))
    return [
        Row(
            NAME,
            f"{figure}, {name}",
            f"{ours[part] / max(ours[whole], 1):.3f}",
            BASE,
            f"{base[part] / max(base[whole], 1):.3f}",
            f"{ours[whole]}" if ours[whole] == base[whole] else f"{ours[whole]} and {base[whole]}",
        )
        for figure, part, whole in figures
    ]
