"""A shop in 8 dimensions: each kind of thing points along an axis of its own, and so does its name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from visearch.types import Product, Vectors

AXES = {"mug": 0, "vase": 1, "sofa": 2, "sneakers": 3, "ceramic": 4, "leather": 5}


def unit(rows: np.ndarray) -> Vectors:
    return np.ascontiguousarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def embed_texts(texts: Sequence[str]) -> Vectors:
    """The axis of the first known word that a text holds; unknown words all point another way."""
    rows = np.zeros((len(texts), 8))
    for row, text in zip(rows, texts, strict=True):
        row[next((axis for word, axis in AXES.items() if word.rstrip("s") in text.lower()), 7)] = 1
    return unit(rows)


def pictures(kinds: Sequence[str], noise: float = 0.15, seed: int = 0) -> Vectors:
    rows = np.random.default_rng(seed).normal(scale=noise, size=(len(kinds), 8))
    rows[np.arange(len(kinds)), [AXES[kind] for kind in kinds]] += 1
    return unit(rows)


LABELS = {"mug": "Mugs", "vase": "Vases", "sofa": "Sofas", "sneakers": "Sneakers"}
KINDS = [kind for kind in LABELS for _ in range(12)]


def shop(labelled: bool = True) -> tuple[list[Product], Vectors, np.ndarray]:
    """48 products of four kinds, every other one without a subcategory; nothing is said when not `labelled`."""
    products = [
        Product(f"p{i}", subcategory=LABELS[kind] if labelled and i % 2 else "", category="Home" if labelled else "")
        for i, kind in enumerate(KINDS)
    ]
    return products, pictures(KINDS), np.arange(len(products))


def thumbnail(folder: Path, name: str, rgb: tuple[int, int, int]) -> Path:
    picture = Image.new("RGB", (60, 60), "white")
    picture.paste(rgb, (15, 15, 45, 45))
    picture.save(folder / name)
    return folder / name
