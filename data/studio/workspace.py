"""Scratch files, claims of several workers, and progress with the remaining time."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

STALE_SECONDS = 1800
Job = TypeVar("Job")


def scratch(name: str = "") -> Path:
    """A folder for what need not be kept: STUDIO_WORK, or one in the system's temporary folder."""
    folder = Path(os.environ.get("STUDIO_WORK") or Path(tempfile.gettempdir()) / "studio") / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def threads() -> int:
    """Render threads of one worker: STUDIO_THREADS, else 1."""
    return int(os.environ.get("STUDIO_THREADS", "1"))


def claim(name: str) -> bool:
    """True for the one worker that may do `name`. A claim that is half an hour old belongs to a dead worker."""
    path = scratch("claims") / name
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        if time.time() - path.stat().st_mtime <= STALE_SECONDS:
            return False
        path.touch()
    return True


def release(name: str) -> None:
    """Gives a claim back."""
    (scratch("claims") / name).unlink(missing_ok=True)


def work(
    jobs: Iterable[Job],
    name: Callable[[Job], str],
    target: Callable[[Job], Path],
    do: Callable[[Job, Path], None],
    again: bool = False,
) -> int:
    """Does every job whose target is missing and that nobody else does; returns how many failed.

    With `again` existing targets are made anew. A failure is told and the rest goes on.
    """
    waiting = [job for job in jobs if again or not target(job).exists()]
    done, failed, start = 0, 0, time.time()
    for job in waiting:
        path, label = target(job), name(job)
        if (path.exists() and not again) or not claim(label):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        began = time.time()
        try:
            do(job, path)
        except Exception as error:  # one broken variant must not stop a night of rendering
            failed += 1
            print(f"FAILED {label}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        finally:
            release(label)
        done += 1
        left = sum(1 for other in waiting if not target(other).exists())
        tell(label, time.time() - began, left, (time.time() - start) / done)
    return failed


def tell(label: str, seconds: float, left: int, each: float) -> None:
    """One line of progress. The remaining time is this worker's alone: two workers need half of it."""
    minutes = left * each / 60
    print(f"{label}  {seconds:.1f} s   {left} left, about {minutes:.0f} min", flush=True)
