"""A live engine whose state only the test changes, over toy products."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from tests.toy import ToyCatalog, ToyEmbedder
from visearch.build import build
from visearch.calibration import calibrator
from visearch.catalog import CatalogItem, LabelledQuery, open_catalog
from visearch.catalog.base import Catalog, CatalogInfo
from visearch.config import Settings
from visearch.detect.base import Detector, DetectorInfo
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.live import Examples, Status
from visearch.store import Store
from visearch.types import Box


@dataclass(frozen=True)
class Halves:
    """A detector that takes the left half of any photo for a chair, and the right half for something."""

    info: DetectorInfo = field(default_factory=lambda: DetectorInfo("halves", "v1", "CC0-1.0"))

    def detect(self, image: Image.Image) -> tuple[Box, ...]:
        middle = image.width / 2
        return (
            Box(0, 0, middle, image.height, "Chair", 0.9),
            Box(middle, 0, image.width, image.height, "Item 2", 0.5),
        )


@dataclass
class StillLive:
    """What LiveEngine offers to the page."""

    ready: SearchEngine | None = None
    now: Status = field(default_factory=Status)
    shown: Examples = field(default_factory=Examples)
    finder: Detector = field(default_factory=Halves)

    def start(self) -> None:
        """Everything is there already."""

    def engine(self, wait: bool = True) -> SearchEngine:
        if self.ready is None:
            raise VisearchError(self.now.error or "The catalogue is still being indexed.")
        return self.ready

    def status(self) -> Status:
        return self.now

    def detector(self) -> Detector:
        return self.finder

    def examples(self) -> Examples:
        return self.shown


def engine_of(home: Path, catalog: Catalog | None = None) -> SearchEngine:
    """An engine over a built index of toy products."""
    embedder, source = ToyEmbedder(), catalog or ToyCatalog(24)
    build(source, embedder, Settings(home=home), calibrate=calibrator(embedder))
    return SearchEngine(Store(home).open(source.info.id, model_name="toy"), embedder)


class SomeOfTheSample:
    """The sample's products whose ids match `pattern`: real pictures and texts, for what would take long over all."""

    def __init__(self, pattern: str) -> None:
        self._pattern, self._whole = re.compile(pattern), open_catalog("sample", Settings(offline=True))
        self.info, self.report = replace(self._whole.info, total=None), self._whole.report

    def __iter__(self) -> Iterator[CatalogItem]:
        return (item for item in self._whole if self._pattern.fullmatch(item.product.id))

    def queries(self) -> list[LabelledQuery]:
        return []


def ready_status(engine: SearchEngine, generation: int = 1) -> Status:
    info = CatalogInfo(**engine.opened.manifest.catalog)
    products = len(engine.opened.products)
    return Status("ready", info, engine.model, "Chosen by name.", generation=generation, products=products)
