"""The few lines of JavaScript that listeners run in the browser, and what all listeners have in common."""

from __future__ import annotations

from typing import Any

# Every button inside our own HTML carries data-act; its data becomes the event's data.
CLICKS = """
element.addEventListener('click', (event) => {
  const target = event.target.closest('[data-act]');
  if (target && element.contains(target)) trigger('select', { ...target.dataset });
});
"""

WORKING = "(...values) => { window.visearch?.working(true); return values; }"
DONE = "() => { window.visearch?.working(false); }"
DONE_AND_SHOW = "() => { window.visearch?.working(false); window.visearch?.reveal(); }"

# Only words with a photo have a balance to strike.
BALANCE = """
(text, photo) => ({ __type__: 'update', visible: text && text.trim() && photo ? true : false })
"""


def quietly() -> dict[str, Any]:
    """No public endpoint and no spinner over the page: style.css shows that work is going on."""
    return {"api_visibility": "private", "show_progress": "hidden"}
