"""Cosine against Euclidean distance, and denoised photos against plain ones: `python -m visearch.evaluate.features`.

The embedded encoder's pooled features before its head and before any normalisation: on unit vectors both distances give
the same order, so only these can tell them apart. Queries are the catalogues' labelled photos; a product counts by its
nearest picture. Denoised photos went through a median filter of 3 x 3 pixels (Pillow) or a Wiener filter of 5 x 5 with
the noise estimated from the photo (SciPy; Lim, Two-Dimensional Signal and Image Processing, 1990, page 548), at the
size that they are encoded at; the catalogue's pictures stay plain. hit@1 and hit@10 in per cent.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt
import typer
from PIL import Image, ImageFilter

from visearch.catalog import open_catalog
from visearch.config import Settings
from visearch.errors import PictureError, VisearchError
from visearch.evaluate.baselines import Backbone, quick
from visearch.evaluate.compare import catalogs_in
from visearch.evaluate.halves import interval
from visearch.evaluate.metrics import judge
from visearch.images import crop, load_image
from visearch.models import load_model
from visearch.packages import optional

Floats = npt.NDArray[np.float32]
Clean = Callable[[Image.Image], Image.Image]

K = 10
SIDE = 260
"""Longest side of a photo when it is denoised: that of the encoder, or the noise is gone before it is seen."""

COSINE, EUCLIDEAN = "cosine", "Euclidean"
PLAIN, MEDIAN, WIENER = "plain", "median 3 x 3", "Wiener 5 x 5"


@dataclass(frozen=True)
class Row:
    """One catalogue, distance and treatment of the photos. `gain` are points of hit@1 over cosine on plain photos,
    `low` and `high` their 95 % interval."""

    catalog: str
    photos: int
    distance: str
    treatment: str
    hit_1: float
    hit_10: float
    gain: float
    low: float
    high: float


def rank(gallery: Floats, owners: Sequence[str], queries: Floats, distance: str) -> list[list[str]]:
    """The K nearest products of each query, best first, ties by row; rows (n, dim) and (q, dim) of any norm.

    Raises ValueError for another distance.
    """
    if distance not in (COSINE, EUCLIDEAN):
        raise ValueError(f"distance {distance!r}; it must be {COSINE!r} or {EUCLIDEAN!r}")
    if distance == COSINE:
        scores = _unit(queries) @ _unit(gallery).T
    else:
        # -|q - g|^2 without |q|^2, which is the same for all rows of a query.
        scores = 2 * queries @ gallery.T - (gallery**2).sum(axis=1)
    found = []
    for order in np.argsort(-scores, axis=1, kind="stable"):
        found.append(list(dict.fromkeys(owners[row] for row in order))[:K])
    return found


def measure(
    name: str,
    gallery: Floats,
    owners: Sequence[str],
    photos: dict[str, Floats],
    relevant: Sequence[frozenset[str]],
    groups: Sequence[str],
) -> list[Row]:
    """Rows for the photos' features by treatment, PLAIN among them; `groups` name the photos."""
    found = {}
    for treatment, rows in photos.items():
        for distance in (COSINE, EUCLIDEAN):
            found[distance, treatment] = judge(rank(gallery, owners, rows, distance), relevant, K)
    base = [one["hit@1"] for one in found[COSINE, PLAIN]]
    table = []
    for (distance, treatment), scores in found.items():
        first = [one["hit@1"] for one in scores]
        gains = [mine - theirs for mine, theirs in zip(first, base, strict=True)]
        low, high = interval(gains, groups)
        ten = float(np.mean([one[f"hit@{K}"] for one in scores]))
        figures = (float(np.mean(first)), ten, float(np.mean(gains)), low, high)
        table.append(Row(name, len(relevant), distance, treatment, *(round(100 * value, 1) for value in figures)))
    return table


def treatments() -> dict[str, Clean]:
    """PLAIN, MEDIAN and WIENER: functions of a photo that give it at the encoder's size."""
    return {
        PLAIN: _small,
        MEDIAN: lambda photo: _small(photo).filter(ImageFilter.MedianFilter(3)),
        WIENER: lambda photo: _wiener(_small(photo)),
    }


def _wiener(photo: Image.Image) -> Image.Image:
    wiener = optional("scipy.signal", "scipy", "Denoising").wiener
    pixels = np.asarray(photo, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):  # an even ground has no variance
        clean = np.stack([wiener(pixels[..., channel], 5) for channel in range(3)], axis=-1)
    clean = np.where(np.isfinite(clean), clean, pixels)
    return Image.fromarray(clean.clip(0, 255).round().astype(np.uint8))


def run(name: str, settings: Settings, backbone: Backbone) -> list[Row]:
    """Embeds a catalogue and its labelled photos; no row where there are none. Raises VisearchError."""
    catalog = open_catalog(name, settings)
    asked = [q for q in catalog.queries() if q.image is not None and not q.text and q.relevant]
    if not asked:
        return []
    owners, gallery = [], []
    for item in catalog:
        for picture in item.pictures:
            try:
                image = load_image(picture.read())
            except PictureError:
                continue
            owners.append(item.product.id)
            gallery.append(backbone.pooled([image])[0])
    known = set(owners)
    photos: dict[str, list[Floats]] = {treatment: [] for treatment in treatments()}
    relevant, groups = [], []
    for query in (q for q in asked if q.relevant & known):
        assert query.image is not None  # noqa: S101
        image = load_image(query.image.read())
        image = crop(image, query.box) if query.box else image
        for treatment, clean in treatments().items():
            photos[treatment].append(backbone.pooled([clean(image)])[0])
        relevant.append(query.relevant & known)
        groups.append(query.image.ref)
    rows = {treatment: np.stack(mine) for treatment, mine in photos.items()}
    return measure(name.rstrip("/").rpartition("/")[2], np.stack(gallery), owners, rows, relevant, groups)


def to_table(rows: Iterable[Row]) -> str:
    """Markdown, per cent."""
    lines = ["| catalogue | photos | distance | photos are | hit@1 | hit@10 | gain, points | 95 % |"]
    lines.append("|---|---:|---|---|---:|---:|---:|---:|")
    for row in rows:
        start = (
            f"| {row.catalog} | {row.photos} | {row.distance} | {row.treatment} | {row.hit_1:.1f} | {row.hit_10:.1f} |"
        )
        lines.append(f"{start} {row.gain:+.1f} | {row.low:+.1f} to {row.high:+.1f} |")
    return "\n".join(lines)


def _small(photo: Image.Image) -> Image.Image:
    small = photo.copy()
    small.thumbnail((SIDE, SIDE), Image.Resampling.BICUBIC)
    return small


def _unit(rows: Floats) -> Floats:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-12))


def main(
    catalogs: Annotated[list[str], typer.Argument(help="Catalogues, or folders of catalogues, with labelled photos.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Cosine against Euclidean distance, denoised against plain photos."""
    rows: list[Row] = []
    try:
        settings = Settings.from_env()
        backbone = Backbone(quick(load_model("embedded", settings)))
        for name in dict.fromkeys(catalogs_in(catalogs)):
            print(name, file=sys.stderr, flush=True)
            rows += run(name, settings, backbone)
    except VisearchError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    print(json.dumps({"rows": [asdict(row) for row in rows]}, indent=2) if as_json else to_table(rows))


if __name__ == "__main__":
    typer.run(main)
