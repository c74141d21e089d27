"""Rooms and tables with several products, and the exact boxes of each. The list is scenes.toml."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.studio.blender import stage
from data.studio.boxes import boxes
from data.studio.look import chance_of
from data.studio.phone import snap
from data.studio.rooms import Set, flatlay, living, shelf, table
from data.studio.scenes_list import boxes_file, scenes
from data.studio.workspace import scratch

WIDTH, HEIGHT, SAMPLES = 640, 512, 16
ARRANGE: dict[str, Callable[[Set], Any]] = {"table": table, "living": living, "shelf": shelf, "flatlay": flatlay}


def scene(name: str, path: Path) -> None:
    """Renders a scene to a JPEG file and keeps its boxes."""
    given = scenes()[name]
    view = stage.reset(WIDTH, SAMPLES, stage.PHOTO_VIEW, stage.PHOTO_LOOK, -0.35)
    view.render.resolution_x, view.render.resolution_y = WIDTH, HEIGHT
    rng = chance_of(name)
    stand = Set(view, given, rng, [])
    ARRANGE[given["kind"]](stand)
    png = scratch("png") / f"scene-{name}.png"
    stage.render(png)
    found = boxes(stand.products, scratch("png") / f"scene-{name}-numbers.png")
    boxes_file(name).write_text(json.dumps([box.row() for box in found]))
    snap(png, path, rng, 0.5)
