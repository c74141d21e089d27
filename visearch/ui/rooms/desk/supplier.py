"""The supplier desk: a delivery comes in, is checked in the background, and is decided on item by item."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from visearch.catalog import Catalog, open_catalog, sample_folder
from visearch.disk import remove_folder
from visearch.errors import QueryError, VisearchError
from visearch.shop.supplier import Checker
from visearch.shop.supplier_example import example_delivery
from visearch.shop.supplier_work import COLUMNS, Item, SupplierWork, items_of, rows_of
from visearch.ui.rooms import door_html
from visearch.ui.rooms.base import text_of
from visearch.ui.rooms.catalogue.upload import upload_route
from visearch.ui.rooms.desk import supplier_html as html
from visearch.ui.rooms.keeper import Keeper
from visearch.ui.rooms.parts import Part, Reply, Sent, engine_of
from visearch.ui.rooms.saved import HEADERS, saved_csv
from visearch.ui.texts import Say
from visearch.uploads import Uploads

if TYPE_CHECKING:
    from visearch.config import Settings
    from visearch.ui.answer import Lives

SOON_MS = 900
FOLDER = "supplier"
"""The folder below VISEARCH_HOME where deliveries lie while they are checked; nothing of them stays."""


def delivered(name: str, settings: Settings) -> Catalog:
    """A delivery that came through the page: addresses in its table are fetched from the public internet only."""
    # By its own home it is known for an upload, and nothing of it reaches into the network that this runs in.
    return open_catalog(name, settings.with_(home=settings.home / FOLDER), limit=0)


class SupplierDesk:
    """One part of the room. Whatever it does needs the keeper's leave: a delivery is nobody else's business."""

    def __init__(self, live: Lives, settings: Settings, keeper: Keeper) -> None:
        self._live, self._settings, self._keeper = live, settings, keeper
        self._uploads = Uploads(settings.home / FOLDER)
        self.work = SupplierWork()

    def part(self) -> Part:
        """As the room wants it."""
        does = {
            "sup_example": self._example,
            "sup_draft": self._draft,
            "sup_check": self._check,
            "sup_drop": self._drop,
            "sup_stop": self._stop,
            "sup_clear": self._clear,
            "sup_decide": self._decide,
            "sup_clean": self._clean,
            "sup_undo": self._undo,
            "sup_show": self._shown,
            "poll": self._poll,
        }
        return Part("supplier", self._draw, does)

    def routes(self) -> list[Route]:
        """Where files are sent to, and the table of decisions."""
        take = upload_route(self._uploads, self._keeper).endpoint
        return [
            Route("/room/desk/upload/{draft}", take, methods=["POST"]),
            Route("/room/desk/decisions.csv", self._csv),
            Route("/room/desk/item/{number:int}.jpg", self._picture),
        ]

    def _draw(self, sent: Sent, say: Say) -> str:
        door = door_html(self._keeper, sent, say)
        if not self._keeper.holds(sent):
            return f'{html.lead_html(say)}{door}<div id="supplier" hidden></div>'
        return f'<div id="supplier">{self._inside(sent, say)}</div>'

    def _inside(self, sent: Sent, say: Say) -> str:
        delivery = self.work.delivery
        if delivery.state == "idle":
            return f"{html.lead_html(say)}{html.intake_html(say)}"
        return html.delivery_html(delivery, text_of(sent, "kind"), self.work.can_undo, text_of(sent, "key"), say)

    def _reply(self, sent: Sent, say: Say, toast: str = "") -> Reply:
        reply: Reply = {"regions": {"supplier": self._inside(sent, say)}}
        if self.work.delivery.busy:
            reply["again_ms"] = SOON_MS
        return {**reply, "toast": toast} if toast else reply

    def _poll(self, sent: Sent, say: Say) -> Reply:
        if not self._keeper.holds(sent):
            return {"regions": {}}
        return self._reply(sent, say)

    def _shown(self, sent: Sent, say: Say) -> Reply:
        self._keeper.check(sent)
        return self._reply(sent, say)

    # ------------------------------------------------------------------ coming in

    def _example(self, sent: Sent, say: Say) -> Reply:
        self._keeper.check(sent)
        engine = engine_of(self._live)
        is_sample = engine.opened.manifest.catalog["id"] == "sample"
        example = example_delivery(engine, sample_folder() / "queries" if is_sample else None)
        checker = Checker(engine, self._live.detector(), example.without)
        self.work.start(say("dsk_sup_example_name"), checker, lambda: (example.items, len(example.items)), lambda: None)
        return self._reply(sent, say)

    def _draft(self, sent: Sent, say: Say) -> Reply:
        self._keeper.check(sent)
        if self.work.delivery.busy:
            raise VisearchError("A delivery is being checked.", "Wait for it, or stop it first.")
        return {"regions": {}, "draft": self._uploads.begin()}

    def _drop(self, sent: Sent, say: Say) -> Reply:
        self._keeper.check(sent)
        self._uploads.drop(text_of(sent, "draft"))
        return {"regions": {}}

    def _check(self, sent: Sent, say: Say) -> Reply:
        """The files of a draft have arrived: they are read and checked, and then removed."""
        self._keeper.check(sent)
        engine, name = engine_of(self._live), text_of(sent, "title", 60) or say("dsk_part_supplier")
        upload, _ = self._uploads.finish(text_of(sent, "draft"), name)
        folder = self._uploads.folder / upload.name

        def items() -> tuple[Iterable[Item], int]:
            found = delivered(upload.catalog, self._settings)
            return items_of(found), found.info.total or len(list(found))

        try:
            checker = Checker(engine, self._live.detector())
            self.work.start(name, checker, items, lambda: remove_folder(folder))
        except VisearchError:
            remove_folder(folder)
            raise
        return self._reply(sent, say)

    # ------------------------------------------------------------------ deciding

    def _stop(self, sent: Sent, say: Say) -> Reply:
        self._keeper.check(sent)
        self.work.stop()
        return self._reply(sent, say)

    def _clear(self, sent: Sent, say: Say) -> Reply:
        self._keeper.check(sent)
        self.work.clear()
        return self._reply(sent, say)

    def _decide(self, sent: Sent, say: Say) -> Reply:
        self._keeper.check(sent)
        number, told = text_of(sent, "number"), text_of(sent, "decision")
        if not number.isascii() or not number.isdigit() or told not in ("accept", "reject", ""):
            raise QueryError(f"{told!r:.40} for item {number!r:.20} cannot be done.", "Accept or reject an item.")
        self.work.decide(int(number[:6]), told)
        return self._reply(sent, say)

    def _clean(self, sent: Sent, say: Say) -> Reply:
        self._keeper.check(sent)
        return self._reply(sent, say, say("dsk_sup_accepted", n=self.work.accept_clean()))

    def _undo(self, sent: Sent, say: Say) -> Reply:
        self._keeper.check(sent)
        self.work.undo()
        return self._reply(sent, say)

    # ------------------------------------------------------------------ addresses

    def _csv(self, request: Request) -> Response:
        if not self._keeper.holds({"key": request.query_params.get("key")}):
            return Response(status_code=404)
        return saved_csv("decisions.csv", COLUMNS, rows_of(self.work.delivery))

    def _picture(self, request: Request) -> Response:
        items, number = self.work.delivery.items, request.path_params["number"]
        may = self._keeper.holds({"key": request.query_params.get("key")})
        if not may or number >= len(items) or not items[number].picture:
            return Response(status_code=404)
        return Response(items[number].picture, media_type="image/jpeg", headers=HEADERS)
