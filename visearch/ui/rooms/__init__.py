"""The rooms beside searching: one server function for all of them, and the door that some things are behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.routing import Route

from visearch.errors import QueryError
from visearch.ui.desk import language_of, told
from visearch.ui.markup import button, esc, icon_text
from visearch.ui.room_names import ROOMS
from visearch.ui.rooms.base import Room, text_of
from visearch.ui.rooms.keeper import VARIABLE, Keeper
from visearch.ui.texts import Say

__all__ = ["ROOMS", "Keeper", "Room", "Rooms", "door_html", "head_html", "text_of"]


class Rooms:
    """Answers the browser for every room. `call` takes and gives JSON and never raises."""

    def __init__(self, rooms: Mapping[str, Room], keeper: Keeper) -> None:
        self._rooms, self._keeper = rooms, keeper

    def call(self, sent: Any) -> dict[str, Any]:
        """{"room", "do", "lang", "key", ...} -> {"regions", "again_ms", "title", ...}, or {"refused", "message"}."""
        say = Say(language_of(sent))
        try:
            return self._answered(sent if isinstance(sent, Mapping) else {}, say)
        except Exception as error:
            return {"refused": True, "message": told(error, say, "room_refused")}

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
