"""`python -m visearch bench`: how fast, each time beside a plain baseline that takes turns with us in the same run.

The baseline is open_clip in float32 as its README shows it, one picture at a time, with the same weights, threads and
picture decoder, over a flat FAISS index made by `datasets`. Both have their models loaded before the clock starts.
Every measurement is taken `rounds` times in turn, and medians are compared: a ratio above 1 means that we are faster.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image

from visearch.build import build
from visearch.catalog import open_catalog
from visearch.catalog.base import CatalogItem
from visearch.config import Settings
from visearch.detect import load_detector
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.evaluate.bench_parts import architectures, memory
from visearch.images import load_image
from visearch.models import load_model
from visearch.models.plain import PlainOpenClip, plain_embedded, use_threads
from visearch.models.runtimes import quicken
from visearch.models.specs import EMBEDDED
from visearch.prepare import Choice, build_index, open_engine
from visearch.types import Box, Query

K = 10
USERS = 8
TEXTS = (
    "red leather handbag",
    "striped mug",
    "wooden table lamp",
    "running shoes",
    "blue vase",
    "soft teddy bear",
    "office chair",
    "wine glass",
)
"""Words to ask with where a catalogue brings none; asked again with other numbers, so that no cache answers."""

Say = Callable[[str], None]


class Fresh:
    """Photos and words that were never asked: what a cache answers is no measurement."""

    def __init__(self) -> None:
        self._numbers = count()

    def photo(self, data: bytes) -> Image.Image:
        """The decoded picture with one pixel of its own."""
        picture, number = load_image(data), next(self._numbers)
        picture.putpixel((0, 0), (number % 256, number // 256 % 256, number // 65536 % 256))
        return picture

    def text(self, words: str) -> str:
        """The words and a number."""
        return f"{words} {next(self._numbers)}"


FRESH = Fresh()


class Baseline:
    """open_clip and a flat index of `datasets`."""

    def __init__(self, encoder: PlainOpenClip) -> None:
        self.encoder = encoder
        self._index: Any = None

    def index(self, pictures: Sequence[bytes]) -> None:
        """Decodes, embeds and indexes, one picture after the other."""
        from datasets import Dataset
        from datasets.utils.logging import disable_progress_bar

        disable_progress_bar()
        rows = [self.encoder.embed_image(load_image(data)) for data in pictures]
        self._index = Dataset.from_dict({"vector": rows}).with_format("numpy")
        self._index.add_faiss_index("vector", metric_type=0)

    def photo(self, picture: Image.Image) -> Any:
        """Scores and positions of the K nearest of a photo."""
        return self._index.search("vector", self.encoder.embed_image(picture), k=K)

    def text(self, words: str) -> Any:
        """The same of some words."""
        return self._index.search("vector", self.encoder.embed_text(words), k=K)


def bench(
    settings: Settings, catalog: str = "sample", rounds: int = 3, most: int = 200, say: Say = print
) -> dict[str, Any]:
    """All measurements over at most `most` products of a catalogue. `say` is told what is being measured.

    Raises VisearchError when the catalogue has no picture, and whatever opening it raises.
    """
    threads = os.cpu_count() or 1
    use_threads(threads)
    items = _items(catalog, settings, most)
    pictures = [item.pictures[0].read() for item in items]
    photos, texts = _queries(catalog, settings, pictures)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        # Exports are part of loading, not of indexing; the indexes are made anew.
        own = replace(settings, home=home, catalog=catalog, model=EMBEDDED)
        say("loading both")
        embedder = load_model(EMBEDDED, settings)
        quicken(embedder)
        baseline = Baseline(plain_embedded())
        found: dict[str, Any] = {
            "machine": {"threads": threads, "products": len(items), "runtime": embedder.info.runtime, "rounds": rounds},
        }
        say("indexing")
        found["indexing"] = _indexing(items, pictures, baseline, embedder, own, rounds)
        build_index(own, Choice(catalog, EMBEDDED, ""), lambda: embedder)
        engine = open_engine(own, Choice(catalog, EMBEDDED, ""))
        engine.warm_up()
        say("queries")
        found |= _searching(engine, baseline, photos, texts, rounds)
        say("photos with boxes")
        found["photo_and_boxes"] = _boxes(engine, baseline, photos, settings, rounds)
        say("several users")
        found["users_8"] = _users(engine, baseline, photos, rounds)
    say("memory")
    found["memory"] = memory(settings)
    return found


def bench_all(settings: Settings, rounds: int, say: Say) -> dict[str, Any]:
    """`bench` on the sample, the first page beside a bare one, and the architectures of the downloads."""
    from visearch.evaluate.first_page import measure

    found = bench(settings, rounds=rounds, say=say)
    say("first page")
    page = measure(rounds)
    found["first_page_s"], found["first_page"] = page["second_start"]["page_s"], page
    say("architectures of the downloads, with random weights")
    found["architectures"] = architectures(rounds)
    return found


def _items(catalog: str, settings: Settings, most: int) -> list[CatalogItem]:
    items = [item for item in open_catalog(catalog, settings, limit=most) if item.pictures]
    if not items:
        raise VisearchError(f"No product of {catalog} has a picture.", "Name a catalogue with pictures.")
    return items


def _queries(catalog: str, settings: Settings, pictures: Sequence[bytes]) -> tuple[list[bytes], list[str]]:
    """Labelled photos and words of the catalogue, or its own pictures and some words."""
    asked = open_catalog(catalog, settings).queries()
    photos = [query.image.read() for query in asked if query.image is not None and query.box is None][:60]
    texts = [query.text for query in asked if query.kind == "text" and query.image is None][:60]
    return photos or list(pictures[:60]), texts or list(TEXTS)


def _indexing(
    items: list[CatalogItem], pictures: list[bytes], baseline: Baseline, embedder: Any, own: Settings, rounds: int
) -> dict[str, Any]:
    """Pictures to vectors to a flat index; ours also writes thumbnails and the index, so that a kill loses nothing."""
    ours, plain = [], []
    for _ in range(rounds):
        started = time.perf_counter()
        baseline.index(pictures)
        plain.append(len(items) / (time.perf_counter() - started))
        catalog = open_catalog(own.catalog, own, limit=len(items))
        started = time.perf_counter()
        report = build(catalog, embedder, own, force=True, index_kind="flat")
        ours.append(report.products / (time.perf_counter() - started))
    return {
        "products_per_s": round(median(ours), 1),
        "baseline_products_per_s": round(median(plain), 1),
        "ratio": round(median(ours) / median(plain), 2),
    }


def _searching(
    engine: SearchEngine, baseline: Baseline, photos: list[bytes], texts: list[str], rounds: int
) -> dict[str, Any]:
    def ours(text: str, ranker: str) -> Any:
        return engine.search(Query(FRESH.text(text), k=K, ranker=ranker))

    def theirs(text: str) -> Any:
        return baseline.text(FRESH.text(text))

    return {
        "photo_query": _compared(
            lambda data: engine.search(Query(image=FRESH.photo(data), k=K)),
            lambda data: baseline.photo(FRESH.photo(data)),
            photos,
            rounds,
        ),
        # A box is looked at once, a whole photo three times.
        "photo_query_one_look": _compared(
            lambda data: engine.search(_boxed(FRESH.photo(data))),
            lambda data: baseline.photo(FRESH.photo(data)),
            photos,
            rounds,
        ),
        "text_query": _compared(lambda text: ours(text, "hybrid"), theirs, texts, rounds),
        "text_to_picture_query": _compared(lambda text: ours(text, "picture"), theirs, texts, rounds),
    }


def _boxed(picture: Image.Image) -> Query:
    return Query(image=picture, box=Box(0, 0, *picture.size), k=K, weights={"context": 0.0})


def _boxes(
    engine: SearchEngine, baseline: Baseline, photos: list[bytes], settings: Settings, rounds: int
) -> dict[str, Any]:
    """The photo searched as a whole and its things found; the baseline's detector is the same net in torch."""
    fast = load_detector(EMBEDDED, settings)
    quicken(fast)
    plain = load_detector(EMBEDDED, replace(settings, runtime="torch"))

    def ours(data: bytes) -> None:
        picture = FRESH.photo(data)
        fast.detect(picture)
        engine.search(Query(image=picture, k=K))

    def theirs(data: bytes) -> None:
        picture = FRESH.photo(data)
        plain.detect(picture)
        baseline.photo(picture)

    return _compared(ours, theirs, photos[:30], rounds)


def _users(engine: SearchEngine, baseline: Baseline, photos: list[bytes], rounds: int) -> dict[str, Any]:
    """USERS threads, each asking one photo after the other."""
    many = (photos * USERS)[: USERS * 8]

    def crowd(ask: Callable[[bytes], Any]) -> tuple[float, list[float]]:
        started = time.perf_counter()
        with ThreadPoolExecutor(USERS) as pool:
            times = list(pool.map(lambda data: _timed(ask, data), many))
        return len(many) / (time.perf_counter() - started), times

    ours, plain = [], []
    for _ in range(rounds):
        plain.append(crowd(lambda data: baseline.photo(FRESH.photo(data))))
        ours.append(crowd(lambda data: engine.search(Query(image=FRESH.photo(data), k=K))))
    rate, base = (median(one[0] for one in runs) for runs in (ours, plain))
    return {
        "queries_per_s": round(rate, 1),
        "baseline_queries_per_s": round(base, 1),
        "p50_ms": round(float(np.percentile([t for run in ours for t in run[1]], 50)), 1),
        "p95_ms": round(float(np.percentile([t for run in ours for t in run[1]], 95)), 1),
        "baseline_p50_ms": round(float(np.percentile([t for run in plain for t in run[1]], 50)), 1),
        "baseline_p95_ms": round(float(np.percentile([t for run in plain for t in run[1]], 95)), 1),
        "ratio": round(rate / base, 2),
    }


def _compared(
    ours: Callable[[Any], Any], theirs: Callable[[Any], Any], things: Sequence[Any], rounds: int
) -> dict[str, float]:
    """p50 and p95 in ms of both, in turn, the median of the rounds."""
    for ask in (ours, theirs):
        ask(things[0])
    rows: tuple[list[list[float]], list[list[float]]] = ([], [])
    for _ in range(rounds):
        for ask, kept in ((theirs, rows[1]), (ours, rows[0])):
            kept.append([_timed(ask, thing) for thing in things])
    own, base = ([median(np.percentile(run, q) for run in runs) for q in (50, 95)] for runs in rows)
    return {
        "p50_ms": round(float(own[0]), 1),
        "p95_ms": round(float(own[1]), 1),
        "baseline_p50_ms": round(float(base[0]), 1),
        "baseline_p95_ms": round(float(base[1]), 1),
        "ratio": round(float(base[0] / own[0]), 2),
    }


def _timed(ask: Callable[[Any], Any], thing: Any) -> float:
    started = time.perf_counter()
    ask(thing)
    return (time.perf_counter() - started) * 1000
