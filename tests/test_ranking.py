"""What words find: keywords, meaning and looks together, one way alone, and what was read from them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.toy import COLORS, ToyEmbedder, picture_bytes
from tests.toy_sentences import ToySentences
from visearch import ranking
from visearch.build import build
from visearch.calibration import calibrator
from visearch.catalog.base import CatalogInfo, CatalogItem, Picture, Report
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.errors import QueryError
from visearch.passages import Reader
from visearch.store import Store
from visearch.types import Product, Query

SHOP = (
    ("sofa-red", "Two-seater settle, oak legs", "red", "Sofas", "leather", 900.0, "红色沙发"),
    ("sofa-blue", "Couch for the living room", "blue", "Sofas", "linen", 700.0, "蓝色沙发"),
    ("mug-red", "Stoneware mug, 350 ml", "red", "Mugs", "stoneware", 12.0, ""),
    ("mug-blue", "Enamel mug, 500 ml", "blue", "Mugs", "enamel", 9.0, ""),
    ("lamp-white", "Table lamp with a linen shade", "white", "Lamps", "ceramic", 60.0, "白色台灯"),
    ("bag-black", "Handbag with laces", "black", "Bags", "leather", 120.0, ""),
    ("bag-green", "Handbag, plain", "green", "Bags", "canvas", 40.0, ""),
)


class Catalog:
    """Seven products whose pictures are of one colour."""

    def __init__(self, bare: bool = False) -> None:
        self.info = CatalogInfo("shop", "Shop", "CC0-1.0", total=len(SHOP))
        self.report = Report()
        self._bare = bare

    def __iter__(self):
        for id_, title, color, category, material, price, title_zh in SHOP:
            product = Product(
                id_, title, "", category, color=color, material=material, price=price, currency="USD", title_zh=title_zh
            )
            if self._bare:
                product = Product(id_)
            data = picture_bytes(COLORS[color])
            yield CatalogItem(product, (Picture(f"{id_}.png", lambda data=data: data),))

    def queries(self):
        return []


def make_engine(home: Path, sentences: bool = True, bare: bool = False) -> SearchEngine:
    embedder, encoders = ToyEmbedder(), {"toy": ToySentences()} if sentences else {}
    build(Catalog(bare), embedder, Settings(home=home), calibrate=calibrator(embedder), read=Reader(encoders, home))
    return SearchEngine(Store(home).open("shop", model_name="toy"), embedder, lambda: encoders)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return make_engine(tmp_path_factory.mktemp("ranking"))


def ids(engine: SearchEngine, text: str, **more: object) -> list[str]:
    return [hit.product.id for hit in engine.search(Query(text, **more)).hits]


def test_a_word_of_the_title_wins(engine: SearchEngine) -> None:
    assert ids(engine, "stoneware mug")[0] == "mug-red"


def test_meaning_finds_what_no_word_says(engine: SearchEngine) -> None:
    assert ids(engine, "somewhere to sit")[0].startswith("sofa")


def test_looks_decide_between_equal_words(tmp_path: Path) -> None:
    assert ids(make_engine(tmp_path, sentences=False), "red", ignore=("*",))[0].endswith("-red")


def test_chinese_titles_and_labels_are_searched(engine: SearchEngine) -> None:
    assert ids(engine, "白色台灯")[0] == "lamp-white"
    assert ids(engine, "绿色 包")[0] == "bag-green"


def test_a_catalogue_without_words_is_ranked_by_looks(tmp_path: Path) -> None:
    bare = make_engine(tmp_path, bare=True)
    assert {id_[-3:] for id_ in ids(bare, "red")[:2]} == {"red"}
    assert "shares" not in bare.search(Query("red")).hits[0].why


def test_shares_sum_to_one_and_name_the_parts(engine: SearchEngine) -> None:
    shares = engine.search(Query("red mug")).hits[0].why["shares"]
    assert sum(shares.values()) == pytest.approx(1) and {"words", "wishes"} <= set(shares)


def test_the_score_is_the_weighted_sum_of_the_parts(engine: SearchEngine) -> None:
    parts = engine.parts("red mug")
    expected = (
        ranking.KEYWORDS * parts["keywords"]
        + parts["meaning"]
        + ranking.LOOKS * parts["looks"]
        + ranking.PREFERENCE * parts["agreement"]
    )
    scores = {hit.product.id: hit.score for hit in engine.search(Query("red mug")).hits}
    for position, product in enumerate(engine.opened.products):
        assert scores[product.id] == pytest.approx(float(expected[position]), abs=1e-3)


def test_candidates_of_a_large_index_hold_the_best(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = ids(engine, "blue mug", k=3)
    monkeypatch.setattr(ranking, "EXACT_UP_TO", 0)
    monkeypatch.setattr(ranking, "DEPTH", 3)
    assert ids(engine, "blue mug", k=3) == exact


@pytest.mark.parametrize("ranker", ["bm25", "tfidf"])
def test_keywords_alone_find_only_what_shares_a_word(engine: SearchEngine, ranker: str) -> None:
    assert set(ids(engine, "mug", ranker=ranker)) == {"mug-red", "mug-blue"}
    assert ids(engine, "spaceship", ranker=ranker) == []


def test_meaning_alone_and_looks_alone(engine: SearchEngine) -> None:
    assert ids(engine, "a light to read by", ranker="text")[0] == "lamp-white"
    assert ids(engine, "green", ranker="picture")[0] == "bag-green"


def test_ranks_are_fused_with_equal_weight(engine: SearchEngine) -> None:
    hit = engine.search(Query("enamel mug", ranker="rrf")).hits[0]
    assert hit.product.category == "Mugs" and 2 / (ranking.RRF_K + 2) < hit.score <= 3 / (ranking.RRF_K + 1) + 1e-6


def test_a_ranker_that_is_not_there_is_refused(engine: SearchEngine) -> None:
    with pytest.raises(QueryError, match=r"no ranker 'magic'.*hybrid"):
        engine.search(Query("mug", ranker="magic"))


def test_an_off_topic_query_is_close_to_nothing(engine: SearchEngine) -> None:
    result = engine.search(Query("lawnmower"))
    assert not result.close and result.notes and len(result.hits) == len(SHOP)


# ---------------------------------------------------------------------- what is read from the words


def test_a_price_limits_and_is_told(engine: SearchEngine) -> None:
    result = engine.search(Query("handbag under 100"))
    assert result.hits[0].product.id == "bag-green" and "bag-black" not in {h.product.id for h in result.hits}
    assert [term.key for term in result.understood if term.hard] == ["price:..100"]


def test_words_that_only_limit_show_all_that_is_left(engine: SearchEngine) -> None:
    result = engine.search(Query("under 50"))
    assert {hit.product.id for hit in result.hits} == {"mug-red", "mug-blue", "bag-green"} and result.total == 3


def test_a_negation_leaves_out(engine: SearchEngine) -> None:
    assert "bag-black" not in ids(engine, "handbag not leather")
    assert "bag-black" not in ids(engine, "handbag without laces")


def test_a_slip_is_mended_and_told(engine: SearchEngine) -> None:
    result = engine.search(Query("stonware mug"))
    assert result.hits[0].product.id == "mug-red"
    assert ("typo", ("stoneware",)) in {(term.field, term.values) for term in result.understood}


def test_a_preference_hides_nothing(engine: SearchEngine) -> None:
    result = engine.search(Query("red couch"))
    assert len(result.hits) == len(SHOP) and result.hits[0].why["agrees"]


def test_a_term_that_was_taken_away_is_plain_words(engine: SearchEngine) -> None:
    result = engine.search(Query("handbag under 100", ignore=("price:..100",)))
    assert "bag-black" in {hit.product.id for hit in result.hits} and not any(t.hard for t in result.understood)
    assert engine.search(Query("red mug", ignore=("*",))).understood == ()


def test_limits_hold_beside_a_photo(engine: SearchEngine) -> None:
    image = Image.new("RGB", (40, 40), COLORS["red"])
    found = {hit.product.id for hit in engine.search(Query("under 50", image=image)).hits}
    assert found == {"mug-red", "mug-blue", "bag-green"}


def test_timings_name_the_stages(engine: SearchEngine) -> None:
    timings = engine.search(Query("red mug")).timings_ms
    assert list(timings) == ["understand", "embed", "words", "search", "total"]
    assert timings["total"] >= sum(list(timings.values())[:-1]) - 1e-6


def test_filters_and_negation_hold_together(engine: SearchEngine) -> None:
    assert ids(engine, "not leather", filters={"category": "Bags"}) == ["bag-green"]


def test_products_without_rows_of_an_encoder_stay_findable(engine: SearchEngine) -> None:
    silent = [replace(p, title="", title_zh="", category="", color="", material="") for p in engine.opened.products[2:]]
    rows = engine.opened.passages["toy"]
    kept = rows.of_products({0: 0, 1: 1})
    opened = replace(engine.opened, products=[*engine.opened.products[:2], *silent], passages={"toy": kept})
    half = SearchEngine(opened, ToyEmbedder(), lambda: {"toy": ToySentences()})
    found = half.search(Query("green"))
    assert found.hits[0].product.id == "bag-green" and np.isfinite([hit.score for hit in found.hits]).all()


# ---------------------------------------------------------------------- photos in words


def test_a_photo_is_described_and_searched_as_keywords(engine: SearchEngine) -> None:
    image = Image.new("RGB", (60, 60), COLORS["red"])
    said = engine.describe(image)
    assert "red" in said.sentence.split() and said.by == "zero-shot"
    assert engine.describe(image, lang="zh").sentence.startswith("红色")
    assert engine.search(Query(image=image, ranker="caption")).hits[0].product.color == "red"


def test_a_description_needs_a_photo(engine: SearchEngine) -> None:
    with pytest.raises(QueryError, match="no photo to describe"):
        engine.search(Query("red", ranker="caption"))


def test_a_captioning_model_has_the_first_word(engine: SearchEngine) -> None:
    class Captioner:
        info = type("Info", (), {"name": "says"})()

        def caption(self, image: Image.Image) -> str:
            return "an enamel mug"

    told = SearchEngine(engine.opened, ToyEmbedder(), dict, Captioner)
    image = Image.new("RGB", (40, 40), COLORS["red"])
    assert told.describe(image).sentence == "an enamel mug" and told.describe(image).by == "says"
    assert told.search(Query(image=image, ranker="caption")).hits[0].product.id == "mug-blue"


def test_what_was_seen_can_be_filtered_by_and_is_understood(tmp_path: Path) -> None:
    bare = make_engine(tmp_path, bare=True)
    seen = [{"color": [[color, 0.9]], "material": [["glass", 0.6]]} for _, _, color, *_ in SHOP]
    told = SearchEngine(replace(bare.opened, seen=seen), ToyEmbedder())
    assert {hit.product.id for hit in told.browse(filters={"color": "red"}).hits} == {"sofa-red", "mug-red"}
    assert "color:red" in {term.key for term in told.understand("red thing").terms}
    assert told.seen[0].best("color") == ("red", 0.9)
    # Not sure enough to filter by.
    assert "material" not in told.facets().values


def test_facets_count_what_the_words_leave(engine: SearchEngine) -> None:
    terms = engine.understand("under 50").terms
    assert dict(engine.facets({}, terms).values["category"]) == {"Mugs": 2, "Bags": 1}
    assert dict(engine.facets({}, engine.understand("red").terms).values["category"])["Sofas"] == 2


def test_endless_words_are_refused(engine: SearchEngine) -> None:
    with pytest.raises(QueryError, match="2,001 characters long"):
        engine.search(Query("x" * 2001))
