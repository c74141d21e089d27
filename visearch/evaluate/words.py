"""Ways to rank products by words, side by side: `python -m visearch.evaluate.words CATALOGS... [--json]`.

Half of every catalogue's labelled texts, by a hash of the text, is there to choose weights on (A); the table shows the
other half (B). "hybrid" are the weights of visearch.ranking alone, "visearch" is what a shopper gets: the same with
prices, preferences, negations and slips read from the words. Photos are described in words and searched with BM25,
beside the photo itself. `--only titles` makes the catalogues say nothing but titles, `--only pictures` nothing at all.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import fmean
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import typer

from visearch.catalog import open_catalog
from visearch.catalog.base import LabelledQuery
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.evaluate.compare import catalogs_in
from visearch.evaluate.halves import half, interval
from visearch.evaluate.metrics import judge
from visearch.images import load_image
from visearch.models.sentences import load_sentences
from visearch.passages import Reader
from visearch.prepare import first_choice, open_engine
from visearch.ranking import KEYWORDS, LOOKS, PREFERENCE
from visearch.types import Product, Query

ALONE = ("bm25", "tfidf", "text", "picture")
RANKED = (*ALONE, "rrf")
HYBRID, OURS = "hybrid", "visearch"
SYSTEMS = (*RANKED, HYBRID, OURS)
NAMES = {"bm25": "BM25", "tfidf": "TF-IDF", "text": "text-to-text", "picture": "text-to-picture", "rrf": "RRF"}
PHOTO, CAPTION = "photo", "caption, BM25"
SHOWN = ("hit@1", "hit@10", "ndcg@10")
MANY = 100
"""A catalogue with so many texts of a kind must not fall behind its best single way."""

GRID = {
    "keywords": (4.0, 8.0, 12.0, 16.0, 24.0),
    "looks": (0.0, 0.15, 0.3, 0.5, 0.8),
    "preference": (0.0, 1.0, 2.0, 3.0, 4.0),
}

Floats = npt.NDArray[np.float32]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """One labelled query: what each system found, judged, and the parts of its score for every product."""

    catalog: str
    kind: str
    text: str
    half: str
    scores: dict[str, dict[str, float]]
    parts: dict[str, Floats]
    relevant: npt.NDArray[np.bool_]
    ids: npt.NDArray[np.int64]
    timings_ms: dict[str, float]


@dataclass(frozen=True)
class Row:
    """One catalogue and kind on one half: system -> metrics in [0, 1]."""

    catalog: str
    kind: str
    half: str
    n: int
    systems: dict[str, dict[str, float]]


@dataclass(frozen=True)
class Measured:
    """`chosen` are the weights that are best on half A, with their mean hit@1 and nDCG@10 there, beside the `shown`
    ones; `gain` are points of hit@1 over BM25 on half B over texts with a 95 % interval, `mean_gain` as the mean of the
    rows. `stages_ms` are p50 and p95 of every stage of what a shopper gets, for texts that are asked the first time."""

    rows: tuple[Row, ...]
    chosen: dict[str, float]
    shown: dict[str, float]
    mean_gain: float
    gain: tuple[float, float, float]
    stages_ms: dict[str, tuple[float, float]]


def ask(engine: SearchEngine, name: str, queries: Sequence[LabelledQuery]) -> Iterator[Asked]:
    """Asks every text of a catalogue in every way."""
    products = engine.opened.products
    order = np.argsort(np.argsort([product.id for product in products])).astype(np.int64)
    for query in queries:
        relevant = np.array([product.id in query.relevant for product in products])
        if not query.text or query.image is not None or not relevant.any():
            continue
        # First, so that nothing of it is known from another way.
        ours = engine.search(Query(query.text))
        found = {ranker: _ids(engine, Query(query.text, ranker=ranker, ignore=("*",))) for ranker in RANKED}
        found[HYBRID] = _ids(engine, Query(query.text, ignore=("*",)))
        found[OURS] = tuple(hit.product.id for hit in ours.hits)
        judged = judge(list(found.values()), [query.relevant] * len(found))
        scores, parts = dict(zip(found, judged, strict=True)), engine.parts(query.text)
        yield Asked(
            name, query.kind, query.text, half(query.text), scores, parts, relevant, order, dict(ours.timings_ms)
        )


def ask_photos(engine: SearchEngine, name: str, queries: Sequence[LabelledQuery]) -> list[Row]:
    """The catalogue's photos as photos, and by the words that describe them."""
    rows = []
    known = {product.id for product in engine.opened.products}
    photos = [q for q in queries if q.image is not None and not q.text and q.relevant & known]
    for side in "AB":
        mine = [query for query in photos if query.image is not None and half(query.image.ref) == side]
        if not mine:
            continue
        found: dict[str, list[tuple[str, ...]]] = {PHOTO: [], CAPTION: []}
        for query in mine:
            assert query.image is not None  # noqa: S101
            image = load_image(query.image.read())
            found[PHOTO].append(_ids(engine, Query(image=image, box=query.box)))
            found[CAPTION].append(_ids(engine, Query(image=image, box=query.box, ranker="caption")))
        judged = {system: judge(ids, [q.relevant for q in mine]) for system, ids in found.items()}
        rows.append(Row(name, "photo", side, len(mine), {system: _means(scores) for system, scores in judged.items()}))
    return rows


def measure(asked: Sequence[Asked], photos: Sequence[Row] = ()) -> Measured:
    """Rows of both halves, and the weights that half A would choose. Raises VisearchError without texts on both."""
    if {one.half for one in asked} != {"A", "B"}:
        raise VisearchError("There are no labelled texts on both halves.", "Measure catalogues with a queries.csv.")
    keys = sorted({(one.catalog, one.kind, one.half) for one in asked})
    rows = []
    for catalog, kind, side in keys:
        mine = [one for one in asked if (one.catalog, one.kind, one.half) == (catalog, kind, side)]
        systems = {system: _means([one.scores[system] for one in mine]) for system in SYSTEMS}
        rows.append(Row(catalog, kind, side, len(mine), systems))
    held_out = [one for one in asked if one.half == "B"]
    gains = [one.scores[OURS]["hit@1"] - one.scores["bm25"]["hit@1"] for one in held_out]
    over_rows = [_gain(row) for row in rows if row.half == "B"]
    shown = {"keywords": KEYWORDS, "looks": LOOKS, "preference": PREFERENCE}
    chosen, told = choose([one for one in asked if one.half == "A"], shown)
    return Measured(
        (*rows, *photos),
        chosen,
        told,
        fmean(over_rows),
        (fmean(gains), *interval(gains, [one.text for one in held_out])),
        _stages(asked),
    )


def only(engine: SearchEngine, kept: str, settings: Settings) -> SearchEngine:
    """The engine over a catalogue that says only titles ("titles") or nothing ("pictures")."""
    products = [
        Product(p.id, title=p.title, title_zh=p.title_zh, pictures=p.pictures)
        if kept == "titles"
        else Product(p.id, pictures=p.pictures)
        for p in engine.opened.products
    ]
    rows = Reader(load_sentences(settings), settings.home).read(products)
    opened = replace(engine.opened, products=products, passages=rows)
    return SearchEngine(opened, engine.embedder, lambda: load_sentences(settings))


def choose(asked: Sequence[Asked], shown: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """(the best weights of GRID, the shown ones), each with the mean over catalogues and kinds of hit@1 and nDCG@10."""
    tried = []
    for values in itertools.product(*GRID.values()):
        weights = dict(zip(GRID, values, strict=True))
        tried.append({**weights, **_with(asked, weights)})
    best = max(tried, key=lambda one: one["hit@1"] + one["ndcg@10"])
    return best, {**shown, **_with(asked, shown)}


def _with(asked: Sequence[Asked], weights: dict[str, float]) -> dict[str, float]:
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for one in asked:
        parts = one.parts
        score = parts["meaning"] + weights["keywords"] * parts["keywords"] + weights["looks"] * parts["looks"]
        if "agreement" in parts:
            score = score + weights["preference"] * parts["agreement"]
        first = np.lexsort((one.ids, -score))[:10]
        found.setdefault((one.catalog, one.kind), []).append(_quick(one.relevant[first], int(one.relevant.sum())))
    means = [np.mean(pairs, axis=0) for pairs in found.values()]
    hit, ndcg = np.mean(means, axis=0)
    return {"hit@1": float(hit), "ndcg@10": float(ndcg)}


def _quick(right: npt.NDArray[np.bool_], relevant: int) -> tuple[float, float]:
    """(hit@1, nDCG@10) of one list: the grid asks for too many for a metrics library."""
    discount = 1 / np.log2(np.arange(2, 12))
    return float(right[0]), float((right * discount[: len(right)]).sum() / discount[: min(relevant, 10)].sum())


def to_table(measured: Measured) -> str:
    """Half B as Markdown: hit@1 / hit@10 / nDCG@10 in per cent a cell, texts first, then photos."""
    lines = [f"| half B | n | {' | '.join(NAMES.get(s, s) for s in SYSTEMS)} |", f"|---|---:|{'---:|' * len(SYSTEMS)}"]
    for row in measured.rows:
        if row.half == "B" and OURS in row.systems:
            cells = [_cell(row.systems[system]) for system in SYSTEMS]
            lines.append(f"| {row.catalog}, {row.kind} | {row.n} | {' | '.join(cells)} |")
    photos = [row for row in measured.rows if row.half == "B" and PHOTO in row.systems]
    if photos:
        lines += ["", "| photos, half B | n | photo | its description, BM25 |", "|---|---:|---:|---:|"]
        lines += [
            f"| {row.catalog} | {row.n} | {_cell(row.systems[PHOTO])} | {_cell(row.systems[CAPTION])} |"
            for row in photos
        ]
    mean, low, high = (100 * value for value in measured.gain)
    lines += ["", f"Cells: {' / '.join(SHOWN)}, per cent."]
    lines.append(f"hit@1 over BM25: {100 * measured.mean_gain:+.1f} points as the mean of the rows;")
    lines.append(f"{mean:+.1f} as the mean of the texts, 95 % interval {low:+.1f} to {high:+.1f}.")
    lines += ["", "| stage | p50 ms | p95 ms |", "|---|---:|---:|"]
    lines += [f"| {stage} | {p50:.1f} | {p95:.1f} |" for stage, (p50, p95) in measured.stages_ms.items()]
    lines += [""]
    lines += [_behind(row) for row in measured.rows if row.half == "B" and row.n >= MANY // 2 and OURS in row.systems]
    for name, weights in (("Best on half A", measured.chosen), ("In use", measured.shown)):
        lines.append(f"{name}: " + ", ".join(f"{key} {value:.3g}" for key, value in weights.items()) + ".")
    return "\n".join(lines)


def _stages(asked: Sequence[Asked]) -> dict[str, tuple[float, float]]:
    stages = list(dict.fromkeys(stage for one in asked for stage in one.timings_ms))
    times = {stage: [one.timings_ms.get(stage, 0.0) for one in asked] for stage in stages}
    return {stage: (float(np.percentile(t, 50)), float(np.percentile(t, 95))) for stage, t in times.items()}


def _behind(row: Row) -> str:
    best = max(ALONE, key=lambda system: row.systems[system]["hit@1"])
    ahead = 100 * (row.systems[OURS]["hit@1"] - row.systems[best]["hit@1"])
    return f"{row.catalog}, {row.kind}: {ahead:+.1f} points of hit@1 against its best single way, {NAMES[best]}."


def _cell(metrics: dict[str, float]) -> str:
    return " / ".join(f"{100 * metrics[name]:.1f}" for name in SHOWN)


def _gain(row: Row) -> float:
    return row.systems[OURS]["hit@1"] - row.systems["bm25"]["hit@1"]


def _means(scores: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: fmean(one[name] for one in scores) for name in SHOWN}


def _ids(engine: SearchEngine, query: Query) -> tuple[str, ...]:
    return tuple(hit.product.id for hit in engine.search(replace(query, k=10)).hits)


def main(
    catalogs: Annotated[list[str], typer.Argument(help="Catalogues, or folders of catalogues.")],
    model: Annotated[str | None, typer.Option("--model", "-m", help="Encoder, see `doctor`.")] = None,
    photos: Annotated[bool, typer.Option(help="Ask with the catalogues' photos too.")] = True,
    kept: Annotated[str, typer.Option("--only", help="titles or pictures: leave out what else is said.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Ways to rank products by words, side by side."""
    if kept not in ("", "titles", "pictures"):
        raise typer.BadParameter("--only takes titles or pictures")
    asked: list[Asked] = []
    rows: list[Row] = []
    try:
        for name in dict.fromkeys(catalogs_in(catalogs)):
            settings = Settings.from_env().with_(catalog=name, model=model)
            engine, queries = open_engine(settings, first_choice(settings)), open_catalog(name, settings).queries()
            engine = only(engine, kept, settings) if kept else engine
            engine.search(Query("warm up"))
            short = name.rstrip("/").rpartition("/")[2]
            print(f"{short}: {len(queries)} queries", file=sys.stderr, flush=True)
            asked += ask(engine, short, queries)
            rows += ask_photos(engine, short, queries) if photos else []
        measured = measure(asked, rows)
    except VisearchError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    document: dict[str, Any] = asdict(measured)
    print(json.dumps(document, indent=2, ensure_ascii=False) if as_json else to_table(measured))


if __name__ == "__main__":
    typer.run(main)
