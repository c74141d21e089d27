"""Languages, light and dark, narrow and wide, and axe-core over every view; on the real app."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

pytest.importorskip("axe_playwright_python", reason="pip install -r tests/requirements.txt")

from axe_playwright_python.sync_playwright import Axe

from tests.browser.acts import SCENE, ask, boxes, cards, chips, fits, open_first, panel, photo, summary, words
from tests.browser.conftest import Visit
from tests.ui.still import StillLive
from visearch.live import Status

pytestmark = pytest.mark.browser


def views(page: Page) -> Iterator[str]:
    """Walks through every view of the page -> its name, when it stands there."""
    expect(cards(page).first).to_be_visible()
    yield "start"
    ask(page, "red leather handbag")
    yield "words"
    names = page.locator("#results .card h3").all_inner_texts()[:2]
    for number in (0, 1):
        cards(page).nth(number).locator("[data-toggle=compare]").click()
        expect(page.locator("#tray .picked")).to_have_count(number + 1)
    cards(page).first.locator("[data-act=save]").click()
    yield "tray"
    page.locator("#tray .pill").click()
    expect(page.locator("#comparison table")).to_be_visible()
    yield f"comparison of {names}"
    page.keyboard.press("Escape")
    expect(page.locator("#comparison")).to_be_hidden()
    page.locator("#tray .link-button").click()
    open_first(page)
    yield "panel"
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    page.locator("[data-act=show-saved]").click()
    expect(page.locator("#filters > *")).to_have_count(0)
    yield "saved"
    page.goto(f"{page.url.split('?')[0]}?category=Shoes&category=Toys&price=5000..&in_stock=yes")
    expect(page.locator("#results .notice")).to_be_visible()
    yield "empty"
    page.locator("[data-act=link]").click()
    expect(page.locator("#address")).to_be_focused()
    yield "link"
    page.locator("#results .notice button").click()
    expect(cards(page).first).to_be_visible()
    page.locator("#file").set_input_files(SCENE)
    expect(boxes(page).first).to_be_visible()
    words(page).fill("blue")
    words(page).press("Enter")
    expect(page.locator("#share")).to_be_visible()
    yield "photo"
    page.locator("[data-act=draw]").click()
    expect(page.locator(".rubber")).to_be_focused()
    yield "drawing"
    page.keyboard.press("Escape")
    page.locator(".pill.look").click()
    expect(page.locator("#results .outfit").first).to_be_visible()
    yield "look"


CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
ALL_RULES = {"resultTypes": ["violations"]}
FEW_CARDS = {"exclude": [[".card:nth-child(n+9)"]]}
"""Without the ninth card of each list and those after it, which are drawn as the first eight."""


def faults(page: Page, rules: dict[str, object] = ALL_RULES, where: dict[str, object] | None = None) -> list[str]:
    """What axe-core calls serious or critical, and what it calls moderate too."""
    # A dialog that slides in is half transparent for a moment, and that is no contrast.
    page.wait_for_function(
        """() => document.getAnimations().every(
            one => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)"""
    )
    found = Axe().run(page, where, rules).response["violations"]
    return [f"{one['impact']} {one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]


# Wide and light it is all rules on all cards. What else may go wrong is the colours in the dark, and the narrow page.
@pytest.mark.parametrize(
    ("options", "rules", "where"),
    [
        ({"width": 1440}, ALL_RULES, None),
        ({"width": 1440, "color_scheme": "dark", "locale": "zh-CN"}, CONTRAST, FEW_CARDS),
        ({"width": 360, "has_touch": True, "is_mobile": True}, CONTRAST, FEW_CARDS),
        (
            {"width": 390, "has_touch": True, "is_mobile": True, "color_scheme": "dark", "locale": "zh-CN"},
            ALL_RULES,
            FEW_CARDS,
        ),
    ],
    ids=["desktop", "desktop-dark-zh", "phone", "phone-dark-zh"],
)
def test_every_view_is_accessible_and_fits(
    app: str,
    visit: Callable[..., Visit],
    options: dict[str, object],
    rules: dict[str, object],
    where: dict[str, object] | None,
) -> None:
    page = visit(app, **options).page
    wrong = {}
    for view in views(page):
        told = faults(page, rules, where)
        if not fits(page):
            told.append(f"{page.evaluate('document.documentElement.scrollWidth')} pixels wide")
        if told:
            wrong[view] = told
    assert wrong == {}


def test_what_is_not_ready_is_accessible_too(serve: Callable[..., str], visit: Callable[..., Visit]) -> None:
    live = StillLive(None, Status(state="indexing", reason="Offline.", stage="embedding", done=30, total=120))
    page = visit(serve(live), 390).page
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert faults(page) == []
    live.now = Status(state="failed", error="There is no catalogue 'x'. Check the name.")
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == [] and fits(page)


def test_chinese_by_the_browser_s_language_and_by_the_button(app: str, visit: Callable[..., Visit]) -> None:
    page = visit(app, locale="zh-CN").page
    expect(page.get_by_role("button", name="搜索", exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^zh"))
    page.locator("#words").fill("红色 手提包")
    page.locator("#words").press("Enter")
    summary(page, "红色 手提包")
    # The sample's titles are there in Chinese.
    expect(page.locator("#results .card h3").first).to_have_text(re.compile("[\u4e00-\u9fff]"))
    expect(page.locator("#facet-color")).to_contain_text("红色")
    page.get_by_role("button", name="English").click()
    summary(page, "for “红色 手提包”")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(words(page)).to_have_value("红色 手提包")
    page.reload()
    summary(page, "for “红色 手提包”")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("button", name="搜索", exact=True)).to_be_visible()


def test_dark_by_the_system_and_by_the_button(app: str, visit: Callable[..., Visit]) -> None:
    def brightness(page: Page) -> float:
        shown = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in re.findall(r"\d+", shown)[:3]) / 3

    page = visit(app, color_scheme="dark").page
    expect(cards(page).first).to_be_visible()
    assert brightness(page) < 60
    page.get_by_role("button", name="Light or dark").click()
    assert brightness(page) > 200
    assert page.evaluate("getComputedStyle(document.querySelector('.value input')).colorScheme") == "light"
    page.reload()
    expect(cards(page).first).to_be_visible()
    assert brightness(page) > 200, "the choice is kept"


def test_the_keyboard_goes_through_the_page_in_order(shop: Page) -> None:
    order = ["Skip to the results", "visearch", "Saved", "Discover", "Boards", "Desk", "Catalogue", "Insights", "中文"]
    order += ["Light or dark", "Choose", "Camera", "Link"]
    for name in order:
        shop.keyboard.press("Tab")
        focused = shop.evaluate(
            """() => {
                const at = document.activeElement, style = getComputedStyle(at);
                const seen = style.outlineStyle !== 'none' && at.getBoundingClientRect().left >= 0;
                return [at.ariaLabel || at.innerText.trim(), seen];
            }"""
        )
        assert focused == [name, True], "a focus that is seen, in the order of the page"
    shop.keyboard.press("Tab")
    expect(words(shop)).to_be_focused()
    expect(words(shop)).to_have_accessible_name("Keywords")
    shop.keyboard.type("vase")
    shop.keyboard.press("Enter")
    summary(shop, "for “vase”")
    nameless = shop.evaluate(
        """() => [...document.querySelectorAll('#visearch :is(a, button, input, select, summary)')]
            .filter(one => one.checkVisibility() && !one.ariaHidden && !one.closest('label')
                && !(one.ariaLabel || one.innerText || one.labels?.length)).map(one => one.outerHTML)"""
    )
    assert nameless == []
    shop.locator(".skip").press("Enter")
    expect(shop.locator("#results")).to_be_focused()


def test_a_phone_shows_results_two_by_two_and_opens_filters(app: str, visit: Callable[..., Visit]) -> None:
    page = visit(app, 390, 800, has_touch=True, is_mobile=True).page
    expect(cards(page).first).to_be_visible()
    photo(page)
    expect(page.get_by_role("checkbox", name="Clothing 26")).to_be_hidden()
    page.get_by_role("button", name="Filters", exact=True).tap()
    page.get_by_role("checkbox", name="Clothing 26").check()
    expect(page.get_by_role("button", name="Filters (1)")).to_be_visible()
    page.get_by_role("button", name="Show results").tap()
    expect(page.get_by_role("checkbox", name="Clothing 26")).to_be_hidden()
    expect(chips(page)).to_be_in_viewport()
    ask(page, "a rather long wish with many words in it")
    expect(page.locator("#summary")).to_be_in_viewport()
    tops = cards(page).evaluate_all("all => all.slice(0, 2).map(card => card.getBoundingClientRect().top)")
    assert tops[0] == tops[1] and fits(page)
    boxes(page).nth(1).locator("b").tap()
    expect(boxes(page).nth(1)).to_have_attribute("aria-pressed", "true")


def test_answers_do_not_push_the_page_about(app: str, visit: Callable[..., Visit]) -> None:
    for width, query in ((1350, ""), (412, ""), (412, "?q=red+leather&category=Accessories")):
        page = visit(f"{app}/{query}", width, 823).page
        expect(cards(page).first).to_be_visible()
        moved = page.evaluate(
            """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries()
                .reduce((sum, one) => sum + one.value, 0))).observe({ type: 'layout-shift', buffered: true }))"""
        )
        assert moved < 0.1, f"layout shift at {width} pixels"
