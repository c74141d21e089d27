"""One list for a photo of many things, against the whole photo as it is: `python -m visearch.evaluate.look CATALOG`.

Every labelled photo is asked twice: whole, and as `visearch.look.shop_the_look` merges what its boxes find. The rule
of merging was chosen on half A of the photos (by a hash of their names); believe half B.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, median
from typing import Annotated

import typer

from visearch.catalog import open_catalog
from visearch.catalog.base import LabelledQuery
from visearch.config import Settings
from visearch.detect import Detector, load_detector
from visearch.engine import SearchEngine
from visearch.errors import PictureError, VisearchError
from visearch.evaluate.halves import half, interval
from visearch.evaluate.metrics import judge
from visearch.images import load_image
from visearch.look import Merge, merge, shop_the_look
from visearch.prepare import first_choice, open_engine
from visearch.types import Query

K = 10
SHOWN = ("recall@10", "precision@10", "hit@10", "ndcg@10")
WHOLE, LOOK = "whole photo", "shop the look"
RULES = {
    "best of all boxes": Merge(per_box=K, per_kind=K),
    "two a box": Merge(per_box=2, per_kind=K),
    "one of a kind": Merge(per_box=K, per_kind=1),
}
"""Simpler rules beside the one that people get, over the same boxes."""

DEEP = 40


@dataclass(frozen=True)
class Row:
    """One way to answer, on one half ("A", "B") or on all; metrics in [0, 1]."""

    system: str
    half: str
    n: int
    metrics: dict[str, float]


@dataclass(frozen=True)
class LookMeasured:
    """`gain` is recall@10 of the look less that of the whole photo on half B, with its 95 % interval."""

    catalog: str
    model: str
    detector: str
    products: int
    photos: int
    boxes_per_photo: float
    rows: tuple[Row, ...]
    gain: tuple[float, float, float]
    timings_ms: dict[str, float]


@dataclass(frozen=True)
class _Answer:
    name: str
    relevant: frozenset[str]
    ranked: dict[str, tuple[str, ...]]
    boxes: int
    times: dict[str, float]


def measure(engine: SearchEngine, detector: Detector, queries: Sequence[LabelledQuery]) -> LookMeasured:
    """Asks every photo that names a product of the index. Raises VisearchError when a half has none."""
    known = {product.id for product in engine.opened.products}
    photos = [q for q in queries if q.image is not None and not q.text and q.relevant & known]
    asked = [one for one in (_ask(engine, detector, query, query.relevant & known) for query in photos) if one]
    names = [one.name for one in asked]
    if {half(name) for name in names} != {"A", "B"}:
        raise VisearchError(
            f"{engine.opened.manifest.catalog['id']} has too few labelled photos to halve.",
            "Measure a catalogue with photos in its queries.csv.",
        )
    right = [one.relevant for one in asked]
    scores = {system: judge([one.ranked[system] for one in asked], right, K) for system in asked[0].ranked}
    manifest = engine.opened.manifest
    return LookMeasured(
        str(manifest.catalog["id"]),
        engine.model.name,
        detector.info.name,
        manifest.products,
        len(names),
        fmean(one.boxes for one in asked),
        tuple(_row(system, side, names, scores[system]) for system in scores for side in ("A", "B", "all")),
        _gain(names, scores),
        {part: round(median(one.times[part] for one in asked), 1) for part in asked[0].times},
    )


def _ask(engine: SearchEngine, detector: Detector, query: LabelledQuery, relevant: frozenset[str]) -> _Answer | None:
    assert query.image is not None  # noqa: S101
    try:
        image = load_image(query.image.read())
    except PictureError:
        return None
    started = time.perf_counter()
    boxes = detector.detect(image)
    detected = (time.perf_counter() - started) * 1000
    look = shop_the_look(engine, image, boxes, DEEP)
    whole = engine.search(Query(image=image, k=K)).hits
    lists = [group.hits for group in look.groups]
    ranked = {WHOLE: whole, **{name: merge(lists, K, rule) if lists else whole for name, rule in RULES.items()}}
    ranked[LOOK] = look.merged[:K]
    ids = {system: tuple(hit.product.id for hit in hits) for system, hits in ranked.items()}
    return _Answer(query.image.ref, relevant, ids, len(boxes), {"detect": detected, **look.timings_ms})


def to_table(measured: LookMeasured) -> str:
    """The figures in per cent as a Markdown table: half A, half B, all."""
    sides = ("A", "B", "all")
    heads = [f"{side} {name}" for side in sides for name in SHOWN]
    lines = [f"| answer | {' | '.join(heads)} |", f"|---|{'---:|' * len(heads)}"]
    for system in dict.fromkeys(row.system for row in measured.rows):
        rows = {row.half: row.metrics for row in measured.rows if row.system == system}
        cells = [f"{100 * rows[side][name]:.1f}" for side in sides for name in SHOWN]
        lines.append(f"| {system} | {' | '.join(cells)} |")
    counts = {row.half: row.n for row in measured.rows}
    gain, low, high = (f"{100 * value:+.1f}" for value in measured.gain)
    return "\n".join(
        [
            *lines,
            "",
            f"{measured.catalog}: {measured.products} products, {counts} photos, model {measured.model}, detector "
            f"{measured.detector}, {measured.boxes_per_photo:.1f} boxes a photo.",
            f"recall@10 on half B, {LOOK} against {WHOLE}: {gain} points, 95 % interval {low} to {high}.",
            f"Median ms: {measured.timings_ms}.",
        ]
    )


def _row(system: str, side: str, names: Sequence[str], scores: Sequence[dict[str, float]]) -> Row:
    kept = [one for name, one in zip(names, scores, strict=True) if side in ("all", half(name))]
    return Row(system, side, len(kept), {name: fmean(one[name] for one in kept) for name in SHOWN})


def _gain(names: Sequence[str], scores: dict[str, list[dict[str, float]]]) -> tuple[float, float, float]:
    pairs = zip(names, scores[LOOK], scores[WHOLE], strict=True)
    held_out = {name: look["recall@10"] - whole["recall@10"] for name, look, whole in pairs if half(name) == "B"}
    return (fmean(held_out.values()), *interval(list(held_out.values()), list(held_out)))


def main(
    catalog: Annotated[str, typer.Argument(help="A catalogue with labelled photos of many things.")],
    model: Annotated[str | None, typer.Option("--model", "-m", help="Encoder, see `doctor`.")] = None,
    detector: Annotated[str, typer.Option("--detector", "-d", help="Detector, see `doctor`.")] = "embedded",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """One merged list for a photo of many things, against the whole photo."""
    try:
        settings = Settings.from_env().with_(catalog=catalog, model=model)
        engine = open_engine(settings, first_choice(settings))
        queries = open_catalog(catalog, settings).queries()
        measured = measure(engine, load_detector(detector, settings), queries)
    except VisearchError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    print(json.dumps(asdict(measured), indent=2, ensure_ascii=False) if as_json else to_table(measured))


if __name__ == "__main__":
    typer.run(main)
