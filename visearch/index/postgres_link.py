"""Connections to PostgreSQL: psycopg's pool, retries, and what its errors mean."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
from collections.abc import Iterator
from typing import Any

from visearch.errors import StoreError
from visearch.index.server import TIMEOUT_S, Address, ServerError, patiently, refused, silent, vanished
from visearch.packages import optional

CONNECTIONS = 8

_LONG_S = 3600.0
_PACKAGES, _PURPOSE, _OTHERWISE = '"psycopg[binary,pool]" pgvector', "PostgreSQL as an index", "unset VISEARCH_INDEX"
_WRONG = ("password authentication failed", "does not exist", "no pg_hba.conf entry", "no password supplied")


class Link:
    """The connections of one process. Thread-safe; connects when it is first asked."""

    def __init__(self, address: Address) -> None:
        self._address = address
        optional("psycopg", _PACKAGES, _PURPOSE, _OTHERWISE, StoreError)
        optional("pgvector", _PACKAGES, _PURPOSE, _OTHERWISE, StoreError)
        pool = optional("psycopg_pool", _PACKAGES, _PURPOSE, _OTHERWISE, StoreError)
        # Whoever asks is told; the pool would log each of its tries besides.
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        self._pool = pool.ConnectionPool(
            address.url,
            min_size=0,
            max_size=CONNECTIONS,
            open=False,
            # A pool that waits longer and longer before it connects again would not notice that the server is back.
            reconnect_timeout=1.0,
            configure=register,
            check=_check,
            kwargs={
                "autocommit": True,
                "connect_timeout": 3,
                "keepalives_idle": 10,
                "keepalives_interval": 3,
                "keepalives_count": 3,
                "tcp_user_timeout": 10_000,
                "application_name": "visearch",
            },
        )

    def ask(self, work: Any, seconds: float | None = None, left: bool = False) -> Any:
        """What `work` gives over a connection; with `left` it is told the seconds that are left."""

        def once(rest: float) -> Any:
            self._pool.open()
            with self._pool.connection(timeout=min(rest, TIMEOUT_S)) as connection, _deadline(connection, rest + 0.5):
                if left:
                    return work(connection, rest)
                connection.execute(f"SET statement_timeout = {int(rest * 1000)}")
                return work(connection)

        return patiently(once, self.fault, TIMEOUT_S if seconds is None else seconds)

    def fault(self, error: Exception) -> ServerError | None:
        """What an error of the client means; None for what the caller deals with, or is none of the server's."""
        import psycopg
        from psycopg_pool import PoolTimeout

        if isinstance(error, (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName)):
            return vanished(self._address)
        if isinstance(error, psycopg.errors.QueryCanceled):
            return ServerError("The vector server takes too long.", "Try again in a moment.", "server_slow")
        if isinstance(error, PoolTimeout):
            error = self._reason(error)
        if isinstance(error, (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory, psycopg.errors.UniqueViolation)):
            return None
        if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
            if any(word in str(error) for word in _WRONG):
                return refused(self._address, str(error))
            return silent(self._address, error)
        return refused(self._address, str(error)) if isinstance(error, psycopg.Error) else None

    def _reason(self, error: Exception) -> Exception:
        """Why the pool got no connection: it says itself only that it got none."""
        import psycopg

        try:
            psycopg.connect(self._address.url, connect_timeout=2).close()
        except psycopg.Error as why:
            return why
        return error

    def close(self) -> None:
        """Ends the connections."""
        self._pool.close(timeout=1)


@contextlib.contextmanager
def _deadline(connection: Any, seconds: float) -> Iterator[None]:
    """Cuts the connection after so many seconds: a server that hangs does not end a statement by itself."""
    if seconds > _LONG_S:
        yield
        return
    with socket.socket(fileno=os.dup(connection.fileno())) as line:

        def cut() -> None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(seconds, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _check(connection: Any) -> None:
    """Before a connection is used: one that the server has lost is replaced, and one that hangs is given up."""
    with _deadline(connection, min(2.0, TIMEOUT_S)):
        connection.execute("")


def register(connection: Any) -> None:
    """Vectors travel in binary; a database that has no such type yet gets it when something is first kept."""
    from pgvector.psycopg import register_vector
    from psycopg import ProgrammingError

    with contextlib.suppress(ProgrammingError):
        register_vector(connection)
