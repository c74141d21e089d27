"""Which texts are written without spaces between words."""

from __future__ import annotations

from visearch.cjk import has_cjk


def test_cjk() -> None:
    assert has_cjk("一个 mug")
    assert not has_cjk("café mug №1")
