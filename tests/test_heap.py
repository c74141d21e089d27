"""The allocator's setting is taken where there is one, and missed nowhere."""

from __future__ import annotations

import ctypes
import sys

import pytest

from visearch.heap import few_arenas


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's own")
def test_glibc_takes_it() -> None:
    assert few_arenas() is hasattr(ctypes.CDLL(None), "mallopt")


def test_other_systems_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert few_arenas() is False
