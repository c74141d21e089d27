"""What a catalogue says, as vectors: made when an index is built, one or two rows a product and sentence encoder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from visearch.cache import VectorCache
from visearch.models.sentences import SentenceEncoder
from visearch.store import OpenIndex
from visearch.text.passages import chinese_passage, description_passage, name_passage
from visearch.textrows import PassageRows
from visearch.types import Product, RowIds, Vectors

_AT_ONCE = 32
_PAIRS = 400
_STEP = 1e-3

Tell = Callable[[int, int], None]
"""Called with the number of texts done and their total."""


@dataclass(frozen=True)
class Reader:
    """Reads the products of a catalogue with some sentence encoders, by name; `home` is where vectors are cached."""

    encoders: Mapping[str, SentenceEncoder]
    home: Path

    def read(self, products: Sequence[Product], tell: Tell = lambda done, total: None) -> dict[str, PassageRows]:
        """Every encoder's rows of all products. Texts that were embedded before come from the cache."""
        planned = {name: list(_rows(products, encoder)) for name, encoder in self.encoders.items()}
        texts = {name: passage_texts(products, encoder) for name, encoder in self.encoders.items()}
        total, before = sum(map(len, texts.values())), 0
        found = {}
        for name, encoder in self.encoders.items():
            with VectorCache(self.home, encoder.info) as cache:
                vectors = _embedded(texts[name], encoder, cache, partial(_further, tell, before, total))
            before += len(texts[name])
            found[name] = _joined(planned[name], vectors, encoder)
        return found


def passage_texts(products: Sequence[Product], encoder: SentenceEncoder) -> list[str]:
    """The different texts that an encoder embeds of these products."""
    return list(dict.fromkeys(text for _, parts in _rows(products, encoder) for text, _ in parts))


def text_key(text: str) -> str:
    """Under which the vector of a text is cached."""
    return hashlib.sha256(text.encode()).hexdigest()


def carried(old: OpenIndex, products: Sequence[Product]) -> tuple[dict[str, PassageRows], list[dict[str, Any]]]:
    """Rows and what was seen, of an index that is changed, for those products that are as they were."""
    before = {product.id: (place, product) for place, product in enumerate(old.products)}
    same = {before[p.id][0]: new for new, p in enumerate(products) if p == before.get(p.id, (0, None))[1]}
    was = {new: place for place, new in same.items()}
    seen = [old.seen[was[new]] if new in was else {} for new in range(len(products))] if old.seen else []
    return {name: rows.of_products(same) for name, rows in old.passages.items()}, seen


def _further(tell: Tell, before: int, total: int, done: int) -> None:
    tell(before + done, total)


def _rows(products: Sequence[Product], encoder: SentenceEncoder) -> Iterator[tuple[int, list[tuple[str, float]]]]:
    """(position, texts with their weights) of every row."""
    for position, product in enumerate(products):
        name, about = name_passage(product), description_passage(product)
        parts = [(name, 1.0)] if name and encoder.reads_passage(name) else []
        if about and encoder.description_share and encoder.reads_passage(about):
            parts.append((about, encoder.description_share))
        chinese = chinese_passage(product)
        for row in (parts, [(chinese, 1.0)] if chinese and encoder.reads_passage(chinese) else []):
            if row:
                yield position, row


def _embedded(
    texts: Sequence[str], encoder: SentenceEncoder, cache: VectorCache, tell: Callable[[int], None]
) -> dict[str, Vectors]:
    keys = {text: text_key(text) for text in texts}
    known = cache.get(list(keys.values()))
    found = {text: known[key] for text, key in keys.items() if key in known}
    new = [text for text in texts if text not in found]
    # Texts of one length side by side: a batch is as slow as its longest.
    new.sort(key=len)
    for start in range(0, len(new), _AT_ONCE):
        part = new[start : start + _AT_ONCE]
        vectors = encoder.embed_passages(part)
        cache.put([keys[text] for text in part], vectors)
        found.update(zip(part, vectors, strict=True))
        tell(len(texts) - len(new) + start + len(part))
    return found


def _joined(
    rows: Sequence[tuple[int, list[tuple[str, float]]]], vectors: Mapping[str, Vectors], encoder: SentenceEncoder
) -> PassageRows:
    matrix = np.zeros((len(rows), encoder.info.dim), dtype=np.float32)
    for place, (_, parts) in enumerate(rows):
        matrix[place] = sum(weight * vectors[text] for text, weight in parts)
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)
    product = np.array([position for position, _ in rows], dtype=np.int64)
    return PassageRows(matrix, product, encoder.info.fingerprint, *_of_pairs(matrix, product))


def _of_pairs(matrix: Vectors, product: RowIds) -> tuple[float, float]:
    """Mean and standard deviation of the cosines of random pairs of different products; 0 and 1 without any."""
    some = np.sort(np.random.default_rng(0).permutation(len(matrix))[:_PAIRS])
    cosines = matrix[some] @ matrix[some].T
    pairs = cosines[product[some][:, None] != product[some][None, :]]
    return (float(pairs.mean()), max(float(pairs.std()), _STEP)) if len(pairs) else (0.0, 1.0)
