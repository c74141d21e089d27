"""Heat maps lie on what made the match, and sum up to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.test_engine import make_engine
from tests.toy import COLORS, ToyCatalog, ToyEmbedder, picture_bytes
from visearch.catalog.base import CatalogItem, Picture
from visearch.config import Settings
from visearch.errors import PictureError, QueryError
from visearch.evaluate.baselines import Backbone
from visearch.heat import heat, overlay, smooth
from visearch.images import load_image
from visearch.models import Embedder, load_model
from visearch.models.regions import Regions, TellsRegions, occluded, regions
from visearch.types import Box, Product

SAMPLE = Path(__file__).parent.parent / "data" / "sample"


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return load_model("embedded", Settings(home=tmp_path_factory.mktemp("heat")))


def product(name: str, side: int = 384) -> Image.Image:
    return load_image(SAMPLE / "images" / f"{name}.jpg").resize((side, side))


def inside(found: np.ndarray, box: tuple[float, float, float, float]) -> float:
    """Mean of the map within a box (shares of the picture) less the mean outside of it."""
    height, width = found.shape
    x0, y0, x1, y1 = box
    mask = np.zeros(found.shape, dtype=bool)
    mask[round(y0 * height) : round(y1 * height), round(x0 * width) : round(x1 * width)] = True
    return float(found[mask].mean() - found[~mask].mean())


def test_contributions_sum_up_to_the_score_of_the_pooled_block(embedded: Embedder) -> None:
    photo = load_image(SAMPLE / "queries" / "sneaker-01-photo.jpg").crop((0, 40, 384, 300))
    picture = product("sneaker-01")
    block = Backbone(embedded).embed_images([photo, picture])
    for found in regions(embedded, photo, picture):
        assert found.values.sum() == pytest.approx(float(block[0] @ block[1]), abs=1e-5)
        assert found.values.shape == (9, 9) and (found.values >= 0).all()


@pytest.mark.parametrize("size", [(900, 600), (600, 900)])
@pytest.mark.parametrize("corner", [(0, 0), (1, 0), (0, 1), (1, 1)])
def test_the_hot_region_lies_on_the_pasted_product(
    embedded: Embedder, corner: tuple[int, int], size: tuple[int, int]
) -> None:
    sneaker, side = product("sneaker-01"), 280
    photo = load_image(SAMPLE / "images" / "plant-06.jpg").resize(size)
    place = tuple(at * (length - side) for at, length in zip(corner, size, strict=True))
    photo.paste(sneaker.resize((side, side)), place)
    first, _ = regions(embedded, photo, sneaker)
    found = smooth(first, size)
    y, x = np.unravel_index(found.argmax(), found.shape)
    hottest = (x / found.shape[1] * size[0], y / found.shape[0] * size[1])
    assert all(place[i] <= hottest[i] <= place[i] + side for i in (0, 1)), (hottest, place)
    box = (place[0] / size[0], place[1] / size[1], (place[0] + side) / size[0], (place[1] + side) / size[1])
    assert inside(found, box) > 0.2


def test_any_encoder_is_asked_by_covering_places() -> None:
    embedder = ToyEmbedder()
    photo = Image.new("RGB", (300, 200), COLORS["white"])
    photo.paste(COLORS["red"], (200, 100, 300, 200))
    picture = Image.new("RGB", (64, 64), COLORS["red"])
    assert not isinstance(embedder, TellsRegions)
    first, second = regions(embedder, photo, picture)
    assert first.values.shape == second.values.shape == (6, 6)
    found = smooth(first, photo.size)
    y, x = np.unravel_index(found.argmax(), found.shape)
    assert x > 190 and y > 95 and found.shape == (200, 300)
    assert (smooth(second, picture.size) == 0).all(), "one colour: no place says more than another"


def test_occlusion_is_asked_in_one_batch() -> None:
    class Counts(ToyEmbedder):
        calls = 0

        def embed_images(self, pictures):
            self.calls += 1
            return super().embed_images(pictures)

    embedder = Counts()
    occluded(embedder, Image.new("RGB", (50, 30), "red"), Image.new("RGB", (9, 9), "blue"), grid=3)
    assert embedder.calls == 1 and embedder.pictures_seen == 2 + 2 * 9


def test_padding_is_cut_off() -> None:
    values = np.zeros((9, 9), dtype=np.float32)
    values[0] = 9  # above a wide picture there is only padding
    values[4, 6] = 1
    rows = np.linspace(-0.6, 1.6, 9, dtype=np.float32)
    found = smooth(Regions(values, rows, np.linspace(0, 1, 9, dtype=np.float32)), (200, 100))
    assert found.shape == (100, 200) and found.min() == 0 and found.max() == 1
    assert np.unravel_index(found.argmax(), found.shape) == (pytest.approx(50, abs=2), pytest.approx(150, abs=3))


class Two(ToyCatalog):
    def __iter__(self):
        for name, colors in (("one", ("red",)), ("two", ("blue", "green"))):
            pictures = tuple(Picture(c, lambda c=c: picture_bytes(COLORS[c], (48, 32))) for c in colors)
            yield CatalogItem(Product(name, title=name), pictures)


def test_heat_of_a_photo_and_a_product_of_the_catalogue(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, Two(2, "two"))
    photo = Image.new("RGB", (900, 450), COLORS["black"])
    photo.paste(COLORS["green"], (600, 0, 900, 450))
    maps = heat(engine, photo, "two")
    assert maps.photo.shape == (192, 384) and maps.product.shape == (32, 48)
    assert maps.photo.dtype == maps.product.dtype == np.float32
    assert maps.picture == engine.product("two").pictures[1], "the green picture is the one that matched"
    assert maps.photo[:, 300:].mean() > maps.photo[:, :200].mean() + 0.3
    assert heat(engine, photo, "one", Box(500, 0, 900, 200)).photo.shape == (192, 384)
    with pytest.raises(QueryError, match="no product 'three'"):
        heat(engine, photo, "three")
    with pytest.raises(PictureError, match="leaves no picture"):
        heat(engine, photo, "one", Box(2000, 0, 2100, 50))


def test_overlay_warms_what_mattered_and_fades_the_rest() -> None:
    picture = Image.new("RGB", (120, 80), (40, 120, 200))
    values = np.zeros((8, 12), dtype=np.float32)
    values[:, 6:] = 1
    shown = np.asarray(overlay(picture, values)).astype(int)
    assert shown.shape == (80, 120, 3)
    faded, warm = shown[40, 5], shown[40, 115]
    assert np.ptp(faded) <= 1 and faded.min() > 150, "grey and light"
    assert warm[0] - warm[2] > 40 - 200, "less blue than before"
    assert warm.mean() < faded.mean()
    assert overlay(Image.new("RGB", (4000, 3000)), values).size == (1024, 768), "a display needs no more"
