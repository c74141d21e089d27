"""Files that would cost far more than they show, found before a decoder walks through them.

The decoders look at a file part by part, some of them in Python: 25 MB of empty parts took minutes, and sixty tags that
share the same 20 MB took 2.5 GB (Pillow 12.3). No camera and no program writes such files.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import islice

from PIL.JpegImagePlugin import MARKER

from visearch.errors import PictureError

MOST_PARTS = 20_000
"""Parts of a PNG or a JPEG before they are too many: a PNG of 25 MB in pieces of 4 kB has 6,000."""
MOST_BLOCKS = 4_000
"""Blocks of words in a GIF before its first frame: each is put behind the others by copying all of them."""
MOST_SCANS = 100
MOST_SCANNED = 1_500_000_000
"""Pixels times scans of a JPEG: a progressive one has ten scans, and each is a walk over all pixels."""
MOST_PACKED_BMP = 1 << 20
MOST_VALUES = 300_000
"""Numbers of one tag of a TIFF: a strip or a tile has one."""
_SPARE = 1 << 20
_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_TEXT_TYPES = (1, 2, 6, 7)
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def check_parts(data: bytes) -> None:
    """Raises PictureError for a picture file with too many parts to be looked at. Takes about as long as reading it."""
    if data.startswith(b"\xff\xd8"):
        head = list(islice(_jpeg_head(data), MOST_PARTS))
        fine = len(head) < MOST_PARTS and data.count(b"8BIM") < MOST_PARTS and _light(b"".join(_exif_in(data, head)))
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        fine = _fewer(_png_parts(data), MOST_PARTS)
    elif data.startswith(b"GIF8"):
        fine = _fewer(_gif_blocks(data), MOST_BLOCKS)
    elif data.startswith(b"BM"):
        # Runs are unpacked in Python, a pixel at a time at worst.
        fine = len(data) <= MOST_PACKED_BMP or data[30:34] not in (b"\1\0\0\0", b"\2\0\0\0")
    else:
        fine = _light(data)
    if not fine:
        raise _too_many()


def check_scans(data: bytes, pixels: int) -> None:
    """Raises PictureError for a JPEG of that many pixels that makes its decoder walk over them again and again.

    Only for data that passed `check_parts`.
    """
    if data.startswith(b"\xff\xd8"):
        start = next((at for marker, at in _jpeg_head(data) if marker == 0xDA), len(data))
        parts = list(islice(_jpeg_body(data, start), MOST_PARTS))
        scans = parts.count(0xDA)
        if len(parts) == MOST_PARTS or scans > MOST_SCANS or scans * pixels > MOST_SCANNED:
            raise _too_many()


def check_exif(exif: bytes) -> None:
    """Raises PictureError when reading the tags of an EXIF block would take far more room than the block has."""
    if not _light(exif.removeprefix(b"Exif\0\0")):
        raise _too_many()


def _too_many() -> PictureError:
    return PictureError("The picture has too many parts to be decoded.", "Save it anew and try again.", "many_parts")


def _fewer(parts: Iterator[int], most: int) -> bool:
    return sum(1 for _ in islice(parts, most)) < most


def _jpeg_head(data: bytes) -> Iterator[tuple[int, int]]:
    """(marker, where it is) up to the first scan, as Pillow walks: bytes that are no part count as one each."""
    at = 2
    while at + 1 < len(data):
        marker = data[at + 1] if data[at] == 0xFF else 0
        yield marker, at
        if marker == 0xDA:
            return
        if marker in (0, 0xFF):
            at += 1
            continue
        # Pillow takes what follows a marker without a reader for bytes between two parts.
        skips = MARKER.get(0xFF00 | marker, ("", "", None))[2] is not None
        at += 2 + (max(2, int.from_bytes(data[at + 2 : at + 4], "big")) if skips else 0)


def _exif_in(data: bytes, head: list[tuple[int, int]]) -> Iterator[bytes]:
    """The EXIF block, which may be in several parts."""
    for marker, at in head:
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            yield data[at + 10 : at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")]


def _jpeg_body(data: bytes, at: int) -> Iterator[int]:
    """The markers from the first scan to the end of the picture (ITU T.81, B.1.1)."""
    while at + 4 <= len(data):
        marker = data[at + 1]
        yield marker
        if marker == 0xD9:
            return
        at += 2 if marker == 1 else 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
        found = _MARKER.search(data, at)
        at = found.end() - 2 if found else len(data)


def _png_parts(data: bytes) -> Iterator[int]:
    at = 8
    while at + 8 <= len(data):
        yield at
        at += 12 + int.from_bytes(data[at : at + 4], "big")


def _gif_blocks(data: bytes) -> Iterator[int]:
    """Every block, and every byte that is none, before the first frame (GIF89a, 15 and 24)."""
    flags = data[10] if len(data) > 10 else 0
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    while at < len(data) and data[at : at + 1] not in (b",", b";"):
        yield at
        at += 2 if data[at : at + 1] == b"!" else 1
        if data[at - 2 : at - 1] == b"!":
            while at < len(data) and data[at]:
                yield at
                at += 1 + data[at]
            at += 1


def _light(tiff: bytes) -> bool:
    """Whether the tags of the first directory hold not much more than there is (TIFF 6.0, 2; BigTIFF)."""
    if not tiff.startswith(_TIFF):
        return True
    order, big = "<" if tiff[:1] == b"I" else ">", b"+" in tiff[:4]
    number, entry = ("Q", struct.Struct(f"{order}HHQQ")) if big else ("I", struct.Struct(f"{order}HHII"))
    try:
        at = struct.unpack_from(order + number, tiff, 8 if big else 4)[0]
        count = struct.unpack_from(order + ("Q" if big else "H"), tiff, at)[0]
    except struct.error:
        return True
    start, held = at + (8 if big else 2), 0
    for place in range(start, min(start + count * entry.size, len(tiff) - entry.size + 1), entry.size):
        _, kind, values, offset = entry.unpack_from(tiff, place)
        unit = _TYPE_BYTES.get(kind, 1)
        # What is beyond the end is not there to be read.
        size = min(unit * values, max(0, len(tiff) - offset))
        held += size
        if held > 2 * len(tiff) + _SPARE or (kind not in _TEXT_TYPES and size > MOST_VALUES * unit):
            return False
    return True
