"""related, for-you, offers and reviews: what a shopper is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from visearch.commands.common import (
    CatalogOption,
    JsonOption,
    ModelOption,
    box_of,
    engine_of,
    fails_clearly,
    settings_of,
    tell,
)

CountOption = Annotated[int, typer.Option("-k", min=1, max=500, help="How many products.")]
ProductArgument = Annotated[str, typer.Argument(help="A product's id.")]


def add(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("related")(related_command)
    app.command("for-you")(for_you_command)
    app.command("offers")(offers_command)
    app.command("reviews")(reviews_command)


def related_command(
    product: ProductArgument,
    catalog: CatalogOption = None,
    k: CountOption = 8,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """What goes beside a product: the like, other colours, cheaper ones, and what goes with it."""
    from visearch.shop.related import related
    from visearch.shop.told import related_json

    settings = settings_of(catalog, model)
    with fails_clearly(as_json):
        engine = engine_of(settings)
        document = related_json(related(engine, product, k), _path(engine))
    tell(document, as_json, lambda d: [line for name in d for line in (name.replace("_", " "), *map(_line, d[name]))])


def for_you_command(
    viewed: Annotated[
        list[str] | None, typer.Option("--viewed", help="An id that was looked at, newest first.")
    ] = None,
    saved: Annotated[list[str] | None, typer.Option("--saved", help="An id that was saved.")] = None,
    searched: Annotated[list[str] | None, typer.Option("--searched", help="Words that were searched for.")] = None,
    hidden: Annotated[list[str] | None, typer.Option("--hidden", help="An id that shall not be shown.")] = None,
    catalog: CatalogOption = None,
    k: CountOption = 24,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """A list for one visitor from what they did; without anything, today's front page."""
    from visearch.shop.taste import Event, for_you
    from visearch.shop.told import for_you_json

    settings = settings_of(catalog, model)
    events = [Event("view", one) for one in viewed or []] + [Event("save", one) for one in saved or []]
    events += [Event("search", text=one) for one in searched or []]
    with fails_clearly(as_json):
        engine = engine_of(settings)
        document = for_you_json(for_you(engine, events, k, hidden or ()), _path(engine))
    tell(document, as_json, lambda d: [f"{_line(one)}  {_because(one['because'])}".rstrip() for one in d["picks"]])


def offers_command(
    text: Annotated[str, typer.Option("--text", "-t", help="Near these words.")] = "",
    image: Annotated[Path | None, typer.Option("--image", "-i", help="Near this photo.")] = None,
    box: Annotated[str | None, typer.Option("--box", help="x0,y0,x1,y1 in pixels of the upright photo.")] = None,
    weight: Annotated[float, typer.Option("--discount", min=0, max=1, help="How much the discount counts.")] = 0.3,
    catalog: CatalogOption = None,
    k: CountOption = 24,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Discounted products in stock near a photo or words, by closeness and discount."""
    if box and image is None:
        raise typer.BadParameter("--box needs --image")
    from visearch.images import load_image
    from visearch.shop.offers import offers_near
    from visearch.shop.told import offers_json

    settings = settings_of(catalog, model)
    area = box_of(box) if box else None
    with fails_clearly(as_json):
        picture = load_image(image) if image else None
        engine = engine_of(settings)
        document = offers_json(offers_near(engine, text, picture, area, k, weight), _path(engine))
    tell(
        document, as_json, lambda d: [f"{_line(one)}  -{one['discount']:g} %" for one in d["offers"]] or ["No offers."]
    )


def reviews_command(
    product: ProductArgument,
    catalog: CatalogOption = None,
    language: Annotated[str, typer.Option("--language", help="Of the highlights, where there are any in it.")] = "en",
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """What buyers say of a product, and apart from it of its look-alikes."""
    from visearch.shop.reviews import near, reviews_of
    from visearch.shop.told import near_json

    settings = settings_of(catalog, model)
    with fails_clearly(as_json):
        engine = engine_of(settings)
        found = near(engine, product, language=language)
        document = near_json(found, reviews_of(engine).sample, _path(engine))
    tell(document, as_json, _said)


def _path(engine: Any) -> Any:
    return lambda sha: str(engine.opened.thumbnail(sha))


def _line(hit: dict[str, Any]) -> str:
    price = "" if hit["price"] is None else f"  {hit['price']:g} {hit['currency']}"
    return f"  {hit['title'] or hit['id']}  [{hit['id']}]{price}"


def _because(why: dict[str, Any]) -> str:
    if "text" in why:
        return f'(searched for "{why["text"]}")'
    return f"(looked at {why['product']})" if why else ""


def _said(document: dict[str, Any]) -> list[str]:
    lines = ["Sample text, written for the demonstration."] if document["sample"] else []
    for name, title in (("own", "of the product"), ("alike", "of look-alikes")):
        voices = document[name]
        mean = f", {voices['mean']:.1f} of 5 stars" if voices["n"] else ""
        lines.append(f"{title}: {voices['n']} reviews{mean}")
        lines += [f"  {one['rating']:g} *  {one['text']}" for one in (*voices["praise"], *voices["complaint"])]
    return lines
