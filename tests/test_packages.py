"""What is said of a package that is not installed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from visearch.errors import ModelError, StoreError, VisearchError
from visearch.packages import check_installed, missing, optional, package_folder


def test_a_package_that_is_there_is_imported() -> None:
    assert optional("json", "json", "This") is json


def test_a_missing_package_comes_with_its_command() -> None:
    with pytest.raises(VisearchError) as told:
        optional("no_such_thing", "no-such-thing", "Reading minds")
    assert told.value.message == "Reading minds needs the package no-such-thing, which is not installed."
    assert told.value.hint == "Run `pip install no-such-thing`."
    with pytest.raises(StoreError, match="`pip install no-such-thing`, or guess"):
        optional("no_such_thing", "no-such-thing", "This", "guess", StoreError)


def test_what_is_missing_is_named_as_pip_names_it() -> None:
    assert missing({"json": "json", "no_such_thing": "No-Such-Thing"}) == ["No-Such-Thing"]
    check_installed("The model x", [])
    with pytest.raises(
        ModelError, match=r"The model x needs packages that are not installed: a, b\. Run `pip install a b`"
    ):
        check_installed("The model x", ["a", "b"])


def test_a_package_is_found_without_being_imported() -> None:
    assert package_folder("json") == Path(json.__file__).parent
    with pytest.raises(ModelError, match="pip install no-such-thing"):
        package_folder("no_such_thing")
