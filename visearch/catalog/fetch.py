"""Pictures from the network: time-out, byte limit, retries on passing faults, and fetching ahead in order."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.request import getproxies

from visearch.catalog.base import CatalogItem
from visearch.errors import PictureError
from visearch.images import MAX_BYTES

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 15.0
ATTEMPTS = 3
WORKERS = 8
AHEAD = 32

_PASSING = {408, 425, 429, 500, 502, 503, 504}
_UNTYPED = {"", "application/octet-stream", "binary/octet-stream"}
_OPEN = "Open it in the browser and copy the address of the picture itself."
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")


@dataclass
class Fetcher:
    """Fetches picture URLs; the dead ones are kept in `dead` with the reason.

    `wait` is called with seconds before each retry. `public_only` asks hosts of the public internet alone, also after
    a redirect: for addresses that come from a stranger (visearch.catalog.public). Thread-safe.
    """

    timeout_s: float = TIMEOUT_S
    max_bytes: int = MAX_BYTES
    attempts: int = ATTEMPTS
    public_only: bool = False
    trusted_hosts: frozenset[str] = frozenset()
    wait: Callable[[float], None] = time.sleep
    dead: dict[str, str] = field(default_factory=dict)
    _client: httpx.Client | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fetch(self, url: str) -> bytes:
        """The bytes of one picture. Raises PictureError when it cannot be had, and remembers the address."""
        try:
            data = self._retrying(url)
        except PictureError as error:
            with self._lock:
                self.dead[url] = error.message
            raise
        with self._lock:
            self.dead.pop(url, None)
        return data

    def close(self) -> None:
        """Ends the connections; another fetch opens new ones."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _retrying(self, url: str) -> bytes:
        import httpx

        for attempt in range(1, self.attempts + 1):
            try:
                return self._once(url)
            except httpx.TransportError as error:
                timed_out = isinstance(error, httpx.TimeoutException)
                reason = "its host does not answer in time" if timed_out else f"no connection: {error}".rstrip(": ")
            except _PassingFaultError as error:
                reason = str(error)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                why = "that is no address" if isinstance(error, UnicodeError) else str(error)
                raise PictureError(f"The picture {_short(url)} cannot be fetched: {why}.", "", "unreachable") from error
            if attempt < self.attempts:
                # Jitter keeps many workers from knocking on a recovering host at the same moment.
                self.wait(0.5 * 2 ** (attempt - 1) * (1 + random.random() / 4))  # noqa: S311
        tries = "" if self.attempts == 1 else f" after {self.attempts} attempts"
        raise PictureError(f"The picture {_short(url)} cannot be fetched{tries}: {reason}.", "", "unreachable")

    def _once(self, url: str) -> bytes:
        with self._open().stream("GET", url) as answer:
            if answer.status_code in _PASSING:
                raise _PassingFaultError(f"the server answered {answer.status_code}")
            if answer.status_code != 200:
                message = f"The picture {_short(url)} answered {answer.status_code}."
                raise PictureError(message, "", "answered", status=answer.status_code)
            kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
            if kind not in _UNTYPED and (not kind.startswith("image/") or kind == "image/svg+xml"):
                message = f"The address {_short(url)} holds {kind:.60}, not a picture."
                raise PictureError(message, _OPEN, "holds_other")
            if answer.headers.get("content-encoding", "identity") != "identity":
                # Asked for as it is: what is packed may grow a thousandfold while it is read.
                raise PictureError(f"The picture {_short(url)} comes packed.", _OPEN, "holds_other")
            data = self._capped(answer, url)
        if kind in _UNTYPED and not _is_picture(data):
            raise PictureError(f"The address {_short(url)} does not hold a picture.", _OPEN, "holds_other")
        return data

    def _capped(self, answer: httpx.Response, url: str) -> bytes:
        most = f"{self.max_bytes / (1 << 20):.3g}"
        limit = PictureError(f"The picture {_short(url)} has more than {most} MB.", "", "too_heavy", most=most)
        declared = answer.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self.max_bytes:
            raise limit
        chunks, size = [], 0
        # The time-out of the client is for one read; a server that drips bytes is stopped here.
        end = time.monotonic() + 4 * self.timeout_s
        for chunk in answer.iter_bytes():
            size += len(chunk)
            if size > self.max_bytes:
                raise limit
            if time.monotonic() > end:
                raise PictureError(f"The picture {_short(url)} comes too slowly.", "", "unreachable")
            chunks.append(chunk)
        return b"".join(chunks)

    def _open(self) -> httpx.Client:
        import httpx

        from visearch.catalog.public import PublicTransport

        no_proxy = "all" not in getproxies()
        with self._lock:
            if self._client is None:
                hooks = {"request": [self._check_host]} if self.public_only else {}
                self._client = httpx.Client(
                    timeout=self.timeout_s,
                    follow_redirects=True,
                    max_redirects=5,
                    event_hooks=hooks,
                    # A proxy of the environment goes first: behind one, no other way leads out.
                    mounts={"all://": PublicTransport(self.trusted_hosts)} if self.public_only and no_proxy else None,
                    headers={"user-agent": "visearch", "accept": "image/*", "accept-encoding": "identity"},
                )
            return self._client

    def _check_host(self, request: httpx.Request) -> None:
        """What the transport checks too, for the requests that go through a proxy."""
        from visearch.catalog.public import check_addresses, check_url, resolved

        host = request.url.host
        if host in self.trusted_hosts:
            return
        # A proxy may know a name that is not known here; without one the request itself says what is wrong.
        with contextlib.suppress(OSError):
            check_addresses(resolved(host), _short(str(request.url)))
        check_url(request.url, _short(str(request.url)))


class _PassingFaultError(Exception):
    """A fault that may be gone at the next attempt."""


class Prefetcher:
    """Starts fetching the pictures that come next, once the first one has been asked for.

    Somebody who only reads the products' texts therefore fetches nothing. At most `ahead` products are held.
    """

    def __init__(self, fetcher: Fetcher, workers: int = WORKERS, ahead: int = AHEAD) -> None:
        self.fetcher = fetcher
        self._workers, self._ahead = workers, ahead
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._awake = False
        self._closed = False
        self._waiting: deque[Download] = deque(maxlen=4 * ahead)

    def download(self, url: str) -> Download:
        """A picture to come; it is started at once when somebody reads pictures, else when somebody does."""
        download = Download(url, self)
        with self._lock:
            if self._awake and not self._closed:
                self._start(download)
            elif not self._closed:
                self._waiting.append(download)
        return download

    def ahead(self, items: Iterable[CatalogItem]) -> Generator[CatalogItem, None, None]:
        """The same items in the same order, each up to `ahead` places after it was read.

        When reading on fails, the items that were read are given out before the error is raised.
        """
        window: deque[CatalogItem] = deque()
        failure: Exception | None = None
        source = iter(items)
        try:
            while failure is None:
                try:
                    window.append(next(source))
                except StopIteration:
                    break
                except Exception as error:
                    failure = error
                if len(window) > self._ahead:
                    yield window.popleft()
            while window:
                yield window.popleft()
            if failure is not None:
                raise failure
        finally:
            self.close()

    def wake(self) -> None:
        with self._lock:
            if self._awake or self._closed:
                return
            self._awake = True
            while self._waiting:
                self._start(self._waiting.popleft())

    def close(self) -> None:
        """Starts nothing more; what is under way ends, what is waiting is fetched when it is read."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            if self._pool is not None:
                self._pool.shutdown(wait=False, cancel_futures=True)

    def _start(self, download: Download) -> None:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="picture")
        download.future = self._pool.submit(self.fetcher.fetch, download.url)


@dataclass
class Download:
    """One picture URL, perhaps on its way already. Calling it gives the bytes or raises PictureError."""

    url: str
    prefetcher: Prefetcher
    future: Future[bytes] | None = None

    def __call__(self) -> bytes:
        self.prefetcher.wake()
        if self.future is not None:
            try:
                return self.future.result()
            except CancelledError:
                pass
        return self.prefetcher.fetcher.fetch(self.url)


def is_url(text: str) -> bool:
    return text[:8].lower().startswith(("http://", "https://"))


def _is_picture(data: bytes) -> bool:
    head = data[:16]
    return head.startswith(_MAGIC) or head[8:12] == b"WEBP" or head[4:8] == b"ftyp"


def _short(url: str) -> str:
    """The address for a message, without the query, which may hold a key."""
    text = url.partition("?")[0].rpartition("@")[2]
    return text if len(text) <= 120 else text[:117] + "..."
