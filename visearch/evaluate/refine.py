"""Photo and words against the photo alone and the words alone: `python -m visearch.evaluate.refine CATALOG`.

A pair is a photo of a product and a colour or material that the product lacks but others of its kind have ("this, in
blue"); those others are what is right. Photos are the catalogue's labelled ones, or the products' own pictures with
`--own`. The share of the words is chosen on half A of the products (by a hash of their ids) and reported on half B.
What is right is read from the same fields as the search reads its words, as a shopper's filter would be; so the same
search over a catalogue that tells nothing but pictures is shown too: that is what the encoder alone can do.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import fmean
from typing import Annotated, Any

import typer
from PIL import Image

from visearch.catalog import open_catalog
from visearch.catalog.base import LabelledQuery
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.errors import PictureError, VisearchError
from visearch.evaluate.halves import half, interval
from visearch.evaluate.metrics import judge
from visearch.images import crop, load_image
from visearch.prepare import first_choice, open_engine
from visearch.types import Product, Query

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
DEFAULT = 0.5
"""The share of the words when nobody says."""

SHOWN = ("hit@1", "hit@3", "hit@10", "ndcg@10")
FIELDS = ("color", "material")
MOST = 600
"""Pairs a half, the first by hash: enough for a figure, few enough for a minute or two."""

PHOTO, WORDS, BOTH = "photo alone", "words alone", "photo + words"
BARE = "photo + words, catalogue without words"


@dataclass(frozen=True)
class Photo:
    """A picture of one product, read when it is needed."""

    product: Product
    read: Callable[[], Image.Image]


@dataclass(frozen=True)
class Pair:
    """A photo (by its number) of `product`, a `word` that it lacks, and the ids of those of its kind that have it."""

    photo: int
    product: str
    field: str
    word: str
    relevant: frozenset[str]


@dataclass(frozen=True)
class Row:
    """One way to ask; `share` is None where it plays no part. Metrics in [0, 1]."""

    system: str
    share: float | None
    half: str
    n: int
    metrics: dict[str, float]


@dataclass(frozen=True)
class Refined:
    """`best` is the share chosen on half A (by hit@10, then nDCG@10), `shown` the one that people get.

    `gains` holds, for each baseline, how much better `shown` is in hit@10 on half B, with a 95 % interval.
    """

    catalog: str
    model: str
    products: int
    rows: tuple[Row, ...]
    best: float
    shown: float
    gains: dict[str, tuple[float, float, float]]


def labelled_photos(engine: SearchEngine, queries: Sequence[LabelledQuery]) -> list[Photo]:
    """The photos whose relevant products are of one kind, each as a photo of the first of them."""
    products = {product.id: product for product in engine.opened.products}
    found = []
    for query in queries:
        right = [products[i] for i in sorted(query.relevant) if i in products]
        if query.image is not None and not query.text and len({_kind(p) for p in right}) == 1:
            found.append(Photo(right[0], _reader(query)))
    return found


def own_photos(engine: SearchEngine) -> list[Photo]:
    """Every product's first picture, as small as the index keeps it."""
    return [
        Photo(p, lambda p=p: load_image(engine.opened.thumbnail(p.pictures[0]).read_bytes()))  # type: ignore[misc]
        for p in engine.opened.products
        if p.pictures
    ]


def pairs_of(photos: Sequence[Photo], products: Sequence[Product]) -> list[Pair]:
    """Every photo with every colour and material of its kind that its product lacks; at most MOST a half."""
    shelves: dict[str, list[Product]] = defaultdict(list)
    for product in products:
        shelves[_kind(product)].append(product)
    pairs = []
    for number, photo in enumerate(photos):
        own, peers = photo.product, shelves[_kind(photo.product)] if _kind(photo.product) else []
        for field in FIELDS:
            for word in sorted({getattr(p, field) for p in peers} - {getattr(own, field), ""}):
                right = frozenset(p.id for p in peers if getattr(p, field) == word and p.id != own.id)
                if getattr(own, field) and right:
                    pairs.append(Pair(number, own.id, field, word, right))
    return _thinned(pairs)


def measure(engine: SearchEngine, photos: Sequence[Photo], shares: Sequence[float] = SHARES) -> Refined:
    """Asks every pair in every way. Raises VisearchError when the catalogue gives no pair on some half."""
    pairs = pairs_of(photos, engine.opened.products)
    if {half(pair.product) for pair in pairs} != {"A", "B"}:
        raise VisearchError(
            f"{engine.opened.manifest.catalog['id']} gives no photo with a colour or material that its product lacks.",
            "Measure a catalogue with category and color or material, and labelled photos or `--own`.",
        )
    ways = _ways(shares)
    answers = _ask(engine, _without_words(engine), photos, pairs, ways)
    scores = {way: _judge(found, pairs) for way, found in answers.items()}
    rows = [_row(way, side, pairs, scores[way]) for way in ways for side in "AB"]
    on_a = {row.share: row.metrics for row in rows if row.system == BOTH and row.half == "A" and row.share is not None}
    best = max(on_a, key=lambda share: (on_a[share]["hit@10"], on_a[share]["ndcg@10"]))
    default = DEFAULT if (BOTH, DEFAULT) in scores else best
    gains = {name: _gain(scores[BOTH, default], scores[name, None], pairs) for name in (PHOTO, WORDS)}
    manifest = engine.opened.manifest
    return Refined(str(manifest.catalog["id"]), engine.model.name, manifest.products, tuple(rows), best, default, gains)


def to_table(refined: Refined) -> str:
    """The figures in per cent, half A then half B, as a Markdown table."""
    heads = [f"{side} {name}" for side in "AB" for name in SHOWN]
    lines = [f"| asked with | share of words | {' | '.join(heads)} |", f"|---|---:|{'---:|' * len(heads)}"]
    cells: dict[tuple[str, float | None], list[str]] = defaultdict(list)
    for row in refined.rows:
        cells[row.system, row.share] += [f"{100 * row.metrics[name]:.1f}" for name in SHOWN]
    for (system, share), values in cells.items():
        lines.append(f"| {system} | {'' if share is None else f'{share:g}'} | {' | '.join(values)} |")
    counts = {row.half: row.n for row in refined.rows}
    lines += ["", f"{refined.catalog}: {refined.products} products, model {refined.model}. Pairs: {counts}."]
    lines += [f"Chosen on half A: {refined.best:g}. The default is {DEFAULT:g}."]
    for name, (gain, low, high) in refined.gains.items():
        sure = f"95 % interval {100 * low:+.1f} to {100 * high:+.1f}"
        lines.append(f"hit@10 on half B, share {refined.shown:g}, against {name}: {100 * gain:+.1f} points, {sure}.")
    return "\n".join(lines)


Way = tuple[str, "float | None"]


def _ways(shares: Sequence[float]) -> list[Way]:
    return [(PHOTO, None), (WORDS, None), *((name, share) for name in (BOTH, BARE) for share in shares)]


def _ask(
    engine: SearchEngine, bare: SearchEngine, photos: Sequence[Photo], pairs: Sequence[Pair], ways: Sequence[Way]
) -> dict[Way, list[tuple[str, ...]]]:
    answers: dict[Way, list[tuple[str, ...]]] = {way: [] for way in ways}
    for pair in pairs:
        try:
            image = photos[pair.photo].read()
        except (PictureError, OSError):
            image = None
        for system, share in ways:
            query = Query(text="" if system == PHOTO else pair.word, image=None if system == WORDS else image)
            if image is None and system == PHOTO:
                answers[system, share].append(())
                continue
            query = query if share is None else replace(query, weights={"text": share})
            found = (bare if system == BARE else engine).search(query)
            answers[system, share].append(tuple(hit.product.id for hit in found.hits))
    return answers


def _judge(found: Sequence[Sequence[str]], pairs: Sequence[Pair]) -> list[dict[str, float]]:
    right = [pair.relevant for pair in pairs]
    early = judge(found, right, 3)
    return [{**scores, "hit@3": first["hit@3"]} for scores, first in zip(judge(found, right), early, strict=True)]


def _row(way: Way, side: str, pairs: Sequence[Pair], scores: Sequence[dict[str, float]]) -> Row:
    kept = [one for one, pair in zip(scores, pairs, strict=True) if half(pair.product) == side]
    return Row(way[0], way[1], side, len(kept), {name: fmean(one[name] for one in kept) for name in SHOWN})


def _gain(
    ours: Sequence[dict[str, float]], theirs: Sequence[dict[str, float]], pairs: Sequence[Pair]
) -> tuple[float, float, float]:
    held_out = [
        (a["hit@10"] - b["hit@10"], pair.product)
        for a, b, pair in zip(ours, theirs, pairs, strict=True)
        if half(pair.product) == "B"
    ]
    differences, products = zip(*held_out, strict=True)
    return (fmean(differences), *interval(differences, products))


def _without_words(engine: SearchEngine) -> SearchEngine:
    """The same index of a catalogue that has nothing but ids and pictures."""
    silent = [Product(product.id, pictures=product.pictures) for product in engine.opened.products]
    return SearchEngine(replace(engine.opened, products=silent), engine.embedder)


def _thinned(pairs: Sequence[Pair]) -> list[Pair]:
    kept = []
    for side in "AB":
        own = [pair for pair in pairs if half(pair.product) == side]
        # An order of no meaning, the same every time.
        by_hash = sorted(own, key=lambda p: zlib.crc32(f"{p.photo}:{p.product}:{p.field}:{p.word}".encode()))[:MOST]
        kept += sorted(by_hash, key=lambda pair: (pair.photo, pair.field, pair.word))
    return kept


def _kind(product: Product) -> str:
    return product.subcategory or product.category


def _reader(query: LabelledQuery) -> Callable[[], Image.Image]:
    def read() -> Image.Image:
        assert query.image is not None  # noqa: S101
        image = load_image(query.image.read())
        return crop(image, query.box) if query.box is not None else image

    return read


def main(
    catalog: Annotated[str, typer.Argument(help="A catalogue with category, and color or material.")],
    model: Annotated[str | None, typer.Option("--model", "-m", help="Encoder, see `doctor`.")] = None,
    own: Annotated[bool, typer.Option("--own", help="Take the products' own pictures as photos.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Photo and words against the photo alone and the words alone."""
    try:
        settings = Settings.from_env().with_(catalog=catalog, model=model)
        engine = open_engine(settings, first_choice(settings))
        photos = own_photos(engine) if own else labelled_photos(engine, open_catalog(catalog, settings).queries())
        refined = measure(engine, photos)
    except VisearchError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    document: dict[str, Any] = asdict(refined)
    print(json.dumps(document, indent=2, ensure_ascii=False) if as_json else to_table(refined))


if __name__ == "__main__":
    typer.run(main)
