"""A catalogue as a map: products that look alike lie side by side.

The pictures' vectors are brought to 50 numbers by PCA and then to two by t-SNE (van der Maaten and Hinton, Visualizing
Data using t-SNE, JMLR 2008), both of scikit-learn and with a fixed seed. Distances between groups mean little in such a
map; what lies close together looks alike.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from visearch.disk import write_file
from visearch.packages import optional
from visearch.sealed import is_whole, sealed
from visearch.store import OpenIndex
from visearch.types import RowIds, Vectors

logger = logging.getLogger(__name__)

LAID_OUT = 2000
"""Products that t-SNE places, drawn by seed; it takes longer than their number grows."""
MOST = 6000
"""Products on the map: those beyond LAID_OUT lie between their nearest neighbours that were placed."""
DIMENSIONS = 50
FILE = "atlas.json"

_FORMAT = 1
_SEED = 0
_NEAREST = 3
_PERPLEXITY = 30.0
_AT_ONCE = 1000

Points = npt.NDArray[np.float32]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Atlas:
    """`positions` int64 (n,) in `OpenIndex.products`; `points` float32 (n, 2) in [0, 1], y downwards.

    `laid_out` of them were placed by t-SNE, the others between their neighbours; `left_out` products are not on it.
    """

    positions: RowIds
    points: Points
    laid_out: int
    left_out: int


def atlas(opened: OpenIndex, tell: Tell | None = None) -> Atlas:
    """The map of an index: from the file beside it, else made and kept there.

    `tell` hears the stage: reducing, placing, filling. Raises VisearchError with the install command when
    scikit-learn is missing.
    """
    kept = read_atlas(opened)
    if kept is not None:
        return kept
    made = make_atlas(len(opened.products), lambda positions: product_vectors(opened, positions), tell)
    _keep(opened, made)
    return made


def make_atlas(products: int, vectors_of: Callable[[RowIds], Vectors], tell: Tell | None = None) -> Atlas:
    """Places products by their vectors; the same vectors give the same map.

    `vectors_of` gives float32 (n, dim) of positions int64 (n,): of a large catalogue not all are needed.
    """
    tell = tell or (lambda stage: None)
    drawn = np.random.default_rng(_SEED).permutation(products)[:MOST]
    first, rest = np.sort(drawn[:LAID_OUT]), np.sort(drawn[LAID_OUT:])
    tell("reducing")
    reduced, others = _reduced(vectors_of(first), vectors_of(rest))
    tell("placing")
    placed = _placed(reduced)
    tell("filling")
    points = np.concatenate([placed, _between(others, reduced, placed)]) if len(rest) else placed
    positions = np.concatenate([first, rest]).astype(np.int64)
    return Atlas(positions, _framed(points), len(first), products - len(positions))


def product_vectors(opened: OpenIndex, positions: RowIds) -> Vectors:
    """float32 (n, dim) of unit norm: the mean of the pictures of each product in `positions` int64 (n,)."""
    place = np.full(len(opened.products), -1, dtype=np.int64)
    place[positions] = np.arange(len(positions))
    of_row = place[opened.row_product]
    rows = np.flatnonzero(of_row >= 0)
    total = np.zeros((len(positions), opened.vectors.shape[1]), dtype=np.float32)
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        np.add.at(total, of_row[part], np.asarray(opened.vectors[part], dtype=np.float32))
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-9)


def read_atlas(opened: OpenIndex) -> Atlas | None:
    """The map kept beside the index, None when there is none of this very index."""
    try:
        kept: dict[str, Any] = json.loads((opened.path / FILE).read_text("utf-8"))
        if not is_whole(kept) or (kept["format"], kept["key"]) != (_FORMAT, atlas_key(opened)):
            return None
        positions = np.array(kept["positions"], dtype=np.int64)
        points = np.array(kept["points"], dtype=np.float32).reshape(-1, 2)
        whole = len(positions) == len(points) and bool((positions < len(opened.products)).all())
        return Atlas(positions, points, int(kept["laid_out"]), int(kept["left_out"])) if whole else None
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def atlas_key(opened: OpenIndex) -> str:
    """16 hex digits over what was indexed and by which encoder."""
    manifest = opened.manifest
    told = f"{manifest.fingerprint}\n{manifest.model_fingerprint}\n{manifest.created}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _keep(opened: OpenIndex, made: Atlas) -> None:
    record = {
        "format": _FORMAT,
        "key": atlas_key(opened),
        "positions": made.positions.tolist(),
        "points": np.round(made.points, 4).ravel().tolist(),
        "laid_out": made.laid_out,
        "left_out": made.left_out,
    }
    try:
        write_file(Path(opened.path) / FILE, json.dumps(sealed(record)).encode(), durable=False)
    except OSError as error:
        # The map is shown all the same, and made again next time.
        logger.warning("the map could not be kept: %s", error)


def _reduced(first: Vectors, rest: Vectors) -> tuple[Points, Points]:
    """Both in the principal components of the first, float32 (n, at most 50)."""
    if len(first) < 3:
        return first[:, :2].astype(np.float32), rest[:, :2].astype(np.float32)
    decomposition = optional("sklearn.decomposition", "scikit-learn", "The map")
    dimensions = min(DIMENSIONS, *first.shape)
    pca = decomposition.PCA(dimensions, svd_solver="randomized", random_state=_SEED).fit(first)
    parts = [pca.transform(rest[start : start + _AT_ONCE]) for start in range(0, len(rest), _AT_ONCE)]
    others = np.concatenate(parts) if parts else np.empty((0, dimensions))
    return pca.transform(first).astype(np.float32), others.astype(np.float32)


def _placed(reduced: Points) -> Points:
    # t-SNE compares neighbourhoods: of four products or fewer there are none.
    if len(reduced) < 5:
        angles = np.linspace(0, 2 * np.pi, len(reduced), endpoint=False)
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    manifold = optional("sklearn.manifold", "scikit-learn", "The map")
    perplexity = min(_PERPLEXITY, (len(reduced) - 1) / 3)
    return manifold.TSNE(2, perplexity=perplexity, init="pca", random_state=_SEED, n_jobs=1).fit_transform(reduced)


def _between(others: Points, reduced: Points, placed: Points) -> Points:
    """Where the nearest placed products lie, the nearer the heavier."""
    neighbors = optional("sklearn.neighbors", "scikit-learn", "The map")
    count = min(_NEAREST, len(reduced))
    distances, nearest = neighbors.NearestNeighbors(n_neighbors=count).fit(reduced).kneighbors(others)
    weights = 1 / (distances + 1e-6)
    weights /= weights.sum(axis=1, keepdims=True)
    return np.einsum("nk,nkd->nd", weights, placed[nearest]).astype(np.float32)


def _framed(points: Points) -> Points:
    """The same shape inside the unit square, with both axes on one scale."""
    low, high = points.min(axis=0), points.max(axis=0)
    scale = max(float((high - low).max()), 1e-9)
    return ((points - (low + high) / 2) / scale + 0.5).astype(np.float32)
