"""Words over a photo: what the catalogue's own words add, and that photo alone and words alone stay what they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.test_engine import ids, make_engine, photo
from tests.toy import ToyCatalog, ToyEmbedder, picture_bytes
from visearch.build import build
from visearch.catalog.base import CatalogItem, Picture
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.lift import Lift, nearest, strength
from visearch.store import Store
from visearch.types import Product, Query


class Greys(ToyCatalog):
    """Twenty-four greys, of which every fourth is said to be of wool: nothing that a picture could tell."""

    def __iter__(self):
        for i in range(24):
            data = picture_bytes((100 + 5 * i,) * 3)
            product = Product(f"g-{i:02d}", title="Rug", material="" if i % 4 else "wool")
            yield CatalogItem(product, (Picture(f"{i}.png", lambda data=data: data),))


@pytest.fixture(scope="module")
def greys(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return make_engine(tmp_path_factory.mktemp("greys"), Greys(24, "greys"))


def ask(engine: SearchEngine, share: float, **more: object):
    picture = Image.new("RGB", (40, 40), (150, 150, 150))
    return engine.search(Query(image=picture, text="in wool", weights={"text": share}, k=24, **more))


def test_what_has_the_words_comes_first(greys: SearchEngine) -> None:
    hits = ask(greys, 0.5).hits
    assert {hit.product.material for hit in hits[:6]} == {"wool"} and hits[0].product.id in ("g-08", "g-12")
    scores, matches = [h.score for h in hits], [h.match for h in hits]
    assert scores == sorted(scores, reverse=True) and matches == sorted(matches, reverse=True)
    assert all(hit.close == (hit.match >= 50) for hit in hits)


def test_the_ends_are_photo_alone_and_words_alone(greys: SearchEngine) -> None:
    picture = Image.new("RGB", (40, 40), (150, 150, 150))
    assert ids(ask(greys, 0.0)) == ids(greys.search(Query(image=picture, k=24)))
    assert ids(ask(greys, 1.0)) == ids(greys.search(Query(text="in wool", k=24)))
    assert strength(0) == strength(1) == 0 and strength(0.5) > strength(0.9) > 0


def test_words_that_nobody_has_change_nothing(greys: SearchEngine) -> None:
    silent = [Product(p.id, pictures=p.pictures) for p in greys.opened.products]
    other = SearchEngine(replace(greys.opened, products=silent), greys.embedder)
    query = Query(image=photo("white"), text="velvet", k=24)
    assert [(h.product.id, h.score, h.match) for h in other.search(query).hits] == [
        (h.product.id, h.score, h.match) for h in greys.search(query).hits
    ]


def test_filters_and_the_lift_go_together(greys: SearchEngine) -> None:
    assert {h.product.material for h in ask(greys, 0.5, filters={"material": "wool"}).hits} == {"wool"}


@pytest.mark.parametrize("wanted", [1, 5, 40])
def test_nearest_is_what_scoring_everything_gives(tmp_path: Path, wanted: int) -> None:
    build(ToyCatalog(60), ToyEmbedder(), Settings(home=tmp_path))
    opened = Store(tmp_path).open("toy", model_name="toy")
    rng = np.random.default_rng(wanted)
    lift = Lift(0.7, rng.choice([0, 0.25, 0.5, 1], 60).astype(np.float32))
    vector = ToyEmbedder().embed_texts(["red"])
    for allowed in (None, np.sort(rng.permutation(60)[:30])):
        among = np.arange(60) if allowed is None else allowed
        every = (opened.vectors @ vector[0]) + np.float32(0.7) * lift.cover[opened.row_product]
        rows, scores = nearest(opened, vector, wanted, allowed, lift)
        expected = np.sort(every[among])[::-1][:wanted]
        assert np.allclose(scores[:wanted], expected, atol=1e-5) and np.all(np.isin(rows, among))
        assert np.allclose(scores, every[rows], atol=1e-5) and len(set(rows.tolist())) == len(rows)
