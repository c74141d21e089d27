"""Figures that fit any page: its ink, its type, ids of their own, and the same twice."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from visearch.evaluate import plots

DOCUMENT: dict[str, Any] = {
    "k": 10,
    "by_kind": {"photo": {"n": 4, "hit@1": 0.5, "hit@10": 1.0, "ndcg@10": 0.75}, "<b>": {"n": 1, "hit@1": 1.0}},
    "intervals": {"photo": {"hit@1": [0.25, 0.8]}},
    "stages_ms": {"photo": {"decode": {"p50": 2.0, "p95": 3.0}, "embed": {"p50": 20.0, "p95": 31.0}}},
    "reliability": [{"low": 50, "high": 60, "n": 3, "said": 0.55, "right": 0.3}],
    "rejection": {"floor": 50, "matches_in": [80.0, 90.0], "matches_off": [3.0, 10.0]},
    "slices": [
        {
            "by": "category",
            "kind": "photo",
            "metric": "hit@1",
            "gap": 0.5,
            "best": "$5 & <i>",
            "worst": "Mugs",
            "rows": [
                {"value": "$5 & <i>", "n": 12, "hit@1": 1.0, "low": 1.0, "high": 1.0},
                {"value": "Mugs", "n": 11, "hit@1": 0.5, "low": 0.2, "high": 0.8},
                {"value": "包", "n": 2, "hit@1": 0.5, "low": 0.0, "high": 1.0},
            ],
        },
        {"by": "price", "kind": "photo", "metric": "hit@1", "gap": 0.0, "best": "a", "worst": "b", "rows": []},
    ],
    "against": {"by_kind": {"photo": {"hit@1": {"difference": -0.1, "low": -0.2, "high": 0.05}}}},
}


@pytest.fixture(scope="module")
def drawn() -> dict[str, plots.Plot]:
    return plots.all_of(DOCUMENT)


def test_everything_that_the_document_has_is_drawn(drawn: dict[str, plots.Plot]) -> None:
    assert list(drawn) == ["quality", "reliability", "matches", "stages", "photo-by-category", "differences"]
    empty = {
        "k": 10,
        "by_kind": {},
        "intervals": {},
        "stages_ms": {},
        "reliability": [],
        "rejection": None,
        "slices": [],
    }
    assert plots.all_of(empty) == {}


def test_an_svg_takes_the_ink_and_the_type_of_its_page(drawn: dict[str, plots.Plot]) -> None:
    for plot in drawn.values():
        root = ElementTree.fromstring(plot.svg)
        assert root.get("role") == "img" and root.get("aria-label") == plot.alt
        assert root.get("viewBox") and root.get("width") is None
        assert "currentColor" in plot.svg and plots.INK not in plot.svg
        assert "DejaVu" not in plot.svg and "font-family: inherit" in plot.svg
        assert not re.search(r"fill: #(fff|ffffff)\b", plot.svg.replace("#ffffff; text", "")) or plot.name == "quality"


def test_ids_are_not_shared_between_figures(drawn: dict[str, plots.Plot]) -> None:
    ids = [name for plot in drawn.values() for name in re.findall(r'\bid="([^"]+)"', plot.svg)]
    assert len(ids) == len(set(ids))
    for plot in drawn.values():
        used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', plot.svg))
        assert used and used <= set(re.findall(r'\bid="([^"]+)"', plot.svg))


def test_names_of_a_catalogue_stay_text(drawn: dict[str, plots.Plot]) -> None:
    svg = drawn["photo-by-category"].svg
    assert "$5 &amp; &lt;i&gt; (12)" in svg and "包 (2)" in svg and "<i>" not in svg
    assert "&lt;b&gt; (1)" in drawn["quality"].svg


def test_pngs_are_pictures_and_two_runs_agree(drawn: dict[str, plots.Plot]) -> None:
    assert all(plot.png.startswith(b"\x89PNG") for plot in drawn.values())
    assert plots.reliability(DOCUMENT) == drawn["reliability"]
