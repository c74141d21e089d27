"""Asks the labelled queries of a catalogue and counts what comes back."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Protocol

from PIL import Image

from visearch.build import Progress
from visearch.catalog.base import LabelledQuery, Skipped
from visearch.errors import PictureError, QueryError, VisearchError
from visearch.evaluate import ann, confidence, summary
from visearch.evaluate.baselines import quick
from visearch.evaluate.leave_one_out import OwnPicture, leave_one_out
from visearch.evaluate.metrics import judge
from visearch.evaluate.result import (
    BROKEN_PICTURE,
    CATEGORY,
    LABELLED,
    LEAVE_ONE_OUT,
    LEFT_OUT,
    NO_RELEVANT,
    NOT_INDEXED,
    REFUSED,
    Evaluation,
    Judged,
)
from visearch.evaluate.slices import slices
from visearch.images import load_image
from visearch.models.base import ModelInfo
from visearch.store import OpenIndex
from visearch.types import Query, SearchResult

DECODE = "decode"
"""The stage before the engine's own: from a photo's bytes to its pixels."""

_REASONS = 20

Tell = Callable[[Progress], None]


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
    match: float
    stages: dict[str, float]


@dataclass
class _Tally:
    left_out: Counter[str] = field(default_factory=Counter)
    reasons: list[Skipped] = field(default_factory=list)
    missing: int = 0

    def leave_out(self, query: LabelledQuery, why: str, reason: str = "") -> None:
        self.left_out[why] += 1
        if len(self.reasons) < _REASONS:
            name = query.image.ref if query.image is not None else query.text
            self.reasons.append(Skipped(name, reason or f"These {LEFT_OUT[why]}."))


def evaluate(
    engine: Searcher,
    queries: Sequence[LabelledQuery] | None,
    k: int = 10,
    progress: Tell | None = None,
    *,
    off: confidence.Off | None = None,
) -> Evaluation:
    """Asks every query for its k best products and judges the answers by kind.

    None for `queries` asks with the products' own pictures (visearch.evaluate.leave_one_out). `off` are photos that
    nothing in the catalogue answers, to tell how well those are refused. Queries that cannot be judged (no relevant
    product, none of them indexed, a broken picture) are left out and counted. Nothing below the engine's floor is
    dropped: its nearest count as its answer. Raises QueryError when k is out of the engine's range, and VisearchError
    when there is neither a labelled query nor a product with company to ask about.
    """
    method = LABELLED if queries is not None else LEAVE_ONE_OUT
    queries = _own_questions(engine.opened) if queries is None else queries
    tell = progress or (lambda _: None)
    tally, vectors = _Tally(), ann.Vectors(engine)
    _warm_up(engine, queries, k)
    asked = _ask_all(engine, queries, k, tally, vectors, tell)
    judged = _judge(engine, asked, k)
    kinds = summary.by_kind(judged)
    manifest = engine.opened.manifest
    return Evaluation(
        by_kind={kind: summary.means(mine) for kind, mine in kinds.items()},
        intervals={kind: summary.intervals(mine) for kind, mine in kinds.items()},
        timings_ms={kind: summary.times(mine) for kind, mine in kinds.items()},
        stages_ms={kind: summary.stages(mine) for kind, mine in kinds.items()},
        slices=slices(judged, engine.opened.products, k),
        rejection=confidence.rejection(engine, judged, off, tell) if off is not None else None,
        reliability=confidence.reliability(judged),
        reliability_by_kind={kind: confidence.reliability(mine) for kind, mine in kinds.items()},
        ann=ann.against_exact(engine.opened, vectors.rows()),
        method=method,
        k=k,
        model=engine.model.name,
        runtime=_runtime(engine),
        catalog=str(manifest.catalog["id"]),
        index=str(manifest.index_id),
        products=len(engine.opened.products),
        created=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        left_out={why: tally.left_out[why] for why in LEFT_OUT},
        relevant_missing=tally.missing,
        reasons=tuple(tally.reasons),
        judged=tuple(judged),
        opened=engine.opened,
    )


def _own_questions(opened: OpenIndex) -> list[OwnPicture]:
    queries = leave_one_out(opened)
    if not queries:
        raise VisearchError(
            f"The catalogue {opened.manifest.catalog['id']} has no labelled queries and no two products of a category.",
            "Put a queries.csv (query_image, query_text, relevant_ids) beside its products.csv, or fill in categories.",
        )
    return queries


def _ask_all(
    engine: Searcher, queries: Sequence[LabelledQuery], k: int, tally: _Tally, vectors: ann.Vectors, tell: Tell
) -> list[_Asked]:
    known = {product.id for product in engine.opened.products}
    asked = []
    for number, query in enumerate(queries):
        tell(Progress("evaluating", number, len(queries)))
        relevant = query.relevant & known
        if not relevant:
            tally.leave_out(query, NOT_INDEXED if query.relevant else NO_RELEVANT)
            continue
        answer = _ask(engine, query, relevant, k, tally, vectors)
        if answer is not None:
            asked.append(answer)
            tally.missing += len(query.relevant) - len(relevant)
    tell(Progress("evaluating", len(queries), len(queries)))
    return asked


def _ask(
    engine: Searcher, query: LabelledQuery, relevant: frozenset[str], k: int, tally: _Tally, vectors: ann.Vectors
) -> _Asked | None:
    own = query.own if isinstance(query, OwnPicture) else ""
    try:
        data = query.image.read() if query.image is not None else None
        started = time.perf_counter()
        image = load_image(data) if data is not None else None
        decoded = (time.perf_counter() - started) * 1000
        question = Query(text=query.text, image=image, box=query.box, k=k + bool(own))
        result = engine.search(question)
        elapsed = (time.perf_counter() - started) * 1000
    except PictureError as error:
        tally.leave_out(query, BROKEN_PICTURE, str(error))
        return None
    except QueryError as error:
        tally.leave_out(query, REFUSED, str(error))
        return None
    vectors.add(question)
    stages = {name: ms for name, ms in result.timings_ms.items() if name != "total"}
    hits = [hit for hit in result.hits if hit.product.id != own][:k]
    return _Asked(
        query,
        relevant,
        tuple(hit.product.id for hit in hits),
        elapsed,
        hits[0].match if hits else 0.0,
        {DECODE: decoded, **stages} if image is not None else stages,
    )


def _judge(engine: Searcher, asked: Sequence[_Asked], k: int) -> list[Judged]:
    scores = judge([one.ranked for one in asked], [one.relevant for one in asked], k)
    categories = {product.id: product.category for product in engine.opened.products}
    keys = summary.keys_of([_parts(one.query) for one in asked])
    return [
        Judged(
            one.query,
            one.ranked,
            one.relevant,
            metrics | _category(one.ranked, one.relevant, categories),
            one.ms,
            key,
            one.match,
            one.stages,
        )
        for one, metrics, key in zip(asked, scores, keys, strict=True)
    ]


def _category(ranked: Sequence[str], relevant: Collection[str], categories: dict[str, str]) -> dict[str, float]:
    right = {categories[product] for product in relevant} - {""}
    return {CATEGORY: float(bool(ranked) and categories[ranked[0]] in right)} if right else {}


def _parts(query: LabelledQuery) -> dict[str, str]:
    box = query.box
    return {
        "kind": query.kind,
        "picture": query.image.ref if query.image is not None else "",
        "box": f"{box.x0:g},{box.y0:g},{box.x1:g},{box.y1:g}" if box is not None else "",
        "text": query.text,
    }


def _runtime(engine: Searcher) -> str:
    """What ran the encoder; "none" for a searcher that has none."""
    if not hasattr(engine, "embedder"):
        return "none"
    embedder = engine.embedder()
    return str(getattr(embedder, "runtime", "") or getattr(embedder.info, "runtime", "") or "torch")


def _warm_up(engine: Searcher, queries: Sequence[LabelledQuery], k: int) -> None:
    """Loads weights, in the runtime that answers when the page has been up for a while, and fills library caches
    outside the clock, with questions that nobody asked."""
    if queries and hasattr(engine, "embedder"):
        quick(engine.embedder())
    if any(query.image is None or query.text for query in queries):
        engine.search(Query(text="warm up", k=k))
    if any(query.image is not None for query in queries):
        engine.search(Query(image=Image.new("RGB", (64, 64), (127, 127, 127)), k=k))
