"""Which products bear a mark: a crop of a logo or a pattern, found by its points and not by the product's whole look.

The vector of a whole product says nearly nothing of a small mark on it. So the crop's points are held against those of
every picture (visearch.shop.marks_features):

1. each point of the crop takes the picture's most similar one, when that is similar enough and clearly more so than the
   picture's second (Lowe's ratio test) and turned alike;
2. RANSAC finds one shift, turn and scale that carries the most of these pairs (Fischler and Bolles, CACM 1981); the
   pairs that it carries are what counts, each by how alike they are;
3. a mark may be drawn dark on light or light on dark: the crop is asked as it is and inverted, and the better counts.

What is not found so follows by looks alone, and is told apart. The numbers were chosen on made marks of another drawing
and on the sample's labels, a few settings only: the figures of `python -m visearch.evaluate.workflows marks` for these
are no held-out ones.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from visearch.engine import SearchEngine
from visearch.errors import PictureError
from visearch.images import crop as cut
from visearch.packages import optional
from visearch.shop.marks_features import Features, Points, points_of
from visearch.types import Box, FilterValue, Hit

Floats = npt.NDArray[np.float32]

CROP_SIDE, CROP_POINTS, CROP_CONTRAST = 160, 300, 0.015
LEAST_POINTS = 3
ALIKE, RATIO, TURN = 0.8, 0.93, 45.0
"""Least cosine of two points, the ratio test's factor, and degrees that a mark may be turned."""
TOLERANCE = 0.02
"""How far a pair may lie from where the others carry it, as a share of the picture's longer side."""
SCALES = (0.05, 1.5)
"""The mark's size on a picture over the picture's."""
SURE = 3.0
"""Evidence from which on a mark counts as found: more than any wrong product has for the sample's labels."""
LEAST = 1.0
"""Evidence from which on a product may bear it."""
_FLOOR = 0.05
_AT_ONCE = 40
_TRIES = 300
_BYTES = 512.0


@dataclass(frozen=True)
class Bearing:
    """A product with the mark: `box` is where on its picture (sha256 `picture`), as shares of the picture's sides.

    `evidence` grows with the number of points found and with how alike they are; it has no unit.
    """

    hit: Hit
    picture: str
    box: Box
    evidence: float
    points: int

    @property
    def sure(self) -> bool:
        """Whether it counts as found; else it only may be there."""
        return self.evidence >= SURE


@dataclass(frozen=True)
class Marked:
    """`found` bear the mark or may bear it, the surest first; `alike` are the nearest others by looks.

    `crop_points` says how much there was to go by. `timings_ms` has points, match, looks and total.
    """

    found: tuple[Bearing, ...]
    alike: tuple[Hit, ...]
    crop_points: int
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Match:
    evidence: float
    box: Box
    points: int


def marked(
    engine: SearchEngine,
    features: Features,
    image: Image.Image,
    box: Box | None = None,
    k: int = 24,
    filters: Mapping[str, FilterValue] | None = None,
) -> Marked:
    """At most k products that bear what is in the photo's box. Raises PictureError for an empty box, QueryError for
    a bad k or filter, VisearchError without OpenCV."""
    started = time.perf_counter()
    part = image if box is None else cut(image, box)
    if min(part.size) < LEAST_POINTS:
        raise PictureError("The mark is too small.", "Draw a larger box around it.")
    looks = points_of(part, CROP_SIDE, CROP_POINTS, CROP_CONTRAST)
    inverse = points_of(ImageOps.invert(part.convert("L")), CROP_SIDE, CROP_POINTS, CROP_CONTRAST)
    pointed = time.perf_counter()
    # Everything that the filters let through: they are the engine's.
    vector = engine.embedder().embed_images([part])
    every = engine.nearest_to(vector, min(500, max(k, len(engine.opened.products))), filters)[0]
    seen = time.perf_counter()
    size = (part.width / max(part.size), part.height / max(part.size))
    matches = matches_of(features, (looks, inverse), size)
    found = _bearings(engine, features, matches, every, filters)[:k]
    finished = time.perf_counter()
    taken = {one.hit.product.id for one in found}
    alike = tuple(hit for hit in every if hit.product.id not in taken)[: k - len(found)]
    stages = {"points": pointed - started, "looks": seen - pointed, "match": finished - seen}
    times = {name: 1000 * seconds for name, seconds in (*stages.items(), ("total", finished - started))}
    return Marked(tuple(found), alike, len(looks.places), times)


def matches_of(features: Features, looks: tuple[Points, ...], size: tuple[float, float]) -> dict[int, _Match]:
    """Number of a picture in `features` -> the best match there; `size` is the crop's over its longer side."""
    best: dict[int, _Match] = {}
    starts = features.starts
    numbers = [n for n in range(len(features.pictures)) if starts[n + 1] - starts[n] >= LEAST_POINTS]
    for first in range(0, len(numbers), _AT_ONCE):
        some = numbers[first : first + _AT_ONCE]
        low, high = int(starts[some[0]]), int(starts[some[-1] + 1])
        there = features.descriptors[low:high].astype(np.float32).T / _BYTES
        for points in looks:
            if len(points.places) < LEAST_POINTS:
                continue
            cosines = points.descriptors @ there
            for number in some:
                own = cosines[:, int(starts[number]) - low : int(starts[number + 1]) - low]
                found = _match(own, features.places[int(starts[number]) : int(starts[number + 1])], points, size)
                if found is not None and (number not in best or found.evidence > best[number].evidence):
                    best[number] = found
    return best


def _match(cosines: Floats, there: Floats, crop: Points, size: tuple[float, float]) -> _Match | None:
    """`cosines` (crop's points, picture's points); `there` are the places of the picture's."""
    rows = np.flatnonzero(cosines.max(1) > ALIKE)
    if len(rows) < LEAST_POINTS:
        return None
    some = cosines[rows]
    nearest = some.argmax(1)
    best, second = some.max(1), np.partition(some, -2, axis=1)[:, -2]
    # Of unit rows, 1 - cosine is half the squared distance, which the ratio is of.
    good = 1 - best < RATIO**2 * (1 - second) + 1e-9
    good &= np.abs((crop.places[rows, 2] - there[nearest, 2] + 180) % 360 - 180) < TURN
    # No more evidence than all pairs have together: most pictures need no RANSAC.
    if int(good.sum()) < LEAST_POINTS or float((best[good] - ALIKE + _FLOOR).sum()) < LEAST:
        return None
    return _carried(crop.places[rows[good], :2], there[nearest[good], :2], best[good], size)


def _carried(here: Floats, there: Floats, alike: Floats, size: tuple[float, float]) -> _Match | None:
    """What one shift, turn and scale explains of the pairs."""
    cv2 = optional("cv2", "opencv-python-headless", "Finding marks")
    # RANSAC draws at random: from one seed, so that one question has one answer.
    cv2.setRNGSeed(0)
    carry, kept = cv2.estimateAffinePartial2D(
        here, there, method=cv2.RANSAC, ransacReprojThreshold=TOLERANCE, maxIters=_TRIES, confidence=0.99
    )
    if carry is None or not SCALES[0] < float(np.hypot(carry[0, 0], carry[1, 0])) < SCALES[1]:
        return None
    kept = kept.ravel().astype(bool)
    # Many points of the crop on one of the picture are one piece of evidence.
    apart = len(np.unique(there[kept].round(3), axis=0))
    if apart < LEAST_POINTS:
        return None
    evidence = float((alike[kept] - ALIKE + _FLOOR).sum()) * apart / int(kept.sum())
    corners = np.array([[0, 0, 1], [size[0], 0, 1], [size[0], size[1], 1], [0, size[1], 1]]) @ carry.T
    (x0, y0), (x1, y1) = corners.min(0), corners.max(0)
    return _Match(evidence, Box(float(x0), float(y0), float(x1), float(y1)), apart)


def _bearings(
    engine: SearchEngine,
    features: Features,
    matches: Mapping[int, _Match],
    every: tuple[Hit, ...],
    filters: Mapping[str, FilterValue] | None,
) -> list[Bearing]:
    """Products by their best picture, the surest first; ties by product id."""
    hits = {hit.product.id: hit for hit in every}
    best: dict[str, Bearing] = {}
    owners: dict[str, list[int]] = {}
    for row, sha in enumerate(engine.opened.row_picture):
        owners.setdefault(sha, []).append(int(engine.opened.row_product[row]))
    passing = engine.table.mask(filters) if filters else None
    for number, match in matches.items():
        sha = features.pictures[number]
        for position in owners.get(sha, ()):
            product = engine.opened.products[position]
            if match.evidence < LEAST or (passing is not None and not passing[position]):
                continue
            hit = hits.get(product.id) or Hit(product, 0.0, 0.0, True, sha)
            made = Bearing(hit, sha, _shares(match.box, engine, sha), match.evidence, match.points)
            if product.id not in best or best[product.id].evidence < made.evidence:
                best[product.id] = made
    return sorted(best.values(), key=lambda one: (-one.evidence, one.hit.product.id))


def _shares(box: Box, engine: SearchEngine, sha: str) -> Box:
    """From shares of the longer side to shares of the sides, within the picture."""
    with Image.open(engine.opened.thumbnail(sha)) as picture:
        wide, high = (side / max(picture.size) for side in picture.size)
    ends = (box.x0 / wide, box.y0 / high, box.x1 / wide, box.y1 / high)
    x0, y0, x1, y1 = (min(1.0, max(0.0, end)) for end in ends)
    return Box(x0, y0, x1, y1)
