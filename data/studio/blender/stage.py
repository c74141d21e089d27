"""Render settings, light, backdrop and camera.

Light is in units of the product's radius, so that any size looks alike.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Vector

from data.studio.blender.graph import Graph
from data.studio.blender.group import bounds, centre
from data.studio.blender.mesh import link, mesh
from data.studio.workspace import threads

STUDIO_VIEW = "Khronos PBR Neutral"  # colours stay what the table says
PHOTO_VIEW, PHOTO_LOOK = "AgX", "AgX - Medium High Contrast"


def reset(side: int, samples: int, view: str = STUDIO_VIEW, look: str | None = None, exposure: float = 0) -> Any:
    """An empty scene with Cycles on the CPU; returns the scene. Drops everything that was built before."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    _sampling(scene.cycles, samples)
    scene.render.resolution_x = scene.render.resolution_y = side
    scene.render.resolution_percentage = 100
    scene.render.threads_mode = "FIXED"
    scene.render.threads = threads()
    scene.render.use_persistent_data = False
    scene.view_settings.view_transform = view
    scene.view_settings.exposure = exposure
    if look:
        scene.view_settings.look = look
    scene.render.image_settings.file_format = "PNG"
    scene.world = bpy.data.worlds.new("world")
    scene.world.use_nodes = True
    sky(scene, 0.35)
    return scene


def _sampling(cycles: Any, samples: int) -> None:
    cycles.device = "CPU"
    cycles.samples = samples
    cycles.use_adaptive_sampling = True
    cycles.adaptive_threshold = 0.1
    # Below 40 samples nothing adapts without a minimum: this alone took a picture from 25 to 17 s.
    cycles.adaptive_min_samples = 8
    cycles.use_denoising = True
    cycles.denoiser = "OPENIMAGEDENOISE"
    cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    cycles.denoising_prefilter = "FAST"
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 8, 2, 4
    cycles.transmission_bounces = cycles.transparent_max_bounces = 8
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.blur_glossy = 0.5
    cycles.sample_clamp_indirect = 6


def sky(scene: Any, strength: float, colour: tuple[float, float, float] = (1, 1, 1)) -> None:
    """The even light from everywhere."""
    background = scene.world.node_tree.nodes["Background"]
    background.inputs[0].default_value = (*colour, 1)
    background.inputs[1].default_value = strength


def area(at: Any, target: Any, size: float, power: float, colour: Any = (1, 1, 1), height: float | None = None) -> Any:
    """A softbox at `at` that looks to `target`; watts and metres."""
    lamp = bpy.data.lights.new("area", "AREA")
    lamp.energy = power
    lamp.size = size
    lamp.color = colour
    lamp.spread = math.radians(180)
    if height:
        lamp.shape = "RECTANGLE"
        lamp.size_y = height
    thing = link("area", lamp)
    thing.location = at
    thing.visible_camera = False
    thing.rotation_euler = (Vector(target) - Vector(at)).to_track_quat("-Z", "Y").to_euler()
    return thing


def backdrop(radius: float, colour: str) -> Any:
    """A floor that curves up to a wall behind the product."""
    r, far = 4 * radius, 5 * radius
    profile = [(-12 * radius, 0.0), (far - r, 0.0)]
    profile += [(far - r + r * math.sin(t), r - r * math.cos(t)) for t in np.linspace(0, math.pi / 2, 24)][1:]
    profile += [(far, 22 * radius)]
    points = [(x, y, z) for y, z in profile for x in (-25 * radius, 25 * radius)]
    faces = [(2 * i, 2 * i + 1, 2 * i + 3, 2 * i + 2) for i in range(len(profile) - 1)]
    return mesh("backdrop", points, faces, Graph("backdrop", base=colour, rough=0.7, spec=0.3).material)


def camera(
    points: Any,
    az: float,
    el: float,
    lens: float = 85,
    fill: float = 0.8,
    fstop: float | None = None,
    roll: float = 0,
    shift: tuple[float, float] = (0, 0),
    aspect: float = 1,
) -> Any:
    """A camera that shows all points over `fill` of the frame; az 0 is the front (-y), radians.

    `aspect` is the frame's height over its width.
    """
    data = bpy.data.cameras.new("camera")
    data.lens = lens
    data.sensor_width = 36
    thing = link("camera", data)
    bpy.context.scene.camera = thing
    towards = Vector((math.sin(az) * math.cos(el), -math.cos(az) * math.cos(el), math.sin(el)))
    turn = (-towards).to_track_quat("-Z", "Y")
    axes = np.array(turn.to_matrix())
    middle = centre(points)
    local = (points - middle) @ axes
    shifted, distance = _fit(local, 18 / lens * fill, aspect)
    thing.location = Vector(middle + axes[:, :2] @ shifted) + towards * distance
    thing.rotation_euler = turn.to_euler()
    if roll:
        thing.rotation_euler.rotate_axis("Z", roll)
    data.shift_x, data.shift_y = shift
    data.clip_start, data.clip_end = 0.001, 500
    if fstop:
        data.dof.use_dof = True
        data.dof.focus_distance = float(distance - np.percentile(local[:, 2], 75))
        data.dof.aperture_fstop = fstop
    return thing


def _fit(local: Any, half: float, aspect: float) -> tuple[Any, float]:
    """Shift in the picture plane and distance, by turns: perspective couples the two."""
    shifted, distance = np.zeros(2), 1.0
    for _ in range(6):
        flat = local[:, :2] - shifted
        distance = max(float(((np.abs(flat) / [1, aspect]).max(1) / half + local[:, 2]).max()), 1e-3)
        seen = flat / (distance - local[:, 2])[:, None]
        shifted = shifted + (seen.max(0) + seen.min(0)) / 2 * distance * 0.9
    return shifted, distance


def studio(
    root: Any, az: float = 0.45, el: float = 0.3, lens: float = 85, fill: float = 0.78, bg: str = "#f4f3f1",
    fstop: float | None = None,
) -> Any:  # fmt: skip
    """Backdrop, four softboxes and a camera round a product."""
    points = bounds(root)
    middle = centre(points)
    radius = np.linalg.norm(points - middle, axis=1).max()
    target = Vector(middle)
    floor = backdrop(radius, bg)
    floor.location = (middle[0], middle[1], 0)
    floor.rotation_euler.z = az
    turn = Matrix.Rotation(az, 3, "Z")

    def around(x: float, y: float, z: float) -> Any:
        return target + turn @ Vector((x * radius, y * radius, z * radius))

    unit = radius * radius
    area(around(-3.2, -2.2, 3.4), target, 3.0 * radius, 225 * unit, (1, 0.98, 0.95), height=3.6 * radius)
    area(around(3.8, -1.4, 1.6), target, 2.0 * radius, 30 * unit, (0.95, 0.98, 1), height=4 * radius)
    area(around(0.6, 2.6, 4.2), target, 3 * radius, 90 * unit)
    area(around(0, 3.2, 5.5), around(0, 5, 1.5), 5 * radius, 150 * unit)
    sky(bpy.context.scene, 0.24)
    return camera(points, az, el, lens, fill, fstop)


def render(path: Path) -> None:
    """Renders the scene to a PNG file."""
    bpy.context.scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
