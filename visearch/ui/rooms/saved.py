"""What a room lets a visitor save: a file with its name, kept by nobody on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from starlette.responses import Response

from visearch.insights.sheet import to_csv

HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


def saved(name: str, data: bytes, media_type: str) -> Response:
    """`data` as the file `name`."""
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=media_type, headers=headers)


def saved_csv(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A table as the file `name`."""
    return saved(name, to_csv(head, rows), "text/csv; charset=utf-8")
