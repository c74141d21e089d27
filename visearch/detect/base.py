"""What a detector is: a picture in, a few boxes out, the one that the shopper means first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from visearch.types import Box

MAX_BOXES = 8
"""The most boxes that an answer has: more than that cannot be told apart on a phone."""


@dataclass(frozen=True)
class DetectorSpec:
    """One detector that can be chosen by name.

    `source` is `none`, `embedded`, `torchvision:MODEL`, `hf-hub:ORG/NAME` or `local-dir:FOLDER`; `size_mb` is what is
    downloaded (10**6 bytes).
    """

    name: str
    source: str
    licence: str
    size_mb: int
    description: str = ""


@dataclass(frozen=True)
class DetectorInfo:
    """What answers. `weights` changes whenever the boxes would."""

    name: str
    weights: str
    licence: str


class Detector(Protocol):
    """Finds what a shopper may mean in a photo. Calls are thread-safe."""

    @property
    def info(self) -> DetectorInfo: ...

    def detect(self, image: Image.Image) -> tuple[Box, ...]:
        """An upright picture of any size -> at most MAX_BOXES boxes in its pixels, the most likely one first.

        Labels are unique within an answer: a class name when it is certain and means something in a shop
        ("Chair", "Chair 2"), else "Item n" with n the place in the answer, from 1. Scores are in [0, 1].
        """
        ...
