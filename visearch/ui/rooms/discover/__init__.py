"""The room Discover: what a shopper is shown without searching."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visearch.ui.rooms.discover.for_you import ForYouPart
from visearch.ui.rooms.discover.offers import OffersPart
from visearch.ui.rooms.discover.reviews import ReviewsPart
from visearch.ui.rooms.parts import PartsRoom

if TYPE_CHECKING:
    from visearch.config import Settings
    from visearch.ui.answer import Lives
    from visearch.ui.photos import Photos
    from visearch.ui.rooms.keeper import Keeper


def discover_room(live: Lives, settings: Settings, photos: Photos, keeper: Keeper) -> PartsRoom:
    """The room over what answers."""
    parts = (ForYouPart(live).part(), OffersPart(live, photos).part(), ReviewsPart(live, photos).part())
    return PartsRoom("discover", "dis_", live, parts)
