"""The room Discover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visearch.ui.rooms.parts import Part, PartsRoom
from visearch.ui.rooms.pieces import empty_html

if TYPE_CHECKING:
    from visearch.config import Settings
    from visearch.ui.answer import Lives
    from visearch.ui.photos import Photos
    from visearch.ui.rooms.keeper import Keeper


def discover_room(live: Lives, settings: Settings, photos: Photos, keeper: Keeper) -> PartsRoom:
    """The room over what answers."""
    parts = tuple(Part(name, lambda sent, say: empty_html("", "")) for name in ("for_you", "offers", "reviews"))
    return PartsRoom("discover", "dis_", live, parts)
