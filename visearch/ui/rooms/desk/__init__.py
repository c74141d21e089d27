"""The room Desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visearch.ui.rooms.desk.help import HelpDesk
from visearch.ui.rooms.desk.shelf import ShelfDesk
from visearch.ui.rooms.desk.supplier import SupplierDesk
from visearch.ui.rooms.parts import PartsRoom

if TYPE_CHECKING:
    from visearch.config import Settings
    from visearch.ui.answer import Lives
    from visearch.ui.photos import Photos
    from visearch.ui.rooms.keeper import Keeper


def desk_room(live: Lives, settings: Settings, photos: Photos, keeper: Keeper) -> PartsRoom:
    """The room over what answers."""
    shelf, supplier = ShelfDesk(live, photos), SupplierDesk(live, settings, keeper)
    parts = (HelpDesk(live, photos).part(), shelf.part(), supplier.part())
    return PartsRoom("desk", "dsk_", live, parts, (*shelf.routes(), *supplier.routes()))
