"""Our resizing and cropping against open_clip's own transform, byte for byte."""

from __future__ import annotations

import numpy as np
import pytest
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image

from visearch.errors import ModelError
from visearch.models.pixels import Pixels

SIZES = [(64, 64), (200, 120), (121, 199), (33, 20), (20, 33), (640, 37), (31, 500), (65, 64), (9, 8)]


def picture(size: tuple[int, int]) -> Image.Image:
    rng = np.random.default_rng(size[0] * 1000 + size[1])
    return Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))


@pytest.mark.parametrize("mode", ["shortest", "longest", "squash"])
@pytest.mark.parametrize("side", [64, (48, 80)])
@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
def test_pixels_are_those_of_open_clip(mode, side, interpolation):
    if mode == "shortest" and side != 64 and interpolation == "bilinear":
        pytest.skip("open_clip ignores the interpolation there")
    config = PreprocessCfg(
        size=side, resize_mode=mode, interpolation=interpolation, fill_color=255, mean=(0.0,) * 3, std=(1.0,) * 3
    )
    theirs, ours = image_transform_v2(config, is_train=False), Pixels.of(vars(config))
    for size in SIZES:
        expected = (theirs(picture(size)).numpy().transpose(1, 2, 0) * 255).round().astype(np.uint8)
        np.testing.assert_array_equal(ours([picture(size)])[0], expected, err_msg=str(size))


def test_many_pictures_keep_their_order():
    pixels = Pixels((16, 16), (0.5,) * 3, (0.5,) * 3)
    many = [picture((20 + n, 30)) for n in range(9)]
    np.testing.assert_array_equal(pixels(many), np.concatenate([pixels([one]) for one in many]))
    assert pixels([]).shape == (0, 16, 16, 3)


def test_grey_pictures_become_rgb():
    pixels = Pixels((16, 16), (0.5,) * 3, (0.5,) * 3)
    assert pixels([Image.new("L", (40, 30), 7)]).tolist() == [[[[7, 7, 7]] * 16] * 16]


def test_an_unknown_way_of_resizing_is_refused():
    with pytest.raises(ModelError, match="stretch"):
        Pixels.of({"size": 32, "mean": 0.5, "std": 0.5, "resize_mode": "stretch"})
