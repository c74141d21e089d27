"""The room of the catalogue: what answers now, and how to search in something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from visearch.catalog.preview import preview
from visearch.errors import CatalogError, QueryError, VisearchError
from visearch.mappings import read_mapping, record_mapping
from visearch.remote import remove_indexes, store_of
from visearch.ui.markup import esc
from visearch.ui.rooms import Keeper, door_html, head_html, text_of
from visearch.ui.rooms.catalogue import looking, now, offers, own
from visearch.ui.rooms.catalogue.upload import upload_route
from visearch.ui.texts import Say
from visearch.uploads import Uploads

if TYPE_CHECKING:
    from visearch.config import Settings
    from visearch.live import LiveEngine, Status
    from visearch.store import OpenIndex

SOON_MS = 700
Answered = dict[str, Any]


class CatalogueRoom:
    """Shows what answers, and lets who may change it."""

    def __init__(self, live: LiveEngine, settings: Settings, keeper: Keeper) -> None:
        self._live, self._settings, self._keeper = live, settings, keeper
        self._uploads = Uploads(settings.home)
        self._looks: dict[str, Callable[[Mapping[str, Any], Say], Answered]] = {
            "open": self._open,
            "poll": self._poll,
        }
        self._changes: dict[str, Callable[[Mapping[str, Any], Say], Answered]] = {
            "look": self._look,
            "close": self._close,
            "index": self._index,
            "switch": self._switch,
            "undo": self._undo,
            "cancel": self._cancel,
            "draft": self._draft,
            "finish": self._finish,
            "drop": self._drop,
            "remove": self._remove,
        }

    def do(self, what: str, sent: Mapping[str, Any], say: Say) -> Answered:
        """As `Room.do`. Everything but looking at what answers needs the keeper's leave."""
        if what in self._looks:
            return self._looks[what](sent, say)
        if what not in self._changes:
            raise QueryError(f"The room has no {what!r:.40}.", f"It has {', '.join((*self._looks, *self._changes))}.")
        self._keeper.check(sent)
        # Whatever is done meanwhile, what is being prepared is looked at again.
        return {"again_ms": self._pace(), **self._changes[what](sent, say)}

    def routes(self) -> list[Route]:
        """Where a catalogue's files are sent to."""
        return [upload_route(self._uploads, self._keeper)]

    # ------------------------------------------------------------------ what is shown

    def _open(self, sent: Mapping[str, Any], say: Say) -> Answered:
        may = self._keeper.holds(sent)
        regions = self._regions(may, say)
        forms = ""
        if may:
            hub = own.hub_html(self._settings.offline, regions["cat-presets"], say)
            forms = f'<div class="cat-forms">{own.own_html(say)}{hub}</div>'
        whole = (
            f"{head_html('catalogue', say)}{door_html(self._keeper, sent, say)}"
            f'<div id="cat-now">{regions["cat-now"]}</div><div id="cat-progress">{regions["cat-progress"]}</div>'
            '<div id="cat-look"></div><section class="cat-others" aria-labelledby="cat-others-title">'
            f'<h3 id="cat-others-title">{esc(say("cat_others"))}</h3><div id="cat-offers">{regions["cat-offers"]}</div>'
            f"</section>{forms}"
        )
        return self._paced({"room": whole})

    def _poll(self, sent: Mapping[str, Any], say: Say) -> Answered:
        return self._paced(self._regions(self._keeper.holds(sent), say))

    def _regions(self, may: bool, say: Say) -> dict[str, str]:
        """The parts that change while something is prepared."""
        status, opened = self._live.status(), self._opened()
        answers = str(opened.manifest.catalog["id"]) if opened else ""
        model = status.model.name if status.model else ""
        found = [one for one in offers.offers(self._settings, self._uploads, model) if one.catalog != answers]
        here, there = [one for one in found if one.at_hand], [one for one in found if not one.at_hand]
        offline, busy = self._settings.offline, _busy(status)
        return {
            "cat-now": now.now_html(status, opened, may and not busy, say),
            "cat-progress": now.progress_html(status, may, say),
            "cat-offers": offers.offers_html(here, may, offline, busy, say),
            "cat-presets": offers.offers_html(there, may, offline, busy, say) if there and may else "",
        }

    def _paced(self, regions: dict[str, str]) -> Answered:
        return {"regions": regions, "again_ms": self._pace()}

    def _pace(self) -> int | None:
        return SOON_MS if _busy(self._live.status()) else None

    def _opened(self) -> OpenIndex | None:
        try:
            return self._live.engine(wait=False).opened
        except VisearchError:
            return None

    # ------------------------------------------------------------------ looking before indexing

    def _which(self, sent: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
        """(the catalogue's name, what the form calls it) of an upload or a data set of the hub."""
        upload, hub = text_of(sent, "upload"), text_of(sent, "hub", 200)
        if upload:
            return self._uploads.get(upload).catalog, {"upload": upload}
        from visearch.catalog.hub import HubName

        name = hub if hub.startswith("hf:") else f"hf:{hub}"
        HubName.parse(name)
        return name, {"hub": name}

    def _look(self, sent: Mapping[str, Any], say: Say) -> Answered:
        name, which = self._which(sent)
        # Without a choice of one's own, what was chosen the last time.
        mapping = looking.mapping_of(sent) or read_mapping(self._settings.home, name) or None
        looked = preview(name, self._settings, mapping)
        html = looking.look_html(looked, which, _busy(self._live.status()), say)
        return {"regions": {"cat-look": html}, "show": "cat-look-title" if not looking.mapping_of(sent) else ""}

    def _close(self, sent: Mapping[str, Any], say: Say) -> Answered:
        return {"regions": {"cat-look": ""}}

    # ------------------------------------------------------------------ switching

    def _index(self, sent: Mapping[str, Any], say: Say) -> Answered:
        name, _ = self._which(sent)
        mapping = looking.mapping_of(sent)
        looked = preview(name, self._settings, mapping or None)
        if looked.problem:
            raise CatalogError(looked.problem, "Choose another column.")
        # All of it, so that what was shown is what is indexed.
        return self._begun(lambda: self._live.switch(name, None, {**mapping, **looked.mapping}), say)

    def _switch(self, sent: Mapping[str, Any], say: Say) -> Answered:
        status, key = self._live.status(), text_of(sent, "offer")
        model = status.model.name if status.model else ""
        found = next((one for one in offers.offers(self._settings, self._uploads, model) if one.key == key), None)
        if found is None:
            raise CatalogError("This catalogue is no longer there.", "Choose another one.")
        return self._begun(lambda: self._live.switch(found.catalog, found.model), say)

    def _undo(self, sent: Mapping[str, Any], say: Say) -> Answered:
        return self._begun(self._live.undo, say)

    def _cancel(self, sent: Mapping[str, Any], say: Say) -> Answered:
        self._live.cancel()
        return self._poll(sent, say)

    def _begun(self, begin: Callable[[], None], say: Say) -> Answered:
        begin()
        reply = self._paced(self._regions(True, say))
        reply["regions"]["cat-look"] = ""
        return {**reply, "again_ms": SOON_MS, "show": "cat-progress"}

    # ------------------------------------------------------------------ uploads

    def _draft(self, sent: Mapping[str, Any], say: Say) -> Answered:
        return {"draft": self._uploads.begin()}

    def _finish(self, sent: Mapping[str, Any], say: Say) -> Answered:
        title, licence = text_of(sent, "title", 80), text_of(sent, "licence", 80)
        upload, left_out = self._uploads.finish(text_of(sent, "draft"), title, licence)
        try:
            reply = self._look({"upload": upload.name}, say)
        except VisearchError:
            # A table that cannot be read at all is told, and not kept.
            self._uploads.remove(upload.name)
            raise
        regions = {**reply["regions"], "cat-offers": self._regions(True, say)["cat-offers"]}
        told = say("cat_left_out", n=left_out.count, first=left_out.first[0].reason) if left_out.count else ""
        return {**reply, "regions": regions, "toast": told}

    def _drop(self, sent: Mapping[str, Any], say: Say) -> Answered:
        self._uploads.drop(text_of(sent, "draft"))
        return {}

    def _remove(self, sent: Mapping[str, Any], say: Say) -> Answered:
        upload = self._uploads.get(text_of(sent, "upload"))
        opened = self._opened()
        status = self._live.status()
        if (opened and opened.manifest.catalog["id"] == upload.catalog) or _busy(status):
            raise CatalogError("This catalogue answers now, or is being prepared.", "Switch to another one first.")
        self._live.forget(upload.catalog)
        self._uploads.remove(upload.name)
        remove_indexes(store_of(self._settings), upload.catalog)
        record_mapping(self._settings.home, upload.catalog, {})
        reply = self._paced(self._regions(True, say))
        reply["regions"]["cat-look"] = ""
        return {**reply, "toast": say("cat_removed", name=upload.name)}


def _busy(status: Status) -> bool:
    return status.state in ("starting", "indexing", "switching")
