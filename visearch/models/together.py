"""Requests that come while the encoder is busy go through it together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from visearch.models.towers import Array


@dataclass(eq=False)
class _Job:
    items: Sequence[Any]
    woken: threading.Event = field(default_factory=threading.Event)
    leads: bool = False
    rows: tuple[Array, ...] = ()
    error: BaseException | None = None


class Together:
    """Calls from several threads to `run` made into few: who comes first runs, who comes meanwhile waits and shares.

    `run` takes at most `most` items, unless one caller brings more, and returns arrays with one row an item. Nobody
    waits for company: a call that finds nothing running starts at once.
    """

    def __init__(self, run: Callable[[list[Any]], tuple[Array, ...]], most: int) -> None:
        self._run, self._most = run, most
        self._lock = threading.Lock()
        self._waiting: list[_Job] = []
        self._busy = False

    def __call__(self, items: Sequence[Any]) -> tuple[Array, ...]:
        """The rows of `items`. Raises what `run` raises."""
        job = _Job(items)
        with self._lock:
            self._waiting.append(job)
            if not self._busy:
                self._busy = job.leads = True
        if not job.leads:
            job.woken.wait()
        if job.leads:
            self._lead(job)
        if job.error is not None:
            raise job.error
        return job.rows

    def _lead(self, own: _Job) -> None:
        jobs = self._taken(own)
        try:
            self._share(jobs)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
                if following is not None:
                    following.leads = True
            for job in jobs:
                job.woken.set()
            if following is not None:
                following.woken.set()

    def _taken(self, own: _Job) -> list[_Job]:
        """The leader's job and, in order, as many of the others as there is room for."""
        with self._lock:
            jobs, room = [own], self._most - len(own.items)
            for job in self._waiting:
                if job is not own and len(job.items) <= room:
                    jobs.append(job)
                    room -= len(job.items)
            self._waiting = [job for job in self._waiting if job not in jobs]
        return jobs

    def _share(self, jobs: list[_Job]) -> None:
        try:
            rows = self._run([item for job in jobs for item in job.items])
        except BaseException as error:
            if len(jobs) == 1:
                jobs[0].error = error
                return
            # One bad item must not fail the others.
            for job in jobs:
                self._share([job])
            return
        start = 0
        for job in jobs:
            end = start + len(job.items)
            job.rows = tuple(part[start:end] for part in rows)
            start = end
