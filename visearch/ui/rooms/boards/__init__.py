"""The room Boards: from mood pictures to a shortlist, products that bear a mark, and campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visearch.ui.rooms.boards.campaigns import Campaigns
from visearch.ui.rooms.boards.marks import Marks
from visearch.ui.rooms.boards.mood import Mood
from visearch.ui.rooms.parts import PartsRoom

if TYPE_CHECKING:
    from visearch.config import Settings
    from visearch.ui.answer import Lives
    from visearch.ui.photos import Photos
    from visearch.ui.rooms.keeper import Keeper


def boards_room(live: Lives, settings: Settings, photos: Photos, keeper: Keeper) -> PartsRoom:
    """The room over what answers."""
    mood, marks, campaigns = Mood(live, photos), Marks(live, photos), Campaigns(live, keeper)
    parts = (mood.part(), marks.part(), campaigns.part())
    return PartsRoom("boards", "brd_", live, parts, mood.routes() + campaigns.routes())
