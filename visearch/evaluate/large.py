"""Indexes of a million rows: `python -m visearch.evaluate.large [--rows 1000000] [--dim 512]`.

Vectors are made up, as no catalogue of that size comes along: sums of traits that rows share with many others, some
common and most rare, and of what is their own, in directions of which few matter much; queries are at a cosine of about
QUERY_COSINE from a row, as a customer's photo is from the product's own. Each step runs in a process of its own, so
that its memory and its time to open are its own. Recall is against exhaustive search in the same run.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import typer

from visearch.index import create_index, load_index
from visearch.index.base import VectorIndex
from visearch.index.table import write_array, write_parts
from visearch.types import RowIds, Vectors

K = 10
SHARES = (1.0, 0.1, 0.01)
"""Of the rows that a filter leaves."""

QUERY_COSINE = 0.8
_PART = 50_000
_OWN = 0.8
"""Of a row that is like no other, where the first trait counts 1."""

_WATCH_S = 0.02


def make_vectors(folder: Path, rows: int, dim: int, queries: int) -> None:
    """Writes vectors.npy float32 (rows, dim) and queries.npy (queries, dim), unit rows, by seed, some at a time."""
    rng = np.random.default_rng(0)
    scale = (1.0 / np.sqrt(1.0 + np.arange(dim) / 16.0)).astype(np.float32)
    traits = [(weight * _noise(rng, count, scale), _shares(count)) for count, weight in _traits(rows)]

    def parts() -> Iterator[Vectors]:
        for start in range(0, rows, _PART):
            count = min(_PART, rows - start)
            made = np.float32(_OWN) * _noise(rng, count, scale)
            for values, share in traits:
                made += values[rng.choice(len(values), size=count, p=share)]
            yield _unit(made)

    write_parts(folder / "vectors.npy", (rows, dim), np.dtype(np.float32), parts())
    picked = _mapped(folder)[np.sort(rng.choice(rows, size=queries, replace=False))]
    apart = np.sqrt(1 / QUERY_COSINE**2 - 1)
    write_array(folder / "queries.npy", _unit(picked + np.float32(apart) * _noise(rng, queries, scale)))


def measure_build(folder: Path) -> dict[str, Any]:
    """Trains and saves `ivf` beside the vectors: seconds, megabytes of files, peak memory of this process."""
    with _Watch() as watch:
        started = time.perf_counter()
        index = create_index(_mapped(folder), "ivf")
        built = time.perf_counter()
        index.save(folder / "ivf", with_vectors=False)
        saved = time.perf_counter()
    return {
        "index": index.id,
        "build_s": round(built - started, 1),
        "save_s": round(saved - built, 1),
        "index_mb": round(sum(f.stat().st_size for f in (folder / "ivf").iterdir()) / 1e6),
        "vectors_mb": round((folder / "vectors.npy").stat().st_size / 1e6),
        "peak_own_mb": watch.most,
        "before_mb": watch.before,
    }


def measure_open(folder: Path) -> dict[str, Any]:
    """Milliseconds until the saved index is open and until its first answer, in a process that has just begun, with
    none of its files in the system's cache where that can be emptied; and the memory of this process."""
    create_index(np.eye(4, dtype=np.float32), "flat")  # faiss itself takes half a second to import
    query = np.load(folder / "queries.npy", allow_pickle=False)[:1]
    for file in (folder / "vectors.npy", *(folder / "ivf").iterdir()):
        _forget(file)
    with _Watch() as watch:
        started = time.perf_counter()
        index = load_index(folder / "ivf", _mapped(folder))
        opened = time.perf_counter()
        index.search(query, K)
        answered = time.perf_counter()
    return {
        "open_ms": round((opened - started) * 1000, 1),
        "first_answer_ms": round((answered - opened) * 1000, 1),
        "own_mb": watch.most,
        "before_mb": watch.before,
    }


def measure_search(folder: Path) -> dict[str, Any]:
    """One query at a time, of all rows and with filters: milliseconds of `ivf` and of `flat`, and the recall."""
    vectors, queries = _mapped(folder), np.load(folder / "queries.npy", allow_pickle=False)
    ivf, flat = load_index(folder / "ivf", vectors), create_index(vectors, "flat")
    rng = np.random.default_rng(1)
    found: dict[str, Any] = {}
    for share in SHARES:
        allowed = None if share == 1 else np.flatnonzero(rng.random(len(vectors)) < share).astype(np.int64)
        found[f"{share:.0%}"] = _compared(ivf, flat, queries, allowed)
    return found


def _compared(ivf: VectorIndex, flat: VectorIndex, queries: Vectors, allowed: RowIds | None) -> dict[str, Any]:
    """The two take turns, so that whatever else the machine does falls on both."""
    times: dict[str, list[float]] = {"ivf": [], "flat": []}
    shares = []
    for query in np.concatenate([queries[:5], queries]):
        asked = {"ivf": ivf, "flat": flat}
        ids = {}
        for name, index in asked.items():
            started = time.perf_counter()
            ids[name] = index.search(query[None], K, allowed)[0][0]
            times[name].append((time.perf_counter() - started) * 1000)
        shares.append(len(np.intersect1d(ids["ivf"], ids["flat"])) / max(1, len(ids["flat"])))
    told = {f"{name}_ms": _percentiles(spent[5:]) for name, spent in times.items()}
    return {"recall@10": round(float(np.mean(shares[5:])), 4), **told}


def _percentiles(spent: list[float]) -> dict[str, float]:
    return {f"p{p}": round(float(np.percentile(spent, p)), 1) for p in (50, 99)}


class _Watch:
    """The most megabytes that were this process's own (no file behind them) while it was watched; 0 where the system
    does not say."""

    def __init__(self) -> None:
        self.before = self.most = _own_mb()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(_WATCH_S):
            self.most = max(self.most, _own_mb())


def _own_mb() -> int:
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("RssAnon")), 0)


def _forget(file: Path) -> None:
    """Asks the system to drop a file from its cache."""
    if hasattr(os, "posix_fadvise"):
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
            os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def measure(folder: Path, rows: int, dim: int, queries: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """All steps, each in its own process."""
    steps: list[tuple[str, Callable[..., Any], tuple[Any, ...]]] = [
        ("vectors", make_vectors, (folder, rows, dim, queries)),
        ("build", measure_build, (folder,)),
        ("open", measure_open, (folder,)),
        ("search", measure_search, (folder,)),
    ]
    document: dict[str, Any] = {"rows": rows, "dim": dim, "queries": queries, "threads": os.cpu_count()}
    for name, step, given in steps:
        tell(name)
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
            document[name] = alone.submit(step, *given).result()
    return {name: value for name, value in document.items() if value is not None}


def _traits(rows: int) -> list[tuple[int, float]]:
    """(how many values it has, how much it counts) of what makes rows alike, as kind, make and colour do in a shop."""
    return [(max(8, rows // 1000), 1.0), (max(8, rows // 4000), 0.7), (60, 0.5)]


def _shares(count: int) -> npt.NDArray[np.float64]:
    """A few values are very common, most are rare."""
    shares = 1.0 / np.sqrt(1.0 + np.arange(count))
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def _mapped(folder: Path) -> Vectors:
    return np.asarray(np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False))


def _noise(rng: np.random.Generator, rows: int, scale: Vectors) -> Vectors:
    """float32 (rows, dim), about unit length."""
    drawn = rng.standard_normal((rows, len(scale)), dtype=np.float32) * scale
    return drawn / np.float32(np.linalg.norm(scale))


def _unit(rows: Vectors) -> Vectors:
    return np.ascontiguousarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def _lines(document: dict[str, Any]) -> Iterator[str]:
    build, opened = document["build"], document["open"]
    yield f"{document['rows']:,} x {document['dim']}, {build['index']}, {document['queries']} queries"
    yield f"built in {build['build_s']} s, saved in {build['save_s']} s; own memory {build['peak_own_mb']} MB at most"
    yield f"files: index {build['index_mb']:,} MB, vectors {build['vectors_mb']:,} MB"
    yield f"opened in {opened['open_ms']} ms, then the first answer in {opened['first_answer_ms']} ms"
    for share, found in document["search"].items():
        ivf, flat = found["ivf_ms"], found["flat_ms"]
        yield (
            f"{share:>4} of the rows: recall@10 {found['recall@10']:.3f}, ivf p50 {ivf['p50']} p99 {ivf['p99']} ms, "
            f"flat p50 {flat['p50']} p99 {flat['p99']} ms"
        )


def main(
    rows: Annotated[int, typer.Option("--rows", min=1000)] = 1_000_000,
    dim: Annotated[int, typer.Option("--dim", min=8)] = 512,
    queries: Annotated[int, typer.Option("--queries", min=1)] = 200,
    folder: Annotated[Path | None, typer.Option("--folder", help="Where the files lie; else a temporary one.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Build, open and search an index of made-up vectors."""
    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        document = measure(place, rows, dim, queries, lambda step: typer.echo(f"{step} ...", err=True))
    print(json.dumps(document, indent=2) if as_json else "\n".join(_lines(document)))


if __name__ == "__main__":
    typer.run(main)
