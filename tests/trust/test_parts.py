"""Files of a few megabytes that would take minutes or gigabytes: refused before a decoder walks through them."""

from __future__ import annotations

import time

import pytest

from tests.trust import raw_pictures as raw
from tests.trust.picture_bombs import BOMBS, GOOD, heavy_tags, in_exif
from visearch.errors import PictureError
from visearch.images import load_image


@pytest.mark.parametrize("name", BOMBS)
def test_too_many_parts_are_refused_at_once(name: str) -> None:
    data = BOMBS[name]()
    started = time.perf_counter()
    with pytest.raises(PictureError, match="too many parts"):
        load_image(data)
    assert time.perf_counter() - started < 2


def test_a_turned_photo_never_has_its_inner_tags_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    monkeypatch.setattr(Image.Exif, "tobytes", lambda *_: pytest.fail("all tags were written anew"))
    assert load_image(in_exif(GOOD["jpeg"], heavy_tags(inner=True))).size == (36, 48)


@pytest.mark.parametrize("name", GOOD)
def test_good_files_have_few_parts(name: str) -> None:
    assert load_image(GOOD[name]).mode == "RGB"


def test_a_film_behind_a_photo_is_no_scan() -> None:
    assert load_image(GOOD["jpeg progressive"] + b"\xff\xda\0\0" * 5000).size == (48, 36)


def test_a_photo_with_a_damaged_tag_is_still_read() -> None:
    assert load_image(raw.with_part(GOOD["jpeg"], raw.exif(6, count=2**31))).size in ((48, 36), (36, 48))
