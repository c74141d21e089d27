"""What a vector server (PostgreSQL, Milvus) must be able to do, whichever it is."""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from visearch.errors import StoreError
from visearch.types import RowIds, Vectors
from visearch.where import Columns, Where

logger = logging.getLogger(__name__)

T = TypeVar("T")

SCHEMES = {"postgresql": "postgresql", "postgres": "postgresql", "milvus": "milvus", "milvuss": "milvus"}
"""Scheme of VISEARCH_INDEX -> the server that it names; `milvuss` is Milvus over TLS."""

TIMEOUT_S = 5.0
"""Seconds that one search may take, tries and waits together, before the server counts as not answering."""

TRIES = 4
FIRST_WAIT_S = 0.1
"""Before the second try; doubled before each further one, with a random part so that processes do not come together."""


class ServerError(StoreError):
    """The vector server does not answer, or refuses. `again` says whether trying again may help."""

    def __init__(self, message: str, hint: str = "", key: str = "", again: bool = False, **values: object) -> None:
        super().__init__(message, hint, key, **values)
        self.again = again


class VanishedError(ServerError):
    """The rows that were to be searched are no longer there: a newer generation has taken their place."""


@dataclass(frozen=True)
class Address:
    """Where a server is: `kind` is postgresql or milvus, `url` goes to its client, `name` keeps several deployments on
    one server apart, `shown` may be told to people (no password)."""

    kind: str
    url: str = field(repr=False)
    name: str = "visearch"
    shown: str = ""


@dataclass(frozen=True)
class Only:
    """Which rows may be found: `where`, or only the given `rows` (int64, sorted), or all without `rows`."""

    where: Where | None = None
    rows: RowIds | None = None
    excluded: bool = False


class VectorTable(Protocol):
    """The rows of one generation on a server, with what is kept beside them.

    Whatever is asked raises ServerError when the server does not answer in time, VanishedError when the rows are gone.
    """

    @property
    def id(self) -> str:
        """How answers name this index, as in `pgvector-hnsw`."""
        ...

    @property
    def dim(self) -> int: ...

    def count(self) -> int: ...

    def near(self, query: Vectors, m: int, only: Only | None = None) -> tuple[RowIds, Vectors]:
        """About the `m` nearest rows to `query` (dim,), in any order: int64 (c,), float32 (c, dim), c <= m. The server
        may approximate."""
        ...

    def exact(self, query: Vectors, m: int, only: Only | None = None) -> tuple[RowIds, Vectors]:
        """The `m` best rows, looked for among all, as `near` gives them; equal scores by lower row."""
        ...

    def fetch(self, rows: RowIds) -> tuple[RowIds, Vectors]:
        """The rows that are there of `rows`, in any order."""
        ...

    def upsert(self, rows: RowIds, vectors: Vectors, columns: Columns) -> None:
        """Adds or replaces. When it returns, the rows survive a kill of the server."""
        ...

    def delete(self, rows: RowIds) -> None:
        """Takes rows out; rows that are not there are ignored."""
        ...

    def finish(self) -> None:
        """After the rows of a new table have come: builds the index over them."""
        ...


class VectorServer(Protocol):
    """Generations of catalogues on one server. `key` names a catalogue with a model, `generation` one state of it; both
    are made of [a-z0-9_], at most 60 characters together.

    Everything raises ServerError as `VectorTable` does.
    """

    @property
    def address(self) -> Address: ...

    def version(self) -> str:
        """What answers, as in `PostgreSQL 18.4, pgvector 0.8.5`."""
        ...

    def names(self) -> list[str]:
        """The keys that have a current generation."""
        ...

    def current(self, key: str) -> str | None:
        """The generation that answers for `key`."""
        ...

    def table(self, key: str, generation: str, dim: int) -> VectorTable:
        """The rows of a generation that is there."""
        ...

    def begin(self, key: str, generation: str, dim: int) -> tuple[VectorTable, int]:
        """Makes room for a generation -> its table, and how many rows of an earlier try are there: rows come in order,
        so these are the first."""
        ...

    def publish(self, key: str, generation: str, told: dict[str, str]) -> None:
        """From now on this generation answers, in one step; older ones than the one before it are dropped in time.
        `told` (fingerprints) is kept where an administrator of the server sees it."""
        ...

    def drop(self, key: str) -> None:
        """Removes all generations of `key`."""
        ...

    def put_files(self, key: str, generation: str, files: Iterable[tuple[str, int, bytes]]) -> None:
        """Keeps files that belong to a generation: (name, part, bytes), parts of at most PART_BYTES, counted from 0."""
        ...

    def read_file(self, key: str, generation: str, name: str) -> Iterator[bytes]:
        """The parts of a file in order; none when there is no such file."""
        ...

    def put_pictures(self, pictures: Iterable[tuple[str, bytes]]) -> None:
        """Keeps thumbnails by the sha256 (hex) of their pictures, for all generations and catalogues."""
        ...

    def pictures_there(self, shas: Sequence[str]) -> set[str]:
        """Those of `shas` whose thumbnail is kept."""
        ...

    def read_picture(self, sha: str) -> bytes | None:
        """A thumbnail; None when it is not kept."""
        ...

    def locked(self, key: str) -> AbstractContextManager[None]:
        """One publisher of a key at a time, where the server can say so."""
        ...

    def close(self) -> None: ...


PART_BYTES = 40_000
"""Of a file at a time: with base64 it fits into 65,535 bytes, the longest text that Milvus keeps."""


def address_of(url: str) -> Address | None:
    """What VISEARCH_INDEX names, None when it is no server's address. Raises StoreError for one that is not whole."""
    parts = urlsplit(url)
    kind = SCHEMES.get(parts.scheme)
    if kind is None:
        if "://" in url:
            raise StoreError(
                f"VISEARCH_INDEX names a server of an unknown kind, {parts.scheme[:20]!r}.",
                "Use postgresql://USER:PASSWORD@HOST:PORT/DATABASE or milvus://HOST:PORT/NAME.",
            )
        return None
    place = parts.hostname or ""
    if parts.port:
        place += f":{parts.port}"
    if kind == "milvus":
        return _milvus(parts.scheme, parts.netloc, place, parts.path.strip("/"))
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    name = dict(pairs).get("visearch", "visearch")
    kept = urlencode([(k, v) for k, v in pairs if k != "visearch"])
    url = urlunsplit(("postgresql", parts.netloc, parts.path, kept, ""))
    return Address(kind, url, _named(name), f"PostgreSQL at {place or dict(pairs).get('host', 'this machine')}")


def _milvus(scheme: str, netloc: str, place: str, name: str) -> Address:
    if not place:
        raise StoreError("The address of Milvus in VISEARCH_INDEX has no host.", "Write milvus://HOST:PORT/NAME.")
    web = "https" if scheme == "milvuss" else "http"
    return Address("milvus", f"{web}://{netloc}", _named(name or "visearch"), f"Milvus at {place}")


def _named(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,19}", name):
        raise StoreError(
            f"The name {name[:40]!r} in VISEARCH_INDEX cannot be used.",
            "Give at most 20 small letters, digits and _, beginning with a letter.",
        )
    return name


def patiently(
    work: Callable[[float], T],
    told: Callable[[Exception], ServerError | None],
    timeout_s: float = TIMEOUT_S,
    tries: int = TRIES,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """What `work` gives, which is told the seconds that are left; after a fault that may pass it is tried again.

    `told` turns a client's exception into what is raised, None for one that is none of the server's.
    """
    end, wait = clock() + timeout_s, FIRST_WAIT_S
    for attempt in range(1, tries + 1):
        try:
            return work(max(0.05, end - clock()))
        except Exception as error:
            fault = told(error)
            if fault is None:
                raise
            pause = wait * (0.5 + random.random())  # noqa: S311 (to keep processes apart)
            if not fault.again or attempt == tries or clock() + pause >= end:
                raise fault from error
        sleep(pause)
        wait *= 2
    raise AssertionError("unreachable")


def silent(address: Address, error: Exception) -> ServerError:
    """What to say of a server that does not answer. Where it is, and why, is for the log: visitors see the sentence."""
    reason = " ".join(str(error).split())[:300] or type(error).__name__
    logger.warning("%s does not answer: %s", address.shown, reason)
    return ServerError("The vector server does not answer.", "Try again in a moment.", "server_silent", again=True)


def refused(address: Address, reason: str, again: bool = False) -> ServerError:
    """What to say of a server that answers with a no; its reason is for the log, as in `silent`."""
    logger.warning("%s refuses: %s", address.shown, " ".join(reason.split())[:300])
    hint = "The log says why; see VISEARCH_INDEX, the user's rights and the versions that docs/engines.md names."
    return ServerError("The vector server refuses what it is asked.", hint, "server_refuses", again=again)


def vanished(address: Address) -> VanishedError:
    """What to say of rows that are gone."""
    logger.info("what was asked for is no longer on %s", address.shown)
    return VanishedError("The catalogue has just been replaced.", "Ask once more.", "server_vanished")


def server_of(address: Address) -> VectorServer:
    """The client of a server; nothing is asked yet. Raises StoreError with the install command when its package is
    missing."""
    if address.kind == "milvus":
        from visearch.index.milvus import MilvusServer

        return MilvusServer(address)
    from visearch.index.postgres import PostgresServer

    return PostgresServer(address)
