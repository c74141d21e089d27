"""Studio shots: one product, even light, a pale backdrop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from data.studio.blender import stage
from data.studio.blender.group import ground
from data.studio.kinds import build
from data.studio.look import Model, chance
from data.studio.table import Variant
from data.studio.workspace import scratch

SIDE, SAMPLES = 384, 24
GRAINY_SAMPLES = {"wineglass": 48, "perfume": 48, "jamjar": 48}  # glass keeps a little grain at 24
QUALITY = 88
TINTS = (
    "#f4f3f1", "#f4f3f1", "#eef1f2", "#f3eee6", "#f4f3f1", "#e9edf0", "#f4ebe6", "#f4f3f1", "#ecefe8", "#f4f3f1",
    "#efeaf1",
)  # fmt: skip


def build_variant(variant: Variant) -> Model:
    """The product in the current scene, always with the same irregularities."""
    return build(variant.kind, variant.look, chance(f"{variant.kind}{variant.number - 1}"))


def view(variant: Variant, model: Model) -> dict[str, Any]:
    """Camera and backdrop: the table's own `az` and `bg` win over the kind's, the kind's over the studio's."""
    tint = TINTS[((variant.number - 1) * 3 + len(variant.kind)) % len(TINTS)]
    own = {key: variant.values[key] for key in ("az", "bg") if key in variant.values}
    return {"az": 0.3, "el": 0.25, "fill": 0.8, "bg": tint, **model.view, **own}


def place(variant: Variant) -> Any:
    """The lit scene with the product and a camera; returns the product's root."""
    stage.reset(SIDE, GRAINY_SAMPLES.get(variant.kind, SAMPLES))
    model = build_variant(variant)
    ground(model.root)
    stage.studio(model.root, **view(variant, model))
    return model.root


def shot(variant: Variant, path: Path) -> None:
    """Renders a product's studio picture to a JPEG file."""
    place(variant)
    png = scratch("png") / f"{variant.id}.png"
    stage.render(png)
    with Image.open(png) as picture:
        save_jpeg(picture.convert("RGB"), path, QUALITY)


def save_jpeg(picture: Image.Image, path: Path, quality: int) -> None:
    """Writes to a temporary name first: a killed run leaves no half picture that would count as done."""
    unfinished = path.with_suffix(".tmp")
    picture.save(unfinished, "JPEG", quality=quality, optimize=True)
    unfinished.replace(path)
