"""The detectors that can be chosen by name, with what one must know before choosing."""

from __future__ import annotations

from visearch.detect.base import DetectorSpec
from visearch.errors import ModelError
from visearch.models.hub import is_hub_name

AUTO = "auto"
NONE = "none"
EMBEDDED = "embedded"
TORCHVISION_PREFIX = "torchvision:"
HUB_PREFIX = "hf-hub:"
FOLDER_PREFIX = "local-dir:"

DETECTORS: dict[str, DetectorSpec] = {
    spec.name: spec
    for spec in (
        DetectorSpec(
            EMBEDDED,
            EMBEDDED,
            "Apache-2.0 (the wheel: none stated)",
            size_mb=0,
            description="SSD MobileNetV2 of the TensorFlow zoo from a pip package: no download.",
        ),
        DetectorSpec(
            "fasterrcnn-mobilenet",
            "torchvision:fasterrcnn_mobilenet_v3_large_320_fpn",
            "BSD-3-Clause",
            size_mb=78,
            description="Faster R-CNN on MobileNetV3, 320 pixels: quick on a CPU.",
        ),
        DetectorSpec(
            "fasterrcnn-resnet50",
            "torchvision:fasterrcnn_resnet50_fpn_v2",
            "BSD-3-Clause",
            size_mb=175,
            description="Faster R-CNN on ResNet-50, version 2: better boxes, seconds a photo on a CPU.",
        ),
        DetectorSpec(
            "dfine",
            "hf-hub:ustc-community/dfine-small-coco",
            "Apache-2.0",
            size_mb=42,
            description="D-FINE small: the best boxes for its size.",
        ),
        DetectorSpec(
            "rtdetr",
            "hf-hub:PekingU/rtdetr_v2_r18vd",
            "Apache-2.0",
            size_mb=81,
            description="RT-DETRv2 on ResNet-18.",
        ),
        DetectorSpec(NONE, NONE, "", size_mb=0, description="No boxes: the whole photo is searched."),
    )
}


def detector_spec(name: str) -> DetectorSpec:
    """The entry called `name`, or one made up for `hf-hub:ORG/NAME[@REVISION]` or `local-dir:FOLDER`.

    Raises ModelError for any other name.
    """
    spec = DETECTORS.get(name)
    if spec is not None:
        return spec
    if name.startswith(HUB_PREFIX) and is_hub_name(name.removeprefix(HUB_PREFIX)):
        return DetectorSpec(name, name, "see the model's page", size_mb=0, description="From the hub.")
    if name.startswith(FOLDER_PREFIX) and name.removeprefix(FOLDER_PREFIX):
        return DetectorSpec(name, name, "see the folder", size_mb=0, description="From a folder.")
    allowed = ", ".join((AUTO, *DETECTORS))
    raise ModelError(
        f"There is no detector {name!r}.",
        f"Choose one of {allowed}, or name a transformers checkpoint: hf-hub:ORG/NAME[@REVISION] or local-dir:FOLDER.",
    )
