"""Order and pages of what the engine answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_engine import ids, make_engine
from tests.toy import COLORS, ToyCatalog, picture_bytes
from visearch.catalog.base import CatalogItem, Picture
from visearch.engine import SearchEngine
from visearch.errors import QueryError
from visearch.order import SORTS, Page
from visearch.types import Hit, Product, Query


class Shop(ToyCatalog):
    """24 products of six colours; some without price, rating or discount."""

    def __iter__(self):
        for i in range(24):
            color = list(COLORS)[i % 6]
            price, rating = None if i % 5 == 0 else float((i * 7) % 11), None if i % 7 == 0 else float(i % 4)
            product = Product(
                f"p-{23 - i:02d}", title=f"{color} {i}", color=color, price=price, rating=rating, discount=i % 3 * 10.0
            )
            data = picture_bytes(tuple(min(255, c + 2 * (i // 6)) for c in COLORS[color]))
            yield CatalogItem(product, (Picture(f"{i}.png", lambda data=data: data),))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return make_engine(tmp_path_factory.mktemp("order"), Shop(24, "shop"))


def pages(ask, k: int = 2) -> list[str]:
    found: list[str] = []
    for offset in range(0, 100, k):
        page = ids(ask(k, offset))
        if not page:
            break
        found += page
    return found


@pytest.mark.parametrize("sort", SORTS)
def test_pages_follow_one_order_without_repeats(engine: SearchEngine, sort: str) -> None:
    asks = {
        "search": lambda k, offset: engine.search(Query(text="red", k=k, offset=offset, sort=sort)),
        "similar": lambda k, offset: engine.similar("p-00", k, sort=sort, offset=offset),
        "browse": lambda k, offset: engine.browse(k, offset=offset, sort=sort),
    }
    for name, ask in asks.items():
        together = pages(ask)
        assert together == ids(ask(50, 0)) and len(set(together)) == len(together) > 2, name
    assert len(pages(asks["browse"])) == 24


def test_sorting_keeps_to_the_close_products(engine: SearchEngine) -> None:
    nearest = engine.search(Query(text="red", k=24)).hits
    close = {hit.product.id for hit in nearest if hit.close}
    result = engine.search(Query(text="red", k=24, sort="price"))
    assert 0 < len(close) < 24 and set(ids(result)) == close and result.close == len(close)
    prices = [hit.product.price for hit in result.hits]
    known = [price for price in prices if price is not None]
    assert known == sorted(known) and prices[: len(known)] == known, "without a price: last"


def test_orders_and_their_ties(engine: SearchEngine) -> None:
    def values(sort: str, name: str) -> list:
        return [getattr(hit.product, name) for hit in engine.browse(24, sort=sort).hits]

    price, down = values("price", "price"), values("-price", "price")
    assert price[-5:] == down[-5:] == [None] * 5 and price[:-5] == down[:-5][::-1]
    rating = [value for value in values("rating", "rating") if value is not None]
    assert rating == sorted(rating, reverse=True) and values("rating", "rating")[-1] is None
    assert values("discount", "discount") == [20.0] * 8 + [10.0] * 8 + [0.0] * 8
    assert ids(engine.browse(8, sort="discount")) == sorted(ids(engine.browse(8, sort="discount")))


def test_nearest_are_sorted_when_none_is_close() -> None:
    hits = [Hit(Product(str(i), price=float(9 - i)), 0.1, 10.0, close=False) for i in range(6)]
    assert [hit.product.id for hit in Page(3, sort="price").cut(hits)] == ["2", "1", "0"]


def test_a_later_page_does_not_say_that_nothing_is_close(engine: SearchEngine) -> None:
    first = engine.search(Query(text="red", k=5))
    last = engine.search(Query(text="red", k=5, offset=18))
    assert first.hits[0].close and not last.hits[0].close and not last.notes
    assert engine.search(Query(text="red", k=5, offset=400)).hits == ()


@pytest.mark.parametrize(
    ("page", "says"), [({"sort": "cheap"}, "no order 'cheap'.*-price"), ({"offset": -1}, "offset is -1")]
)
def test_bad_pages_are_refused(engine: SearchEngine, page: dict, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        engine.search(Query(text="red", **page))
    with pytest.raises(QueryError, match=says):
        engine.browse(**page)


def test_filters_hold_in_every_order(engine: SearchEngine, tmp_path: Path) -> None:
    result = engine.browse(24, {"color": "blue"}, sort="-price")
    assert {hit.product.color for hit in result.hits} == {"blue"} and result.total == len(result.hits) == 4
