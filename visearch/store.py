"""Indexes on disk: one folder a catalogue and model, one sub-folder a generation, and a pointer to the current one."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from visearch.catalog.beside import beside
from visearch.disk import remove_folder, write_file, writing_to
from visearch.errors import StoreError
from visearch.index import Searchable, load_index
from visearch.index.table import REINDEX
from visearch.manifest import (
    CURRENT,
    MANIFEST,
    Manifest,
    check_files,
    current_generation,
    file_sha256,
    read_manifest,
)
from visearch.models.base import ModelInfo
from visearch.textrows import PassageRows, read_rows
from visearch.types import Product, RowIds, Vectors

PRODUCTS = "products.jsonl"
SEEN = "seen.jsonl"
VECTORS = "vectors.npy"
INDEX = "index"
BESIDE = "beside"

__all__ = [
    "CURRENT",
    "MANIFEST",
    "Manifest",
    "OpenIndex",
    "Store",
    "check_files",
    "check_model",
    "current_generation",
    "file_sha256",
    "mend_hint",
    "read_manifest",
    "thumbnail_path",
]


@dataclass
class OpenIndex:
    """An index that answers: products in catalogue order and one row a product's picture.

    `vectors` is float32 (rows, dim), a read-only memory map; `row_product` int64 (rows,) is the position in
    `products`, `row_picture` the sha256 of the row's picture. `passages` are the rows of what the catalogue says, by
    sentence encoder; `seen` what the pictures show of what the records leave empty, one dict a product, or none at all.
    `fetch` gives a thumbnail by the sha256 of its picture, where a server keeps them (visearch.remote).
    """

    manifest: Manifest
    products: list[Product]
    index: Searchable
    vectors: Vectors
    row_product: RowIds
    row_picture: list[str]
    path: Path
    home: Path
    passages: dict[str, PassageRows] = field(default_factory=dict)
    seen: list[dict[str, Any]] = field(default_factory=list)
    fetch: Callable[[str], bytes | None] | None = None

    def thumbnail(self, sha: str) -> Path:
        """The JPEG of a picture, at most 384 pixels; made when the catalogue was indexed. May not be there.

        Where a server keeps the index it is fetched the first time. Raises StoreError when that cannot be done.
        """
        path = thumbnail_path(self.home, sha)
        if self.fetch is not None and not path.is_file() and (data := self.fetch(sha)) is not None:
            with writing_to(path.parent):
                path.parent.mkdir(parents=True, exist_ok=True)
                write_file(path, data, durable=False)
        return path

    def beside(self, name: str) -> Path | None:
        """A table beside the catalogue (visearch.catalog.beside): what came with the index from a server, or the
        catalogue's own; None when there is none."""
        brought = self.path / BESIDE / name
        return brought if brought.is_file() else beside(str(self.manifest.catalog["id"]), name)


class Store:
    """The indexes below `home`. Reading needs no lock and never sees half an index."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def folder(self, catalog_id: str, model_name: str) -> Path:
        """Where the index of this catalogue and model lies, there or not."""
        digest = hashlib.sha256(f"{catalog_id}\n{model_name}".encode()).hexdigest()[:12]
        readable = re.sub(r"[^A-Za-z0-9]+", "-", f"{catalog_id}-{model_name}").strip("-")[-48:]
        return self.home / "indexes" / f"{readable}-{digest}"

    def exists(self, catalog_id: str, model_name: str) -> bool:
        """Whether there is an index, of whatever state."""
        return os.path.lexists(self.folder(catalog_id, model_name) / CURRENT)

    def list(self) -> list[Manifest]:
        """The manifests of all indexes that can be read, newest first."""
        found = []
        for folder in self._folders():
            try:
                found.append(read_manifest(_need_current(folder)))
            except StoreError:
                continue
        return sorted(found, key=lambda manifest: manifest.created, reverse=True)

    def manifest(self, catalog_id: str, model_name: str) -> Manifest:
        """The manifest of the current index. Raises StoreError when there is none or it cannot be read."""
        mend = mend_hint(catalog_id, model_name)
        return read_manifest(_need_current(self.folder(catalog_id, model_name), mend), mend)

    def open(
        self, catalog_id: str, model: ModelInfo | None = None, verify: bool = False, model_name: str = ""
    ) -> OpenIndex:
        """The current index of a catalogue: for `model`, for a model by name, or the newest when neither is given.

        Raises StoreError when it is missing, damaged, of another format, or made with other weights or another
        preprocessing. `verify` compares the sha256 of every file, however large.
        """
        name = model.name if model else model_name or self._newest(catalog_id)
        mend = mend_hint(catalog_id, name)
        folder = self.folder(catalog_id, name)
        generation = current_generation(folder)
        while generation is not None:
            try:
                return self._open(folder / generation, catalog_id, model, mend, verify)
            except StoreError:
                # A builder may have replaced this generation twice meanwhile; then there is a newer one to read.
                newer = current_generation(folder)
                if newer == generation:
                    raise
                generation = newer
        if self.exists(catalog_id, name):
            raise _lost(folder, mend)
        raise self._missing(catalog_id, name, mend)

    def _open(self, path: Path, catalog_id: str, model: ModelInfo | None, mend: str, verify: bool) -> OpenIndex:
        manifest = read_manifest(path, mend)
        if self.folder(str(manifest.catalog["id"]), str(manifest.model["name"])).name != path.parent.name:
            raise StoreError(
                f"The index {path} is of the catalogue {manifest.catalog['id']!r} with {manifest.model['name']!r}, "
                f"not of {catalog_id!r}.",
                mend,
            )
        if model:
            check_model(manifest, model)
        check_files(path, manifest, mend, verify)
        try:
            products = read_products(path / PRODUCTS)
            seen = read_lines(path / SEEN) if SEEN in manifest.files else []
            vectors = np.load(path / VECTORS, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, EOFError) as error:
            raise StoreError(f"The index {path} is damaged ({error}).", mend) from error
        try:
            passages = read_rows(path, manifest.passages, len(products))
            index = load_index(path / INDEX, vectors)
        except StoreError as error:
            raise StoreError(error.message, mend if error.hint in (REINDEX, "") else error.hint) from error
        row_product, row_picture = rows_of(products)
        fits = len(products) == manifest.products and len(seen) in (0, len(products))
        if vectors.shape != (len(row_picture), manifest.dim) or not fits:
            raise StoreError(
                f"The index {path} is damaged: {len(products)} products with {len(row_picture)} pictures, but "
                f"{manifest.products} products and vectors of shape {vectors.shape} were expected.",
                mend,
            )
        return OpenIndex(manifest, products, index, vectors, row_product, row_picture, path, self.home, passages, seen)

    def place(self, catalog_id: str, model_name: str) -> Path | None:
        """The folder of the current generation; None when there is no index."""
        folder = self.folder(catalog_id, model_name)
        name = current_generation(folder)
        return folder / name if name else None

    def remove(self, catalog_id: str, model_name: str) -> None:
        """Removes an index. Vectors and thumbnails are kept by content, as others may share them."""
        remove_folder(self.folder(catalog_id, model_name))

    def _folders(self) -> Iterator[Path]:
        root = self.home / "indexes"
        return (path for path in sorted(root.iterdir()) if path.is_dir()) if root.is_dir() else iter(())

    def _newest(self, catalog_id: str) -> str:
        """The model of the catalogue's newest index; "" when there is none."""
        return next((str(m.model["name"]) for m in self.list() if m.catalog["id"] == catalog_id), "")

    def _missing(self, catalog_id: str, name: str, mend: str) -> StoreError:
        others = sorted({str(m.model["name"]) for m in self.list() if m.catalog["id"] == catalog_id})
        if others:
            return StoreError(
                f"The catalogue {catalog_id!r} is indexed with {', '.join(others)}, but not with {name!r}.", mend
            )
        return StoreError(f"There is no index of {catalog_id!r} in {self.home}.", mend)


def check_model(manifest: Manifest, model: ModelInfo) -> None:
    """Raises StoreError when the index was made with other weights or another preprocessing than `model`'s."""
    if model.fingerprint != manifest.model_fingerprint:
        raise StoreError(
            f"The index of {manifest.catalog.get('id')!r} was made with {manifest.model_fingerprint!r}, "
            f"but the model that answers is {model.fingerprint!r}.",
            mend_hint(str(manifest.catalog.get("id")), model.name),
        )


def mend_hint(catalog_id: str, model_name: str = "") -> str:
    """The command that makes or mends an index; no --force, which would compute good vectors again."""
    model = f" --model {model_name}" if model_name else ""
    return f"Run `python -m visearch index {catalog_id}{model}`; vectors that are known are kept."


def thumbnail_path(home: Path, sha: str) -> Path:
    """Where the thumbnail of a picture lies, by content."""
    return home / "thumbs" / sha[:2] / f"{sha}.jpg"


def rows_of(products: Sequence[Product]) -> tuple[RowIds, list[str]]:
    """Row order: products in order, each with its pictures in order."""
    counts = [len(product.pictures) for product in products]
    row_product = np.repeat(np.arange(len(products), dtype=np.int64), counts)
    return row_product, [sha for product in products for sha in product.pictures]


def product_lines(products: Sequence[Product]) -> Iterator[bytes]:
    """One JSON object a line, keys in order, without what the catalogue does not say: equal products give equal
    bytes."""
    names = [f.name for f in fields(Product)]
    for product in products:
        record = {name: value for name in names if (value := getattr(product, name)) not in ("", None, ())}
        record["attributes"] = dict(product.attributes)
        yield json.dumps(record, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def read_lines(path: Path) -> list[dict[str, Any]]:
    """One JSON object a line."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_products(path: Path) -> list[Product]:
    """Reads products.jsonl; fields that a newer version may have added are ignored."""
    known = {f.name for f in fields(Product)}
    products = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            record["pictures"] = tuple(record["pictures"])
            if not record.keys() <= known:
                record = {name: value for name, value in record.items() if name in known}
            products.append(Product(**record))
    return products


def _need_current(folder: Path, mend: str = "") -> Path:
    name = current_generation(folder)
    if name is None:
        raise (
            _lost(folder, mend) if os.path.lexists(folder / CURRENT) else StoreError(f"There is no index in {folder}.")
        )
    return folder / name


def _lost(folder: Path, mend: str) -> StoreError:
    return StoreError(f"The index {folder} is damaged: its file {CURRENT} names no generation.", mend)
