"""Pictures into words: what a picture shows, with how sure that is, and one sentence that says it."""

from visearch.seen.base import FIELDS, FLOOR, SAY, SURE, Palette, Seen, sure_labels
from visearch.seen.seer import Seer, see_catalog
from visearch.seen.sentence import sentence

__all__ = ["FIELDS", "FLOOR", "SAY", "SURE", "Palette", "Seen", "Seer", "see_catalog", "sentence", "sure_labels"]
