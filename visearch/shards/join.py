"""N shards -> the index that one process would have made."""

from __future__ import annotations

import json
import logging
import re
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from visearch.build import LOCK_WAIT_S, BuildReport, Calibrate, See, finish
from visearch.cache import PictureRefs, VectorCache
from visearch.catalog.base import Report, Skipped
from visearch.config import Settings
from visearch.disk import write_file, writing_to
from visearch.errors import StoreError
from visearch.gather import Gathered, Progress, is_whole_jpeg
from visearch.generation import Content
from visearch.index.table import blocks
from visearch.models.base import ModelInfo
from visearch.passages import Reader
from visearch.shards.form import (
    POSITIONS,
    REFS,
    THUMBS,
    Shard,
    ShardInfo,
    check_shard,
    command,
    read_info,
)
from visearch.shards.write import pictures_of
from visearch.store import PRODUCTS, VECTORS, read_products, thumbnail_path
from visearch.types import Product, RowIds, Vectors

logger = logging.getLogger(__name__)

_SAME = {
    "catalog": "the catalogue",
    "model_fingerprint": "the model",
    "limit": "the limit",
    "total": "the number of products",
    "source": "the products' records",
}
"""What all shards must agree on, and how it is called."""

_FIRST = 100
_MOST_THUMB_BYTES = 4 << 20
_THUMB = re.compile(r"[0-9a-f]{64}\.jpg")
_REFS_AT_ONCE = 4096


@dataclass(frozen=True)
class _Part:
    """A shard that was read: `positions` int64 (products,) ascending."""

    path: Path
    info: ShardInfo
    products: list[Product]
    positions: RowIds


def merge_shards(
    catalog_id: str,
    model: ModelInfo,
    settings: Settings,
    of: int,
    out: Path,
    *,
    progress: Callable[[Progress], None] | None = None,
    force: bool = False,
    index_kind: str = "auto",
    calibrate: Calibrate | None = None,
    read: Reader | None = None,
    see: See | None = None,
    lock_wait_s: float = LOCK_WAIT_S,
) -> BuildReport:
    """Joins the `of` shards in `out` and makes the index of them, as `visearch.build.build` makes it.

    Vectors, thumbnails and references go into the caches of `settings.home` first, some at a time, so that later
    changes embed nothing again; the catalogue's pictures are not asked for. The rest is as for `build`. Raises
    StoreError when a shard is missing, damaged or made of something else, with the command that makes it.
    """
    tell = progress or (lambda _: None)
    found = _found(catalog_id, model, of, out)
    parts = []
    for number, (path, info) in enumerate(found):
        tell(Progress("checking", number, of))
        parts.append(_read(path, info, model, out))
    tell(Progress("checking", of, of))
    products = _in_order(parts, model, out)
    _bring(parts, model, settings.home, tell)
    skipped = _skipped([part.info for part in parts])
    content = Content(parts[0].info.catalog, model, products, parts[0].info.limit, skipped)
    pictures = len(pictures_of(products))
    return finish(
        content,
        Gathered(products, cached=pictures),
        settings,
        progress=progress,
        force=force,
        index_kind=index_kind,
        calibrate=calibrate,
        read=read,
        see=see,
        lock_wait_s=lock_wait_s,
    )


def _found(catalog_id: str, model: ModelInfo, of: int, out: Path) -> list[tuple[Path, ShardInfo]]:
    """All shards in order, which say that they are of this catalogue and model and of one state of it."""
    shards = [Shard(number, of) for number in range(1, of + 1)]
    missing = [shard for shard in shards if not (out / shard.name).is_dir()]
    infos: list[tuple[Path, ShardInfo]] = []
    for shard in shards:
        if shard not in missing:
            infos.append((out / shard.name, _told(out / shard.name, shard, catalog_id, model, out)))
    if missing:
        first = infos[0][1] if infos else None
        others = sorted(path.name for path in out.glob("shard-*-of-*") if path.is_dir()) if out.is_dir() else []
        there = f" There are: {', '.join(others[:6])}." if others else ""
        named = ", ".join(map(str, missing[:6])) + (f" and {len(missing) - 6} more" if len(missing) > 6 else "")
        raise StoreError(
            f"Of the {of} shards of {catalog_id!r} with {model.name!r} in {out}, {len(missing)} are missing: {named}."
            f"{there}",
            f"Run `{command(first, missing[0], catalog_id, model.name, out)}`"
            + (", and the same for the others." if len(missing) > 1 else "."),
        )
    for path, info in infos[1:]:
        _agree(infos[0][1], info, path, out)
    ways = {json.dumps(info.computed, sort_keys=True) for _, info in infos}
    if len(ways) > 1:
        logger.warning("the shards were embedded in different ways, so their vectors agree but for rounding: %s", ways)
    return infos


def _told(path: Path, shard: Shard, catalog_id: str, model: ModelInfo, out: Path) -> ShardInfo:
    again = f"Run `{command(None, shard, catalog_id, model.name, out)}`."
    try:
        info = read_info(path)
    except StoreError as error:
        raise StoreError(error.message, again) from error
    wrong = ""
    if (info.shard, info.of) != (shard.number, shard.of):
        wrong = f"is {info.shard}/{info.of} by what it says"
    elif info.catalog.get("id") != catalog_id:
        wrong = f"is of the catalogue {info.catalog.get('id')!r}, not of {catalog_id!r}"
    elif info.model_fingerprint != model.fingerprint:
        wrong = f"was made with {info.model_fingerprint!r}, and the model here is {model.fingerprint!r}"
    if wrong:
        raise StoreError(f"The shard {path} {wrong}.", again)
    return info


def _agree(first: ShardInfo, info: ShardInfo, path: Path, out: Path) -> None:
    for name, called in _SAME.items():
        one, other = getattr(first, name), getattr(info, name)
        if one != other:
            shard = Shard(info.shard, info.of)
            one, other = (str(value)[:300] for value in (one, other))
            raise StoreError(
                f"The shard {path} differs from shard 1/{info.of} in {called}: {other} instead of {one}.",
                "Make all shards of the same files, copied with their times (`cp -a`, `rsync -a`) or in one shared "
                f"folder: run `{command(first, shard, first.catalog['id'], first.model['name'], out)}` again.",
            )


def _read(path: Path, info: ShardInfo, model: ModelInfo, out: Path) -> _Part:
    """The checked shard. Raises StoreError when its files are not what was written or do not fit together."""
    shard = Shard(info.shard, info.of)
    again = f"Run `{command(info, shard, info.catalog['id'], model.name, out)}`; vectors that are known are kept."
    try:
        check_shard(path, info)
        products = read_products(path / PRODUCTS)
        positions = np.load(path / POSITIONS, allow_pickle=False)
        fits = len(products) == len(positions) == info.products and (positions % shard.of == shard.number - 1).all()
        fits = fits and (np.diff(positions) > 0).all() and len(pictures_of(products)) == info.pictures
    except StoreError as error:
        raise StoreError(error.message, again) from error
    except (OSError, ValueError, TypeError, KeyError, AttributeError, EOFError) as error:
        raise StoreError(f"The shard {path} is damaged ({error}).", again) from error
    vectors = _vectors(path)
    if not fits or vectors.shape != (info.pictures, model.dim) or vectors.dtype != np.float32:
        raise StoreError(f"The shard {path} is damaged: its files do not fit together.", again)
    return _Part(path, info, products, positions)


def _vectors(path: Path) -> Vectors:
    """A memory map; what is empty cannot be mapped."""
    try:
        return np.load(path / VECTORS, mmap_mode="r", allow_pickle=False)
    except ValueError:
        return np.load(path / VECTORS, allow_pickle=False)


def _in_order(parts: Sequence[_Part], model: ModelInfo, out: Path) -> list[Product]:
    """All products as the catalogue has them. Raises StoreError when one is in two shards, or there is none."""
    owner: dict[str, int] = {}
    for part in parts:
        for product in part.products:
            if product.id in owner:
                other = Shard(owner[product.id], part.info.of)
                raise StoreError(
                    f"The product {product.id!r} is in the shards {other} and {part.info.shard}/{part.info.of}.",
                    f"Delete {out} and make all shards again.",
                )
            owner[product.id] = part.info.shard
    if not owner:
        reasons = "; ".join(f"{one.row}: {one.reason}" for one in _skipped([p.info for p in parts]).first[:3])
        raise StoreError(f"The shards in {out} have no product that can be used. {reasons}".strip())
    everyone = [product for part in parts for product in part.products]
    order = np.argsort(np.concatenate([part.positions for part in parts]))
    return [everyone[place] for place in order.tolist()]


def _bring(parts: Sequence[_Part], model: ModelInfo, home: Path, tell: Callable[[Progress], None]) -> None:
    """Into the caches: from here on nothing of the shards is needed."""
    total, done = sum(part.info.pictures for part in parts), 0
    with VectorCache(home, model) as cache, PictureRefs(home) as refs:
        for part in parts:
            shas = pictures_of(part.products)
            for start, rows in blocks(_vectors(part.path)):
                cache.put(shas[start : start + len(rows)], rows)
                done += len(rows)
                tell(Progress("joining", done, total))
            _bring_thumbs(part.path / THUMBS, set(shas), home)
            _bring_refs(part, refs)


def _bring_thumbs(file: Path, wanted: set[str], home: Path) -> None:
    """Raises StoreError when one of `wanted` is not there."""
    with tarfile.open(file, mode="r|") as tar:
        for entry in tar:
            sha = entry.name.removesuffix(".jpg")
            taken = tar.extractfile(entry) if entry.isreg() and entry.size <= _MOST_THUMB_BYTES else None
            if not _THUMB.fullmatch(entry.name) or sha not in wanted or taken is None:
                raise StoreError(f"The file {file} holds {entry.name[:80]!r}, which is no thumbnail of the shard.")
            wanted.discard(sha)
            thumb = thumbnail_path(home, sha)
            if not is_whole_jpeg(thumb):
                with writing_to(thumb.parent):
                    thumb.parent.mkdir(parents=True, exist_ok=True)
                    write_file(thumb, taken.read(), durable=False)
    if wanted:
        raise StoreError(f"The file {file} lacks {len(wanted)} thumbnails, such as {min(wanted)[:12]}....")


def _bring_refs(part: _Part, refs: PictureRefs) -> None:
    catalog = part.info.catalog
    scope = f"{catalog['id']}@{catalog.get('revision', '')}"
    with (part.path / REFS).open(encoding="utf-8") as lines:
        waiting: list[tuple[str, str]] = []
        for line in lines:
            ref, sha = json.loads(line)
            waiting.append((ref, sha))
            if len(waiting) == _REFS_AT_ONCE:
                refs.put(scope, waiting)
                waiting = []
        refs.put(scope, waiting)


def _skipped(infos: Sequence[ShardInfo]) -> Report:
    """What one process would have told, in its order: the catalogue's own, ids that came before, pictures."""
    left_out: dict[str, Any] = infos[0].left_out
    twice = sorted(tuple(one) for info in infos for one in info.twice["first"])
    others = sorted((tuple(one) for info in infos for one in info.skipped["first"]), key=lambda one: one[0])
    first = [Skipped(**one) for one in left_out["first"]]
    first += [Skipped(row, "another product has the same id") for _, row in twice[:_FIRST]]
    first += [Skipped(row, reason) for _, row, reason in others]
    count = left_out["count"] + sum(info.twice["count"] + info.skipped["count"] for info in infos)
    repairs = [Skipped(**one) for one in left_out["repairs"]]
    return Report(count, first[:_FIRST], left_out["repaired"], repairs)
