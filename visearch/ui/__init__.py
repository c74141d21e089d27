"""The page: `build_app` makes it, `launch` serves it."""

from visearch.ui.page import build_app, launch

__all__ = ["build_app", "launch"]
