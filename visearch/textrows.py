"""What a catalogue says, as vectors on disk: the rows of each sentence encoder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from visearch.errors import StoreError
from visearch.index.table import write_array
from visearch.types import RowIds, Vectors

FOLDER = "passages"


@dataclass(frozen=True)
class PassageRows:
    """One encoder's rows: `vectors` float32 (rows, dim) of unit norm, `product` int64 (rows,) positions, ascending.

    `mean` and `spread` (standard deviation) are those of the cosines of random pairs of products: what two texts that
    have nothing to do with each other look like. A product that says nothing that the encoder reads has no row.
    """

    vectors: Vectors
    product: RowIds
    fingerprint: str
    mean: float
    spread: float

    def facts(self) -> dict[str, Any]:
        """What the manifest holds of them."""
        return {"fingerprint": self.fingerprint, "rows": len(self.product), "mean": self.mean, "spread": self.spread}

    def of_products(self, positions: Mapping[int, int]) -> PassageRows:
        """Only the rows of some products, {old position: new position}, in the new order."""
        kept = [(positions[old], row) for row, old in enumerate(self.product.tolist()) if old in positions]
        kept.sort()
        rows = [row for _, row in kept]
        product = np.array([new for new, _ in kept], dtype=np.int64)
        return PassageRows(np.asarray(self.vectors[rows]), product, self.fingerprint, self.mean, self.spread)


def write_rows(folder: Path, rows: Mapping[str, PassageRows]) -> None:
    """Two arrays an encoder, below `folder`."""
    (folder / FOLDER).mkdir()
    for name, one in rows.items():
        write_array(folder / FOLDER / f"{name}.npy", one.vectors)
        np.save(folder / FOLDER / f"{name}-products.npy", one.product, allow_pickle=False)


def read_rows(folder: Path, facts: Mapping[str, Mapping[str, Any]], products: int) -> dict[str, PassageRows]:
    """What `write_rows` wrote, the vectors as read-only memory maps. Raises StoreError for anything else."""
    found = {}
    for name, told in facts.items():
        try:
            vectors = np.load(folder / FOLDER / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            product = np.load(folder / FOLDER / f"{name}-products.npy", allow_pickle=False)
            sound = len(vectors) == len(product) == told["rows"] and (not len(product) or product.max() < products)
            rows = PassageRows(vectors, product, told["fingerprint"], float(told["mean"]), float(told["spread"]))
        except (OSError, ValueError, TypeError, KeyError, EOFError) as error:
            raise StoreError(f"The index {folder} is damaged: the rows of {name} cannot be read ({error}).") from error
        if not sound:
            raise StoreError(f"The index {folder} is damaged: the rows of {name} do not fit its products.")
        found[name] = rows
    return found
