"""Filters and definitions in SQL. Values always travel as parameters, names only from fixed lists."""

from __future__ import annotations

from typing import Any

from visearch.index.server import Only
from visearch.where import NUMBERS, TEXTS, Columns, Condition, Where

COLUMNS = ("row", "product", "product_id", *TEXTS, *NUMBERS, "attributes", "embedding")

MOST_HALF = 4000
"""Numbers of a vector that pgvector can index as halfvec."""

SHARED = """
CREATE SCHEMA IF NOT EXISTS {schema};
CREATE TABLE IF NOT EXISTS {schema}.catalogs (
    key text PRIMARY KEY, current text NOT NULL, previous text, changed timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS {schema}.generations (
    generation text PRIMARY KEY, key text NOT NULL, dim int NOT NULL, told jsonb NOT NULL DEFAULT '{{}}',
    created timestamptz NOT NULL DEFAULT now(), superseded timestamptz);
CREATE TABLE IF NOT EXISTS {schema}.thumbs (sha text PRIMARY KEY, data bytea NOT NULL);
"""

GENERATION = """
CREATE TABLE IF NOT EXISTS {rows} (
    row bigint PRIMARY KEY, product bigint NOT NULL, product_id text NOT NULL,
    {texts}, {numbers}, attributes jsonb NOT NULL, embedding vector({dim}) NOT NULL);
ALTER TABLE {rows} ALTER COLUMN embedding SET STORAGE EXTERNAL;
CREATE TABLE IF NOT EXISTS {files} (name text, part int, data bytea NOT NULL, PRIMARY KEY (name, part));
"""

SETTINGS = (
    "SELECT set_config('statement_timeout', %s, true), set_config('hnsw.ef_search', %s, true), "
    "set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.max_scan_tuples', %s, true)"
)
"""For one transaction. Relaxed order, as the scores are computed anew anyway."""


def limits(only: Only | None) -> tuple[str, list[Any]]:
    """A WHERE clause ("" for all rows) and its parameters."""
    if only is None:
        return "", []
    if only.rows is not None:
        return ("WHERE row <> ALL(%s)" if only.excluded else "WHERE row = ANY(%s)"), [only.rows.tolist()]
    parts, values = _where(only.where or Where())
    return (f"WHERE {' AND '.join(parts)}" if parts else ""), values


def _where(where: Where) -> tuple[list[str], list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    for condition in where.conditions:
        part, more = _texts(condition) if condition.texts is not None else _numbers(condition)
        parts.append(part)
        values += more
    if where.without:
        parts.append("product <> ALL(%s)")
        values.append(list(where.without))
    return parts, values


def _texts(condition: Condition) -> tuple[str, list[Any]]:
    texts = list(condition.texts or ())
    if condition.attribute:
        return "coalesce(attributes ->> %s, '') = ANY(%s)", [condition.field, texts]
    return f"{_known(condition.field, TEXTS)} = ANY(%s)", [texts]


def _numbers(condition: Condition) -> tuple[str, list[Any]]:
    name = _known(condition.field, NUMBERS)
    tests: list[tuple[str, Any]] = []
    if condition.numbers is not None:
        tests.append((f"{name} = ANY(%s)", list(condition.numbers)))
    tests += [
        (f"{name} {sign} %s", end)
        for sign, end in ((">=", condition.low), ("<=", condition.high), (">", condition.above))
        if end is not None
    ]
    clause = " AND ".join(test for test, _ in tests) or "true"
    known = f"({name} IS NULL OR ({clause}))" if condition.or_unknown else f"({clause})"
    return known, [value for _, value in tests]


def _known(name: str, names: tuple[str, ...]) -> str:
    """Only what stands in the list becomes part of a statement."""
    return names[names.index(name)]


def records(columns: Columns, dump: Any) -> list[tuple[Any, ...]]:
    """The columns of COLUMNS between row and embedding, one tuple a row; `dump` makes JSON parameters."""
    n = len(columns.ids)
    texts = [columns.texts[name] for name in TEXTS]
    numbers = [[None if value != value else value for value in columns.numbers[name].tolist()] for name in NUMBERS]
    attributes = [dump(one) for one in columns.attributes] if columns.attributes else [dump({})] * n
    ids = [one.replace("\0", "") for one in columns.ids]
    return list(zip(columns.product.tolist(), ids, *texts, *numbers, attributes, strict=True))
