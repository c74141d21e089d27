"""The mood board: pictures and words come in, a shortlist goes out, as cards, CSV and contact sheet."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from visearch.errors import QueryError, VisearchError
from visearch.shop.board import Pick, Wish, shortlist
from visearch.shop.board_rows import HEAD, board_rows
from visearch.shop.sheet import Sheet, contact_sheet
from visearch.shop.sheet_fonts import fonts
from visearch.ui.markup import money
from visearch.ui.minis import products_of
from visearch.ui.photos import ForgottenError
from visearch.ui.rooms.boards.asked import Board, listed, read_board
from visearch.ui.rooms.boards.mood_html import Shown, form_html, mood_html, picks_html
from visearch.ui.rooms.parts import Part, Reply, Sent, engine_of, photo_of
from visearch.ui.rooms.saved import saved, saved_csv
from visearch.ui.texts import LANGUAGE_TAGS, Say

if TYPE_CHECKING:
    from visearch.types import Product
    from visearch.ui.answer import Lives
    from visearch.ui.photos import Photos

EXAMPLES = ("living-1.jpg", "desk-1.jpg", "kitchen-1.jpg", "vanity-1.jpg", "kids-1.jpg")
BASE = "/room/boards"
SHEETS_AT_A_TIME = 2
_PATIENCE_S = 10.0


class Mood:
    """Answers the part `mood`; what a visitor's board is lives in the browser."""

    def __init__(self, live: Lives, photos: Photos) -> None:
        self._live, self._photos = live, photos
        self._sheets = threading.BoundedSemaphore(SHEETS_AT_A_TIME)

    def part(self) -> Part:
        """For the room."""
        return Part("mood", self.draw, {"board_make": self.make, "board_cards": self.cards})

    def draw(self, sent: Sent, say: Say) -> str:
        """The form, and what stands on the board: what a link or the browser names, else what its question gives."""
        board = read_board(sent)
        shown, _ = self._opened(board)
        engine = engine_of(self._live)
        if board.ids or not board.asks:
            picks = [_plain(product, board) for product in self._named(board.ids)]
        else:
            # A part that is drawn never fails: what is wrong is told when the board is asked for.
            try:
                picks = self._made(board, shown)
            except VisearchError:
                picks = []
        examples = self._live.examples().named(*EXAMPLES)
        body = f'<div id="board-mood">{mood_html(shown, picks, say)}</div>'
        cards = f'<div id="board-picks">{picks_html(picks, shown, board, say)}</div>'
        return form_html(board, engine.facets(), examples, body, say) + cards

    def make(self, sent: Sent, say: Say) -> Reply:
        """The board anew: what is pinned stays and leads. With `lenient`, photos that are gone are left out."""
        board = read_board(sent)
        shown, gone = self._opened(board, strict=sent.get("lenient") is not True)
        if gone and not (shown or board.words):
            raise QueryError(
                "The mood pictures are no longer on the server.",
                "Add them again: they are kept for ten minutes.",
                "forgotten",
            )
        picks = self._made(board, shown)
        regions = {"board-mood": mood_html(shown, picks, say), "board-picks": picks_html(picks, shown, board, say)}
        return {"regions": regions, "toast": say("brd_gone", n=gone) if gone else ""}

    def cards(self, sent: Sent, say: Say) -> Reply:
        """The products of these ids, in their order."""
        board = read_board(sent)
        shown, _ = self._opened(board)
        picks = [_plain(product, board) for product in self._named(board.ids)]
        return {"regions": {"board-picks": picks_html(picks, shown, board, say)}}

    def _made(self, board: Board, shown: Sequence[Shown]) -> list[Pick]:
        engine = engine_of(self._live)
        known = {product.id for product in engine.opened.products}
        pins = tuple(one for one in board.pins if one in known)
        images = tuple(self._photos.image(one.photo) for one in shown)
        wish = Wish(images, board.words, board.filters, board.k, pins, board.pruned)
        return list(shortlist(engine, self._live.detector(), wish).picks)

    def _opened(self, board: Board, strict: bool = False) -> tuple[list[Shown], int]:
        """The mood pictures that are still kept, and how many are not."""
        shown, gone = [], 0
        for key in board.photos:
            try:
                found = photo_of(self._live, self._photos, {"photo": key})
            except ForgottenError:
                if strict:
                    raise
                gone += 1
                continue
            if found is not None:
                shown.append(Shown(key, found[0]))
        return shown, gone

    def _named(self, ids: Sequence[str]) -> list[Product]:
        return products_of({product.id: product for product in engine_of(self._live).opened.products}, ids)

    # ------------------------------------------------------------------ downloads

    def routes(self) -> tuple[Route, ...]:
        """The CSV and the contact sheet, each of `ids` in their order under `name`."""
        return (Route(f"{BASE}/board.csv", self._csv), Route(f"{BASE}/sheet.png", self._sheet))

    def _csv(self, request: Request) -> Response:
        products = self._asked(request)
        if not products:
            return Response(status_code=404)
        return saved_csv("board.csv", HEAD, board_rows(products))

    def _sheet(self, request: Request) -> Response:
        products = self._asked(request)
        if not products:
            return Response(status_code=404)
        if not self._sheets.acquire(timeout=_PATIENCE_S):
            return Response(status_code=503, headers={"Retry-After": "3"})
        try:
            return saved("board.png", self._png(request, products), "image/png")
        except VisearchError:
            return Response(status_code=404)
        finally:
            self._sheets.release()

    def _png(self, request: Request, products: list[Product]) -> bytes:
        asked = request.query_params
        language = asked.get("lang", "")
        say = Say(language if language in LANGUAGE_TAGS else "en")
        opened = engine_of(self._live).opened
        prices = ["" if p.price is None else money(p.price, p.currency) for p in products]
        name = read_board({"name": asked.get("name", "")}).name or say("brd_untitled")
        foot = f"{opened.manifest.catalog['title']} · visearch"
        return contact_sheet(opened, products, Sheet(name, prices, foot, say.language), fonts())

    def _asked(self, request: Request) -> list[Product]:
        try:
            return self._named(listed(request.query_params.get("ids", "")))
        except VisearchError:
            return []


def _plain(product: Product, board: Board) -> Pick:
    picture = product.pictures[0] if product.pictures else ""
    return Pick(product, "pinned" if product.id in board.pins else "", picture=picture)
