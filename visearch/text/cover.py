"""How much of some words a product's own words say: what a colour or a material typed over a photo is held against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from visearch.text.fillers import FILLERS
from visearch.text.lexical import tokenize
from visearch.types import Product

FIELDS = ("title", "title_zh", "brand", "category", "subcategory", "color", "material", "pattern")
"""What a product is. Descriptions are left out: they also name what it goes with or is not."""

STEPS = 8
"""Covers are rounded to eighths, so that products fall into few groups."""


class WordCover:
    """Which words each product has, in memory: 8 bytes a word and product. Safe to read from several threads."""

    def __init__(self, products: Sequence[Product], fields: Sequence[str] = FIELDS) -> None:
        self._size = len(products)
        places: dict[str, list[int]] = defaultdict(list)
        for position, product in enumerate(products):
            said = "\n".join(str(getattr(product, field) or "") for field in fields)
            for word in set(tokenize(said)) - FILLERS:
                places[word].append(position)
        self._places = {word: np.array(found, dtype=np.int64) for word, found in places.items()}

    def of(self, text: str) -> npt.NDArray[np.float32]:
        """float32 (products,) in [0, 1], in steps of 1/8: the share of the words of `text` that a product has.

        Words count by how rare they are, ln(1 + products / products with the word). Words that no product has are left
        out: they can tell no product from another.
        """
        words = [word for word in dict.fromkeys(tokenize(text)) if word in self._places]
        cover = np.zeros(self._size, dtype=np.float64)
        weights = [float(np.log1p(self._size / len(self._places[word]))) for word in words]
        for word, weight in zip(words, weights, strict=True):
            cover[self._places[word]] += weight
        share = cover / max(sum(weights), 1e-9)
        return (np.ceil(share * STEPS - 1e-6) / STEPS).astype(np.float32)
