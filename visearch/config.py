"""Settings from the environment. Nothing is built and nothing is read on import."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from visearch.errors import VisearchError

DEFAULT_LIMIT = 2000
"""Products taken from a hub data set unless VISEARCH_LIMIT says otherwise."""

AUTO, TORCH, OPENVINO = "auto", "torch", "openvino"
RUNTIMES = (AUTO, TORCH, OPENVINO, "openvino-bf16", "openvino-f32")
"""What runs the encoders: `auto` takes OpenVINO on CPUs where it is installed, in bf16 where the CPU has it."""

_TRUE = {"1", "true", "yes", "on"}

SPACE_STORAGE = Path("/data")
"""Where a Hugging Face Space has its persistent storage, if any."""


def on_zero_gpu(env: Mapping[str, str]) -> bool:
    """Whether this is a Space on ZeroGPU, as the package `spaces` tells it: by SPACES_ZERO_GPU."""
    return env.get("SPACES_ZERO_GPU", "").strip().lower() in _TRUE | {"t"}


def default_home(env: Mapping[str, str], storage: Path = SPACE_STORAGE) -> Path:
    """Where indexes and caches live when VISEARCH_HOME is not set: a Space's persistent
    storage where it has one that can be written, else the user's cache folder."""
    if env.get("SPACE_ID") and storage.is_dir() and os.access(storage, os.W_OK | os.X_OK):
        return storage / "visearch"
    base = env.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "visearch"


@dataclass(frozen=True)
class Settings:
    """What the app starts with. `auto` means: the sample and the embedded encoder now, the hub when it answers.

    `demand` is whether it may be counted what visitors ask for (visearch.insights.demand); off unless it is asked for.
    """

    catalog: str = "auto"
    model: str = "auto"
    detector: str = "auto"
    captioner: str = "auto"
    # A server's address may hold a password: it is never printed.
    index: str = field(default="auto", repr=False)
    runtime: str = "auto"
    home: Path = Path()
    offline: bool = False
    limit: int | None = None
    demand: bool = False

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Reads VISEARCH_* (and HF_HUB_OFFLINE, which implies offline).

        Raises VisearchError when VISEARCH_LIMIT is not a whole number above zero, or VISEARCH_RUNTIME none of RUNTIMES.
        """
        source = os.environ if env is None else env
        home = source.get("VISEARCH_HOME", "").strip()
        return cls(
            catalog=source.get("VISEARCH_CATALOG", "").strip() or "auto",
            model=source.get("VISEARCH_MODEL", "").strip() or "auto",
            detector=source.get("VISEARCH_DETECTOR", "").strip() or "auto",
            captioner=source.get("VISEARCH_CAPTIONER", "").strip() or "auto",
            index=source.get("VISEARCH_INDEX", "").strip() or "auto",
            runtime=_runtime(source.get("VISEARCH_RUNTIME", "").strip()),
            home=Path(home).expanduser() if home else default_home(source),
            offline=any(source.get(n, "").lower() in _TRUE for n in ("VISEARCH_OFFLINE", "HF_HUB_OFFLINE")),
            limit=_limit(source.get("VISEARCH_LIMIT", "").strip()),
            demand=source.get("VISEARCH_DEMAND", "").strip().lower() in _TRUE,
        )

    def with_(self, **changes: Any) -> Settings:
        """A copy with the given fields changed; None leaves a field as it is."""
        return replace(self, **{name: value for name, value in changes.items() if value is not None})


def _runtime(value: str) -> str:
    if value and value not in RUNTIMES:
        raise VisearchError(f"VISEARCH_RUNTIME is {value!r}.", f"Choose one of {', '.join(RUNTIMES)}.")
    return value or AUTO


def _limit(value: str) -> int | None:
    if not value:
        return None
    if not value.isdigit() or int(value) == 0:
        raise VisearchError(
            f"VISEARCH_LIMIT is {value!r}; it must be a whole number above zero.",
            f"Unset it for the default of {DEFAULT_LIMIT} products from the hub.",
        )
    return int(value)
