"""A toy shop of five kinds that look alike within a kind, with a folder of its own for what lies beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.toy import ToyEmbedder, picture_bytes
from visearch.build import build
from visearch.calibration import calibrator
from visearch.catalog.base import CatalogInfo, CatalogItem, LabelledQuery, Picture, Report
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.store import Store
from visearch.types import Product

LOOKS = {
    "Sofas": ("Furniture", (190, 40, 40)),
    "Lamps": ("Furniture", (40, 170, 60)),
    "Mugs": ("Kitchen", (40, 60, 190)),
    "Plates": ("Kitchen", (220, 200, 40)),
    "Boots": ("Shoes", (20, 25, 22)),
}
COLORS = ("red", "green", "blue", "white")
EACH = 8

SCENES = """image,product_id,x0,y0,x1,y1
one.jpg,sofas-0,0,0,9,9
one.jpg,lamps-1,0,0,9,9
one.jpg,plates-2,0,0,9,9
two.jpg,sofas-3,0,0,9,9
two.jpg,lamps-1,0,0,9,9
"""

REVIEWS = """product_id,rating,text,date,language
mugs-0,5,"The handle is wide enough for a glove. It keeps tea hot for an hour.",2026-01-02,en
mugs-0,4,"Keeps tea hot on the balcony, and the handle stays cool.",2026-03-04,en
mugs-0,2,"The glaze came with a chip.",2026-02-03,en
mugs-0,5,杯子很保温,2026-05-01,zh
mugs-1,4,"A heavy mug for strong tea.",2025-11-11,en
nobody,5,"Of no product.",2026-01-01,en
mugs-2,9,"Nine stars.",2026-01-01,en
mugs-2,3,,2026-01-01,en
"""


class Goods:
    """EACH products a kind: product i of a kind has the colour COLORS[i % 4], costs 10 + 10 i; every third is off."""

    def __init__(self, folder: Path, changes: dict[str, dict[str, object]] | None = None) -> None:
        self.info = CatalogInfo(str(folder), "Goods", "CC0-1.0", total=len(LOOKS) * EACH)
        self.report = Report()
        self._changes = changes or {}

    def __iter__(self) -> Iterator[CatalogItem]:
        for kind, (category, rgb) in LOOKS.items():
            for i in range(EACH):
                yield self._item(kind, category, rgb, i)

    def _item(self, kind: str, category: str, rgb: tuple[int, int, int], i: int) -> CatalogItem:
        color, name = COLORS[i % 4], f"{kind.lower()}-{i}"
        fields: dict[str, object] = {
            "title": f"{'Tall' if i < 4 else 'Low'} {color} {kind.lower().rstrip('s')}",
            "category": category,
            "subcategory": kind,
            "color": color,
            "price": 10.0 + 10 * i,
            "currency": "USD",
            "rating": 3 + i / 4,
            "reviews": 10,
            "stock": 5,
            "discount": 10.0 * (i % 3),
            **self._changes.get(name, {}),
        }
        data = picture_bytes(tuple(min(255, part + 3 * i) for part in rgb))
        return CatalogItem(Product(name, image=f"{name}.png", **fields), (Picture(f"{name}.png", lambda: data),))

    def queries(self) -> list[LabelledQuery]:
        return []


def goods_engine(home: Path, changes: dict[str, dict[str, object]] | None = None, tables: bool = True) -> SearchEngine:
    """An engine over it; with `tables` the reviews and scenes lie beside it."""
    folder = home / "shop"
    (folder / "scenes").mkdir(parents=True)
    if tables:
        (folder / "reviews.csv").write_text(REVIEWS, "utf-8")
        (folder / "scenes" / "boxes.csv").write_text(SCENES, "utf-8")
    embedder, source = ToyEmbedder(), Goods(folder, changes)
    build(source, embedder, Settings(home=home), calibrate=calibrator(embedder))
    return SearchEngine(Store(home).open(source.info.id, model_name="toy"), embedder)


def kinds(ids: Sequence[str]) -> list[str]:
    """The kind of each id."""
    return [one.partition("-")[0] for one in ids]
