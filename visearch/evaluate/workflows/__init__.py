"""Figures of what a shop does with the search, each beside a baseline of the same run.

`python -m visearch.evaluate.workflows [NAME ...]` prints the table; a workflow is a module here with
`measure(home: Path, shared: Path) -> list[Row]`, where `shared` is the folder with the labelled catalogues.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.prepare import first_choice, open_engine


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, how good, how good the baseline is, over `n` of what."""

    workflow: str
    figure: str
    value: str
    baseline: str
    baseline_value: str
    n: str


def engine_for(home: Path, catalog: str) -> SearchEngine:
    """The engine of a catalogue whose index is below `home`, or is made there."""
    settings = Settings.from_env().with_(catalog=catalog, home=home)
    return open_engine(settings, first_choice(settings), lazy=True)
