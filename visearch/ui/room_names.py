"""The rooms by name, with the icon that leads there. The masthead shows them in this order."""

from __future__ import annotations

from collections.abc import Mapping

ROOMS: Mapping[str, str] = {
    "discover": "discover",
    "boards": "boards",
    "desk": "desk",
    "catalogue": "catalogue",
    "insights": "insights",
}
"""Name -> symbol in assets/icons.svg. A room's text is `room_NAME`, its script and style are NAME.js and NAME.css."""
