"""What a catalogue is asked: its labelled queries, and the likeliest thing in each photo."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from visearch.build import Progress
from visearch.catalog import open_catalog
from visearch.catalog.base import LabelledQuery
from visearch.config import Settings
from visearch.detect import load_detector
from visearch.detect.base import Detector
from visearch.errors import PictureError
from visearch.images import load_image, padded
from visearch.look import LEAST_SIDE

Tell = Callable[[Progress], None]
LoadProgress = Callable[[str, "float | None"], None]

CROP = "crop"


def questions(
    catalog: str,
    settings: Settings,
    crops: bool = False,
    progress: Tell | None = None,
    loading: LoadProgress | None = None,
) -> list[LabelledQuery] | None:
    """The labelled queries of a catalogue, None where it has none: then `evaluate` leaves one out.

    `crops` adds every photo query once more by its first detected box, as kind "crop". Raises VisearchError when the
    catalogue or the detector cannot be had.
    """
    queries = open_catalog(catalog, settings).queries()
    if not queries:
        return None
    if crops:
        detector = load_detector(settings.detector, settings, loading)
        queries = [*queries, *first_boxes(queries, detector, progress)]
    return queries


def first_boxes(
    queries: Sequence[LabelledQuery], detector: Detector, progress: Tell | None = None
) -> Iterator[LabelledQuery]:
    """Each photo query by its likeliest box; photos without one, and those that cannot be read, are left out."""
    photos = [query for query in queries if query.kind == "photo" and query.image is not None and query.box is None]
    for number, query in enumerate(photos, 1):
        assert query.image is not None  # noqa: S101
        try:
            boxes = detector.detect(load_image(query.image.read()))
        except PictureError:
            continue
        if progress is not None:
            progress(Progress("detecting", number, len(photos)))
        if boxes:
            yield replace(query, kind=CROP, box=padded(boxes[0], 0.0, LEAST_SIDE))
