"""Calls that come while one runs go through the encoder together."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from visearch.models.together import Together


class Squares:
    """Squares numbers; the first call waits until it is let go, and the sizes of all calls are kept."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.started, self.go = threading.Event(), threading.Event()

    def __call__(self, items: list[float]) -> tuple[np.ndarray, ...]:
        self.calls.append(len(items))
        if len(self.calls) == 1:
            self.started.set()
            assert self.go.wait(10)
        if any(item < 0 for item in items):
            raise ValueError(f"negative among {items}")
        rows = np.array(items, dtype=np.float64)
        return rows**2, -rows


def crowd(run: Squares, together: Together, items: list[list[float]]):
    """One call runs and `items` are asked meanwhile; their futures come back when all have ended."""
    with ThreadPoolExecutor(len(items) + 1) as pool:
        first = pool.submit(together, [10.0])
        assert run.started.wait(10)
        futures = [pool.submit(together, one) for one in items]
        while len(together._waiting) < len(items):
            assert not first.done()
        run.go.set()
    assert first.result()[0].tolist() == [100.0]
    return futures


def test_who_waits_goes_together_and_gets_its_own_rows():
    run = Squares()
    futures = crowd(run, Together(run, most=16), [[1.0], [2.0, 3.0], [4.0]])
    assert [future.result()[0].tolist() for future in futures] == [[1.0], [4.0, 9.0], [16.0]]
    assert [future.result()[1].tolist() for future in futures] == [[-1.0], [-2.0, -3.0], [-4.0]]
    assert run.calls == [1, 4]


def test_no_call_is_larger_than_allowed():
    run = Squares()
    futures = crowd(run, Together(run, most=3), [[1.0, 1.0], [2.0, 2.0], [3.0], [4.0, 4.0, 4.0, 4.0]])
    assert [len(future.result()[0]) for future in futures] == [2, 2, 1, 4]
    assert sorted(run.calls[1:]) in ([2, 3, 4], [3, 3, 4]) and max(run.calls) == 4


def test_one_bad_call_fails_alone():
    run = Squares()
    good, bad, other = crowd(run, Together(run, most=16), [[1.0], [-1.0], [2.0]])
    assert good.result()[0].tolist() == [1.0] and other.result()[0].tolist() == [4.0]
    with pytest.raises(ValueError, match="negative"):
        bad.result()


def test_after_an_error_the_next_call_runs():
    run = Squares()
    run.go.set()
    together = Together(run, most=4)
    with pytest.raises(ValueError, match="negative"):
        together([-1.0])
    assert together([3.0])[0].tolist() == [9.0]
