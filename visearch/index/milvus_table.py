"""The rows of one generation in a collection of Milvus."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from visearch.index.milvus_filter import NOTHING, TEXT_BYTES, attribute_key, cut, expression
from visearch.index.milvus_link import WRITE_S, Link
from visearch.index.server import Only, ServerError
from visearch.index.table import REINDEX, TIE, score
from visearch.types import RowIds, Vectors
from visearch.where import NUMBERS, TEXTS, Columns

MOST = 16_384
"""Rows that Milvus gives in one answer at most (https://milvus.io/docs/limitations.md)."""

ANSWER_BYTES = 16 << 20
"""Of vectors in one answer; Milvus sends at most 64 MB."""

FEW = 1000
"""Rows up to which `exact` fetches all that pass and ranks them here."""

M, EF_CONSTRUCTION, EF = 16, 200, 128
"""Of the HNSW graph: links a row, candidates while it is built, and the fewest looked at in a search."""

LOAD_S, BUILD_S = 600.0, 3600.0
"""Seconds for writing out or loading a collection, and for building its index."""


class MilvusTable:
    """A VectorTable. A search sees what this process has written (consistency "Session"); `count` waits until it sees
    what any process has ("Strong"), and every table is counted when it is opened.
    """

    id = "milvus-hnsw"

    def __init__(self, link: Link, collection: str, dim: int) -> None:
        self._link = link
        self.collection = collection
        self._dim = dim

    @property
    def dim(self) -> int:
        return self._dim

    def count(self) -> int:
        """Rows that are there."""
        answer = self._link.ask(
            "query", self.collection, filter="", output_fields=["count(*)"], consistency_level="Strong"
        )
        return int(answer[0]["count(*)"])

    def near(self, query: Vectors, m: int, only: Only | None = None) -> tuple[RowIds, Vectors]:
        """See VectorTable.near; never more than 16,384 rows."""
        passing = expression(only)
        m = min(m, MOST)
        if m < 1 or passing == NOTHING:
            return self._none()
        if 4 * self._dim * m > ANSWER_BYTES:
            return self.fetch(self._search(query, m, passing)[0])
        hits = self._hits(query, m, passing, ["vector"])
        return self._read([{"row": hit["row"], "vector": hit["entity"]["vector"]} for hit in hits])

    def exact(self, query: Vectors, m: int, only: Only | None = None) -> tuple[RowIds, Vectors]:
        """See VectorTable.exact, with a limit: Milvus searches no collection with a HNSW index row by row.

        Up to 1,000 rows that pass are fetched and ranked here: that is exact. Of more, the search is widened until the
        last candidate lies clearly below the m-th or 16,384 are there. So equal scores are cut at the lower rows, but
        the graph may still miss a row, and of more than 16,384 equal rows just those that Milvus names are ranked.
        """
        passing = expression(only)
        if m < 1 or passing == NOTHING:
            return self._none()
        few = self._few(only, passing)
        rows, vectors = self.fetch(self._wide(query, m, passing)) if few is None else few
        kept = np.lexsort((rows, -score(vectors, query)))[:m]
        return rows[kept], vectors[kept]

    def fetch(self, rows: RowIds) -> tuple[RowIds, Vectors]:
        """See VectorTable.fetch."""
        parts = [self._none()]
        size = max(1, min(MOST, ANSWER_BYTES // (4 * self._dim)))
        for start in range(0, len(rows), size):
            asked = ",".join(map(str, rows[start : start + size].tolist()))
            parts.append(self._read(self._query(f"row in [{asked}]", ["row", "vector"], size)))
        return np.concatenate([found for found, _ in parts]), np.concatenate([vectors for _, vectors in parts])

    def upsert(self, rows: RowIds, vectors: Vectors, columns: Columns) -> None:
        """See VectorTable.upsert. Milvus answers when its log has the rows; Lite when the operating system has them, so
        that they survive the end of the process but not that of the machine. Batches of up to 64 MB."""
        if not len(rows):
            return
        lines = list(_lines(rows, vectors, columns))
        self._link.ask("upsert", self.collection, lines, timeout_s=WRITE_S)

    def delete(self, rows: RowIds) -> None:
        """See VectorTable.delete."""
        if len(rows):
            asked = f"row in [{','.join(map(str, rows.tolist()))}]"
            self._link.ask("delete", self.collection, filter=asked, timeout_s=WRITE_S)

    def finish(self) -> None:
        """See VectorTable.finish. Returns when the index is there, or after an hour: what has none yet is searched row
        by row meanwhile."""
        self._link.ask("flush", self.collection, timeout_s=LOAD_S)
        end, wait = time.monotonic() + BUILD_S, 0.1
        while self._unbuilt() and time.monotonic() < end:
            time.sleep(wait)
            wait = min(2 * wait, 5.0)
        # Lite builds when it loads, and only then has it built when the call returns.
        self._link.ask("release_collection", self.collection, timeout_s=LOAD_S)
        self._link.ask("load_collection", self.collection, timeout_s=BUILD_S)

    def whole(self, batch: int) -> int:
        """How many rows are there from 0 on without a gap; those of a batch that was cut off may leave some behind it.
        Rows come in batches of at most `batch`, so that a gap lies in the last ones."""
        count = self.count()
        stray = self._query(f"row >= {count}", ["row"], MOST) if count else []
        if not stray:
            return count
        width = 2 * batch
        while width <= 8 * batch:
            low = max(0, count - width)
            there = {line["row"] for line in self._query(f"row >= {low} and row < {count}", ["row"], MOST)}
            missing = set(range(low, count)) - there
            if len(missing) == len(stray):
                return min(missing)
            width *= 2
        return 0

    def _unbuilt(self) -> bool:
        told = self._link.ask("describe_index", self.collection, index_name="vector")
        return bool(told) and int(told.get("pending_index_rows", 0)) > 0

    def _few(self, only: Only | None, passing: str) -> tuple[RowIds, Vectors] | None:
        """All that pass when they are few, else None."""
        if only is None or only.where is None:
            rows = None if only is None else only.rows
            if rows is not None and only is not None and not only.excluded:
                return self.fetch(rows) if len(rows) <= FEW else None
            if self.count() - (0 if rows is None else len(rows)) > FEW:
                return None
        size = min(FEW, ANSWER_BYTES // (4 * self._dim)) + 1
        found = self._read(self._query(passing, ["row", "vector"], size))
        return found if len(found[0]) < size else None

    def _wide(self, query: Vectors, m: int, passing: str) -> RowIds:
        width = max(4 * m, FEW)
        while True:
            rows, scores = self._search(query, min(width, MOST), passing)
            floor = scores[min(m, len(scores)) - 1] - TIE if len(scores) else -math.inf
            if width >= MOST or (len(scores) and scores[-1] < floor):
                return rows[scores >= floor]
            width *= 4

    def _search(self, query: Vectors, m: int, passing: str) -> tuple[RowIds, Vectors]:
        hits = self._hits(query, m, passing, [])
        rows = np.array([hit["row"] for hit in hits], dtype=np.int64)
        return rows, np.array([hit["distance"] for hit in hits], dtype=np.float32)

    def _hits(self, query: Vectors, m: int, passing: str, fields: list[str]) -> list[Any]:
        answer = self._link.ask(
            "search",
            self.collection,
            data=[np.asarray(query, dtype=np.float32)],
            anns_field="vector",
            filter=passing,
            limit=m,
            output_fields=fields,
            search_params={"metric_type": "IP", "params": {"ef": max(2 * m, EF)}},
            consistency_level="Session",
        )
        return list(answer[0])

    def _query(self, passing: str, fields: list[str], limit: int) -> list[Any]:
        return list(
            self._link.ask(
                "query",
                self.collection,
                filter=passing,
                output_fields=fields,
                limit=min(limit, MOST),
                consistency_level="Session",
            )
        )

    def _none(self) -> tuple[RowIds, Vectors]:
        return np.empty(0, np.int64), np.empty((0, self._dim), np.float32)

    def _read(self, lines: list[Any]) -> tuple[RowIds, Vectors]:
        if not lines:
            return self._none()
        vectors = np.array([line["vector"] for line in lines], dtype=np.float32)
        if vectors.shape[1] != self._dim:
            told = f"{self._link.address.shown} has vectors of {vectors.shape[1]} numbers, not {self._dim}."
            raise ServerError(told, REINDEX)
        return np.array([line["row"] for line in lines], dtype=np.int64), vectors


def table_schema(pymilvus: Any, dim: int) -> Any:
    """The fields of a collection of rows. `category` is the partition key: a filter on it then reads a part only."""
    kinds = pymilvus.DataType
    schema = pymilvus.MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("row", kinds.INT64, is_primary=True)
    schema.add_field("product", kinds.INT64)
    schema.add_field("product_id", kinds.VARCHAR, max_length=TEXT_BYTES)
    for name in TEXTS:
        schema.add_field(name, kinds.VARCHAR, max_length=TEXT_BYTES, is_partition_key=name == "category")
    for name in NUMBERS:
        schema.add_field(name, kinds.DOUBLE, nullable=True)
    schema.add_field("attributes", kinds.JSON)
    schema.add_field("vector", kinds.FLOAT_VECTOR, dim=dim)
    return schema


def _lines(rows: RowIds, vectors: Vectors, columns: Columns) -> Iterator[dict[str, Any]]:
    for i, row in enumerate(rows.tolist()):
        line: dict[str, Any] = {
            "row": row,
            "product": int(columns.product[i]),
            "product_id": cut(columns.ids[i]),
            "vector": vectors[i],
            "attributes": {attribute_key(k): cut(v) for k, v in columns.attributes[i].items() if k and v},
        }
        line |= {name: cut(columns.texts[name][i]) for name in TEXTS}
        # `not` a comparison: what is NaN is unknown, and Milvus keeps no infinite number either.
        line |= {name: float(v) if math.isfinite(v := columns.numbers[name][i]) else None for name in NUMBERS}
        yield line
