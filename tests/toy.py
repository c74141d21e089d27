"""An 8-dim embedder and a small catalogue: enough to test logic without weights."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

from visearch.catalog.base import CatalogInfo, CatalogItem, LabelledQuery, Picture, Report
from visearch.models.base import ModelInfo
from visearch.types import Product, Vectors

COLORS = {
    "red": (200, 30, 30),
    "green": (30, 160, 60),
    "blue": (30, 60, 200),
    "yellow": (230, 210, 40),
    "black": (20, 20, 20),
    "white": (250, 250, 250),
}


def _unit(rows: np.ndarray) -> Vectors:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.ascontiguousarray(rows / np.maximum(norms, 1e-9), dtype=np.float32)


def _features(rgb: np.ndarray) -> np.ndarray:
    r, g, b = (rgb / 255.0).tolist()
    return np.array([r, g, b, r * g, g * b, r * b, abs(r - g), 0.1])


class ToyEmbedder:
    """Mean colour of a picture, or the colour named in a text, as eight numbers."""

    def __init__(self, name: str = "toy", weights: str = "v1") -> None:
        self.info = ModelInfo(name, 8, weights, "mean colour", "CC0-1.0")
        self.pictures_seen = 0

    def embed_images(self, pictures: Sequence[Image.Image]) -> Vectors:
        self.pictures_seen += len(pictures)
        rows = [_features(np.asarray(p.convert("RGB")).reshape(-1, 3).mean(0)) for p in pictures]
        return _unit(np.array(rows).reshape(len(rows), 8))

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        rows = []
        for text in texts:
            named = [COLORS[word] for word in text.lower().split() if word in COLORS]
            rows.append(_features(np.mean(named or [(128, 128, 128)], axis=0)))
        return _unit(np.array(rows).reshape(len(rows), 8))


def picture_bytes(rgb: tuple[int, int, int], size: tuple[int, int] = (32, 32), fmt: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, rgb).save(buffer, fmt)
    return buffer.getvalue()


class ToyCatalog:
    """n products that differ in colour, category and price; row i costs 10 + i."""

    def __init__(self, n: int = 12, name: str = "toy") -> None:
        self.info = CatalogInfo(name, "Toy shop", "CC0-1.0", total=n)
        self.report = Report()
        self._n = n

    def __iter__(self) -> Iterator[CatalogItem]:
        self.report = Report()
        names = list(COLORS)
        for i in range(self._n):
            color = names[i % len(names)]
            shade = tuple(min(255, max(0, c + 3 * (i // len(names)))) for c in COLORS[color])
            product = Product(
                id=f"p-{i:03d}",
                title=f"{color.title()} {'mug' if i % 2 else 'bag'} {i}",
                category="Mugs" if i % 2 else "Bags",
                color=color,
                price=10.0 + i,
                currency="USD",
                rating=1 + i % 5,
                stock=i % 3,
                image=f"{i}.png",
            )
            data = picture_bytes(shade)
            yield CatalogItem(product, (Picture(f"{i}.png", lambda data=data: data),))

    def queries(self) -> list[LabelledQuery]:
        return [LabelledQuery("text", frozenset({"p-000"}), text="red bag")]


def toy_catalog(n: int = 12, name: str = "toy") -> ToyCatalog:
    return ToyCatalog(n, name)
