"""The list of scenes, readable without the renderer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import tomllib

from data.studio.workspace import scratch

TABLE = Path(__file__).parent / "scenes.toml"
LIVING_ROLES = ("sofa", "coffeetable", "vase", "tablelamp", "plant", "pillow")


@cache
def scenes() -> dict[str, Mapping[str, Any]]:
    """What to arrange, by name."""
    with TABLE.open("rb") as file:
        return tomllib.load(file)


def boxes_file(name: str) -> Path:
    """Where a scene's boxes wait until `tables` gathers them."""
    return scratch("boxes") / f"{name}.json"


def products_of(given: Mapping[str, Any]) -> Iterator[str]:
    """The ids of a scene's products."""
    yield from (given[role] for role in LIVING_ROLES if role in given)
    yield from (item["id"] for item in given.get("items", ()))
    for row in given.get("rows", ()):
        yield from row
