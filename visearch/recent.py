"""A small cache of the last things that were computed."""

from __future__ import annotations

import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from visearch.tally import count

T = TypeVar("T")

VISITORS_KEEP_S = 570.0
"""Seconds after which what was made from a visitor's photo or words is forgotten, used or not: with the time until it
is looked for next, ten minutes."""

_mortal: weakref.WeakSet[Recent] = weakref.WeakSet()


class Recent(Generic[T]):
    """Keeps the `most` values that were asked for last, and each at most `keep_s` seconds where that is given.

    Thread-safe; two threads may compute one value twice. Where it has a name, its hits and misses are counted.
    """

    def __init__(
        self,
        most: int = 256,
        keep_s: float | None = None,
        now: Callable[[], float] = time.monotonic,
        name: str = "",
    ) -> None:
        self._name = name
        self._most, self._keep, self._now = most, keep_s, now
        self._values: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()
        self._lock = threading.Lock()
        if keep_s is not None:
            _mortal.add(self)

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The value of `key`, computed when it is not among the last ones."""
        with self._lock:
            made, value = self._values.get(key, (None, None))
            if made is not None and (self._keep is None or self._now() - made < self._keep):
                self._values.move_to_end(key)
                self._count("hit")
                return value  # type: ignore[return-value]
        self._count("miss")
        value = compute()
        with self._lock:
            self._values[key] = (self._now(), value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value

    def _count(self, kind: str) -> None:
        if self._name:
            count(self._name, kind)

    def forget_old(self) -> None:
        """Drops what is past its time."""
        if self._keep is None:
            return
        with self._lock:
            limit = self._now() - self._keep
            for key in [key for key, (made, _) in self._values.items() if made <= limit]:
                del self._values[key]


def forget_old() -> None:
    """Of every cache whose values have a time, drops what is past it."""
    for cache in list(_mortal):
        cache.forget_old()
