"""What can be saved from Insights: tables as CSV, the report, plots, and the photos of missed queries."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from visearch.errors import VisearchError
from visearch.evaluate.report import PLOTS
from visearch.insights.archive import DOCUMENT
from visearch.insights.demand import RANKS
from visearch.insights.health import Health
from visearch.ui.rooms.insights.office import Office
from visearch.ui.rooms.keeper import Keeper
from visearch.ui.rooms.saved import HEADERS, saved, saved_csv

_BASE = "/room/insights"
_PICTURE = re.compile(r"query-\d{1,6}\.jpg")
_MOST_WORDS = 1000


def downloads(office: Office, keeper: Keeper) -> list[Route]:
    """The routes; whatever is not there is a plain 404."""

    def health(request: Request) -> Response:
        try:
            return saved_csv(
                "health.csv", ("finding", "product", "other product", "detail"), _findings(office.health())
            )
        except VisearchError:
            return Response(status_code=404)

    def fields(request: Request) -> Response:
        try:
            found = office.health()
        except VisearchError:
            return Response(status_code=404)
        rows = [(fill.name, found.products, fill.empty, fill.seen) for fill in found.fields]
        return saved_csv("fields.csv", ("field", "products", "empty", "shown by pictures"), rows)

    def demand(request: Request) -> Response:
        counted = office.watch.demand
        if counted is None or not keeper.holds({"key": request.query_params.get("key")}):
            return Response(status_code=404)
        found = counted.summary(_MOST_WORDS)
        rows: list[tuple[object, ...]] = [("words", one.text, one.searches, one.far) for one in found.top]
        rows += [("day", day, n, None) for day, n in found.days]
        rows += [("opened at rank", _rank(i), n, None) for i, n in enumerate(found.opened)]
        return saved_csv("demand.csv", ("what", "which", "times", "of these without close results"), rows)

    def evaluation(request: Request) -> Response:
        return _evaluation(office, request.path_params["name"], request.path_params["file"])

    return [
        Route(f"{_BASE}/health.csv", health),
        Route(f"{_BASE}/fields.csv", fields),
        Route(f"{_BASE}/demand.csv", demand),
        Route(f"{_BASE}/evaluation/{{name}}/{{file}}", evaluation),
    ]


def _rank(group: int) -> str:
    low, high = RANKS[group]
    return f"{low}" if low == high else f"{low} or later" if high is None else f"{low} to {high}"


def _evaluation(office: Office, name: str, file: str) -> Response:
    try:
        if _PICTURE.fullmatch(file):
            path = office.archive.path(name, file)
            headers = {**HEADERS, "Cache-Control": "private, max-age=3600"}
            return FileResponse(path, media_type="image/jpeg", headers=headers)
        if file in ("report.html", DOCUMENT):
            return FileResponse(office.archive.path(name, file), headers=HEADERS, filename=f"{name}-{file}")
        document = office.archive.document(name)
        if file == "plots.zip":
            return _zip(f"{name}-plots.zip", office.archive.path(name, DOCUMENT).parent / PLOTS)
    except VisearchError:
        return Response(status_code=404)
    if file == "figures.csv":
        return saved_csv(f"{name}-figures.csv", ("kind", "metric", "value", "low", "high"), _figures(document))
    if file == "queries.csv":
        head = ("kind", "words", "photo", "rank", "match", "ms", "came first", "expected")
        return saved_csv(f"{name}-queries.csv", head, _queries(document))
    return Response(status_code=404)


def _zip(name: str, folder: Path) -> Response:
    plots = sorted(folder.glob("*.png")) if folder.is_dir() else []
    if not plots:
        return Response(status_code=404)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for path in plots:
            packed.write(path, path.name)
    return saved(name, out.getvalue(), "application/zip")


def _figures(document: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    for kind, figures in document["by_kind"].items():
        spans = document.get("intervals", {}).get(kind, {})
        for metric, value in figures.items():
            low, high = spans.get(metric, (None, None))
            yield kind, metric, value, low, high


def _queries(document: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    for one in document["queries"]:
        first = one["ranked"][0] if one["ranked"] else ""
        told = (one["kind"], one["text"], one["picture"], one["rank"], one["match"], one["ms"])
        yield (*told, first, "|".join(one["relevant"]))


def _findings(health: Health) -> Iterator[tuple[object, ...]]:
    for row, reason in health.reasons:
        yield "left out", row, None, reason
    for product in health.broken:
        yield "no picture", product, None, None
    for group in health.twins.same:
        for other in group[1:]:
            yield "same picture", group[0], other, None
    for pair in health.twins.alike:
        yield "nearly the same picture", pair.first, pair.second, pair.cosine
    for thin in health.thin:
        yield "thin category", None, None, f"{thin.category or '(none)'}: {thin.n}"
    for gap in health.gaps:
        yield "price gap", *gap.products, f"{gap.category}: nothing between {gap.low:g} and {gap.high:g}"
    for odd in health.odd:
        yield "odd price", odd.product, None, odd.price
