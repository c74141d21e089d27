"""Related, for-you, offers and reviews: what a shopper is shown."""

from __future__ import annotations

import typer


def add(app: typer.Typer) -> None:
    """Adds the commands."""
