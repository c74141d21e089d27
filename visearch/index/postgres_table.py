"""The rows of one generation in PostgreSQL: true vectors, and a HNSW graph over halves of their precision."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from visearch.index.postgres_sql import COLUMNS, MOST_HALF, SETTINGS, limits, records
from visearch.index.server import Only
from visearch.types import RowIds, Vectors
from visearch.where import Columns

logger = logging.getLogger(__name__)

T = TypeVar("T")
Ask = Callable[..., Any]

MOST_EF = 1000
MIN_EF = 200
"""Of 100,000 made rows, half of the queries found .935 of the ten nearest with 100 and .996 with 200 (6.0 and 7.0 ms);
the other half .972 and .992 (visearch.evaluate.engines makes the rows)."""
SCAN_TUPLES = 100_000
"""Rows that an iterative scan may look at for a filter before it ends short; then all rows are looked at."""

WRITE_S, BUILD_S, EXACT_S = 60.0, 7 * 86_400.0, 10.0
"""Seconds for a batch of rows, for building a graph, and for a look at all rows."""


class PostgresTable:
    """See VectorTable. `ask` runs a function over a connection, within a time, with retries."""

    def __init__(self, ask: Ask, name: str, dim: int, new: bool = False) -> None:
        self._ask, self._name, self._dim, self._new = ask, name, dim, new
        self._own = name.rpartition(".")[2]

    @property
    def id(self) -> str:
        return "pgvector-hnsw" if self._dim <= MOST_HALF else "pgvector-flat"

    @property
    def dim(self) -> int:
        return self._dim

    def count(self) -> int:
        return int(self._ask(lambda c: c.execute(f"SELECT count(*) FROM {self._name}").fetchone()[0], EXACT_S))  # noqa: S608

    def near(self, query: Vectors, m: int, only: Only | None = None) -> tuple[RowIds, Vectors]:
        if self._dim > MOST_HALF:
            return self.exact(query, m, only)
        half = f"halfvec({self._dim})"
        return self._nearest(f"embedding::{half} <#> %s::{half}", query, m, only, None)

    def exact(self, query: Vectors, m: int, only: Only | None = None) -> tuple[RowIds, Vectors]:
        return self._nearest("embedding <#> %s, row", query, m, only, EXACT_S)

    def _nearest(
        self, order: str, query: Vectors, m: int, only: Only | None, seconds: float | None
    ) -> tuple[RowIds, Vectors]:
        clause, values = limits(only)
        statement = f"SELECT row, embedding FROM {self._name} {clause} ORDER BY {order} LIMIT %s"  # noqa: S608
        return self._read(statement, [*values, _vector(query), m], seconds, min(MOST_EF, max(MIN_EF, m)))

    def fetch(self, rows: RowIds) -> tuple[RowIds, Vectors]:
        statement = f"SELECT row, embedding FROM {self._name} WHERE row = ANY(%s)"  # noqa: S608
        return self._read(statement, [rows.tolist()], EXACT_S, MIN_EF)

    def _read(self, statement: str, values: list[Any], seconds: float | None, ef: int) -> tuple[RowIds, Vectors]:
        def read(connection: Any, left: float) -> list[tuple[int, Any]]:
            with connection.transaction():
                connection.execute(SETTINGS, [f"{int(left * 1000)}ms", str(ef), str(SCAN_TUPLES)])
                cursor = connection.cursor(binary=True)
                return list(cursor.execute(statement, values, prepare=False).fetchall())

        found = self._ask(read, seconds, left=True)
        ids = np.fromiter((row for row, _ in found), dtype=np.int64, count=len(found))
        vectors = np.empty((len(found), self._dim), dtype=np.float32)
        for place, (_, vector) in enumerate(found):
            vectors[place] = vector.to_numpy()
        return ids, vectors

    def upsert(self, rows: RowIds, vectors: Vectors, columns: Columns) -> None:
        from psycopg.errors import UniqueViolation
        from psycopg.types.json import Jsonb

        told = records(columns, Jsonb)
        lines = [(row, *one, _vector(v)) for row, one, v in zip(rows.tolist(), told, vectors, strict=True)]
        if self._new:
            try:
                return self._ask(lambda c: self._copy(c, self._name, lines), WRITE_S)
            except UniqueViolation:
                logger.info("some rows are there already, and are replaced")
        self._ask(lambda c: self._replace(c, lines), WRITE_S)

    def _copy(self, connection: Any, name: str, lines: list[tuple[Any, ...]]) -> None:
        from psycopg.types import TypeInfo

        types = ["int8", "int8", "text", *["text"] * 7, *["float8"] * 5, "jsonb"]
        vector = TypeInfo.fetch(connection, "vector")
        with (
            connection.transaction(),
            connection.cursor() as cursor,
            cursor.copy(f"COPY {name} ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.set_types([*types, vector.oid])
            for line in lines:
                copy.write_row(line)

    def _replace(self, connection: Any, lines: list[tuple[Any, ...]]) -> None:
        names = ", ".join(COLUMNS)
        news = ", ".join(f"{name} = EXCLUDED.{name}" for name in COLUMNS[1:])
        with connection.transaction():
            connection.execute(f"CREATE TEMP TABLE coming (LIKE {self._name}) ON COMMIT DROP")
            self._copy(connection, "coming", lines)
            connection.execute(
                f"INSERT INTO {self._name} ({names}) SELECT {names} FROM coming "  # noqa: S608
                f"ON CONFLICT (row) DO UPDATE SET {news}"
            )

    def delete(self, rows: RowIds) -> None:
        statement = f"DELETE FROM {self._name} WHERE row = ANY(%s)"  # noqa: S608
        self._ask(lambda c: c.execute(statement, [rows.tolist()]), WRITE_S)

    def finish(self) -> None:
        self._new = False
        for column in ("category", "brand", "product"):
            statement = f"CREATE INDEX IF NOT EXISTS {self._own}_{column} ON {self._name} ({column})"
            self._ask(lambda c, statement=statement: c.execute(statement), BUILD_S)
        if self._dim <= MOST_HALF:
            self._build()
        self._ask(lambda c: c.execute(f"ANALYZE {self._name}"), BUILD_S)

    def _build(self) -> None:
        from psycopg.errors import DiskFull, OutOfMemory

        graph = (
            f"CREATE INDEX IF NOT EXISTS {self._own}_graph ON {self._name} "
            f"USING hnsw ((embedding::halfvec({self._dim})) halfvec_ip_ops)"
        )

        def build(connection: Any, workers: int) -> None:
            with connection.transaction():
                connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '1GB'")
                connection.execute(f"SET LOCAL max_parallel_maintenance_workers = {workers}")
                connection.execute(graph)

        try:
            self._ask(lambda c: build(c, 2), BUILD_S)
        except (DiskFull, OutOfMemory):
            # In a container with little shared memory several workers cannot build one graph together.
            self._ask(lambda c: build(c, 0), BUILD_S)


def _vector(numbers: Vectors) -> Any:
    from pgvector import Vector

    return Vector(numbers)
