"""Indexes that a vector server keeps: whole, with records and thumbnails, for any number of processes.

A generation on the server is what `visearch.store` has in a folder: the vectors are rows of a table with the fields
that can be filtered, everything else are files beside them. Whoever opens it fetches the files once, compares their
sha256 with the manifest's and reads them as from a folder; thumbnails come when they are shown. Which generation
answers is one row on the server, so that a new one takes its place in one step, and the one before stays for who still
reads it.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import logging
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from visearch.catalog.beside import ALL
from visearch.config import Settings
from visearch.disk import remove_folder, write_file
from visearch.errors import StoreError
from visearch.index.remote import RemoteIndex, RemoteVectors
from visearch.index.server import Address, VectorServer, address_of, server_of
from visearch.index.table import write_array
from visearch.manifest import MANIFEST, Manifest, check_files, read_manifest
from visearch.models.base import ModelInfo
from visearch.sending import parts_of, send_pictures, send_rows, travels
from visearch.store import (
    BESIDE,
    PRODUCTS,
    SEEN,
    VECTORS,
    OpenIndex,
    Store,
    check_model,
    mend_hint,
    read_lines,
    read_products,
    rows_of,
)
from visearch.textrows import read_rows
from visearch.types import Vectors

__all__ = ["RemoteStore", "remove_indexes", "store_of"]

logger = logging.getLogger(__name__)

WHOLE_BYTES = 256 << 20
"""Vectors up to so many bytes are fetched once and kept in a file; of more, rows are fetched as they are needed."""

Tell = Callable[[int, int], None]

_KEPT = 2


@functools.lru_cache(maxsize=4)
def _client(address: Address) -> VectorServer:
    """One client a server and process: it holds the connections."""
    return server_of(address)


def store_of(settings: Settings) -> Store | RemoteStore:
    """Where the indexes are: below VISEARCH_HOME, or on the server that VISEARCH_INDEX names. Nothing is asked yet.

    Raises StoreError for an address that is not whole, or when the server's client is not installed.
    """
    address = address_of(settings.index)
    return Store(settings.home) if address is None else RemoteStore(_client(address), settings.home)


def remove_indexes(store: Store | RemoteStore, catalog: str) -> None:
    """Removes every index of a catalogue. Vectors and thumbnails are kept by content, as others may share them."""
    for manifest in store.list():
        if manifest.catalog["id"] == catalog:
            store.remove(catalog, str(manifest.model["name"]))


class RemoteStore:
    """The indexes on a server. Every question raises ServerError when it does not answer."""

    def __init__(self, server: VectorServer, home: Path) -> None:
        self.server, self.home = server, home

    def key(self, catalog_id: str, model_name: str) -> str:
        """How the server names this catalogue with this model: [a-z0-9_], at most 33 characters."""
        digest = hashlib.sha256(f"{catalog_id}\n{model_name}".encode()).hexdigest()[:12]
        readable = re.sub(r"[^a-z0-9]+", "_", f"{catalog_id}_{model_name}".lower()).strip("_")[-20:].strip("_")
        return f"{readable or 'c'}_{digest}"

    def exists(self, catalog_id: str, model_name: str) -> bool:
        """Whether there is an index."""
        return self.server.current(self.key(catalog_id, model_name)) is not None

    def current(self, catalog_id: str, model_name: str) -> str | None:
        """The generation that answers now; one question to the server."""
        return self.server.current(self.key(catalog_id, model_name))

    def list(self) -> list[Manifest]:
        """The manifests of all indexes, newest first."""
        found = []
        for key in self.server.names():
            generation = self.server.current(key)
            if generation is not None:
                found.append(self._manifest(key, generation, self._folder(key, generation)))
        return sorted(found, key=lambda manifest: manifest.created, reverse=True)

    def manifest(self, catalog_id: str, model_name: str) -> Manifest:
        """The manifest of the current index. Raises StoreError when there is none."""
        key = self.key(catalog_id, model_name)
        generation = self.server.current(key)
        if generation is None:
            raise self._missing(catalog_id, model_name)
        return self._manifest(key, generation, self._folder(key, generation))

    # ------------------------------------------------------------------ reading

    def open(
        self, catalog_id: str, model: ModelInfo | None = None, verify: bool = False, model_name: str = ""
    ) -> OpenIndex:
        """The current index of a catalogue, as `Store.open` gives it. Files are always verified when they come."""
        name = model.name if model else model_name or self._newest(catalog_id)
        key = self.key(catalog_id, name)
        generation = self.server.current(key)
        if generation is None:
            raise self._missing(catalog_id, name)
        folder = self._folder(key, generation)
        manifest = self._manifest(key, generation, folder)
        if model:
            check_model(manifest, model)
        table = self.server.table(key, generation, manifest.dim)
        index = RemoteIndex(table, dense=True)
        manifest = self._fetch_files(key, generation, folder, manifest, index)
        self._fetch_tables(key, generation, folder)
        products = read_products(folder / PRODUCTS)
        seen = read_lines(folder / SEEN) if SEEN in manifest.files else []
        passages = read_rows(folder, manifest.passages, len(products))
        row_product, row_picture = rows_of(products)
        if len(index) != len(row_picture) or len(products) != manifest.products:
            raise StoreError(
                f"The index of {catalog_id!r} on {self.server.address.shown} is damaged: {len(index)} rows of vectors "
                f"for {len(row_picture)} pictures.",
                mend_hint(catalog_id, name),
            )
        manifest = replace(manifest, index_kind=index.id, index_id=index.id)
        vectors = self._vectors(folder, index)
        self._forget(folder)
        return OpenIndex(
            manifest, products, index, vectors, row_product, row_picture, folder, self.home, passages, seen,
            self._picture,
        )  # fmt: skip

    def _folder(self, key: str, generation: str) -> Path:
        """Where the files of a generation are kept; for this process only where VISEARCH_HOME cannot be written."""
        folder = self.home / "served" / f"{self.server.address.kind}-{key}" / generation
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            folder = _scratch() / key / generation
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _manifest(self, key: str, generation: str, folder: Path) -> Manifest:
        path = folder / MANIFEST
        if not path.is_file():
            self._fetch(key, generation, MANIFEST, path)
        return read_manifest(folder)

    def _fetch(self, key: str, generation: str, name: str, path: Path) -> None:
        parts = list(self.server.read_file(key, generation, name))
        if not parts:
            raise StoreError(
                f"The file {name} of {key} is not on {self.server.address.shown}.", "Index the catalogue again."
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, b"".join(parts), durable=False)

    def _fetch_files(self, key: str, generation: str, folder: Path, manifest: Manifest, index: RemoteIndex) -> Manifest:
        """Fetches what is not here yet -> the manifest with the files that are, each as it was made."""
        wanted = {name: entry for name, entry in manifest.files.items() if travels(name)}
        if 4 * len(index) * index.dim <= WHOLE_BYTES and VECTORS in manifest.files:
            wanted[VECTORS] = manifest.files[VECTORS]
        for name, entry in wanted.items():
            path = folder / name
            if path.is_file() and path.stat().st_size == entry["size"]:
                continue
            if name == VECTORS:
                write_array(path.with_suffix(".tmp"), np.asarray(RemoteVectors(index)))
                path.with_suffix(".tmp").replace(path)
            else:
                self._fetch(key, generation, name, path)
        here = replace(manifest, files=wanted)
        try:
            check_files(folder, here, "Open it once more: its files are fetched anew.", verify=True)
        except StoreError:
            remove_folder(folder)
            raise
        return here

    def _fetch_tables(self, key: str, generation: str, folder: Path) -> None:
        """Reviews, campaigns and the like, as they lay beside the catalogue when it was brought there."""
        if (folder / BESIDE).is_dir():
            return
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            made = Path(scratch) / BESIDE
            made.mkdir()
            for name in ALL:
                parts = list(self.server.read_file(key, generation, f"{BESIDE}/{name}"))
                if parts:
                    (made / name).parent.mkdir(exist_ok=True)
                    (made / name).write_bytes(b"".join(parts))
            with contextlib.suppress(OSError):  # another process of this machine was faster
                made.rename(folder / BESIDE)

    def _vectors(self, folder: Path, index: RemoteIndex) -> Vectors:
        if (folder / VECTORS).is_file():
            return np.load(folder / VECTORS, mmap_mode="r", allow_pickle=False)
        return RemoteVectors(index)  # type: ignore[return-value]

    def _forget(self, folder: Path) -> None:
        """Files of all but the last generations that were opened here."""
        others = sorted((path for path in folder.parent.iterdir() if path != folder), key=lambda p: p.stat().st_mtime)
        for path in others[: max(0, len(others) - _KEPT + 1)]:
            remove_folder(path)

    def _picture(self, sha: str) -> bytes | None:
        return self.server.read_picture(sha)

    def _newest(self, catalog_id: str) -> str:
        return next((str(m.model["name"]) for m in self.list() if m.catalog["id"] == catalog_id), "")

    def _missing(self, catalog_id: str, name: str) -> StoreError:
        return StoreError(
            f"There is no index of {catalog_id!r} with {name!r} on {self.server.address.shown}.",
            mend_hint(catalog_id, name),
        )

    # ------------------------------------------------------------------ writing

    def publish(self, opened: OpenIndex, tell: Tell = lambda done, total: None) -> bool:
        """Brings a local index to the server, where it answers from then on -> False when it did so already.

        Goes on where an earlier try of the same generation stopped. `tell` gets rows done and rows in all. Raises
        StoreError when another process brings this catalogue there.
        """
        manifest = opened.manifest
        key = self.key(str(manifest.catalog["id"]), str(manifest.model["name"]))
        generation = f"{key[-12:]}_{manifest.digest[:12]}"
        with self.server.locked(key):
            if self.server.current(key) == generation:
                return False
            send_rows(self.server, key, generation, opened, tell)
            self.server.put_files(key, generation, parts_of(opened))
            send_pictures(self.server, opened)
            told = {
                "catalogue": str(manifest.catalog["id"]),
                "content": manifest.fingerprint,
                "model": manifest.model_fingerprint,
                "created": manifest.created,
            }
            self.server.publish(key, generation, told)
        return True

    def place(self, catalog_id: str, model_name: str) -> Path | None:
        """Where the files of the current generation are kept once it was opened; None when there is no index."""
        key = self.key(catalog_id, model_name)
        generation = self.server.current(key)
        return self._folder(key, generation) if generation else None

    def remove(self, catalog_id: str, model_name: str) -> None:
        """Removes an index from the server; thumbnails stay, as other indexes may show them."""
        self.server.drop(self.key(catalog_id, model_name))


@functools.cache
def _scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="visearch-"))
