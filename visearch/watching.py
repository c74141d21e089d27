"""What may go wrong with an index while it answers: its files, and those that it was made from."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from visearch.catalog import local_path
from visearch.errors import StoreError
from visearch.finder import Note
from visearch.manifest import CHECK_ALL_UP_TO, check_files
from visearch.patience import Spawn, in_background
from visearch.prepare import source_stamp
from visearch.store import OpenIndex, mend_hint

LOOK_EVERY_S = 60.0


def check_later(opened: OpenIndex, note: Note, spawn: Spawn = in_background) -> None:
    """Compares every file of an index that was too large for that when it was opened; tells what is damaged."""
    manifest = opened.manifest
    if manifest.size <= CHECK_ALL_UP_TO:
        return
    mend = mend_hint(str(manifest.catalog["id"]), str(manifest.model["name"]))

    def check() -> None:
        try:
            check_files(opened.path, manifest, mend, verify=True)
        except StoreError as error:
            # A newer index may have taken its place, and its files away.
            if opened.path.is_dir():
                note(str(error))

    spawn(check)


class SourceWatch:
    """Looks now and then whether the files that an index was made from have changed. Thread-safe.

    It looks only when somebody asks for the status: at most every LOOK_EVERY_S seconds, beside the caller.
    """

    def __init__(self, note: Note, clock: Callable[[], float] = time.monotonic, spawn: Spawn = in_background) -> None:
        self._note, self._clock, self._spawn = note, clock, spawn
        self._lock = threading.Lock()
        self._catalog, self._stamp, self._next, self._looking = "", "", 0.0, False

    def follow(self, catalog: str, stamp: str) -> None:
        """From now on this catalogue; its files had this stamp (visearch.prepare.source_stamp) when it was indexed."""
        with self._lock:
            self._catalog, self._stamp, self._next = catalog, stamp, self._clock() + LOOK_EVERY_S

    def ask(self) -> None:
        """Never waits."""
        with self._lock:
            if not self._stamp or self._looking or self._clock() < self._next or self._catalog.startswith("hf:"):
                return
            self._looking = True
        self._spawn(self._look)

    def _look(self) -> None:
        catalog, stamp = self._catalog, self._stamp
        try:
            told = changed(catalog, stamp)
            if (catalog, stamp) == (self._catalog, self._stamp):
                self._note(told)
        finally:
            self._next, self._looking = self._clock() + LOOK_EVERY_S, False


def changed(catalog: str, stamp: str) -> str:
    """A sentence when the files of a catalogue are not those of the stamp; "" while they are."""
    if local_path(catalog) is None:
        return f"The catalogue {catalog} is no longer there; what was indexed of it goes on answering."
    try:
        same = source_stamp(catalog) == stamp
    except OSError:
        return ""  # it is being changed right now: the next look tells
    if same:
        return ""
    return (
        f"The files of {catalog} have changed since they were indexed; what was indexed goes on answering. Index it "
        f"again on the Catalogue page, or run `python -m visearch index {catalog}`."
    )


def not_kept(home: Path) -> str:
    """A sentence when nothing can be written to `home`; "" when it can."""
    folder = home
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if os.access(folder, os.W_OK | os.X_OK):
        return ""
    return f"The folder {home} cannot be written: what is there answers, but no new index, choice or upload is kept."
