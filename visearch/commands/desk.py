"""Supplier, shelf and identify: what the people behind the counter ask."""

from __future__ import annotations

import typer


def add(app: typer.Typer) -> None:
    """Adds the commands."""
