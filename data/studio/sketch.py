"""Sketches: flat-shaded drawings of shapes, without the renderer. For checking a new kind or variant in a second."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from PIL import Image, ImageDraw

from data.studio.blender.group import members
from data.studio.kinds import KINDS
from data.studio.sheet import grid
from data.studio.shots import place
from data.studio.table import Variant, by_id, kind_variants
from data.studio.workspace import scratch

SIDE = 240
LIGHT = np.array([-0.5, -0.6, 0.65])
PLAIN = (0.6, 0.6, 0.6)


def _colour(thing: Any) -> Any:
    """A rough base colour: the principled shader's, or the mean of the first picture or ramp below it."""
    slots = [slot.material for slot in thing.material_slots if slot.material]
    if not slots:
        return np.array(PLAIN)
    nodes = slots[0].node_tree.nodes
    base = nodes["Principled BSDF"].inputs["Base Color"]
    if not base.is_linked:
        return np.array(base.default_value[:3])
    seen = [node for node in nodes if node.type == "TEX_IMAGE"]
    if seen:
        pixels = np.array(seen[0].image.pixels[:]).reshape(-1, 4)
        return pixels[:: max(1, len(pixels) // 5000), :3].mean(0)
    constants = [s.default_value[:3] for node in nodes for s in node.inputs if s.type == "RGBA" and not s.is_linked]
    ramps = [e.color[:3] for node in nodes if node.type == "VALTORGB" for e in node.color_ramp.elements]
    coloured = [c for c in [*ramps, *constants] if max(c) - min(c) > 0.01]
    return np.mean(coloured, axis=0) if coloured else np.array(PLAIN)


def _triangles(root: Any) -> tuple[Any, Any]:
    """World triangles (n, 3, 3) and their colours (n, 3)."""
    graph = bpy.context.evaluated_depsgraph_get()
    shapes, colours = [], []
    for thing in members(root):
        final = thing.evaluated_get(graph)
        data = final.to_mesh()
        data.calc_loop_triangles()
        points = np.empty(len(data.vertices) * 3)
        data.vertices.foreach_get("co", points)
        world = np.array(final.matrix_world)
        points = points.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3]
        corners = np.empty(len(data.loop_triangles) * 3, int)
        data.loop_triangles.foreach_get("vertices", corners)
        shapes.append(points[corners.reshape(-1, 3)])
        colours.append(np.repeat(_colour(thing)[None], len(shapes[-1]), 0))
        final.to_mesh_clear()
    return np.concatenate(shapes), np.concatenate(colours)


def sketch(variant: Variant) -> Image.Image:
    """The product as the studio's camera sees it, painted from the back to the front."""
    root = place(variant)
    shapes, colours = _triangles(root)
    camera = bpy.context.scene.camera
    turn = np.array(camera.matrix_world.to_3x3())
    seen = (shapes - np.array(camera.location)) @ turn
    scale = SIDE * camera.data.lens / camera.data.sensor_width
    flat = SIDE / 2 + seen[..., :2] / -seen[..., 2:] * [scale, -scale]
    normals = np.cross(shapes[:, 1] - shapes[:, 0], shapes[:, 2] - shapes[:, 0])
    normals /= np.linalg.norm(normals, axis=1)[:, None] + 1e-12
    facing = np.sign((normals * (np.array(camera.location) - shapes[:, 0])).sum(1))[:, None]
    bright = 0.45 + 0.55 * np.clip((normals * facing) @ LIGHT, 0, 1)
    paint = (np.clip(colours * bright[:, None], 0, 1) ** (1 / 2.2) * 255).astype(int)
    picture = Image.new("RGB", (SIDE, SIDE), "#f4f3f1")
    draw = ImageDraw.Draw(picture)
    for at in np.argsort(seen[..., 2].mean(1)):
        draw.polygon([tuple(point) for point in flat[at]], fill=tuple(paint[at]))
    return picture


def sketches(what: Sequence[str], to: Path) -> list[Path]:
    """One sheet of the named products and kinds."""
    chosen = [by_id()[name] for name in what if name in by_id()]
    chosen += [variant for name in what if name in KINDS for variant in kind_variants(name)]
    files = []
    for variant in chosen:
        files.append(scratch("sketches") / f"{variant.id}.png")
        sketch(variant).save(files[-1])
    to.mkdir(parents=True, exist_ok=True)
    path = to / f"sketch-{what[0]}.png"
    grid(files, 5, (SIDE, SIDE)).save(path)
    return [path]
