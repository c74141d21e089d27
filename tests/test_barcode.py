"""Codes in photos, and the products that a code names."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.test_engine import make_engine
from tests.toy import COLORS, ToyCatalog, picture_bytes
from visearch.barcode import read_codes
from visearch.catalog.base import CatalogItem, Picture
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.gtin import check_digit, expand_upc_e, gtin
from visearch.images import load_image
from visearch.types import Product

zxingcpp = pytest.importorskip("zxingcpp")
SAMPLE = Path(__file__).parent.parent / "data" / "sample"
PHOTOS = sorted((SAMPLE / "queries").glob("*.jpg"))
CODE = "2104831500017"


def code_image(text: str, kind: str, width: int) -> Image.Image:
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    drawn = Image.fromarray(np.array(code.to_image(scale=8))).convert("RGB")
    return drawn.resize((width, round(width * drawn.height / drawn.width)), Image.Resampling.LANCZOS)


def on_photo(code: Image.Image, at: tuple[int, int], size: tuple[int, int], angle: float = 0) -> Image.Image:
    photo = load_image(PHOTOS[3]).resize(size)
    turned = code.convert("RGBA").rotate(angle, Image.Resampling.BICUBIC, expand=True)
    photo.paste(turned, at, turned)
    return photo


@pytest.mark.parametrize(
    ("kind", "written", "read", "name"),
    [
        ("EAN13", CODE, CODE, "EAN-13"),
        ("EAN8", "96385074", "96385074", "EAN-8"),
        ("UPCA", "036000291452", "036000291452", "UPC-A"),
        ("UPCE", "01234565", "012345000065", "UPC-E"),
        ("QRCode", "https://shop.example/p/mug-01", "https://shop.example/p/mug-01", "QR code"),
    ],
)
def test_every_kind_is_read_where_it_is(kind: str, written: str, read: str, name: str) -> None:
    code = code_image(written, kind, 300)
    (found,) = read_codes(on_photo(code, (420, 260), (1200, 900)))
    assert (found.text, found.format) == (read, name)
    box = found.box
    assert 415 <= box.x0 < box.x1 <= 425 + code.width and 255 <= box.y0 < box.y1 <= 265 + code.height
    assert box.x1 - box.x0 > 200


@pytest.mark.parametrize("angle", [0, 8, 90, 180, 270])
@pytest.mark.parametrize(
    ("size", "width"), [((800, 600), 250), ((1600, 1200), 420), ((4000, 3000), 320), ((4000, 3000), 620)]
)
def test_rotated_and_small_in_a_phone_photo(size: tuple[int, int], width: int, angle: float) -> None:
    place = (size[0] // 3, size[1] // 4)
    (found,) = read_codes(on_photo(code_image(CODE, "EAN13", width), place, size, angle))
    assert found.text == CODE
    middle = ((found.box.x0 + found.box.x1) / 2, (found.box.y0 + found.box.y1) / 2)
    assert all(place[i] < middle[i] < place[i] + 1.2 * width for i in (0, 1)), "in pixels of the photo given"


def test_two_codes_come_from_the_top_down() -> None:
    photo = on_photo(code_image("96385074", "EAN8", 240), (700, 600), (1200, 900))
    photo.paste(code_image(CODE, "EAN13", 300), (50, 40))
    assert [code.text for code in read_codes(photo)] == [CODE, "96385074"]


def test_photos_without_a_code_have_none() -> None:
    assert len(PHOTOS) >= 12
    assert [path.name for path in PHOTOS[::8] if read_codes(load_image(path))] == []


def test_a_missing_package_tells_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    with pytest.raises(VisearchError, match="pip install zxing-cpp"):
        read_codes(Image.new("RGB", (40, 40)))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("036000291452", "36000291452"),
        ("0036000291452", "36000291452"),
        ("36000291452", "36000291452"),
        (" 0 36000-29145 2 ", "36000291452"),
        ("mug-01", ""),
        ("12345", ""),
        ("123456789012345", ""),
        ("٠٣٦٠٠٠٢٩١٤٥٢", ""),
        ("", ""),
    ],
)
def test_gtin_is_the_number_itself(text: str, number: str) -> None:
    assert gtin(text) == number


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("01234565", "012345000065"),
        ("04252614", "042100005264"),  # GS1's example
        ("01234531", "012300000451"),
        ("01234541", "012340000051"),
        ("01234560", ""),
        ("21234565", ""),
        ("0123456", ""),
    ],
)
def test_upc_e_stands_for_a_upc_a(short: str, long: str) -> None:
    if long:
        long = long[:11] + check_digit(long[:11])
        short = short[:7] + long[11]
    assert expand_upc_e(short) == long


class Coded(ToyCatalog):
    def __iter__(self):
        products = (
            Product("mug-01", barcode="0036000291452", url="https://www.Shop.example/p/mug-01/"),
            Product("mug-02", barcode="12345000065"),
            Product("mug-03", barcode="96385074"),
            Product("mug-04", barcode="9638 5074"),
            Product("2104831500017", title="named like a code"),
        )
        for product in products:
            yield CatalogItem(product, (Picture("a.png", lambda: picture_bytes(COLORS["red"])),))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return make_engine(tmp_path_factory.mktemp("codes"), Coded(5, "coded"))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("036000291452", ["mug-01"]),
        ("0036000291452", ["mug-01"]),
        ("01234565", ["mug-02"]),
        ("96385074", ["mug-03", "mug-04"]),
        ("mug-02", ["mug-02"]),
        ("2104831500017", ["2104831500017"]),
        ("http://shop.example/p/mug-01", ["mug-01"]),
        ("https://id.gs1.org/01/00036000291452?lot=7", ["mug-01"]),
        ("https://shop.example/p/mug-02", []),
        ("http://[broken", []),
        ("mug", []),
        ("  ", []),
    ],
)
def test_a_code_names_its_products(engine: SearchEngine, text: str, ids: list[str]) -> None:
    assert [product.id for product in engine.by_code(text)] == ids


def test_a_photo_of_the_packet_finds_the_product(engine: SearchEngine) -> None:
    (code,) = read_codes(on_photo(code_image("036000291452", "UPCA", 300), (80, 60), (900, 700)))
    assert [product.id for product in engine.by_code(code.text)] == ["mug-01"]
