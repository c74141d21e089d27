"""The page as a whole: one HTML island whose script calls the desk, the public functions, and how it is served."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import gradio as gr
from starlette.middleware import Middleware

from visearch.errors import VisearchError
from visearch.heap import few_arenas
from visearch.images import MAX_BYTES
from visearch.ops.asked import PAGE, REFUSED, question
from visearch.ops.logs import adopt_server, within
from visearch.passwords import VARIABLE, Accounts
from visearch.ui import icons, mcp
from visearch.ui.agents import HANDLERS, agent_routes
from visearch.ui.api import add_api
from visearch.ui.desk import Desk, language_of, refusal
from visearch.ui.files import routes
from visearch.ui.form import frame_html
from visearch.ui.incoming import photo_route
from visearch.ui.markup import attributes
from visearch.ui.photos import Photos
from visearch.ui.privacy import Privacy
from visearch.ui.rooms import ROOMS, Keeper, Rooms
from visearch.ui.rooms.boards import boards_room
from visearch.ui.rooms.catalogue import CatalogueRoom
from visearch.ui.rooms.desk import desk_room
from visearch.ui.rooms.discover import discover_room
from visearch.ui.rooms.insights import InsightsRoom
from visearch.ui.rooms.insights.office import Office
from visearch.ui.rooms.parts import addresses_of
from visearch.ui.state import FLAGS, LIST_FIELDS, RANGE_FIELDS
from visearch.ui.static import static_url
from visearch.ui.texts import Say
from visearch.ui.theme import theme
from visearch.ui.trust.blocks import Blocks
from visearch.ui.trust.guard import Guard, Rules
from visearch.ui.trust.headers import frames_of
from visearch.ui.trust.sessions import Sessions
from visearch.ui.trust.visitors import Visitors, asking, request_of
from visearch.ui.watched import Watched

if TYPE_CHECKING:
    from visearch.config import Settings
    from visearch.live import LiveEngine

# The script is a module of its own; `server` exists only in here. The address is made from the page's,
# because code that gr.HTML runs has no address to be relative to.
_START = """
const root = element.querySelector('#visearch');
// Before anything is drawn, so that the room is kept that the answer will take.
const asked = new URLSearchParams(location.search);
root.toggleAttribute('data-asked', asked.has('q'));
root.toggleAttribute('data-limited', FIELDS.some((name) => asked.has(name)));
if (root.dataset.rooms.split(' ').includes(asked.get('room'))) root.dataset.room = asked.get('room');
import(new URL(root.dataset.script, document.baseURI).href).then((module) => module.start(root, server));
""".replace("FIELDS", json.dumps([*LIST_FIELDS, *RANGE_FIELDS, *FLAGS]))

_SHOP_ROOMS = {"discover": discover_room, "boards": boards_room, "desk": desk_room}
"""Rooms whose every answer is a question to the engine: they wait for their turn like a search."""
ROOM_COST = 0.2
"""What a click in another room counts as a question of a visitor: rooms also ask how far something is."""
MOST_QUEUED = 64
"""Calls of the HTTP functions that may wait; more are told at once that the queue is full."""
MOST_SESSIONS = 2000


def at_a_time() -> int:
    """Searches side by side: two a core, as those that come together go through the encoder together."""
    return max(2, min(16, 2 * (os.cpu_count() or 1)))


def build_app(live: LiveEngine, settings: Settings, photos: Photos | None = None) -> gr.Blocks:
    """The page over `live`. Nothing is loaded and nothing starts: `launch` does that."""
    photos = Photos() if photos is None else photos
    office = Office(live, settings)
    visitors = Visitors(at_a_time())
    privacy = Privacy(settings.demand, bool(os.environ.get(VARIABLE, "").strip()))
    desk = Desk(live, photos, office.watch, visitors, privacy)
    rooms = _rooms(live, settings, photos, office)
    say = Say()
    with Blocks(title=say("app"), analytics_enabled=False, fill_width=True) as demo:
        add_api(live, visitors)
        gr.HTML(
            frame_html(say, _places()),
            elem_id="page",
            apply_default_css=False,
            js_on_load=_START,
            server_functions=_calls(desk, rooms, visitors, photos),
        )
    demo.photos, demo.rooms, demo.desk, demo.visitors = photos, rooms, desk, visitors
    return demo


def _rooms(live: LiveEngine, settings: Settings, photos: Photos, office: Office) -> Rooms:
    """The rooms beside searching; each name is in ROOMS too, which the masthead shows."""
    keeper = Keeper.from_env()
    insights = InsightsRoom(office, keeper, photos)
    shop = {name: room(live, settings, photos, keeper) for name, room in _SHOP_ROOMS.items()}
    return Rooms(
        {**shop, "catalogue": CatalogueRoom(live, settings, keeper), "insights": insights},
        keeper,
        settings.home if settings.home.name else None,
    )


def _calls(desk: Desk, rooms: Rooms, visitors: Visitors, photos: Photos) -> list[Callable[[Any], dict[str, Any]]]:
    """The desk's and the rooms' methods as plain functions: Gradio marks what it may call, which methods cannot be."""

    def ask(sent: Any = None, request: gr.Request | None = None) -> dict[str, Any]:
        with within(request_of(request)):
            return desk.ask(sent, counted=_lets_count(request), visitor=asking(request))

    def poll(sent: Any = None) -> dict[str, Any]:
        return desk.poll(sent)

    def suggest(sent: Any = None, request: gr.Request | None = None) -> dict[str, Any]:
        return desk.suggest(sent, asking(request))

    def room(sent: Any = None, request: gr.Request | None = None) -> dict[str, Any]:
        with within(request_of(request)):
            return in_room(sent, request)

    def in_room(sent: Any, request: gr.Request | None) -> dict[str, Any]:
        who, asks = asking(request), isinstance(sent, dict) and sent.get("room") in _SHOP_ROOMS
        try:
            if not asks or sent.get("do") == "poll":
                visitors.allow(who, ROOM_COST)
                return rooms.call(sent)
            visitors.allow(who)
            for address in addresses_of(sent):
                photos.fetched(address)
            with question(PAGE, sent["room"]) as asked, visitors.turn(who):
                reply = rooms.call(sent)
                asked.status = REFUSED if reply.get("refused") else asked.status
                return reply
        except VisearchError as error:
            return refusal(error, Say(language_of(sent)), "room_refused")

    return [ask, poll, suggest, room]


def _lets_count(request: gr.Request | None) -> bool:
    """False for who sent Do Not Track or Global Privacy Control: that is no part of any count."""
    headers = request.headers if request is not None else {}
    return headers.get("dnt") != "1" and headers.get("sec-gpc") != "1"


def _places() -> str:
    """What the script must know: where its files are, the largest photo, and the Space that it stands in."""
    return attributes(
        {
            "data-script": static_url("main.js"),
            "data-most-mb": MAX_BYTES >> 20,
            "data-rooms": " ".join(ROOMS),
            "data-space": os.environ.get("SPACE_ID", ""),
        }
    )


def _head() -> str:
    icon = quote(icons.LOGO.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    sheets = "".join(
        f'<link rel="stylesheet" href="{static_url(name)}">'
        for name in ("page.css", "question.css", "words.css", "results.css", "dialogs.css")
    )
    # Asked for at once, so that the text is not set twice.
    font = "static/fonts/IBMPlexSans/IBMPlexSans-Regular.woff2"
    preload = f'<link rel="preload" as="font" type="font/woff2" crossorigin href="{font}">'
    return (
        f'{preload}<meta name="color-scheme" content="light dark">'
        '<meta name="description" content="Find products by photo, by words, or both.">'
        f'<link rel="icon" type="image/svg+xml" href="data:image/svg+xml,{icon}">{sheets}'
    )


def _rules(visitors: Visitors) -> Rules:
    """What the guard goes by, from the environment. Raises VisearchError for a VISEARCH_AUTH that cannot be read."""
    space, accounts = os.environ.get("SPACE_ID", ""), Accounts.read(os.environ.get(VARIABLE, ""))
    sessions = Sessions(accounts, bool(space)) if accounts else None
    return Rules(visitors, sessions, frames_of(space, os.environ.get("VISEARCH_FRAMES", "")), bool(space))


def _served(demo: gr.Blocks, live: LiveEngine) -> dict[str, Any]:
    """What Gradio's server gets of ours: addresses, which come before its own, the guard, and answers to bad calls."""
    rules = _rules(demo.visitors)
    return {
        "routes": [
            photo_route(demo.desk),
            *routes(live, demo.photos, demo.visitors),
            *demo.rooms.routes(),
            *Watched(live, demo).routes(),
            *agent_routes(demo, live, rules.sessions is not None),
        ],
        "middleware": [Middleware(Guard, rules)],
        "exception_handlers": HANDLERS,
    }


def launch(demo: gr.Blocks, live: LiveEngine, settings: Settings, **kwargs: Any) -> None:
    """Serves the page, then starts `live`; returns when the server ends.

    `kwargs` go to `gr.Blocks.launch`. Raises VisearchError when the port is taken.
    """
    block = not kwargs.pop("prevent_thread_lock", False)
    few_arenas()
    options: dict[str, Any] = {
        "theme": theme(),
        "head": _head(),
        "footer_links": [],
        "run_history": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        "state_session_capacity": MOST_SESSIONS,
        "mcp_server": mcp.wanted(),
        "app_kwargs": _served(demo, live),
        **kwargs,
    }
    demo.queue(max_size=MOST_QUEUED, api_open=True)
    demo.bound_memory()
    try:
        demo.launch(prevent_thread_lock=True, **options)
    except OSError as error:
        port = kwargs.get("server_port") or os.environ.get("GRADIO_SERVER_PORT", "7860-7959")
        raise VisearchError(
            f"The page cannot be served on port {port}: it is taken.",
            "Stop the other program, or choose another port with GRADIO_SERVER_PORT.",
        ) from error
    adopt_server()
    # Only now, so that loading weights does not hold up the first page.
    live.start()
    if block:
        demo.block_thread()
