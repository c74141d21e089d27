"""Sends hostile pictures and texts to the running app: `python -m tests.trust.fuzz --pictures 5000 --texts 2000`.

Prints one JSON document; ends with 1 when the app died, showed its inside, logged a traceback or expected otherwise.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tests.trust.hostile_pictures import pictures
from tests.trust.hostile_texts import calls, tables, texts
from tests.trust.hostile_words import FILE_NAMES
from tests.trust.outside import Outside
from tests.trust.running import Running, running

ALSO = 4
"""Every how many pictures one goes through the public functions too."""
SHARES = {"words": 0.3, "calls": 0.55}
"""Of the texts; the rest are tables and file names."""
_MOST_SHOWN = 20

Case = tuple[str, Callable[[], str]]


def main() -> int:
    """1 when anything was wrong."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--pictures", type=int, default=5000)
    told.add_argument("--texts", type=int, default=2000)
    told.add_argument("--seed", type=int, default=6)
    told.add_argument("--app", default="", help="the address of an app that runs already; its memory is not measured")
    given = told.parse_args()
    with tempfile.TemporaryDirectory() as home, nullcontext(None) if given.app else running(Path(home)) as app:
        report = run(Outside(given.app or app.url), app, given.pictures, given.texts, given.seed)
    print(json.dumps(report, indent=2, ensure_ascii=True))
    return int(report["violations"] > 0)


def run(outside: Outside, app: Running | None, n_pictures: int, n_texts: int, seed: int) -> dict[str, Any]:
    """Sends all of it -> what was wrong, how long the slowest took, the most memory."""
    started, sent, wrong = time.perf_counter(), 0, []
    for label, case in _cases(outside, n_pictures, n_texts, seed):
        sent += 1
        try:
            found = case()
        except Exception as error:
            found = f"no answer: {error!r:.200}"
        if found:
            wrong.append(f"{label[:120]}: {found[:300]}")
            print(wrong[-1].encode("ascii", "replace").decode(), file=sys.stderr)
        if app and not app.lives:
            wrong.append(f"{label[:120]}: the app ended")
            break
    report = {"cases": sent, "seconds": round(time.perf_counter() - started), "slowest": outside.slowest}
    traces = app.traces() if app else 0
    if app:
        report |= {"lives": app.lives, "tracebacks": traces, "peak_mb": round(app.peak_mb)}
    return report | {"violations": len(wrong) + traces, "first": wrong[:_MOST_SHOWN]}


def _cases(outside: Outside, n_pictures: int, n_texts: int, seed: int) -> Iterator[Case]:
    for number, one in enumerate(pictures(n_pictures, seed, large=n_pictures >= 1000)):
        yield f"picture {one.name}", lambda one=one, also=number % ALSO == 0: outside.photo(one, also)
    n_words, n_calls = (round(n_texts * share) for share in SHARES.values())
    for text in texts(n_words, seed):
        yield f"words {text!r}", lambda text=text: outside.words(text)
    for name, given in calls(n_calls, seed):
        yield f"call {name} {given!r}", lambda name=name, given=given: outside.call(name, given)
    n_names = min(len(FILE_NAMES), n_texts // 10)
    for file in FILE_NAMES[:n_names]:
        yield f"file {file!r}", lambda file=file: outside.table(file, b"id,title,image\n1,Red,red.png\n")
    for name, data in tables(n_texts - n_words - n_calls - n_names, seed):
        yield f"table {name}", lambda name=name, data=data: outside.table(name, data)


if __name__ == "__main__":
    sys.exit(main())
