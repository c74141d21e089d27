"""Chinese queries against English titles, pictures and Chinese names: `python -m visearch.evaluate.chinese CATALOGS`.

data/evaluation/chinese_queries.csv says for some catalogues what shoppers would call their categories in Chinese,
written without looking at what is found. A catalogue with Chinese names is asked for its own categories: the labelled
texts that are no product's name and have five or more right answers. What counts is precision@10; chance is the share
of the products that are right. Half A was there to choose on, so half B is shown beside all of them.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Annotated

import typer

from visearch.catalog import open_catalog
from visearch.cjk import has_cjk
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.evaluate.compare import catalogs_in
from visearch.evaluate.halves import half
from visearch.models.sentences import load_sentences
from visearch.passages import Reader
from visearch.prepare import first_choice, open_engine
from visearch.types import Product, Query

QUERIES = Path(__file__).resolve().parents[2] / "data" / "evaluation" / "chinese_queries.csv"
LEAST = 5
"""Right answers of a category: with fewer, precision@10 says little."""

PICTURES, TITLES, MEANING, ALL = "pictures alone", "titles by meaning alone", "all words by meaning alone", "visearch"
WAYS = (PICTURES, TITLES, MEANING, ALL)


@dataclass(frozen=True)
class Row:
    """One catalogue: how many queries, the chance, and the precision@10 of each way; `held_out` of half B alone."""

    catalog: str
    n: int
    chance: float
    ways: dict[str, float]
    held_out_n: int
    held_out: dict[str, float]


def asked_of(engine: SearchEngine, name: str, settings: Settings) -> list[tuple[str, frozenset[str]]]:
    """(query, relevant ids): of the file where it knows the catalogue, else the catalogue's own categories."""
    products = engine.opened.products
    rows = [row for row in _read() if row["catalog"] == Path(name).name]
    if rows:
        found = [(r["query"], {p.id for p in products if getattr(p, r["field"]) == r["label"]}) for r in rows]
    else:
        titles = {product.title for product in products}
        labelled = open_catalog(name, settings).queries()
        categories = [q for q in labelled if q.text and len(q.relevant) >= LEAST and q.text not in titles]
        chinese = any(has_cjk(product.title) for product in products)
        found = [(q.text, set(q.relevant)) for q in categories if chinese or has_cjk(q.text)]
    return [(text, frozenset(right)) for text, right in found if right]


def measure(engine: SearchEngine, name: str, queries: Sequence[tuple[str, frozenset[str]]], settings: Settings) -> Row:
    """Asks every query in every way. Raises VisearchError when there is none."""
    if not queries:
        raise VisearchError(f"There is no Chinese query for {name}.", f"Add some to {QUERIES.name}.")
    products = engine.opened.products
    titled = [Product(p.id, title=p.title, pictures=p.pictures) for p in products]
    rows = Reader(load_sentences(settings), settings.home).read(titled)
    sentences = lambda: load_sentences(settings)  # noqa: E731
    titles = SearchEngine(replace(engine.opened, products=titled, passages=rows), engine.embedder, sentences)
    ways = {PICTURES: (engine, "picture"), TITLES: (titles, "text"), MEANING: (engine, "text"), ALL: (engine, "hybrid")}
    scores: dict[str, list[float]] = defaultdict(list)
    for text, right in queries:
        for way, (asked, ranker) in ways.items():
            plain = () if way == ALL else ("*",)
            hits = asked.search(Query(text, ranker=ranker, ignore=plain)).hits
            scores[way].append(sum(hit.product.id in right for hit in hits) / 10)
    held = [place for place, (text, _) in enumerate(queries) if half(text) == "B"]
    chance = fmean(len(right) / len(products) for _, right in queries)
    return Row(
        Path(name).name,
        len(queries),
        chance,
        {way: fmean(scores[way]) for way in WAYS},
        len(held),
        {way: fmean(scores[way][place] for place in held) for way in WAYS} if held else {},
    )


def to_table(rows: Sequence[Row]) -> str:
    """Precision@10 as Markdown, "all (half B)" a cell."""
    lines = [f"| catalogue | n (half B) | chance | {' | '.join(WAYS)} |", f"|---|---:|---:|{'---:|' * len(WAYS)}"]
    for row in rows:
        cells = [
            f"{row.ways[way]:.2f} ({row.held_out[way]:.2f})" if row.held_out else f"{row.ways[way]:.2f}" for way in WAYS
        ]
        lines.append(f"| {row.catalog} | {row.n} ({row.held_out_n}) | {row.chance:.2f} | {' | '.join(cells)} |")
    total = sum(row.n for row in rows)
    means = [sum(row.ways[way] * row.n for row in rows) / total for way in WAYS]
    chance = sum(row.chance * row.n for row in rows) / total
    lines.append(f"| all queries | {total} | {chance:.2f} | {' | '.join(f'{mean:.2f}' for mean in means)} |")
    means = [fmean(row.ways[way] for row in rows) for way in WAYS]
    chance = fmean(row.chance for row in rows)
    lines.append(f"| mean of catalogues | | {chance:.2f} | {' | '.join(f'{mean:.2f}' for mean in means)} |")
    return "\n".join(lines)


def _read() -> Iterator[dict[str, str]]:
    with QUERIES.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def main(
    catalogs: Annotated[list[str], typer.Argument(help="Catalogues, or folders of catalogues.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Chinese queries against English titles, pictures and Chinese names."""
    rows = []
    try:
        for name in dict.fromkeys(catalogs_in(catalogs)):
            settings = Settings.from_env().with_(catalog=name)
            engine = open_engine(settings, first_choice(settings))
            queries = asked_of(engine, name, settings)
            if queries:
                rows.append(measure(engine, name, queries, settings))
    except VisearchError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    print(json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False) if as_json else to_table(rows))


if __name__ == "__main__":
    typer.run(main)
