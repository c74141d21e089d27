"""BLIP, GIT and any other checkpoint that `transformers` loads as image to text, always from a folder."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from visearch.captions.base import CaptionerInfo, CaptionerSpec
from visearch.captions.specs import FOLDER_PREFIX, HUB_PREFIX, ZERO_SHOT
from visearch.errors import ModelError
from visearch.models import hub

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
PROCESSORS = ("preprocessor_config.json", "processor_config.json")
TOKENIZERS = ("tokenizer.json", "vocab.txt", "vocab.json")
LONGEST = 20
"""New tokens of a sentence, at most."""

_SMALL_FILES = ("*.json", "vocab*", "merges.txt", "*.model")
_HASHED = 1 << 20
_SAID_FIRST = re.compile(r"^(an?|the) (close up )?(picture|image|photo|photograph) of\b\s*", re.IGNORECASE)

Progress = Callable[[str, "float | None"], None]


class TransformersCaptioner:
    """A model and its processor; one picture at a time."""

    def __init__(self, model: Any, processor: Any, info: CaptionerInfo) -> None:
        self._model = model
        self._processor = processor
        self._info = info
        # The fast tokenizers of transformers refuse a second thread ("Already borrowed").
        self._lock = threading.Lock()

    @property
    def info(self) -> CaptionerInfo:
        """What answers."""
        return self._info

    def caption(self, image: Image.Image) -> str:
        """See `Captioner.caption`. Greedy, at most LONGEST tokens. Raises ModelError when the model cannot."""
        try:
            with self._lock:
                said = self._generate(image.convert("RGB"))
        except Exception as error:  # each model family fails in its own way when it wants other inputs
            raise ModelError(
                f"The captioner {self._info.name} could not put the picture into words ({error}).",
                f"Choose the captioner `{ZERO_SHOT}`, or another image-to-text checkpoint of transformers.",
            ) from error
        return _SAID_FIRST.sub("", " ".join(said.split())).strip()

    def _generate(self, image: Image.Image) -> str:
        import torch

        inputs = self._processor(images=image, return_tensors="pt")
        with torch.inference_mode():
            tokens = self._model.generate(**inputs, max_new_tokens=LONGEST, do_sample=False, num_beams=1)
        return str(self._processor.batch_decode(tokens, skip_special_tokens=True)[0])


def load_transformers(spec: CaptionerSpec, offline: bool, progress: Progress) -> TransformersCaptioner:
    """The captioner of an `hf-hub:` or `local-dir:` source; with `offline` nothing is fetched.

    Raises ModelError when the weights cannot be had or do not load.
    """
    folder = cached_folder(spec) or _fetch(spec, offline, progress)
    progress(f"Loading the captioner {spec.name}", None)
    try:
        from transformers import AutoModelForImageTextToText, AutoProcessor

        options = {"local_files_only": True, "trust_remote_code": False}
        processor = AutoProcessor.from_pretrained(folder, **options)
        model = AutoModelForImageTextToText.from_pretrained(folder, use_safetensors=True, **options).eval()
    except Exception as error:  # transformers, safetensors and torch raise whatever they like on a bad file
        raise ModelError(
            f"The checkpoint of {spec.name} in {folder} does not load ({error}).",
            "It must be an image-to-text checkpoint of transformers; if it was fetched only in part, delete that "
            "folder and try again.",
        ) from error
    return TransformersCaptioner(model, processor, CaptionerInfo(spec.name, _digest(folder), spec.licence))


def cached_folder(spec: CaptionerSpec) -> Path | None:
    """Where the checkpoint lies on this disk, or None."""
    if spec.source.startswith(FOLDER_PREFIX):
        folder = Path(spec.source.removeprefix(FOLDER_PREFIX)).expanduser()
        return folder if _is_whole(folder) else None
    config = hub.in_cache(spec.source.removeprefix(HUB_PREFIX), CONFIG)
    return config.parent if config is not None and _is_whole(config.parent) else None


def _is_whole(folder: Path) -> bool:
    groups = ((CONFIG,), (WEIGHTS,), PROCESSORS, TOKENIZERS)
    return all(any((folder / name).is_file() for name in group) for group in groups)


def _fetch(spec: CaptionerSpec, offline: bool, progress: Progress) -> Path:
    if spec.source.startswith(FOLDER_PREFIX):
        raise ModelError(
            f"The folder {spec.source.removeprefix(FOLDER_PREFIX)} is not a captioner.",
            f"It must hold {CONFIG}, {PROCESSORS[0]}, a tokenizer and {WEIGHTS}, as transformers saves them; pickled "
            "weights (.bin, .pt) are not loaded.",
        )
    if offline:
        raise ModelError(
            f"The captioner {spec.name} is not on this disk and fetching is switched off.",
            f"Choose the captioner `{ZERO_SHOT}`, which needs no download.",
        )
    repo = spec.source.removeprefix(HUB_PREFIX)
    try:
        folder = _download(repo, f"Fetching {spec.name}" + (f" ({spec.size_mb} MB)" if spec.size_mb else ""), progress)
    except ModelError:
        raise
    except Exception as error:  # the hub's client, requests, the disk: each has its own errors
        raise hub.explain(error, repo, "captioner", ZERO_SHOT) from error
    if not _is_whole(folder):
        raise ModelError(
            f"The hub's {repo} is not an image-to-text model: a processor or a tokenizer is missing.",
            f"Choose the captioner `{ZERO_SHOT}`, which needs no download.",
        )
    return folder


def _download(repo: str, stage: str, progress: Progress) -> Path:
    from huggingface_hub import hf_hub_download, snapshot_download
    from huggingface_hub.errors import RemoteEntryNotFoundError

    progress(stage, None)
    bar, quiet = hub.progress_bar(lambda share: progress(stage, share)), hub.progress_bar(lambda share: None)
    name, revision = hub.split_name(repo)
    folder = snapshot_download(name, revision=revision, allow_patterns=list(_SMALL_FILES), tqdm_class=quiet)
    hub.check_fetched(Path(folder).iterdir(), repo, "captioner", ZERO_SHOT)
    try:
        file = Path(hf_hub_download(name, WEIGHTS, revision=revision, tqdm_class=bar))
    except RemoteEntryNotFoundError as error:
        raise ModelError(
            f"The hub's {repo} has no {WEIGHTS}; pickled weights can hold code and are not loaded.",
            f"Choose the captioner `{ZERO_SHOT}`, which needs no download.",
        ) from error
    hub.check_fetched([file], repo, "captioner", ZERO_SHOT)
    return file.parent


def _digest(folder: Path) -> str:
    """16 hex digits that change with the weights: their header and first megabyte, and the configuration."""
    with (folder / WEIGHTS).open("rb") as file:
        digest = hashlib.sha256(file.read(_HASHED))
    digest.update((folder / CONFIG).read_bytes())
    return digest.hexdigest()[:16]
