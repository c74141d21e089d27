"""Board and marks: what a campaign is put together with."""

from __future__ import annotations

import typer


def add(app: typer.Typer) -> None:
    """Adds the commands."""
