"""What two runtimes of an encoder are compared on: nobody's pictures, and a few texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from visearch.models.pixels import Pixels
from visearch.models.towers import IMAGE, TEXT, WORDS, Array

TEXTS = ("a red leather handbag", "mug", "striped cotton shirt for children, size 104", "")


def pictures(count: int = 4) -> list[Image.Image]:
    """Soft fields of colour with a square on them, drawn by seed."""
    rng = np.random.default_rng(0)
    made = []
    for _ in range(count):
        noise = Image.fromarray(rng.integers(0, 256, (6, 6, 3), dtype=np.uint8))
        field = noise.resize((320, 280), Image.Resampling.BICUBIC)
        field.paste(tuple(rng.integers(0, 256, 3).tolist()), (90, 60, 230, 200))
        made.append(field)
    return made


def encoder_probes(towers: Any, pixels: Pixels, tokenizer: Callable[[list[str]], Any]) -> dict[str, Array]:
    """Rows for each part of an encoder's torch towers."""
    probes: dict[str, Array] = {IMAGE: pixels(pictures())}
    probes[TEXT] = np.asarray(tokenizer(list(TEXTS)), dtype=np.int64)
    if WORDS in towers.parts:
        probes[WORDS] = towers.run(TEXT, probes[TEXT])[0]
    return probes
