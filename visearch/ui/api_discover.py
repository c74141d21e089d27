"""The public HTTP functions of the room Discover: `/related`, `/for_you`, `/offers` and `/reviews`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from visearch.errors import QueryError
from visearch.shop.offers import WEIGHT, offers_for, offers_near
from visearch.shop.related import related as related_to
from visearch.shop.reviews import near, reviews_of
from visearch.shop.taste import MOST_EVENTS, Event, interests_of
from visearch.shop.taste import for_you as picks_for
from visearch.shop.told import for_you_json, near_json, offers_json, related_json
from visearch.types import Query
from visearch.ui.asking import SHARED
from visearch.ui.markup import thumbnail_url
from visearch.ui.posted import read_box, read_count, read_picture, read_text

if TYPE_CHECKING:
    from PIL import Image

    from visearch.live import LiveEngine
    from visearch.ui.asking import Ask


def add(live: LiveEngine, ask: Ask) -> None:
    """Adds them to the Blocks that are being built."""
    for name, function in (*_of_products(live, ask), *_of_visitors(live, ask)):
        gr.api(function, api_name=name, **SHARED)


def _of_products(live: LiveEngine, ask: Ask) -> list[tuple[str, Callable[..., dict[str, Any]]]]:
    def related(product_id: str = "", k: int = 8, request: gr.Request | None = None) -> dict[str, Any]:
        """What a product page shows beside a product: the like, other colours, cheaper ones, what goes with it.

        Args:
            product_id: An id from the hits of another call.
            k: How many of each, 1 to 500.

        Returns:
            {"similar": [hit], "colors": [hit], "cheaper": [hit + "saving" (share of the price)],
            "goes_with": [hit + "scenes" that show both kinds, "of" so many]}.
        """

        def work(asked: tuple[str, int]) -> dict[str, Any]:
            return related_json(related_to(live.engine(), *asked), thumbnail_url)

        return ask(lambda: (read_text(product_id, "product_id"), read_count(k)), work, request)

    def reviews(
        product_id: str = "", image: str | None = None, language: str = "en", request: gr.Request | None = None
    ) -> dict[str, Any]:
        """What buyers say of a product, or of the one that a photo shows, and, told apart, of its look-alikes.

        Args:
            product_id: An id from the hits of another call; or
            image: a photo as an https address or as a base64 data URI (data:image/jpeg;base64,...).
            language: Highlights are in this language where there are any ("en", "zh").

        Returns:
            {"product", "own": {"n", "mean", "stars", "praise", "complaint"}, "alike": the same of "lookalikes": [hit],
            "sample": whether the texts were written for a demonstration}. "product" is "" for a photo of nothing close.
        """

        def read() -> tuple[str, Image.Image | None, str]:
            picture = None if product_id or image in (None, "") else read_picture(image)
            return read_text(product_id, "product_id"), picture, read_text(language, "language")

        def work(asked: tuple[str, Image.Image | None, str]) -> dict[str, Any]:
            engine, (wanted, picture, tongue) = live.engine(), asked
            if not wanted and picture is None:
                raise QueryError("There is neither a product nor a photo.", "Send product_id or image.")
            if not wanted:
                hits = engine.search(Query(image=picture, k=1)).hits
                wanted = hits[0].product.id if hits and hits[0].close else ""
            if not wanted:
                return {
                    "product": "",
                    "own": None,
                    "alike": None,
                    "lookalikes": [],
                    "sample": reviews_of(engine).sample,
                }
            found = near(engine, wanted, language=tongue)
            return {"product": wanted, **near_json(found, reviews_of(engine).sample, thumbnail_url)}

        return ask(read, work, request)

    return [("related", related), ("reviews", reviews)]


def _of_visitors(live: LiveEngine, ask: Ask) -> list[tuple[str, Callable[..., dict[str, Any]]]]:
    def for_you(
        events: list[dict[str, Any]] | None = None,
        k: int = 24,
        hidden: list[str] | None = None,
        request: gr.Request | None = None,
    ) -> dict[str, Any]:
        """A list for one visitor from what they did; nothing of it is kept. Without events: today's front page.

        Args:
            events: Newest first, each with "age_days": {"kind": "view", "like" or "save", "product": id} or
                {"kind": "search", "text": words}.
            k: How many products, 1 to 500.
            hidden: Ids that shall not be shown.

        Returns:
            {"picks": [hit + "because": {"product"} or {"text"}], "interests": [{"share", "products", "text"}]}.
        """

        def work(asked: tuple[list[Event], int, list[str]]) -> dict[str, Any]:
            return for_you_json(picks_for(live.engine(), *asked), thumbnail_url)

        return ask(lambda: (_events(events), read_count(k), _ids(hidden)), work, request)

    def offers(
        text: str = "",
        image: str | None = None,
        box: list[float] | None = None,
        events: list[dict[str, Any]] | None = None,
        k: int = 24,
        weight: float = WEIGHT,
        request: gr.Request | None = None,
    ) -> dict[str, Any]:
        """Discounted products in stock near a photo or words, else near a taste, by closeness and discount.

        Args:
            text: Words.
            image: A photo as an https address or as a base64 data URI (data:image/jpeg;base64,...).
            box: Cuts the photo first: x0, y0, x1, y1 in pixels of the upright photo.
            events: A visitor's, as in `/for_you`, where there are neither words nor a photo.
            k: How many products, 1 to 500.
            weight: 0 is closeness alone, 1 is discount alone.

        Returns:
            {"offers": [hit + "discount" (percent), "worth" (0-100), "best" (none beats it in both)]}.
        """

        def read() -> tuple[Any, ...]:
            picture = None if image in (None, "") else read_picture(image)
            words, area = read_text(text, "text"), read_box(box)
            return words, picture, area, _events(events), read_count(k), _share(weight)

        def work(asked: tuple[Any, ...]) -> dict[str, Any]:
            engine, (words, picture, area, done, most, share) = live.engine(), asked
            if words.strip() or picture is not None:
                return offers_json(offers_near(engine, words, picture, area, most, share), thumbnail_url)
            return offers_json(offers_for(engine, interests_of(engine, done), most, share), thumbnail_url)

        return ask(read, work, request)

    return [("for_you", for_you), ("offers", offers)]


def _events(sent: Any) -> list[Event]:
    """Raises QueryError."""
    if sent is None:
        return []
    if not isinstance(sent, list) or not all(isinstance(one, dict) for one in sent):
        raise QueryError(
            "events must be a list of objects.", 'Send for example [{"kind": "view", "product": "mug-01"}].'
        )
    return [_event(one) for one in sent[:MOST_EVENTS]]


def _event(one: dict[str, Any]) -> Event:
    kind, product, text = (read_text(one.get(name, ""), name) for name in ("kind", "product", "text"))
    age = one.get("age_days", 0.0)
    if isinstance(age, bool) or not isinstance(age, (int, float)) or not 0 <= age < 1e6:
        raise QueryError(f"age_days is {age!r:.40}; it must be a number from 0 on.", "Leave it out for now.")
    return Event(kind, product, "" if product else text, float(age))


def _ids(sent: Any) -> list[str]:
    if sent is None:
        return []
    if not isinstance(sent, list):
        raise QueryError("hidden must be a list of product ids.", 'Send for example ["mug-01"].')
    return [read_text(one, "hidden") for one in sent[:MOST_EVENTS]]


def _share(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise QueryError(f"weight is {value!r:.40}; it must be a number.", "0 is closeness alone, 1 is discount.")
    return float(value)
