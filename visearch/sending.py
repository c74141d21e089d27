"""From an index in a folder to a vector server: rows, files and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from visearch.catalog.beside import ALL
from visearch.filters import ProductTable
from visearch.index.remote import BATCH
from visearch.index.server import PART_BYTES, VectorServer
from visearch.manifest import MANIFEST
from visearch.seen import Seen, sure_labels
from visearch.store import BESIDE, VECTORS, OpenIndex, thumbnail_path

Tell = Callable[[int, int], None]


def send_rows(server: VectorServer, key: str, generation: str, opened: OpenIndex, tell: Tell) -> None:
    """The vectors with what can be filtered, from where an earlier try of the same generation stopped."""
    table, done = server.begin(key, generation, opened.manifest.dim)
    fields = ProductTable(opened.products, sure_labels([Seen.from_dict(one) for one in opened.seen]))
    total = len(opened.row_product)
    for start in range(done, total, BATCH):
        tell(start, total)
        end = min(start + BATCH, total)
        rows = np.arange(start, end, dtype=np.int64)
        vectors = np.ascontiguousarray(opened.vectors[start:end], dtype=np.float32)
        table.upsert(rows, vectors, fields.columns(opened.row_product[start:end]))
    tell(total, total)
    table.finish()


def send_pictures(server: VectorServer, opened: OpenIndex) -> None:
    """The thumbnails that are not there yet."""
    shas = list(dict.fromkeys(opened.row_picture))
    for start in range(0, len(shas), BATCH):
        part = shas[start : start + BATCH]
        there = server.pictures_there(part)
        paths = ((sha, thumbnail_path(opened.home, sha)) for sha in part if sha not in there)
        server.put_pictures((sha, path.read_bytes()) for sha, path in paths if path.is_file())


def parts_of(opened: OpenIndex) -> Iterator[tuple[str, int, bytes]]:
    """(name, part, bytes) of all other files, and of the tables beside the catalogue."""
    files = {name: opened.path / name for name in (*filter(travels, opened.manifest.files), MANIFEST)}
    tables = {f"{BESIDE}/{name}": path for name in ALL if (path := opened.beside(name))}
    for name, path in {**files, **tables}.items():
        with path.open("rb") as file:
            part = 0
            while piece := file.read(PART_BYTES):
                yield name, part, piece
                part += 1


def travels(name: str) -> bool:
    """Of the files of a generation: the vectors are rows, and the local index over them is not needed."""
    return name != VECTORS and not name.startswith("index/")
