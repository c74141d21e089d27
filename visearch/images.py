"""Pictures in: one decoder for every door, crops, thumbnails and content hashes."""

from __future__ import annotations

import contextlib
import hashlib
import io
import threading
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from visearch.errors import PictureError
from visearch.parts import check_exif, check_parts, check_scans
from visearch.types import Box

MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 60_000_000
MIN_SIDE = 8
MAX_SIDE = 30_000
MAX_RATIO = 30
LARGE_PIXELS = 12_000_000
"""Pictures that come out of their decoder larger than this are decoded one at a time: the largest takes 0.7 GB."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF", "MPO")
THUMBNAIL_SIDE = 384
_ALLOWED = "JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or HEIC"
_HINT = f"Use {_ALLOWED}."
_OTHERS = (
    ("PDF", (b"%PDF",)),
    ("ZIP", (b"PK\x03\x04", b"PK\x05\x06")),
    ("SVG", (b"<svg",)),
    ("HTML", (b"<!doctype html", b"<html")),
    ("PostScript", (b"%!PS",)),
    ("Photoshop", (b"8BPS",)),
    ("RAR", (b"Rar!",)),
    ("7z", (b"7z\xbc\xaf",)),
    ("GZIP", (b"\x1f\x8b",)),
)
"""How files begin that people take for pictures, to say what they are."""
_one_large = threading.BoundedSemaphore(1)


def sha256(data: bytes) -> str:
    """The hex digest that names a picture everywhere."""
    return hashlib.sha256(data).hexdigest()


def load_image(source: bytes | str | Path, max_side: int | None = None) -> Image.Image:
    """Decodes one picture to upright RGB without metadata; transparent parts become white.

    What a file is says its content, never its name. Of several frames only the first is decoded. `max_side` (pixels)
    lets JPEGs decode at a reduced scale and shrinks the result to fit. Raises PictureError when the bytes are not a
    picture, too large (25 MB, 60 megapixels, 30,000 a side: all known before decoding), too small or too long and thin.
    """
    data = source if isinstance(source, bytes) else _read(Path(source))
    check_bytes(len(data))
    check_parts(data)
    _register_heif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_openable()) as picture:
                _check_size(picture.width, picture.height)
                check_scans(data, picture.width * picture.height)
                if max_side:
                    picture.draft("RGB", (max_side, max_side))
                with _in_turn(picture.width * picture.height):
                    # Some formats have their metadata behind the pixels.
                    picture.load()
                    _check_metadata(picture)
                    return _plain(_shrink(ImageOps.exif_transpose(to_rgb(picture)), max_side))
    except PictureError:
        raise
    except UnidentifiedImageError as error:
        raise _no_picture(data) from error
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except Exception as error:  # decoders raise whatever they like on a hostile file, MemoryError among it
        raise PictureError("The picture is damaged and cannot be decoded.", _HINT, "damaged") from error


def _check_metadata(picture: Image.Image) -> None:
    check_exif(picture.info.get("exif") or b"")
    # The same in a text, as old programs write it; nothing needs it that much.
    picture.info.pop("Raw profile type exif", None)


def check_bytes(size: int) -> None:
    """Raises PictureError for a file that is too large to be looked at, or empty."""
    if size > MAX_BYTES:
        raise PictureError(
            f"The picture has {size / (1 << 20):.0f} MB; the limit is {MAX_BYTES >> 20} MB.",
            "Make it smaller and try again.",
            "too_heavy",
            most=MAX_BYTES >> 20,
        )
    if size == 0:
        raise PictureError("The file is empty.", _HINT, "empty")


def _no_picture(data: bytes) -> PictureError:
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    kind = next((kind for kind, starts in _OTHERS if head.startswith(tuple(start.lower() for start in starts))), "")
    if not kind and head.startswith((b"<?xml", b"<!--")) and b"<svg" in data[:4096].lower():
        kind = "SVG"
    if kind:
        return PictureError(f"The file is not a picture that can be read, but {kind}.", _HINT, "other_kind", kind=kind)
    return PictureError("The file is not a picture that can be read.", _HINT, "no_picture")


@contextlib.contextmanager
def _in_turn(pixels: int) -> Iterator[None]:
    if pixels <= LARGE_PIXELS:
        yield
        return
    with _one_large:
        yield


def _plain(picture: Image.Image) -> Image.Image:
    """Without place, camera, comment and whatever else came with it."""
    picture.getexif().clear()
    picture.info.clear()
    return picture


def to_rgb(picture: Image.Image) -> Image.Image:
    """RGB with transparency on white and 16-bit greys scaled, keeping the EXIF rotation tag."""
    exif = picture.getexif()
    if picture.mode.startswith("I;16") or picture.mode == "I":
        picture = picture.convert("I").point(lambda value: value / 257).convert("L")
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGB", layer.size, (255, 255, 255))
        white.paste(layer, mask=layer)
        picture = white
    rgb = picture.convert("RGB")
    # Turning would write all tags anew, however often they share the same bytes.
    rgb.info.clear()
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
            "empty_box",
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


def _too_large(size: str = "") -> PictureError:
    most = MAX_PIXELS // 1_000_000
    message = f"The picture is too large{size}; the limit is {most} megapixels, {MAX_SIDE:,} pixels a side."
    return PictureError(message, "Make it smaller and try again.", "too_large", most=most)


def _check_size(width: int, height: int) -> None:
    size = {"width": width, "height": height}
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise _too_large(f" ({width} x {height} pixels)")
    if min(width, height) < MIN_SIDE:
        hint = f"It needs at least {MIN_SIDE} x {MIN_SIDE}."
        raise PictureError(
            f"The picture has only {width} x {height} pixels.", hint, "too_small", **size, least=MIN_SIDE
        )
    if max(width, height) > MAX_RATIO * min(width, height):
        message = f"The picture is too long and thin ({width} x {height})."
        raise PictureError(message, "Crop it and try again.", "too_thin", **size)


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
        from pi_heif import register_heif_opener
    except ImportError:
        return
    register_heif_opener()
