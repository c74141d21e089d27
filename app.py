"""`python app.py`, and what a Hugging Face Space runs."""

from __future__ import annotations

import sys

from visearch.config import Settings
from visearch.errors import VisearchError
from visearch.live import LiveEngine
from visearch.ui import build_app, launch

settings = Settings.from_env()
live = LiveEngine(settings)
demo = build_app(live, settings)


def main() -> int:
    """Serves the page until it is stopped; 1 with one line when it cannot."""
    try:
        launch(demo, live, settings)
    except VisearchError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
