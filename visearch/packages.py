"""Packages that one part needs and the others do without: which are missing, and how to get them."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from visearch.errors import ModelError, VisearchError


def optional(
    module: str, package: str, purpose: str, otherwise: str = "", error: type[VisearchError] = VisearchError
) -> Any:
    """The imported module. Raises `error` with the install command of the pip `package` when it is not installed.

    `purpose` begins the sentence, as in "Reading barcodes"; `otherwise` is another way out, as in "set X".
    """
    try:
        return importlib.import_module(module)
    except ImportError as missed:
        way_out = f", or {otherwise}" if otherwise else ""
        raise error(
            f"{purpose} needs the package {package}, which is not installed.", f"Run `pip install {package}`{way_out}."
        ) from missed


def package_folder(module: str) -> Path:
    """Where an installed package lies, without importing it. Raises ModelError with the install command.

    The pip name is the module's with hyphens.
    """
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        name = module.replace("_", "-")
        raise ModelError(f"The package {name} is not installed.", f"Run `pip install {name}`.")
    return Path(next(iter(spec.submodule_search_locations)))


def missing(packages: Mapping[str, str]) -> list[str]:
    """The pip names, of {module: pip name}, that are not installed; nothing is imported."""
    return [package for module, package in packages.items() if importlib.util.find_spec(module) is None]


def check_installed(what: str, packages: list[str]) -> None:
    """Raises ModelError with the install command when `packages`, which `what` misses, are any."""
    if packages:
        raise ModelError(
            f"{what} needs packages that are not installed: {', '.join(packages)}.",
            f"Run `pip install {' '.join(packages)}`.",
        )
