"""One index as one file, and back: what a shop keeps elsewhere for the day that its disk is gone."""

from visearch.backup.reading import Restored, restore
from visearch.backup.writing import BackedUp, backup

__all__ = ["BackedUp", "Restored", "backup", "restore"]
