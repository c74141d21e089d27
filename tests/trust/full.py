"""A disk that is full at three sizes: the sentence is said, the old index answers, and with room all goes well.

    python -m tests.trust.full                      # a real small disk (tmpfs), when one may be mounted
    python -m tests.trust.full --limit              # no root needed: the system refuses files above a size

For each size an index of 5 products is made, then one of N products, products are added, and a choice and a column
mapping are kept, until the disk is full. Prints one JSON document; exits with 1 when anything but the sentence about a
full disk was raised, the old index did not answer exactly as before, something was left behind, or the run with room
differs from an undisturbed one. The encoder is a toy.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.store_shop import assert_same_content, make, opened, shop
from tests.toy import ToyEmbedder
from tests.trust.killing import change
from visearch.choices import Choice, read_choice, record_choice
from visearch.errors import StoreError
from visearch.mappings import read_mapping, record_mapping

OLD = 5
SHARES = (0.35, 0.7, 0.93)
"""Of the room that an undisturbed run takes: full among the thumbnails, in the cache, and in the last files."""
LIMITS = (700, 9_000, 60_000)
"""Bytes of the largest file, for runs without a disk of their own."""


def run(products: int, folder: Path, limits: tuple[int, ...] = ()) -> dict[str, Any]:
    """Three small disks of their own, or with `limits` three sizes of file -> what was found."""
    whole = folder / "undisturbed"
    make(whole, shop(OLD))
    change(whole, "index", products, ToyEmbedder())
    needed = _room(whole)
    sizes = limits or tuple(int(needed * share) for share in SHARES)
    found = []
    for number, size in enumerate(sizes):
        home = folder / f"home-{number}"
        home.mkdir()
        with _limited(size) if limits else _mounted(home, size):
            found.append(_one(home / "visearch", products, whole, size, not limits))
    violations = [told for one in found for told in one.pop("violations")]
    return {
        "products": products,
        "kind": "file size" if limits else "tmpfs",
        "needed_bytes": needed,
        "sizes": found,
        "violations": violations,
    }


def _one(home: Path, products: int, whole: Path, size: int, disk: bool) -> dict[str, Any]:
    refused: dict[str, str] = {}
    violations: list[str] = []

    def attempt(name: str, work: Any) -> None:
        try:
            work()
        except StoreError as error:
            refused[name] = error.message.split(" (")[0].replace(str(home), "HOME")
            if "is full" not in error.message:
                violations.append(f"{size}: {name} was refused with: {error}")
        except Exception as error:
            violations.append(f"{size}: {name} raised {type(error).__name__}: {error}")

    with _roomy(home, disk):
        make(home, shop(OLD))
        before = opened(home)
        vectors = before.vectors.copy()
    attempt("index", lambda: change(home, "index", products, ToyEmbedder()))
    _check(violations, f"{size}: the old index is not as it was", lambda: _as_before(home, before, vectors))
    attempt("add", lambda: change(home, "add", products, ToyEmbedder()))
    _check(violations, f"{size}: the old index is not as it was", lambda: _as_before(home, before, vectors))
    choice, long = Choice("shop", "toy", "x" * size, chosen=True), {"title": "y" * size}
    attempt("choice", lambda: record_choice(home, choice))
    attempt("mapping", lambda: record_mapping(home, "shop", long))
    if "choice" in refused and read_choice(home) is not None:
        violations.append(f"{size}: half a choice was kept")
    if "mapping" in refused and read_mapping(home, "shop"):
        violations.append(f"{size}: half a mapping was kept")
    left = [str(path.relative_to(home)) for path in home.rglob("*") if ".tmp" in path.name or "tmp-" in path.name]
    violations += [f"{size}: {name} was left behind" for name in left]
    if set(refused) != {"index", "add", "choice", "mapping"}:
        violations.append(f"{size}: only {sorted(refused)} were refused; the size is not small enough to show anything")
    with _roomy(home, disk):
        (home / "choice.json").unlink(missing_ok=True)
        attempt("index with room", lambda: change(home, "index", products, ToyEmbedder()))
        _check(violations, f"{size}: with room", lambda: assert_same_content(opened(home), opened(whole)))
    return {"bytes": size, "refused": refused, "violations": violations}


def _as_before(home: Path, before: Any, vectors: Any) -> None:
    now = opened(home)
    assert now.path == before.path and now.products == before.products
    assert (now.vectors == vectors).all()


def _check(violations: list[str], what: str, test: Any) -> None:
    try:
        test()
    except Exception as error:
        violations.append(f"{what}: {type(error).__name__}: {error}")


def _room(folder: Path) -> int:
    """Bytes that the files take on a disk with blocks of 4 KB."""
    return sum(-(-path.lstat().st_size // 4096) * 4096 for path in folder.rglob("*"))


@contextlib.contextmanager
def _mounted(folder: Path, size: int) -> Iterator[None]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextlib.contextmanager
def _limited(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@contextlib.contextmanager
def _roomy(home: Path, disk: bool) -> Iterator[None]:
    """Room for once."""
    if disk:
        mount = home.parent
        size = os.statvfs(mount).f_blocks * os.statvfs(mount).f_frsize
        subprocess.run(["mount", "-o", "remount,size=256m", str(mount)], check=True)
        yield
        subprocess.run(["mount", "-o", f"remount,size={max(size, _used(mount))}", str(mount)], check=True)
        return
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits[1], limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def _used(mount: Path) -> int:
    state = os.statvfs(mount)
    return (state.f_blocks - state.f_bfree) * state.f_frsize


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Fill disks of three sizes.")
    parser.add_argument("--products", type=int, default=600)
    parser.add_argument("--limit", action="store_true", help="Limit the size of files instead of mounting a disk.")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        summary = run(chosen.products, Path(folder), LIMITS if chosen.limit else ())
    print(json.dumps(summary, indent=1))
    return 1 if summary["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
