"""PostgreSQL with pgvector as a vector server: a schema with one table a generation, and a row that names the current.

The client is psycopg 3 with its pool, and pgvector's own types.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from visearch.index.postgres_link import Link, register
from visearch.index.postgres_sql import GENERATION, SHARED
from visearch.index.postgres_table import WRITE_S, PostgresTable
from visearch.index.server import Address, ServerError
from visearch.where import NUMBERS, TEXTS

GRACE_S = 60
"""Seconds that a superseded generation stays, beside the one before the current: slow processes still read it."""

_LOCK_WAIT_S = 10


class PostgresServer:
    """See VectorServer. Thread-safe; connects when it is first asked."""

    def __init__(self, address: Address) -> None:
        self._address, self._schema = address, address.name
        self._link = Link(address)
        self._ask = self._link.ask
        self._ready = False

    @property
    def address(self) -> Address:
        return self._address

    def version(self) -> str:
        def read(connection: Any) -> str:
            server = connection.execute("SHOW server_version").fetchone()[0].split()[0]
            extension = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'").fetchone()
            return f"PostgreSQL {server}, pgvector {extension[0] if extension else 'missing'}"

        return str(self._ask(read))

    # ------------------------------------------------------------------ generations

    def _prepare(self) -> None:
        """The extension, the schema and what all generations share."""
        if self._ready:
            return

        def make(connection: Any) -> None:
            with connection.transaction():
                # Two that make one table at a time fail both: one after the other, then.
                connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('visearch', 0))")
                connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
                connection.execute(SHARED.format(schema=self._schema))
            register(connection)

        self._ask(make, WRITE_S)
        self._ready = True

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Rows of what all generations share; none when nothing was ever kept there."""
        try:
            return list(self._ask(lambda c: c.execute(statement.format(schema=self._schema), values).fetchall()))
        except ServerError as error:
            if error.key == "server_vanished":
                return []
            raise

    def names(self) -> list[str]:
        return [str(key) for (key,) in self._rows("SELECT key FROM {schema}.catalogs ORDER BY key")]

    def current(self, key: str) -> str | None:
        found = self._rows("SELECT current FROM {schema}.catalogs WHERE key = %s", [key])
        return str(found[0][0]) if found else None

    def table(self, key: str, generation: str, dim: int) -> PostgresTable:
        return PostgresTable(self._ask, f"{self._schema}.v_{_plain(generation)}", dim)

    def begin(self, key: str, generation: str, dim: int) -> tuple[PostgresTable, int]:
        self._prepare()
        loading = "SELECT generation FROM {schema}.generations WHERE key = %s AND generation <> %s AND told = '{{}}'"
        self._forget([name for (name,) in self._rows(loading, [key, generation])])
        table = PostgresTable(self._ask, f"{self._schema}.v_{_plain(generation)}", dim, new=True)

        def make(connection: Any) -> int:
            with connection.transaction():
                connection.execute(
                    GENERATION.format(
                        rows=f"{self._schema}.v_{generation}",
                        files=f"{self._schema}.f_{generation}",
                        texts=", ".join(f"{name} text NOT NULL" for name in TEXTS),
                        numbers=", ".join(f"{name} float8" for name in NUMBERS),
                        dim=dim,
                    )
                )
                connection.execute(
                    f"INSERT INTO {self._schema}.generations (generation, key, dim) VALUES (%s, %s, %s) "  # noqa: S608
                    "ON CONFLICT DO NOTHING",
                    [generation, key, dim],
                )
            return int(connection.execute(f"SELECT count(*) FROM {self._schema}.v_{generation}").fetchone()[0])  # noqa: S608

        return table, int(self._ask(make, WRITE_S))

    def publish(self, key: str, generation: str, told: dict[str, str]) -> None:
        from psycopg.types.json import Jsonb

        schema = self._schema

        def swap(connection: Any) -> None:
            with connection.transaction():
                connection.execute(
                    f"UPDATE {schema}.generations SET told = %s, superseded = NULL WHERE generation = %s",  # noqa: S608
                    [Jsonb({**told, "generation": generation}), generation],
                )
                connection.execute(
                    f"UPDATE {schema}.generations SET superseded = now() "  # noqa: S608
                    "WHERE key = %s AND generation <> %s AND superseded IS NULL",
                    [key, generation],
                )
                connection.execute(
                    f"INSERT INTO {schema}.catalogs AS c (key, current) VALUES (%s, %s) ON CONFLICT (key) DO UPDATE "  # noqa: S608
                    "SET previous = c.current, current = EXCLUDED.current, changed = now() "
                    "WHERE c.current <> EXCLUDED.current",
                    [key, generation],
                )

        self._ask(swap, WRITE_S)
        old = (
            "SELECT g.generation FROM {schema}.generations g JOIN {schema}.catalogs c USING (key) WHERE g.key = %s "
            "AND g.generation NOT IN (c.current, coalesce(c.previous, '')) "
            "AND g.superseded < now() - %s * interval '1 s'"
        )
        self._forget([name for (name,) in self._rows(old, [key, GRACE_S])])

    def _forget(self, generations: Iterable[str]) -> None:
        schema = self._schema
        for name in map(_plain, generations):
            tables = f"DROP TABLE IF EXISTS {schema}.v_{name}, {schema}.f_{name}"
            record = f"DELETE FROM {schema}.generations WHERE generation = %s"  # noqa: S608

            def forget(connection: Any, tables: str = tables, record: str = record, name: str = name) -> None:
                with connection.transaction():
                    connection.execute("SET LOCAL lock_timeout = '3s'")
                    connection.execute(tables)
                    connection.execute(record, [name])

            # What somebody reads at the moment goes the next time.
            with contextlib.suppress(ServerError):
                self._ask(forget, WRITE_S)

    def drop(self, key: str) -> None:
        every = [name for (name,) in self._rows("SELECT generation FROM {schema}.generations WHERE key = %s", [key])]
        if every:
            statement = f"DELETE FROM {self._schema}.catalogs WHERE key = %s"  # noqa: S608
            self._ask(lambda c: c.execute(statement, [key]), WRITE_S)
            self._forget(every)

    @contextlib.contextmanager
    def locked(self, key: str) -> Iterator[None]:
        """Held by its own connection: it is free again when the process dies."""
        import psycopg

        try:
            connection = psycopg.connect(self._address.url, autocommit=True, connect_timeout=3)
        except psycopg.OperationalError as error:
            raise self._link.fault(error) or error from error
        with connection:
            name = f"{self._schema} {key}"
            try:
                connection.execute(f"SET lock_timeout = '{_LOCK_WAIT_S}s'")
                connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 1))", [name])
            except psycopg.errors.LockNotAvailable as error:
                raise ServerError(
                    f"Another process is bringing this catalogue to {self._address.shown}.",
                    "Wait until it has finished, then run the command again; searches go on meanwhile.",
                ) from error
            yield

    # ------------------------------------------------------------------ files and pictures

    def put_files(self, key: str, generation: str, files: Iterable[tuple[str, int, bytes]]) -> None:
        statement = (
            f"INSERT INTO {self._schema}.f_{_plain(generation)} VALUES (%s, %s, %s) "  # noqa: S608
            "ON CONFLICT (name, part) DO UPDATE SET data = EXCLUDED.data"
        )
        for batch in _batches(files, 100):
            self._many(statement, batch)

    def read_file(self, key: str, generation: str, name: str) -> Iterator[bytes]:
        statement = (
            f"SELECT data FROM {self._schema}.f_{_plain(generation)} WHERE name = %s AND part BETWEEN %s AND %s "  # noqa: S608
            "ORDER BY part"
        )
        start = 0
        while parts := self._ask(lambda c, at=start: c.execute(statement, [name, at, at + 199]).fetchall(), WRITE_S):
            yield from (bytes(data) for (data,) in parts)
            start += 200

    def put_pictures(self, pictures: Iterable[tuple[str, bytes]]) -> None:
        self._prepare()
        statement = f"INSERT INTO {self._schema}.thumbs VALUES (%s, %s) ON CONFLICT DO NOTHING"  # noqa: S608
        for batch in _batches(pictures, 100):
            self._many(statement, batch)

    def _many(self, statement: str, batch: list[Any]) -> None:
        def write(connection: Any) -> None:
            with connection.transaction(), connection.cursor() as cursor:
                cursor.executemany(statement, batch)

        self._ask(write, WRITE_S)

    def pictures_there(self, shas: Sequence[str]) -> set[str]:
        found = self._rows("SELECT sha FROM {schema}.thumbs WHERE sha = ANY(%s)", [list(shas)])
        return {str(sha) for (sha,) in found}

    def read_picture(self, sha: str) -> bytes | None:
        found = self._rows("SELECT data FROM {schema}.thumbs WHERE sha = %s", [sha])
        return bytes(found[0][0]) if found else None

    def close(self) -> None:
        self._link.close()


def _plain(generation: str) -> str:
    """A generation as a part of a table's name. Raises ValueError for anything that is not [a-z0-9_]."""
    if not generation.isascii() or not generation.replace("_", "a").isalnum() or generation != generation.lower():
        raise ValueError(generation)
    return generation


def _batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
