"""Campaigns: what their table may say, and which places their products get in a list."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from tests.ui.still import StillLive, engine_of
from visearch.catalog import sample_folder
from visearch.errors import CatalogError
from visearch.shop import campaigns_kept
from visearch.shop.campaigns import Campaign, placed, read_campaigns, write_campaigns
from visearch.shop.campaigns_kept import forget_own, keep_own, plan_of, running_now
from visearch.types import Hit, Product
from visearch.ui.answer import answer
from visearch.ui.photos import Photos
from visearch.ui.results import results_html
from visearch.ui.state import State
from visearch.ui.texts import Say

HEAD = "name,name_zh,start,end,slots,product_ids\n"
KNOWN = {f"p-{n:03d}" for n in range(24)}


def hits(n: int = 24, **changes: object) -> list[Hit]:
    """Places 1 to n, all close; product 7 is out of stock."""
    return [Hit(Product(f"p-{i:03d}", stock=0 if i == 7 else 5), 1 - i / 100, 100.0 - i, True) for i in range(n)]


def campaign(*ids: str, slots: int = 2, name: str = "Spring") -> Campaign:
    return Campaign(name, date(2026, 3, 1), date(2026, 3, 31), slots, ids)


def ids(found: tuple[Hit, ...]) -> list[str]:
    return [hit.product.id for hit in found]


def test_each_fault_is_told_with_its_line() -> None:
    table = HEAD + (
        "Good,好,2026-01-01,2026-12-31,2,p-001|p-002|nothing\n"
        ",,2026-01-01,2026-12-31,2,p-001\n"
        "Day,,soon,2026-12-31,2,p-001\n"
        "Order,,2026-12-31,2026-01-01,2,p-001\n"
        "Slots,,2026-01-01,2026-12-31,9,p-001\n"
        "None,,2026-01-01,2026-12-31,1,nothing\n"
        "Good,,2026-01-01,2026-12-31,1,p-003\n"
    )
    found, faults = read_campaigns(table.encode("utf-8-sig"), KNOWN)
    assert [(one.name, one.name_zh, one.product_ids) for one in found] == [("Good", "好", ("p-001", "p-002"))]
    told = [(one.row, one.kind) for one in faults]
    assert told == [
        (2, "unknown"), (3, "name"), (4, "start"), (5, "order"), (6, "slots"), (7, "products"), (7, "unknown"),
        (8, "double"),
    ]  # fmt: skip
    assert str(faults[2]) == "Line 4: the start 'soon' is no date such as 2026-03-01"


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"a,b\n1,2\n", b"x" * (1 << 21)])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(CatalogError):
        read_campaigns(data, KNOWN)


def test_a_table_comes_back_as_it_was_written() -> None:
    made = [campaign("p-001", "p-002"), campaign("p-003", name="Summer, late")]
    assert [one.product_ids for one in read_campaigns(write_campaigns(made), KNOWN)[0]] == [
        ("p-001", "p-002"),
        ("p-003",),
    ]


def test_days_are_included() -> None:
    one = campaign("p-001")
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [one.state(day) for day in days] == ["coming", "running", "running", "ended"]


def test_products_take_the_free_places_within_the_slots() -> None:
    order, marks = placed(hits(60), 24, [campaign("p-012", "p-015", "p-016")])
    assert ids(order)[2] == "p-012" and ids(order)[7] == "p-015" and set(marks) == {"p-012", "p-015"}
    assert len(order) == len(set(ids(order))) == 24
    assert [one for one in ids(order) if one not in marks] == [f"p-{i:03d}" for i in range(24) if i not in (12, 15)][
        :22
    ]


def test_what_stands_higher_stays_there_and_is_marked() -> None:
    order, marks = placed(hits(), 24, [campaign("p-000")])
    assert ids(order) == [f"p-{i:03d}" for i in range(24)] and set(marks) == {"p-000"}


def test_sold_out_exact_far_and_distant_products_take_no_place() -> None:
    far = [*hits(20), Hit(Product("p-020"), 0.5, 40.0, True), Hit(Product("p-021"), 0.4, 95.0, False)]
    wanted = campaign("p-007", "p-009", "p-020", "p-021", slots=3)
    assert placed(far, 24, [wanted], taken={"p-009"})[1] == {}


def test_no_product_is_there_twice_for_two_campaigns() -> None:
    order, marks = placed(hits(), 24, [campaign("p-010"), campaign("p-010", "p-011", name="Other")])
    assert {id_: one.name for id_, one in marks.items()} == {"p-010": "Spring", "p-011": "Other"}
    assert len(set(ids(order))) == 24


def test_the_owners_table_comes_before_the_shops_and_goes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_of(tmp_path)
    assert plan_of(engine).campaigns == ()
    kept = keep_own(engine, write_campaigns([campaign("p-002", "p-008")]))
    assert kept.own and [one.name for one in kept.campaigns] == ["Spring"]
    monkeypatch.setattr(campaigns_kept, "today", lambda: date(2026, 3, 5))
    assert [one.name for one in running_now(engine)] == ["Spring"]
    monkeypatch.setattr(campaigns_kept, "today", lambda: date(2026, 4, 5))
    assert running_now(engine) == []
    with pytest.raises(CatalogError):
        keep_own(engine, b"nothing")
    assert plan_of(engine).own
    assert forget_own(engine).campaigns == ()


def test_a_search_on_the_page_marks_the_card_and_a_sorted_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_of(tmp_path)
    monkeypatch.setattr(campaigns_kept, "today", lambda: date(2026, 3, 5))
    keep_own(engine, write_campaigns([campaign("p-010", "p-022", name="Spring <b>")]))
    live, photos = StillLive(engine), Photos()
    given = answer(live, photos, State.read({"text": "black"}))
    assert set(given.campaigns) & {"p-010", "p-022"}
    html = results_html(given, State.read({"text": "black"}), Say())
    assert "Campaign: Spring &lt;b&gt;" in html and 'class="card campaign"' in html
    assert answer(live, photos, State.read({"text": "black", "sort": "price"})).campaigns == {}
    assert answer(live, photos, State()).campaigns == {}
    monkeypatch.setattr(campaigns_kept, "today", lambda: date(2026, 4, 5))
    assert answer(live, photos, State.read({"text": "black"})).campaigns == {}


def test_the_samples_campaigns_have_no_fault() -> None:
    with (sample_folder() / "products.csv").open(encoding="utf-8") as file:
        known = {row["id"] for row in csv.DictReader(file)}
    found, faults = read_campaigns((sample_folder() / "campaigns.csv").read_bytes(), known)
    assert found and faults == []
