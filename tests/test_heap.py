"""The allocator's setting is taken where there is one, and missed nowhere."""

from __future__ import annotations

import ctypes
import sys

import pytest

from visearch.heap import few_arenas, give_back


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's own")
def test_glibc_takes_it() -> None:
    assert few_arenas() is hasattr(ctypes.CDLL(None), "mallopt")


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="glibc's own")
def test_what_was_freed_is_given_back() -> None:
    pieces = [bytes(64 << 10) for _ in range(400)]
    del pieces[::2]
    assert give_back() and pieces


def test_other_systems_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert few_arenas() is False and give_back() is False
