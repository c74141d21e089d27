"""Checkpoints from the Hugging Face hub: fetched with progress, then always loaded from a folder."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visearch.errors import ModelError
from visearch.models.base import ModelSpec

CONFIG = "open_clip_config.json"
WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
TOKENIZER_FILES = ("tokenizer*", "special_tokens_map.json", "vocab*", "merges.txt", "*.model")
_STAY = "Choose the model `embedded`, which needs no download"


@dataclass(frozen=True)
class Fetched:
    """Folders of the hub's cache: the checkpoint's, and its tokenizer's (the same unless the config names another)."""

    folder: Path
    tokenizer_folder: Path


def fetch(spec: ModelSpec, offline: bool, progress: Callable[[str, float | None], None]) -> Fetched:
    """Brings an `hf-hub:` checkpoint into the hub's cache, or finds it there; `offline` never asks the network.

    Raises ModelError when the hub cannot be reached, does not have the model or the disk is full.
    """
    repo = spec.source.partition(":")[2]
    found = cached(repo)
    if found:
        return found
    if offline:
        raise ModelError(f"The model {spec.name} is not on this disk and fetching is switched off.", f"{_STAY}.")
    try:
        return _download(repo, f"Fetching {spec.name}" + (f" ({spec.size_mb} MB)" if spec.size_mb else ""), progress)
    except ModelError:
        raise
    except Exception as error:  # huggingface_hub, httpx and the operating system each have their own types
        raise explain(error, repo) from error


def cached(repo: str) -> Fetched | None:
    """The folders when the config, the weights and the tokenizer of `repo` are in the hub's cache, without network."""
    config = _in_cache(repo, CONFIG)
    if config is None or not any(_in_cache(repo, name) for name in WEIGHTS):
        return None
    other = tokenizer_repo(config.parent)
    if other is None:
        return Fetched(config.parent, config.parent)
    files = (_in_cache(other, name) for name in ("tokenizer.json", "tokenizer_config.json"))
    return next((Fetched(config.parent, file.parent) for file in files if file), None)


def is_checkpoint(folder: Path) -> bool:
    """Whether a folder holds an open_clip config and weights."""
    names = ("*.safetensors", "*.bin", "*.pth", "*.pt")
    return (folder / CONFIG).is_file() and any(any(folder.glob(name)) for name in names)


def check_folder(folder: Path) -> None:
    """Raises ModelError when a `local-dir:` folder is not an open_clip checkpoint."""
    if not folder.is_dir():
        raise ModelError(f"There is no folder {folder}.", "Write local-dir: and the path of a folder.")
    if not is_checkpoint(folder):
        raise ModelError(
            f"The folder {folder} is not an open_clip checkpoint.",
            f"It must hold {CONFIG} and the weights, such as {WEIGHTS[0]}.",
        )


def read_config(folder: Path) -> dict[str, Any]:
    """A checkpoint's open_clip_config.json."""
    return json.loads((folder / CONFIG).read_text(encoding="utf-8"))


def tokenizer_repo(folder: Path) -> str | None:
    """The hub name of the tokenizer when open_clip does not carry it itself."""
    return read_config(folder)["model_cfg"].get("text_cfg", {}).get("hf_tokenizer_name") or None


def tokenizer(folder: Path, tokenizer_folder: Path) -> Any:
    """The checkpoint's own tokenizer, with its own context length."""
    import open_clip

    text = read_config(folder)["model_cfg"].get("text_cfg", {})
    if not text.get("hf_tokenizer_name"):
        return open_clip.get_tokenizer(f"local-dir:{folder}")
    return open_clip.tokenizer.HFTokenizer(
        str(tokenizer_folder),
        context_length=text.get("context_length", open_clip.tokenizer.DEFAULT_CONTEXT_LENGTH),
        tokenizer_mode=text.get("tokenizer_mode"),
        **text.get("tokenizer_kwargs", {}),
    )


def _download(repo: str, stage: str, progress: Callable[[str, float | None], None]) -> Fetched:
    from huggingface_hub import hf_hub_download, snapshot_download
    from huggingface_hub.errors import RemoteEntryNotFoundError

    progress(stage, None)
    try:
        folder = Path(hf_hub_download(repo, CONFIG, tqdm_class=progress_bar(lambda share: None))).parent
    except RemoteEntryNotFoundError as error:
        raise ModelError(
            f"The hub's model {repo} is not an open_clip model: it has no {CONFIG}.", f"{_STAY}."
        ) from error
    other = tokenizer_repo(folder)
    tokenizer_folder = folder
    if other:
        quiet = progress_bar(lambda share: None)
        tokenizer_folder = Path(snapshot_download(other, allow_patterns=list(TOKENIZER_FILES), tqdm_class=quiet))
    bar = progress_bar(lambda share: progress(stage, share))
    for last, name in ((name == WEIGHTS[-1], name) for name in WEIGHTS):
        try:
            hf_hub_download(repo, name, tqdm_class=bar)
            break
        except RemoteEntryNotFoundError as error:
            if last:
                raise ModelError(f"The hub's model {repo} has no open_clip weights.", f"{_STAY}.") from error
    return Fetched(folder, tokenizer_folder)


def progress_bar(report: Callable[[float | None], None]) -> Any:
    """A tqdm class that draws nothing and reports the share done."""
    from tqdm.auto import tqdm  # type: ignore[import-untyped]

    class Bar(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            kwargs["disable"] = True
            super().__init__(*args, **kwargs)

        def update(self, n: float | None = 1) -> bool | None:
            self.n += n or 0
            report(min(1.0, self.n / self.total) if self.total else None)
            return None

    return Bar


def _in_cache(repo: str, name: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repo, name)
    return Path(found) if isinstance(found, str) else None


def explain(error: Exception, repo: str, kind: str = "model", instead: str = "embedded") -> ModelError:
    """What to tell a person when the hub did not give `repo`.

    `kind` is "model", "detector" or "captioner", `instead` the name of the one that needs no download.
    """
    from huggingface_hub import constants
    from huggingface_hub.errors import GatedRepoError, HFValidationError, RepositoryNotFoundError

    stay = f"Choose the {kind} `{instead}`, which needs no download"
    if isinstance(error, HFValidationError):
        return ModelError(f"{repo!r} is not a name the hub can have.", "Write hf-hub:ORG/NAME.")
    if isinstance(error, GatedRepoError):
        return ModelError(
            f"The {kind} {repo} is gated.",
            f"Accept its terms on its page, then run `hf auth login`. {stay}.",
        )
    if isinstance(error, RepositoryNotFoundError):
        return ModelError(f"The hub {constants.ENDPOINT} has no {kind} {repo}.", f"Check the name. {stay}.")
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return ModelError(f"The disk is full; {repo} was not fetched.", f"Make room in {constants.HF_HUB_CACHE}.")
    return ModelError(
        f"The {kind} {repo} could not be fetched from {constants.ENDPOINT} ({type(error).__name__}).",
        f"Check the connection and try again. {stay}.",
    )
