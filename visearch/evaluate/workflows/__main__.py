"""Prints the table of figures; see the package."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from visearch.config import Settings

NAMES = ("related", "for_you", "offers", "reviews", "campaigns", "boards", "marks", "supplier", "shelf", "identify")


def main() -> None:
    """Measures the workflows that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m visearch.evaluate.workflows", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all when none is given")
    parser.add_argument("--shared", type=Path, default=Path("../shared/catalogs"), help="folder of labelled catalogues")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(NAMES):
        parser.error(f"there is no workflow {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    print("| workflow | figure | value | baseline | its value | n |\n|---|---|---:|---|---:|---|")
    for name in asked.names or NAMES:
        module = importlib.import_module(f"visearch.evaluate.workflows.{name}")
        for row in module.measure(Settings.from_env().home, asked.shared):
            cells = (row.workflow, row.figure, row.value, row.baseline, row.baseline_value, row.n)
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
