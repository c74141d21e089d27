"""Customers' photos: another angle, warm light, a cluttered home, a phone's camera."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import bpy
import numpy as np

from data.studio import surfaces
from data.studio.blender import stage
from data.studio.blender.group import bounds, centre, ground
from data.studio.blender.mesh import mesh, plane
from data.studio.kinds import KINDS
from data.studio.look import chance
from data.studio.phone import NOISE, snap
from data.studio.photos_list import is_evening, is_hidden
from data.studio.shots import SIDE, build_variant
from data.studio.table import Variant, by_id, kind_variants
from data.studio.workspace import scratch

SAMPLES = 8
FURNITURE = ("sofa", "chair", "coffeetable", "shelf")
FLAT = ("tshirt",)
SHALLOW_TURN = ("book", "carton", "pillow", "clock", "shelf", "keyboard", "notebook", "pen")
CLUTTER = ("mug", "vase", "book", "bottle", "carton", "candle")
POSTERS = ("hills", "circles", "tri")
INKS = (("#f1e6d0", "#b3402e", "#24313f", "#d99b3a"), ("#2f4a3a", "#e9dcc0", "#d98a5a", "#8fb08a"))


@dataclass(frozen=True)
class _Spot:
    """Where the product stands: its radius decides the size of everything else."""

    size: float
    choice: int
    large: bool
    flat: bool


def photo(variant: Variant, path: Path) -> None:
    """Renders a product's customer photo to a JPEG file."""
    rng = chance(f"photo{variant.kind}{variant.number - 1}")
    scene = stage.reset(SIDE, SAMPLES, stage.PHOTO_VIEW, stage.PHOTO_LOOK, -0.1)
    scene.cycles.diffuse_bounces = 1
    scene.cycles.denoising_prefilter, scene.cycles.denoising_quality = "NONE", "BALANCED"
    points, spot = _product(variant, rng)
    _room(spot, variant.number - 1, rng)
    if not spot.flat:
        _clutter(variant.kind, spot, rng)
    if is_hidden(variant):
        _in_front(variant, spot)
    _light(scene, spot.size, rng, 0.45 if is_evening(variant) else 1)
    _aim(points, spot, rng)
    png = scratch("png") / f"{variant.id}-photo.png"
    stage.render(png)
    noise = NOISE * 3 if is_evening(variant) else NOISE
    snap(png, path, rng, rng.uniform(0.46, 0.56) * (0.8 if is_evening(variant) else 1), noise)


def _product(variant: Variant, rng: Random) -> tuple[Any, _Spot]:
    flat, index = variant.kind in FLAT, variant.number - 1
    root = build_variant(variant).root
    shallow = flat or variant.kind in SHALLOW_TURN
    root.rotation_euler.z += rng.uniform(0.35, 0.9) * rng.choice([-1, 1]) * (0.5 if shallow else 1)
    ground(root)
    middle = centre(bounds(root))
    root.location.x -= middle[0]
    root.location.y -= middle[1]
    points = bounds(root)
    size = float(np.linalg.norm(points - centre(points), axis=1).max())
    choice = KINDS.index(variant.kind) * 3 + index * 5
    return points, _Spot(size, choice, variant.kind in FURNITURE, flat)


def _room(spot: _Spot, index: int, rng: Random) -> None:
    s, k = spot.size, spot.choice
    if spot.large:
        plane(-12 * s, 12 * s, -12 * s, 2.2 * s, surfaces.planks(surfaces.FLOORS[k % 5]))
    else:
        plane(-12 * s, 12 * s, -12 * s, 4 * s, surfaces.top(surfaces.TOPS[k % 12]))
    y = 1.6 * s if spot.large else rng.uniform(4.2, 7) * s
    corners = [(-30 * s, y, -8 * s), (30 * s, y, -8 * s), (30 * s, y, 20 * s), (-30 * s, y, 20 * s)]
    mesh("wall", corners, [(0, 1, 2, 3)], surfaces.wall(surfaces.WALLS[(k + index) % 7]))
    if spot.large:
        at = (rng.uniform(-1, 1) * s, y - 0.02, 1.9 * s)
        surfaces.frame(0.9 * s, 1.2 * s, at, POSTERS[k % 3], INKS[index % 2])


def _clutter(kind: str, spot: _Spot, rng: Random) -> None:
    """Two or three other products behind, scaled to look at home."""
    s, count = spot.size, rng.randint(2, 3)
    for j in range(count):
        other = rng.choice([name for name in CLUTTER if name != kind])
        variant = kind_variants(other)[rng.randrange(len(kind_variants(other)))]
        root = put(variant, yaw=rng.uniform(-1, 1))
        size = np.ptp(bounds(root), axis=0).max() / 2
        factor = 1.6 if spot.large else float(np.clip(0.75 * s / size, 0.45, 2.2))
        x = (j - (count - 1) / 2) * 1.5 * s + rng.uniform(-0.3, 0.3) * s
        x += 0.7 * s * np.sign(x or 1)
        y = rng.uniform(0.9, 1.3) * s if spot.large else rng.uniform(1.5, 2.8) * s
        move(root, x, y, factor)


def _in_front(variant: Variant, spot: _Spot) -> None:
    """Another product that hides a lower corner."""
    rng = chance(f"hidden{variant.id}")
    other = by_id()[rng.choice(["mug-06", "candle-07", "bottle-10", "mug-12"])]
    root = put(other, yaw=rng.uniform(-1, 1))
    size = np.ptp(bounds(root), axis=0).max() / 2
    move(root, rng.choice([-1, 1]) * 0.6 * spot.size, -1.4 * spot.size, 0.45 * spot.size / size)


def _light(scene: Any, s: float, rng: Random, strength: float) -> None:
    side = rng.choice([-1, 1])
    warm = (1, rng.uniform(0.86, 0.95), rng.uniform(0.7, 0.88))
    key, fill = 260 * s * s * strength, 120 * s * s * strength
    stage.area((side * 3.4 * s, -1.4 * s, 3 * s), (0, 0, s * 0.4), 1.6 * s, key, warm, height=2 * s)
    stage.area((-side * 4 * s, -3 * s, 4 * s), (0, 0, 0), 4 * s, fill, (0.85, 0.92, 1))
    stage.sky(scene, 0.5 * strength, (1, 0.97, 0.93))


def _aim(points: Any, spot: _Spot, rng: Random) -> None:
    az = rng.uniform(-0.35, 0.35)
    el = rng.uniform(1.15, 1.35) if spot.flat else rng.uniform(0.3, 0.55)
    lens, fill, roll = rng.uniform(32, 45), rng.uniform(0.56, 0.7), rng.uniform(-0.07, 0.07)
    shift = (rng.uniform(-0.06, 0.06), rng.uniform(-0.05, 0.05))
    thing = stage.camera(points, az, el, lens, fill, 2.0, roll, shift)
    thing.data.dof.aperture_fstop = max(0.02, thing.data.lens / 1000 / (0.03 * spot.size))


def put(
    variant: Variant, x: float = 0, y: float = 0, z: float = 0, yaw: float = 0, scale: float = 1, lie: bool = False
) -> Any:
    """Sets a product on a place; `lie` lays it on its back. Returns its root."""
    root = build_variant(variant).root
    if lie:
        root.rotation_euler = (-np.pi / 2, 0, yaw)
    else:
        root.rotation_euler.z += yaw
    move(root, x, y, scale, z)
    return root


def move(root: Any, x: float, y: float, scale: float, z: float = 0) -> None:
    """Scales a product and moves its middle to (x, y) and its lowest point to z."""
    root.scale = (scale,) * 3
    root.location = (0, 0, 0)
    points = bounds(root)
    middle = centre(points)
    root.location = (x - middle[0], y - middle[1], z - points[:, 2].min())
    bpy.context.view_layer.update()
