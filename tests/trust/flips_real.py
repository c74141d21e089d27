"""One flipped byte in each file of a home that the real encoder made: nothing changed is ever taken for sound.

    VISEARCH_HOME=FOLDER python -m visearch index sample
    python -m tests.trust.flips_real FOLDER --positions 30

Indexes are opened, every row of the caches is read, and exported networks are loaded. Files are changed in place and
put back. Prints one JSON document; exits with 1 when anything that was changed was used.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.store_shop import assert_same_content
from visearch.cache import _CHECK, _Table
from visearch.errors import StoreError
from visearch.models.exports import Exports
from visearch.store import Store

CATALOG = "sample"


def run(home: Path, positions: int, seed: int = 6) -> dict[str, Any]:
    """Flips in all files but the thumbnails -> what was found."""
    rng, found, violations = random.Random(seed), Counter[str](), []
    sound = Store(home).open(CATALOG)
    files = [file for part in ("indexes", "cache", "runtimes") for file in sorted((home / part).rglob("*"))]
    files = [file for file in files if file.is_file() and file.stat().st_size and file.suffix != ".lock"]
    checks: dict[str, Callable[[Path], str]] = {
        "indexes": lambda file: _index(home, sound),
        "runtimes": lambda file: _export(home, file.parent),
    }
    for file in files:
        part = file.relative_to(home).parts[0]
        check = _cached(file) if part == "cache" else checks[part]
        whole = file.read_bytes()
        for at in rng.sample(range(len(whole)), min(len(whole), positions)):
            changed = bytearray(whole)
            changed[at] ^= 1 << rng.randrange(8)
            file.write_bytes(changed)
            try:
                found[f"{part}/{file.name if part != 'cache' else file.suffix[1:]}: {check(file)}"] += 1
            except Exception as error:
                violations.append(f"{file.relative_to(home)} at {at}: {type(error).__name__}: {error}"[:300])
            finally:
                _put_back(file, whole)
    return {
        "home_mb": round(sum(file.stat().st_size for file in files) / 1e6, 1),
        "flips": sum(found.values()) + len(violations),
        "files": len(files),
        "seed": seed,
        "found": dict(sorted(found.items())),
        "violations": violations,
    }


def _index(home: Path, sound: Any) -> str:
    try:
        index = Store(home).open(CATALOG)
    except StoreError as error:
        assert f"python -m visearch index {CATALOG}" in error.hint
        return "refused"
    assert_same_content(index, sound)
    assert index.manifest == sound.manifest and index.seen == sound.seen
    return "equal"


def _export(home: Path, folder: Path) -> str:
    name, _, key = folder.name.rpartition("-")
    assert Exports(home, name, key).read() is None, "the changed export was loaded"
    return "not used"


def _cached(file: Path) -> Callable[[Path], str]:
    """A check that every row that is read is one that was put there."""
    db = sqlite3.connect(file)
    rows = dict(db.execute("SELECT key, value FROM item WHERE key != 'about'").fetchall())
    db.close()
    size = len(next(iter(rows.values()), b"")) - _CHECK
    sound = {key: value[:size] for key, value in rows.items()}

    def check(changed: Path) -> str:
        table = _Table(changed, "")
        try:
            read = table.get(list(sound), size)
        finally:
            table.close()
        assert all(sound[key] == value for key, value in read.items()), "a changed row was read"
        return "equal" if len(read) == len(sound) else "rows are unknown"

    return check


def _put_back(file: Path, whole: bytes) -> None:
    for aside in file.parent.glob(f"{file.name}*"):
        if aside != file:
            aside.unlink()
    file.write_bytes(whole)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Flip bytes in a home that the real encoder made.")
    parser.add_argument("home", type=Path)
    parser.add_argument("--positions", type=int, default=30)
    parser.add_argument("--seed", type=int, default=6)
    chosen = parser.parse_args()
    summary = run(chosen.home, chosen.positions, chosen.seed)
    print(json.dumps(summary, indent=1))
    return 1 if summary["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
