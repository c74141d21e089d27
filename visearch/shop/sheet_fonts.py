"""The fonts of a contact sheet: one that writes Chinese where the machine has one, else what matplotlib brings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from visearch.errors import VisearchError
from visearch.packages import package_folder

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local" / "share" / "fonts",
    Path.home() / ".fonts",
    Path("/System/Library/Fonts"),
    Path("/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
"""Where Linux, macOS and Windows keep fonts."""

# (regular, bold, number of the simplified Chinese face in the collection), the best first.
_CHINESE = (
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", 2),
    ("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf", 0),
    ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf", 0),
    ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf", 0),
    ("PingFang.ttc", "PingFang.ttc", 0),
    ("Hiragino Sans GB.ttc", "Hiragino Sans GB.ttc", 0),
    ("msyh.ttc", "msyhbd.ttc", 0),
    ("wqy-microhei.ttc", "wqy-microhei.ttc", 0),
    ("wqy-zenhei.ttc", "wqy-zenhei.ttc", 0),
    ("DroidSansFallbackFull.ttf", "DroidSansFallbackFull.ttf", 0),
)
_PLAIN = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", 0)
_TRIED = "的"
# No font has a glyph for it, so what it draws is what a font draws for a missing one.
_NEVER = "\uffff"


@dataclass(frozen=True)
class Fonts:
    """Two files and the face in them; no files stand for Pillow's own font."""

    regular: Path | None
    bold: Path | None
    face: int = 0

    def at(self, size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
        """The font of `size` pixels."""
        return _opened(self.bold if bold else self.regular, size, self.face)

    def writes(self, text: str) -> bool:
        """Whether it has every character of a text."""
        font = self.at(20)
        return all(_has(font, character) for character in set(text) if not character.isspace())

    @property
    def chinese(self) -> bool:
        """Whether it writes Chinese."""
        return self.writes(_TRIED)


def fonts(folders: Iterable[Path] = FOLDERS) -> Fonts:
    """The first font that writes Chinese and lies in one of the folders, else one that does not."""
    return _found(tuple(folders))


@lru_cache(maxsize=4)
def _found(folders: tuple[Path, ...]) -> Fonts:
    there = {path.name: path for folder in reversed(folders) if folder.is_dir() for path in folder.rglob("*.[to]t[fc]")}
    for regular, bold, face in _CHINESE:
        if regular in there and (found := _usable(there[regular], there.get(bold, there[regular]), face)):
            return found
    try:
        plain = package_folder("matplotlib") / "mpl-data" / "fonts" / "ttf"
    except VisearchError:
        return Fonts(None, None)
    return _usable(plain / _PLAIN[0], plain / _PLAIN[1], 0) or Fonts(None, None)


def _usable(regular: Path, bold: Path, face: int) -> Fonts | None:
    """A file may be there and still be no font that Pillow can read."""
    made = Fonts(regular, bold, face)
    try:
        made.at(20, bold=True)
        return made if made.writes("Aa") else None
    except OSError:
        return None


@lru_cache(maxsize=32)
def _opened(path: Path | None, size: int, face: int) -> ImageFont.FreeTypeFont:
    if path is None:
        plain = ImageFont.load_default(size)
        assert isinstance(plain, ImageFont.FreeTypeFont)  # noqa: S101
        return plain
    return ImageFont.truetype(path, size, index=face)


def _has(font: ImageFont.FreeTypeFont, character: str) -> bool:
    return bytes(font.getmask(character)) != bytes(font.getmask(_NEVER))
