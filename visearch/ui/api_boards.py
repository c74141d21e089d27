"""The public HTTP functions of the room Boards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from visearch.errors import PictureError, QueryError, VisearchError
from visearch.shop.board import MOST, MOST_PICTURES, Wish, checked, shortlist
from visearch.shop.board_json import board_to_json, marked_to_json, plan_to_json
from visearch.shop.campaigns_kept import plan_of, today
from visearch.shop.marks import marked
from visearch.shop.marks_features import reader_of
from visearch.ui.asking import SHARED
from visearch.ui.markup import thumbnail_url
from visearch.ui.posted import read_box, read_count, read_filters, read_picture, read_text

if TYPE_CHECKING:
    from visearch.live import LiveEngine
    from visearch.ui.asking import Ask

MOST_MARKED = 100


def add(live: LiveEngine, ask: Ask) -> None:
    """Adds them to the Blocks that are being built."""

    def board(
        images: list[str] | None = None,
        text: str = "",
        k: int = 24,
        filters: dict[str, Any] | None = None,
        pinned: list[str] | None = None,
        pruned: list[str] | None = None,
        request: gr.Request | None = None,
    ) -> dict[str, Any]:
        """A shortlist that covers several mood pictures and words; each of them gets its share of it.

        Args:
            images: At most eight photos, each as an https address or as a base64 data URI.
            text: Words in English or Chinese, one interest more beside the pictures.
            k: How many products, 1 to 120.
            filters: As in `/search`.
            pinned: Product ids that lead the shortlist in this order, whatever the filters say.
            pruned: Product ids that shall not come.

        Returns:
            {"products": [{"place", "id", "title", "price", "source", "part", "match", "image", ...}], "timings_ms"}:
            `source` is the number of the picture from 0, "words" or "pinned", `part` what in the picture it was.
        """
        return ask(
            lambda: _wish(images, text, k, filters, pinned, pruned),
            lambda wish: board_to_json(shortlist(live.engine(), live.detector(), wish), thumbnail_url),
            request,
        )

    def marks(
        image: str = "",
        box: list[float] | None = None,
        k: int = 24,
        filters: dict[str, Any] | None = None,
        request: gr.Request | None = None,
    ) -> dict[str, Any]:
        """The products that bear a mark: a logo, a label, a printed motif. The first call begins to read all
        pictures, and says so; ask again then.

        Args:
            image: A photo as an https address or as a base64 data URI.
            box: Where the mark is: x0, y0, x1, y1 in pixels of the upright photo; all of it when left out.
            k: How many products, 1 to 100.
            filters: As in `/search`.

        Returns:
            {"found": [{"id", "title", "sure", "points", "box", "image", ...}], "alike": [...], "crop_points",
            "timings_ms"}: `box` is where the mark is as shares of the picture's sides; what is not
            `sure` may bear it, `alike` only look similar.
        """

        def find(asked: tuple[Any, Any, int, Any]) -> dict[str, Any]:
            picture, area, most, limits = asked
            engine = live.engine()
            reader = reader_of(engine)
            features = reader.soon(engine.opened)
            if features is None:
                # Not waited for: it would hold everybody's turns.
                told = f"The pictures are being read for their marks: {reader.done} of {reader.total or 'all'}."
                raise VisearchError(told, "Ask again in a moment.")
            return marked_to_json(marked(engine, features, picture, area, most, limits), thumbnail_url)

        return ask(lambda: _mark(image, box, k, filters), find, request)

    def campaigns() -> dict[str, Any]:
        """The shop's campaigns: which run today, come, or have ended, and what is wrong in their table.

        Returns:
            {"today", "campaigns": [{"name", "name_zh", "state", "start", "end", "slots", "products"}], "faults":
            [{"line", "kind", "value"}], "problem"}.
        """
        return ask.at_once(lambda: plan_to_json(plan_of(live.engine()), today()))

    gr.api(board, api_name="board", **SHARED)
    gr.api(marks, api_name="marks", **SHARED)
    gr.api(campaigns, api_name="campaigns")


def _mark(image: Any, box: Any, k: Any, filters: Any) -> tuple[Any, Any, int, Any]:
    area, most, limits = read_box(box), read_count(k), read_filters(filters)
    if not 1 <= most <= MOST_MARKED:
        raise QueryError(f"k is {most}.", f"It must be 1 to {MOST_MARKED}.")
    if image in (None, ""):
        raise PictureError("There is no photo.", "Send an https address or a base64 data URI as image.")
    return read_picture(image), area, most, limits


def _wish(images: Any, text: Any, k: Any, filters: Any, pinned: Any, pruned: Any) -> Wish:
    given = [] if images is None else images
    if not isinstance(given, list):
        raise QueryError("images must be a list.", f"Send at most {MOST_PICTURES} addresses or data URIs.")
    if len(given) > MOST_PICTURES:
        raise QueryError(f"There are {len(given)} pictures.", f"Send at most {MOST_PICTURES}.")
    # What is cheap to refuse comes before a picture is fetched.
    words, limits, most = read_text(text, "text"), read_filters(filters), read_count(k)
    kept, away = read_ids(pinned, "pinned"), read_ids(pruned, "pruned")
    wish = Wish(tuple(read_picture(image) for image in given), words, limits, most, kept, away)
    checked(wish)
    return wish


def read_ids(value: Any, name: str) -> tuple[str, ...]:
    """A list of product ids. Raises QueryError."""
    given = value if isinstance(value, list) else [] if value is None else [None]
    if len(given) > MOST or not all(isinstance(one, str) for one in given):
        raise QueryError(f"{name} must be a list of at most {MOST} product ids.", 'Send for example ["mug-01"].')
    return tuple(read_text(one, name) for one in given)
