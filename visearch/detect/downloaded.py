"""What the detectors with downloaded weights share: from a net's raw answer to the boxes to show."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from visearch.detect.base import DetectorInfo
from visearch.detect.regions import Tuning, choose, content_frame, found, to_boxes, working_copy
from visearch.types import Box

Raw = tuple[Sequence[Sequence[float]], Sequence[float], Sequence[str]]
"""Boxes in pixels of the picture that the net was given, their scores in [0, 1], and class names."""

WORKING_SIDE = 960
SURE = 0.6
"""Score from which a class name is said."""

TUNING = Tuning(floor=0.2, relative=0.25, middle=0.2)
"""These nets are surer of what they see than the embedded one."""


class DownloadedDetector:
    """A net behind one function `run`; thread-safe when `run` is."""

    def __init__(self, run: Callable[[Image.Image], Raw], info: DetectorInfo) -> None:
        self._run = run
        self._info = info

    @property
    def info(self) -> DetectorInfo:
        """What answers."""
        return self._info

    def detect(self, image: Image.Image) -> tuple[Box, ...]:
        """See `Detector.detect`."""
        rgb = image.convert("RGB")
        frame = content_frame(rgb)
        picture = working_copy(rgb, frame, WORKING_SIDE)
        boxes, scores, names = self._run(picture)
        shares = np.asarray(boxes, np.float32).reshape(-1, 4) / np.array([*picture.size] * 2, np.float32)
        said = [name if score >= SURE else "" for name, score in zip(names, scores, strict=True)]
        return to_boxes(choose(found(shares.clip(0, 1), scores, said), TUNING), image.size, frame)
