"""A shelf's things drawn into its photo, and as a table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from visearch.shop.shelf import Shelf, Thing

OURS, OTHERS = (19, 108, 84), (176, 82, 24)
COLUMNS = (
    "number",
    "product id",
    "title",
    "count of it",
    "chance",
    "x0",
    "y0",
    "x1",
    "y1",
    "price",
    "currency",
    "stock",
)


def annotated(image: Image.Image, shelf: Shelf) -> bytes:
    """JPEG of the photo with a numbered frame around every thing, green for ours, brown and dashed for what is not."""
    out = image.convert("RGB").copy()
    pen = ImageDraw.Draw(out)
    line = max(2, round(max(out.size) / 320))
    font = ImageFont.load_default(max(13, round(max(out.size) / 48)))
    for thing in shelf.things:
        _frame(pen, thing, line)
    # Numbers last, so that no frame runs through one.
    for thing in shelf.things:
        _number(pen, thing, font, out.size)
    buffer = io.BytesIO()
    out.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def _frame(pen: ImageDraw.ImageDraw, thing: Thing, line: int) -> None:
    box, colour = thing.box, OURS if thing.ours else OTHERS
    corners = (box.x0, box.y0, box.x1 - 1, box.y1 - 1)
    if thing.ours:
        pen.rectangle(corners, outline=colour, width=line)
        return
    step = 5 * line
    for x in range(round(corners[0]), round(corners[2]), 2 * step):
        for y in (corners[1], corners[3]):
            pen.line((x, y, min(x + step, corners[2]), y), fill=colour, width=line)
    for y in range(round(corners[1]), round(corners[3]), 2 * step):
        for x_ in (corners[0], corners[2]):
            pen.line((x_, y, x_, min(y + step, corners[3])), fill=colour, width=line)


def _number(
    pen: ImageDraw.ImageDraw, thing: Thing, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, size: tuple[int, int]
) -> None:
    text = str(thing.number)
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
    wide, high = right - left + 10, bottom - top + 8
    x = min(max(0.0, thing.box.x0), size[0] - wide)
    y = min(max(0.0, thing.box.y0), size[1] - high)
    pen.rounded_rectangle((x, y, x + wide, y + high), radius=4, fill=OURS if thing.ours else OTHERS)
    pen.text((x + 5 - left, y + 4 - top), text, fill=(255, 255, 255), font=font)


def rows_of(shelf: Shelf) -> list[Sequence[object]]:
    """One row a thing, in COLUMNS; what is not ours has neither product nor count."""
    counts = {line.product.id: len(line.things) for line in shelf.lines}
    rows: list[Sequence[object]] = []
    for thing in shelf.things:
        box, product = thing.box, thing.product
        place = tuple(round(value) for value in (box.x0, box.y0, box.x1, box.y1))
        chance = round(thing.chance, 3)
        if product is None:
            rows.append((thing.number, "", "not ours", None, chance, *place, None, "", None))
        else:
            told = (product.id, product.title or product.title_zh, counts[product.id])
            rows.append((thing.number, *told, chance, *place, product.price, product.currency, product.stock))
    return rows


def shelf_to_json(shelf: Shelf) -> dict[str, Any]:
    """{"things": [{"number", "box", "product", "chance", "nearest"}], "products": [{"id", "title", "count", "numbers",
    ...}], "not_ours": how many}; "product" is None for what is not ours."""
    things = [
        {
            "number": thing.number,
            "box": {
                name: round(value, 1) for name, value in asdict(thing.box).items() if name in ("x0", "y0", "x1", "y1")
            },
            "product": thing.product.id if thing.product else None,
            "chance": round(thing.chance, 3),
            "nearest": [hit.product.id for hit in thing.hits],
        }
        for thing in shelf.things
    ]
    products = [
        {
            "id": line.product.id,
            "title": line.product.title,
            "count": len(line.things),
            "numbers": sorted(thing.number for thing in line.things),
            "price": line.product.price,
            "currency": line.product.currency,
            "stock": line.product.stock,
        }
        for line in shelf.lines
    ]
    return {"things": things, "products": products, "not_ours": len(shelf.strangers)}
