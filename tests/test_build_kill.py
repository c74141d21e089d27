"""A build that is killed at any moment, and a process that reads while another builds."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store_shop import assert_same_content, generations, make, opened, shop
from tests.trust.killing import Child
from visearch.gather import BATCH
from visearch.store import Store

ROOT = Path(__file__).parent.parent
OLD, NEW = 5, 200

READER = """
import sys
from pathlib import Path
from tests.store_shop import opened

home, seen = Path(sys.argv[1]), {}
while not (home / "stop").exists():
    index = opened(home)
    n = len(index.products)
    assert index.vectors.shape[0] == len(index.index) == n
    assert index.index.search(index.vectors[n - 1:n].copy(), 1)[0].tolist() == [[n - 1]]
    if n not in seen:
        print(n, flush=True)
    seen[n] = seen.get(n, 0) + 1
print("read", seen, flush=True)
"""


def Builder(home: Path, n: int = NEW) -> Child:
    """A process that indexes n products."""
    return Child(home, "index", n)


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    home = tmp_path_factory.mktemp("undisturbed")
    make(home, shop(OLD))
    return home, Builder(home).finish()


def test_the_events_cover_a_build(undisturbed: tuple[Path, list[str]]) -> None:
    events = undisturbed[1]
    assert events.count("embed") >= NEW // BATCH
    assert events.count("fsync") >= 6 and "rename" in events
    assert events[-1] == f"done {NEW - OLD}"


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_three_random_moments(tmp_path: Path, undisturbed: tuple[Path, list[str]], seed: int) -> None:
    home, events = undisturbed
    make(tmp_path, shop(OLD))
    rng = random.Random(seed)
    for moment in sorted(rng.sample(range(len(events) - 1), 3)):
        builder = Builder(tmp_path)
        for _ in range(moment):
            if builder.next().startswith("done"):
                break
        # A second process (this one) reads what was there before, whatever the builder is doing.
        assert len(opened(tmp_path).products) in (OLD, NEW)
        if rng.random() < 0.5:
            builder.go()  # and die while it runs, not while it waits
        builder.kill()
        assert len(opened(tmp_path).products) in (OLD, NEW)
    resumed = Builder(tmp_path).finish()
    assert int(resumed[-1].split()[1]) <= NEW - OLD
    assert_same_content(opened(tmp_path), opened(home))
    assert len(generations(tmp_path)) <= 2


@pytest.mark.slow
def test_killed_at_every_step_of_saving(tmp_path: Path, undisturbed: tuple[Path, list[str]]) -> None:
    """One kill at each event from the first written file to the pointer; the old index or the new one is there."""
    home, events = undisturbed
    make(tmp_path, shop(OLD))
    steps = len(events) - events.index("saving 0") - 1
    answered = []
    for step in range(steps):
        builder = Builder(tmp_path)
        while builder.event != "saving 0":
            builder.next()
        for _ in range(step):
            builder.next()
        builder.kill()
        answered.append(len(opened(tmp_path).products))
        if answered[-1] == NEW:
            break
    assert answered[0] == OLD and answered[-1] == NEW
    assert len(answered) >= 8
    assert_same_content(opened(tmp_path), opened(home))
    assert len(generations(tmp_path)) <= 2


def test_a_resumed_build_embeds_only_what_is_missing(tmp_path: Path) -> None:
    builder = Builder(tmp_path)
    batches = 0
    while batches < 4:
        batches += builder.next() == "embed"
    builder.kill()
    assert not Store(tmp_path).exists("shop", "toy")
    report = make(tmp_path, shop(NEW), lock_wait_s=0)
    assert report.embedded == NEW - 3 * BATCH
    assert report.cached == 3 * BATCH


def test_reading_while_another_process_builds(tmp_path: Path) -> None:
    make(tmp_path, shop(10))
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert reader.stdout
    assert reader.stdout.readline().strip() == "10"
    for i in range(40):
        make(tmp_path, shop(10 + i % 7))
    (tmp_path / "stop").touch()
    out, errors = reader.communicate()
    assert reader.returncode == 0, errors
    assert "read" in out
