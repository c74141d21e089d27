"""A vector server measured: `python -m visearch.evaluate.engines ADDRESS [--rows 20000] [--dim 512]`.

Prints JSON: how fast rows come in, how long the index takes, and for searches as the engine asks them, one at a time
from one process, the milliseconds and what share of the ten nearest rows is found, compared with exhaustive search
over the same vectors (see visearch.evaluate.large for how they are made up). A filter is told to the server twice: as
a condition (a price, a category) and as the rows that pass. ADDRESS is what VISEARCH_INDEX takes; the rows are taken
out again at the end.
"""

from __future__ import annotations

import functools
import json
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from visearch.errors import VisearchError
from visearch.evaluate.large import make_vectors
from visearch.index.remote import BATCH, RemoteIndex
from visearch.index.server import VectorServer, VectorTable, address_of, server_of
from visearch.index.table import best, score
from visearch.types import RowIds, Scores, Vectors
from visearch.where import NUMBERS, TEXTS, Columns, Condition, Where

K = 10
SHARES = (0.1, 0.01)
"""Of the rows that a filter leaves."""

CATEGORIES = 20

Search = Callable[[Vectors], tuple[RowIds, Scores]]


def measure(server: VectorServer, rows: int, dim: int, queries: int) -> dict[str, Any]:
    """{"server", "rows", "dim", "upload_rows_per_s", "build_s", "searches": {what: {"p50_ms", "p99_ms", "recall@10",
    "rows"}}}. Raises ServerError when the server does not answer."""
    key = f"measure_{uuid.uuid4().hex[:12]}"
    with tempfile.TemporaryDirectory() as folder:
        make_vectors(Path(folder), rows, dim, queries)
        vectors, asked = (
            np.load(Path(folder) / "vectors.npy", allow_pickle=False),
            np.load(Path(folder) / "queries.npy", allow_pickle=False),
        )
    columns = _columns(rows)
    try:
        table, _ = server.begin(key, key, dim)
        upload_s = _timed(lambda: _upload(table, vectors, columns))
        build_s = _timed(table.finish)
        searches = _searches(RemoteIndex(table, dense=True), columns, vectors, asked)
    finally:
        server.drop(key)
    return {
        "server": server.version(),
        "rows": rows,
        "dim": dim,
        "queries": queries,
        "upload_rows_per_s": round(rows / upload_s),
        "build_s": round(build_s, 1),
        "searches": searches,
    }


def _searches(index: RemoteIndex, columns: Columns, vectors: Vectors, asked: Vectors) -> dict[str, Any]:
    everything = np.arange(len(vectors))
    found = {"all": _measured(functools.partial(index.search, k=K), vectors, asked, everything)}
    price, category = columns.numbers["price"], np.array(columns.texts["category"])
    filters = {
        f"category {1 / CATEGORIES:.0%}": (Condition("category", texts=("category 7",)), category == "category 7")
    }
    for share in SHARES:
        most = float(np.quantile(price, share))
        filters[f"price {share:.0%}"] = (Condition("price", high=most), price <= most)
    for name, (condition, passing) in filters.items():
        rows = np.flatnonzero(passing)
        limited = index.limited(Where((condition,)), rows)
        for way, one in (("condition", limited), ("rows", index)):
            search = functools.partial(one.search, k=K, allowed=rows)
            found[f"{name} as {way}"] = _measured(search, vectors, asked, rows)
    return found


def _measured(search: Search, vectors: Vectors, asked: Vectors, rows: RowIds) -> dict[str, Any]:
    search(asked[:1])  # the first of a kind opens connections
    seconds, shares = [], []
    for query in asked:
        started = time.perf_counter()
        ids, _ = search(query[None])
        seconds.append(time.perf_counter() - started)
        wanted, _ = best(rows, score(vectors[rows], query), K)
        shares.append(len(np.intersect1d(ids[0], wanted)) / max(1, len(wanted)))
    p50, p99 = (round(1e3 * float(np.percentile(seconds, at)), 1) for at in (50, 99))
    return {"p50_ms": p50, "p99_ms": p99, "recall@10": round(float(np.mean(shares)), 4), "rows": len(rows)}


def _columns(rows: int) -> Columns:
    rng = np.random.default_rng(1)
    texts = {name: [""] * rows for name in TEXTS}
    texts["category"] = [f"category {i}" for i in rng.integers(CATEGORIES, size=rows)]
    numbers = {name: np.full(rows, np.nan) for name in NUMBERS} | {"price": np.round(rng.uniform(1, 500, rows), 2)}
    return Columns(np.arange(rows), [f"p{i}" for i in range(rows)], texts, numbers, [{}] * rows)


def _upload(table: VectorTable, vectors: Vectors, columns: Columns) -> None:
    for start in range(0, len(vectors), BATCH):
        end = min(start + BATCH, len(vectors))
        table.upsert(np.arange(start, end), vectors[start:end], columns.part(start, end))


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main(
    address: Annotated[str, typer.Argument(help="What VISEARCH_INDEX takes: postgresql://... or milvus://...")],
    rows: Annotated[int, typer.Option(help="Rows of vectors.", min=100)] = 20_000,
    dim: Annotated[int, typer.Option(help="Numbers a vector.", min=2)] = 512,
    queries: Annotated[int, typer.Option(help="Searches of each kind.", min=1)] = 200,
) -> None:
    """Measures a vector server and prints JSON."""
    try:
        found = address_of(address)
        if found is None:
            raise typer.BadParameter("give the address of a server, postgresql://... or milvus://...")
        server = server_of(found)
        typer.echo(json.dumps(measure(server, rows, dim, queries), indent=1))
    except VisearchError as error:
        typer.echo(f"{error.message} {error.hint}", err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    typer.run(main)
