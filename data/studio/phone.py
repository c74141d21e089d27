"""What a phone does to a picture: exposure, white balance, vignette, noise, sharpening, compression."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageFilter

from data.studio.shots import save_jpeg

QUALITY = 85
LUMA = (0.3, 0.59, 0.11)
NOISE = 0.008


def developed(png: Path, rng: Random, brightness: float, noise: float = NOISE) -> Image.Image:
    """The picture at a mean luma near `brightness` (0..1), as a phone would have kept it."""
    with Image.open(png) as picture:
        a = np.asarray(picture.convert("RGB")).astype(float) / 255
    a = a * np.clip(brightness / max((a @ LUMA).mean(), 0.02), 0.95, 1.5)
    a = np.where(a > 0.8, 0.8 + 0.2 * np.tanh((a - 0.8) / 0.2), a)
    a = a * np.array([1 + rng.uniform(-0.02, 0.05), 1, 1 - rng.uniform(-0.03, 0.06)])
    height, width = a.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    a *= (1 - 0.1 * (x * x + y * y))[..., None]
    a = a + np.random.RandomState(rng.randint(0, 9999)).normal(0, noise, a.shape)
    return Image.fromarray((a.clip(0, 1) * 255).astype("uint8")).filter(ImageFilter.UnsharpMask(1, 50, 2))


def snap(png: Path, path: Path, rng: Random, brightness: float, noise: float = NOISE, quality: int = QUALITY) -> None:
    """Develops a rendered PNG into a JPEG file."""
    save_jpeg(developed(png, rng, brightness, noise), path, quality)
