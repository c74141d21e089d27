"""Exact boxes: a flat picture of object numbers from the scene's own camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from PIL import Image

from data.studio.blender.group import members
from data.studio.blender.stage import render

STEP = 20  # of 255 between two numbers: far enough to survive rounding, twelve products at most
FEWEST_PIXELS = 60


@dataclass(frozen=True)
class Box:
    """The visible part of a product, in pixels; x1 and y1 are exclusive."""

    product: str
    x0: int
    y0: int
    x1: int
    y1: int
    pixels: int

    def row(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def boxes(products: Sequence[tuple[str, Any]], picture: Path) -> list[Box]:
    """Renders the numbers of (id, root) pairs into `picture` and reads the boxes. The scene is spoilt after that."""
    _number(products)
    _flatten(bpy.context.scene)
    render(picture)
    with Image.open(picture) as image:
        numbers = np.array(image.convert("RGB"))[:, :, 0].astype(int)
    found = []
    for at, (name, _) in enumerate(products, 1):
        ys, xs = np.where(abs(numbers - at * STEP) <= 3)
        if len(xs) <= FEWEST_PIXELS:
            print(f"hidden: {name}, {len(xs)} pixels", flush=True)
            continue
        corner = int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1
        found.append(Box(name, *corner, len(xs)))
    return found


def _number(products: Sequence[tuple[str, Any]]) -> None:
    if len(products) * STEP > 255:
        raise ValueError(f"{len(products)} products in one scene; at most {255 // STEP} can be told apart")
    for thing in bpy.data.objects:
        thing.color = (0, 0, 0, 1)
        thing.hide_render = thing.hide_render or thing.type == "LIGHT"
    for at, (_, root) in enumerate(products, 1):
        for thing in members(root):
            thing.color = (at * STEP / 255, 0, 0, 1)


def _flatten(scene: Any) -> None:
    """One sample a pixel, no filter, no light, raw values: every pixel shows exactly one number."""
    flat = bpy.data.materials.new("number")
    flat.use_nodes = True
    tree = flat.node_tree
    tree.nodes.clear()
    info, glow, out = (tree.nodes.new("ShaderNode" + kind) for kind in ("ObjectInfo", "Emission", "OutputMaterial"))
    tree.links.new(info.outputs["Color"], glow.inputs[0])
    tree.links.new(glow.outputs[0], out.inputs[0])
    bpy.context.view_layer.material_override = flat
    cycles = scene.cycles
    cycles.samples, cycles.max_bounces, cycles.filter_width = 1, 0, 0.01
    cycles.use_adaptive_sampling = cycles.use_denoising = False
    scene.view_settings.look = "None"
    scene.view_settings.view_transform = "Raw"
    scene.view_settings.exposure = 0
    scene.camera.data.dof.use_dof = False
    scene.render.dither_intensity = 0
    scene.world = None
