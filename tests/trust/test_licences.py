"""Every dependency has a licence that was looked at, a bound above, and a line in docs/licences.md."""

from __future__ import annotations

from functools import cache

import pytest

from tests.trust.licences import PAGE, closure, is_allowed, licence, objection, requirements, weights

NAMES = sorted(closure())


@cache
def rows() -> dict[str, str]:
    """First cell -> whole line, of all tables of the page."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    return {line.split(" | ")[0].removeprefix("| "): line for line in lines}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_installed_is_listed_with_a_licence_that_may_be(name: str) -> None:
    assert objection(name, licence(name, closure()[name])) == ""
    line = rows().get(name, "")
    # Torch draws in other libraries of NVIDIA with every version and on every system.
    assert line or name.startswith(("nvidia-", "cuda-")), f"{name}: run python -m tests.trust.licences"


@pytest.mark.parametrize("name", sorted(requirements()))
def test_every_requirement_is_bounded_above_and_listed(name: str) -> None:
    asked = requirements()[name]
    assert any(one.operator in ("<", "<=", "==", "~=") for one in asked.specifier), f"{asked} has no upper bound"
    assert str(asked.specifier) in rows()[name]


def test_weights_and_data_are_listed_as_they_are() -> None:
    for what, source, told, pinned in weights():
        assert rows()[what] == f"| {what} | {source} | {told} | {pinned} |"
        assert told and pinned


@pytest.mark.parametrize(
    "told", ["GPL-2.0-only", "AGPL-3.0", "MIT AND GPL-3.0", "CC-BY-NC-4.0", "", "LGPL-2.1", "research only"]
)
def test_other_licences_are_objected_to(told: str) -> None:
    assert not is_allowed(told) and objection("x", told)
    assert is_allowed("MPL-2.0 AND (Apache-2.0 OR MIT)") and is_allowed("GPL-2.0 OR MIT")
