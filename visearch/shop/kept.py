"""What is worked out once for a catalogue and kept as long as its engine answers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from visearch.engine import SearchEngine

T = TypeVar("T")

_lock = threading.Lock()
_kept: WeakKeyDictionary[SearchEngine, dict[object, tuple[threading.Lock, list[Any]]]] = WeakKeyDictionary()


def kept(engine: SearchEngine, make: Callable[[SearchEngine], T]) -> T:
    """What `make(engine)` gives, made at the first call. Thread-safe: others wait for the one that makes it."""
    with _lock:
        lock, made = _kept.setdefault(engine, {}).setdefault(make, (threading.Lock(), []))
    with lock:
        if not made:
            made.append(make(engine))
        value: T = made[0]
        return value
