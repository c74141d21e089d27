"""Whether a picture shows a product that is in the catalogue already: the same thing, another colour of it, or neither.

The picture is looked at whole, by the thing on it, and mirrored. The nearest products of these looks are compared one
by one: by the encoder's vectors, by perceptual hashes (pHash of the ImageHash library), by the thing's grey shape, and
by its colour. A multinomial logistic model over these features gives the chances of "same", "variant" and "other"; an
equal barcode is "same". It was fitted on half A of made deliveries: `python -m visearch.evaluate.workflows supplier`
reports half B. A recolour counts as a variant: it is another article, with an id and a stock of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import imagehash
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from visearch.colors import to_lab
from visearch.detect.base import Detector
from visearch.detect.regions import on_plain_ground
from visearch.engine import SearchEngine
from visearch.errors import PictureError
from visearch.images import crop, load_image, padded
from visearch.look import LEAST_SIDE, ROOM
from visearch.types import Box, Hit, Product, Vectors

Floats = npt.NDArray[np.float64]

DEPTH = 4
"""Products that each look brings in."""
SHAPE_SIDE = 24
_HASH_SIDE = 128
_COLOUR_SIDE = 48
KINDS = ("same", "variant", "other")
FEATURES = (
    "cosine", "match", "cosine ahead", "match ahead", "hash", "shape", "colour", "coloured shape", "near hash",
)  # fmt: skip
_NOTHING = (4.0, 0.0, 2.0, 0.0, 0.0)
"""What is said of the hash, shape and colour of a picture that cannot be read."""


@dataclass(frozen=True)
class Looks:
    """What is compared of one picture: `hashes` and `shapes` of whole and part, and of both mirrored."""

    hashes: tuple[imagehash.ImageHash, ...]
    shapes: tuple[Floats, ...]
    colour: Floats


@dataclass(frozen=True)
class Model:
    """(len(KINDS) - 1, len(FEATURES) + 1) numbers, those of "same" and of "variant"; "other" is 0."""

    weights: tuple[tuple[float, ...], ...]
    least: float


MODEL = Model(
    (
        (0.379, -0.038, 1.948, -0.089, 0.02, -0.178, -0.342, -1.61, 0.363, -2.343),
        (0.167, 0.373, 1.513, 0.528, -0.687, 0.447, -0.541, 1.045, 0.405, -8.156),
    ),
    least=0.3,
)
"""Fitted on half A of what is measured with; from `least` on, both chances together, a product counts as found."""


@dataclass(frozen=True)
class Copy:
    """A product that the picture may show: chances of "same" and "variant", and what they were made of."""

    product: Product
    same: float
    variant: float
    cosine: float
    hash: int
    code: bool = False

    @property
    def kind(self) -> str:
        """One of KINDS."""
        if self.code:
            return "same"
        found = self.same + self.variant >= MODEL.least
        return "other" if not found else "same" if self.same >= self.variant else "variant"


def part_of(picture: Image.Image, detector: Detector | None = None) -> Image.Image:
    """The thing on a picture: what stands on plain ground, else what the detector means first, else all of it."""
    found = on_plain_ground(picture)
    try:
        if len(found.scores):
            rows = found.boxes * np.array([picture.width, picture.height] * 2)
            low, high = rows[:, :2].min(0), rows[:, 2:].max(0)
            return crop(picture, Box(*low.tolist(), *high.tolist()))
        boxes = detector.detect(picture) if detector else ()
        return crop(picture, padded(boxes[0], ROOM, LEAST_SIDE)) if boxes else picture
    except PictureError:
        return picture


def looks_of(picture: Image.Image, part: Image.Image) -> Looks:
    """What is compared, of an upright RGB picture and the thing on it."""
    wholes = [_grey(picture), _grey(part)]
    wholes += [ImageOps.mirror(one) for one in wholes]
    return Looks(tuple(imagehash.phash(one) for one in wholes), tuple(_shape(one) for one in wholes), _colour(part))


def _grey(picture: Image.Image) -> Image.Image:
    return picture.convert("L").resize((_HASH_SIDE, _HASH_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _shape(grey: Image.Image) -> Floats:
    """float64 (SHAPE_SIDE**2,): grey values without their mean, of unit norm, so that products are correlations."""
    values = np.asarray(grey.resize((SHAPE_SIDE, SHAPE_SIDE), Image.Resampling.BOX), dtype=np.float64).ravel()
    values -= values.mean()
    return np.asarray(values / max(float(np.linalg.norm(values)), 1e-9))


def _colour(part: Image.Image) -> Floats:
    """float64 (3,): the mean CIE L*a*b* of the middle of the thing, where its ground hardly shows."""
    wide, high = part.size
    middle = part.resize((_COLOUR_SIDE, _COLOUR_SIDE), box=(0.25 * wide, 0.25 * high, 0.75 * wide, 0.75 * high))
    return np.asarray(to_lab(np.asarray(middle.convert("RGB"))).reshape(-1, 3).mean(0), dtype=np.float64)


class Comparer:
    """Compares pictures with one catalogue; keeps what it has seen of the catalogue's pictures. Thread-safe."""

    def __init__(self, engine: SearchEngine, detector: Detector | None = None) -> None:
        self._engine, self._detector = engine, detector
        self._known: dict[str, Looks | None] = {}
        self._lock = threading.Lock()
        self._row_of = {sha: row for row, sha in enumerate(engine.opened.row_picture)}

    def copies(
        self, picture: Image.Image, codes: Sequence[str] = (), without: Collection[str] = (), model: Model = MODEL
    ) -> list[Copy]:
        """The products that an upright RGB picture may show, the likeliest first; those with one of `codes` before all.

        `without` are ids of products that have no say, as if they were not in the catalogue.
        """
        hits, table, hashes = self.pairs(picture, without)
        chances = chances_of(table, model)
        found = [
            Copy(hit.product, float(row[0]), float(row[1]), float(features[0]) / 10, int(bits))
            for hit, row, features, bits in zip(hits, chances, table, hashes, strict=True)
        ]
        named = {p.id: p for code in codes for p in self._engine.by_code(code) if p.id not in without}
        found = [one for one in found if one.product.id not in named]
        found += [Copy(product, 1.0, 0.0, 0.0, 64, True) for product in named.values()]
        return sorted(found, key=lambda one: (not one.code, -one.same - one.variant, one.product.id))

    def pairs(self, picture: Image.Image, without: Collection[str] = ()) -> tuple[list[Hit], Floats, list[int]]:
        """The nearest products, float64 (products, len(FEATURES) + 1) and the bits that differ in their hashes."""
        part = part_of(picture, self._detector)
        views = self._engine.embedder().embed_images([picture, part, ImageOps.mirror(part)])
        hits = self._nearest(views, without)
        looks, rows, bits = looks_of(picture, part), [], []
        for hit in hits:
            features, differing = self._features(looks, views, hit)
            rows.append(features)
            bits.append(differing)
        return hits, _with_leads(np.array(rows, dtype=np.float64).reshape(-1, 7)), bits

    def _nearest(self, views: Vectors, without: Collection[str]) -> list[Hit]:
        best: dict[str, Hit] = {}
        for hits in self._engine.nearest_to(views, DEPTH + len(without)):
            for hit in [hit for hit in hits if hit.product.id not in without][:DEPTH]:
                if hit.product.id not in best or best[hit.product.id].match < hit.match:
                    best[hit.product.id] = hit
        return sorted(best.values(), key=lambda hit: (-hit.match, hit.product.id))

    def _features(self, looks: Looks, views: Vectors, hit: Hit) -> tuple[tuple[float, ...], int]:
        row = self._row_of[hit.picture]
        cosine = float((views @ np.asarray(self._engine.opened.vectors[row], dtype=np.float32)).max())
        known = self._looks_of(hit.picture)
        if known is None:
            return (10 * cosine, hit.match / 10, *_NOTHING), 32
        bits = min(a - b for a in looks.hashes for b in known.hashes[:2])
        shape = max(0.0, *(float(a @ b) for a in looks.shapes for b in known.shapes[:2])) ** 2
        colour = min(float(np.linalg.norm(looks.colour - known.colour)) / 10, 6.0)
        near = max(0.0, 2 - int(bits) / 8)
        return (10 * cosine, hit.match / 10, int(bits) / 8, shape, colour, shape * colour, near), int(bits)

    def _looks_of(self, sha: str) -> Looks | None:
        with self._lock:
            if sha in self._known:
                return self._known[sha]
        try:
            picture = load_image(self._engine.opened.thumbnail(sha))
            found = looks_of(picture, part_of(picture))
        except PictureError:
            found = None
        with self._lock:
            self._known[sha] = found
        return found


def _with_leads(table: Floats) -> Floats:
    """float64 (products, len(FEATURES) + 1): how far each is ahead of the best other one is added, and a last 1."""
    leads = [_ahead(table[:, column]) for column in (0, 1)]
    return np.column_stack([table[:, :2], *leads, table[:, 2:], np.ones(len(table))])


def _ahead(values: Floats) -> Floats:
    """Each less the greatest of the others, itself where there are none."""
    ranked = np.sort(values)[::-1]
    second = ranked[1] if len(ranked) > 1 else 0.0
    return np.asarray(values - np.where(values == ranked[:1], second, ranked[:1])) if len(values) else values


def chances_of(table: Floats, model: Model = MODEL) -> Floats:
    """float64 (pairs, len(KINDS)): the chances of each kind."""
    worth = np.column_stack([table @ np.array(weights) for weights in model.weights] + [np.zeros(len(table))])
    shares = np.exp(worth - worth.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
