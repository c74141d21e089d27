"""Pictures of shelves for measuring: products of a catalogue cut out of their studio pictures, in rows on boards.

They are made from a seed alone, so that every run measures the same. They are easier than a real shelf: one picture a
product, no perspective, and no product hides behind another by more than an eighth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter
from scipy import ndimage

from visearch.evaluate.workflows.damage import rng_of
from visearch.types import Box, Product

SIZE = (960, 760)
_BOARD = 16
_KINDS_TOO_LARGE = ("sofa", "chair", "coffeetable", "tablelamp", "tshirt", "table", "rug")


@dataclass(frozen=True)
class Standing:
    """A product and where it stands, in pixels; x1 and y1 are exclusive."""

    product: str
    box: Box


@dataclass(frozen=True)
class Shelf:
    """One picture with what stands on it, `name` being its seed."""

    name: str
    image: Image.Image
    things: tuple[Standing, ...]


def fit_for_shelves(products: Sequence[Product]) -> list[Product]:
    """Those with a picture that are no furniture."""
    return [p for p in products if p.pictures and not p.id.startswith(_KINDS_TOO_LARGE)]


def cut_out(picture: Image.Image) -> Image.Image | None:
    """RGBA of the one thing before a plain ground, cropped to it; None where it does not stand out."""
    pixels = np.asarray(picture.convert("RGB"), dtype=np.float32)
    rim = np.concatenate([pixels[:4].reshape(-1, 3), pixels[:, :4].reshape(-1, 3), pixels[:, -4:].reshape(-1, 3)])
    away = np.abs(pixels - np.median(rim, axis=0)).max(-1) > 30
    named, count = ndimage.label(ndimage.binary_closing(away, iterations=2))
    if not count:
        return None
    sizes = ndimage.sum_labels(np.ones_like(named), named, range(1, count + 1))
    mask = ndimage.binary_fill_holes(named == 1 + int(np.argmax(sizes)))
    if mask.mean() < 0.03:
        return None
    alpha = Image.fromarray((mask * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))
    out = picture.convert("RGB")
    out.putalpha(alpha)
    box = Image.fromarray(mask).getbbox()
    return out.crop(box) if box else None


def compose(name: str, products: Sequence[Product], picture: Callable[[str], Image.Image], rows: int = 3) -> Shelf:
    """The shelf `name` of some of the products; `picture` gives the pixels of a picture's sha256."""
    rng = rng_of("shelf", name)
    canvas = _back(rng)
    things: list[Standing] = []
    high = (SIZE[1] - _BOARD) // rows
    order = [products[i] for i in rng.permutation(len(products))]
    for row in range(rows):
        floor = (row + 1) * high - _BOARD
        x = float(rng.uniform(14, 40))
        while order:
            cut = cut_out(picture(order[-1].pictures[0]))
            product = order.pop()
            if cut is None:
                continue
            tall = rng.uniform(0.55, 0.86) * (high - _BOARD)
            scale = min(tall / cut.height, 230 / cut.width)
            size = (max(8, round(cut.width * scale)), max(8, round(cut.height * scale)))
            if x + size[0] > SIZE[0] - 12:
                break
            lit = ImageEnhance.Brightness(cut.resize(size, Image.Resampling.LANCZOS)).enhance(rng.uniform(0.8, 1.08))
            at = (round(x), round(floor - size[1] + 3))
            canvas.paste(lit, at, lit)
            things.append(Standing(product.id, Box(at[0], at[1], at[0] + size[0], at[1] + size[1])))
            x += size[0] * rng.uniform(0.9, 1.35)
    noise = rng.normal(0, 3, (SIZE[1], SIZE[0], 3))
    image = Image.fromarray(np.clip(np.asarray(canvas, dtype=np.float32) + noise, 0, 255).astype(np.uint8))
    return Shelf(name, image, tuple(things))


def _back(rng: np.random.Generator) -> Image.Image:
    """A back wall that darkens downwards in each row is left to the light; boards have a lit edge."""
    wall = rng.uniform(150, 235, 3)
    shade = np.linspace(1.0, 0.82, SIZE[1])[:, None, None]
    pixels = np.broadcast_to(wall * shade, (SIZE[1], SIZE[0], 3)).copy()
    wood = np.array([rng.uniform(90, 190), rng.uniform(70, 140), rng.uniform(50, 110)])
    high = (SIZE[1] - _BOARD) // 3
    for row in range(1, 4):
        floor = row * high - _BOARD
        pixels[floor : floor + _BOARD] = wood * rng.uniform(0.9, 1.05)
        pixels[floor : floor + 3] = wood * 1.2
        pixels[floor + _BOARD : floor + _BOARD + 24] *= np.linspace(0.72, 1.0, 24)[:, None, None][
            : pixels[floor + _BOARD : floor + _BOARD + 24].shape[0]
        ]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
