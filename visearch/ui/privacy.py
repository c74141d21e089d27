"""What happens to what visitors give, in plain words, at the foot of every page."""

from __future__ import annotations

from dataclasses import dataclass

from visearch.ui.markup import esc
from visearch.ui.texts import Say

_LINES = ("photo", "place", "address", "words", "browser", "others")


@dataclass(frozen=True)
class Privacy:
    """What is true of this page: whether it is counted what is asked for, and whether people sign in."""

    counts: bool = False
    signs_in: bool = False


def privacy_html(privacy: Privacy, say: Say) -> str:
    """A note that unfolds, and the way out for who signed in."""
    keys = [*_LINES, "counted" if privacy.counts else "uncounted", "cookie" if privacy.signs_in else "no_cookie"]
    lines = "".join(f"<li>{esc(say(f'privacy_{key}'))}</li>" for key in keys)
    out = ""
    if privacy.signs_in:
        leave = f'<button type="submit" class="pill small"><span>{esc(say("sign_out"))}</span></button>'
        out = f'<form method="post" action="logout" data-native>{leave}</form>'
    return f'<details class="privacy"><summary>{esc(say("privacy_title"))}</summary><ul>{lines}</ul></details>{out}'
