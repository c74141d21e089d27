"""From a vector server to a folder: an index as `visearch.store` has it, for a backup or to go on without a server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from visearch.errors import StoreError
from visearch.generation import SAVE_STEPS, draft, publish_draft
from visearch.index.exact import ExactIndex
from visearch.index.table import write_parts
from visearch.manifest import MANIFEST, check_files, read_manifest
from visearch.remote import RemoteStore
from visearch.store import BESIDE, INDEX, VECTORS, OpenIndex, Store
from visearch.types import Vectors

Tell = Callable[[int, int], None]

_AT_ONCE = 2000


def pull(store: RemoteStore, catalog_id: str, model_name: str, home: Path, tell: Tell = lambda a, b: None) -> OpenIndex:
    """Brings the current index of a catalogue below `home`, with all thumbnails -> as it opens there.

    Without a model the newest is taken. Every file is what it was when it was sent. `tell` gets thumbnails done and in
    all. Raises StoreError when there is no such index, the server does not answer, or there is no room.
    """
    opened = store.open(catalog_id, model_name=model_name)
    manifest = read_manifest(opened.path)
    name, model = str(manifest.catalog["id"]), str(manifest.model["name"])
    folder = Store(home).folder(name, model)
    folder.mkdir(parents=True, exist_ok=True)
    with draft(folder) as temporary:
        for file in opened.path.rglob("*"):
            inside = file.relative_to(opened.path)
            if file.is_file() and inside.parts[0] not in (VECTORS, MANIFEST, BESIDE):
                target = temporary / inside
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
        shape = (len(opened.row_picture), manifest.dim)
        write_parts(temporary / VECTORS, shape, np.dtype(np.float32), _blocks(opened))
        ExactIndex.create(np.load(temporary / VECTORS, mmap_mode="r", allow_pickle=False)).save(
            temporary / INDEX, with_vectors=False
        )
        shutil.copyfile(opened.path / MANIFEST, temporary / MANIFEST)
        check_files(temporary, manifest, "Run the command again.", verify=True)
        publish_draft(folder, temporary, lambda _: tell(0, SAVE_STEPS))
    made = Store(home).open(name, model_name=model)
    _thumbnails(opened, made, tell)
    return made


def _blocks(opened: OpenIndex) -> Iterator[Vectors]:
    for start in range(0, len(opened.row_picture), _AT_ONCE):
        yield np.asarray(opened.vectors[start : start + _AT_ONCE], dtype=np.float32)


def _thumbnails(opened: OpenIndex, made: OpenIndex, tell: Tell) -> None:
    shas = list(dict.fromkeys(opened.row_picture))
    for done, sha in enumerate(shas):
        if done % 100 == 0:
            tell(done, len(shas))
        target = made.thumbnail(sha)
        if target.is_file():
            continue
        try:
            source = opened.thumbnail(sha)
        except StoreError:
            continue  # the backup tells how many are missing
        if source.is_file() and source != target:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    tell(len(shas), len(shas))
