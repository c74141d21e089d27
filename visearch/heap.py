"""Memory that a server gives back: glibc's allocator, told to keep few heaps."""

from __future__ import annotations

import ctypes
import sys

ARENAS = 2
_M_ARENA_MAX = -8
"""glibc's malloc.h."""


def few_arenas() -> bool:
    """Lets threads share heaps: by default glibc opens up to eight a core, and each keeps the most it ever held.

    Measured with 24 visitors at once for 100 seconds (tests/trust/visitors.py): 951 -> 1,377 MB and rising without,
    931 -> 1,132 MB and level with it. True where it was set: on Linux with glibc, and best before threads begin.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS))
    except (OSError, AttributeError):
        return False


def give_back() -> bool:
    """Gives freed pages back to the system, and with them what was written there. True where pages were given."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        return bool(ctypes.CDLL(None).malloc_trim(0))
    except (OSError, AttributeError):
        return False
