"""What of a customer's photo is searched when nobody has chosen: `python -m visearch.evaluate.main_box CATALOG...`.

Photo queries of catalogues with ground truth, each asked four ways: the whole photo; the first detected box; the box
with room around it; and that together with the whole photo, which is what the page does until a box is chosen. hit@1
and hit@10 in per cent, on half A of the photos (by a hash of their names) and on half B.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from statistics import fmean
from typing import Annotated, Any

import typer

from visearch.catalog import open_catalog
from visearch.config import Settings
from visearch.detect import load_detector
from visearch.detect.base import Detector
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.evaluate.halves import half
from visearch.images import load_image, padded
from visearch.look import CONTEXT, LEAST_SIDE, ROOM
from visearch.prepare import open_engine
from visearch.types import Query

K = 10
WHOLE, BOX, ROOMY, BOTH = "whole photo", "first box", "box + room", "box + room + whole photo"


def measure(engine: SearchEngine, detector: Detector, photos: Iterable[tuple[str, bytes, frozenset[str]]]) -> Any:
    """`photos` are (name, bytes, ids of the right products) -> {half: {way: {"n", "hit@1", "hit@10"}}}, per cent."""
    found: dict[str, dict[str, list[tuple[bool, bool]]]] = {"A": defaultdict(list), "B": defaultdict(list)}
    for name, data, relevant in photos:
        query = Query(image=load_image(data), k=K)
        for way, asked in ways(query, detector).items():
            ids = [hit.product.id for hit in engine.search(asked).hits]
            found[half(name)][way].append((ids[0] in relevant, bool(relevant & set(ids))))
    return {
        name: {
            way: {
                "n": len(rows),
                "hit@1": round(100 * fmean(first for first, _ in rows), 1),
                "hit@10": round(100 * fmean(ten for _, ten in rows), 1),
            }
            for way, rows in of_half.items()
        }
        for name, of_half in found.items()
    }


def ways(query: Query, detector: Detector) -> Mapping[str, Query]:
    """The four questions about one photo; without a box they are the same."""
    boxes = detector.detect(query.image) if query.image is not None else ()
    if not boxes:
        return dict.fromkeys((WHOLE, BOX, ROOMY, BOTH), query)
    roomy = replace(query, box=padded(boxes[0], ROOM, LEAST_SIDE))
    return {
        WHOLE: query,
        BOX: replace(query, box=padded(boxes[0], 0.0, LEAST_SIDE)),
        ROOMY: roomy,
        BOTH: replace(roomy, weights={"context": CONTEXT}),
    }


def main(
    catalogs: Annotated[list[str], typer.Argument(help="Catalogues with labelled photo queries.")],
    most: Annotated[int, typer.Option(help="Photos a catalogue.")] = 240,
) -> None:
    """Prints one document: catalogue -> half -> way -> figures."""
    settings = Settings.from_env()
    detector = load_detector(settings.detector, settings)
    document = {}
    for name in catalogs:
        engine = open_engine(settings.with_(catalog=name), None, lambda _: None, lambda *_: None)
        queries = [q for q in open_catalog(name, settings).queries() if q.kind == "photo" and q.image][:most]
        photos = ((q.image.ref, q.image.read(), q.relevant) for q in queries if q.image)
        document[name] = measure(engine, detector, photos)
        print(f"{name}: {len(queries)} photos", file=sys.stderr)
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    try:
        typer.run(main)
    except VisearchError as error:
        sys.exit(str(error))
