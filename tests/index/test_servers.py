"""Vector servers against exact.py, on values: the matrix of test_backends over real servers on this machine."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tests.index import servers
from tests.index import test_backends as matrix
from tests.index.test_backends import DIM, K, N, check, gallery, unit
from visearch.filters import ProductTable
from visearch.index import address_of, create_index
from visearch.index.remote import RemoteIndex
from visearch.index.server import Only, server_of
from visearch.types import Product, Vectors
from visearch.where import Where

CASES = (
    matrix.test_search,
    matrix.test_more_than_there_is,
    matrix.test_equal_scores_by_lower_row,
    matrix.test_ties_longer_than_the_candidates,
    matrix.test_add_replace_and_remove,
    matrix.test_searching_while_it_changes,
    matrix.test_queries_that_do_not_fit,
    matrix.test_nothing_in_it,
    matrix.test_filters_that_leave_little,
)


@pytest.fixture(scope="module", params=["postgresql", "milvus"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with getattr(servers, request.param)(tmp_path_factory.mktemp(request.param)) as address:
        yield address.url


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return gallery()


@pytest.fixture(scope="module")
def queries(url: str, vectors: Vectors) -> Vectors:
    """Few for Milvus Lite, which loops over all rows in Python."""
    rng = np.random.default_rng(1)
    picked = vectors[rng.integers(N, size=3 if url.startswith("milvus") else 30)]
    return np.concatenate([vectors[matrix.TWINS[:1]], unit(picked + 0.1 * rng.standard_normal(picked.shape))])


@pytest.fixture(scope="module")
def index(url: str, vectors: Vectors) -> RemoteIndex:
    found = create_index(vectors, url)
    assert isinstance(found, RemoteIndex)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_matrix(case: Callable[..., None], url: str, vectors: Vectors, queries: Vectors) -> None:
    given = {"kind": url, "vectors": vectors, "queries": queries}
    case(**{name: given[name] for name in inspect.signature(case).parameters})


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1, 0.01])
def test_rows_that_may_be_found(share: float, index: RemoteIndex, vectors: Vectors, queries: Vectors) -> None:
    allowed = np.sort(np.random.default_rng(2).permutation(N)[: int(share * N)])
    wanted = create_index(vectors, "exact").search(queries, K, allowed)
    for dense in (False, True):  # told by what stays, or by what goes
        got = RemoteIndex(index._table, dense).search(queries, K, allowed)
        assert set(got[0].ravel().tolist()) <= set(allowed.tolist())
        check("server", got, wanted)


STRANGE = 'x"] or row > 0 or brand in ["y\'; DROP TABLE x; --\\'


def goods(n: int) -> list[Product]:
    """Products that say much, little and odd things."""
    rng = np.random.default_rng(4)

    def one(i: int) -> Product:
        some = rng.random(6)
        return Product(
            id=f"p-{i}",
            category=["Mugs", "mugs ", "Bags", ""][i % 4],
            brand=["Acme", STRANGE, "", "北欧"][rng.integers(4)],
            price=None if some[0] < 0.2 else float(rng.integers(1, 50)),
            stock=None if some[1] < 0.3 else int(rng.integers(0, 3)),
            discount=None if some[2] < 0.5 else float(rng.integers(0, 3) * 10),
            attributes={"Room": "Kitchen"} if i % 3 == 0 else {"room": STRANGE, "fit size": "XL"} if i % 3 == 1 else {},
        )

    return [one(i) for i in range(n)]


FILTERS: tuple[dict[str, object], ...] = (
    {"category": "MUGS"},
    {"category": ("mugs", "bags"), "price": {"min": 10, "max": 30}},
    {"category": ""},
    {"brand": STRANGE},
    {"brand": ("北欧", "acme")},
    {"price": {"max": 20}},
    {"price": (7, 8, 9)},
    {"in_stock": "yes"},
    {"in_stock": "no"},
    {"on_offer": "yes"},
    {"on_offer": "no", "in_stock": True},
    {"room": "kitchen"},
    {"room": STRANGE},
    {"Room": ("", "kitchen")},
    {"fit_size": "xl"},
)


@pytest.fixture(scope="module")
def told(url: str, vectors: Vectors) -> tuple[RemoteIndex, ProductTable]:
    """The gallery with the fields of `goods`."""
    fields = ProductTable(goods(N))
    table, there = server_of(address_of(url)).begin("told", "told_1", DIM)
    assert there == 0
    for start in range(0, N, 500):
        rows = np.arange(start, start + 500)
        table.upsert(rows, vectors[rows], fields.columns(rows))
    table.finish()
    return RemoteIndex(table, dense=True), fields


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_filters_are_told_to_the_server(
    filters: dict[str, object], told: tuple[RemoteIndex, ProductTable], vectors: Vectors, queries: Vectors
) -> None:
    index, fields = told
    rows, exact = np.flatnonzero(fields.mask(filters)), create_index(vectors, "exact")
    assert 0 < len(rows) < N
    without = exact.search(queries[:1], 3, rows)[0][0]  # the best answers are those that are missed
    left = np.setdiff1d(rows, without)
    where = Where(fields.where(filters), tuple(without.tolist()))
    got = index.limited(where, left).search(queries, K, left)
    assert not set(without.tolist()) & set(got[0].ravel().tolist())
    check("server", got, exact.search(queries, K, left))


def test_the_server_itself_filters(told: tuple[RemoteIndex, ProductTable], vectors: Vectors) -> None:
    """What it proposes passes already, near and exact: nothing is sorted out afterwards."""
    index, fields = told
    for filters in FILTERS:
        passing = set(np.flatnonzero(fields.mask(filters)).tolist())
        only = Only(Where(fields.where(filters)))
        for ask in (index._table.near, index._table.exact):
            assert set(ask(vectors[0], 40, only)[0].tolist()) <= passing, filters
