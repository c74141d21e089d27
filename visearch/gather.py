"""Pictures of a catalogue -> content hashes, thumbnails and cached vectors, in bounded memory."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PIL import Image

from visearch.cache import PictureRefs, VectorCache
from visearch.catalog.base import CatalogItem, Picture, Report
from visearch.disk import is_full, remove, write_file, writing_to
from visearch.errors import ModelError, PictureError
from visearch.images import load_image, sha256, thumbnail
from visearch.models.base import Embedder, Steady
from visearch.store import thumbnail_path
from visearch.types import Product, Vectors

BATCH = 32
"""Pictures that go through the encoder, and into the cache, at a time."""

DECODE_SIDE = 1024
"""Pixels of the longer side that pictures are decoded to: far above any encoder's input, and 3 MB at most."""

_MOST_WORKERS = 16
_READERS_A_WORKER = 2
_AHEAD_A_WORKER = 24


@dataclass(frozen=True)
class Progress:
    """How far a build is: `stage` is reading, embedding, indexing or saving; `total` None when unknown."""

    stage: str
    done: int
    total: int | None


@dataclass
class Gathered:
    """Products with `pictures` filled, in order, and what was done and left out on the way."""

    products: list[Product] = field(default_factory=list)
    embedded: int = 0
    cached: int = 0
    report: Report = field(default_factory=Report)


@dataclass(frozen=True)
class _Loaded:
    """One picture: its hash, and its pixels when a vector is still to be computed; or why it cannot be used."""

    sha: str = ""
    pixels: Image.Image | None = None
    reason: str = ""


@dataclass
class _Record:
    product: Product
    number: int
    pictures: int
    shas: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def _refused(error: Exception) -> _Loaded:
    """Whatever a picture throws is its own fault and costs only itself, except that the disk is full."""
    if isinstance(error, PictureError):
        return _Loaded(reason=str(error))
    if is_full(error):
        raise error
    return _Loaded(reason=f"it cannot be read ({error or 'nothing is said of why'})")


def default_workers() -> int:
    """Threads that decode unless told otherwise: one a core that this process may use.

    Threads, as Pillow lets go of the interpreter while it decodes, and processes have to send the pixels: 22 pictures
    of 1600 pixels a second with two threads on two cores, 14 with two processes (10 one after the other).
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(_MOST_WORKERS, cores))


def is_whole_jpeg(thumb: Path) -> bool:
    """Whether a thumbnail begins and ends as a JPEG does: one that was cut off is made anew."""
    try:
        with thumb.open("rb") as file:
            start = file.read(2)
            file.seek(-2, os.SEEK_END)
            return (start, file.read()) == (b"\xff\xd8", b"\xff\xd9")
    except OSError:
        return False


class Gatherer:
    """Reads and decodes in threads, embeds in the calling thread, and stores every batch at once.

    `scope` names the pinned revision below which stable references may be remembered; "" remembers nothing.
    `force` trusts neither remembered references nor cached vectors. `workers` threads decode, 0 for one a core;
    twice as many read, as a reader mostly waits for a disk or a network.
    """

    def __init__(
        self,
        home: Path,
        embedder: Embedder,
        cache: VectorCache,
        refs: PictureRefs,
        scope: str = "",
        force: bool = False,
        progress: Callable[[Progress], None] | None = None,
        workers: int = 0,
    ) -> None:
        self._workers = workers or default_workers()
        self._home, self._embedder, self._cache, self._refs = home, embedder, cache, refs
        self._scope, self._force, self._tell = scope, force, progress or (lambda _: None)
        self._decoding = threading.BoundedSemaphore(self._workers)
        self._records: list[_Record] = []
        self._batch: dict[str, Image.Image] = {}
        self._new_refs: list[tuple[str, str]] = []
        self._computed: set[str] = set()
        self._unusable: dict[str, str] = {}
        self._done = 0
        self._total: int | None = None
        self.result = Gathered()

    def run(self, items: Iterable[CatalogItem], total: int | None) -> Gathered:
        """Goes through all items. Raises StoreError when nothing can be written; bad pictures are reported."""
        self._total = total
        self._say()
        waiting: deque[tuple[_Record, Picture, Future[_Loaded]]] = deque()
        pool = ThreadPoolExecutor(_READERS_A_WORKER * self._workers, thread_name_prefix="picture")
        try:
            for record, picture in self._pictures(items):
                waiting.append((record, picture, pool.submit(self._load, picture)))
                if len(waiting) > _AHEAD_A_WORKER * self._workers:
                    self._take(*waiting.popleft())
            while waiting:
                self._take(*waiting.popleft())
            self._flush()
        finally:
            pool.shutdown(cancel_futures=True)
        self._done = len(self._records)
        self._say()
        return self._finish()

    def _pictures(self, items: Iterable[CatalogItem]) -> Iterable[tuple[_Record, Picture]]:
        ids: set[str] = set()
        for item in items:
            if item.product.id in ids:
                self.result.report.add(item.product.id, "another product has the same id")
                continue
            ids.add(item.product.id)
            record = _Record(item.product, len(self._records) + 1, len(item.pictures))
            self._records.append(record)
            for picture in item.pictures:
                yield record, picture

    def _load(self, picture: Picture) -> _Loaded:
        """Runs in a thread. Raises StoreError when the thumbnail cannot be written."""
        known = self._remembered(picture)
        if known:
            return _Loaded(known)
        try:
            data = picture.read()
        except Exception as error:
            return _refused(error)
        sha = sha256(data)
        need_vector, thumb = not self._has(sha), thumbnail_path(self._home, sha)
        if not need_vector and not self._force and is_whole_jpeg(thumb):
            return _Loaded(sha)
        try:
            with self._decoding:
                pixels = load_image(data, DECODE_SIDE)
        except Exception as error:
            return _refused(error)
        with writing_to(thumb.parent):
            thumb.parent.mkdir(parents=True, exist_ok=True)
            if thumb.is_dir():
                remove(thumb)
            write_file(thumb, thumbnail(pixels), durable=False)
        return _Loaded(sha, pixels if need_vector else None)

    def _remembered(self, picture: Picture) -> str | None:
        if self._force or not (self._scope and picture.stable):
            return None
        sha = self._refs.get(self._scope, picture.ref)
        return sha if sha and sha in self._cache and is_whole_jpeg(thumbnail_path(self._home, sha)) else None

    def _has(self, sha: str) -> bool:
        return sha in self._computed or (not self._force and sha in self._cache)

    def _take(self, record: _Record, picture: Picture, future: Future[_Loaded]) -> None:
        with writing_to(self._home):
            loaded = future.result()
        if loaded.reason:
            record.reasons.append(f"{picture.ref}: {loaded.reason}")
        else:
            record.shas.append(loaded.sha)
            if picture.stable and self._scope:
                self._new_refs.append((picture.ref, loaded.sha))
            if loaded.pixels is not None and loaded.sha not in self._computed:
                self._batch[loaded.sha] = loaded.pixels
        self._done = record.number - (len(record.shas) + len(record.reasons) < record.pictures)
        if len(self._batch) >= BATCH or len(self._new_refs) >= 8 * BATCH:
            self._flush()
        if self._done % BATCH == 0:
            self._say()

    def _flush(self) -> None:
        """Embeds what waits and stores it: from here on a killed build need not do it again."""
        if self._batch:
            shas = list(self._batch)
            vectors = self._embed(list(self._batch.values()))
            good = [i for i in range(len(shas)) if np.isfinite(vectors[i]).all()]
            self._cache.put([shas[i] for i in good], vectors[good])
            bad = set(shas).difference(shas[i] for i in good)
            self._unusable.update(dict.fromkeys(bad, "the model gives no finite vector for it"))
            self._computed.update(shas)
            self.result.embedded += len(good)
            self._batch.clear()
            self._say()
        if self._new_refs:
            self._refs.put(self._scope, self._new_refs)
            self._new_refs.clear()

    def _embed(self, pictures: list[Image.Image]) -> Vectors:
        """float32 (n, dim). A steady encoder is given full batches, the last filled up with its first picture."""
        batch = self._embedder.batch if isinstance(self._embedder, Steady) else 1
        asked = pictures + pictures[:1] * (-len(pictures) % batch)
        vectors = self._embedder.embed_images(asked)
        if vectors.shape != (len(asked), self._embedder.info.dim):
            raise ModelError(
                f"The model {self._embedder.info.name!r} gave vectors of shape {vectors.shape} for {len(asked)} "
                f"pictures; ({len(asked)}, {self._embedder.info.dim}) was expected."
            )
        return vectors[: len(pictures)]

    def _say(self) -> None:
        stage = "embedding" if self.result.embedded else "reading"
        total = None if self._total is None else max(self._total, self._done)
        self._tell(Progress(stage, self._done, total))

    def _finish(self) -> Gathered:
        """Products that kept a picture; a picture that is named twice by one product counts once."""
        result, used = self.result, set()
        for record in self._records:
            shas = [sha for sha in dict.fromkeys(record.shas) if sha not in self._unusable]
            reasons = record.reasons + [self._unusable[s] for s in record.shas if s in self._unusable]
            for reason in reasons or ([] if shas else ["it has no picture"]):
                result.report.add(record.product.id, reason)
            if shas:
                used.update(shas)
                result.products.append(replace(record.product, pictures=tuple(shas)))
        result.cached = len(used) - len(used & self._computed)
        return result
