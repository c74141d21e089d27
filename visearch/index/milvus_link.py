"""One connection to Milvus: time-outs, tries, and what its errors mean."""

from __future__ import annotations

import logging
import os
import threading
import time
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from visearch.errors import StoreError
from visearch.index.server import TIMEOUT_S, Address, ServerError, patiently, refused, silent, vanished
from visearch.packages import optional

CONNECT_S = 2.0
"""Seconds for one try to connect; a server that is there answers in a few milliseconds."""

WRITE_S = 60.0
"""Seconds for a batch of rows or a change of what there is."""

CHANNEL = {
    "grpc.use_local_subchannel_pool": 1,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 300,
    "grpc.min_reconnect_backoff_ms": int(1000 * CONNECT_S),  # what one try to connect may take, whatever it is called
}
"""gRPC waits up to two minutes before it looks again for a server that was away; a search would be over by then."""

_OWN = 1  # pymilvus: its own faults
_UNREACHED = 2  # pymilvus: no connection; the server: it is starting or shutting down
_COLLECTION_GONE, _NOT_LOADED, _NO_ALIAS = 100, 101, 1600
_OLD_GONE = 4  # the same in the numbers of Milvus before 2.3, which Lite still gives
_PASSING = {8, 103, 401, 503}  # too much at once, loading, a replica or a channel that has just moved


class Link:
    """Asks one Milvus, from any thread. Raises StoreError with the install command when pymilvus is missing."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.pymilvus = _pymilvus()
        self._grpc = optional("grpc", "grpcio", "An index on Milvus", error=StoreError)
        self._lock = threading.Lock()
        self._client: Any = None

    def ask(self, call: str, *args: Any, timeout_s: float = 0.0, **kwargs: Any) -> Any:
        """`MilvusClient.<call>`, tried again after faults that may pass, for TIMEOUT_S unless told otherwise. The first
        argument of calls about a collection is its name. Raises ServerError, VanishedError when the collection is gone.
        """

        def work(left: float) -> Any:
            end = time.monotonic() + left
            client = self._open(left)
            try:
                return getattr(client, call)(*args, timeout=left, **kwargs)
            except self.pymilvus.MilvusException as error:
                if error.code != _NOT_LOADED:
                    raise
            # After a restart Lite has its collections on disk only; a cluster loads what it had loaded.
            client.load_collection(args[0], timeout=max(0.05, end - time.monotonic()))
            return getattr(client, call)(*args, timeout=max(0.05, end - time.monotonic()), **kwargs)

        return patiently(work, self._told, timeout_s or TIMEOUT_S)

    def create(
        self, collection: str, schema: Any, properties: dict[str, str], field: str, kind: str, graph: dict[str, int]
    ) -> None:
        """A collection with an index over the vectors in `field`; it is loaded when it is first read."""
        self.ask("create_collection", collection, schema=schema, properties=properties, timeout_s=WRITE_S)
        index = self.pymilvus.MilvusClient.prepare_index_params()
        index.add_index(field_name=field, index_name=field, index_type=kind, metric_type="IP", params=graph)
        self.ask("create_index", collection, index, sync=False, timeout_s=WRITE_S)  # of no rows: nothing to wait for
        # Lite counts a collection without an index as loaded; what is to be loaded later must not be.
        self.ask("release_collection", collection, timeout_s=WRITE_S)

    def close(self) -> None:
        """Ends the connection; whoever asks again opens another."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                client.close()

    def _open(self, left: float) -> Any:
        end = time.monotonic() + left
        if not self._lock.acquire(timeout=left):  # others are trying to connect, in vain so far
            raise self.pymilvus.MilvusException(_UNREACHED, "no connection")
        try:
            if self._client is None:
                seconds = min(max(0.05, end - time.monotonic()), CONNECT_S)
                client = self.pymilvus.MilvusClient(
                    self.address.url, token=self._token(), timeout=seconds, dedicated=True, grpc_options=CHANNEL
                )
                # Its own way back, one thread after another, would outlast what each of them has left. The channel
                # finds the server again by itself, and we try again.
                with suppress(AttributeError):
                    client._handler._on_rpc_error = _raised
                self._client = client
            return self._client
        finally:
            self._lock.release()

    def _token(self) -> str:
        """User and password, or a key alone, as they are meant: pymilvus takes them as they are written in the address,
        with their % codes."""
        parts = urlsplit(self.address.url)
        return ":".join(unquote(word) for word in (parts.username, parts.password) if word)

    def _told(self, error: Exception) -> ServerError | None:
        if isinstance(error, self._grpc.RpcError):
            status = self._grpc.StatusCode
            code = error.code() if hasattr(error, "code") else status.UNKNOWN
            if code in (status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.CANCELLED):
                return silent(self.address, ValueError(_name(code)))
            return refused(self.address, str(error.details() if hasattr(error, "details") else error))
        if isinstance(error, self._grpc.FutureTimeoutError):
            return silent(self.address, error)
        if not isinstance(error, self.pymilvus.MilvusException):
            return None
        return self._answered(error)

    def _answered(self, error: Any) -> ServerError:
        code, reason, cause = error.code, str(error.message), error.__cause__
        if isinstance(cause, self._grpc.RpcError):
            return self._told(cause) or silent(self.address, cause)  # it says why no connection came about
        if code == _UNREACHED or "closed channel" in reason or (code == _OWN and "timeout" in reason):
            return silent(self.address, ValueError(reason))
        old = getattr(error, "compatible_code", 0)
        if code == _COLLECTION_GONE or (old == _OLD_GONE and code != _NO_ALIAS):
            return vanished(self.address)
        passes = code == _NOT_LOADED or code in _PASSING or getattr(error, "retriable", False)
        return refused(self.address, reason, passes)


def _pymilvus() -> Any:
    before = set(os.environ)
    module = optional("pymilvus", "pymilvus", "An index on Milvus", error=StoreError)
    for name in set(os.environ) - before:
        del os.environ[name]  # it has read a file .env, maybe somebody else's: settings do not change while we run
    # It prints every fault with its stack; each is raised to us as well.
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
    return module


def _raised(error: Exception) -> bool:
    raise error


def _name(code: Any) -> str:
    return str(getattr(code, "name", code)).lower().replace("_", " ")
