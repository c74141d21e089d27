"""Of products that look alike, the one in the photo's colours comes first, and nothing else changes."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.toy import COLORS, ToyCatalog, ToyEmbedder
from tests.ui.still import engine_of
from visearch.build import build
from visearch.catalog.base import CatalogItem, Picture
from visearch.colormatch import NEAREST, ColorMatch, colors_of_photo, colors_of_product
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.errors import QueryError, StoreError
from visearch.look import shop_the_look
from visearch.store import Store
from visearch.types import Box, Product, Query, Vectors

NAMES = ("blue", "green", "red", "yellow")


def thing(color: str, ground: tuple[int, int, int] = (255, 255, 255), side: int = 48) -> Image.Image:
    """A square in the middle of 96 x 96 pixels."""
    picture = Image.new("RGB", (96, 96), ground)
    edge = (96 - side) // 2
    picture.paste(COLORS[color], (edge, edge, edge + side, edge + side))
    return picture


class Shapes(ToyEmbedder):
    """Sees no colours: everything is the same thing."""

    color_weight = 0.2

    def embed_images(self, pictures: Sequence[Image.Image]) -> Vectors:
        return np.tile(np.eye(8, dtype=np.float32)[:1], (len(pictures), 1))


class Squares(ToyCatalog):
    """The same square in four colours, in the order of their names."""

    def __iter__(self) -> Iterator[CatalogItem]:
        for name in NAMES:
            data = io.BytesIO()
            thing(name).save(data, "PNG")
            product = Product(id=name, title="square", image=f"{name}.png")
            yield CatalogItem(product, (Picture(f"{name}.png", data.getvalue),))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    home = tmp_path_factory.mktemp("squares")
    build(Squares(4), Shapes(), Settings(home=home))
    return SearchEngine(Store(home).open("toy", model_name="toy"), Shapes())


def ids(engine: SearchEngine, query: Query) -> list[str]:
    return [hit.product.id for hit in engine.search(query).hits]


@pytest.mark.parametrize("color", NAMES)
def test_of_look_alikes_the_one_in_the_photos_colours_is_first(engine: SearchEngine, color: str) -> None:
    photo = thing(color, ground=(120, 90, 60), side=60)
    assert ids(engine, Query(image=photo))[0] == color
    # Without colours they are equal, and in the order of their ids.
    assert ids(engine, Query(image=photo, weights={"colors": 0})) == list(NAMES)


def test_the_first_is_as_close_as_by_looks(engine: SearchEngine) -> None:
    photo = thing("red")
    plain = {hit.product.id: hit for hit in engine.search(Query(image=photo, weights={"colors": 0})).hits}
    found = engine.search(Query(image=photo)).hits
    assert found[0].score == pytest.approx(plain["red"].score) and found[0].match == pytest.approx(plain["red"].match)
    assert all(
        hit.score < plain[hit.product.id].score and hit.match <= plain[hit.product.id].match for hit in found[1:]
    )
    assert [hit.match for hit in found] == sorted((hit.match for hit in found), reverse=True)


def test_the_box_says_whose_colours_are_meant(engine: SearchEngine) -> None:
    two = Image.new("RGB", (200, 100), (255, 255, 255))
    two.paste(thing("green"), (0, 0))
    two.paste(thing("yellow"), (104, 0))
    boxes = {"green": Box(24, 24, 72, 72), "yellow": Box(128, 24, 176, 72)}
    for color, box in boxes.items():
        assert ids(engine, Query(image=two, box=box))[0] == color
    groups = shop_the_look(engine, two, list(boxes.values()), k=4).groups
    assert [group.hits[0].product.id for group in groups] == list(boxes)
    assert shop_the_look(engine, thing("red"), [], k=4).merged[0].product.id == "red"


def test_words_and_liked_products_may_ask_for_other_colours(engine: SearchEngine) -> None:
    photo = thing("red")
    assert ids(engine, Query(image=photo, text="in another colour")) == list(NAMES)
    assert ids(engine, Query(image=photo, more_like=("green",))) == list(NAMES)


@pytest.mark.parametrize("weight", [-0.1, 1.5])
def test_a_weight_out_of_range_is_told(engine: SearchEngine, weight: float) -> None:
    with pytest.raises(QueryError, match="weight of the colours"):
        engine.search(Query(image=thing("red"), weights={"colors": weight}))


def test_an_encoder_that_does_not_ask_for_it_ranks_by_looks_alone(tmp_path: Path) -> None:
    toy, photo = engine_of(tmp_path), thing("red")
    assert toy.search(Query(image=photo)).hits == toy.search(Query(image=photo, weights={"colors": 0})).hits


def test_a_picture_that_cannot_be_read_is_neither_first_nor_last(tmp_path: Path) -> None:
    for name in ("red", "blue"):
        thing(name).save(tmp_path / name, "PNG")
    (tmp_path / "cut").write_bytes((tmp_path / "red").read_bytes()[:40])
    match = ColorMatch(lambda sha: tmp_path / sha)
    best = [(0, 0.9, 0), (1, 0.9, 1), (2, 0.9, 2), (3, 0.9, 3)]
    found = match.ranked(best, ["blue", "cut", "red", "gone"], colors_of_photo(thing("red")), 0.2)
    scores = {position: score for position, score, _ in found}
    assert scores[0] < scores[1] == scores[3] < scores[2] == pytest.approx(0.9)
    assert match.ranked(best[1:2], ["", "cut"], colors_of_photo(thing("red")), 0.2) == best[1:2]


def test_a_server_that_is_away_is_asked_again(tmp_path: Path) -> None:
    for name in ("red", "blue"):
        thing(name).save(tmp_path / name, "PNG")
    away = {"blue"}

    def thumbnail(sha: str) -> Path:
        if sha in away:
            raise StoreError("The server is away.")
        return tmp_path / sha

    match, best, photo = ColorMatch(thumbnail), [(0, 0.9, 0), (1, 0.89, 1)], colors_of_photo(thing("red"))
    assert [score for _, score, _ in match.ranked(best, ["blue", "red"], photo, 0.2)] == pytest.approx([0.9, 0.89])
    away.clear()
    (blue, red) = match.ranked(best, ["blue", "red"], photo, 0.2)
    assert red[1] == pytest.approx(0.89) and blue[1] < 0.8


def test_colours_alone_bring_nothing_to_the_top(tmp_path: Path) -> None:
    for name in ("red", "blue"):
        thing(name).save(tmp_path / name, "PNG")
    best = [(0, 0.9, 0), (1, 0.6, 1)]
    found = ColorMatch(lambda sha: tmp_path / sha).ranked(best, ["blue", "red"], colors_of_photo(thing("red")), 0.2)
    assert found[0][1] == pytest.approx(0.9) and 0.6 < found[1][1] < 0.8


def test_what_is_far_stays_behind_and_is_not_read(tmp_path: Path) -> None:
    read: list[str] = []

    def thumbnail(sha: str) -> Path:
        read.append(sha)
        return tmp_path / sha

    for place in range(NEAREST):
        thing("red" if place == NEAREST - 1 else "blue").save(tmp_path / str(place), "PNG")
    best = [(place, 0.9 - place / 1000, place) for place in range(NEAREST + 20)]
    match, photo = ColorMatch(thumbnail), colors_of_photo(thing("red"))
    found = sorted(match.ranked(best, [str(n) for n in range(len(best))], photo, 0.2), key=lambda one: -one[1])
    assert [position for position, _, _ in found] == [NEAREST - 1, *range(NEAREST - 1), *range(NEAREST, NEAREST + 20)]
    assert sorted(read, key=int) == [str(n) for n in range(NEAREST)]
    match.ranked(best, [str(n) for n in range(len(best))], photo, 0.2)
    assert len(read) == NEAREST


def test_agreement_is_of_what_stands_out_and_of_the_middle() -> None:
    red = colors_of_product(thing("red"))
    assert red.shape == (51,) and float(red @ red) == pytest.approx(1, abs=1e-5)
    assert float(red @ colors_of_product(thing("red", ground=(250, 240, 220)))) > 0.95
    assert float(red @ colors_of_product(thing("blue"))) < 0.2
    # Whatever lies around: a photo's edges do not count.
    assert float(red @ colors_of_photo(thing("red", ground=(40, 90, 40), side=60))) > 0.9
    assert float(red @ colors_of_photo(thing("blue", ground=COLORS["red"], side=60))) < 0.2
