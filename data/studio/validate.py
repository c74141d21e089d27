"""Checks the variants table, and a finished catalogue against it. Needs Pillow and NumPy only."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from data.studio.catalogue import SCENE_SIZE
from data.studio.kinds import KINDS
from data.studio.queries import text_queries
from data.studio.scenes_list import products_of, scenes
from data.studio.table import COLOURS, Variant, barcode, by_id, check_digit, kind_variants

PICTURE_SIZE = (384, 384)
LARGEST = 25_000_000
# Copies at 300 px and quality 60 of the sample's pictures differ by up to 61 bits, by 4 levels in the sum of the mean
# colour and by 4 levels in a cell; the two most alike products by 36 levels in a cell.
MOST_BITS, LARGEST_MEAN = 64, 6
SMALLEST_DETAIL = 24  # levels in one of 24 x 24 cells
_BOX = Image.Resampling.BOX
CJK = re.compile(r"[\u4e00-\u9fff]")


def _repeats(values: Iterable[str], what: str) -> Iterator[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f"{what} used {count} times: {value}"


def table_problems() -> list[str]:
    """What is wrong with the variants table itself."""
    variants = list(by_id().values())
    found = []
    if len(variants) != sum(len(kind_variants(kind)) for kind in KINDS):
        found.append("an id is used twice")
    for what in ("title", "title_zh", "description", "barcode", "look"):
        read = _unique_value(what)
        found += _repeats((read(variant) for variant in variants), what)
    found += [problem for variant in variants for problem in _variant_problems(variant)]
    found += [
        f"scene {name}: no product {i}" for name, s in scenes().items() for i in products_of(s) if i not in by_id()
    ]
    found += _repeats((query.text for query in text_queries()), "query")
    return found


def _unique_value(what: str) -> Callable[[Variant], str]:
    if what == "look":
        return lambda variant: f"{variant.kind} {sorted(_seen(variant).items())}"
    if what == "barcode":
        return lambda variant: variant.shop["barcode"]
    return lambda variant: getattr(variant, what)


def _seen(variant: Variant) -> dict[str, str]:
    """What can be seen of a look: not the camera and not the folds."""
    return {key: str(value) for key, value in variant.values.items() if key not in ("az", "bg", "seed")}


def _variant_problems(variant: Variant) -> Iterator[str]:
    shop, facets = variant.shop, variant.facets
    code = shop["barcode"]
    checks = {
        f"id should be {variant.kind}-{variant.number:02d}": variant.id == f"{variant.kind}-{variant.number:02d}",
        f"barcode {code} should be {barcode(variant.kind, variant.number)}": code
        == barcode(variant.kind, variant.number),
        f"barcode {code} has a wrong check digit": check_digit(code[:12]) == code[-1:],
        f"colour {facets['color']!r} is none of {', '.join(COLOURS)}": facets["color"] in COLOURS,
        "a facet is empty": all(facets[key] for key in ("color", "material", "pattern", "brand")),
        "price must be above 0": shop["price"] > 0,
        "rating must lie in 3.2..5": 3.2 <= shop["rating"] <= 5,
        "discount must lie in 0..90, stock and reviews at 0 or above": 0 <= shop["discount"] <= 90
        and min(shop["stock"], shop["reviews"]) >= 0,
        "title_zh must be Chinese": bool(CJK.search(variant.title_zh)),
        "description_zh must be Chinese": not variant.description_zh or bool(CJK.search(variant.description_zh)),
        "twin must be another product of its kind": not variant.twin or _twin_ok(variant),
    }
    yield from (f"{variant.id}: {problem}" for problem, fine in checks.items() if not fine)


def _twin_ok(variant: Variant) -> bool:
    other = variant.twin.of if variant.twin else ""
    return other in by_id() and other != variant.id and by_id()[other].kind == variant.kind


def catalogue_problems(out: Path) -> list[str]:
    """What is wrong with the pictures and tables in a folder."""
    rows = _read(out / "products.csv")
    ids = {row["id"] for row in rows}
    pictures = [row["image"] for row in rows]
    queries = _read(out / "queries.csv")
    pictures += [row["query_image"] for row in queries if row["query_image"]]
    boxes = _read(out / "scenes" / "boxes.csv")
    whole = {name: None for name in pictures if _is_picture(out / name, PICTURE_SIZE)}
    scenes_whole = {name: None for name in {row["image"]: None for row in boxes} if _is_picture(out / name, SCENE_SIZE)}
    found = [f"{name}: not {PICTURE_SIZE} RGB" for name in pictures if name not in whole]
    found += _repeats((row["id"] for row in rows), "id")
    listed = {Path(row["image"]).name for row in rows}
    found += [
        f"images/{file.name}: not in products.csv" for file in (out / "images").glob("*") if file.name not in listed
    ]
    for row in queries:
        known = row["relevant_ids"] and set(row["relevant_ids"].split("|")) <= ids
        if not known or bool(row["query_image"]) == bool(row["query_text"]):
            found.append(f"queries.csv: {row}")
    found += _box_problems(boxes, ids, scenes_whole)
    found += _alike(out, [*whole, *scenes_whole])
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    return [*found, f"{size / 1e6:.1f} MB, at most {LARGEST / 1e6:.0f}"] if size > LARGEST else found


def _read(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _is_picture(path: Path, size: tuple[int, int]) -> bool:
    try:
        with Image.open(path) as picture:
            picture.load()
            return picture.size == size and picture.mode == "RGB"
    except OSError:
        return False


def _box_problems(boxes: list[dict[str, str]], ids: set[str], scenes_whole: Container[str]) -> list[str]:
    found = []
    wide, high = SCENE_SIZE
    for row in boxes:
        x0, y0, x1, y1 = (int(row[key]) for key in ("x0", "y0", "x1", "y1"))
        fits = 0 <= x0 < x1 <= wide and 0 <= y0 < y1 <= high
        if not fits or row["product_id"] not in ids or row["image"] not in scenes_whole:
            found.append(f"boxes.csv: {row}")
    return found


@dataclass(frozen=True)
class Fingerprint:
    """What two copies of one picture share: edges (1536 bits), mean colour, and the colours of 24 x 24 cells."""

    edges: int
    mean: Any
    cells: Any

    def same(self, other: Fingerprint) -> bool:
        """Whether both are one picture, saved or scaled anew. Twins with one small visible detail are two."""
        if (self.edges ^ other.edges).bit_count() > MOST_BITS or np.abs(self.mean - other.mean).sum() > LARGEST_MEAN:
            return False
        return int(np.abs(self.cells - other.cells).max()) < SMALLEST_DETAIL


def fingerprint(path: Path) -> Fingerprint:
    """A difference hash of the three colour channels, 17 x 16, that takes steps of up to 4 levels as none."""
    with Image.open(path) as picture:
        rgb = picture.convert("RGB")
    small, mean, cells = (
        np.asarray(rgb.resize(size, kind), np.int16)
        for size, kind in (((17, 16), Image.Resampling.LANCZOS), ((1, 1), _BOX), ((24, 24), _BOX))
    )
    steps = small[:, 1:] - small[:, :-1]
    bits = np.packbits(np.concatenate([(steps > 4).ravel(), (steps < -4).ravel()]))
    return Fingerprint(int.from_bytes(bits.tobytes(), "big"), mean, cells)


def _alike(out: Path, names: Iterable[str]) -> list[str]:
    """Pairs of pictures that are one picture."""
    seen = [(name, fingerprint(out / name)) for name in names]
    pairs = itertools.combinations(seen, 2)
    return [f"{name} and {other} look the same" for (name, code), (other, code2) in pairs if code.same(code2)]
