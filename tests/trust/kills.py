"""kill -9 at random moments of index, add and remove; what is there then is the old index or the new one, exactly.

    python -m tests.trust.kills --times 50 --seed 6

Pictures are 24 pixels wide and the encoder is a toy, so that a run is all about files. Prints one JSON document; exits
with 1 when anything was neither old nor new, could not be opened, or did not become equal to an undisturbed run when it
was repeated.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tests.store_shop import assert_same_content, make, opened, shop
from tests.toy import ToyEmbedder
from tests.trust.killing import Child, change
from visearch.errors import StoreError

OLD = 40
OPERATIONS = {"index": 120, "add": 70, "remove": 15}


def run(times: int, seed: int, folder: Path) -> dict[str, Any]:
    """Kills `times` processes -> what was found. Homes are made below `folder`."""
    rng, found, violations = random.Random(seed), Counter[str](), []
    old = folder / "old"
    make(old, shop(OLD))
    undisturbed = {name: _undisturbed(old, folder / f"new-{name}", name) for name in OPERATIONS}
    moments = []
    for number in range(times):
        name = list(OPERATIONS)[number % len(OPERATIONS)]
        home, events = folder / f"killed-{number}", undisturbed[name]
        # Every other one among the steps of putting files into place, which are the shorter part.
        first = events.index("saving 0") if number // len(OPERATIONS) % 2 else 0
        moment = rng.randrange(first, len(events) - 1)
        shutil.copytree(old, home)
        event = _killed(home, name, moment, rng.random() < 0.5)
        moments.append((name, moment))
        try:
            found[f"{name}: {_state(home, old, folder / f'new-{name}')}"] += 1
            _repeat(home, name)
            assert_same_content(opened(home), opened(folder / f"new-{name}"))
        except Exception as error:
            violations.append(f"{number}: {name} at event {moment} ({event}): {type(error).__name__}: {error}")
        shutil.rmtree(home)
    return {
        "kills": times,
        "seed": seed,
        "events": {name: len(events) for name, events in undisturbed.items()},
        "different_moments": len(set(moments)),
        "found": dict(sorted(found.items())),
        "violations": violations,
    }


def _undisturbed(old: Path, home: Path, name: str) -> list[str]:
    """Makes the new index -> through which events."""
    shutil.copytree(old, home)
    return Child(home, name, OPERATIONS[name]).finish()


def _killed(home: Path, name: str, moment: int, running: bool) -> str:
    """Kills at the event of this number, or while it goes on from there -> its name."""
    child = Child(home, name, OPERATIONS[name])
    for _ in range(moment):
        child.next()
    if running:
        child.go()
    child.kill()
    return child.event


def _state(home: Path, old: Path, new: Path) -> str:
    """`old` or `new`. Raises AssertionError for anything else."""
    index = opened(home)
    try:
        assert_same_content(index, opened(old))
        return "old"
    except AssertionError:
        assert_same_content(index, opened(new))
        return "new"


def _repeat(home: Path, name: str) -> None:
    """Does it again; what was already removed cannot be removed twice."""
    if name == "remove" and len(opened(home).products) != OLD:
        return
    try:
        change(home, name, OPERATIONS[name], ToyEmbedder())
    except StoreError as error:
        raise AssertionError(f"the repetition was refused: {error}") from error


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Kill processes that change an index.")
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=6)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        summary = run(chosen.times, chosen.seed, Path(folder))
    print(json.dumps(summary, indent=1))
    return 1 if summary["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
