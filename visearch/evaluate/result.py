"""What an evaluation found, as numbers for programs and as a table for people."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from visearch.catalog.base import LabelledQuery, Skipped
from visearch.evaluate.metrics import metric_names
from visearch.store import OpenIndex

KINDS = ("photo", "crop", "text", "descriptive", "text_zh", "photo_text")
"""Kinds in the order in which they are shown; any other kind follows by name."""

CATEGORY = "category@1"
"""Whether the first answer's category is that of a relevant product; only where the catalogue names categories."""

LABELLED, LEAVE_ONE_OUT = "queries.csv", "leave-one-out"

NO_RELEVANT = "no_relevant"
NOT_INDEXED = "not_indexed"
BROKEN_PICTURE = "broken_picture"
REFUSED = "refused"
LEFT_OUT: Mapping[str, str] = {
    NO_RELEVANT: "name no relevant product",
    NOT_INDEXED: "have none of their relevant products in the index",
    BROKEN_PICTURE: "have a picture that cannot be used",
    REFUSED: "could not be asked",
}
"""Why a query is not in the figures."""

WORST = 12
"""Misses of a kind that are shown."""

_TABLE_WIDTH = 160
_MISSING = "–"


@dataclass(frozen=True)
class Judged:
    """One query that was asked: product ids found, best first; `relevant` are those that are in the index.

    `ms` is the time from the bytes of the photo, or the words, to the hits, and `stages` what it is made of (ms).
    `match` is the first hit's, 0-100 and 0 without any; `key` names the query in this and in any other run.
    """

    query: LabelledQuery
    ranked: tuple[str, ...]
    relevant: frozenset[str]
    scores: Mapping[str, float]
    ms: float
    key: str = ""
    match: float = 0.0
    stages: Mapping[str, float] = field(default_factory=dict)

    @property
    def rank(self) -> int | None:
        """The place of the first relevant product, from 1; None when it is not among those found."""
        return next((place for place, product in enumerate(self.ranked, 1) if product in self.relevant), None)

    def to_json(self) -> dict[str, Any]:
        """One entry of the document's `queries`; `picture` is the photo's name."""
        return {
            "key": self.key,
            "kind": self.query.kind,
            "text": self.query.text,
            "picture": self.query.image.ref if self.query.image is not None else "",
            "rank": self.rank,
            "relevant": sorted(self.relevant),
            "ranked": list(self.ranked),
            "match": round(self.match, 1),
            "ms": round(self.ms, 2),
            **_rounded(self.scores, 4),
        }


@dataclass(frozen=True)
class Evaluation:
    """Metrics in [0, 1] and milliseconds by kind of query.

    `by_kind[kind]` holds `n` and the metrics of visearch.evaluate.metrics at `k`, with CATEGORY where it can be told;
    `intervals[kind][metric]` the 95 % interval; `timings_ms[kind]` p50 and p95, `stages_ms[kind][stage]` the same.
    `left_out` counts the queries that are in no figure, by reason (LEFT_OUT); `reasons` are the first of them.
    `relevant_missing` counts relevant ids that the index does not have, of queries that were asked all the same.
    `slices`, `rejection`, `reliability` and `ann` are as in the document (visearch.evaluate.slices, .confidence, .ann).
    """

    by_kind: Mapping[str, Mapping[str, float]]
    timings_ms: Mapping[str, Mapping[str, float]]
    k: int
    model: str
    catalog: str
    index: str
    products: int
    left_out: Mapping[str, int]
    relevant_missing: int = 0
    reasons: tuple[Skipped, ...] = ()
    judged: tuple[Judged, ...] = ()
    opened: OpenIndex | None = field(default=None, repr=False, compare=False)
    method: str = LABELLED
    runtime: str = "torch"
    created: str = ""
    intervals: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    stages_ms: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    slices: Sequence[Mapping[str, Any]] = ()
    rejection: Mapping[str, Any] | None = None
    reliability: Sequence[Mapping[str, float]] = ()
    reliability_by_kind: Mapping[str, Sequence[Mapping[str, float]]] = field(default_factory=dict)
    ann: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """The document that `evaluate --json` prints."""
        return {
            "by_kind": {kind: _rounded(scores, 4) for kind, scores in self.by_kind.items()},
            "intervals": {
                kind: {name: [round(low, 4), round(high, 4)] for name, (low, high) in found.items()}
                for kind, found in self.intervals.items()
            },
            "timings_ms": {kind: _rounded(times, 2) for kind, times in self.timings_ms.items()},
            "stages_ms": {
                kind: {stage: _rounded(times, 2) for stage, times in stages.items()}
                for kind, stages in self.stages_ms.items()
            },
            "slices": [dict(found) for found in self.slices],
            "rejection": dict(self.rejection) if self.rejection else None,
            "reliability": [dict(found) for found in self.reliability],
            "reliability_by_kind": {kind: [dict(b) for b in bins] for kind, bins in self.reliability_by_kind.items()},
            "ann": dict(self.ann) if self.ann else None,
            "method": self.method,
            "k": self.k,
            "model": self.model,
            "runtime": self.runtime,
            "catalog": self.catalog,
            "index": self.index,
            "products": self.products,
            "created": self.created,
            "left_out": dict(self.left_out),
            "relevant_missing": self.relevant_missing,
            "queries": [one.to_json() for one in self.judged],
        }

    def misses(self, kind: str, count: int = WORST) -> list[Judged]:
        """Queries of a kind whose first answer is wrong, those with the lowest sum of metrics first."""
        missed = [one for one in self.judged if one.query.kind == kind and not one.scores["hit@1"]]
        return sorted(missed, key=lambda one: sum(one.scores.values()))[:count]

    def notes(self) -> list[str]:
        """What a reader must know beside the figures, one sentence each."""
        notes = [f"{n} queries {LEFT_OUT[why]} and are in no figure." for why, n in self.left_out.items() if n]
        if self.relevant_missing:
            notes.append(f"{self.relevant_missing} relevant products are not in the index and are not expected.")
        if self.method == LEAVE_ONE_OUT:
            notes.append(
                "There are no labelled queries: products asked with their own picture, themselves left out, and any "
                "other product of the same subcategory, or category where there is none, counts as right."
            )
        if not self.judged:
            notes.append("No query could be judged.")
        return notes

    def metrics(self) -> list[str]:
        """The metrics of the table, in its order."""
        names = metric_names(self.k)
        return [*names, CATEGORY] if any(CATEGORY in scores for scores in self.by_kind.values()) else names

    def columns(self) -> list[str]:
        """Headings of the table: metrics, then times."""
        return [*self.metrics(), "p50 ms", "p95 ms"]

    def rows(self) -> list[tuple[str, int, list[str]]]:
        """Kind, number of queries and the cells under `columns`."""
        return [
            (
                kind,
                int(scores["n"]),
                [f"{scores[name]:.3f}" if name in scores else _MISSING for name in self.metrics()]
                + [f"{self.timings_ms[kind][name]:.0f}" for name in ("p50", "p95")],
            )
            for kind, scores in self.by_kind.items()
        ]


def to_table(evaluation: Evaluation) -> str:
    """The figures as a table for a terminal, with what a reader must know below it."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    title = f"{evaluation.catalog}: {evaluation.products} products, model {evaluation.model}"
    table = Table(title=escape(title), title_justify="left")
    table.add_column("kind", no_wrap=True)
    for name in ("n", *evaluation.columns()):
        table.add_column(name, justify="right", no_wrap=True)
    for kind, n, cells in evaluation.rows():
        table.add_row(escape(kind), str(n), *cells)
    console = Console(file=io.StringIO(), width=_TABLE_WIDTH, color_system=None)
    with console.capture() as captured:
        console.print(table, *(escape(note) for note in [*_told(evaluation), *evaluation.notes()]), sep="\n")
    return captured.get().rstrip()


def _told(evaluation: Evaluation) -> list[str]:
    """The other figures, a line each."""
    lines = []
    for kind, found in evaluation.intervals.items():
        low, high = found["hit@1"]
        lines.append(
            f"{kind}: hit@1 is {evaluation.by_kind[kind]['hit@1']:.3f}, 95 % interval {low:.3f} to {high:.3f}."
        )
    lines += [
        f"{one['kind']} by {one['by']}: best {one['best']}, worst {one['worst']}, a gap of {one['gap']:.3f} in hit@1."
        for one in evaluation.slices
        if one["gap"]
    ]
    if evaluation.rejection:
        found = evaluation.rejection
        lines.append(
            f"Off-catalogue photos: AUROC {found['auroc']:.3f}; the floor lets {found['passed_in']:.1%} of "
            f"{found['n_in']} photos of the catalogue pass and {found['passed_off']:.1%} of {found['n_off']} others."
        )
    if evaluation.ann:
        lines += [
            f"{found['index']}: recall@10 {found['recall@10']:.3f} of exact search in {found['ms']:.2f} ms "
            f"(exact {found['exact_ms']:.2f} ms)."
            for found in (evaluation.ann, evaluation.ann.get("ivf"))
            if found
        ]
    return lines


def kind_order(kind: str) -> tuple[int, str]:
    """Sort key: the known kinds first, in their order."""
    return (KINDS.index(kind) if kind in KINDS else len(KINDS), kind)


def _rounded(values: Mapping[str, float], digits: int) -> dict[str, float]:
    return {name: value if isinstance(value, int) else round(value, digits) for name, value in values.items()}
