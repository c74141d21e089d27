"""What a search answers, on twelve toy products whose pictures are plain colours."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.toy import COLORS, ToyCatalog, ToyEmbedder, picture_bytes
from visearch.build import build
from visearch.calibration import calibrator
from visearch.catalog.base import CatalogItem, Picture
from visearch.config import Settings
from visearch.engine import SearchEngine, result_to_json
from visearch.errors import PictureError, QueryError
from visearch.store import Store
from visearch.types import Box, Product, Query


def make_engine(home: Path, catalog: object | None = None) -> SearchEngine:
    embedder = ToyEmbedder()
    source = catalog or ToyCatalog(24)
    build(source, embedder, Settings(home=home), calibrate=calibrator(embedder))
    return SearchEngine(Store(home).open(source.info.id, model_name="toy"), lambda: embedder)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return make_engine(tmp_path_factory.mktemp("engine"))


def photo(color: str) -> Image.Image:
    return Image.new("RGB", (50, 40), COLORS[color])


def ids(result: object) -> list[str]:
    return [hit.product.id for hit in result.hits]


def test_words_find_what_they_name(engine: SearchEngine) -> None:
    result = engine.search(Query(text="something red", k=4))
    assert {hit.product.color for hit in result.hits} == {"red"}
    assert [hit.score for hit in result.hits] == sorted((h.score for h in result.hits), reverse=True)


def test_photo_finds_its_product_first(engine: SearchEngine) -> None:
    hit = engine.search(Query(image=photo("blue"), k=3)).hits[0]
    assert hit.product.id == "p-002" and hit.score == pytest.approx(1, abs=1e-3) and hit.match > 95


def test_the_context_draws_a_box_towards_the_whole_photo(engine: SearchEngine) -> None:
    picture = Image.new("RGB", (200, 100), COLORS["red"])
    picture.paste(COLORS["blue"], (150, 0, 200, 100))
    box = Box(150, 0, 200, 100)

    def first(context: float) -> str:
        return engine.search(Query(image=picture, box=box, k=1, weights={"context": context})).hits[0].product.color

    assert (first(0), first(1)) == ("blue", "red")
    whole = [hit.product.id for hit in engine.search(Query(image=picture, k=5)).hits]
    for query in (
        Query(image=picture, box=box, weights={"context": 1}),
        Query(image=picture, weights={"context": 0.5}),
    ):
        assert [hit.product.id for hit in engine.search(query).hits][:5] == whole
    with pytest.raises(QueryError, match="context is 2"):
        engine.search(Query(image=picture, box=box, weights={"context": 2}))


def test_box_is_cut_before_searching(engine: SearchEngine) -> None:
    picture = Image.new("RGB", (100, 50), COLORS["white"])
    picture.paste(COLORS["green"], (50, 0, 100, 50))
    assert engine.search(Query(image=picture, box=Box(50, 0, 100, 50), k=1)).hits[0].product.color == "green"
    with pytest.raises(PictureError):
        engine.search(Query(image=picture, box=Box(300, 0, 400, 50)))


def test_words_pull_a_photo_their_way(engine: SearchEngine) -> None:
    def first(share: float) -> str:
        query = Query(image=photo("blue"), text="red", weights={"text": share}, k=1)
        return engine.search(query).hits[0].product.color

    assert first(0.0) == "blue" and first(1.0) == "red"


def test_more_and_less_like(engine: SearchEngine) -> None:
    liked = engine.search(Query(more_like=("p-002", "p-008"), k=2))
    assert {hit.product.color for hit in liked.hits} == {"blue"}
    result = engine.search(Query(image=photo("blue"), less_like=("p-002",), k=24))
    assert "p-002" not in ids(result) and len(result.hits) == 23


def test_similar_leaves_the_product_out(engine: SearchEngine) -> None:
    result = engine.similar("p-000", k=3)
    assert "p-000" not in ids(result) and result.hits[0].product.color == "red"


def test_filters_limit_every_answer(engine: SearchEngine) -> None:
    result = engine.search(Query(text="red", k=24, filters={"category": "Mugs", "price": {"max": 15.0}}))
    assert {h.product.category for h in result.hits} == {"Mugs"} and all(h.product.price <= 15 for h in result.hits)
    assert result.total == len(result.hits) == 3
    assert engine.search(Query(text="red", filters={"brand": "none"})).hits == ()


def test_browse_is_varied_and_pages(engine: SearchEngine) -> None:
    first, second = engine.browse(4), engine.browse(4, offset=4)
    assert {h.product.category for h in first.hits} == {"Bags", "Mugs"}
    assert not set(ids(first)) & set(ids(second)) and first.total == 24


def test_a_product_of_several_pictures_is_one_hit(tmp_path: Path) -> None:
    class TwoPictures(ToyCatalog):
        def __iter__(self):
            for name in ("b", "a"):
                pictures = tuple(Picture(c, lambda c=c: picture_bytes(COLORS[c])) for c in ("red", "blue", "green"))
                yield CatalogItem(Product(name, title=name), pictures)

    engine = make_engine(tmp_path, TwoPictures(2, "two"))
    hits = engine.search(Query(image=photo("blue"), k=5)).hits
    assert [h.product.id for h in hits] == ["a", "b"], "equal scores: by product id"
    assert hits[0].picture == engine.opened.products[1].pictures[1], "the picture that matched is shown"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (Query(), "nothing to search for"),
        (Query(text="   "), "nothing to search for"),
        (Query(text="red", k=0), "k is 0"),
        (Query(text="red", k=100_000), "k is 100000"),
        (Query(text="red", box=Box(0, 0, 9, 9)), "box needs a photo"),
        (Query(text="red", filters={"colour": "red"}), "no filter 'colour'"),
        (Query(more_like=("nobody",)), "no product 'nobody'"),
        (Query(text="red", image=photo("red"), weights={"text": 3}), "weight of the words"),
    ],
)
def test_bad_queries_say_what_to_do(engine: SearchEngine, query: Query, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        engine.search(query)


def test_json_is_what_the_command_line_promises(engine: SearchEngine) -> None:
    document = result_to_json(engine.search(Query(text="red", k=2)), lambda sha: f"/thumbs/{sha}.jpg")
    assert set(document) >= {"hits", "timings_ms", "model", "index"}
    hit = document["hits"][0]
    assert set(hit) >= {"id", "title", "score", "match", "image", "why"}
    assert hit["image"].startswith("/thumbs/") and 0 <= hit["match"] <= 100


def test_model_is_loaded_only_for_a_query_that_needs_it(tmp_path: Path) -> None:
    make_engine(tmp_path)

    def never() -> ToyEmbedder:
        raise AssertionError("loaded")

    engine = SearchEngine(Store(tmp_path).open("toy", model_name="toy"), never)
    assert engine.browse(3).hits and engine.similar("p-000").hits
    with pytest.raises(AssertionError, match="loaded"):
        engine.search(Query(text="red"))
