"""What the browser brings of a visitor's taste: it is kept there, and read here like anything a stranger sends."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visearch.shop.taste import MOST_EVENTS, WEIGHTS, Event
from visearch.ui.rooms.base import text_of

DAY_MS = 86_400_000
MOST_HIDDEN = 200


@dataclass(frozen=True)
class Brought:
    """`events` newest first; `hidden` product ids; `off` when the visitor wants none of it."""

    events: tuple[Event, ...] = ()
    hidden: tuple[str, ...] = ()
    off: bool = False


def brought(sent: Mapping[str, Any]) -> Brought:
    """{"taste": {"events": [{"kind", "id" or "text", "ago"}], "hidden": [ids], "off"}}; what does not fit is left out.

    `ago` is in milliseconds.
    """
    taste = sent.get("taste")
    if not isinstance(taste, Mapping):
        return Brought()
    events, hidden = taste.get("events"), taste.get("hidden")
    read = [_event(one) for one in (events if isinstance(events, list) else [])[:MOST_EVENTS]]
    ids = [one for one in (hidden if isinstance(hidden, list) else [])[:MOST_HIDDEN] if isinstance(one, str)]
    return Brought(tuple(one for one in read if one is not None), tuple(ids), taste.get("off") is True)


def _event(sent: Any) -> Event | None:
    if not isinstance(sent, Mapping) or text_of(sent, "kind") not in WEIGHTS:
        return None
    product, text = text_of(sent, "id"), text_of(sent, "text")
    if not product and not text:
        return None
    return Event(text_of(sent, "kind"), product, "" if product else text, _days(sent.get("ago")))


def _days(ago: Any) -> float:
    if isinstance(ago, bool) or not isinstance(ago, (int, float)) or not math.isfinite(ago):
        return 0.0
    return max(0.0, float(ago)) / DAY_MS
