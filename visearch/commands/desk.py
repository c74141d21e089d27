"""Supplier, shelf and identify: what the people behind the counter ask."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from visearch.commands.common import CatalogOption, JsonOption, ModelOption, engine_of, fails_clearly, settings_of, tell

ImageOption = Annotated[Path, typer.Option("--image", "-i", help="The photo.")]


def add(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("identify")(identify_command)
    app.command("shelf")(shelf_command)
    app.command("supplier")(supplier_command)


def identify_command(
    image: ImageOption,
    catalog: CatalogOption = None,
    model: ModelOption = None,
    k: Annotated[int, typer.Option("-k", min=1, max=10, help="Candidates.")] = 5,
    as_json: JsonOption = False,
) -> None:
    """Say which product a customer's photo shows, how sure that is, and what to answer."""
    from visearch.barcode import read_codes
    from visearch.images import load_image
    from visearch.shop.identify import identify
    from visearch.shop.identify_json import identified_to_json

    settings = settings_of(catalog, model)
    with fails_clearly(as_json):
        picture = load_image(image)
        engine, boxes = engine_of(settings), _detector(settings).detect(picture)
        found = identify(engine, picture, boxes, read_codes(picture), k)
        document = identified_to_json(engine, found)
    tell(document, as_json, identify_lines)


def shelf_command(
    image: ImageOption,
    catalog: CatalogOption = None,
    model: ModelOption = None,
    table: Annotated[Path | None, typer.Option("--csv", help="Write the table into this file.")] = None,
    picture: Annotated[Path | None, typer.Option("--picture", help="Write the photo with numbers (JPEG).")] = None,
    as_json: JsonOption = False,
) -> None:
    """Count what stands on a photo of a shelf or a room, and tell what is not in the catalogue."""
    from visearch.images import load_image
    from visearch.insights.sheet import to_csv
    from visearch.shop.shelf import read_shelf
    from visearch.shop.shelf_picture import COLUMNS, annotated, rows_of, shelf_to_json

    settings = settings_of(catalog, model)
    with fails_clearly(as_json):
        photo = load_image(image)
        found = read_shelf(engine_of(settings), photo, _detector(settings))
        if table:
            _write(table, to_csv(COLUMNS, rows_of(found)))
        if picture:
            _write(picture, annotated(photo, found))
    tell(shelf_to_json(found), as_json, shelf_lines)


def supplier_command(
    folder: Annotated[str, typer.Argument(help="A folder of pictures, with or without products.csv, or a table.")],
    catalog: CatalogOption = None,
    model: ModelOption = None,
    table: Annotated[Path | None, typer.Option("--csv", help="Write the table into this file.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a supplier's delivery against the catalogue: what is there already, what does not fit, poor pictures."""
    from visearch.catalog import open_catalog
    from visearch.insights.sheet import to_csv
    from visearch.shop.supplier import Checker
    from visearch.shop.supplier_work import COLUMNS, Delivery, checked_items, delivery_to_json, items_of, rows_of

    settings = settings_of(catalog, model)
    with fails_clearly(as_json):
        delivery = items_of(open_catalog(folder, settings, limit=0))
        checker = Checker(engine_of(settings), _detector(settings))
        found = Delivery(folder, "done", items=tuple(checked_items(checker, delivery)))
        if table:
            _write(table, to_csv(COLUMNS, rows_of(found)))
    tell(delivery_to_json(found), as_json, supplier_lines)


def _write(path: Path, data: bytes) -> None:
    from visearch.errors import VisearchError

    try:
        path.write_bytes(data)
    except OSError as error:
        raise VisearchError(
            f"{path} cannot be written ({error.strerror}).", "Name a file in a folder of yours."
        ) from error


def _detector(settings: Any) -> Any:
    from visearch.detect import load_detector

    return load_detector(settings.detector, settings)


def identify_lines(d: dict[str, Any]) -> list[str]:
    """For people, of the document."""
    verdicts = {
        "code": f"The barcode {d['code']} names it:",
        "sure": "This is it:",
        "choose": "Not sure; it may be one of these:",
        "absent": f"Not in the catalogue ({100 * d['none']:.0f} %); the nearest are:",
    }
    lines = [verdicts[d["verdict"]]]
    for place, one in enumerate(d["candidates"], 1):
        lines.append(f"{place:3d}. {100 * one['chance']:3.0f} %  {one['title'] or one['id']}  [{one['id']}]")
    return [*lines, *(f"Support: {text['text']}" for text in d["support"])]


def shelf_lines(d: dict[str, Any]) -> list[str]:
    """For people, of the document."""
    lines = [f"{one['count']:3d} x  {one['title'] or one['id']}  [{one['id']}]" for one in d["products"]]
    return [*lines, f"{d['not_ours']} things are not in the catalogue, of {len(d['things'])} in all."]


def supplier_lines(d: dict[str, Any]) -> list[str]:
    """For people, of the document."""
    lines = []
    for one in d["items"]:
        ours = f" = {one['copies'][0]['id']}" if one["copies"] else ""
        told = [f"{c['field']}: {c['said']} / {c['found']}" for c in one["conflicts"]] + one["flaws"]
        more = f"  ({'; '.join(told)})" if told else ""
        lines.append(f"{one['finding']:>8}{ours}  {one['title'] or one['id']}  [{one['id']}]{more}{one['problem']}")
    return [*lines, f"{len(d['items'])} items, {sum(one['clean'] for one in d['items'])} of them clean."]
