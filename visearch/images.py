"""Pictures in: one decoder for every door, crops, thumbnails and content hashes."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from visearch.errors import PictureError
from visearch.types import Box

MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 60_000_000
MIN_SIDE = 8
MAX_RATIO = 30
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF", "MPO")
THUMBNAIL_SIDE = 384
_ALLOWED = "JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or HEIC"


def sha256(data: bytes) -> str:
    """The hex digest that names a picture everywhere."""
    return hashlib.sha256(data).hexdigest()


def load_image(source: bytes | str | Path, max_side: int | None = None) -> Image.Image:
    """Decodes one picture to upright RGB; transparent parts become white.

    `max_side` (pixels) lets JPEGs decode at a reduced scale and shrinks the result to fit. Raises PictureError
    when the bytes are not a picture, too large (25 MB, 60 megapixels), too small or too long and thin.
    """
    data = source if isinstance(source, bytes) else _read(Path(source))
    if len(data) > MAX_BYTES:
        raise PictureError(f"The picture has {len(data) >> 20} MB; the limit is {MAX_BYTES >> 20} MB.")
    _register_heif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_openable()) as picture:
                _check_size(picture.width, picture.height)
                if max_side:
                    picture.draft("RGB", (max_side, max_side))
                return _shrink(ImageOps.exif_transpose(to_rgb(picture)), max_side)
    except UnidentifiedImageError as error:
        raise PictureError("The file is not a picture that can be read.", f"Use {_ALLOWED}.") from error
    except PictureError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise PictureError("The picture is damaged and cannot be decoded.", f"Use {_ALLOWED}.") from error


def to_rgb(picture: Image.Image) -> Image.Image:
    """RGB with transparency on white and 16-bit greys scaled, keeping the EXIF rotation tag."""
    exif = picture.getexif()
    if picture.mode.startswith("I;16") or picture.mode == "I":
        picture = picture.convert("I").point(lambda value: value / 257).convert("L")
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(white, layer)
    rgb = picture.convert("RGB")
    orientation = exif.get(0x0112)
    if orientation:
        rgb.getexif()[0x0112] = orientation
    return rgb


def crop(picture: Image.Image, box: Box) -> Image.Image:
    """Cuts `box` (pixels of the upright picture), clipped to the picture.

    Raises PictureError when less than 8 x 8 pixels are left.
    """
    left, top = max(0, round(box.x0)), max(0, round(box.y0))
    right, bottom = min(picture.width, round(box.x1)), min(picture.height, round(box.y1))
    if right - left < MIN_SIDE or bottom - top < MIN_SIDE:
        raise PictureError(
            f"The box {box.x0:g},{box.y0:g},{box.x1:g},{box.y1:g} leaves no picture of "
            f"{picture.width} x {picture.height} pixels.",
            f"Give x0,y0,x1,y1 in pixels, at least {MIN_SIDE} apart.",
        )
    return picture.crop((left, top, right, bottom))


def padded(box: Box, share: float = 0.0, least: float = 0.0) -> Box:
    """The box with `share` of its sides more on each side, and no side shorter than `least` pixels.

    It may reach over the picture's edge; `crop` clips it.
    """
    wide, high = box.x1 - box.x0, box.y1 - box.y0
    dx, dy = (max(side * share, (least - side) / 2) for side in (wide, high))
    return replace(box, x0=box.x0 - dx, y0=box.y0 - dy, x1=box.x1 + dx, y1=box.y1 + dy)


def thumbnail(picture: Image.Image, side: int = THUMBNAIL_SIDE) -> bytes:
    """JPEG bytes of the picture, its longer side at most `side` pixels, without metadata."""
    small = _shrink(picture, side)
    buffer = io.BytesIO()
    # Neither optimised nor progressive: that makes it 5 % smaller and takes four times as long.
    small.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            size = path.stat().st_size >> 20
            raise PictureError(f"The picture {path.name} has {size} MB; the limit is {MAX_BYTES >> 20} MB.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise PictureError(f"There is no picture {path}.", "Check the path.") from error
    except OSError as error:
        raise PictureError(f"The picture {path} cannot be read: {error.strerror}.") from error


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise PictureError(
            f"The picture has {width} x {height} pixels; the limit is {MAX_PIXELS // 1_000_000} megapixels.",
            "Make it smaller and try again.",
        )
    if min(width, height) < MIN_SIDE:
        raise PictureError(
            f"The picture has only {width} x {height} pixels.", f"It needs at least {MIN_SIDE} x {MIN_SIDE}."
        )
    if max(width, height) > MAX_RATIO * min(width, height):
        raise PictureError(f"The picture is too long and thin ({width} x {height}).", "Crop it and try again.")


def _shrink(picture: Image.Image, max_side: int | None) -> Image.Image:
    if not max_side or max(picture.size) <= max_side:
        return picture
    scale = max_side / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _openable() -> tuple[str, ...]:
    Image.init()
    return tuple(name for name in FORMATS if name in Image.OPEN)


def _register_heif() -> None:
    if "HEIF" in Image.OPEN:
        return
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return
    register_heif_opener()
