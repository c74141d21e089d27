"""Files of a few megabytes that would take minutes or gigabytes."""

from __future__ import annotations

import struct
from collections.abc import Callable
from types import MappingProxyType

from tests.trust import raw_pictures as raw
from tests.trust.picture_seeds import good_pictures, progressive
from visearch.parts import MOST_PARTS

MB = 1 << 20
GOOD = MappingProxyType(good_pictures())


def heavy_tags(at: int = 8, tags: int = 60, share: int = 4 * MB, inner: bool = False) -> bytes:
    """TIFF data with tags that all share the same bytes; with `inner` they are in a directory of their own."""
    entries = b"".join(struct.pack("<HHII", 40_000 + n, 7, share, 8) for n in range(tags))
    listed = struct.pack("<H", tags) + entries + bytes(4)
    if inner:
        first = struct.pack("<HHHII", 2, 0x0112, 3, 1, 6) + struct.pack("<HHII", 0x8769, 4, 1, 38) + bytes(4)
        listed = first + listed
    return b"II*\0" + struct.pack("<I", at) + listed + bytes(share)


def in_exif(jpeg: bytes, tags: bytes) -> bytes:
    pieces = (tags[start : start + 60_000] for start in range(0, len(tags), 60_000))
    return raw.with_part(jpeg, *(raw.jpeg_part(0xE1, b"Exif\0\0" + piece) for piece in pieces))


def heavy_tiff() -> bytes:
    entries = raw.grey_tiff(40, 40) | {40_000 + n: (7, 4 * MB, 8) for n in range(60)}
    return raw.tiff(entries, pixels=4 * MB)


BOMBS: dict[str, Callable[[], bytes]] = {
    "a jpeg of ff": lambda: b"\xff\xd8" + b"\xff" * 2 * MB,
    "a jpeg of anything": lambda: b"\xff\xd8\xff" + b"\x01" * 2 * MB,
    "a jpeg of empty parts": lambda: raw.with_part(GOOD["jpeg"], raw.jpeg_part(0xE5, b"") * MOST_PARTS),
    "a jpeg of hidden junk": lambda: raw.with_part(GOOD["jpeg"], raw.jpeg_part(0xF0, b"\1" * 60_000)),
    "a jpeg of many resources": lambda: raw.with_part(
        GOOD["jpeg"], raw.jpeg_part(0xED, b"Photoshop 3.0\0" + b"8BIM\4\4\0\0\0\0\0\0" * 5000) * 5
    ),
    "a jpeg of many scans": lambda: raw.many_scans(GOOD["jpeg progressive"], 200),
    "a large jpeg of some scans": lambda: raw.many_scans(progressive((4000, 4000)), 90),
    "a jpeg with an end hidden": lambda: raw.many_scans(
        GOOD["jpeg progressive"], 200, raw.jpeg_part(0xFE, b"\xff\xd9")
    ),
    "a png of empty parts": lambda: raw.grey_png(24, False, raw.png_chunk(b"abCd", b"") * MOST_PARTS),
    "a gif of words": lambda: raw.gif(48, 48, b"!\xfe" + b"\x01x" * 5000 + b"\0", raw.gif_frame(48, 48)),
    "a gif of many words": lambda: raw.gif(48, 48, b"!\xfe\x01x\0" * 5000, raw.gif_frame(48, 48)),
    "a bmp of runs": lambda: raw.bmp(7000, 7000, depth=8, packing=1, colours=256)[:54] + bytes(1024) + b"\1\5" * MB,
    "a tiff of heavy tags": heavy_tiff,
    "a tiff of many strips": lambda: raw.tiff(
        raw.grey_tiff(40, 40) | {raw.TIFF_STRIPS: (4, 400_000, 200)}, pixels=2 * MB
    ),
    "a png with heavy tags": lambda: raw.grey_png(24, False, raw.png_chunk(b"eXIf", heavy_tags())),
    "a jpeg with heavy tags": lambda: in_exif(GOOD["jpeg"], heavy_tags()),
}  # fmt: skip
