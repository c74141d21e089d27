"""Marks: crops of logos, labels and made marks -> the products that bear them.

Three sets: marks drawn by seed and laid on the sample's products in perspective, colour and size; labels of the
sample's own brands; logos of the grocery catalogue. The numbers of visearch.shop.marks were chosen on marks of an
earlier drawing and on the labels, with the logos in sight: none of the three is held out. The product that a crop was
taken of is never counted. The baseline asks whole products with the crop.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from PIL import Image

from visearch.build import build
from visearch.catalog import open_catalog, sample_folder
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.evaluate.workflows import Row
from visearch.evaluate.workflows.made_marks import MARKS, made_marks
from visearch.images import load_image
from visearch.prepare import open_engine
from visearch.shop.marks import marked
from visearch.shop.marks_features import Features, features_of

K = 10
BASELINE = "whole products by the crop's vector"
SAMPLE_CROPS: Mapping[str, tuple[int, int, int, int]] = {
    "candle-01": (113, 204, 252, 234),
    "candle-03": (121, 208, 245, 243),
    "perfume-01": (147, 237, 228, 256),
    "perfume-05": (130, 227, 242, 253),
    "carton-01": (141, 60, 212, 80),
    "carton-03": (135, 60, 213, 82),
    "carton-04": (135, 76, 190, 96),
}
GROCERY_CROPS: Mapping[str, tuple[int, int, int, int]] = {
    "Bravo-Apple-Juice": (83, 33, 136, 65),
    "God-Morgon-Apple-Juice": (100, 47, 120, 68),
    "Tropicana-Apple-Juice": (63, 123, 115, 142),
    "Arla-Lactose-Medium-Fat-Milk": (97, 50, 120, 67),
    "Garant-Ecological-Medium-Fat-Milk": (84, 75, 133, 117),
    "Oatly-Natural-Oatghurt": (25, 22, 80, 80),
    "Alpro-Blueberry-Soyghurt": (87, 55, 137, 82),
    "Yoggi-Strawberry-Yoghurt": (86, 29, 130, 50),
}
"""Where a brand's word stands, in pixels of the product's picture; drawn by hand."""


@dataclass(frozen=True)
class Asked:
    """A crop, the products that bear the same, and the one that it was cut from ("" for none)."""

    crop: Image.Image
    relevant: frozenset[str]
    own: str = ""


def measure(home: Path, shared: Path) -> list[Row]:
    """The table's lines."""
    settings = Settings.from_env().with_(home=home)
    engine = open_engine(settings.with_(catalog="sample"))
    asked = _cut(sample_folder(), SAMPLE_CROPS, same_kind=True)
    rows = _rows("sample's labels", engine, features_of(engine.opened, home), asked)
    if (shared / "grocery").is_dir():
        folder = (shared / "grocery").resolve()
        groceries = open_engine(settings.with_(catalog=str(folder)))
        cut = _cut(folder, GROCERY_CROPS, same_kind=False)
        rows += _rows("grocery logos", groceries, features_of(groceries.opened, home), cut)
    for name, bearing, questions in _made(engine, settings):
        rows += _rows(name, bearing, features_of(bearing.opened, bearing.opened.home), questions)
    return rows


def _cut(folder: Path, crops: Mapping[str, tuple[int, int, int, int]], same_kind: bool) -> list[Asked]:
    with (folder / "products.csv").open(encoding="utf-8-sig") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}

    def alike(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
        # "ARLA KO" is a line of "ARLA". A brand's plants bear no label, its candles do.
        first, second = (row["brand"].split()[:1] for row in (one, other))
        return bool(first) and first == second and (not same_kind or one["subcategory"] == other["subcategory"])

    asked = []
    for id_, box in crops.items():
        same = frozenset(other for other, row in rows.items() if other != id_ and alike(rows[id_], row))
        asked.append(Asked(load_image(folder / rows[id_]["image"]).crop(box), same, id_))
    return asked


def _made(engine: SearchEngine, settings: Settings) -> Iterator[tuple[str, SearchEngine, list[Asked]]]:
    """The sample with marks on some of its products, as a catalogue of its own in a folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="visearch-marks-") as scratch:
        made = made_marks(sample_folder(), Path(scratch) / "made")
        own = settings.with_(home=Path(scratch) / "home", catalog=str(made.folder))
        catalog = open_catalog(str(made.folder), own)
        build(catalog, engine.embedder(), own)
        bearing = open_engine(own.with_(model=engine.model.name))
        told = [number for number in range(MARKS) if number % 2]
        clean = [Asked(made.clean[n], frozenset(made.bearers[n])) for n in told]
        crops = [Asked(made.crops[n], frozenset(made.bearers[n][1:]), made.bearers[n][0]) for n in told]
        yield "made marks, as drawn", bearing, clean
        yield "made marks, cut from a product", bearing, crops


def _rows(name: str, engine: SearchEngine, features: Features, asked: Sequence[Asked]) -> list[Row]:
    own, base = [], []
    for one in asked:
        found = marked(engine, features, one.crop, k=100)
        order = [bearing.hit.product.id for bearing in found.found] + [hit.product.id for hit in found.alike]
        own.append(_scores([id_ for id_ in order if id_ != one.own], one.relevant))
        hits = engine.nearest_to(engine.embedder().embed_images([one.crop]), 100)[0]
        base.append(_scores([hit.product.id for hit in hits if hit.product.id != one.own], one.relevant))
    told = f"{len(asked)} crops, {len(engine.opened.products)} products"
    return [
        Row(
            f"marks, {name}",
            figure,
            f"{fmean(scores[figure] for scores in own):.3f}",
            BASELINE,
            f"{fmean(scores[figure] for scores in base):.3f}",
            told,
        )
        for figure in own[0]
    ]


def _scores(order: Sequence[str], relevant: frozenset[str]) -> dict[str, float]:
    """Average precision over all of the list (right products that are not on it count 0), and recall@10."""
    ranks = [rank for rank, id_ in enumerate(order, 1) if id_ in relevant]
    precision = sum(n / rank for n, rank in enumerate(ranks, 1)) / len(relevant)
    return {"MAP": precision, f"recall@{K}": len(relevant & set(order[:K])) / min(K, len(relevant))}
