"""The public HTTP functions of the room Boards."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from visearch.live import LiveEngine
    from visearch.ui.asking import Ask


def add(live: LiveEngine, ask: Ask) -> None:
    """Adds them to the Blocks that are being built."""
