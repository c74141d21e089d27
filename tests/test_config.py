"""Settings come from the environment, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from visearch.config import Settings
from visearch.errors import VisearchError


def test_defaults_are_auto_and_the_cache_folder() -> None:
    settings = Settings.from_env({"XDG_CACHE_HOME": "/somewhere"})
    assert (settings.catalog, settings.model, settings.index, settings.offline, settings.limit) == (
        "auto",
        "auto",
        "auto",
        False,
        None,
    )
    assert settings.home == Path("/somewhere/visearch")


def test_everything_can_be_set() -> None:
    env = {"VISEARCH_CATALOG": "shop", "VISEARCH_MODEL": "vit-b-32", "VISEARCH_HOME": "~/x", "VISEARCH_LIMIT": "7"}
    settings = Settings.from_env(env | {"HF_HUB_OFFLINE": "1"})
    assert (settings.catalog, settings.model, settings.limit, settings.offline) == ("shop", "vit-b-32", 7, True)
    assert settings.home == Path.home() / "x"


@pytest.mark.parametrize("limit", ["0", "-3", "many", "1.5"])
def test_a_bad_limit_is_named(limit: str) -> None:
    with pytest.raises(VisearchError, match=f"VISEARCH_LIMIT is '{limit}'"):
        Settings.from_env({"VISEARCH_LIMIT": limit})


def test_changes_of_none_are_no_changes() -> None:
    settings = Settings.from_env({"VISEARCH_CATALOG": "shop"})
    assert settings.with_(catalog=None, model="embedded").catalog == "shop"
