"""Pictures that strangers might send, and what must come of each: a seed always gives the same ones."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from tests.trust import raw_pictures as raw
from tests.trust.picture_bombs import BOMBS
from tests.trust.picture_changes import CHANGES
from tests.trust.picture_seeds import encoded, good_pictures, progressive

REFUSED, FINE, EITHER = "refused", "fine", "either"
_HUGE = 50_000


@dataclass(frozen=True)
class Hostile:
    """`expect` is one of REFUSED, FINE and EITHER; what is EITHER must only not break anything."""

    name: str
    data: bytes
    expect: str = EITHER


def pictures(count: int, seed: int = 6, large: bool = False) -> Iterator[Hostile]:
    """`count` of them: good ones, hand-made ones, then changed ones; `large` adds what is slow to make."""
    made = [*_good(), *_made_by_hand()]
    chance = random.Random(seed)
    if count < len(made):
        yield from chance.sample(made, count)
        return
    if large:
        made += _large()
        made += [Hostile(name, bomb(), REFUSED) for name, bomb in BOMBS.items()]
    yield from made
    seeds = list(good_pictures().items())
    for number in range(count - len(made)):
        name, data = chance.choice(seeds)
        how = chance.choice(CHANGES)
        yield Hostile(f"{number}: {name}, {how.__name__[1:]}", how(data, chance))


def _good() -> list[Hostile]:
    return [Hostile(name, data, FINE) for name, data in good_pictures().items()]


def _made_by_hand() -> list[Hostile]:
    return [*_no_pictures(), *_sizes(), *_broken_files(), *_padded(), *_two_in_one(), *_jpeg_parts(), *_shapes()]


def _no_pictures() -> list[Hostile]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(zipfile.ZipInfo("photo.jpg"), b"x" * 200)
    icon = io.BytesIO()
    Image.new("RGB", (32, 32)).save(icon, "ICO")
    told = {
        "nothing": b"",
        "one byte": b"\xff",
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="file:///etc/passwd"/></svg>',
        "svg entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
        "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n(/etc/passwd) (r) file quit\n",
        "zip": archive.getvalue(),
        "icon": icon.getvalue(),
        "program": b"\x7fELF\x02\x01\x01" + bytes(300),
        "windows program": b"MZ\x90\0" + bytes(300) + b"PE\0\0",
        "page": b"<html><script>alert(document.cookie)</script></html>",
        "script": b"#!/bin/sh\nrm -rf /\n",
        "python pickle": b"\x80\x04cos\nsystem\n(S'id'\ntR.",
        "imagemagick": b"push graphic-context\nfill 'url(https://127.0.0.1/x|id)'\npop graphic-context",
        "ff flood": b"\xff" * 200_000,
        "zero flood": bytes(200_000),
        "jpeg ff flood": b"\xff\xd8" + b"\xff" * 200_000,
        "only a sign": raw.PNG_SIGN,
        "film": b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(300),
        "photoshop": b"8BPS\0\1" + bytes(40),
        "netpbm": b"P6 32 32 255\n" + bytes(32 * 32 * 3),
        "tga": b"\0\0\2" + bytes(9) + struct.pack("<HHBB", 32, 32, 24, 0) + bytes(32 * 32 * 3),
        "jpeg 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(100),
        "text in a sign": b"GIF89a/*<script>alert(1)</script>*/=1;",
    }
    return [Hostile(name, data, REFUSED) for name, data in told.items()]


def _sizes() -> list[Hostile]:
    """They claim far more than they hold."""
    good = good_pictures()
    jpeg = good["jpeg"]
    told = {
        "png bomb": raw.png(_HUGE, _HUGE),
        "png 2**31": raw.png(2**31 - 1, 2**31 - 1),
        "png 2**32": raw.png(2**32 - 1, 1),
        "png line": raw.png(2**30, 8),
        "png nothing wide": raw.png(0, 40),
        "gif bomb": raw.gif(_HUGE, _HUGE, raw.gif_frame(_HUGE, _HUGE)),
        "gif most": raw.gif(65535, 65535, raw.gif_frame(10, 10)),
        "bmp bomb": raw.bmp(_HUGE, _HUGE),
        "bmp 2**31": raw.bmp(2**31 - 1, -(2**31)),
        "tiff bomb": raw.tiff(raw.grey_tiff(_HUGE, _HUGE)),
        "tiff 2**32": raw.tiff(raw.grey_tiff(2**32 - 1, 2**32 - 1, count=2**32 - 1)),
        "webp bomb": raw.webp(b"VP8X", struct.pack("<I", 16) + b"\xff\xff\xff" * 2),
        "webp exact bomb": raw.webp(b"VP8L", b"\x2f" + struct.pack("<I", (16383 << 14) | 16383) + bytes(40)),
        "jpeg bomb": raw.jpeg_sized(jpeg, 65535, 65535),
        "jpeg progressive bomb": raw.jpeg_sized(good["jpeg progressive"], 65500, 65500),
        "jpeg no height": raw.jpeg_sized(jpeg, 48, 0),
        "one pixel": raw.grey_png(1),
        "one pixel gif": raw.gif(1, 1, raw.gif_frame(1, 1)),
        "seven pixels": raw.grey_png(7),
        "long and thin": encoded(Image.new("RGB", (3000, 10)), "PNG"),
        "high and thin": encoded(Image.new("RGB", (9, 9000)), "JPEG"),
        "just above the limit": encoded(Image.new("1", (7746, 7746)), "PNG"),
        "26 megabytes": jpeg + bytes(26 << 20),
    }
    return [Hostile(name, data, REFUSED) for name, data in told.items()]


def _broken_files() -> list[Hostile]:
    told = {
        "gif no frames": (raw.gif(48, 48), REFUSED),
        "gif frame outside": (raw.gif(48, 48, raw.gif_frame(48, 48, 40, 40)), EITHER),
        "gif never ends": (raw.gif(48, 48, raw.gif_frame(48, 48), b"!\xfe\xff" + b"x" * 255, end=b""), EITHER),
        "gif deep code": (raw.gif(48, 48, raw.gif_frame(48, 48, data=b"\x0c\xff" + b"\xff" * 255 + b"\0")), EITHER),
        "tiff to itself": (raw.tiff(raw.grey_tiff(40, 40), following=8), EITHER),
        "tiff no strips": (raw.tiff({256: 40, 257: 40}), REFUSED),
        "tiff strip far off": (raw.tiff(raw.grey_tiff(40, 40, start=2**31, count=1600)), REFUSED),
        "tiff many samples": (raw.tiff(raw.grey_tiff(40, 40, samples=65535)), REFUSED),
        "tiff unknown packing": (raw.tiff(raw.grey_tiff(40, 40, packing=34925)), REFUSED),
        "tiff huge tag": (raw.tiff({**raw.grey_tiff(40, 40), 270: (2, 2**31, 8)}), EITHER),
        "tiff tiles": (raw.tiff({256: 64, 257: 64, 258: 8, 259: 1, 262: 1, 322: 16, 323: 16, 324: -1}), EITHER),
        "big tiff": (b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 2**60) + bytes(200), REFUSED),
        "webp lies": (raw.webp(b"VP8 ", bytes(30), lie=2**32 - 1), REFUSED),
        "webp no picture": (raw.webp(b"EXIF", bytes(30)), REFUSED),
        "png length lies": (raw.png(40, 40, raw.png_chunk(b"tEXt", b"x", lie=2**31 - 1)), REFUSED),
        "png bad depth": (raw.png(40, 40, depth=3), REFUSED),
        "png two heads": (raw.png(40, 40, raw.png_chunk(b"IHDR", bytes(13))), EITHER),
        "png no palette": (raw.png(40, 40, kind=3), EITHER),
        "png frames claim": (raw.png(40, 40, raw.png_chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))), EITHER),
        "avif only a head": (b"\0\0\0\x20ftypavif\0\0\0\0avifmif1miafMA1B" + bytes(200), REFUSED),
        "heic only a head": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), REFUSED),
        "heic box lies": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\xff\xff\xff\xffmeta" + bytes(200), REFUSED),
    }  # fmt: skip
    return [Hostile(name, *pair) for name, pair in told.items()]


def _padded() -> list[Hostile]:
    """A good picture with far too much beside it: packed texts, profiles, many small parts."""
    packed = zlib.compress(bytes(40 << 20), 9)
    told = {
        "png profile": raw.png_chunk(b"iCCP", b"x\0\0" + packed),
        "png packed text": raw.png_chunk(b"zTXt", b"Comment\0\0" + packed),
        "png packed utf-8": raw.png_chunk(b"iTXt", b"Comment\0\1\0\0\0" + packed),
        "png packed xmp": raw.png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + packed),
        "png many texts": raw.png_chunk(b"tEXt", b"k\0" + b"v" * 900) * 2000,
        "png unknown parts": raw.png_chunk(b"abCd", b"") * 5000,
        "png exif": raw.png_chunk(b"eXIf", b"II*\0\xff\xff\xff\xff"),
    }
    return [Hostile(name, raw.grey_png(24, False, chunk)) for name, chunk in told.items()]


def _two_in_one() -> list[Hostile]:
    good = good_pictures()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(zipfile.ZipInfo("Main.class"), b"\xca\xfe\xba\xbe" + bytes(60))
    page = b"<html><body onload=alert(1)>"
    return [
        Hostile("gif and jar", good["gif"] + archive.getvalue(), FINE),
        Hostile("jpeg, zip and page", good["jpeg"] + page + archive.getvalue(), FINE),
        Hostile("jpeg with a page inside", raw.with_part(good["jpeg"], raw.jpeg_part(0xFE, page)), FINE),
        Hostile("png and page", good["png"] + page, FINE),
        Hostile("page before jpeg", page + good["jpeg"], REFUSED),
        Hostile("zip before png", archive.getvalue() + good["png"], REFUSED),
        Hostile("bmp and script", b"BM/*" + good["bmp"][4:] + b"*/=1;alert(1)"),
    ]


def _jpeg_parts() -> list[Hostile]:
    jpeg, slow = good_pictures()["jpeg"], good_pictures()["jpeg progressive"]
    told = {f"jpeg turned {n}": raw.exif(n) for n in (0, 9, 255, 65535)}
    told |= {
        "jpeg turned by text": raw.exif(0x41414141, kind=2, count=4),
        "jpeg turned by fraction": raw.exif(8, kind=5),
        "jpeg turned many times": raw.exif(8, kind=3, count=2**31),
        "jpeg turned by nothing": raw.exif(6, kind=99),
        "jpeg large thumbnail": raw.exif(1, gps=True, extra=b"\xff\xd8" + bytes(60_000)),
        "jpeg exif broken": raw.jpeg_part(0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff"),
        "jpeg exif empty": raw.jpeg_part(0xE1, b"Exif\0\0"),
        "jpeg many exifs": raw.exif(6) * 200,
        "jpeg profile lies": raw.jpeg_part(0xE2, b"ICC_PROFILE\0\xff\x01" + bytes(9)),
        "jpeg mpf lies": raw.jpeg_part(0xE2, b"MPF\0II*\0\x08\0\0\0\xff\xff" + bytes(40)),
        "jpeg photoshop lies": raw.jpeg_part(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\xff\xff\xff\xff"),
        "jpeg adobe": raw.jpeg_part(0xEE, b"Adobe\0\x64\0\0\0\0\xff"),
        "jpeg jfif density": raw.jpeg_part(0xE0, b"JFIF\0\1\2\1\0\0\0\0\0\0"),
        "jpeg long comment": raw.jpeg_part(0xFE, b"\x1b[2J\r\n" * 9000),
    }
    made = [Hostile(name, raw.with_part(jpeg, part)) for name, part in told.items()]
    made.append(Hostile("jpeg part lies", raw.with_part(jpeg, raw.jpeg_part(0xE1, b"Exif", lie=65535)), EITHER))
    made.append(Hostile("jpeg part too short", raw.with_part(jpeg, raw.jpeg_part(0xE1, b"", lie=0)), EITHER))
    made.append(Hostile("jpeg many scans", raw.many_scans(slow, 20_000), EITHER))
    return made


def _shapes() -> list[Hostile]:
    """Unusual, and yet pictures."""
    modes = {"white": "L", "clear": "RGBA", "black and white": "1"}
    made = [Hostile(f"all {name}", encoded(Image.new(mode, (40, 40)), "PNG"), FINE) for name, mode in modes.items()]
    sizes = {"8 x 8": (8, 8), "30 to 1": (300, 10), "1 to 30": (10, 300), "wide": (2500, 90), "odd": (37, 41)}
    made += [Hostile(name, encoded(Image.new("RGB", size, "red"), "PNG"), FINE) for name, size in sizes.items()]
    upside_down = raw.bmp(24, -24)
    rgb16 = raw.png_chunk(b"sBIT", b"\x10\x10\x10")
    return [
        *made,
        Hostile("bmp upside down", upside_down, FINE),
        Hostile("bmp 16 bit", raw.bmp(24, 24, depth=16)),
        Hostile("bmp packed", raw.bmp(24, 24, depth=8, packing=1)),
        Hostile("bmp 7 bit", raw.bmp(24, 24, depth=7), REFUSED),
        Hostile("bmp head of 12", raw.bmp(24, 24, head=12)),
        Hostile("bmp head of 2**31", raw.bmp(24, 24, head=2**31), REFUSED),
        Hostile("bmp many colours", raw.bmp(24, 24, depth=8, colours=2**31 - 1)),
        Hostile("png colours of 16 bit", raw.png(16, 16, rgb16, depth=16), EITHER),
        Hostile("tiff plain", raw.tiff(raw.grey_tiff(40, 40)), FINE),
    ]


def _large() -> list[Hostile]:
    """Each of nearly 60 megapixels, the most that is taken, in the kinds that cost most."""
    size = (7700, 7700)
    return [
        Hostile("60 megapixels", encoded(Image.new("L", size, 200), "JPEG"), FINE),
        Hostile("60 megapixels, colours", encoded(Image.new("RGB", size, "teal"), "PNG"), FINE),
        Hostile("60 megapixels, clear", encoded(Image.new("RGBA", size), "PNG"), FINE),
        Hostile("60 megapixels, grey of 16 bit", encoded(Image.new("I;16", size), "PNG"), FINE),
        Hostile("60 megapixels, gif", encoded(Image.new("P", size), "GIF"), FINE),
        Hostile("60 megapixels, many scans", raw.many_scans(progressive(size), 40)),
    ]
