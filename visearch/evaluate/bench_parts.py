"""What a bench measures apart from queries: memory of a whole process, and architectures with random weights."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from visearch.config import Settings
from visearch.models.exports import Exports
from visearch.models.plain import ARCHITECTURES, random_towers
from visearch.models.probes import pictures
from visearch.models.towers import IMAGE, TEXT

ROOT = Path(__file__).resolve().parents[2]
BATCH = 8
_WORDS = 16

# Not getrusage: a new process begins with its parent's peak there.
_HIGHEST = "int(next(l for l in open('/proc/self/status') if l.startswith('VmHWM')).split()[1]) / 1024"

_OURS = """
from pathlib import Path
from PIL import Image
from visearch.config import Settings
from visearch.prepare import Choice, open_engine
from visearch.types import Query
engine = open_engine(Settings(home=Path(sys.argv[1]), offline=True), Choice("sample", "embedded", ""))
engine.search(Query("red mug"))
engine.search(Query(image=Image.new("RGB", (300, 200), (200, 30, 30))))
"""
_PLAIN = """
from PIL import Image
from visearch.models.plain import plain_embedded
import datasets, faiss
encoder = plain_embedded()
encoder.embed_text("red mug")
encoder.embed_image(Image.new("RGB", (300, 200), (200, 30, 30)))
"""


def memory(settings: Settings) -> dict[str, float]:
    """Peak resident MB of a process that opens the sample and answers words and a photo, and of the baseline's.

    Ours is measured at its second start: the first one also loads torch to export the encoder.
    """
    return {"peak_mb": _peak(_OURS, str(settings.home)), "baseline_peak_mb": _peak(_PLAIN, "")}


def architectures(rounds: int = 3) -> dict[str, Any]:
    """ms a picture and a text of the downloads' architectures: plain open_clip, one at a time, beside OpenVINO.

    The weights are random, the texts random tokens of 16 words' length padded to the model's context.
    """
    found: dict[str, Any] = {}
    for name in ARCHITECTURES:
        try:
            found[name] = _architecture(name, rounds)
        except Exception as error:  # what OpenVINO cannot convert is a finding, not the end of the bench
            found[name] = {"error": f"{type(error).__name__}: {error}"}
    return found


def _architecture(name: str, rounds: int) -> dict[str, Any]:
    plain, towers, pixels = random_towers(name)
    picture = pictures(1)[0]
    rows, tokens = pixels(pictures(BATCH)), np.zeros((BATCH, int(plain.model.context_length)), dtype=np.int64)
    tokens[:, :_WORDS] = np.random.default_rng(0).integers(1, 40_000, (BATCH, _WORDS))
    one_text = tokens[:1]
    with tempfile.TemporaryDirectory() as folder:
        fast = Exports(Path(folder), name, "bench").make(towers, {IMAGE: rows[:2], TEXT: tokens[:2]}, {})
        return {
            "runtime": fast.runtime,
            "image_ms": _turns(lambda: plain.embed_image(picture), lambda: fast.run(IMAGE, pixels([picture])), rounds),
            "image_batch_ms": _turns(
                lambda: towers.run(IMAGE, rows), lambda: fast.run(IMAGE, rows), rounds, each=BATCH
            ),
            "text_ms": _turns(lambda: towers.run(TEXT, one_text), lambda: fast.run(TEXT, one_text), rounds),
        }


def _turns(plain: Any, fast: Any, rounds: int, each: int = 1, repeats: int = 5) -> dict[str, float]:
    """Median ms of both, in turn, and how much faster ours is."""
    times: tuple[list[float], list[float]] = ([], [])
    plain(), fast()
    for _ in range(rounds * repeats):
        for kept, run in zip(times, (plain, fast), strict=True):
            started = time.perf_counter()
            run()
            kept.append((time.perf_counter() - started) * 1000 / each)
    slow, quick = median(times[0]), median(times[1])
    return {"ms": round(quick, 1), "baseline_ms": round(slow, 1), "ratio": round(slow / quick, 2)}


def _peak(code: str, argument: str) -> float:
    code = f"import sys, json\n{code}\nprint(json.dumps({_HIGHEST}))"
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-W", "ignore", "-c", code, argument],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return round(float(json.loads(done.stdout.strip().splitlines()[-1])))
