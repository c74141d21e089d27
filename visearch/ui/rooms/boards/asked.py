"""What a browser says of a board: anything may come, and what does not fit is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlencode

from visearch.shop.board import MOST, MOST_PICTURES, SIZES
from visearch.types import FilterValue
from visearch.ui.rooms.base import text_of
from visearch.ui.state import State

Sent: TypeAlias = Mapping[str, Any]
SEPARATOR = "|"
_LONGEST_ID, _LONGEST_NAME = 200, 80
_FLAGS = ("in_stock", "on_offer")
_TRUE = {"1", "true", "on", "yes"}


@dataclass(frozen=True)
class Board:
    """`photos` are as a state names them; `ids` are what stands on the board, `pins` those of them that stay."""

    name: str = ""
    words: str = ""
    photos: tuple[str, ...] = ()
    category: str = ""
    color: str = ""
    low: str = ""
    high: str = ""
    in_stock: bool = False
    on_offer: bool = False
    k: int = SIZES[0]
    ids: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()
    pruned: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether there is something to make it of."""
        return bool(self.photos or self.words)

    @property
    def filters(self) -> dict[str, FilterValue]:
        """As the engine takes them."""
        chosen: dict[str, FilterValue] = {n: (v,) for n, v in (("category", self.category), ("color", self.color)) if v}
        ends = {name: float(value) for name, value in (("min", self.low), ("max", self.high)) if value}
        flags = {name: True for name in _FLAGS if getattr(self, name)}
        return {**chosen, **({"price": ends} if ends else {}), **flags}

    def link(self) -> str:
        """The query string that opens the same board; no private photo is in it."""
        own = [photo for photo in self.photos if not State.read({"photo": photo}).private]
        pairs = [("room", "boards"), ("part", "mood"), ("name", self.name), ("words", self.words)]
        pairs += [("category", self.category), ("color", self.color), ("min", self.low), ("max", self.high)]
        pairs += [(name, "1" if getattr(self, name) else "") for name in _FLAGS]
        pairs += [("k", "" if self.k == SIZES[0] else str(self.k))]
        pairs += [
            ("photos", SEPARATOR.join(own)),
            ("ids", SEPARATOR.join(self.ids)),
            ("pins", SEPARATOR.join(self.pins)),
        ]
        return f"?{urlencode([(name, value) for name, value in pairs if value], safe='|:/,')}"


def read_board(sent: Sent) -> Board:
    """From a form, a link, or the browser's own script."""
    photos = (State.read({"photo": photo}).photo for photo in listed(sent.get("photos"), 500))
    pins = listed(sent.get("pins"))
    return Board(
        name=text_of(sent, "name", _LONGEST_NAME),
        words=text_of(sent, "words"),
        photos=tuple(dict.fromkeys(photo for photo in photos if photo))[:MOST_PICTURES],
        category=text_of(sent, "category", 200),
        color=text_of(sent, "color", 200),
        low=_amount(sent.get("min")),
        high=_amount(sent.get("max")),
        in_stock=_yes(sent.get("in_stock")),
        on_offer=_yes(sent.get("on_offer")),
        k=next((size for size in SIZES if str(size) == str(sent.get("k"))), SIZES[0]),
        ids=listed(sent.get("ids")),
        pins=pins,
        pruned=tuple(one for one in listed(sent.get("pruned")) if one not in pins),
    )


def listed(value: Any, longest: int = _LONGEST_ID) -> tuple[str, ...]:
    """Each once, from a list or a text with "|" between them."""
    values = value.split(SEPARATOR) if isinstance(value, str) else value if isinstance(value, list) else ()
    kept = (one.strip() for one in values if isinstance(one, str) and len(one) <= longest)
    return tuple(dict.fromkeys(one for one in kept if one))[:MOST]


def _amount(value: Any) -> str:
    try:
        number = float(value) if isinstance(value, (str, int, float)) else -1.0
    except ValueError:
        return ""
    return f"{number:g}" if 0 <= number < 1e9 else ""


def _yes(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.lower() in _TRUE)
