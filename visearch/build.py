"""Catalogue -> vectors -> index on disk; and adding, replacing or removing products later.

A build may be killed at any moment: what was embedded is in the cache, and the index that was there before
answers until the new one is complete.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from visearch.cache import PictureRefs, VectorCache
from visearch.catalog.base import Catalog, CatalogItem, Report
from visearch.changes import changed, joined, nothing, without
from visearch.config import Settings
from visearch.errors import StoreError
from visearch.gather import Gathered, Gatherer, Progress
from visearch.generation import SAVE_STEPS, Content, build_lock, draft, fill, publish_draft, write_vectors
from visearch.index import choose_kind, create_index
from visearch.index.table import release
from visearch.models.base import Embedder, ModelInfo
from visearch.passages import Reader, carried
from visearch.store import OpenIndex, Store, rows_of
from visearch.types import Product, RowIds, Vectors

__all__ = ["BuildReport", "Calibrate", "Progress", "See", "build", "finish", "peak_rss_mb", "remove", "update"]

Calibrate = Callable[[Vectors, list[Product], RowIds], dict[str, Any]]
"""(vectors, products, row_product) -> a JSON-able dict that the store keeps without looking at it."""

See = Callable[[Vectors, list[Product], RowIds, Callable[[int, int], None]], list[dict[str, Any]]]
"""(vectors, products, row_product, tell) -> what each product's pictures show, as JSON-able dicts, kept likewise."""

Tell = Callable[[Progress], None]

LOCK_WAIT_S = 10.0
"""Seconds to wait for another builder of the same index, unless told otherwise."""


@dataclass(frozen=True)
class BuildReport:
    """What a build did. `pictures` counts rows, `embedded` vectors that were computed, `cached` distinct pictures
    whose vector was known; `unchanged` is True when the index on disk was already right and was left alone."""

    products: int
    pictures: int
    embedded: int
    cached: int
    seconds: float
    peak_rss_mb: float
    path: Path
    skipped: Report = field(default_factory=Report)
    unchanged: bool = False


def build(
    catalog: Catalog,
    embedder: Embedder,
    settings: Settings,
    *,
    progress: Tell | None = None,
    force: bool = False,
    index_kind: str = "auto",
    calibrate: Calibrate | None = None,
    read: Reader | None = None,
    see: See | None = None,
    workers: int = 0,
    lock_wait_s: float = LOCK_WAIT_S,
) -> BuildReport:
    """Makes or refreshes the index of `catalog` for `embedder`.

    Pictures whose vector is known are not embedded again, and an index that would come out the same is left as
    it is; `force` computes and writes all anew. `workers` threads decode pictures, 0 for one a core. Raises
    CatalogError when no product can be used, StoreError when the disk is full or cannot be written, or when another
    process still builds this index after `lock_wait_s`.
    """
    job = _Job(settings, catalog.info.id, embedder.info, progress, index_kind, calibrate, read, see)
    with build_lock(job.folder, lock_wait_s):
        scope = f"{catalog.info.id}@{catalog.info.revision}" if catalog.info.revision else ""
        gathered = job.gather(catalog, catalog.info.total, embedder, scope, force, workers)
        skipped = joined(catalog.report, gathered.report)
        if not gathered.products:
            raise nothing(f"the catalogue {catalog.info.id!r}", skipped)
        content = Content(asdict(catalog.info), embedder.info, gathered.products, settings.limit, skipped)
        return job.save(content, gathered, skipped, None, force)


def finish(
    content: Content,
    gathered: Gathered,
    settings: Settings,
    *,
    progress: Tell | None = None,
    force: bool = False,
    index_kind: str = "auto",
    calibrate: Calibrate | None = None,
    read: Reader | None = None,
    see: See | None = None,
    lock_wait_s: float = LOCK_WAIT_S,
) -> BuildReport:
    """Makes the index of products whose vectors and thumbnails are known already: nothing is read and nothing is
    embedded. Arguments and errors as for `build`."""
    job = _Job(settings, content.catalog["id"], content.model, progress, index_kind, calibrate, read, see)
    with build_lock(job.folder, lock_wait_s):
        return job.save(content, gathered, content.skipped, None, force)


def update(
    catalog_id: str,
    items: Iterable[CatalogItem],
    embedder: Embedder,
    settings: Settings,
    *,
    progress: Tell | None = None,
    index_kind: str = "auto",
    calibrate: Calibrate | None = None,
    read: Reader | None = None,
    see: See | None = None,
    lock_wait_s: float = LOCK_WAIT_S,
) -> BuildReport:
    """Adds products to an existing index, or replaces those with the same id in their place.

    Only pictures without a known vector are embedded. A given product without a usable picture is skipped, and
    then the one that it should have replaced stays. Without `calibrate` the old calibration is kept. Raises as
    `build` and `Store.open` do.
    """
    job = _Job(settings, catalog_id, embedder.info, progress, index_kind, calibrate, read, see)
    with build_lock(job.folder, lock_wait_s):
        opened = job.store.open(catalog_id, embedder.info)
        gathered = job.gather(items, None, embedder, "", False)
        if not gathered.products:
            raise nothing("what was to be added", gathered.report)
        merged = {product.id: product for product in opened.products}
        merged.update((product.id, product) for product in gathered.products)
        content = changed(opened, embedder.info, list(merged.values()), gathered.report)
        return job.save(content, gathered, gathered.report, opened)


def remove(
    catalog_id: str,
    ids: Iterable[str],
    model: ModelInfo,
    settings: Settings,
    *,
    progress: Tell | None = None,
    index_kind: str = "auto",
    calibrate: Calibrate | None = None,
    read: Reader | None = None,
    see: See | None = None,
    lock_wait_s: float = LOCK_WAIT_S,
) -> BuildReport:
    """Takes products out of an existing index; nothing is embedded.

    Raises StoreError when an id is not there or no product would be left (then nothing is removed), and as
    `Store.open` does.
    """
    job = _Job(settings, catalog_id, model, progress, index_kind, calibrate, read, see)
    with build_lock(job.folder, lock_wait_s):
        opened = job.store.open(catalog_id, model)
        kept = without(opened, set(ids))
        content = changed(opened, model, kept, Report())
        return job.save(content, Gathered(kept), Report(), opened)


class _Job:
    """One run over one index: what `build`, `update` and `remove` share."""

    def __init__(
        self,
        settings: Settings,
        catalog_id: str,
        model: ModelInfo,
        progress: Tell | None,
        index_kind: str,
        calibrate: Calibrate | None,
        read: Reader | None,
        see: See | None,
    ) -> None:
        self.settings, self.model = settings, model
        self.store = Store(settings.home)
        self.folder = self.store.folder(catalog_id, model.name)
        self._tell: Tell = progress or (lambda _: None)
        self._kind = settings.index if index_kind == "auto" else index_kind
        self._calibrate, self._read, self._see = calibrate, read, see
        self._started = time.perf_counter()

    def gather(
        self,
        items: Iterable[CatalogItem],
        total: int | None,
        embedder: Embedder,
        scope: str,
        force: bool,
        workers: int = 0,
    ) -> Gathered:
        with VectorCache(self.settings.home, self.model) as cache, PictureRefs(self.settings.home) as refs:
            gatherer = Gatherer(self.settings.home, embedder, cache, refs, scope, force, self._tell, workers)
            return gatherer.run(items, total)

    def save(
        self,
        content: Content,
        gathered: Gathered,
        skipped: Report,
        old: OpenIndex | None,
        force: bool = False,
    ) -> BuildReport:
        """Index and files, unless what is there is the same already. `old` lends vectors and calibration."""
        row_product, row_picture = rows_of(content.products)
        kind = choose_kind(len(row_picture)) if self._kind == "auto" else self._kind
        path = None if force else self._same(content, kind)
        unchanged = path is not None
        if path is None:
            with draft(self.folder) as temporary:
                self._fill(temporary, content, kind, row_product, row_picture, old)
                path = publish_draft(self.folder, temporary, self._saved)
        return BuildReport(
            products=len(content.products),
            pictures=len(row_picture),
            embedded=gathered.embedded,
            cached=gathered.cached,
            seconds=time.perf_counter() - self._started,
            peak_rss_mb=peak_rss_mb(),
            path=path,
            skipped=skipped,
            unchanged=unchanged,
        )

    def _fill(
        self,
        path: Path,
        content: Content,
        kind: str,
        row_product: RowIds,
        row_picture: list[str],
        old: OpenIndex | None,
    ) -> None:
        """All files of a generation. Its vectors are read back as a memory map: they may be more than the memory."""
        with VectorCache(self.settings.home, self.model) as cache:
            file = write_vectors(path, content, row_picture, cache, old)
        vectors = np.load(file, mmap_mode="r", allow_pickle=False)
        calibration = dict(old.manifest.calibration) if old else {}
        if self._calibrate:
            calibration = json.loads(json.dumps(self._calibrate(vectors, content.products, row_product)))
        release(vectors)
        self._tell(Progress("indexing", 0, 1))
        index = create_index(vectors, kind)
        self._tell(Progress("indexing", 1, 1))
        passages, seen = carried(old, content.products) if old else ({}, [])
        if self._read:
            passages = self._read.read(content.products, self._teller("reading"))
        if self._see:
            seen = self._see(vectors, content.products, row_product, self._teller("seeing"))
        manifest = content.manifest(index, kind, calibration, passages)
        fill(path, manifest, content.products, index, passages, seen, self._saved)

    def _saved(self, done: int) -> None:
        self._tell(Progress("saving", done, SAVE_STEPS))

    def _teller(self, stage: str) -> Callable[[int, int], None]:
        return lambda done, total: self._tell(Progress(stage, done, total))

    def _same(self, content: Content, kind: str) -> Path | None:
        """The folder of the current generation when it is sound and holds just this.

        Its calibration is taken as it is: it depends on the content alone, and measuring it costs seconds.
        """
        try:
            opened = self.store.open(content.catalog["id"], self.model, verify=True)
        except StoreError:
            return None
        manifest = opened.manifest
        if not manifest.digest:
            return None  # of before manifests were sealed; all vectors are known, so writing it anew costs little
        here = (manifest.fingerprint, manifest.index_kind, manifest.limit, manifest.catalog, manifest.skipped)
        wanted = (content.fingerprint, kind, content.limit, content.catalog, content.skipped.count)
        calibrated = bool(manifest.calibration) or not self._calibrate
        read = not self._read or set(manifest.passages) == set(self._read.encoders)
        return opened.path if here == wanted and calibrated and read else None


def peak_rss_mb() -> float:
    """The most memory this process has held so far, in MB; 0 where the system does not say (Windows)."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / 1024
