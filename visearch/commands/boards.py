"""Board, marks and campaigns: what product managers put together."""

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
    progress_bar,
    settings_of,
    tell,
)

FilterOption = Annotated[
    list[str] | None, typer.Option("--filter", "-f", help="field=value, field=one|two or price=10..50.")
]


def add(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("board")(board_command)
    app.command("marks")(marks_command)
    app.command("campaigns")(campaigns_command)


def board_command(
    catalog: CatalogOption = None,
    model: ModelOption = None,
    image: Annotated[list[Path] | None, typer.Option("--image", "-i", help="A mood picture; up to eight.")] = None,
    text: Annotated[str, typer.Option("--text", "-t", help="Words, one interest beside the pictures.")] = "",
    k: Annotated[int, typer.Option("-k", min=1, max=120, help="How many products.")] = 24,
    filters: FilterOption = None,
    pin: Annotated[list[str] | None, typer.Option("--pin", help="A product's id that leads the board.")] = None,
    without: Annotated[list[str] | None, typer.Option("--without", help="A product's id that shall not come.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the shortlist as CSV.")] = None,
    sheet: Annotated[Path | None, typer.Option("--sheet", help="Write a contact sheet as PNG.")] = None,
    name: Annotated[str, typer.Option("--name", help="What stands above the contact sheet.")] = "Board",
    lang: Annotated[str, typer.Option("--lang", help="The titles' language on the sheet: en or zh.")] = "en",
    as_json: JsonOption = False,
) -> None:
    """Make a shortlist that covers several mood pictures and words."""
    if not (image or text.strip() or pin):
        raise typer.BadParameter("give --image (again for each picture), --text, or both")
    if lang not in ("en", "zh"):
        raise typer.BadParameter(f"--lang is en or zh, not {lang!r}")
    from visearch.filters import parse_filters
    from visearch.images import load_image
    from visearch.shop.board import Wish, shortlist
    from visearch.shop.board_json import board_to_json

    settings = settings_of(catalog, model)
    with fails_clearly(as_json):
        pictures = tuple(load_image(path) for path in image or [])
        wish = Wish(pictures, text, parse_filters(filters or []), k, tuple(pin or ()), tuple(without or ()))
        engine = engine_of(settings)
        made = shortlist(engine, _detector(settings), wish)
        document = board_to_json(made, lambda sha: str(engine.opened.thumbnail(sha)))
        document["files"] = _written(engine, [pick.product for pick in made.picks], csv, sheet, name, lang)
    tell(document, as_json, board_lines)


def _detector(settings: Any) -> Any:
    from visearch.detect import load_detector

    return load_detector(settings.detector, settings)


def _written(engine: Any, products: Any, csv: Path | None, sheet: Path | None, name: str, lang: str) -> list[str]:
    """Writes what was asked for -> the files' names. Raises VisearchError where that cannot be."""
    from visearch.disk import writing_to
    from visearch.insights.sheet import to_csv
    from visearch.shop.board_rows import HEAD, board_rows
    from visearch.shop.sheet import Sheet, contact_sheet

    made = {}
    if csv is not None:
        made[csv] = to_csv(HEAD, board_rows(products))
    if sheet is not None:
        prices = ["" if p.price is None else f"{p.price:,.2f} {p.currency}" for p in products]
        foot = str(engine.opened.manifest.catalog["title"])
        made[sheet] = contact_sheet(engine.opened, products, Sheet(name, prices, foot, lang))
    for path, data in made.items():
        with writing_to(path.parent):
            path.write_bytes(data)
    return [str(path) for path in made]


def board_lines(document: dict[str, Any]) -> list[str]:
    """For people."""
    lines = []
    for one in document["products"]:
        source = one["source"]
        because = f"picture {source + 1}" if isinstance(source, int) else source
        price = f"  {one['price']:g} {one['currency']}" if one["price"] is not None else ""
        lines.append(f"{one['place']:3d}. {one['title'] or one['id']}{price}  [{one['id']}]  {because}")
    return [*(lines or ["No product fits."]), *(f"Wrote {path}." for path in document["files"])]


def marks_command(
    image: Annotated[Path, typer.Option("--image", "-i", help="A photo with the mark.")],
    catalog: CatalogOption = None,
    model: ModelOption = None,
    box: Annotated[str | None, typer.Option("--box", help="Where it is: x0,y0,x1,y1 in pixels of the photo.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many products.")] = 12,
    filters: FilterOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the products that bear a mark: a logo, a label, a printed motif."""
    area = box_of(box) if box else None
    from visearch.build import Progress
    from visearch.filters import parse_filters
    from visearch.images import load_image
    from visearch.shop.board_json import marked_to_json
    from visearch.shop.marks import marked
    from visearch.shop.marks_features import features_of

    settings = settings_of(catalog, model)
    with fails_clearly(as_json):
        picture, limits = load_image(image), parse_filters(filters or [])
        engine = engine_of(settings)
        with progress_bar() as (progress, _):
            told = lambda done, total: progress(Progress("marks", done, total))  # noqa: E731
            features = features_of(engine.opened, engine.opened.home, told)
        found = marked(engine, features, picture, area, k, limits)
        document = marked_to_json(found, lambda sha: str(engine.opened.thumbnail(sha)))
    tell(document, as_json, marks_lines)


def marks_lines(document: dict[str, Any]) -> list[str]:
    """For people."""
    lines = []
    for told, sure in (("Bear it:", True), ("May bear it:", False)):
        some = [one for one in document["found"] if one["sure"] == sure]
        lines += [told] if some else []
        lines += [f"  {one['title'] or one['id']}  [{one['id']}]  {one['points']} points agree" for one in some]
    lines = lines or ["No product was found to bear it."]
    if document["alike"]:
        lines.append("Nearest by looks:")
        lines += [f"  {one['title'] or one['id']}  [{one['id']}]" for one in document["alike"]]
    return lines


def campaigns_command(
    catalog: CatalogOption = None,
    model: ModelOption = None,
    check: Annotated[Path | None, typer.Option("--check", help="Check this table instead of the one in use.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the campaigns of a catalogue and what is wrong in their table; with faults, --check ends with code 1."""
    from visearch.errors import CatalogError
    from visearch.shop.board_json import plan_to_json
    from visearch.shop.campaigns import read_campaigns
    from visearch.shop.campaigns_kept import Plan, plan_of, today

    settings = settings_of(catalog, model)
    with fails_clearly(as_json):
        engine = engine_of(settings)
        plan = plan_of(engine)
        if check is not None:
            try:
                data = check.read_bytes()
            except OSError as error:
                raise CatalogError(f"{check} cannot be read ({error.strerror}).", "Name a CSV file.") from error
            campaigns, faults = read_campaigns(data, {product.id for product in engine.opened.products})
            plan = Plan(tuple(campaigns), tuple(faults))
        document = plan_to_json(plan, today())
    tell(document, as_json, campaigns_lines)
    if check is not None and document["faults"]:
        raise typer.Exit(1)


def campaigns_lines(document: dict[str, Any]) -> list[str]:
    """For people."""
    lines = [
        f"{one['state']:8} {one['start']} to {one['end']}  {one['name']}  {one['slots']} places, "
        f"{len(one['products'])} products"
        for one in document["campaigns"]
    ]
    lines += [one["told"] for one in document["faults"]]
    return [*(lines or ["There are no campaigns."]), *([document["problem"]] if document["problem"] else [])]
