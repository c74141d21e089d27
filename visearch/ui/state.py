"""The state of the page: one value that the browser sends, a link restores and every view is drawn from."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote, urlencode

from visearch.errors import QueryError
from visearch.filters import TEXT_FIELDS, parse_value
from visearch.types import RANKERS, SORTS, FilterValue

PAGE_SIZE = 24
MOST_SHOWN = 480
COMPARED = 3
MOST_SAVED = 100
VIEWS = ("", "look", "saved", "compare")
LIST_FIELDS = tuple(name for name in TEXT_FIELDS if name != "currency")
RANGE_FIELDS = ("price", "rating")
FLAGS = ("in_stock", "on_offer")
LANGUAGES = ("en", "zh")
MOST_TEXT = 400
_LONGEST_AREA = 100
_MOST_IDS, _MOST_VALUES, _MOST_TERMS, _MOST_PARTS = 12, 60, 24, 200
_AREA = re.compile(r"[01](\.[0-9]+)?(,[01](\.[0-9]+)?){3}")
_NUMBER = re.compile(r"[1-9][0-9]?")

Filters: TypeAlias = Mapping[str, FilterValue]


@dataclass(frozen=True)
class State:
    """What is asked and what is open.

    `photo` is a private photo's token, `example:N` or an https address; `box` is "" (the best one), "whole", the
    number of a detected box from 1, or `x0,y0,x1,y1` as shares of the photo's sides. `share` is the share of the words
    beside a photo. `like` is a product that stands in for a photo, `more` and `less` are products that results
    shall be like and unlike. `product` is open in the panel, `compare` are picked for comparison. `saved` are the
    favourites that the browser keeps; they are sent only for the view that shows them. `shown` is how many results.
    `ignore` are keys of terms that shall be plain words again, for as long as the words stay; `ranker` one of RANKERS.
    """

    text: str = ""
    ignore: tuple[str, ...] = ()
    photo: str = ""
    box: str = ""
    share: float = 0.5
    like: str = ""
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    filters: Filters = field(default_factory=dict)
    sort: str = "match"
    ranker: str = "hybrid"
    shown: int = PAGE_SIZE
    product: str = ""
    compare: tuple[str, ...] = ()
    view: str = ""
    saved: tuple[str, ...] = ()
    lang: str = "en"

    @property
    def anything(self) -> bool:
        """False when the catalogue is only looked around in."""
        return bool(self.text.strip() or self.photo or self.like or self.more)

    @property
    def rankers(self) -> tuple[str, ...]:
        """The ways to rank that this question leaves; none where there is nothing to choose."""
        if self.like or self.view in ("look", "saved"):
            return ()
        if self.photo:
            return ("hybrid", "caption")
        return tuple(name for name in RANKERS if name != "caption") if self.text.strip() else ()

    @property
    def private(self) -> bool:
        """Whether the photo is the visitor's own, which no link may carry."""
        return bool(self.photo) and not self.photo.startswith(("example:", "https://"))

    @classmethod
    def read(cls, sent: Any) -> State:
        """From what a browser sent: anything may come, so whatever does not fit is left out."""
        values = sent if isinstance(sent, Mapping) else {}
        text = _text(values.get("text"))
        return cls(
            text=text,
            ignore=_ids(values.get("ignore"), _MOST_TERMS) if text else (),
            photo=_photo(values.get("photo")),
            box=_box(values.get("box")),
            share=_share(values.get("share")),
            like=_text(values.get("like")),
            more=_ids(values.get("more"), _MOST_IDS),
            less=_ids(values.get("less"), _MOST_IDS),
            filters=_filters(values.get("filters")),
            sort=_one_of(values.get("sort"), SORTS, "match"),
            ranker=_one_of(values.get("ranker"), RANKERS, "hybrid"),
            shown=_shown(values.get("shown")),
            product=_text(values.get("product")),
            compare=_ids(values.get("compare"), COMPARED),
            view=_one_of(values.get("view"), VIEWS, ""),
            saved=_ids(values.get("saved"), MOST_SAVED),
            lang=_one_of(values.get("lang"), LANGUAGES, "en"),
        )

    @classmethod
    def from_link(cls, search: Any, lang: str = "en") -> State:
        """From the query string of a link; unknown parts are left alone."""
        pairs = _pairs(search) if isinstance(search, str) else []
        values: dict[str, Any] = {"lang": lang, "filters": {}}
        for name, value in pairs:
            if name in LIST_FIELDS:
                values["filters"].setdefault(name, []).append(value)
            elif name in RANGE_FIELDS or name in FLAGS:
                values["filters"][name] = value
            elif name in ("more", "less", "compare"):
                values[name] = value.split(",")
            elif name == "plain":
                values["ignore"] = [unquote(key) for key in value.split(",")]
            else:
                values[_NAMES.get(name, name)] = value
        values.pop("saved", None)
        return cls.read(values)

    def link(self) -> str:
        """The query string of this state, readable, without a private photo; "" for the first page."""
        pairs: list[tuple[str, str]] = []
        for name, value, unset in self._plain():
            if value != unset:
                pairs.append((name, str(value)))
        for name, values in (("more", self.more), ("less", self.less), ("compare", self.compare)):
            if values:
                pairs.append((name, ",".join(values)))
        if self.ignore:
            # A key may hold a comma, as the catalogue's own labels do.
            pairs.append(("plain", ",".join(key.replace("%", "%25").replace(",", "%2C") for key in self.ignore)))
        for name, wanted in self.filters.items():
            pairs += [(name, value) for value in _written(wanted)]
        return f"?{urlencode(pairs, safe=',:/')}" if pairs else ""

    def _plain(self) -> list[tuple[str, object, object]]:
        """(name in the link, value, what it is when it is left out)."""
        photo = "" if self.private else self.photo
        return [
            ("q", self.text, ""),
            ("photo", photo, ""),
            ("box", self.box if photo else "", ""),
            ("words", f"{self.share:g}" if (photo or self.like) and self.text else "0.5", "0.5"),
            ("like", self.like, ""),
            ("sort", self.sort, "match"),
            ("by", self.ranker, "hybrid"),
            ("shown", self.shown, PAGE_SIZE),
            ("product", self.product, ""),
            ("view", "" if self.view == "look" and not photo else self.view, ""),
        ]

    def to_json(self) -> dict[str, Any]:
        """What `read` takes: the browser keeps it and sends it back."""
        return {
            "text": self.text,
            "ignore": list(self.ignore),
            "photo": self.photo,
            "box": self.box,
            "share": self.share,
            "like": self.like,
            "more": list(self.more),
            "less": list(self.less),
            "filters": {name: list(v) if isinstance(v, tuple) else v for name, v in self.filters.items()},
            "sort": self.sort,
            "ranker": self.ranker,
            "shown": self.shown,
            "product": self.product,
            "compare": list(self.compare),
            "view": self.view,
            "lang": self.lang,
        }


_NAMES = {"q": "text", "words": "share", "by": "ranker"}


def whole(text: str) -> str:
    """The text with "?" for every half of a character, which JSON can carry and nothing else can."""
    return text.encode(errors="replace").decode()


def _pairs(search: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(search.lstrip("?"), max_num_fields=_MOST_PARTS)
    except ValueError:
        # No link of ours has so many parts.
        return []


def _text(value: Any) -> str:
    return whole(" ".join(value.split())[:MOST_TEXT]) if isinstance(value, str) else ""


def _photo(value: Any) -> str:
    text = whole(value.strip()) if isinstance(value, str) else ""
    known = text.startswith("https://") or re.fullmatch(r"example:\d{1,3}|[\w-]{20,64}", text)
    return text if known and len(text) <= 2000 else ""


def _box(value: Any) -> str:
    text = value if isinstance(value, str) else str(value) if isinstance(value, int) and 0 < value < 100 else ""
    if text == "whole" or _NUMBER.fullmatch(text):
        return text
    if len(text) > _LONGEST_AREA or not _AREA.fullmatch(text):
        return ""
    x0, y0, x1, y1 = (float(part) for part in text.split(","))
    return text if x0 < x1 <= 1 and y0 < y1 <= 1 else ""


def _share(value: Any) -> float:
    number = _number(value)
    return 0.5 if number is None else min(1.0, max(0.0, number))


def _shown(value: Any) -> int:
    number = _number(value)
    return PAGE_SIZE if number is None else int(min(MOST_SHOWN, max(PAGE_SIZE, number)))


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _ids(value: Any, most: int) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        return ()
    return tuple(dict.fromkeys(text for item in value if (text := _text(item))))[:most]


def _one_of(value: Any, allowed: Sequence[str], otherwise: str) -> str:
    return value if isinstance(value, str) and value in allowed else otherwise


def _filters(value: Any) -> dict[str, FilterValue]:
    sent = value if isinstance(value, Mapping) else {}
    filters: dict[str, FilterValue] = {}
    for name in LIST_FIELDS:
        wanted = sent.get(name)
        values = _ids([wanted] if isinstance(wanted, str) else wanted, _MOST_VALUES)
        if values:
            filters[name] = values
    for name in RANGE_FIELDS:
        ends = _range(sent.get(name))
        if ends:
            filters[name] = ends
    return filters | {name: True for name in FLAGS if str(sent.get(name)).lower() in ("true", "yes", "1")}


def _range(value: Any) -> dict[str, float]:
    try:
        read = parse_value(value) if isinstance(value, (str, Mapping)) else {}
    except QueryError:
        return {}
    if not isinstance(read, Mapping):
        return {}
    ends = {end: number for end in ("min", "max") if (number := _number(read.get(end))) is not None}
    # Whoever writes the greater number first means the same range.
    return dict(zip(("min", "max"), sorted(ends.values()), strict=True)) if len(ends) == 2 else ends


def _written(value: FilterValue) -> list[str]:
    if isinstance(value, Mapping):
        low, high = value.get("min"), value.get("max")
        return [f"{'' if low is None else f'{low:g}'}..{'' if high is None else f'{high:g}'}"]
    return [str(v) for v in value] if isinstance(value, tuple) else ["yes"]
