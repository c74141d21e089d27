"""ZeroGPU, the Spaces' shared GPUs: what it asks of an app before anything else.

A GPU is lent to one function call at a time there: the call waits for it, runs in a process of its own and counts
against its visitor's quota. A question takes the embedded encoder some tens of milliseconds on a CPU, less than the
wait, and the background work that makes an index has no visitor whose quota it could use. So the encoders stay on the
CPU (visearch.config.on_zero_gpu), and the one function here is what ZeroGPU looks for before it lets a Space start.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from visearch.config import on_zero_gpu
from visearch.packages import optional

DURATION_S = 5
"""Seconds of GPU time that a call of the function asks for; nothing calls it."""

_kept: list[Callable[[], str]] = []


def begin(env: Mapping[str, str] | None = None) -> bool:
    """On ZeroGPU imports `spaces`, which must come before torch, and registers the function -> whether it is there.

    Everywhere else nothing is imported. Raises VisearchError when ZeroGPU lacks the package.
    """
    if not on_zero_gpu(os.environ if env is None else env):
        return False
    spaces = optional("spaces", "spaces", "ZeroGPU", "choose other hardware in the Space's settings")
    _kept.append(spaces.GPU(duration=DURATION_S)(on_gpu))
    return True


def on_gpu() -> str:
    """Says that it ran."""
    return "ok"
