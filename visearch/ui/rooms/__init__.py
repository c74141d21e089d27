"""The rooms beside searching: one server function for all of them, and the door that some things are behind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.routing import Route

from visearch.audit import PAGE, record
from visearch.errors import QueryError, VisearchError
from visearch.ui.desk import language_of, refusal
from visearch.ui.markup import button, esc, icon_text
from visearch.ui.room_names import ROOMS
from visearch.ui.rooms.base import Room, text_of
from visearch.ui.rooms.keeper import VARIABLE, Keeper
from visearch.ui.texts import Say

__all__ = ["ROOMS", "Keeper", "Room", "Rooms", "door_html", "head_html", "text_of"]


ACTS = {
    "catalogue": {"index", "switch", "undo", "cancel", "finish", "remove", "unlock"},
    "insights": {"run", "stop", "forget", "unlock"},
    "boards": {"camp_save", "camp_load", "camp_remove", "camp_reset", "unlock"},
}
"""What changes something, and is written down."""


class Rooms:
    """Answers the browser for every room. `call` takes and gives JSON and never raises.

    Administrative acts go into the audit log of `home`, where one is given.
    """

    def __init__(self, rooms: Mapping[str, Room], keeper: Keeper, home: Path | None = None) -> None:
        self._rooms, self._keeper, self._home = rooms, keeper, home

    def call(self, sent: Any) -> dict[str, Any]:
        """{"room", "do", "lang", "key", ...} -> {"regions", "again_ms", "title", ...}, or {"refused", "message"}."""
        say = Say(language_of(sent))
        asked = sent if isinstance(sent, Mapping) else {}
        try:
            reply = self._answered(asked, say)
            self._note(asked, "begun")
        except Exception as error:
            self._note(asked, "refused" if isinstance(error, VisearchError) else "failed")
            reply = refusal(error, say, "room_refused")
            return {**reply, "message": self._placeless(reply["message"])}
        return {**reply, "regions": {name: self._placeless(html) for name, html in reply["regions"].items()}}

    def _placeless(self, html: str) -> str:
        """Without where on this machine our files lie: a room may be looked at by everybody."""
        return html.replace(esc(self._home), "VISEARCH_HOME") if self._home is not None else html

    def _note(self, sent: Mapping[str, Any], outcome: str) -> None:
        room, what = text_of(sent, "room"), text_of(sent, "do")
        if self._home is None or what not in ACTS.get(room, ()):
            return
        named = (text_of(sent, field) for field in ("upload", "hub", "title", "name", "offer"))
        record(self._home, f"{room} {what}", outcome, PAGE, next((name for name in named if name), ""))

    def _answered(self, sent: Mapping[str, Any], say: Say) -> dict[str, Any]:
        name = text_of(sent, "room")
        room = self._rooms.get(name)
        if room is None:
            raise QueryError(f"There is no room {name!r:.60}.", f"The rooms are {', '.join(self._rooms)}.")
        what = text_of(sent, "do") or "open"
        more: dict[str, Any] = {}
        if what == "unlock":
            more["key"] = self._keeper.unlock(sent.get("token"))
            sent, what = {**sent, **more}, "open"
        reply = room.do(what, sent, say)
        title = f"{say(f'room_{name}')} · {say('app')}"
        return {"regions": {}, "again_ms": None, "title": title, **reply, **more}

    def routes(self) -> list[Route]:
        """The addresses of all rooms, for Gradio's server."""
        return [route for room in self._rooms.values() for route in room.routes()]


def head_html(name: str, say: Say) -> str:
    """The top of a room: its name, what it is for, and the way back."""
    back = button(say("room_back"), 'data-act="leave"', "pill small", "back")
    return (
        f'<div class="room-head"><div><h2 id="room-title" tabindex="-1">{esc(say(f"room_{name}"))}</h2>'
        f"<p>{esc(say(f'room_{name}_hint'))}</p></div>{back}</div>"
    )


def door_html(keeper: Keeper, sent: Mapping[str, Any], say: Say) -> str:
    """What stands before the things that not everybody may do; empty for who may."""
    if keeper.holds(sent):
        return ""
    if keeper.state == "locked":
        told_ = esc(say("door_locked", token=VARIABLE))
        return f'<div class="door">{icon_text("lock", say("door_title"))}<p>{told_}</p></div>'
    return (
        f'<form class="door" data-do="unlock">{icon_text("lock", say("door_title"))}<p>{esc(say("door_token"))}</p>'
        f'<div class="door-line"><label class="sr" for="owner-token">{esc(say("door_label"))}</label>'
        f'<input id="owner-token" name="token" type="password" autocomplete="current-password" required '
        f'placeholder="{esc(say("door_label"))}">'
        f'<button type="submit" class="pill primary"><span>{esc(say("door_open"))}</span></button></div></form>'
    )
