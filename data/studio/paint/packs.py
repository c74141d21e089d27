"""Food boxes: front with a picture of what is inside, and a side with the table of nutrition."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

from data.studio.colour import tone
from data.studio.look import chance_of
from data.studio.paint.canvas import Draw, centred, disc, fitting, font, save

HEIGHT = 1024
FULL = 6.28  # nearly two pi; kept as it is, because changing it would change every drawn crumb
NUTRIENTS = ("Energy", "Fat", "Sugars", "Fibre", "Protein", "Salt", "Iron")


@dataclass(frozen=True)
class _Front:
    """A front while it is painted: w pixels wide, (cx, cy) the middle of the picture, three colours."""

    d: Draw
    w: int
    pal: Sequence[str]
    rng: Random

    @property
    def cx(self) -> float:
        return self.w / 2

    @property
    def cy(self) -> float:
        return HEIGHT * 0.68


def _bowl(p: _Front, crumb: Callable[[_Front, float, float, str, float], None]) -> None:
    """A bowl of cereal over rays."""
    for start in (i * 360 / 28 for i in range(28)):
        p.d.pieslice([-500, -200, p.w + 500, HEIGHT + 500], start, start + 360 / 56, fill=tone(p.pal[0], 1.1))
    cx, cy = p.cx, p.cy
    p.d.ellipse([cx - 280, cy - 90, cx + 280, cy + 260], fill="#f5f5f2", outline="#d0d0cc", width=6)
    p.d.ellipse([cx - 250, cy - 75, cx + 250, cy + 70], fill="#fbf6ea")
    for _ in range(170):
        a = p.rng.uniform(0, FULL)
        q = math.sqrt(p.rng.random())
        x, y = cx + 225 * q * math.cos(a), cy - 8 + 60 * q * math.sin(a) - 30 * (1 - q)
        fill = p.rng.choice(["#c98a3c", "#b8742a", "#dba557", "#a9652a", p.pal[1]])
        crumb(p, x, y, fill, p.rng.uniform(14, 24))


def _hoop(p: _Front, x: float, y: float, fill: str, r: float) -> None:
    disc(p.d, x, y, r, r * 0.75, fill=fill, outline="#7a4a1a", width=2)
    disc(p.d, x, y, r * 0.35, r * 0.25, fill="#6b3f18")


def _flake(p: _Front, x: float, y: float, fill: str, r: float) -> None:
    edge = []
    for b in (j * math.pi / 4 for j in range(8)):
        wide = r * p.rng.uniform(0.7, 1.2) * math.cos(b)
        edge.append((x + wide, y + r * 0.7 * p.rng.uniform(0.7, 1.2) * math.sin(b)))
    p.d.polygon(edge, fill=p.rng.choice(["#e8b04a", "#dc9c34", "#f0c36a"]), outline="#a8701c")


def _crumble(p: _Front, x: float, y: float, fill: str, r: float) -> None:
    fill = p.rng.choice(["#c08a4c", "#8a5a2c", "#d9b078", "#8c2438", "#5a2140"])
    disc(p.d, x, y, r * 0.6, r * 0.5, fill=fill)


def _tea(p: _Front) -> None:
    bg, accent, pale = p.pal
    cx, cy = p.cx, p.cy
    p.d.rectangle([0, HEIGHT * 0.52, p.w, HEIGHT], fill=tone(bg, 0.86))
    for i in range(12):
        a = i * math.pi / 6
        petal = ((50, a), (130, a - 0.16), (240, a), (130, a + 0.16))
        p.d.polygon([(cx + r * math.cos(b), cy + r * math.sin(b)) for r, b in petal], fill=accent if i % 2 else pale)
    disc(p.d, cx, cy, 62, fill=pale)


def _pasta(p: _Front) -> None:
    low = HEIGHT * 0.97
    for i in range(25):
        a = -math.pi / 2 + (i - 12) * 0.055
        start = (p.cx - 20 * math.sin((i - 12) * 0.1), low)
        end = (p.cx + 430 * math.cos(a), low + 430 * math.sin(a))
        p.d.line([start, end], fill="#ecc46a" if i % 2 else "#d9a945", width=13)
    p.d.ellipse([p.cx - 90, HEIGHT * 0.8, p.cx + 90, HEIGHT * 0.86], fill=p.pal[1])


def _cookies(p: _Front) -> None:
    for dx, dy, r in ((-120, 40, 150), (130, -10, 140), (10, 170, 155)):
        x, y = p.cx + dx, p.cy + dy
        disc(p.d, x, y, r, fill="#c68a4a", outline="#9a6226", width=8)
        for _ in range(15):
            a = p.rng.uniform(0, FULL)
            q = r * 0.8 * math.sqrt(p.rng.random())
            disc(p.d, x + q * math.cos(a), y + q * math.sin(a), 14, 12, fill="#4a2a16")


def _rice(p: _Front) -> None:
    cx, cy = p.cx, p.cy
    p.d.polygon([(cx - 260, cy - 10), (cx + 260, cy - 10), (cx + 150, cy + 230), (cx - 150, cy + 230)], fill=p.pal[1])
    p.d.pieslice([cx - 240, cy - 170, cx + 240, cy + 150], 180, 360, fill="#f7f3e8")
    for _ in range(120):
        a = p.rng.uniform(math.pi, 2 * math.pi)
        q = math.sqrt(p.rng.random())
        x, y = cx + 225 * q * math.cos(a), cy - 8 + 150 * q * math.sin(a)
        disc(p.d, x, y, 10, 4, fill=p.rng.choice(["#e7dfca", "#efe9d8", "#dcd2b8"]))


def _cocoa(p: _Front) -> None:
    cx, cy, pale = p.cx, p.cy, p.pal[2]
    p.d.rounded_rectangle([cx - 170, cy - 70, cx + 170, cy + 230], 50, fill=pale)
    p.d.arc([cx + 110, cy - 10, cx + 270, cy + 150], -90, 90, fill=pale, width=34)
    p.d.ellipse([cx - 150, cy - 60, cx + 150, cy + 10], fill="#5a2f1a")
    for i in (-80, 0, 80):
        steam = [(cx + i + 16 * math.sin(t / 18), cy - 95 - t) for t in range(0, 110, 4)]
        p.d.line(steam, fill=pale, width=12)


FRONTS: dict[str, Callable[[_Front], None]] = {
    "rings": lambda p: _bowl(p, _hoop), "flakes": lambda p: _bowl(p, _flake),
    "granola": lambda p: _bowl(p, _crumble), "tea": _tea, "pasta": _pasta, "cookies": _cookies, "rice": _rice,
    "cocoa": _cocoa,
}  # fmt: skip


def pack(
    kind: str, palette: Sequence[str], name: str, brand: str, content: str, width: float, height: float
) -> tuple[Path, Path]:
    """Front and side of a food box of a kind of `FRONTS`; sizes in metres, palette = box, accent, pale ink."""
    across = int(HEIGHT * width / height)
    bg, accent, pale = palette
    image = Image.new("RGB", (across, HEIGHT), bg)
    draw = ImageDraw.Draw(image)
    rng = chance_of(name)
    FRONTS[kind](_Front(draw, across, palette, rng))
    size = fitting(draw, name, across * 0.86, 170)
    draw.rounded_rectangle([30, 150, across - 30, 150 + size * 1.6], 40, fill=accent)
    centred(draw, name, across / 2, 150 + size * 0.18, size, pale)
    centred(draw, brand, across / 2, 60, 56, pale)
    draw.text((50, HEIGHT - 60), content, fill=pale, font=font(34))
    return save(image), _side(bg, pale, brand, rng)


def _side(bg: str, pale: str, brand: str, rng: Random) -> Path:
    image = Image.new("RGB", (256, HEIGHT), bg)
    draw = ImageDraw.Draw(image)
    draw.rectangle([24, 250, 232, 760], fill="#ffffff", outline="#111111", width=4)
    draw.text((34, 262), "Nutrition\nFacts", fill="#111", font=font(38))
    for i in range(13):
        y = 370 + i * 29
        draw.line([(34, y), (222, y)], fill="#111", width=2 if i % 4 else 6)
        draw.text((36, y + 4), NUTRIENTS[i % 7], fill="#111", font=font(20))
        draw.text((176, y + 4), f"{rng.randint(1, 40)}%", fill="#111", font=font(20))
    draw.text((40, 80), brand, fill=pale, font=font(fitting(draw, brand, 200, 40)))
    return save(image)
