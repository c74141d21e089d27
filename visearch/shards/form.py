"""How a shard lies on disk, and whether it is whole.

DIR/shard-2-of-4/ holds `products.jsonl` with `positions.npy` (int64, their places in the catalogue), `vectors.npy`
(float32, one row a distinct picture in the products' order), `thumbs.tar`, `refs.jsonl` ([reference, sha256] of
pictures that never change) and `shard.json`, which is sealed and names all others with size and sha256.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visearch.errors import StoreError, VisearchError
from visearch.manifest import file_sha256
from visearch.sealed import is_whole
from visearch.store import PRODUCTS, VECTORS, Store

FORMAT = 1
MANIFEST = "shard.json"
POSITIONS = "positions.npy"
THUMBS = "thumbs.tar"
REFS = "refs.jsonl"
FILES = (PRODUCTS, POSITIONS, VECTORS, THUMBS, REFS)

MOST_SHARDS = 10_000
_SAID = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6})")
_KINDS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (dict, ("catalog", "model", "left_out", "twice", "skipped", "computed", "files")),
    (str, ("model_fingerprint", "source", "fingerprint", "created")),
    (int, ("shard", "of", "products", "pictures", "total")),
)


@dataclass(frozen=True)
class Shard:
    """Number `number` of `of`, both from 1: the products at the positions i with i % of == number - 1."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """From "2/4". Raises VisearchError for anything else."""
        said = _SAID.fullmatch(text.strip())
        shard = cls(*map(int, said.groups())) if said else cls(0, 0)
        if not 1 <= shard.number <= shard.of <= MOST_SHARDS:
            raise VisearchError(
                f"--shard is {text!r}.", f"Give I/N with I from 1 to N and N at most {MOST_SHARDS:,}, such as 2/4."
            )
        return shard

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    @property
    def name(self) -> str:
        """Of its folder."""
        return f"shard-{self.number}-of-{self.of}"

    def has(self, position: int) -> bool:
        """Whether the product at this position of the catalogue, counted from 0, is one of it."""
        return position % self.of == self.number - 1


@dataclass(frozen=True)
class ShardInfo:
    """What a shard says of itself.

    `catalog` and `model` are CatalogInfo and ModelInfo as dicts. `total` counts all products that were read of the
    catalogue, and `source` is a sha256 over their records: equal for all shards of one state of it. `fingerprint` is
    that of this shard's own records with their pictures' hashes. `left_out` is what the catalogue could not read,
    `twice` the products of this shard whose id came before, `skipped` those without a usable picture, as {"count",
    "first"}; `computed` says what made the vectors: {"runtime", "cores", "machine"}.
    """

    shard: int
    of: int
    catalog: dict[str, Any]
    model: dict[str, Any]
    model_fingerprint: str
    limit: int | None
    total: int
    source: str
    products: int
    pictures: int
    fingerprint: str
    left_out: dict[str, Any]
    twice: dict[str, Any]
    skipped: dict[str, Any]
    computed: dict[str, Any]
    created: str
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: int = FORMAT
    digest: str = ""


def shards_folder(home: Path, catalog_id: str, model_name: str) -> Path:
    """Where the shards of a catalogue and model lie unless told otherwise."""
    return home / "shards" / Store(home).folder(catalog_id, model_name).name


def command(info: ShardInfo | None, shard: Shard, catalog_id: str, model_name: str, out: Path) -> str:
    """The command that makes a shard."""
    limit = f" --limit {info.limit}" if info and info.limit is not None else ""
    return f"python -m visearch index {catalog_id} --model {model_name}{limit} --shard {shard} --out {out}"


def read_info(path: Path) -> ShardInfo:
    """The manifest of the shard in the folder `path`. Raises StoreError when it is missing, damaged or too new."""
    try:
        record = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        version = record["format"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise StoreError(f"The shard {path} is damaged: its {MANIFEST} cannot be read ({error}).") from error
    if version != FORMAT:
        raise StoreError(f"The shard {path} has the format {str(version)[:20]}, this version reads {FORMAT}.")
    try:
        if not is_whole(record):
            raise ValueError("it was changed after it was written")
        info = ShardInfo(**record)
        wrong = [name for kind, names in _KINDS for name in names if not isinstance(getattr(info, name), kind)]
        if wrong or set(info.files) != set(FILES):
            raise ValueError(f"it says nothing sensible of {(wrong or ['files'])[0]}")
    except (TypeError, ValueError) as error:
        raise StoreError(f"The shard {path} is damaged: {MANIFEST}: {error}.") from error
    return info


def check_shard(path: Path, info: ShardInfo) -> None:
    """Raises StoreError when a file is missing, cut off or changed. Reads all of them once."""
    for name, entry in info.files.items():
        file = path / name
        try:
            sound = not file.is_symlink() and file.stat().st_size == entry["size"]
            sound = sound and file_sha256(file) == entry["sha256"]
        except OSError as error:
            raise StoreError(f"The shard {path} is damaged: {name} cannot be read ({error.strerror}).") from error
        if not sound:
            raise StoreError(f"The shard {path} is damaged: {name} is not what was written.")
