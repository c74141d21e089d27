"""One shard: the products of every N-th position, embedded and written to a folder of its own."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import platform
import tarfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np

from visearch.build import LOCK_WAIT_S, BuildReport, peak_rss_mb
from visearch.cache import PictureRefs, VectorCache
from visearch.catalog.base import Catalog, CatalogInfo, CatalogItem, Report
from visearch.config import Settings
from visearch.disk import publish, remove, remove_folder, writing_to
from visearch.errors import StoreError
from visearch.gather import Gathered, Gatherer, Progress
from visearch.generation import Content, files_of, write_vectors
from visearch.index.table import write_array
from visearch.models.base import Embedder
from visearch.sealed import sealed
from visearch.shards.form import MANIFEST, POSITIONS, REFS, THUMBS, Shard, ShardInfo, check_shard, read_info
from visearch.store import PRODUCTS, product_lines, thumbnail_path
from visearch.types import Product

_FIRST = 100


class Slice:
    """A catalogue's products at the positions of a shard. What is learnt of the whole on the way is known after."""

    def __init__(self, catalog: Catalog, shard: Shard) -> None:
        self._catalog, self._shard = catalog, shard
        self._source = hashlib.sha256()
        self.positions: dict[str, int] = {}
        self.twice: list[tuple[int, str]] = []
        self.stable: list[str] = []
        self.total = 0

    @property
    def expected(self) -> int | None:
        """How many products the shard has, where the catalogue knows how many it has."""
        total = self._catalog.info.total
        return None if total is None else len(range(self._shard.number - 1, total, self._shard.of))

    @property
    def source(self) -> str:
        """sha256 over the records of all products, whosever they are, and what could not be read."""
        digest = self._source.copy()
        digest.update(json.dumps(asdict(self._catalog.report), sort_keys=True).encode())
        return digest.hexdigest()

    def __iter__(self) -> Iterator[CatalogItem]:
        ids: set[str] = set()
        for position, item in enumerate(self._catalog):
            self.total = position + 1
            for line in product_lines([item.product]):
                self._source.update(line)
            mine, new = self._shard.has(position), item.product.id not in ids
            ids.add(item.product.id)
            if mine and not new:
                self.twice.append((position, item.product.id))
            if mine and new:
                self.positions[item.product.id] = position
                self.stable += [picture.ref for picture in item.pictures if picture.stable]
                yield item


def write_shard(
    catalog: Catalog,
    embedder: Embedder,
    settings: Settings,
    shard: Shard,
    out: Path,
    *,
    progress: Callable[[Progress], None] | None = None,
    force: bool = False,
    workers: int = 0,
    lock_wait_s: float = LOCK_WAIT_S,
) -> BuildReport:
    """Embeds the products of `shard` and puts it into the folder `out`, in place of an older one of the same name.

    Vectors are kept in the cache of `settings.home` as they come, so that a killed process goes on where it was. A
    shard that would come out the same is left as it is; `force` embeds anew. Raises StoreError when the disk is full
    or cannot be written, or another process still writes this shard after `lock_wait_s`.
    """
    started = time.perf_counter()
    info = catalog.info
    scope = f"{info.id}@{info.revision}" if info.revision else ""
    with _alone(out, shard, lock_wait_s):
        part = Slice(catalog, shard)
        with VectorCache(settings.home, embedder.info) as cache, PictureRefs(settings.home) as refs:
            gatherer = Gatherer(settings.home, embedder, cache, refs, scope, force, progress, workers)
            gathered = gatherer.run(part, part.expected)
            told = _info(info, embedder, settings, shard, part, gathered, catalog.report)
            unchanged = not force and _is_there(out / shard.name, told)
            if not unchanged:
                found = [(ref, sha) for ref in part.stable if (sha := refs.get(scope, ref))] if scope else []
                _write(out, shard, told, gathered.products, part, found, settings.home, cache, embedder)
    return BuildReport(
        products=len(gathered.products),
        pictures=told.pictures,
        embedded=gathered.embedded,
        cached=gathered.cached,
        seconds=time.perf_counter() - started,
        peak_rss_mb=peak_rss_mb(),
        path=out / shard.name,
        skipped=Report(gathered.report.count + len(part.twice), gathered.report.first),
        unchanged=unchanged,
    )


@contextlib.contextmanager
def _alone(out: Path, shard: Shard, wait_s: float) -> Iterator[None]:
    """One writer a shard. The system frees the lock when its process dies."""
    from filelock import FileLock, Timeout

    with writing_to(out):
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / f"{shard.name}.lock")
        try:
            lock.acquire(timeout=wait_s)
        except Timeout as error:
            raise StoreError(
                f"Another process is writing the shard {shard} in {out}.", "Wait until it has finished, or end it."
            ) from error
    try:
        yield
    finally:
        lock.release()


def _info(
    info: CatalogInfo,
    embedder: Embedder,
    settings: Settings,
    shard: Shard,
    part: Slice,
    gathered: Gathered,
    left_out: Report,
) -> ShardInfo:
    model = embedder.info
    content = Content(asdict(info), model, gathered.products, settings.limit, gathered.report)
    at = part.positions
    return ShardInfo(
        shard=shard.number,
        of=shard.of,
        catalog=asdict(info),
        model=asdict(model),
        model_fingerprint=model.fingerprint,
        limit=settings.limit,
        total=part.total,
        source=part.source,
        products=len(gathered.products),
        pictures=len(pictures_of(gathered.products)),
        fingerprint=content.fingerprint,
        left_out=asdict(left_out),
        twice={"count": len(part.twice), "first": part.twice[:_FIRST]},
        skipped={
            "count": gathered.report.count,
            "first": [(at[one.row], one.row, one.reason) for one in gathered.report.first],
        },
        computed={"runtime": model.runtime, "cores": cores(), "machine": platform.machine()},
        created=datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
    )


def cores() -> int:
    """How many this process may use: a runtime that shares its sums among more adds in another order."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pictures_of(products: list[Product]) -> list[str]:
    """The different pictures in the order in which they come: the rows of a shard's vectors."""
    return list(dict.fromkeys(sha for product in products for sha in product.pictures))


def _is_there(path: Path, told: ShardInfo) -> bool:
    """Whether the shard in `path` was made of the same, and is sound."""
    try:
        there = read_info(path)
        check_shard(path, there)
    except StoreError:
        return False
    same = ("catalog", "model_fingerprint", "limit", "total", "source", "fingerprint")
    return all(getattr(there, name) == getattr(told, name) for name in same)


def _write(
    out: Path,
    shard: Shard,
    told: ShardInfo,
    products: list[Product],
    part: Slice,
    refs: list[tuple[str, str]],
    home: Path,
    cache: VectorCache,
    embedder: Embedder,
) -> None:
    final, temporary = out / shard.name, out / f"tmp-{shard.name}"
    try:
        with writing_to(out):
            remove(temporary)
            temporary.mkdir()
            with (temporary / PRODUCTS).open("wb") as file:
                file.writelines(product_lines(products))
            write_array(temporary / POSITIONS, np.array([part.positions[p.id] for p in products], dtype=np.int64))
            with (temporary / REFS).open("wb") as file:
                file.writelines(json.dumps(pair, ensure_ascii=False).encode() + b"\n" for pair in refs)
        shas = pictures_of(products)
        write_vectors(
            temporary, Content(told.catalog, embedder.info, products, told.limit, Report()), shas, cache, None
        )
        with writing_to(out):
            _write_thumbs(temporary / THUMBS, shas, home)
            record: dict[str, Any] = asdict(told)
            record["files"] = files_of(temporary)
            line = json.dumps(sealed(record), ensure_ascii=False, indent=1) + "\n"
            (temporary / MANIFEST).write_text(line, encoding="utf-8")
            # A folder cannot take the place of a full one: for a moment there is none, and never half of one.
            remove(final)
            publish(temporary, final)
    finally:
        remove_folder(temporary)


def _write_thumbs(file: Path, shas: list[str], home: Path) -> None:
    """One file for all of them: a million small ones take hours to copy to another machine."""
    with file.open("wb") as target, tarfile.open(fileobj=target, mode="w|", format=tarfile.USTAR_FORMAT) as tar:
        for sha in shas:
            data = thumbnail_path(home, sha).read_bytes()
            entry = tarfile.TarInfo(f"{sha}.jpg")
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
