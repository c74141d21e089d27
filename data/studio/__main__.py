"""Command line of the studio: `python -m data.studio render PRODUCT_ID... | all | scenes | photos | sheet`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from data.studio.kinds import KINDS
from data.studio.scenes_list import scenes
from data.studio.table import Variant, by_id, kind_variants, rounds
from data.studio.workspace import scratch, work

OUT = Path("data/sample")


def _render_products(names: Sequence[str], args: argparse.Namespace) -> int:
    from data.studio.shots import shot

    chosen = [variant for variant in rounds() if not names or variant.id in names]
    return work(chosen, lambda v: v.id, lambda v: args.out / v.image, shot, args.again)


def _render_photos(names: Sequence[str], args: argparse.Namespace) -> int:
    from data.studio.photos import photo
    from data.studio.photos_list import wanted

    def asked(v: Variant) -> bool:
        return f"{v.id}-photo" in names if names else wanted(v) and (args.out / v.image).exists()

    chosen = [v for v in rounds() if asked(v)]
    return work(chosen, lambda v: f"{v.id}-photo", lambda v: args.out / v.photo, photo, args.again)


def _render_scenes(names: Sequence[str], args: argparse.Namespace) -> int:
    from data.studio.scenes import scene

    return work(
        [name for name in scenes() if not names or name in names],
        lambda name: f"scene-{name}",
        lambda name: args.out / "scenes" / f"{name}.jpg",
        scene,
        args.again,
    )


def _render_sheet(names: Sequence[str], args: argparse.Namespace) -> int:
    from data.studio.sheet import sheets

    for path in sheets(args.out, args.sheets):
        print(path)
    return 0


WORDS: dict[str, Callable[[Sequence[str], argparse.Namespace], int]] = {
    "all": _render_products, "photos": _render_photos, "scenes": _render_scenes, "sheet": _render_sheet,
}  # fmt: skip


def _named(what: Sequence[str]) -> dict[str, list[str]]:
    """Names sorted by what renders them; kinds stand for all their products."""
    products = [name for name in what if name in by_id()]
    products += [variant.id for name in what if name in KINDS for variant in kind_variants(name)]
    photos = [name for name in what if name.removesuffix("-photo") in by_id() and name not in by_id()]
    return {"all": products, "photos": photos, "scenes": [name for name in what if name in scenes()]}


def _render(args: argparse.Namespace) -> int:
    """Words first, in the order given; then named products, photos and scenes."""
    named = _named(args.what)
    known = {*WORDS, *KINDS, *(name for names in named.values() for name in names)}
    unknown = [name for name in args.what if name not in known]
    if unknown:
        print(
            f"unknown: {', '.join(unknown)}. Give product ids, photos (mug-01-photo), scenes, kinds "
            f"(`list` shows them) or {', '.join(WORDS)}.",
            file=sys.stderr,
        )
        return 2
    failed = sum(WORDS[word]([], args) for word in args.what if word in WORDS)
    failed += sum(WORDS[word](names, args) for word, names in named.items() if names)
    return 1 if failed else 0


def _list(args: argparse.Namespace) -> int:
    for kind in KINDS:
        variants = kind_variants(kind)
        done = sum((args.out / variant.image).exists() for variant in variants)
        photos = sum((args.out / variant.photo).exists() for variant in variants)
        print(f"{kind:14}{len(variants):4} products {done:4} pictures {photos:4} photos")
    print(f"{'':14}{len(by_id()):4} products, {len(scenes())} scenes")
    return 0


def _tables(args: argparse.Namespace) -> int:
    from data.studio.catalogue import write_tables

    for name, rows in write_tables(args.out).items():
        print(f"{name}: {rows} rows")
    return 0


def _validate(args: argparse.Namespace) -> int:
    from data.studio.validate import catalogue_problems, table_problems

    found = table_problems() + (catalogue_problems(args.out) if not args.table_only else [])
    for problem in found:
        print(problem)
    print(f"{len(by_id())} products, {len(found)} problems")
    return 1 if found else 0


def _sketch(args: argparse.Namespace) -> int:
    from data.studio.sketch import sketches

    for path in sketches(args.what, args.sheets):
        print(path)
    return 0


COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int], str]] = {
    "render": (_render, "render what is missing: product ids, kinds, all, photos, scenes, sheet"),
    "sketch": (_sketch, "draw kinds or products without light or materials, in a second each: to check a shape"),
    "list": (_list, "count products and pictures by kind"),
    "tables": (_tables, "write products.csv, families.csv, queries.csv and scenes/boxes.csv"),
    "validate": (_validate, "check the variants table and the catalogue"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m data.studio", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_, told) in COMMANDS.items():
        command = commands.add_parser(name, help=told)
        command.add_argument("--out", type=Path, default=OUT, help=f"the catalogue, default {OUT}")
        command.add_argument("--sheets", type=Path, default=None, help="folder for sheets and sketches")
        if name in ("render", "sketch"):
            command.add_argument("what", nargs="+")
        if name == "render":
            command.add_argument("--again", action="store_true", help="also what exists already")
            command.add_argument("--threads", type=int, help="render threads of this worker, default 1")
        if name == "validate":
            command.add_argument("--table-only", action="store_true", help="not the pictures")
    args = parser.parse_args(argv)
    args.sheets = args.sheets or scratch("sheets")
    if getattr(args, "threads", None):
        os.environ["STUDIO_THREADS"] = str(args.threads)
    return COMMANDS[args.command][0](args)


if __name__ == "__main__":
    sys.exit(main())
