"""What one can switch to: the sample, what was uploaded or indexed before, and known data sets of the hub."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from visearch.catalog import HUB_PRESETS, local_path
from visearch.errors import StoreError
from visearch.prepare import FIRST_CATALOG
from visearch.remote import RemoteStore, store_of
from visearch.store import PRODUCTS, Store
from visearch.ui.icons import icon
from visearch.ui.markup import button, esc, thumbnail_url
from visearch.ui.rooms.catalogue.now import built
from visearch.ui.texts import Say
from visearch.uploads import Upload, Uploads

if TYPE_CHECKING:
    from visearch.config import Settings
    from visearch.store import Manifest

SHOWN = 8
"""Cards that are shown at once; the others are folded away."""
PICTURES = 5


@dataclass(frozen=True)
class Offer:
    """One catalogue. `key` is what a browser names it by; `index` is there when it answers at once.

    `upload` is an uploaded one's name; `why` and `licence` come from the preset; `pictures` are a few to know it by.
    """

    catalog: str
    title: str
    index: Manifest | None = None
    upload: str = ""
    why: str = ""
    licence: str = ""
    pictures: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Not the name itself, which may be a path of this machine."""
        return hashlib.sha256(self.catalog.encode()).hexdigest()[:16]

    @property
    def on_hub(self) -> bool:
        """Whether the network is needed to index it."""
        return self.catalog.startswith("hf:")

    @property
    def at_hand(self) -> bool:
        """Whether it is here: the others are known data sets of the hub that were never indexed."""
        return self.index is not None or not self.on_hub

    @property
    def model(self) -> str | None:
        """The model of its index; None leaves the present one."""
        return str(self.index.model["name"]) if self.index else None


def offers(settings: Settings, uploads: Uploads, model: str) -> list[Offer]:
    """All of them: the sample, uploads, other indexes newest first, presets. `model` is preferred among indexes."""
    indexes: dict[str, Manifest] = {}
    store = store_of(settings)
    for manifest in _indexes(store):
        known = indexes.get(str(manifest.catalog["id"]))
        if known is None or (known.model["name"] != model and manifest.model["name"] == model):
            indexes[str(manifest.catalog["id"])] = manifest
    found = {FIRST_CATALOG: _offer(FIRST_CATALOG, indexes)}
    for upload in uploads.list():
        found[upload.catalog] = _of_upload(upload, indexes)
    # What a server holds answers also where its files are not.
    served = isinstance(store, RemoteStore)
    others = (name for name in indexes if served or name.startswith("hf:") or local_path(name) is not None)
    for name in (*others, *(preset.catalog for preset in HUB_PRESETS.values())):
        found.setdefault(name, _offer(name, indexes))
    return [replace(one, pictures=_pictures(store, one.index)) if one.index else one for one in found.values()]


def _indexes(store: Store | RemoteStore) -> list[Manifest]:
    try:
        return store.list()
    except StoreError:
        return []  # a server that does not answer: the page says so already


def _pictures(store: Store | RemoteStore, index: Manifest) -> tuple[str, ...]:
    place = store.place(str(index.catalog["id"]), str(index.model["name"]))
    # On a server only what was opened here has its records here.
    return _first_pictures(place) if place and (place / PRODUCTS).is_file() else ()


@lru_cache(maxsize=256)
def _first_pictures(place: Path) -> tuple[str, ...]:
    """Of its first products; the whole list is not read for that."""
    try:
        with (place / PRODUCTS).open(encoding="utf-8") as lines:
            return tuple(json.loads(line)["pictures"][0] for line in islice(lines, PICTURES))
    except (OSError, ValueError, LookupError, TypeError):
        return ()


def _offer(name: str, indexes: dict[str, Manifest]) -> Offer:
    preset = next((preset for preset in HUB_PRESETS.values() if preset.catalog == name), None)
    index = indexes.get(name)
    title = str(index.catalog.get("title") or "") if index else ""
    if preset is None:
        return Offer(name, title or name, index)
    return Offer(name, title or preset.hub_id, index, why=preset.why, licence=preset.licence)


def _of_upload(upload: Upload, indexes: dict[str, Manifest]) -> Offer:
    return Offer(upload.catalog, upload.name, indexes.get(upload.catalog), upload.name)


def offers_html(found: Iterable[Offer], may: bool, offline: bool, busy: bool, say: Say) -> str:
    """A card each; what needs the hub is there, but not to be had, while offline."""
    cards = [_card(offer, may, offline, busy, say) for offer in found]
    if not cards:
        return f'<p class="quiet">{esc(say("cat_no_offers"))}</p>'
    first, rest = cards[:SHOWN], cards[SHOWN:]
    more = ""
    if rest:
        label = esc(say("show_all", n=len(cards)))
        more = (
            f'<details class="fold" id="cat-more-offers"><summary>{label}</summary>'
            f'<ul class="cat-offers">{"".join(rest)}</ul></details>'
        )
    return f'<ul class="cat-offers">{"".join(first)}</ul>{more}'


def _card(offer: Offer, may: bool, offline: bool, busy: bool, say: Say) -> str:
    title = say("cat_sample") if offer.catalog == FIRST_CATALOG else offer.title
    symbol = "file" if offer.upload else "catalogue"
    images = "".join(
        f'<img src="{thumbnail_url(sha)}" alt="" width="60" height="60" loading="lazy">' for sha in offer.pictures
    )
    strip = f'<div class="cat-strip small" aria-hidden="true">{images}</div>' if images else ""
    about = " · ".join(f"<span>{esc(part)}</span>" for part in _about(offer, say).split(" · "))
    return (
        f'<li class="cat-offer" id="offer-{offer.key}"><div class="cat-offer-head">{icon(symbol)}'
        f"<h4>{esc(title)}</h4>{_badge(offer, offline, say)}</div>{strip}<p>{about}</p>"
        f'<div class="row-actions">{_actions(offer, title, may, offline, busy, say)}</div></li>'
    )


def _badge(offer: Offer, offline: bool, say: Say) -> str:
    if offer.index:
        return f'<span class="badge-soft">{esc(say("cat_ready"))}</span>'
    if offer.on_hub and offline:
        return f'<span class="badge-soft warn">{esc(say("cat_needs_hub"))}</span>'
    return ""


def _about(offer: Offer, say: Say) -> str:
    if offer.index:
        made = built(offer.index.created)[:10]
        return say("cat_indexed", products=f"{offer.index.products:,}", model=offer.index.model["name"], built=made)
    if offer.why:
        return f"{offer.why}. {say('licence', licence=offer.licence or say('cat_licence_none'))}"
    return say("cat_sample_about") if offer.catalog == FIRST_CATALOG else say("cat_not_indexed")


def _actions(offer: Offer, title: str, may: bool, offline: bool, busy: bool, say: Say) -> str:
    if not may or (offer.on_hub and offline and not offer.index):
        return ""
    off = " disabled" if busy else ""
    named = f'aria-label="{esc(say("cat_use_named", name=title))}"'
    told = f'data-do="look" data-upload="{esc(offer.upload)}" {named}' if offer.upload and not offer.index else ""
    told = told or f'data-do="switch" data-offer="{offer.key}" {named}'
    use = button(say("cat_use"), told + off, "pill small")
    if not offer.upload:
        return use
    sure = esc(say("cat_remove_sure", name=title))
    look = ""
    if offer.index:
        look = button(say("cat_look"), f'data-do="look" data-upload="{esc(offer.upload)}"{off}', "pill small")
    remove = f'data-do="remove" data-upload="{esc(offer.upload)}" data-sure="{sure}"{off}'
    return use + look + button(say("cat_remove", name=title), remove, "icon-button", "trash", hide_label=True)
