"""Pictures of every kind come in upright, in RGB, on white, or are refused with a sentence."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.toy import picture_bytes
from tests.trust.picture_seeds import good_pictures
from visearch.errors import PictureError
from visearch.images import crop, load_image, padded, thumbnail
from visearch.types import Box


def _save(picture: Image.Image, fmt: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, fmt, **options)
    return buffer.getvalue()


def test_phone_photo_is_turned_upright() -> None:
    picture = Image.new("RGB", (40, 20), (255, 255, 255))
    picture.paste((255, 0, 0), (0, 0, 20, 20))
    exif = picture.getexif()
    exif[0x0112] = 6  # stored on its side: turn by 90 degrees
    upright = load_image(_save(picture, "JPEG", exif=exif, quality=95))
    assert upright.size == (20, 40)
    red, green, _ = upright.getpixel((10, 5))
    assert red > 200 and green < 80


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_parts_become_white(mode: str) -> None:
    picture = Image.new("RGBA", (16, 16), (0, 0, 0, 0))
    options = {}
    if mode == "P":
        picture = Image.new("P", (16, 16), 0)
        options = {"transparency": 0}
    elif mode == "LA":
        picture = picture.convert("LA")
    assert load_image(_save(picture, "PNG", **options)).getpixel((8, 8)) == (255, 255, 255)


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    values = np.full((16, 16), 257 * 100, dtype=np.uint16)
    assert load_image(_save(Image.fromarray(values), "PNG")).getpixel((0, 0)) == (100, 100, 100)


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_common_formats_are_read(fmt: str) -> None:
    red, green, blue = load_image(picture_bytes((200, 30, 30), fmt=fmt)).getpixel((16, 16))
    assert abs(red - 200) < 12 and abs(green - 30) < 12 and abs(blue - 30) < 12


def test_phone_heic_is_read() -> None:
    assert load_image(good_pictures()["heic"]).size == (48, 36)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"nonsense", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "but SVG"),
        (b"<?xml version='1.0'?>\n<!-- a logo --><svg/>", "but SVG"),
        (b"%PDF-1.4 ...", "but PDF"),
        (b"PK\x03\x04 ...", "but ZIP"),
        (b"\n <!DOCTYPE html><title>x</title>", "but HTML"),
        (picture_bytes((1, 2, 3), (64, 64))[:80], "damaged"),
        (picture_bytes((1, 2, 3), (1, 1)), "only 1 x 1"),
        (picture_bytes((1, 2, 3), (2000, 8)), "too long and thin"),
        (picture_bytes((1, 2, 3), (9000, 9000)), "9000 x 9000"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(data: bytes, says: str) -> None:
    with pytest.raises(PictureError, match=says):
        load_image(data)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"nothing\.jpg"):
        load_image(tmp_path / "nothing.jpg")


def test_crop_is_clipped_and_needs_room() -> None:
    picture = Image.new("RGB", (100, 50))
    assert crop(picture, Box(-10, -10, 60, 500)).size == (60, 50)
    with pytest.raises(PictureError, match="leaves no picture"):
        crop(picture, Box(200, 10, 300, 40))


def test_thumbnail_fits_and_carries_no_metadata() -> None:
    picture = Image.new("RGB", (1000, 500), (1, 2, 3))
    picture.getexif()[0x010F] = "phone"
    small = Image.open(io.BytesIO(thumbnail(picture)))
    assert small.size == (384, 192) and not small.getexif()


def test_a_padded_box_has_room_and_no_side_too_short() -> None:
    assert padded(Box(10, 20, 30, 60), share=0.1) == Box(8, 16, 32, 64)
    assert padded(Box(10, 20, 14, 60), share=0.1, least=24) == Box(0, 16, 24, 64)
    assert padded(Box(10, 20, 30, 60, "Chair", 0.5)) == Box(10, 20, 30, 60, "Chair", 0.5)


def test_nothing_but_pixels_is_left_of_a_photo() -> None:
    picture = Image.new("RGB", (64, 48), (200, 30, 30))
    exif = picture.getexif()
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)  # the latitude
    loaded = load_image(_save(picture, "JPEG", exif=exif, comment=b"my kitchen"))
    assert not loaded.info and not loaded.getexif()
    kept = thumbnail(loaded)
    assert b"Maker" not in kept and b"kitchen" not in kept and b"Exif" not in kept


def test_only_the_first_frame_is_decoded() -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ((250, 0, 0), (0, 250, 0), (0, 0, 250))]
    moving = _save(frames[0], "GIF", save_all=True, append_images=frames[1:])
    red, green, _ = load_image(moving).getpixel((5, 5))
    assert red > 200 and green < 50


def test_a_bomb_is_refused_by_its_header_alone() -> None:
    small = picture_bytes((1, 2, 3), (64, 64), fmt="BMP")
    bomb = small[:18] + (50_000).to_bytes(4, "little") * 2 + small[26:]
    with pytest.raises(PictureError, match="too large"):
        load_image(bomb)
