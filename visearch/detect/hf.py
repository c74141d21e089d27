"""D-FINE, RT-DETRv2 and any other object detection checkpoint that `transformers` loads, always from a folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from visearch.detect.base import DetectorInfo, DetectorSpec
from visearch.detect.downloaded import DownloadedDetector, Raw
from visearch.detect.specs import EMBEDDED, FOLDER_PREFIX, HUB_PREFIX
from visearch.errors import ModelError
from visearch.models import hub

CONFIG, PROCESSOR, WEIGHTS = "config.json", "preprocessor_config.json", "model.safetensors"
_WEAKEST = 0.05
_HASHED = 1 << 20

Progress = Callable[[str, "float | None"], None]


def load_transformers(spec: DetectorSpec, offline: bool, progress: Progress) -> DownloadedDetector:
    """The detector of an `hf-hub:` or `local-dir:` source; with `offline` nothing is fetched.

    Raises ModelError when the weights cannot be had or do not load.
    """
    folder = cached_folder(spec) or _fetch(spec, offline, progress)
    progress(f"Loading the detector {spec.name}", None)
    try:
        from transformers import AutoImageProcessor, AutoModelForObjectDetection

        options = {"local_files_only": True, "trust_remote_code": False}
        processor = AutoImageProcessor.from_pretrained(folder, **options)
        model = AutoModelForObjectDetection.from_pretrained(folder, use_safetensors=True, **options).eval()
    except Exception as error:  # transformers, safetensors and torch raise whatever they like on a bad file
        raise ModelError(
            f"The checkpoint of {spec.name} in {folder} does not load ({error}).",
            "It must be an object detection checkpoint of transformers; if it was fetched only in part, delete that "
            "folder and try again.",
        ) from error
    info = DetectorInfo(spec.name, _digest(folder), spec.licence)
    return DownloadedDetector(lambda picture: _run(model, processor, picture), info)


def cached_folder(spec: DetectorSpec) -> Path | None:
    """Where the checkpoint lies on this disk, or None."""
    if spec.source.startswith(FOLDER_PREFIX):
        folder = Path(spec.source.removeprefix(FOLDER_PREFIX)).expanduser()
        return folder if all((folder / name).is_file() for name in (CONFIG, PROCESSOR, WEIGHTS)) else None
    repo = spec.source.removeprefix(HUB_PREFIX)
    files = [hub.in_cache(repo, name) for name in (CONFIG, PROCESSOR, WEIGHTS)]
    return files[0].parent if files[0] and all(files) else None


def _fetch(spec: DetectorSpec, offline: bool, progress: Progress) -> Path:
    if spec.source.startswith(FOLDER_PREFIX):
        raise ModelError(
            f"The folder {spec.source.removeprefix(FOLDER_PREFIX)} is not a detector.",
            f"It must hold {CONFIG}, {PROCESSOR} and {WEIGHTS}, as transformers saves them.",
        )
    if offline:
        raise ModelError(
            f"The detector {spec.name} is not on this disk and fetching is switched off.",
            f"Choose the detector `{EMBEDDED}`, which needs no download.",
        )
    from huggingface_hub import hf_hub_download

    repo = spec.source.removeprefix(HUB_PREFIX)
    plain, revision = hub.split_name(repo)
    stage = f"Fetching {spec.name}" + (f" ({spec.size_mb} MB)" if spec.size_mb else "")
    progress(stage, None)
    bar = hub.progress_bar(lambda share: progress(stage, share))
    quiet = hub.progress_bar(lambda share: None)
    try:
        for name in (CONFIG, PROCESSOR, WEIGHTS):
            shown = bar if name == WEIGHTS else quiet
            file = Path(hf_hub_download(plain, name, revision=revision, tqdm_class=shown))
            hub.check_fetched([file], repo, "detector")
    except ModelError:
        raise
    except Exception as error:  # the hub's client, requests, the disk: each has its own errors
        raise hub.explain(error, repo, "detector") from error
    return file.parent


def _run(model: Any, processor: Any, picture: Image.Image) -> Raw:
    import torch

    with torch.inference_mode():
        outputs = model(**processor(images=picture, return_tensors="pt"))
        size = [(picture.height, picture.width)]
        seen = processor.post_process_object_detection(outputs, threshold=_WEAKEST, target_sizes=size)[0]
    names = [str(model.config.id2label.get(int(number), "")) for number in seen["labels"]]
    return seen["boxes"].tolist(), seen["scores"].tolist(), names


def _digest(folder: Path) -> str:
    """16 hex digits that change with the weights: their header and first megabyte, and the configuration."""
    with (folder / WEIGHTS).open("rb") as file:
        digest = hashlib.sha256(file.read(_HASHED))
    for name in (CONFIG, PROCESSOR):
        digest.update(json.dumps(json.loads((folder / name).read_text(encoding="utf-8")), sort_keys=True).encode())
    return digest.hexdigest()[:16]
