"""How long a photo takes in the browser: `python -m visearch.evaluate.in_browser [FOLDER]`.

Milliseconds from choosing a photo to its boxes and results on the page (the frame after they are in place), in
Chromium on this machine, with the app in a process of its own and offline. `model_ms` is what detector and encoder
took of it (found inside the server), `overhead_ms` is all the rest: making the photo smaller, sending, decoding,
searching, reasons, HTML and layout. Every photo is new to the server. Needs playwright and a Chromium.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from visearch.evaluate.first_page import ROOT, app_environment, free_port, wait_until_served

PHOTOS = ROOT / "data" / "sample"
MOST = 60
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MARKS = """() => {
  const last = (name) => performance.getEntriesByName(name).at(-1);
  const [chosen, answered] = [last('visearch:chosen'), last('visearch:answered')];
  if (!chosen || !answered || answered.startTime < chosen.startTime) return null;
  if (!document.querySelector('.shot img')?.complete) return null;
  return { ms: answered.startTime - chosen.startTime, inside: answered.detail };
}"""


def measure(photos: Sequence[Path], browser_path: str = "") -> dict[str, Any]:
    """Percentiles over `photos`; the first photo only warms up. Raises RuntimeError when the page does not open."""
    from playwright.sync_api import sync_playwright

    found = browser_path or next((path for name in _BROWSERS if (path := shutil.which(name))), "")
    rows = []
    with _served() as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found or None, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(300_000)
        page.goto(address)
        page.wait_for_selector("#results .card:not(.skeleton)")
        for photo in photos:
            page.evaluate("() => performance.clearMarks()")
            page.locator("#file").set_input_files(photo)
            rows.append(page.wait_for_function(_MARKS).json_value())
        chromium.close()
    return summary(rows[1:])


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """p50 and p95 of the whole, of the models' part and of the rest; rows are {"ms", "inside": timings}."""
    whole = np.array([row["ms"] for row in rows])
    model = np.array([row["inside"].get("detect", 0.0) + row["inside"].get("embed", 0.0) for row in rows])
    return {
        "photos": len(rows),
        "total_ms": _percentiles(whole),
        "model_ms": _percentiles(model),
        "overhead_ms": _percentiles(whole - model),
    }


def _percentiles(values: np.ndarray[Any, Any]) -> dict[str, float]:
    return {f"p{p}": round(float(np.percentile(values, p)), 1) for p in (50, 95)}


@contextmanager
def _served() -> Iterator[str]:
    port = free_port()
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=app_environment(home, port),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until_served(process, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def main() -> None:
    """Prints the document for the photos of a folder, the sample's queries and scenes by default."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PHOTOS
    photos = sorted(folder.rglob("*.jpg")) if len(sys.argv) > 1 else _sample_photos()
    print(json.dumps(measure(photos[: MOST + 1]), indent=2))


def _sample_photos() -> list[Path]:
    scenes, queries = sorted((PHOTOS / "scenes").glob("*.jpg")), sorted((PHOTOS / "queries").glob("*.jpg"))
    return [*queries[:1], *scenes, *queries[1:]]


if __name__ == "__main__":
    main()
