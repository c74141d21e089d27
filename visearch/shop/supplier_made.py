"""Changes that a supplier's picture of a product has been through, made from a picture: the same for the same name."""

from __future__ import annotations

import colorsys
import hashlib
import io
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Rng = np.random.Generator
Change = Callable[[Image.Image, Rng], Image.Image]


def rng_of(*names: str) -> Rng:
    """A generator that depends on these names alone."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256("|".join(names).encode()).digest()[:8], "big"))


def changed(picture: Image.Image, kind: str, name: str) -> Image.Image:
    """The picture `name` after the change or flaw `kind`, one of CHANGES or FLAWS; RGB."""
    make = CHANGES.get(kind) or FLAWS[kind]
    return make(picture.convert("RGB"), rng_of(kind, name))


def cropped(picture: Image.Image, rng: Rng) -> Image.Image:
    """8 to 16 % gone from every side, and another size."""
    wide, high = picture.size
    cuts = rng.uniform(0.08, 0.16, 4) * (wide, high, wide, high)
    box = (round(cuts[0]), round(cuts[1]), round(wide - cuts[2]), round(high - cuts[3]))
    side = int(rng.integers(240, 420))
    return picture.crop(box).resize((side, side), Image.Resampling.LANCZOS)


def recoloured(picture: Image.Image, rng: Rng) -> Image.Image:
    """Another hue where there is one, and another lightness: another variant of the same product."""
    shift = int(rng.integers(60, 190))
    hue, saturation, value = picture.convert("HSV").split()
    turned = Image.merge("HSV", (hue.point(lambda h: (h + shift) % 256), saturation, value)).convert("RGB")
    # What is white, grey or black has no hue to turn: it is tinted, the white ground stays.
    grey = np.asarray(saturation, dtype=np.float32) < 40
    light = np.asarray(picture.convert("L"), dtype=np.float32)
    tint = np.array(colorsys.hsv_to_rgb(shift / 255, 0.55, 0.85), dtype=np.float32)
    pixels = np.asarray(turned, dtype=np.float32).copy()
    mask = (grey & (light < 205))[..., None]
    pixels = np.where(mask, (light[..., None] * 0.7 + 40) * tint, pixels)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def flipped(picture: Image.Image, rng: Rng) -> Image.Image:
    """Mirrored, and a little lighter or darker."""
    return ImageEnhance.Brightness(ImageOps.mirror(picture)).enhance(rng.uniform(0.93, 1.06))


def compressed(picture: Image.Image, rng: Rng) -> Image.Image:
    """Half the size, and JPEG of a quality of 12 to 25."""
    small = picture.resize((max(8, picture.width // 2), max(8, picture.height // 2)), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=int(rng.integers(12, 26)))
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")


CHANGES: Mapping[str, Change] = {
    "crop": cropped,
    "recolour": recoloured,
    "flip": flipped,
    "compress": compressed,
}
"""What a supplier does to a picture of ours; `recolour` makes a variant, the others the same product."""


def _tiny(picture: Image.Image, rng: Rng) -> Image.Image:
    side = int(rng.integers(90, 150))
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def _blurred(picture: Image.Image, rng: Rng) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(max(picture.size) * rng.uniform(0.009, 0.016)))


def _bordered(picture: Image.Image, rng: Rng) -> Image.Image:
    """A small picture in a large frame of one colour."""
    share = rng.uniform(0.45, 0.6)
    out = Image.new("RGB", picture.size, tuple(rng.integers(200, 256, 3).tolist()))
    small = picture.resize((round(picture.width * share), round(picture.height * share)), Image.Resampling.LANCZOS)
    out.paste(small, ((out.width - small.width) // 2, (out.height - small.height) // 2))
    return out


def _overexposed(picture: Image.Image, rng: Rng) -> Image.Image:
    pixels = np.asarray(picture, dtype=np.float32) * rng.uniform(2.1, 2.8)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _dark(picture: Image.Image, rng: Rng) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(rng.uniform(0.15, 0.25))


def _written(picture: Image.Image, rng: Rng) -> Image.Image:
    """A line of text across the picture, half of it see-through, or a label at its foot."""
    words = ("SAMPLE ONLY", "www.example-supplier.test", "BEST PRICE 50% OFF", "© Picture House", "NEW ARRIVAL 2026")
    text, out = words[int(rng.integers(len(words)))], picture.convert("RGBA")
    font = ImageFont.load_default(max(14, round(picture.width * rng.uniform(0.055, 0.085))))
    layer = Image.new("RGBA", out.size)
    pen = ImageDraw.Draw(layer)
    left, _, right, bottom = pen.textbbox((0, 0), text, font=font)
    across = bool(rng.integers(2))
    y = (out.height - bottom) // 2 if across else round(out.height * rng.uniform(0.86, 0.9))
    ink = int(rng.choice([40, 110]))
    pen.text(((out.width - right + left) // 2, y), text, font=font, fill=(ink, ink, ink, 150 if across else 235))
    if across:
        layer = layer.rotate(float(rng.uniform(-20, 20)), Image.Resampling.BICUBIC)
    return Image.alpha_composite(out, layer).convert("RGB")


FLAWS: Mapping[str, Change] = {
    "small": _tiny,
    "blurred": _blurred,
    "border": _bordered,
    "overexposed": _overexposed,
    "dark": _dark,
    "text": _written,
}
"""What makes a picture poor, by the name of the flaw that visearch.shop.pictures finds."""
