"""A folder that shows an evaluation: evaluation.json for programs, report.html and figures for people."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visearch.disk import write_file
from visearch.errors import PictureError, VisearchError
from visearch.evaluate import plots
from visearch.evaluate.result import Evaluation, Judged
from visearch.images import crop, load_image, thumbnail
from visearch.types import Box, Product

PLOTS = "plots"
"""The folder of the figures as PNG."""

_SIDE = 144
_FIRST = 3
_EXPECTED = 3


@dataclass(frozen=True)
class Card:
    """One picture with a line below it; `picture` is a data URI or empty."""

    title: str
    picture: str = ""
    right: bool = False


@dataclass(frozen=True)
class Miss:
    """A query, what came first, and what should have come."""

    query: Card
    first: list[Card]
    expected: list[Card]
    more: int
    rank: int | None


def write_report(evaluation: Evaluation, folder: str | Path, compared: Mapping[str, Any] | None = None) -> Path:
    """Writes evaluation.json, report.html (which needs no other file) and plots/*.png; returns the page's path.

    `compared` is what visearch.evaluate.against found, if anything. Raises VisearchError when the folder cannot be
    written.
    """
    folder = Path(folder)
    document = evaluation.to_json() | ({"against": dict(compared)} if compared else {})
    figures = plots.all_of(document)
    page = _render(evaluation, document, figures)
    try:
        (folder / PLOTS).mkdir(parents=True, exist_ok=True)
        for plot in figures.values():
            write_file(folder / PLOTS / f"{_file_name(plot.name)}.png", plot.png, durable=False)
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        write_file(folder / "evaluation.json", text.encode(), durable=False)
        write_file(folder / "report.html", page.encode(), durable=False)
    except OSError as error:
        raise VisearchError(
            f"The report cannot be written to {folder}: {error.strerror}.", "Name a folder that can be written."
        ) from error
    return folder / "report.html"


def _file_name(name: str) -> str:
    return re.sub(r"[^\w@.-]+", "-", name)


def _render(evaluation: Evaluation, document: Mapping[str, Any], figures: Mapping[str, plots.Plot]) -> str:
    # Titles and queries come from anybody's catalogue: autoescape keeps them text. What matplotlib draws is escaped.
    from jinja2 import Environment, PackageLoader
    from markupsafe import Markup

    page = Environment(loader=PackageLoader("visearch.evaluate", "."), autoescape=True).get_template("report.html")
    shelf = _Shelf(evaluation)
    misses = {kind: [shelf.miss(one) for one in evaluation.misses(kind)] for kind in evaluation.by_kind}
    return page.render(
        evaluation=evaluation,
        document=document,
        compared=_compared(document.get("against")),
        figures={name: Markup(plot.svg) for name, plot in figures.items()},  # noqa: S704
        slices=[one for one in document["slices"] if one["gap"]],
        level=[one for one in document["slices"] if not one["gap"]],
        notes=evaluation.notes(),
        misses=misses,
        metrics=evaluation.metrics(),
    )


def _compared(found: Mapping[str, Any] | None) -> dict[str, list[tuple[str, str, Mapping[str, float]]]]:
    """The rows of the comparison: hit@1 and nDCG of every kind, and whatever else differs."""
    kinds = found["by_kind"].items() if found else ()
    rows = [(kind, name, one) for kind, metrics in kinds for name, one in metrics.items()]
    main = [row for row in rows if row[1] == "hit@1" or row[1].startswith("ndcg")]
    return {"main": main, "rest": [row for row in rows if row not in main and row[2]["difference"]]}


class _Shelf:
    """Products of the index by id, as cards."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._opened = evaluation.opened
        self._products = {p.id: p for p in evaluation.opened.products} if evaluation.opened else {}

    def miss(self, judged: Judged) -> Miss:
        expected = sorted(judged.relevant)
        return Miss(
            query=Card(judged.query.text, _query_picture(judged)),
            first=[self._card(i, i in judged.relevant) for i in judged.ranked[:_FIRST]],
            expected=[self._card(i, True) for i in expected[:_EXPECTED]],
            more=len(expected[_EXPECTED:]),
            rank=judged.rank,
        )

    def _card(self, product_id: str, right: bool) -> Card:
        product = self._products.get(product_id, Product(product_id))
        return Card(product.title or product.title_zh or product.id, self._picture(product), right)

    def _picture(self, product: Product) -> str:
        if self._opened is None or not product.pictures:
            return ""
        return _data_uri(self._opened.thumbnail(product.pictures[0]).read_bytes)


def _query_picture(judged: Judged) -> str:
    query = judged.query
    if query.image is None:
        return ""
    return _data_uri(query.image.read, query.box)


def _data_uri(read: Callable[[], bytes], box: Box | None = None) -> str:
    try:
        picture = load_image(read())
        jpeg = thumbnail(crop(picture, box) if box else picture, _SIDE)
    except (PictureError, OSError):
        # Gone since it was judged: the page does without it.
        return ""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
