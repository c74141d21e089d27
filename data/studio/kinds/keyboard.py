"""Keyboards, lying with the back edge raised.

rows the layout (60 | tkl | full | num), c colour of the case, k colour of the letter keys, k2 of the others, k3 of
Enter and Escape, mat material of the case instead of c, ink colour of the legends, round=1 for typewriter keys, knob=1.
"""

from __future__ import annotations

import math
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageDraw

from data.studio.blender.decal import mark
from data.studio.blender.group import group
from data.studio.blender.materials import material, metal, plastic
from data.studio.blender.mesh import bevel, box, flat, lathe, mesh
from data.studio.look import Look, Model
from data.studio.paint.canvas import centred, save

PITCH = 0.01905
MAIN = (("1234567890-=", 2.0), ("QWERTYUIOP[]", 1.5), ("ASDFGHJKL;'", 2.25), ("ZXCVBNM,./", 2.75))  # and the last width
FIRST_WIDTH = (1.0, 1.5, 1.75, 2.25)
BOTTOM = (1.25, 1.25, 1.25, 6.25, 1.25, 1.25, 1.25, 1.25)
TALLER = 0.0085
Key = tuple[float, int, float, str, str]  # x in keys, row from the top, width in keys, legend, role


def _main(top: int) -> list[Key]:
    keys: list[Key] = []
    for row, (legends, last) in enumerate(MAIN):
        x = FIRST_WIDTH[row]
        keys.append((0, top + row, x, "", "k3" if row == 0 and top == 0 else "k2"))
        for letter in legends:
            keys.append((x, top + row, 1, letter, "k"))
            x += 1
        keys.append((x, top + row, last, "", "k3" if row == 2 else "k2"))
    x = 0.0
    for width in BOTTOM:
        keys.append((x, top + 4, width, "", "k" if width > 2 else "k2"))
        x += width
    return keys


def _layout(name: str) -> list[Key]:
    if name == "num":
        digits = [(float(i), 1 + j, 1.0, "789456123"[j * 3 + i], "k") for j in range(3) for i in range(3)]
        edge: list[Key] = [(i, 0, 1, "/*-"[i - 1] if i else "", "k2") for i in range(4)]
        return [*edge, *digits, (0, 4, 2, "0", "k"), (2, 4, 1, ".", "k"), (3, 1, 1, "+", "k2"), (3, 2, 1, "", "k2"),
                (3, 3, 1, "", "k3"), (3, 4, 1, "", "k3")]  # fmt: skip
    if name == "60":
        return _main(0)
    keys: list[Key] = [(0, 0, 1, "", "k3")]
    keys += [(2 + i + 0.5 * (i // 4), 0, 1, f"F{i + 1}", "k" if 3 < i < 8 else "k2") for i in range(12)]
    keys += _main(1)
    keys += [(15.25 + i, 1 + j, 1, "", "k2") for j in range(2) for i in range(3)]
    keys += [(16.25, 4, 1, "", "k2"), *((15.25 + i, 5, 1, "", "k2") for i in range(3))]
    if name == "full":
        keys += [(18.5 + x, 1 + row, wide, text, role) for x, row, wide, text, role in _layout("num")]
    return keys


def _cap(key: Key, surface: Any, round_keys: bool) -> Any:
    """A keycap: smaller at its top; its middle in key units, y to the back."""
    x, row, wide, _, _ = key
    at = ((x + wide / 2) * PITCH, -(row + 0.5) * PITCH, 0)
    if round_keys and wide == 1:
        r = PITCH * 0.44
        cap = lathe(
            [(0, 0), (r, 0), (r, TALLER * 0.8), (r * 0.9, TALLER), (0, TALLER * 0.9)], surface, segments=40, angle=40
        )
    else:
        a, b = wide * PITCH / 2 - 0.0005, PITCH / 2 - 0.0005
        top = 0.0028
        points = [(s * a, t * b, 0.0) for s, t in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        points += [(s * (a - top), t * (b - top) + 0.0008, TALLER) for s, t in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        faces = [(0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7), (4, 5, 6, 7), (3, 2, 1, 0)]
        cap = bevel(mesh("key", points, faces, surface), 0.0012, 3, 20)
    cap.location = at
    return cap


def _legends(keys: list[Key], wide: float, deep: float) -> Path:
    """All legends in one mask over the whole field."""
    scale = 2400 / wide
    image = Image.new("L", (2400, int(deep * scale)), 0)
    draw = ImageDraw.Draw(image)
    for x, row, width, text, _ in keys:
        if text:
            size = 84 if len(text) == 1 else 56
            at = (x + width / 2) * PITCH * scale, (row + 0.14) * PITCH * scale
            centred(draw, text, *at, size, 255)
    return save(image)


def _knurl(a: float, z: float) -> float:
    return 1 + 0.015 * math.cos(a * 40)


def build(look: Look, rng: Random) -> Model:
    """A keyboard."""
    keys = _layout(str(look("rows", "tkl")))
    wide = max(x + width for x, _, width, _, _ in keys) * PITCH
    deep = (max(row for _, row, *_ in keys) + 1) * PITCH
    case = material(look("mat")) if look("mat") else plastic(look("c", "#2a2a2c"), 0.4, 0.15)
    letter = look("k", "#efece6")
    colours = {"k": letter, "k2": look("k2", letter), "k3": look("k3", look("k2", letter))}
    surfaces = {role: plastic(colour, 0.45, 0.15) for role, colour in colours.items()}
    edge = 0.009
    parts = [box((wide + 2 * edge, deep + 2 * edge, 0.018), case, 0.004, (wide / 2, -deep / 2, -0.007))]
    parts += [_cap(key, surfaces[key[4]], bool(look("round"))) for key in keys]
    z = TALLER + 0.00025
    corners = [(0, -deep, z), (wide, -deep, z), (wide, 0, z), (0, 0, z)]
    parts.append(flat(corners, mark(_legends(keys, wide, deep), look("ink", "#26262a"))))
    if look("knob"):
        outline = [(0, 0), (0.009, 0), (0.009, 0.014), (0, 0.0145)]
        gold = metal(look("m", "#d6b676"), 0.25)
        knob = lathe(outline, gold, round_edges=0.0008, rib=_knurl, segments=160, angle=40)
        knob.location = (wide - 0.012, -0.0095, 0.002)
        parts.append(knob)
    root = group(parts, "keyboard")
    root.rotation_euler = (math.radians(6), 0, 0)
    return Model(root, {"az": look("az", 0.22), "el": 0.8, "fill": 0.9})
