"""A process that writes a shard, or joins them, killed at chosen moments: nothing half is left, and it goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.store_shop import assert_same_content, make, opened, shop
from tests.test_shards import ROOT, N, catalog, merge, write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")

# Dies at the n-th call of one function: no parent has to guess times.
DYING = """
import os, signal, sys
from pathlib import Path
from tests.toy import ToyEmbedder
from tests.test_shards import catalog, merge, write

home, work, name, at = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
calls = 0

def dying(function):
    def call(*args, **options):
        global calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **options)
    return call

if name == "embed":
    ToyEmbedder.embed_images = dying(ToyEmbedder.embed_images)
if name == "fsync":
    os.fsync = dying(os.fsync)
if name == "rename":
    Path.rename = dying(Path.rename)
merge(home) if work == "merge" else write(home, work, catalog(200))
"""


def die(home: Path, work: str, name: str, at: int) -> None:
    command = [sys.executable, "-c", DYING, str(home), work, name, str(at)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -9


def test_a_killed_shard_goes_on_where_it_was(tmp_path: Path) -> None:
    die(tmp_path, "2/4", "embed", 2)
    assert not (tmp_path / "out" / "shard-2-of-4").exists()
    die(tmp_path, "2/4", "rename", 1)
    assert not (tmp_path / "out" / "shard-2-of-4").exists()
    report = write(tmp_path, "2/4", catalog(200))
    assert (report.embedded, report.unchanged) == (0, False)
    assert sorted(p.name for p in (tmp_path / "out").iterdir() if p.is_dir()) == ["shard-2-of-4"]


def test_a_killed_merge_leaves_the_old_index_and_is_repeated(tmp_path: Path) -> None:
    make(tmp_path / "joined", shop(7))
    for number in range(1, N + 1):
        write(tmp_path, f"{number}/{N}")
    die(tmp_path, "merge", "rename", 1)
    assert len(opened(tmp_path / "joined").products) == 7
    merge(tmp_path)
    make(tmp_path / "alone", catalog())
    assert_same_content(opened(tmp_path / "joined"), opened(tmp_path / "alone"))
