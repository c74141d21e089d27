"""Counts of small things that happen far below the page, for whoever asks: nothing but numbers by name."""

from __future__ import annotations

import threading
from collections import Counter

_counts: Counter[tuple[str, str]] = Counter()
_lock = threading.Lock()


def count(what: str, kind: str, times: int = 1) -> None:
    """Adds to one count, such as ("query_vectors", "hit"). Thread-safe; both names come from the code alone."""
    if times:
        with _lock:
            _counts[what, kind] += times


def counts() -> dict[tuple[str, str], int]:
    """All counts since the process began."""
    with _lock:
        return dict(_counts)
