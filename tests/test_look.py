"""Everything of a photo at once: a group a box, and one list of all."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.test_engine import ids, make_engine
from tests.toy import COLORS, ToyCatalog
from visearch.engine import SearchEngine
from visearch.errors import PictureError, QueryError
from visearch.look import Merge, merge, shop_the_look
from visearch.types import Box, Hit, Product, Query

RED, GREEN = Box(0, 0, 60, 60, "Item 1"), Box(60, 0, 120, 60, "Item 2")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return make_engine(tmp_path_factory.mktemp("look"), ToyCatalog(24))


@pytest.fixture
def scene() -> Image.Image:
    picture = Image.new("RGB", (120, 60), COLORS["red"])
    picture.paste(COLORS["green"], (60, 0, 120, 60))
    return picture


def hit(product_id: str, score: float, kind: str = "") -> Hit:
    return Hit(Product(product_id, category=kind), score, 100 * score, True)


def test_every_box_has_its_own_group(engine: SearchEngine, scene: Image.Image) -> None:
    look = shop_the_look(engine, scene, (RED, GREEN), k=3)
    assert [group.box for group in look.groups] == [RED, GREEN]
    assert [{h.product.color for h in group.hits} for group in look.groups] == [{"red"}, {"green"}]
    assert look.groups[1].hits == engine.search(Query(image=scene, box=GREEN, k=3)).hits
    assert {"embed", "search", "total"} <= set(look.timings_ms)


def test_one_list_of_all_without_doubles(engine: SearchEngine, scene: Image.Image) -> None:
    look = shop_the_look(engine, scene, (RED, GREEN, RED), k=6)
    assert len(look.merged) == 6 == len(set(ids_of(look.merged)))
    assert {h.product.color for h in look.merged[:4]} == {"red", "green"}, "no box takes the list for itself"


def test_crops_are_embedded_in_one_batch(engine: SearchEngine, scene: Image.Image) -> None:
    calls = []
    embedder = engine.embedder()
    watched = SearchEngine(engine.opened, lambda: Watching(embedder, calls))
    shop_the_look(watched, scene, (RED, GREEN))
    assert len(calls) == 1


class Watching:
    def __init__(self, embedder: object, calls: list[int]) -> None:
        self.info, self._embedder, self._calls = embedder.info, embedder, calls

    def embed_images(self, pictures):
        self._calls.append(len(pictures))
        return self._embedder.embed_images(pictures)


def test_without_boxes_the_whole_photo_answers(engine: SearchEngine, scene: Image.Image) -> None:
    look = shop_the_look(engine, scene, (), k=4)
    assert look.groups == () and ids_of(look.merged) == ids(engine.search(Query(image=scene, k=4)))


def test_filters_limit_groups_and_list(engine: SearchEngine, scene: Image.Image) -> None:
    look = shop_the_look(engine, scene, (RED, GREEN), k=24, filters={"category": "Mugs"})
    found = [*look.merged, *(h for group in look.groups for h in group.hits)]
    assert {h.product.category for h in found} == {"Mugs"}
    assert len(look.merged) == 12, "a short list is filled with what is left"
    assert shop_the_look(engine, scene, (RED,), filters={"brand": "none"}).merged == ()


def test_what_cannot_be_asked_is_told(engine: SearchEngine, scene: Image.Image) -> None:
    with pytest.raises(QueryError, match="k is 0"):
        shop_the_look(engine, scene, (RED,), k=0)
    with pytest.raises(PictureError):
        shop_the_look(engine, scene, (Box(500, 500, 600, 600),))


def test_a_sliver_is_widened(engine: SearchEngine, scene: Image.Image) -> None:
    look = shop_the_look(engine, scene, (Box(100, 10, 102, 50, "Item 1"), RED), k=2)
    assert [{h.product.color for h in group.hits} for group in look.groups] == [{"green"}, {"red"}]


def test_the_best_of_all_lists_come_first_but_no_box_takes_all() -> None:
    chairs = [hit("a", 0.9, "Chair"), hit("b", 0.8, "Sofa"), hit("c", 0.7, "Bench")]
    lamps = [hit("x", 0.6, "Lamp"), hit("y", 0.5, "Vase")]
    assert ids_of(merge([chairs, lamps], 4, Merge(per_box=2, per_kind=1))) == ["a", "b", "x", "y"]
    assert ids_of(merge([chairs, lamps], 5, Merge(per_box=2, per_kind=1))) == ["a", "b", "x", "y", "c"]


def test_one_of_a_kind_then_the_others() -> None:
    seen = [hit("a", 0.9, "Chair"), hit("b", 0.8, "Chair")], [hit("a", 0.7, "Chair"), hit("x", 0.2, "Lamp")]
    assert ids_of(merge(seen, 3, Merge(per_box=2, per_kind=1))) == ["a", "x", "b"]
    nameless = [hit("a", 0.9), hit("b", 0.8)]
    assert ids_of(merge([nameless], 2, Merge(per_box=2, per_kind=1))) == ["a", "b"]


def test_equal_scores_are_in_order_of_id() -> None:
    assert ids_of(merge([[hit("b", 0.5)], [hit("a", 0.5)]], 2)) == ["a", "b"]


def ids_of(hits: object) -> list[str]:
    return [h.product.id for h in hits]
