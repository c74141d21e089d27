"""Networks exported for OpenVINO: made once a machine, checked against torch, and from then on loaded without torch."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import logging
import re
import time
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from visearch.disk import publish, remove_folder, write_file
from visearch.errors import ModelError
from visearch.manifest import file_sha256
from visearch.models.openvino_towers import BF16, F32, OpenVinoTowers, best_precision, export
from visearch.models.towers import Array, Towers
from visearch.sealed import is_whole, sealed

logger = logging.getLogger(__name__)

FORMAT = 2
LEAST_COSINE: Mapping[str, float] = {BF16: 0.995, F32: 0.9999}
"""What the outputs for the probes must reach against torch's; bf16 keeps 8 bits of a number's 24."""

_NOTES = "export.json"
_ABANDONED_S = 3600.0


class Exports:
    """The export of one model below `home`/runtimes; `key` changes with whatever its outputs depend on."""

    def __init__(self, home: Path, name: str, key: str, precision: str = "") -> None:
        self._name = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[-48:]
        self._folder = home / "runtimes"
        self._path = self._folder / f"{self._name}-{key}"
        self._precision = precision

    def read(self) -> tuple[Towers, dict[str, Any]] | None:
        """What was exported before and what was noted with it, or None when there is nothing that can be read."""
        try:
            kept = json.loads((self._path / _NOTES).read_text("utf-8"))
            self._check(kept)
            precision = kept["precision"]
            # Only what was compared with torch is used.
            if self._precision not in ("", precision) or precision not in (F32, best_precision()):
                return None
            return OpenVinoTowers(self._path, kept["steps"], precision), dict(kept["notes"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, ModelError) as error:
            logger.warning("the export in %s is not used: %s", self._path, error)
            return None

    def _check(self, kept: Mapping[str, Any]) -> None:
        """Raises ValueError when something is not what was written: a changed weight changes vectors, silently."""
        if "digest" not in kept or not is_whole(kept):
            raise ValueError(f"{_NOTES} was changed")
        for name, sha in kept["files"].items():
            if file_sha256(self._path / name) != sha:
                raise ValueError(f"{name} was changed")

    def make(self, torch_towers: Any, probes: Mapping[str, Array], notes: Mapping[str, Any]) -> Towers:
        """Exports torch's parts, compares what they make of the probes (part -> rows), and gives what is to be used.

        Raises ModelError when no precision agrees with torch, and whatever OpenVINO and the disk raise.
        """
        temporary = self._folder / f".{uuid.uuid4().hex[:8]}.tmp"
        temporary.mkdir(parents=True)
        try:
            export(torch_towers.parts, probes, temporary)
            steps = {name: [step.exact for step in part] for name, part in torch_towers.parts.items()}
            towers, agreement = self._agreeing(temporary, steps, torch_towers, probes)
            kept = {
                "format": FORMAT,
                "steps": steps,
                "precision": towers.runtime.split()[-1],
                "agreement": agreement,
                "notes": notes,
                "files": {file.name: file_sha256(file) for file in sorted(temporary.iterdir())},
            }
            write_file(temporary / _NOTES, json.dumps(sealed(kept), indent=1).encode(), durable=False)
            remove_folder(self._path)
            publish(temporary, self._path)
        finally:
            remove_folder(temporary)
        self._forget_older()
        return towers

    def _agreeing(
        self, folder: Path, steps: Mapping[str, list[bool]], torch_towers: Towers, probes: Mapping[str, Array]
    ) -> tuple[Towers, dict[str, dict[str, float]]]:
        """The first precision whose outputs are torch's, and how close all that were tried came."""
        agreement: dict[str, dict[str, float]] = {}
        wanted = self._precision or best_precision()
        for precision in dict.fromkeys((wanted,) if self._precision else (wanted, F32)):
            towers = OpenVinoTowers(folder, steps, precision)
            found = {name: _agreement(torch_towers, towers, name, rows) for name, rows in probes.items()}
            agreement[precision] = found
            if min(found.values()) >= LEAST_COSINE[precision]:
                return towers, agreement
        raise ModelError(f"OpenVINO's outputs of {self._name} are not torch's: least cosines {agreement}.")

    def _forget_older(self) -> None:
        for folder in self._folder.glob(".*.tmp"):
            # What a killed process left; one that is at work is not so old.
            with contextlib.suppress(OSError):
                if folder.stat().st_mtime < time.time() - _ABANDONED_S:
                    remove_folder(folder)
        for folder in self._folder.glob(f"{self._name}-*"):
            if folder != self._path and re.fullmatch(r"[0-9a-f]{16}", folder.name.removeprefix(f"{self._name}-")):
                remove_folder(folder)


def export_key(files: Iterable[Path], packages: Iterable[str]) -> str:
    """16 hex digits that change with the files (name, size, time of change) and the versions of pip packages."""
    digest = hashlib.sha256(f"format {FORMAT}".encode())
    for package in packages:
        digest.update(f"{package} {_version(package)}\n".encode())
    for file in sorted(files):
        state = file.stat()
        digest.update(f"{file.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def _version(package: str) -> str:
    """ "" for a package that is not installed: then nothing is exported, and torch needs no key."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _agreement(first: Towers, second: Towers, part: str, rows: Array) -> float:
    """The least cosine between the two towers' outputs for a row."""
    pairs = zip(first.run(part, rows), second.run(part, rows), strict=True)
    return min(_least_cosine(ours.reshape(len(rows), -1), theirs.reshape(len(rows), -1)) for ours, theirs in pairs)


def _least_cosine(ours: Array, theirs: Array) -> float:
    ours, theirs = ours.astype(np.float64), theirs.astype(np.float64)
    norms = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    return float(((ours * theirs).sum(1) / np.maximum(norms, 1e-12)).min())
