"""Small good pictures of every kind: what hostile ones are made of, and what must never be refused."""

from __future__ import annotations

import base64
import io
from functools import cache
from typing import Any

import numpy as np
from PIL import Image, features

from tests.trust.raw_pictures import exif, grey_png, png_chunk, with_part

SIDE = (48, 36)
# Written once, as what reads this kind has no writer.
_HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAA"
    "AERAAAEAAQAAAAABoQABAAAAAAAAAZMAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADd"
    "aXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAA"
    "AwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xh"
    "cAAAADAAAAABAAAAJAAAAAH////wAAAAAv///+QAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAAZttZGF0AAAB"
    "jygBrxOA9SDHEjz45wNghrsMl85A/Hg56gfvbfer+nJcbyLCq1UA8UANxQecM4Kl8qz8nuiD60egOS+HYUGEBKKuHIuL1xObmEPVd7q8MRZdbftH"
    "VTpnSkRzM9OLGswAgLEAUiKBteJkFxTdXzsXu/NksgBVb7dp+oFvqR/xwyb3vgbaU1zeyCDJE+22BFZ6rOoz0WU/Wo7wKIQsqsKRwpbq+d/KSo/Y"
    "PDxDx6Ujybob+vf8Y+3iHa6jqi21UOC5aT0CbawuAyfKKZDgCGEVhX/PyrQDmF7Xy/yl8zwAivYG1YfIg11Swjb7g5F+bvMupI9kxhV2CXa939ya"
    "z2MsJrStam3KjW9LqfiPX+xLj/USNk2Um96qLSUR9VP3smi3qngwTpbaGkkMV/37WElKwJ63KwvK2GuCCSKNnHYPwcbqGksJiAQkyFK+//adpjWp"
    "o8VzawSjG7birWuIIQ/ii1fuFp0jn45FeX8x30tuCQb93Qewo++Qn6DXS+4vcdyW0lJAvZWs8JAjvtsQhxyT4A=="
)


def _picture(mode: str, size: tuple[int, int] = SIDE, seed: int = 3) -> Image.Image:
    """Something with edges, so that every coder has something to do."""
    noise = np.random.default_rng(seed).integers(0, 255, (size[1] // 6 + 1, size[0] // 6 + 1, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize(size).convert(mode)


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def progressive(size: tuple[int, int]) -> bytes:
    """A JPEG in ten scans."""
    return encoded(Image.new("RGB", size, "olive"), "JPEG", progressive=True)


def _jpegs() -> dict[str, bytes]:
    plain = encoded(_picture("RGB"), "JPEG")
    turned = {f"jpeg turned {n}": with_part(plain, exif(n)) for n in range(1, 9)}
    return turned | {
        "jpeg": plain,
        "jpeg progressive": encoded(_picture("RGB"), "JPEG", progressive=True),
        "jpeg cmyk": encoded(_picture("CMYK"), "JPEG"),
        "jpeg grey": encoded(_picture("L"), "JPEG"),
        "jpeg restart": encoded(_picture("RGB"), "JPEG", restart_marker_rows=1),
        "jpeg place": with_part(plain, exif(1, gps=True)),
    }


def _pngs() -> dict[str, bytes]:
    deep = Image.fromarray(np.random.default_rng(1).integers(0, 65535, SIDE[::-1], dtype=np.uint16))
    frames = [_picture("RGB", seed=n) for n in range(4)]
    palette = _picture("P")
    return {
        "png": encoded(_picture("RGB"), "PNG"),
        "png alpha": encoded(_picture("RGBA"), "PNG"),
        "png grey alpha": encoded(_picture("LA"), "PNG"),
        "png 16 bit": encoded(deep, "PNG"),
        "png palette": encoded(palette, "PNG"),
        "png palette clear": encoded(palette, "PNG", transparency=bytes(range(256))),
        "png key colour": encoded(_picture("RGB"), "PNG", transparency=(1, 2, 3)),
        "png bits": encoded(_picture("1"), "PNG"),
        "png interlaced": grey_png(24, True),
        "png moving": encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]),
        "png words": grey_png(24, False, png_chunk(b"tEXt", b"Comment\0<script>alert(1)</script>")),
    }


def _others() -> dict[str, bytes]:
    frames = [_picture("RGB", seed=n) for n in range(4)]
    rest = frames[1:]
    made = {
        "gif": encoded(_picture("P"), "GIF"),
        "gif moving": encoded(frames[0], "GIF", save_all=True, append_images=rest, duration=20, loop=0),
        "gif clear": encoded(_picture("P"), "GIF", transparency=3),
        "bmp": encoded(_picture("RGB"), "BMP"),
        "bmp palette": encoded(_picture("P"), "BMP"),
        "tiff": encoded(_picture("RGB"), "TIFF"),
        "tiff pages": encoded(frames[0], "TIFF", save_all=True, append_images=rest),
        "tiff lzw": encoded(_picture("RGB"), "TIFF", compression="tiff_lzw"),
        "tiff jpeg": encoded(_picture("RGB"), "TIFF", compression="jpeg"),
        "tiff cmyk": encoded(_picture("CMYK"), "TIFF"),
        "tiff float": encoded(_picture("F"), "TIFF"),
        "webp": encoded(_picture("RGB"), "WEBP"),
        "webp exact": encoded(_picture("RGBA"), "WEBP", lossless=True),
        "webp moving": encoded(frames[0], "WEBP", save_all=True, append_images=rest),
        "mpo": encoded(frames[0], "MPO", save_all=True, append_images=rest),
    }
    if features.check("avif"):
        made["avif"] = encoded(_picture("RGB"), "AVIF")
        made["avif alpha"] = encoded(_picture("RGBA"), "AVIF")
    return made | {"heic": base64.b64decode(_HEIC)}


@cache
def good_pictures() -> dict[str, bytes]:
    """Name -> bytes."""
    return {**_jpegs(), **_pngs(), **_others()}
