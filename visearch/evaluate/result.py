"""What an evaluation found, as numbers for programs and as a table for people."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from visearch.catalog.base import LabelledQuery, Skipped
from visearch.evaluate.metrics import metric_names
from visearch.store import OpenIndex

KINDS = ("photo", "crop", "text", "descriptive", "text_zh", "photo_text")
"""Kinds in the order in which they are shown; any other kind follows by name."""

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

_TABLE_WIDTH = 140


@dataclass(frozen=True)
class Judged:
    """One query that was asked: product ids found, best first; `relevant` are those that are in the index.

    `ms` is the time from the bytes of the photo, or the words, to the hits.
    """

    query: LabelledQuery
    ranked: tuple[str, ...]
    relevant: frozenset[str]
    scores: Mapping[str, float]
    ms: float


@dataclass(frozen=True)
class Evaluation:
    """Metrics in [0, 1] and milliseconds by kind of query.

    `by_kind[kind]` holds `n` and the metrics of visearch.evaluate.metrics at `k`; `timings_ms[kind]` p50 and p95.
    `left_out` counts the queries that are in no figure, by reason (LEFT_OUT); `reasons` are the first of them.
    `relevant_missing` counts relevant ids that the index does not have, of queries that were asked all the same.
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

    def to_json(self) -> dict[str, Any]:
        """The document that `evaluate --json` prints."""
        return {
            "by_kind": {kind: _rounded(scores, 4) for kind, scores in self.by_kind.items()},
            "timings_ms": {kind: _rounded(times, 2) for kind, times in self.timings_ms.items()},
            "k": self.k,
            "model": self.model,
            "catalog": self.catalog,
            "index": self.index,
            "products": self.products,
            "left_out": dict(self.left_out),
            "relevant_missing": self.relevant_missing,
        }

    def notes(self) -> list[str]:
        """What a reader must know beside the figures, one sentence each."""
        notes = [f"{n} queries {LEFT_OUT[why]} and are in no figure." for why, n in self.left_out.items() if n]
        if self.relevant_missing:
            notes.append(f"{self.relevant_missing} relevant products are not in the index and are not expected.")
        if not self.judged:
            notes.append("No query could be judged.")
        return notes

    def columns(self) -> list[str]:
        """Headings of the table: metrics, then times."""
        return [*metric_names(self.k), "p50 ms", "p95 ms"]

    def rows(self) -> list[tuple[str, int, list[str]]]:
        """Kind, number of queries and the cells under `columns`."""
        return [
            (
                kind,
                int(scores["n"]),
                [f"{scores[name]:.3f}" for name in metric_names(self.k)]
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
        console.print(table, *(escape(note) for note in evaluation.notes()), sep="\n")
    return captured.get().rstrip()


def kind_order(kind: str) -> tuple[int, str]:
    """Sort key: the known kinds first, in their order."""
    return (KINDS.index(kind) if kind in KINDS else len(KINDS), kind)


def _rounded(values: Mapping[str, float], digits: int) -> dict[str, float]:
    return {name: value if isinstance(value, int) else round(value, digits) for name, value in values.items()}
