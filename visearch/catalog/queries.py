"""Labelled queries of a catalogue: queries.csv beside products.csv."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from visearch.catalog import csvfile
from visearch.catalog.base import LabelledQuery, Picture
from visearch.catalog.pictures import NoPictureError, file_picture, safe_path
from visearch.cjk import has_cjk
from visearch.errors import CatalogError
from visearch.types import Box

_log = logging.getLogger(__name__)


def read_queries(path: Path) -> list[LabelledQuery]:
    """The rows of a queries.csv, in order; [] when there is no such file.

    Columns are query_image, query_text, relevant_ids (joined by `|`, none for a query that nothing in the
    catalogue answers) and perhaps `kind` and `box` (x0,y0,x1,y1 in pixels). Rows that cannot be used are left
    out with a warning in the log. Raises CatalogError when a column is missing.
    """
    if not path.is_file():
        return []
    shape = csvfile.look(path)
    missing = [n for n in ("relevant_ids",) if n not in shape.header]
    if missing or not {"query_image", "query_text"} & set(shape.header):
        raise CatalogError(
            f"{path} has the columns {', '.join(shape.header)}.",
            "It needs relevant_ids and query_image or query_text.",
        )
    found = []
    for number, cells in enumerate(csvfile.read(path, shape), 1):
        try:
            found.append(_query(cells, path.parent))
        except (NoPictureError, ValueError) as error:
            _log.warning("%s row %d is left out: %s", path, number, error)
    return found


def _query(cells: Mapping[str, str], folder: Path) -> LabelledQuery:
    text = cells.get("query_text", "").strip()
    name = cells.get("query_image", "").strip()
    if not text and not name:
        raise ValueError("neither a picture nor a text")
    image: Picture | None = file_picture(folder / safe_path(name), name) if name else None
    box = _box(cells.get("box", ""))
    if box is not None and image is None:
        raise ValueError("a box without a picture")
    relevant = frozenset(part.strip() for part in cells["relevant_ids"].split("|") if part.strip())
    return LabelledQuery(cells.get("kind", "").strip() or _kind(name, text), relevant, text, image, box)


def _kind(image: str, text: str) -> str:
    if image:
        return "photo_text" if text else "photo"
    return "text_zh" if has_cjk(text) else "text"


def _box(value: str) -> Box | None:
    if not value.strip():
        return None
    try:
        x0, y0, x1, y1 = (float(part) for part in value.split(","))
    except ValueError:
        raise ValueError(f"the box {value!r} is not x0,y0,x1,y1") from None
    if not (x0 < x1 and y0 < y1):
        raise ValueError(f"the box {value!r} is empty")
    return Box(x0, y0, x1, y1)
