"""How the tests are shared out among the workers, and what one of them need not compute twice."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from PIL import Image
from xdist.scheduler import LoadFileScheduling

# Before torch is imported, for the tests and for all that they start. The workers share the cores already: with more
# threads each, torch's spend their time waiting for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")

BROWSER = "tests/browser"
WITHOUT_THE_APP = tuple(f"{BROWSER}/test_{name}.py" for name in ("catalogue", "attacks", "served"))
LONG = (
    "tests/test_cli.py",
    "tests/test_auto.py",
    "tests/evaluate/test_compare.py",
    "tests/evaluate/test_asking.py",
    "tests/models/test_runtimes.py",
    "tests/models/test_embedded.py",
    "tests/models/test_hub.py",
    "tests/captions/test_hub.py",
    "tests/detect/test_embedded.py",
    "tests/api/test_examples.py",
    "tests/evaluate/test_table.py",
    "tests/test_sample_vectors.py",
    "tests/test_build_kill.py",
    "tests/test_heat.py",
    "tests/insights/test_runs.py",
    "tests/ui/test_first_page.py",
)
"""Files whose few tests take long. Begun last, one of them would leave the other worker without work."""


def piece(nodeid: str) -> str:
    """What one worker does as a whole: a file, or the browser's files, which share the real app: half of all work."""
    file = nodeid.split("::", 1)[0]
    return BROWSER if file.startswith(f"{BROWSER}/") and file not in WITHOUT_THE_APP else file


class LongFirst(LoadFileScheduling):
    """As `--dist loadfile`, in the order of the collection."""

    def _split_scope(self, nodeid: str) -> str:
        return piece(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LongFirst | None:
    if config.getvalue("dist") != "loadfile":
        return None
    # It would put what has the fewest tests last, however long they take.
    config.option.loadscopereorder = False
    return LongFirst(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks the real app first, then what takes long, then whatever has the most tests."""
    tests = Counter(piece(item.nodeid) for item in items)
    places = {name: place for place, name in enumerate((BROWSER, *LONG, *WITHOUT_THE_APP))}
    items.sort(key=lambda item: (places.get(piece(item.nodeid), len(places)), -tests[piece(item.nodeid)]))


@pytest.fixture(scope="session", autouse=True)
def strangers_seen_once() -> Iterator[None]:
    """The photos that every catalogue is calibrated against are read once, and the real encoder looks at them once.

    They are always the same, and many times as many as the products of a test's shop.
    """
    from visearch import calibration
    from visearch.closeness import LooksTwice
    from visearch.models.base import Embedder
    from visearch.types import Vectors

    load_image, views_of = cache(calibration.load_image), calibration.views_of
    seen: dict[tuple[str, str, int], Vectors] = {}

    def remembered(embedder: Embedder, picture: Image.Image) -> Vectors:
        if not isinstance(embedder, LooksTwice):
            return views_of(embedder, picture)
        # The pictures are kept, so that no other gets the same id.
        key = (embedder.info.fingerprint, embedder.info.runtime, id(picture))
        if key not in seen:
            seen[key] = views_of(embedder, picture)
        return seen[key].copy()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration, "load_image", load_image)
        patch.setattr(calibration, "views_of", remembered)
        yield
