"""The room Boards in a browser, on the sample."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import SAMPLE, fits
from tests.browser.conftest import Visit
from tests.browser.test_views import faults
from tests.ui.still import SomeOfTheSample, StillLive, engine_of, ready_status
from visearch.live import Examples
from visearch.ui.rooms.boards.marks import EXAMPLES


def picks(page: Page) -> Locator:
    return page.locator(".picks .pick")


def ids(page: Page) -> list[str]:
    return picks(page).evaluate_all("all => all.map(card => card.dataset.id)")


def act(page: Page, n: int, name: str) -> None:
    picks(page).nth(n).locator(f'[data-board="{name}"]').click()


def test_a_board_is_made_pinned_pruned_moved_undone_and_kept(app: str, visit: Callable[..., Visit]) -> None:
    page = visit(f"{app}/?room=boards").page
    page.get_by_role("button", name="Show an example").click()
    expect(picks(page)).to_have_count(24)
    expect(page.locator("#board-mood img")).to_have_count(3)
    made = ids(page)

    act(page, 3, "pin")
    act(page, 1, "prune")
    act(page, 2, "first")
    assert ids(page)[0] == made[3] and made[1] not in ids(page) and len(ids(page)) == 23
    page.get_by_role("button", name="Undo").click()
    assert ids(page)[2] == made[3]
    act(page, 0, "later")
    assert ids(page)[:2] == [made[2], made[0]]

    page.get_by_role("button", name="Make the board").click()
    expect(picks(page)).to_have_count(24)
    expect(picks(page).first).to_have_attribute("data-id", made[3])
    assert made[1] not in ids(page)

    page.get_by_label("Name of the board").fill("Autumn at home")
    page.get_by_label("Name of the board").press("Tab")
    before = ids(page)
    page.reload(wait_until="domcontentloaded")
    expect(picks(page)).to_have_count(24)
    assert ids(page) == before
    expect(page.get_by_label("Name of the board")).to_have_value("Autumn at home")
    assert not faults(page)

    with page.expect_download() as sheet:
        page.get_by_role("button", name="Contact sheet").click()
    assert sheet.value.path().read_bytes().startswith(b"\x89PNG")


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> StillLive:
    """What the sample has in print, with the photos to try: reading the points of all its pictures takes long."""
    engine = engine_of(tmp_path_factory.mktemp("packed"), SomeOfTheSample("(candle|perfume|carton|mug)-.*"))
    photos = tuple(SAMPLE / "images" / name for name, _ in EXAMPLES)
    return StillLive(engine, ready_status(engine), Examples(more=photos))


@pytest.mark.parametrize("width", [360, 1440])
def test_marks_are_found_by_an_example_and_a_drawn_box(
    packed: StillLive, serve: Callable[..., str], visit: Callable[..., Visit], width: int
) -> None:
    pytest.importorskip("cv2", reason="pip install opencv-python-headless")
    page = visit(f"{serve(packed)}?room=boards&part=marks", width=width).page
    page.locator('[data-do="mark_find"].try-photo').first.click()
    found = page.locator("#marks-found .mark-hits").first.locator("li")
    expect(found.first).to_be_visible()
    assert "candle-01" in found.evaluate_all("all => all.map(one => one.dataset.id)")
    assert fits(page)
    box = page.locator(".mark-box")
    box.focus()
    held = page.locator('.mark-form [name="box"]')
    before = held.input_value()
    box.press("ArrowDown")
    assert held.input_value() != before
    stage = page.locator(".mark-stage").bounding_box()
    assert stage
    page.mouse.move(stage["x"] + stage["width"] * 0.2, stage["y"] + stage["height"] * 0.4)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] * 0.8, stage["y"] + stage["height"] * 0.8, steps=4)
    page.mouse.up()
    assert held.input_value().startswith("0.2")
    assert not faults(page)


def test_campaigns_are_listed_counted_and_marked_in_results(app: str, visit: Callable[..., Visit]) -> None:
    page = visit(f"{app}/?room=boards&part=campaigns", width=390).page
    expect(page.locator(".camp.running").first).to_contain_text("Cosy evenings")
    page.get_by_label("Questions").fill("warm light for the bedside")
    page.get_by_role("button", name="Count the places").click()
    expect(page.locator(".camp-total")).to_contain_text("over 1 questions")
    assert fits(page) and not faults(page)
    page = visit(f"{app}/?q=warm+light+for+the+bedside").page
    marked = page.locator("#results .card.campaign")
    expect(marked.first).to_contain_text("Campaign: Cosy evenings")
    ids = page.locator("#results .card").evaluate_all("all => all.map(card => card.id)")
    assert len(ids) == len(set(ids))
    page.locator("#sort").select_option("price")
    expect(marked).to_have_count(0)
