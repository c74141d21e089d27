"""Vectors of products, as the workflows hold them against each other."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from visearch.engine import SearchEngine
from visearch.types import Vectors


class Rows:
    """Where each product's first picture is in the index; `position` is its place in the catalogue, by id.

    Products without a picture have no vector.
    """

    def __init__(self, engine: SearchEngine) -> None:
        opened = engine.opened
        self._vectors, self._mean = opened.vectors, engine.mean_vector
        first: dict[int, int] = {}
        for row, place in enumerate(opened.row_product.tolist()):
            first.setdefault(place, row)
        self._first = first
        self.position = {product.id: i for i, product in enumerate(opened.products)}

    def __contains__(self, product_id: str) -> bool:
        return self.position.get(product_id, -1) in self._first

    def of(self, product_ids: Iterable[str]) -> Vectors:
        """float32 (n, dim), unit rows as they are in the index. Raises KeyError for products without a vector."""
        rows = [self._first[self.position[product_id]] for product_id in product_ids]
        return np.asarray(self._vectors[rows], dtype=np.float32)

    def centred(self, product_ids: Iterable[str]) -> Vectors:
        """float32 (n, dim), unit rows, the catalogue's mean left out: products of one shop look less alike."""
        apart = self.of(product_ids) - self._mean
        return np.asarray(apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9), dtype=np.float32)
