"""Faster R-CNN from torchvision (BSD-3-Clause), with its COCO weights from pytorch.org."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from PIL import Image

from visearch.detect.base import DetectorInfo, DetectorSpec
from visearch.detect.downloaded import DownloadedDetector, Raw
from visearch.detect.specs import EMBEDDED, TORCHVISION_PREFIX
from visearch.errors import ModelError
from visearch.manifest import file_sha256

_STAY = f"Choose the detector `{EMBEDDED}`, which needs no download."

Progress = Callable[[str, "float | None"], None]


def load_torchvision(spec: DetectorSpec, offline: bool, progress: Progress) -> DownloadedDetector:
    """The detector of a `torchvision:` source; with `offline` nothing is fetched.

    Raises ModelError when the weights cannot be had or do not load.
    """
    from torchvision.models import get_model

    weights = _weights(spec)
    if not cached(spec):
        if offline:
            raise ModelError(f"The detector {spec.name} is not on this disk and fetching is switched off.", _STAY)
        progress(f"Fetching {spec.name} ({spec.size_mb} MB)", None)
        _fetch(spec, weights.url)
    try:
        state = _read(_file(weights.url))
        net = get_model(spec.source.removeprefix(TORCHVISION_PREFIX), weights=None, weights_backbone=None)
        net.load_state_dict(state)
    except Exception as error:  # torch raises whatever they like on a bad file
        raise ModelError(
            f"The weights of {spec.name} in {_file(weights.url)} do not load ({error}).",
            "Delete that file and try again.",
        ) from error
    names = [name if name != "N/A" else "" for name in weights.meta["categories"]]
    digest = Path(urlparse(weights.url).path).stem.rpartition("-")[2]
    net.eval()
    return DownloadedDetector(
        lambda picture: _run(net, weights.transforms(), names, picture), DetectorInfo(spec.name, digest, spec.licence)
    )


def cached(spec: DetectorSpec) -> bool:
    """Whether the weights are on this disk."""
    return _file(_weights(spec).url).is_file()


def _weights(spec: DetectorSpec) -> Any:
    from torchvision.models import get_model_weights

    return get_model_weights(spec.source.removeprefix(TORCHVISION_PREFIX)).DEFAULT


def _file(url: str) -> Path:
    import torch

    return Path(torch.hub.get_dir(), "checkpoints", Path(urlparse(url).path).name)


_fetching = threading.Lock()


def _fetch(spec: DetectorSpec, url: str) -> None:
    import torch

    target = _file(url)
    prefix = target.stem.rpartition("-")[2]
    try:
        with _fetching:
            target.parent.mkdir(parents=True, exist_ok=True)
            # It writes to a temporary name and checks the hash that the file's name ends with.
            torch.hub.download_url_to_file(url, str(target), hash_prefix=prefix, progress=False)
    except (OSError, RuntimeError, ValueError) as error:
        raise ModelError(
            f"The weights of {spec.name} could not be fetched from {urlparse(url).netloc} ({type(error).__name__}).",
            f"Check the connection and try again. {_STAY}",
        ) from error


def _read(file: Path) -> Any:
    """The weights, once they have the hash that torchvision's own table names in the file's name."""
    import torch

    prefix = file.stem.rpartition("-")[2]
    if not file_sha256(file).startswith(prefix):
        raise ValueError(f"its sha256 does not begin with {prefix}")
    # PyTorch publishes these as pickles only. `weights_only` reads tensors and runs nothing.
    return torch.load(file, map_location="cpu", weights_only=True)


def _run(net: Any, transforms: Any, names: list[str], picture: Image.Image) -> Raw:
    import torch

    with torch.inference_mode():
        seen = net([transforms(picture)])[0]
    said = [names[int(number)] for number in seen["labels"]]
    return seen["boxes"].tolist(), seen["scores"].tolist(), said
