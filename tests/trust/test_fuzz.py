"""A small part of the fuzz run (`python -m tests.trust.fuzz`) without a server: 300 cases that are always the same."""

from __future__ import annotations

import pytest

from tests.trust.hostile_pictures import FINE, REFUSED, Hostile, pictures
from tests.trust.hostile_texts import calls, tables, texts
from tests.trust.in_process import Inside
from tests.trust.watching import complaint

PICTURES, TEXTS, CALLS, TABLES = 150, 15, 110, 25


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Inside:
    return Inside(tmp_path_factory.mktemp("inside"))


def test_hostile_pictures_are_refused_in_a_sentence(inside: Inside) -> None:
    sent = list(pictures(PICTURES))
    assert {one.expect for one in sent} >= {FINE, REFUSED}
    assert {one.name: wrong for one in sent if (wrong := inside.photo(one))} == {}


def test_hostile_words_are_only_words(inside: Inside) -> None:
    assert {text[:60]: wrong for text in texts(TEXTS, seed=5) if (wrong := inside.words(text))} == {}


def test_hostile_calls_are_told_what_was_wrong(inside: Inside) -> None:
    sent = list(calls(CALLS))
    assert {f"{name} {given!r:.200}": wrong for name, given in sent if (wrong := inside.call(name, given))} == {}


def test_hostile_tables_are_read_or_refused(inside: Inside) -> None:
    sent = list(tables(TABLES))
    assert {name: wrong for name, data in sent if (wrong := inside.table(name, data))} == {}


def test_a_case_that_is_always_the_same() -> None:
    assert [one.data for one in pictures(50)] == [one.data for one in pictures(50)]
    assert list(texts(200)) == list(texts(200)) and repr(list(calls(50))) == repr(list(calls(50)))


def test_the_watcher_sees_what_it_looks_for(inside: Inside) -> None:
    assert complaint(500, "{}") and complaint(200, 'File "x.py", line 3') and complaint(200, "ValueError: x")
    assert complaint(200, "/tmp/x") and complaint(200, "Something went wrong here") and not complaint(200, "fine")
    assert "not refused" in inside.photo(Hostile("good", next(iter(pictures(1000))).data, REFUSED))
