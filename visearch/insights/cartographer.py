"""Makes maps behind the page: one at a time, kept for the index that answers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from visearch.errors import VisearchError
from visearch.insights.atlas import Atlas, atlas, atlas_key, read_atlas
from visearch.store import OpenIndex
from visearch.types import Product

logger = logging.getLogger(__name__)

GROUPS = 8
"""Categories with a colour and a sign of their own; all others share one."""
OTHER = -1


@dataclass(frozen=True)
class Drawing:
    """A map, or how far it is: `stage` is one of atlas.atlas's while it is made; `error` says why there is none."""

    atlas: Atlas | None = None
    stage: str = ""
    error: str = ""


class Cartographer:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key = ""
        self._drawing = Drawing()
        self._thread: threading.Thread | None = None

    def ask(self, opened: OpenIndex) -> Drawing:
        """The map of an index, or how far it is; the first call begins it."""
        key = atlas_key(opened)
        with self._lock:
            if key == self._key:
                return self._drawing
            kept = read_atlas(opened)
            if kept is None and self._thread is not None and self._thread.is_alive():
                # Another catalogue's map is being made: this one's turn comes when that one is asked about no more.
                return Drawing(stage="waiting")
            self._key = key
            self._drawing = Drawing(kept) if kept else Drawing(stage="reducing")
            if kept is None:
                self._thread = threading.Thread(target=self._make, args=(opened, key), daemon=True, name="visearch-map")
                self._thread.start()
            return self._drawing

    def wait(self, timeout_s: float | None = None) -> None:
        """Until what was begun has ended (for tests)."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _make(self, opened: OpenIndex, key: str) -> None:
        try:
            self._set(key, Drawing(atlas(opened, lambda stage: self._set(key, Drawing(stage=stage)))))
        except VisearchError as error:
            self._set(key, Drawing(error=str(error)))
        except Exception:
            logger.exception("the map could not be made")
            self._set(key, Drawing(error="The map could not be made; the server's log says why."))

    def _set(self, key: str, drawing: Drawing) -> None:
        with self._lock:
            if key == self._key:
                self._drawing = drawing


def grouped(products: Sequence[Product]) -> tuple[list[str], list[int]]:
    """The names of the most common categories, at most GROUPS, and the group of each product, OTHER for the rest.

    Where all products are of one category, or of none, their subcategories are taken.
    """
    labels = [product.category.strip() for product in products]
    if len({label for label in labels if label}) < 2:
        labels = [product.subcategory.strip() or product.category.strip() for product in products]
    counts: dict[str, int] = {}
    for label in labels:
        if label:
            counts[label] = counts.get(label, 0) + 1
    names = sorted(counts, key=lambda name: (-counts[name], name))[:GROUPS]
    number = {name: i for i, name in enumerate(names)}
    return names, [number.get(label, OTHER) for label in labels]


def to_json(drawn: Atlas, products: Sequence[Product], titles: Sequence[str]) -> dict[str, Any]:
    """What the page's script draws: parallel lists, one entry a product on the map."""
    names, groups = grouped(products)
    at = drawn.positions.tolist()
    return {
        "x": [round(float(x), 4) for x in drawn.points[:, 0]],
        "y": [round(float(y), 4) for y in drawn.points[:, 1]],
        "group": [groups[i] for i in at],
        "id": [products[i].id for i in at],
        "title": [titles[i] for i in at],
        "picture": [products[i].pictures[0] if products[i].pictures else "" for i in at],
        "groups": names,
        "counts": [groups.count(i) for i in range(len(names))],
        "others": sum(1 for i in at if groups[i] == OTHER),
    }
