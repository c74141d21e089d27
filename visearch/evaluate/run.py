"""Asks the labelled queries of a catalogue and counts what comes back."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from PIL import Image

from visearch.build import Progress
from visearch.catalog.base import LabelledQuery, Skipped
from visearch.errors import PictureError, QueryError
from visearch.evaluate.metrics import judge, mean
from visearch.evaluate.result import (
    BROKEN_PICTURE,
    LEFT_OUT,
    NO_RELEVANT,
    NOT_INDEXED,
    REFUSED,
    Evaluation,
    Judged,
    kind_order,
)
from visearch.images import load_image
from visearch.models.base import ModelInfo
from visearch.store import OpenIndex
from visearch.types import Query, SearchResult

_REASONS = 20


class Searcher(Protocol):
    """What can be evaluated: the engine, and the baselines beside it."""

    opened: OpenIndex
    model: ModelInfo

    def search(self, query: Query) -> SearchResult: ...


@dataclass
class _Asked:
    query: LabelledQuery
    relevant: frozenset[str]
    ranked: tuple[str, ...]
    ms: float


@dataclass
class _Tally:
    left_out: Counter[str] = field(default_factory=Counter)
    reasons: list[Skipped] = field(default_factory=list)

    def leave_out(self, query: LabelledQuery, why: str, reason: str = "") -> None:
        self.left_out[why] += 1
        if len(self.reasons) < _REASONS:
            name = query.image.ref if query.image is not None else query.text
            self.reasons.append(Skipped(name, reason or f"These {LEFT_OUT[why]}."))


def evaluate(
    engine: Searcher,
    queries: Sequence[LabelledQuery],
    k: int = 10,
    progress: Callable[[Progress], None] | None = None,
) -> Evaluation:
    """Asks every query for its k best products and judges the answers by kind.

    Queries that cannot be judged (no relevant product, none of them indexed, a broken picture) are left out and
    counted. Nothing below the engine's floor is dropped: its nearest count as its answer.
    Raises QueryError when k is out of the engine's range.
    """
    known = {product.id for product in engine.opened.products}
    tally, asked, missing = _Tally(), [], 0
    _warm_up(engine, queries, k)
    for number, query in enumerate(queries):
        if progress is not None:
            progress(Progress("evaluating", number, len(queries)))
        relevant = query.relevant & known
        if not relevant:
            tally.leave_out(query, NOT_INDEXED if query.relevant else NO_RELEVANT)
            continue
        answer = _ask(engine, query, relevant, k, tally)
        if answer is not None:
            asked.append(answer)
            missing += len(query.relevant) - len(relevant)
    if progress is not None:
        progress(Progress("evaluating", len(queries), len(queries)))
    return _summary(engine, asked, tally, missing, k)


def _ask(engine: Searcher, query: LabelledQuery, relevant: frozenset[str], k: int, tally: _Tally) -> _Asked | None:
    try:
        data = query.image.read() if query.image is not None else None
        started = time.perf_counter()
        image = load_image(data) if data is not None else None
        result = engine.search(Query(text=query.text, image=image, box=query.box, k=k))
        elapsed = (time.perf_counter() - started) * 1000
    except PictureError as error:
        tally.leave_out(query, BROKEN_PICTURE, str(error))
        return None
    except QueryError as error:
        tally.leave_out(query, REFUSED, str(error))
        return None
    return _Asked(query, relevant, tuple(hit.product.id for hit in result.hits), elapsed)


def _warm_up(engine: Searcher, queries: Sequence[LabelledQuery], k: int) -> None:
    """Loads weights and fills library caches outside the clock, with questions that nobody asked."""
    if any(query.image is None or query.text for query in queries):
        engine.search(Query(text="warm up", k=k))
    if any(query.image is not None for query in queries):
        engine.search(Query(image=Image.new("RGB", (64, 64), (127, 127, 127)), k=k))


def _summary(engine: Searcher, asked: list[_Asked], tally: _Tally, missing: int, k: int) -> Evaluation:
    scores = judge([one.ranked for one in asked], [one.relevant for one in asked], k)
    judged = [
        Judged(one.query, one.ranked, one.relevant, metrics, one.ms) for one, metrics in zip(asked, scores, strict=True)
    ]
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[one.query.kind].append(one)
    kinds = sorted(groups, key=kind_order)
    manifest = engine.opened.manifest
    return Evaluation(
        by_kind={kind: {"n": len(groups[kind]), **mean([j.scores for j in groups[kind]])} for kind in kinds},
        timings_ms={kind: _percentiles([j.ms for j in groups[kind]]) for kind in kinds},
        k=k,
        model=engine.model.name,
        catalog=str(manifest.catalog["id"]),
        index=str(manifest.index_id),
        products=len(engine.opened.products),
        left_out={why: tally.left_out[why] for why in LEFT_OUT},
        relevant_missing=missing,
        reasons=tuple(tally.reasons),
        judged=tuple(judged),
        opened=engine.opened,
    )


def _percentiles(times: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(times, (50, 95))
    return {"p50": float(p50), "p95": float(p95)}
