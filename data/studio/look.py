"""What a kind's builder gets and what it gives back."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any


@dataclass(frozen=True)
class Look:
    """The `look` of one row of the variants table: `look("form", "taper")` is its value or the default."""

    values: Mapping[str, Any]
    seed: int = 0

    def __call__(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)


@dataclass(frozen=True)
class Model:
    """A product standing in the scene, and how it likes to be seen.

    `view` may hold az, el (radians; az 0 is the front), lens (mm), fill (share of the frame), bg and fstop.
    """

    root: Any
    view: Mapping[str, Any] = field(default_factory=dict)


def chance(key: str | int) -> Random:
    """Small irregularities, the same on every machine for the same key."""
    seed = key if isinstance(key, int) else zlib.crc32(key.encode())
    return Random(seed)  # noqa: S311 - a picture, not a secret


def chance_of(text: str) -> Random:
    """Chance seeded by a text itself, not by its checksum: the first prints, covers and packs were drawn with it."""
    return Random(text)  # noqa: S311 - a picture, not a secret
