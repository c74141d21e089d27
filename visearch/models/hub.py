"""Checkpoints from the Hugging Face hub: fetched with progress, checked, then always loaded from a folder.

Weights are taken as safetensors only: the older formats are pickles, which can hold code.
"""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visearch.errors import ModelError
from visearch.manifest import file_sha256
from visearch.models.base import ModelSpec

CONFIG = "open_clip_config.json"
WEIGHTS = "open_clip_model.safetensors"
_FIRST = (WEIGHTS, "open_clip_pytorch_model.safetensors")
"""What open_clip takes before it looks at pickles."""
_PICKLES = ("*.bin", "*.pth", "*.pt", "*.ckpt", "*.pkl")
TOKENIZER_FILES = ("tokenizer*", "special_tokens_map.json", "vocab*", "merges.txt", "*.model")
_SHA256 = re.compile(r"[0-9a-f]{64}")
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


def split_name(name: str) -> tuple[str, str | None]:
    """`ORG/NAME[@REVISION]` -> the repository and the branch, tag or commit that is named, if any."""
    repo, _, revision = name.partition("@")
    return repo, revision or None


def is_hub_name(name: str) -> bool:
    """Whether it is written ORG/NAME or ORG/NAME@REVISION."""
    repo, _, revision = name.partition("@")
    return repo.count("/") == 1 and all(repo.split("/")) and bool(revision) == ("@" in name)


def cached(repo: str) -> Fetched | None:
    """The folders when the config, the weights and the tokenizer of `repo` are in the hub's cache, without network."""
    config = in_cache(repo, CONFIG)
    if config is None or in_cache(repo, WEIGHTS) is None:
        return None
    try:
        other = tokenizer_repo(config.parent)
    except ModelError:
        return None
    if other is None:
        return Fetched(config.parent, config.parent)
    files = (in_cache(other, name) for name in ("tokenizer.json", "tokenizer_config.json"))
    return next((Fetched(config.parent, file.parent) for file in files if file), None)


def is_checkpoint(folder: Path) -> bool:
    """Whether a folder holds an open_clip config and weights as safetensors, which open_clip would take."""
    if not (folder / CONFIG).is_file():
        return False
    return any((folder / name).is_file() for name in _FIRST) or (
        any(folder.glob("*.safetensors")) and not pickles(folder)
    )


def pickles(folder: Path) -> list[str]:
    """Names of the files there that hold weights in formats that are not loaded."""
    return sorted(file.name for pattern in _PICKLES for file in folder.glob(pattern))


def check_folder(folder: Path) -> None:
    """Raises ModelError when a `local-dir:` folder is not an open_clip checkpoint with safetensors."""
    if not folder.is_dir():
        raise ModelError(f"There is no folder {folder}.", "Write local-dir: and the path of a folder.")
    if is_checkpoint(folder):
        return
    found = pickles(folder)
    if found and (folder / CONFIG).is_file():
        raise ModelError(
            f"The folder {folder} has its weights in {found[0]}, a format that can hold code and is not loaded.",
            f"Save them as {WEIGHTS}.",
        )
    raise ModelError(
        f"The folder {folder} is not an open_clip checkpoint.",
        f"It must hold {CONFIG} and the weights, such as {WEIGHTS}.",
    )


def read_config(folder: Path) -> dict[str, Any]:
    """A checkpoint's open_clip_config.json."""
    return json.loads((folder / CONFIG).read_text(encoding="utf-8"))


def tokenizer_repo(folder: Path) -> str | None:
    """The hub name of the tokenizer when open_clip does not carry it itself. Raises ModelError for a broken config."""
    try:
        return read_config(folder)["model_cfg"].get("text_cfg", {}).get("hf_tokenizer_name") or None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"The file {folder / CONFIG} is not the config of an open_clip model ({type(error).__name__}).",
            f"Delete that folder and try again. {_STAY}.",
        ) from error


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
    name, revision = split_name(repo)
    quiet = progress_bar(lambda share: None)
    try:
        config = Path(hf_hub_download(name, CONFIG, revision=revision, tqdm_class=quiet))
    except RemoteEntryNotFoundError as error:
        raise ModelError(
            f"The hub's model {repo} is not an open_clip model: it has no {CONFIG}.", f"{_STAY}."
        ) from error
    folder = tokenizer_folder = config.parent
    try:
        check_fetched([config], repo)
        other = tokenizer_repo(folder)
    except ModelError:
        forget(config)
        raise
    if other:
        patterns = list(TOKENIZER_FILES)
        tokenizer_folder = Path(snapshot_download(other, allow_patterns=patterns, tqdm_class=quiet))
        check_fetched(tokenizer_folder.iterdir(), other)
    bar = progress_bar(lambda share: progress(stage, share))
    try:
        weights = Path(hf_hub_download(name, WEIGHTS, revision=revision, tqdm_class=bar))
    except RemoteEntryNotFoundError as error:
        raise ModelError(
            f"The hub's model {repo} has no open_clip weights as safetensors ({WEIGHTS}); others can hold code and "
            "are not loaded.",
            f"{_STAY}.",
        ) from error
    check_fetched([weights], repo)
    return Fetched(folder, tokenizer_folder)


def check_fetched(files: Iterable[Path], repo: str, kind: str = "model", instead: str = "embedded") -> None:
    """Raises ModelError when a file that the hub just gave is not what its name says; it is not kept.

    JSON must be JSON, safetensors must be whole, and where the hub named a sha256 that is what the file must have.
    """
    for file in files:
        try:
            if file.suffix == ".json":
                json.loads(file.read_text(encoding="utf-8"))
            elif file.suffix == ".safetensors":
                _check_safetensors(file)
            sha = file.resolve().name
            if _SHA256.fullmatch(sha) and file_sha256(file) != sha:
                raise ValueError("its sha256 is another")
        except (ValueError, RecursionError) as error:
            forget(file)
            raise ModelError(
                f"The hub gave a wrong file for {file.name} of the {kind} {repo} ({error}); it was not kept.",
                f"Try again later. Choose the {kind} `{instead}`, which needs no download.",
            ) from error


def forget(file: Path) -> None:
    """Removes a file of the hub's cache, and the bytes that its link leads to."""
    kept = file.resolve()
    file.unlink(missing_ok=True)
    if kept.parent.name == "blobs":
        kept.unlink(missing_ok=True)


def _check_safetensors(file: Path) -> None:
    """Raises ValueError when the file is cut off or another kind of file. It reads the header only."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="numpy"):
            pass
    except SafetensorError as error:
        raise ValueError(f"not safetensors: {error}") from error


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


def in_cache(repo: str, name: str) -> Path | None:
    """A file of `ORG/NAME[@REVISION]` in the hub's cache, without network; None when it is not there."""
    from huggingface_hub import try_to_load_from_cache

    plain, revision = split_name(repo)
    found = try_to_load_from_cache(plain, name, revision=revision)
    return Path(found) if isinstance(found, str) else None


def explain(error: Exception, repo: str, kind: str = "model", instead: str = "embedded") -> ModelError:
    """What to tell a person when the hub did not give `repo`.

    `kind` is "model", "detector" or "captioner", `instead` the name of the one that needs no download.
    """
    from huggingface_hub import constants
    from huggingface_hub.errors import GatedRepoError, HFValidationError, RepositoryNotFoundError, RevisionNotFoundError

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
    if isinstance(error, RevisionNotFoundError):
        return ModelError(f"The {kind} {split_name(repo)[0]} has no revision {split_name(repo)[1]!r}.", f"{stay}.")
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return ModelError(f"The disk is full; {repo} was not fetched.", f"Make room in {constants.HF_HUB_CACHE}.")
    return ModelError(
        f"The {kind} {repo} could not be fetched from {constants.ENDPOINT} ({type(error).__name__}).",
        f"Check the connection and try again. {stay}.",
    )
