"""The product kinds: one module each, with `build(look, rng) -> Model`.

`look` reads the variant's options, which the module's docstring explains; `rng` may only add small irregularities.
Units are metres; the front looks along -y. The order is the order of rendering and fixes tints and barcodes: new kinds
go to the end.
"""

from __future__ import annotations

from importlib import import_module
from random import Random

from data.studio.look import Look, Model

KINDS = (
    "mug", "vase", "wineglass", "bottle", "tablelamp", "chair", "sofa", "watch", "sneaker", "headphones", "tshirt",
    "pillow", "book", "carton", "perfume", "plant", "teddy", "camera", "sunglasses", "coffeetable", "handbag", "candle",
    "hat", "backpack", "teapot", "bowl", "pan", "clock", "basket", "shelf", "speaker", "keyboard", "toycar", "notebook",
    "pen", "lipstick", "jamjar", "wateringcan", "ball", "yogamat",
)  # fmt: skip


def build(kind: str, look: Look, rng: Random) -> Model:
    """A product of a kind, standing in the current scene."""
    return import_module(f"data.studio.kinds.{kind}").build(look, rng)
