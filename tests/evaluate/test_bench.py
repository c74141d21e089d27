"""The bench: both sides do the same work in turn, and the figures are what was measured."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import numpy as np
import pytest

from tests.toy import COLORS, ToyEmbedder, picture_bytes
from visearch.catalog import open_catalog
from visearch.cli_lines import bench_lines
from visearch.config import Settings
from visearch.detect.loader import NoDetector
from visearch.evaluate import bench, bench_parts
from visearch.images import load_image

ROOT = Path(__file__).resolve().parents[2]


class PlainToy:
    """The toy encoder, one thing at a time."""

    def __init__(self) -> None:
        self._toy = ToyEmbedder()
        self.pictures = 0

    def embed_image(self, picture):
        self.pictures += 1
        return self._toy.embed_images([picture])[0]

    def embed_text(self, text):
        return self._toy.embed_texts([text])[0]


@pytest.fixture
def toys(monkeypatch):
    plain = PlainToy()
    monkeypatch.setattr(bench, "load_model", lambda name, settings: ToyEmbedder("embedded"))
    monkeypatch.setattr("visearch.prepare.load_model", lambda name, settings, loading=None: ToyEmbedder("embedded"))
    monkeypatch.setattr(bench, "plain_embedded", lambda: plain)
    monkeypatch.setattr(bench, "load_detector", lambda name, settings: NoDetector())
    monkeypatch.setattr(bench, "memory", lambda settings: {"peak_mb": 1, "baseline_peak_mb": 2})
    monkeypatch.setattr(bench, "use_threads", lambda count: None)
    return plain


def test_everything_is_measured_beside_the_baseline(toys, tmp_path):
    said: list[str] = []
    found = bench.bench(Settings(home=tmp_path, offline=True), rounds=2, most=6, say=said.append)
    assert found["machine"]["products"] == 6 and "indexing" in said and "memory" in said
    assert toys.pictures > 12  # indexed in each round, and asked
    pace = found["indexing"]
    assert pace["ratio"] == pytest.approx(pace["products_per_s"] / pace["baseline_products_per_s"], abs=0.02)
    for name in ("photo_query", "photo_query_one_look", "text_query", "text_to_picture_query", "photo_and_boxes"):
        row = found[name]
        # The toy baseline is done within the .1 ms that the figures are rounded to.
        assert 0 < row["p50_ms"] <= row["p95_ms"] and row["baseline_p50_ms"] >= 0 and row["ratio"] >= 0
    assert found["users_8"]["queries_per_s"] > 0
    assert not list(tmp_path.iterdir()), "the bench leaves nothing behind"
    lines = "\n".join(bench_lines(found))
    assert "indexing" in lines and "8 users" in lines and f"{pace['ratio']:.2f}" in lines


def test_both_sides_take_turns_and_the_median_round_counts(monkeypatch):
    order: list[str] = []
    clock = count()
    cost = {"theirs": iter([8.0, 80.0, 8.0]), "ours": iter([2.0, 2.0, 20.0])}

    def timed(ask, thing):
        order.append(ask.__name__)
        return next(cost[ask.__name__])

    def ours(thing):
        next(clock)

    def theirs(thing):
        next(clock)

    monkeypatch.setattr(bench, "_timed", timed)
    row = bench._compared(ours, theirs, ["a photo"], 3)
    assert order == ["theirs", "ours"] * 3 and next(clock) == 2  # each was asked once outside the clock
    assert (row["p50_ms"], row["baseline_p50_ms"], row["ratio"]) == (2.0, 8.0, 4.0)


def test_the_baseline_finds_the_nearest():
    items = list(open_catalog("sample", Settings(offline=True), limit=5))
    pictures = [item.pictures[0].read() for item in items]
    baseline = bench.Baseline(PlainToy())
    baseline.index(pictures)
    rows = ToyEmbedder().embed_images([load_image(data) for data in pictures])
    for place, data in enumerate(pictures):
        scores, found = baseline.photo(load_image(data))
        best = rows @ rows[place]
        # Where there are fewer than K, faiss fills up with -1.
        np.testing.assert_allclose(scores[found >= 0], np.sort(best)[::-1], atol=1e-5)
        assert best[found[0]] == pytest.approx(best.max(), abs=1e-5)


def test_nothing_is_asked_twice():
    """The engine keeps the vectors of the last queries: a photo that it knows costs nothing."""
    data = picture_bytes(COLORS["red"])
    photos = [bench.FRESH.photo(data).tobytes() for _ in range(300)]
    texts = [bench.FRESH.text("mug") for _ in range(300)]
    assert len(set(photos)) == len(set(texts)) == 300


def test_an_architecture_that_does_not_export_is_a_finding(monkeypatch):
    def refuse(name, rounds):
        raise RuntimeError(f"{name} has an unknown operation")

    monkeypatch.setattr(bench_parts, "_architecture", refuse)
    found = bench_parts.architectures(1)
    assert set(found) == {"ViT-B-32", "ViT-B-16-SigLIP2"}
    assert found["ViT-B-32"] == {"error": "RuntimeError: ViT-B-32 has an unknown operation"}


def test_memory_is_that_of_the_process_alone():
    block = bytearray(300 << 20)
    peak = bench_parts._peak("x = bytearray(20 << 20)", "")
    assert len(block) and 20 < peak < 200
