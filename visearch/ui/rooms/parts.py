"""A room of several parts: the bar that leads to them, and which part answers what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl

from starlette.routing import Route

from visearch.errors import QueryError, VisearchError
from visearch.ui.answer import open_photo
from visearch.ui.markup import notice
from visearch.ui.rooms import head_html
from visearch.ui.rooms.base import text_of
from visearch.ui.rooms.pieces import parts_html
from visearch.ui.state import State
from visearch.ui.texts import Say

if TYPE_CHECKING:
    from PIL import Image

    from visearch.engine import SearchEngine
    from visearch.ui.answer import Lives
    from visearch.ui.photos import Photo, Photos

Sent: TypeAlias = Mapping[str, Any]
Reply: TypeAlias = dict[str, Any]
Act: TypeAlias = Callable[[Sent, Say], Reply]
_MOST_LINKED = 40
MOST_PHOTOS = 8


@dataclass(frozen=True)
class Part:
    """One part: `draw` gives its HTML at first, `does` what it answers then, each with its regions.

    Names in `does` are those of `data-do` in the part's HTML, and no two parts of a room share one.
    """

    name: str
    draw: Callable[[Sent, Say], str]
    does: Mapping[str, Act] = field(default_factory=dict)


class PartsRoom:
    """A room (see visearch.ui.rooms.base.Room) over the engine that answers.

    Texts are `PREFIXparts`, `PREFIXpart_NAME`, `PREFIXwaiting` and `PREFIXwaiting_hint`. What a link to the room says
    beside its name is put among what was sent when the room is opened, `part` too.
    """

    def __init__(
        self, name: str, prefix: str, live: Lives, parts: tuple[Part, ...], routes: tuple[Route, ...] = ()
    ) -> None:
        self._name, self._prefix, self._live = name, prefix, live
        self._parts = {part.name: part for part in parts}
        self._routes = routes
        self._does: dict[str, Act] = {"open": self._open, "show": self._show}
        for part in parts:
            self._does |= part.does

    def do(self, what: str, sent: Sent, say: Say) -> Reply:
        """See visearch.ui.rooms.base.Room."""
        if what not in self._does:
            raise QueryError(f"This room cannot do {what!r:.60}.", f"It does {', '.join(self._does)}.")
        try:
            self._live.engine(wait=False)
        except VisearchError:
            return self._closed(say)
        return self._does[what](sent, say)

    def routes(self) -> list[Route]:
        """Its own addresses."""
        return list(self._routes)

    def _closed(self, say: Say) -> Reply:
        waiting = notice(say(f"{self._prefix}waiting"), say("parts_waiting_hint"))
        return {"regions": {"room": f"{self._head(say)}<div data-waiting>{waiting}</div>"}}

    def _open(self, sent: Sent, say: Say) -> Reply:
        sent = {**linked(sent), **sent}
        part = self._part(sent)
        html = (
            f'{self._head(say)}<div id="{self._name}-nav">{self._nav(part, say)}</div>'
            f'<div id="{self._name}-body">{self._body(part, sent, say)}</div>'
        )
        return {"regions": {"room": html}, "part": part}

    def _show(self, sent: Sent, say: Say) -> Reply:
        part = self._part(sent)
        regions = {f"{self._name}-nav": self._nav(part, say), f"{self._name}-body": self._body(part, sent, say)}
        return {"regions": regions, "part": part}

    def _head(self, say: Say) -> str:
        return head_html(self._name, say)

    def _nav(self, part: str, say: Say) -> str:
        return parts_html(tuple(self._parts), part, self._prefix, say)

    def _body(self, part: str, sent: Sent, say: Say) -> str:
        return f'<div class="part-body" data-part="{part}">{self._parts[part].draw(sent, say)}</div>'

    def _part(self, sent: Sent) -> str:
        part = text_of(sent, "part")
        return part if part in self._parts else next(iter(self._parts))


def linked(sent: Sent) -> dict[str, str]:
    """What a link says, by name; of a name that is there twice the last."""
    search = text_of(sent, "link", 4000)
    try:
        return dict(parse_qsl(search.lstrip("?"), max_num_fields=_MOST_LINKED))
    except ValueError:
        return {}


def addresses_of(sent: Any) -> tuple[str, ...]:
    """The photos that were sent, or stand in the link, by an https address: at most MOST_PHOTOS.

    They are fetched before a turn is taken, as nobody shall wait for somebody's slow host.
    """
    told = sent if isinstance(sent, Mapping) else {}
    found: list[Any] = []
    for source in (told, linked(told)):
        for name in ("photo", "photos"):
            value = source.get(name)
            found += value if isinstance(value, list) else value.split("|") if isinstance(value, str) else []
    photos = (State.read({"photo": one}).photo for one in found)
    return tuple(dict.fromkeys(one for one in photos if one.startswith("https://")))[:MOST_PHOTOS]


def photo_of(live: Lives, photos: Photos, sent: Sent, name: str = "photo") -> tuple[Photo, Image.Image] | None:
    """The photo that was sent by a key, an example's number or an address, and its pixels; None without one.

    Raises PictureError for one that cannot be had, ForgottenError where the page shall send it again.
    """
    key = State.read({"photo": sent.get(name)}).photo
    if not key:
        return None
    photo = open_photo(live, photos, key)
    return photo, photos.image(photo)


def engine_of(live: Lives) -> SearchEngine:
    """What answers now. Raises VisearchError when nothing does."""
    return live.engine(wait=False)
