"""Backup and restore: equal answers afterwards, and nothing lost by files that are not what they should be."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.toy import ToyCatalog, ToyEmbedder
from tests.ui.still import engine_of
from visearch import cli
from visearch.backup import backup, restore
from visearch.backup.archive import record_bytes
from visearch.build import build
from visearch.cache import VectorCache
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.errors import StoreError
from visearch.mappings import read_mapping, record_mapping
from visearch.prepare import Choice, is_fresh
from visearch.store import Store
from visearch.types import Query

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an index of 24 toy products."""
    home = tmp_path_factory.mktemp("shop")
    engine_of(home)
    record_mapping(home, "toy", {"title": "name"})
    return home


@pytest.fixture(scope="module")
def kept(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("kept") / "toy.tar"
    backup(shop, "toy", "toy", file)
    return file


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with another, smaller index of the same name."""
    home = tmp_path_factory.mktemp("small")
    engine_of(home, ToyCatalog(6))
    return home


def answers(home: Path) -> list[tuple[str, float]]:
    engine = SearchEngine(Store(home).open("toy", model_name="toy", verify=True), ToyEmbedder())
    return [(hit.product.id, hit.score) for text in ("red bag", "blue mug") for hit in engine.search(Query(text)).hits]


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tgz"])
def test_there_and_back(shop: Path, tmp_path: Path, ending: str) -> None:
    file, home = tmp_path / f"toy{ending}", tmp_path / "home"
    made = backup(shop, "toy", "", file)  # two products share a picture
    found = restore(file, home)
    assert (made.products, made.pictures, made.thumbnails, made.missing) == (24, 24, 23, 0)
    assert made.bytes == file.stat().st_size and not list(tmp_path.glob(".*.part"))
    assert (found.catalog, found.model, found.products, found.thumbnails) == ("toy", "toy", 24, 23)
    assert answers(home) == answers(shop)
    there, here = Store(home).open("toy"), Store(shop).open("toy")
    assert there.manifest == here.manifest and np.array_equal(there.vectors, here.vectors)
    sha = here.row_picture[0]
    assert there.thumbnail(sha).read_bytes() == here.thumbnail(sha).read_bytes()
    assert read_mapping(home, "toy") == {"title": "name"}


def test_indexing_again_embeds_nothing_that_is_known(kept: Path, tmp_path: Path) -> None:
    restore(kept, tmp_path)
    embedder = ToyEmbedder()
    report = build(ToyCatalog(25), embedder, Settings(home=tmp_path))
    assert (report.embedded, embedder.pictures_seen) == (1, 1)


def test_without_the_cache_there_is_none(kept: Path, tmp_path: Path) -> None:
    assert restore(kept, tmp_path, cache=False).cached == 0
    with VectorCache(tmp_path, ToyEmbedder().info) as cache:
        assert not cache.get(Store(tmp_path).open("toy").row_picture)


def test_it_answers_without_the_catalogues_files(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    restore(kept, tmp_path)
    monkeypatch.setattr("visearch.prepare.sentence_names", list)
    settings = Settings(home=tmp_path, offline=True, catalog="toy", model="toy")
    assert is_fresh(Store(tmp_path), Choice("toy", "toy", ""), settings)


def test_an_index_that_is_there_stays_unless_it_is_forced(kept: Path, small: Path, tmp_path: Path) -> None:
    shutil.copytree(small, tmp_path, dirs_exist_ok=True)
    before = answers(tmp_path)
    with pytest.raises(StoreError, match="already") as raised:
        restore(kept, tmp_path)
    assert "--force" in raised.value.hint and answers(tmp_path) == before
    restore(kept, tmp_path, force=True)
    assert len(Store(tmp_path).open("toy").products) == 24


# ---------------------------------------------------------------------- what is refused


def rewritten(kept: Path, file: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], object]) -> Path:
    """The backup with its members changed."""
    with tarfile.open(kept) as tar:
        members = [(info, tar.extractfile(info).read()) for info in tar]  # type: ignore[union-attr]
    change(members)
    with tarfile.open(file, "w", format=tarfile.GNU_FORMAT) as tar:
        for info, data in members:
            info.size = len(data) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(data))
    return file


def _head(members: list[tuple[tarfile.TarInfo, bytes]], **changes: object) -> None:
    head = json.loads(members[0][1])
    head.pop("digest")
    members[0] = (members[0][0], record_bytes({**head, **changes}))


def _flip(place: int) -> Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]:
    def change(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        info, data = members[place]
        middle = len(data) // 2
        members[place] = (info, data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])

    return change


def _with(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", place: int = 3) -> Callable[..., None]:
    def change(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, link
        members.insert(place, (info, b"evil" if kind == tarfile.REGTYPE else b""))

    return change


CHANGES: dict[str, tuple[Callable[..., object], str]] = {
    "another kind": (lambda m: _head(m, kind="cake"), "no backup"),
    "another format": (lambda m: _head(m, format=2), "format 2; this version reads 1"),
    "a changed head": (_flip(0), "no backup"),
    "no head": (lambda m: m.pop(0), "no backup"),
    "a head without a manifest's hash": (lambda m: _head(m, manifest_sha256=None), "does not say"),
    "more than the disk holds": (lambda m: _head(m, bytes=1 << 60), "MB are free"),
    "another manifest": (_flip(1), "manifest"),
    "a changed index file": (_flip(3), "not what was backed up"),
    "a missing index file": (lambda m: m.pop(3), "missing"),
    "an index file twice": (lambda m: m.insert(4, m[3]), "no part of it"),
    "a changed thumbnail": (_flip(-3), "pictures"),
    "a missing thumbnail": (lambda m: m.pop(-3), "pictures"),
    "no end": (lambda m: m.pop(), "cut off"),
    "something after its end": (lambda m: m.append(m[-2]), "follows its end"),
    "a way out": (_with("index/../../../evil"), "no part of it"),
    "an absolute path": (_with("/tmp/evil"), "no part of it"),
    "a thumbnail's way out": (_with("thumbs/../../evil.jpg"), "no thumbnail"),
    "a thumbnail elsewhere": (_with(f"thumbs/ab/{'cd' * 32}.jpg"), "no thumbnail"),
    "a link": (_with("index/vectors", tarfile.SYMTYPE, "/etc"), "no plain file"),
    "a hard link": (_with("index/x", tarfile.LNKTYPE, "index/manifest.json"), "no plain file"),
    "a folder": (_with("index/sub", tarfile.DIRTYPE), "no plain file"),
    "a device": (_with("index/null", tarfile.CHRTYPE), "no plain file"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_not_a_backup_is_refused_and_loses_nothing(name: str, kept: Path, small: Path, tmp_path: Path) -> None:
    change, told = CHANGES[name]
    home = Path(shutil.copytree(small, tmp_path / "home"))
    before, files = answers(home), sorted(p for p in home.rglob("*") if p.is_file() and "cache" not in p.parts)
    with pytest.raises(StoreError, match=told) as raised:
        restore(rewritten(kept, tmp_path / "bad.tar", change), home, force=True)
    assert raised.value.hint
    assert answers(home) == before
    left = sorted(p for p in home.rglob("*") if p.is_file() and "cache" not in p.parts and p.name != "build.lock")
    assert left == [p for p in files if p.name != "build.lock"]
    assert not (tmp_path / "evil").exists() and not (tmp_path / "evil.jpg").exists()


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.9, 0.98])
def test_what_is_cut_off_is_refused(kept: Path, tmp_path: Path, share: float) -> None:
    for name, whole in (("a.tar", kept.read_bytes()), ("a.tar.gz", gzip.compress(kept.read_bytes(), 1))):
        file = tmp_path / name
        file.write_bytes(whole[: int(share * len(whole.rstrip(b"\0")))])
        with pytest.raises(StoreError):
            restore(file, tmp_path / "home")
        assert not Store(tmp_path / "home").exists("toy", "toy")


@pytest.mark.parametrize("name", ["a.zip", "a", "a.tar.zst"])
def test_another_ending_is_told(shop: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="ending") as raised:
        backup(shop, "toy", "toy", tmp_path / name)
    assert ".tar.gz" in raised.value.hint
    (tmp_path / name).write_bytes(b"PK")
    with pytest.raises(StoreError, match="ending"):
        restore(tmp_path / name, tmp_path / "home")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no file"):
        restore(tmp_path / "gone.tar", tmp_path)


def test_a_damaged_index_is_not_backed_up(tmp_path: Path) -> None:
    engine = engine_of(tmp_path / "home", ToyCatalog(6))
    file = tmp_path / "toy.tar"
    file.write_bytes(b"the last good one")
    vectors = engine.opened.path / "vectors.npy"
    data = vectors.read_bytes()
    vectors.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(StoreError, match="damaged"):
        backup(tmp_path / "home", "toy", "toy", file)
    assert file.read_bytes() == b"the last good one" and len(list(tmp_path.iterdir())) == 2


# ---------------------------------------------------------------------- killed

_KILLED = """
import os, signal, sys
from pathlib import Path
import visearch.backup.reading as reading
at = sys.argv[3]
def kill(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
if at == "publish":
    reading.publish_draft = kill
elif at == "thumbnails":
    reading._bring_thumbnails = kill
def tell(progress):
    if at.isdigit() and progress.done >= int(at):
        kill()
reading.restore(Path(sys.argv[1]), Path(sys.argv[2]), force=True, tell=tell)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
@pytest.mark.parametrize("at", ["2", "thumbnails", "publish"])
def test_a_kill_leaves_the_old_index(kept: Path, small: Path, tmp_path: Path, at: str) -> None:
    shutil.copytree(small, tmp_path, dirs_exist_ok=True)
    before = answers(tmp_path)
    code = subprocess.run([sys.executable, "-c", _KILLED, str(kept), str(tmp_path), at], cwd=ROOT).returncode
    assert code == -signal.SIGKILL
    assert answers(tmp_path) == before
    found = restore(kept, tmp_path, force=True)
    folders = [path.name for path in found.path.parent.iterdir() if path.is_dir()]
    assert not [name for name in folders if name.startswith("tmp-")] and len(answers(tmp_path)) == 20


# ---------------------------------------------------------------------- the commands


def test_the_commands(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, home = CliRunner(), tmp_path / "new"
    monkeypatch.setenv("VISEARCH_HOME", str(shop))
    made = run.invoke(cli.app, ["backup", "toy", str(tmp_path / "a.tar.gz"), "--json"])
    assert made.exit_code == 0 and json.loads(made.stdout)["products"] == 24
    monkeypatch.setenv("VISEARCH_HOME", str(home))
    found = run.invoke(cli.app, ["restore", str(tmp_path / "a.tar.gz"), "--start", "--json"])
    assert found.exit_code == 0 and json.loads(found.stdout)["catalog"] == "toy"
    assert json.loads((home / "choice.json").read_text())["catalog"] == "toy"
    again = run.invoke(cli.app, ["restore", str(tmp_path / "a.tar.gz"), "--json"])
    assert again.exit_code == 1 and "already" in json.loads(again.stdout)["error"]
    forced = run.invoke(cli.app, ["restore", str(tmp_path / "a.tar.gz"), "--force"])
    assert "24 products of toy" in forced.stdout and "VISEARCH_CATALOG=toy" in forced.stdout
    default = run.invoke(cli.app, ["backup", str(tmp_path / "b.tar")])
    assert default.exit_code == 0 and "24 products of toy" in default.stdout


def test_too_many_names_are_bad_usage(tmp_path: Path) -> None:
    assert CliRunner().invoke(cli.app, ["backup", "a", "b", "c.tar"]).exit_code == 2


def test_the_mapping_of_others_stays(kept: Path, tmp_path: Path) -> None:
    record_mapping(tmp_path, "other", {"title": "label"})
    restore(kept, tmp_path)
    assert read_mapping(tmp_path, "other") == {"title": "label"}
