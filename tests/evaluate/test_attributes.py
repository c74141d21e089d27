"""What is read from pictures, held against the records of a shop of plain colours."""

from __future__ import annotations

import pytest

from tests.evaluate.shop import toy_engine
from tests.toy import ToyCatalog
from visearch.evaluate import attributes
from visearch.evaluate.halves import half


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory):
    return toy_engine(tmp_path_factory.mktemp("attributes"), ToyCatalog(120))


def test_plain_colours_are_named_right(engine) -> None:
    row = attributes.colors_of(engine, "toy")
    assert row is not None and row.first > 0.9 and row.any_named is not None and row.any_named >= row.first
    assert row.n == sum(half(p.id) == "B" for p in engine.opened.products)
    assert sum(count for _, _, count in row.reliability) == row.n


def test_labels_are_asked_of_half_b_without_their_own(engine) -> None:
    row = attributes.labels_of(engine, "toy", "category")
    assert row is not None and row.labels == 2
    # Colours repeat every six products, and so does the category: neighbours tell it.
    assert row.first > row.chance + 0.3
    assert "| toy | category |" in attributes.to_table([row])


def test_a_field_that_nobody_fills_is_left_out(engine) -> None:
    assert attributes.labels_of(engine, "toy", "material") is None
