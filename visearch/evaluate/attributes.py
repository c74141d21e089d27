"""What is read from pictures against what catalogues say: `python -m visearch.evaluate.attributes CATALOGS...`.

Colours: the first colour of a product's picture, and any that is named, against the basic colours of its record;
products whose colour has no basic name are counted apart. Other fields: the products of half B are asked without their
own label, with those of half A as neighbours. Chance is the commonest label of half A. "Sure" are answers of confidence
0.5 or more, and the reliability shows how often answers of about one confidence are right. All choices were made on A.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from statistics import fmean
from typing import Annotated, Any

import numpy as np
import typer
from PIL import Image

from visearch.colors import picture_palette, text_colors
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.evaluate.compare import catalogs_in
from visearch.evaluate.halves import half
from visearch.prepare import first_choice, open_engine
from visearch.seen import SAY, Seer

LABELS = ("category", "subcategory", "material", "pattern")
LEAST = 20
"""Products with a label, and with at least two of them, that make a field worth asking."""
_BINS = 5

Answer = tuple[float, bool]
"""How sure, and whether right."""


@dataclass(frozen=True)
class Row:
    """One field of one catalogue on half B; shares in [0, 1].

    `any_named` is for colours alone: whether one of the colours said is right. `unnamed` counts products whose own
    colour has no basic name. `reliability` holds (mean confidence, share that is right, answers) of five bins.
    """

    catalog: str
    field: str
    n: int
    labels: int
    chance: float
    first: float
    sure: float
    right_when_sure: float
    any_named: float | None
    unnamed: int
    reliability: tuple[tuple[float, float, int], ...]


def colors_of(engine: SearchEngine, name: str) -> Row | None:
    """The colours of half B; None where the catalogue names none."""
    answers: list[Answer] = []
    named, truths, unnamed = [], [], 0
    for product in engine.opened.products:
        if half(product.id) == "A" or not product.color.strip() or not product.pictures:
            continue
        truth = text_colors(product.color)
        if not truth:
            unnamed += 1
            continue
        with Image.open(engine.opened.thumbnail(product.pictures[0])) as picture:
            palette = picture_palette(picture)
        answers.append((palette[0][1], palette[0][0] in truth) if palette else (0.0, False))
        named.append(any(color in truth for color, _ in palette))
        truths.append(truth[0])
    if len(answers) < LEAST or len(set(truths)) < 2:
        return None
    (_, most), *_ = Counter(truths).most_common(1)
    return _row(name, "color", answers, len(set(truths)), most / len(truths), fmean(map(float, named)), unnamed)


def labels_of(engine: SearchEngine, name: str, field: str) -> Row | None:
    """A field of labels on half B, whose products have lost theirs; None where there is too little to ask."""
    opened = engine.opened
    asked = [i for i, p in enumerate(opened.products) if half(p.id) == "B" and getattr(p, field)]
    known = Counter(str(getattr(p, field)) for p in opened.products if half(p.id) == "A" and getattr(p, field))
    if len(asked) + known.total() < LEAST or len(known) < 2 or not asked:
        return None
    blank: dict[str, Any] = {field: ""}
    products = [p if half(p.id) == "A" else replace(p, **blank) for p in opened.products]
    seer = Seer(products, opened.vectors, opened.row_product, engine.embedder().embed_texts)
    seen = seer.of_products([()] * len(products))
    best = [seen[i].best(field) for i in asked]
    truths = [str(getattr(opened.products[i], field)) for i in asked]
    answers = [(sure, label == truth) for (label, sure), truth in zip(best, truths, strict=True)]
    commonest = known.most_common(1)[0][0]
    return _row(name, field, answers, len(known), fmean(float(truth == commonest) for truth in truths))


def _row(
    name: str,
    field: str,
    answers: Sequence[Answer],
    labels: int,
    chance: float,
    any_named: float | None = None,
    unnamed: int = 0,
) -> Row:
    sure = [right for confidence, right in answers if confidence >= SAY]
    first = fmean(float(right) for _, right in answers)
    share, right = len(sure) / len(answers), fmean(map(float, sure)) if sure else 0.0
    return Row(
        name, field, len(answers), labels, chance, first, share, right, any_named, unnamed, _reliability(answers)
    )


def _reliability(answers: Sequence[Answer]) -> tuple[tuple[float, float, int], ...]:
    sure, right = (np.array(values, dtype=np.float64) for values in zip(*answers, strict=True))
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    return tuple(
        (float(sure[bins == b].mean()), float(right[bins == b].mean()), int((bins == b).sum()))
        for b in range(_BINS)
        if (bins == b).any()
    )


def to_table(rows: Sequence[Row]) -> str:
    """Markdown, per cent."""
    lines = ["| half B | field | n | labels | chance | first | any named | sure | right when sure |"]
    lines += ["|---|---|---:|---:|---:|---:|---:|---:|---:|"]
    for row in rows:
        named = "" if row.any_named is None else f"{100 * row.any_named:.1f}"
        shares = " | ".join(f"{100 * value:.1f}" for value in (row.chance, row.first))
        sure = f"{100 * row.sure:.0f} | {100 * row.right_when_sure:.1f}"
        lines.append(f"| {row.catalog} | {row.field} | {row.n} | {row.labels} | {shares} | {named} | {sure} |")
    for kind, mine in (
        ("colours", [row for row in rows if row.field == "color"]),
        ("labels", [row for row in rows if row.field != "color"]),
    ):
        if mine:
            lines.append(f"\nSaid and right, {kind}: {_pooled(mine)}.")
    apart = {row.catalog: row.unnamed for row in rows if row.unnamed}
    return "\n".join([*lines, *([f"Without a basic name, counted apart: {apart}."] if apart else [])])


def _pooled(rows: Sequence[Row]) -> str:
    told = [entry for row in rows for entry in row.reliability]
    bins = sorted({min(int(said * _BINS), _BINS - 1) for said, _, _ in told})
    parts = []
    for b in bins:
        inside = [entry for entry in told if min(int(entry[0] * _BINS), _BINS - 1) == b]
        n = sum(count for _, _, count in inside)
        said, right = (sum(entry[i] * entry[2] for entry in inside) / n for i in (0, 1))
        parts.append(f"{said:.2f} and {right:.2f} ({n})")
    return ", ".join(parts)


def main(
    catalogs: Annotated[list[str], typer.Argument(help="Catalogues, or folders of catalogues.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """What is read from pictures against what catalogues say."""
    rows: list[Row] = []
    try:
        for name in dict.fromkeys(catalogs_in(catalogs)):
            settings = Settings.from_env().with_(catalog=name)
            engine, short = open_engine(settings, first_choice(settings)), name.rstrip("/").rpartition("/")[2]
            found = [colors_of(engine, short), *(labels_of(engine, short, field) for field in LABELS)]
            rows += [row for row in found if row is not None]
    except VisearchError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    print(json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False) if as_json else to_table(rows))


if __name__ == "__main__":
    typer.run(main)
