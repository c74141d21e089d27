"""Picture files put together byte by byte: what no library would write."""

from __future__ import annotations

import struct
import zlib

PNG_SIGN = b"\x89PNG\r\n\x1a\n"
TIFF_WIDTH, TIFF_HEIGHT, TIFF_DEPTH, TIFF_PACKING, TIFF_KIND = 256, 257, 258, 259, 262
TIFF_STRIPS, TIFF_SAMPLES, TIFF_ROWS, TIFF_COUNTS = 273, 277, 278, 279


def png_chunk(kind: bytes, data: bytes, lie: int | None = None) -> bytes:
    """One chunk with its checksum; `lie` is the length that it claims."""
    length = len(data) if lie is None else lie
    return struct.pack(">I", length) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *more: bytes, depth: int = 8, kind: int = 2, laced: int = 0) -> bytes:
    """A PNG of the sizes given with one short IDAT, or with the chunks `more` before it."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, laced))
    body = png_chunk(b"IDAT", zlib.compress(b"\0" * 3000))
    return PNG_SIGN + head + b"".join(more) + body + png_chunk(b"IEND", b"")


def grey_png(side: int, laced: bool = False, *more: bytes) -> bytes:
    """A whole grey PNG, interlaced (Adam7, PNG specification 8.2) when `laced`."""
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    steps = passes if laced else ((0, 0, 1, 1),)
    rows = b""
    for x0, y0, dx, dy in steps:
        wide = -(-(side - x0) // dx)
        rows += b"".join(b"\0" + b"\x80" * wide for _ in range(y0, side, dy))
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, int(laced)))
    return PNG_SIGN + head + b"".join(more) + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")


def gif(width: int, height: int, *blocks: bytes, end: bytes = b";") -> bytes:
    """A GIF's head with a palette of two colours, and whatever blocks follow."""
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + b"".join(blocks) + end


def gif_frame(width: int, height: int, x: int = 0, y: int = 0, data: bytes = b"\x02\x44\x01\x00") -> bytes:
    """One frame whose pixels hardly ever suffice."""
    return b"," + struct.pack("<HHHHB", x, y, width, height, 0) + b"\x02" + data


def bmp(width: int, height: int, depth: int = 24, packing: int = 0, head: int = 40, colours: int = 0) -> bytes:
    """A BMP's head over 3,000 bytes of pixels."""
    info = struct.pack("<IiiHHIIiiII", head, width, height, 1, depth, packing, 0, 0, 0, colours, 0)
    return b"BM" + struct.pack("<IHHI", 54 + 3000, 0, 0, 54) + info + b"\x7f" * 3000


def tiff(entries: dict[int, int | tuple[int, int, int]], following: int = 0, pixels: int = 3000) -> bytes:
    """A little-endian TIFF of one directory: tag -> value, or (type, count, value); `following` is the next one's."""
    at = 8 + 2 + 12 * len(entries) + 4
    body = b""
    for tag, value in sorted(entries.items()):
        kind, count, told = value if isinstance(value, tuple) else (4, 1, value)
        body += struct.pack("<HHII", tag, kind, count, told if told >= 0 else at)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + struct.pack("<I", following) + b"\x55" * pixels


def grey_tiff(width: int, height: int, **more: int) -> dict[int, int | tuple[int, int, int]]:
    """The directory of a plain grey TIFF; -1 stands for where the pixels begin."""
    return {
        TIFF_WIDTH: width,
        TIFF_HEIGHT: height,
        TIFF_DEPTH: 8,
        TIFF_PACKING: more.get("packing", 1),
        TIFF_KIND: 1,
        TIFF_STRIPS: more.get("start", -1),
        TIFF_SAMPLES: more.get("samples", 1),
        TIFF_ROWS: height,
        TIFF_COUNTS: more.get("count", width * height),
    }


def webp(kind: bytes, data: bytes, lie: int | None = None) -> bytes:
    """A WebP of one chunk; `lie` is the size that the file claims."""
    chunk = kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(chunk) if lie is None else lie) + b"WEBP" + chunk


def jpeg_part(marker: int, data: bytes, lie: int | None = None) -> bytes:
    """One segment of a JPEG; `lie` is the length that it claims."""
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2 if lie is None else lie) + data


def with_part(jpeg: bytes, *parts: bytes) -> bytes:
    """The JPEG with segments after its first marker."""
    return jpeg[:2] + b"".join(parts) + jpeg[2:]


def jpeg_sized(jpeg: bytes, width: int, height: int) -> bytes:
    """The JPEG whose frame header claims another size."""
    at = next(jpeg.index(mark) for mark in (b"\xff\xc0", b"\xff\xc2") if mark in jpeg)
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def many_scans(jpeg: bytes, times: int, before: bytes = b"") -> bytes:
    """A progressive JPEG whose last scan is there `times` more, after `before`: each is a walk over all pixels."""
    at = jpeg.rindex(b"\xff\xda")
    return jpeg[:-2] + before + jpeg[at:-2] * times + b"\xff\xd9"


def exif(orientation: int | None = None, gps: bool = False, kind: int = 3, count: int = 1, extra: bytes = b"") -> bytes:
    """An APP1 segment: an orientation of any value and type, a place, and `extra` bytes behind it."""
    entries = []
    if orientation is not None:
        entries.append(struct.pack("<HHII", 0x0112, kind, count, orientation))
    if gps:
        entries.append(struct.pack("<HHII", 0x8825, 4, 1, 8 + 2 + 12 * (len(entries) + 1) + 4))
    body = b"II*\0" + struct.pack("<IH", 8, len(entries)) + b"".join(entries) + b"\0" * 4
    if gps:
        place = struct.pack("<HHI4s", 1, 2, 2, b"N\0\0\0")
        body += struct.pack("<H", 1) + place + b"\0" * 4
    return jpeg_part(0xE1, b"Exif\0\0" + body + extra)
