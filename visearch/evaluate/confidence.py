"""What the 0-100 match is worth: how often an answer of about one match is right, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from visearch.build import Progress
from visearch.calibration import FLOOR
from visearch.catalog.base import Picture
from visearch.catalog.pictures import file_picture
from visearch.catalog.queries import read_queries
from visearch.errors import CatalogError, PictureError
from visearch.evaluate.result import Judged
from visearch.images import load_image
from visearch.packages import optional
from visearch.types import Query, SearchResult

BINS = 10
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif")


class Answers(Protocol):
    """What answers a query."""

    def search(self, query: Query) -> SearchResult: ...


@dataclass(frozen=True)
class Off:
    """Photos of things that no product of the catalogue is."""

    source: str
    pictures: Sequence[Picture]


def off_catalog(folder: str | Path) -> Off:
    """The photos of a folder, or of its queries.csv where there is one; only rows that name no relevant product.

    Raises CatalogError when there is no such folder or no photo in it.
    """
    folder = Path(folder).expanduser()
    labelled = [q for q in read_queries(folder / "queries.csv") if q.image is not None and not q.relevant]
    pictures = [q.image for q in labelled if q.image is not None]
    if not pictures and folder.is_dir():
        files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        pictures = [file_picture(path, str(path.relative_to(folder))) for path in files]
    if not pictures:
        raise CatalogError(
            f"There are no photos in {folder}.",
            "Name a folder of pictures that nothing in the catalogue answers, or one with a queries.csv.",
        )
    return Off(folder.name, pictures)


def reliability(judged: Sequence[Judged], bins: int = BINS) -> list[dict[str, float]]:
    """Bins of equal width over the match of the first hit, empty ones left out.

    `low` and `high` bound the match (0-100, high exclusive but for the last), `said` is the mean match over 100 and
    `right` the share of `n` queries whose first hit is relevant (a reliability diagram: Guo et al., On Calibration of
    Modern Neural Networks, 2017, arXiv:1706.04599, section 2).
    """
    matches = np.array([one.match for one in judged])
    right = np.array([one.scores["hit@1"] for one in judged])
    width = 100 / bins
    places = np.minimum((matches / width).astype(int), bins - 1)
    return [
        {
            "low": place * width,
            "high": (place + 1) * width,
            "n": int((places == place).sum()),
            "said": round(float(matches[places == place].mean() / 100), 4),
            "right": round(float(right[places == place].mean()), 4),
        }
        for place in range(bins)
        if (places == place).any()
    ]


def rejection(
    engine: Answers, judged: Sequence[Judged], off: Off, progress: Callable[[Progress], None] = lambda _: None
) -> dict[str, Any] | None:
    """How well the first hit's match tells the catalogue's photo queries from photos of other things.

    {"n_in", "n_off", "auroc", "floor", "passed_in", "passed_off", "source", "matches_in", "matches_off"}: `auroc` is
    the chance that a photo of the catalogue has the greater match (ties count half), `passed_*` the shares at the floor
    or above. None where there are no photo queries or no photo that can be read.
    """
    inside = [one.match for one in judged if one.query.kind == "photo"]
    outside = _matches(engine, off.pictures, progress) if inside else []
    if not inside or not outside:
        return None
    metrics = optional("sklearn.metrics", "scikit-learn", "Measuring what is refused")
    labels = [1] * len(inside) + [0] * len(outside)
    return {
        "n_in": len(inside),
        "n_off": len(outside),
        "auroc": round(float(metrics.roc_auc_score(labels, inside + outside)), 4),
        "floor": FLOOR,
        "passed_in": round(float(np.mean(np.array(inside) >= FLOOR)), 4),
        "passed_off": round(float(np.mean(np.array(outside) >= FLOOR)), 4),
        "source": off.source,
        "matches_in": [round(value, 1) for value in inside],
        "matches_off": [round(value, 1) for value in outside],
    }


def _matches(engine: Answers, pictures: Sequence[Picture], progress: Callable[[Progress], None]) -> list[float]:
    found = []
    for number, picture in enumerate(pictures, 1):
        try:
            hits = engine.search(Query(image=load_image(picture.read()), k=1)).hits
        except PictureError:
            continue
        found.append(hits[0].match if hits else 0.0)
        progress(Progress("rejecting", number, len(pictures)))
    return found
