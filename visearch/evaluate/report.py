"""A folder that shows an evaluation: evaluation.json for programs, report.html for people."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from visearch.disk import write_file
from visearch.errors import PictureError, VisearchError
from visearch.evaluate.result import Evaluation, Judged
from visearch.images import crop, load_image, thumbnail
from visearch.types import Box, Product

WORST = 12
"""Queries shown of each kind."""

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


def write_report(evaluation: Evaluation, folder: str | Path) -> Path:
    """Writes evaluation.json and report.html (which needs no other file) and returns the latter's path.

    Raises VisearchError when the folder cannot be written.
    """
    folder = Path(folder)
    document = json.dumps(evaluation.to_json(), indent=2, ensure_ascii=False) + "\n"
    page = _render(evaluation)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_file(folder / "evaluation.json", document.encode(), durable=False)
        write_file(folder / "report.html", page.encode(), durable=False)
    except OSError as error:
        raise VisearchError(
            f"The report cannot be written to {folder}: {error.strerror}.", "Name a folder that can be written."
        ) from error
    return folder / "report.html"


def worst(judged: Iterable[Judged], kind: str, count: int = WORST) -> list[Judged]:
    """Queries of a kind whose first answer is wrong, those with the lowest sum of metrics first."""
    missed = [one for one in judged if one.query.kind == kind and not one.scores["hit@1"]]
    return sorted(missed, key=lambda one: sum(one.scores.values()))[:count]


def _render(evaluation: Evaluation) -> str:
    # Titles and queries come from anybody's catalogue: autoescape keeps them text.
    from jinja2 import Environment, PackageLoader

    page = Environment(loader=PackageLoader("visearch.evaluate", "."), autoescape=True).get_template("report.html")
    shelf = _Shelf(evaluation)
    misses = {kind: [shelf.miss(one) for one in worst(evaluation.judged, kind)] for kind in evaluation.by_kind}
    return page.render(evaluation=evaluation, notes=evaluation.notes(), misses=misses)


class _Shelf:
    """Products of the index by id, as cards."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._opened = evaluation.opened
        self._products = {p.id: p for p in evaluation.opened.products} if evaluation.opened else {}

    def miss(self, judged: Judged) -> Miss:
        expected = sorted(judged.relevant)
        ranks = [rank for rank, product in enumerate(judged.ranked, 1) if product in judged.relevant]
        return Miss(
            query=Card(judged.query.text, _query_picture(judged)),
            first=[self._card(i, i in judged.relevant) for i in judged.ranked[:_FIRST]],
            expected=[self._card(i, True) for i in expected[:_EXPECTED]],
            more=len(expected[_EXPECTED:]),
            rank=ranks[0] if ranks else None,
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
