"""The evaluations that were run: one folder each under `home`/evaluations, with all that the page shows of it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from visearch.disk import publish, remove_folder, write_file, writing_to
from visearch.errors import PictureError, VisearchError
from visearch.evaluate import Evaluation, Judged, read_document, write_report
from visearch.images import crop, load_image, thumbnail

FOLDER = "evaluations"
DOCUMENT = "evaluation.json"
KEPT = 40
"""Evaluations of our own that are kept; older ones go."""
MISSES = 24
"""Misses of a kind whose query pictures are kept."""
_SIDE = 240
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_OWN = re.compile(r"run-\d{14}-[0-9a-f]{6}")


@dataclass(frozen=True)
class Run:
    """One evaluation. `created` is ISO 8601; `by_kind` are the document's figures."""

    name: str
    created: str
    catalog: str
    model: str
    method: str
    by_kind: Mapping[str, Mapping[str, float]]

    @property
    def queries(self) -> int:
        """How many were judged."""
        return sum(int(figures["n"]) for figures in self.by_kind.values())


class Archive:
    """Reads and writes the folder. A name is checked before it goes near a path."""

    def __init__(self, home: Path) -> None:
        self._root = home / FOLDER

    def runs(self, catalog: str = "") -> list[Run]:
        """All that can be read, of one catalogue when it is named, newest first."""
        found = [run for name in self._names() if (run := self._run(name)) and catalog in ("", run.catalog)]
        return sorted(found, key=lambda run: (run.created, run.name), reverse=True)

    def document(self, name: str) -> dict[str, Any]:
        """The whole evaluation. Raises VisearchError when there is none of this name, or it is damaged."""
        path = self.path(name, DOCUMENT)
        return _read(str(path), path.stat().st_mtime_ns)

    def path(self, name: str, file: str) -> Path:
        """A file of an evaluation. Raises VisearchError when there is none."""
        path = self._root / name / file
        if not (_NAME.fullmatch(name) and _NAME.fullmatch(file) and path.is_file()):
            raise VisearchError("There is no such evaluation.", "Choose one of the list.")
        return path

    def save(self, evaluation: Evaluation) -> Run:
        """Keeps an evaluation with its report and the pictures of its misses; all of it or nothing.

        Raises VisearchError when the folder cannot be written.
        """
        stamp = re.sub(r"\D", "", evaluation.created)[:14]
        name = f"run-{stamp}-{secrets.token_hex(3)}"
        temporary = self._root / f".tmp-{name}"
        with writing_to(self._root):
            try:
                write_report(evaluation, temporary)
                _keep_pictures(evaluation, temporary)
                publish(temporary, self._root / name)
            except BaseException:
                remove_folder(temporary)
                raise
            self._clean()
        run = self._run(name)
        assert run is not None, "what was just written can be read"  # noqa: S101
        return run

    def _names(self) -> list[str]:
        if not self._root.is_dir():
            return []
        return [path.name for path in self._root.iterdir() if _NAME.fullmatch(path.name) and path.is_dir()]

    def _run(self, name: str) -> Run | None:
        try:
            document = self.document(name)
            told = {key: str(document.get(key, "")) for key in ("created", "catalog", "model", "method")}
            return Run(name, by_kind={str(k): dict(v) for k, v in document["by_kind"].items()}, **told)
        except (VisearchError, OSError, KeyError, TypeError, ValueError, AttributeError):
            return None

    def _clean(self) -> None:
        own = sorted((name for name in self._names() if _OWN.fullmatch(name)), reverse=True)
        for name in own[KEPT:]:
            remove_folder(self._root / name)


def picture_name(number: int) -> str:
    """The file with the photo of a query, by its place in the document."""
    return f"query-{number}.jpg"


@lru_cache(maxsize=8)
def _read(path: str, changed_ns: int) -> dict[str, Any]:
    # The time is part of the key only: a file that was replaced is read again.
    return read_document(path)


def _keep_pictures(evaluation: Evaluation, folder: Path) -> None:
    places = {id(one): place for place, one in enumerate(evaluation.judged)}
    for kind in evaluation.by_kind:
        for missed in evaluation.misses(kind, MISSES):
            jpeg = _picture(missed)
            if jpeg:
                write_file(folder / picture_name(places[id(missed)]), jpeg, durable=False)


def _picture(judged: Judged) -> bytes:
    query = judged.query
    if query.image is None:
        return b""
    try:
        image = load_image(query.image.read())
        return thumbnail(crop(image, query.box) if query.box else image, _SIDE)
    except (PictureError, OSError):
        # Gone since it was asked: the gallery does without it.
        return b""
