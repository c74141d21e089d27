"""What is seen in the chosen part of a photo, as words that can be changed and searched with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visearch.ui.markup import attributes, button, esc
from visearch.ui.state import MOST_TEXT
from visearch.ui.texts import Say

if TYPE_CHECKING:
    from visearch.describe import Description

_UNTOLD = ("plain", "solid")


def seen_html(seen: Description | None, say: Say) -> str:
    """The sentence in a field, what to do with it, and how sure each part is; "" where there are no words for it."""
    if seen is None or not seen.sentence.strip():
        return ""
    field = attributes(
        {
            "id": "seen",
            "type": "text",
            "value": seen.sentence,
            "maxlength": MOST_TEXT,
            "autocomplete": "off",
            "enterkeyhint": "search",
        }
    )
    use = f'<button type="submit" class="pill small">{esc(say("seen_use"))}</button>'
    only = button(say("seen_only"), 'data-act="only-words"', "link-button")
    return (
        f'<form class="seen" data-act="seen"><label class="label" for="seen">{esc(say("seen"))}</label>'
        f"<input {field}>{use}{only}{_sureness(seen, say)}</form>"
    )


def _sureness(seen: Description, say: Say) -> str:
    found = seen.seen.values
    fine = [name for name in ("subcategory", "category") if found.get(name)][:1]
    shown = [(name, *found[name][0]) for name in (*fine, "color", "material", "pattern") if found.get(name)]
    items = "".join(
        # Nothing that is guessed from a picture is certain.
        f'<li title="{esc(say(f"filter_{name}"))}">{esc(say.word(label))} <small>{min(99, round(100 * sure))}%</small>'
        "</li>"
        for name, label, sure in shown
        if label not in _UNTOLD
    )
    return f'<ul class="sure" aria-label="{esc(say("seen_sure"))}">{items}</ul>' if items else ""
