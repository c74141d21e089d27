"""What is noted about searches: how long they took, and, where it is switched on, what was asked."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from visearch.insights.demand import Demand
from visearch.insights.pace import Pace

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watch:
    """`demand` is None where nothing may be counted. Nothing here ever raises: an answer must not fail by it."""

    pace: Pace = field(default_factory=Pace)
    demand: Demand | None = None

    def answered(self, text: str, photo: bool, timings_ms: Mapping[str, float], close: bool, *, counted: bool) -> None:
        """A new question was answered. `counted` is whether the visitor lets it be counted."""
        kind = "photo_text" if photo and text else "photo" if photo else "text"
        try:
            self.pace.add(kind, timings_ms)
            if self.demand is not None and counted:
                self.demand.search(text, photo, close)
        except Exception:
            logger.exception("a search could not be noted")

    def opened(self, rank: int, *, counted: bool) -> None:
        """A product was opened that stood at this rank, from 1."""
        try:
            if self.demand is not None and counted:
                self.demand.opened(rank)
        except Exception:
            logger.exception("an opened product could not be noted")
