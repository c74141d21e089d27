"""Pictures that a table names by another path than the one they came with: found by their file name."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from visearch.catalog.fetch import is_url
from visearch.catalog.folder import picture_files
from visearch.catalog.pictures import NoPictureError, references, safe_path
from visearch.catalog.tables import Table
from visearch.disk import writing_to


def settle(folder: Path, table: Table, columns: Sequence[str]) -> int:
    """Puts every picture that `columns` name, and that lies elsewhere in `folder`, where its name says -> how many.

    A table made beside `photos/` says `photos/1.jpg` or `1.jpg`, whatever folder was packed. Only a file name that
    one picture has is followed, without case; of several the one whose folders fit best.
    """
    known: dict[str, list[PurePosixPath]] = defaultdict(list)
    for path in picture_files(folder):
        known[path.name.casefold()].append(PurePosixPath(path.relative_to(folder).as_posix()))
    moved = 0
    with writing_to(folder):
        for wanted in _wanted(table, columns):
            if (folder / wanted).is_file():
                continue
            found = _best(wanted, known.get(wanted.name.casefold(), []))
            moved += found is not None and _put(folder / found, folder / wanted)
    return moved


def _wanted(table: Table, columns: Sequence[str]) -> Iterator[PurePosixPath]:
    for _, cells in table.read():
        if isinstance(cells, str):
            continue
        for column in columns:
            for reference in references(cells.get(column)):
                if isinstance(reference, str) and reference[:5].lower() != "data:" and not is_url(reference):
                    try:
                        yield safe_path(reference)
                    except NoPictureError:
                        continue


def _best(wanted: PurePosixPath, candidates: list[PurePosixPath]) -> PurePosixPath | None:
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    ranked = sorted(((_shared(wanted, path), path) for path in candidates), reverse=True)
    return ranked[0][1] if ranked[0][0] > ranked[1][0] else None


def _shared(one: PurePosixPath, other: PurePosixPath) -> int:
    """How many parts two paths have in common, from the end."""
    count = 0
    for a, b in zip(reversed(one.parts), reversed(other.parts), strict=False):
        if a.casefold() != b.casefold():
            break
        count += 1
    return count


def _put(source: Path, target: Path) -> bool:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        # A file stands where the path needs a folder.
        return False
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    return True
