"""`python app.py`, and what a Hugging Face Space runs."""

from __future__ import annotations

import sys

from visearch.ops import zero

# Before anything that imports torch: on ZeroGPU `spaces` must come first.
zero.begin()

from visearch.config import Settings  # noqa: E402
from visearch.errors import VisearchError  # noqa: E402
from visearch.live import LiveEngine  # noqa: E402
from visearch.ops import logs  # noqa: E402
from visearch.ui import build_app, launch  # noqa: E402

settings = Settings.from_env()
live = LiveEngine(settings)
demo = build_app(live, settings)


def main() -> int:
    """Serves the page until it is stopped; 1 with one line when it cannot."""
    try:
        logs.configure()
        launch(demo, live, settings)
    except VisearchError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
