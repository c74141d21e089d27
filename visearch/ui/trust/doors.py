"""The addresses that there are. Gradio has many more, for parts that this page does not have: those are closed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from visearch.images import MAX_BYTES

_API = "/gradio_api"
SMALL_BODY = 256 * 1024
# A data URI is a third larger than the photo in it.
PHOTO_BODY = MAX_BYTES * 4 // 3 + SMALL_BODY


@dataclass(frozen=True)
class Door:
    """What of one kind of address is let in. `most` are bytes of a body; None for doors that measure by themselves.

    `counts` is whether a request counts as one of a visitor's.
    """

    pattern: re.Pattern[str]
    methods: frozenset[str]
    most: int | None = 0
    counts: bool = False


def _door(pattern: str, methods: str = "GET", most: int | None = 0, counts: bool = False) -> Door:
    allowed = frozenset(methods.split()) | ({"HEAD"} if "GET" in methods else set())
    return Door(re.compile(pattern), frozenset(allowed), most, counts)


_NAME = r"[A-Za-z0-9_-]{1,64}"
PUBLIC = (
    "search|detect|similar|product|catalog|related|for_you|offers|reviews|board|marks|campaigns|identify|shelf|supplier"
)
"""The functions that programs may call."""
DOORS = (
    # the page, its files and pictures
    _door(r"/"),
    _door(r"/(assets|static|svelte)/[\w./@+-]+"),
    _door(r"/(favicon\.ico|robots\.txt|manifest\.json|theme\.css|pwa_icon(/\d+)?|config/?)"),
    _door(r"/(thumbs|examples|photos|page|heat|room)(/[^\x00-\x1f\\]*)?"),
    # for whatever watches over the app
    _door(r"/(health|ready|metrics)"),
    # what takes a body and measures it while it comes
    _door(r"/photos", "POST", None),
    _door(r"/room/[\w/.-]+", "POST PUT DELETE", None),
    # Gradio's own: what the page's script calls, and the public functions
    _door(rf"{_API}/component_server/?", "POST", SMALL_BODY),
    _door(rf"{_API}/(queue/join|(call|call/v2|run|api)/({PUBLIC}))/?", "POST", PHOTO_BODY, counts=True),
    _door(rf"{_API}/(queue/data|call(/v2)?/({PUBLIC})/{_NAME}|heartbeat/{_NAME})"),
    # agents: MCP over streamable HTTP, the list of its tools, and how to use all this
    _door(rf"{_API}/mcp/?", "POST", PHOTO_BODY, counts=True),
    _door(rf"{_API}/mcp(/|/schema)?", "GET DELETE"),
    _door(r"/agents\.md"),
    _door(rf"{_API}/(cancel|reset/?)", "POST", SMALL_BODY),
    _door(rf"{_API}/(info/?|openapi\.json|startup-events|theme\.css|app_id/?|user/?|token/?|login_check/?)"),
)


def door_of(path: str, method: str) -> Door | None:
    """The door for a request, or None where there is none. `path` is decoded, as ASGI gives it."""
    if ".." in path or "//" in path:
        return None
    return next((door for door in DOORS if method in door.methods and door.pattern.fullmatch(path)), None)
