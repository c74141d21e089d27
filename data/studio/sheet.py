"""Contact sheets: all products of a kind, photos, and scenes with their boxes drawn in."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from data.studio.kinds import KINDS
from data.studio.table import kind_variants

SIDE, ACROSS, SMALL = 200, 7, 80
RED = (255, 0, 60)


def grid(files: Sequence[Path], across: int, size: tuple[int, int]) -> Image.Image:
    """Pictures side by side with their names."""
    rows = -(-len(files) // across)
    sheet = Image.new("RGB", (across * size[0], max(1, rows) * (size[1] + 14)), "white")
    draw = ImageDraw.Draw(sheet)
    for at, file in enumerate(files):
        x, y = at % across * size[0], at // across * (size[1] + 14)
        with Image.open(file) as picture:
            sheet.paste(picture.convert("RGB").resize(size, Image.Resampling.LANCZOS), (x, y))
        draw.text((x + 4, y + size[1]), file.stem, fill="black")
    return sheet


def boxed(out: Path) -> Image.Image:
    """Every scene with its boxes."""
    with (out / "scenes" / "boxes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = sorted({row["image"] for row in rows})
    sheet = Image.new("RGB", (3 * 640, -(-len(names) // 3) * 512), "white")
    for at, name in enumerate(names):
        with Image.open(out / name) as picture:
            shown = picture.convert("RGB")
        draw = ImageDraw.Draw(shown)
        for row in rows:
            if row["image"] == name:
                x0, y0, x1, y1 = (int(row[key]) for key in ("x0", "y0", "x1", "y1"))
                draw.rectangle([x0, y0, x1 - 1, y1 - 1], outline=RED)
                draw.text((x0 + 3, y0 + 1), row["product_id"], fill=RED)
        sheet.paste(shown, (at % 3 * 640, at // 3 * 512))
    return sheet


def overview(out: Path) -> Image.Image:
    """Every product, one row a kind, without names."""
    columns = max(len(kind_variants(kind)) for kind in KINDS)
    sheet = Image.new("RGB", (columns * SMALL, len(KINDS) * SMALL), "white")
    for row, kind in enumerate(KINDS):
        for column, file in enumerate(out / variant.image for variant in kind_variants(kind)):
            if file.exists():
                with Image.open(file) as picture:
                    small = picture.convert("RGB").resize((SMALL, SMALL), Image.Resampling.LANCZOS)
                sheet.paste(small, (column * SMALL, row * SMALL))
    return sheet


def sheets(out: Path, to: Path, kinds: Sequence[str] = KINDS) -> list[Path]:
    """Writes a sheet for each kind (products, then photos), for the scenes and for all products; returns the paths."""
    to.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in kinds:
        variants = kind_variants(kind)
        files = [out / name for variant in variants for name in (variant.image,)]
        files += [out / variant.photo for variant in variants]
        files = [file for file in files if file.exists()]
        if files:
            written.append(to / f"{kind}.png")
            grid(files, ACROSS, (SIDE, SIDE)).save(written[-1])
    if (out / "scenes" / "boxes.csv").exists():
        written.append(to / "scenes.png")
        boxed(out).save(written[-1])
    written.append(to / "contact-sheet.webp")
    overview(out).save(written[-1], quality=70, method=6)
    return written
