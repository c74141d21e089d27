"""The library's front door: `from visearch import open_engine`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from visearch.build import Progress
from visearch.config import Settings
from visearch.detect import Detector, load_detector
from visearch.engine import SearchEngine
from visearch.prepare import first_choice
from visearch.prepare import open_engine as open_prepared


def open_engine(
    catalog: str | Path = "sample",
    model: str | None = None,
    *,
    home: str | Path | None = None,
    index: str | None = None,
    limit: int | None = None,
    offline: bool | None = None,
    mapping: Mapping[str, str] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> SearchEngine:
    """An engine that answers over a catalogue; what is missing of its index, or has changed, is built first.

    `catalog` is `sample`, `hf:ORG/NAME`, a folder, or a .csv, .jsonl or .parquet file; `model` an encoder's name, by
    default what was chosen for this catalogue on the page, else `embedded`. `home` is where indexes and caches live,
    `index` a kind or a server's address, `limit` the most products to take, `offline` keeps away from the hub,
    `mapping` tells which column is which field ({"title": "name"}), and `progress` is called while an index is built.
    What is left out (None) is read from VISEARCH_* in the environment, as by the page and the command line.

    The engine is safe to call from several threads, and may be kept for a process's whole life. Raises CatalogError,
    ModelError or StoreError, all of them VisearchError, with a sentence for people.
    """
    settings = Settings.from_env().with_(
        catalog=str(catalog), model=model, home=_folder(home), index=index, limit=limit, offline=offline
    )
    return open_prepared(settings, first_choice(settings), progress, mapping=mapping, lazy=True, mend=True)


def open_detector(name: str | None = None, *, home: str | Path | None = None, offline: bool | None = None) -> Detector:
    """What finds things in photos: `detect(image)` gives a tuple of Box, at most eight, the likeliest first.

    `name` is one of `python -m visearch doctor`'s; None takes VISEARCH_DETECTOR, else the one that comes with visearch.
    Raises ModelError when it cannot be had.
    """
    settings = Settings.from_env().with_(detector=name, home=_folder(home), offline=offline)
    return load_detector(settings.detector, settings)


def _folder(home: str | Path | None) -> Path | None:
    return None if home is None else Path(home).expanduser()
