"""`python -m visearch ...`: index, search, detect, evaluate, bench, serve, password and doctor."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from visearch.audit import COMMAND, record
from visearch.cli_lines import bench_lines, detect_lines, search_lines
from visearch.commands import boards, desk, discover, index, ops
from visearch.commands.common import (
    CatalogOption,
    JsonOption,
    LimitOption,
    ModelOption,
    box_of,
    engine_of,
    fails_clearly,
    progress_bar,
    settings_of,
    tell,
)
from visearch.types import RANKERS

app = typer.Typer(
    name="visearch",
    help="Visual product search: a photo or some words in, ranked products of a catalogue out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for workflows in (index, discover, boards, desk, ops):
    workflows.add(app)


@app.command("search")
def search_command(
    catalog: CatalogOption = None,
    text: Annotated[str, typer.Option("--text", "-t", help="Words to search for.")] = "",
    image: Annotated[Path | None, typer.Option("--image", "-i", help="A photo to search with.")] = None,
    box: Annotated[str | None, typer.Option("--box", help="x0,y0,x1,y1 in pixels of the upright photo.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=500, help="How many products.")] = 10,
    filters: Annotated[
        list[str] | None, typer.Option("--filter", "-f", help="field=value, field=one|two or price=10..50.")
    ] = None,
    weight: Annotated[float, typer.Option("--words", min=0, max=1, help="Share of the words beside a photo.")] = 0.5,
    ranker: Annotated[str, typer.Option("--by", help=f"How words are ranked: {', '.join(RANKERS)}.")] = "hybrid",
    plain: Annotated[bool, typer.Option("--plain", help="Read no price, colour or slip from the words.")] = False,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search a catalogue by words, a photo, or both."""
    if not text.strip() and image is None:
        raise typer.BadParameter("give --text, --image, or both")
    area = box_of(box) if box else None
    if area and image is None:
        raise typer.BadParameter("--box needs --image")
    from visearch.engine import result_to_json
    from visearch.filters import parse_filters
    from visearch.images import load_image
    from visearch.types import Query

    settings = settings_of(catalog, model)
    with fails_clearly(as_json):
        query = Query(
            text=text,
            image=load_image(image) if image else None,
            box=area,
            k=k,
            filters=parse_filters(filters or []),
            weights={"text": weight},
            ranker=ranker,
            ignore=("*",) if plain else (),
        )
        engine = engine_of(settings)
        result = engine.search(query)
        document = result_to_json(result, lambda sha: str(engine.opened.thumbnail(sha)))
    tell(document, as_json, search_lines)


@app.command("detect")
def detect_command(
    image: Annotated[Path, typer.Option("--image", "-i", help="The photo.")],
    detector: Annotated[str | None, typer.Option("--detector", "-d", help="Detector, see `doctor`.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Find the things in a photo that one may search for, the likeliest first."""
    from visearch.detect import load_detector
    from visearch.images import load_image

    settings = settings_of().with_(detector=detector)
    with fails_clearly(as_json):
        picture = load_image(image)
        with progress_bar() as (_, loading):
            found = load_detector(settings.detector, settings, loading)
        started = time.perf_counter()
        boxes = found.detect(picture)
        timings = {"total": round((time.perf_counter() - started) * 1000, 1)}
        document = {"boxes": [asdict(b) for b in boxes], "detector": found.info.name, "timings_ms": timings}
    tell(document, as_json, detect_lines)


@app.command("evaluate")
def evaluate_command(
    catalog: Annotated[str, typer.Argument(help="A catalogue; without a queries.csv its own pictures ask.")],
    model: ModelOption = None,
    k: Annotated[int, typer.Option("-k", min=1, max=500, help="Depth of the ranking.")] = 10,
    off: Annotated[Path | None, typer.Option("--off", help="A folder of photos that nothing there answers.")] = None,
    crops: Annotated[bool, typer.Option("--crops", help="Ask photos by their first detected box too.")] = False,
    other: Annotated[Path | None, typer.Option("--against", help="An evaluation.json to compare with.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write a report into this folder.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure how well a catalogue's queries are answered, and what its match is worth."""
    from visearch.evaluate import against, evaluate, off_catalog, read_document, to_lines, to_table, write_report
    from visearch.evaluate.asking import questions

    settings = settings_of(catalog, model)
    with fails_clearly(as_json):
        there = read_document(other) if other else None
        photos = off_catalog(off) if off else None
        with progress_bar() as (progress, loading):
            queries = questions(catalog, settings, crops, progress, loading)
        engine = engine_of(settings)
        with progress_bar() as (progress, _):
            evaluation = evaluate(engine, queries, k=k, progress=progress, off=photos)
        document = evaluation.to_json()
        record(settings.home, "evaluate", "done", COMMAND, catalog, queries=len(document["queries"]))
        if there is not None:
            document["against"] = against(document, there)
        if report:
            write_report(evaluation, report, document.get("against"))
    compared = to_lines(document["against"]) if there is not None else []
    tell(document, as_json, lambda _: [*to_table(evaluation).splitlines(), *compared])


@app.command("bench")
def bench_command(
    rounds: Annotated[int, typer.Option("--rounds", min=1, max=20, help="Turns that each side takes.")] = 3,
    as_json: JsonOption = False,
) -> None:
    """Measure the speed of indexing and searching beside plain open_clip, in some minutes."""
    from visearch.evaluate.bench import bench_all

    with fails_clearly(as_json):
        document = bench_all(settings_of(), rounds, lambda what: print(f"measuring: {what}", file=sys.stderr))
    tell(document, as_json, bench_lines)


@app.command("serve")
def serve_command(
    catalog: CatalogOption = None,
    model: ModelOption = None,
    limit: LimitOption = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option("--port", "-p", help="Default: the first free one from 7860.")] = None,
) -> None:
    """Open the page."""
    with fails_clearly(False):
        from visearch.live import LiveEngine
        from visearch.ops import logs
        from visearch.ui import build_app, launch

        logs.configure()
        settings = settings_of(catalog, model, limit)
        live = LiveEngine(settings)
        launch(build_app(live, settings), live, settings, server_name=host, server_port=port)


@app.command("password")
def password_command(
    name: Annotated[str, typer.Argument(help="The user's name; or, with --token, what the token is for.")],
    token: Annotated[bool, typer.Option("--token", help="Make a token for a program instead.")] = False,
) -> None:
    """Make an entry of VISEARCH_AUTH, which makes the page private: a user's hashed password, or a token."""
    from visearch.passwords import entry_name, hash_password, new_token

    with fails_clearly(False):
        entry_name(name)
        if token:
            secret, hashed = new_token()
            print(f"The token, shown once: {secret}", file=sys.stderr)
        else:
            hashed = hash_password(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
        print(f"{name}:{hashed}")


@app.command("doctor")
def doctor_command(as_json: JsonOption = False) -> None:
    """What is installed, what can be reached, and what the app would start with."""
    from visearch.doctor import diagnose, to_lines

    with fails_clearly(as_json):
        document = diagnose(settings_of())
    tell(document, as_json, to_lines)


def main() -> None:
    """Entry of `python -m visearch` and of the `visearch` script."""
    app()
