"""The catalogue room in a browser: a shop's own table and pictures come in, are checked, indexed and searched."""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import ask, cards, chips, fits, summary
from tests.browser.conftest import Visit
from tests.browser.test_views import faults
from tests.toy import COLORS, ToyCatalog, ToyEmbedder, picture_bytes
from visearch import prepare
from visearch.catalog import open_catalog
from visearch.config import Settings
from visearch.live import LiveEngine

pytestmark = pytest.mark.browser
Serve = Callable[..., str]
Open = Callable[..., Visit]

_DROP = """([files]) => {
    const carried = new DataTransfer();
    for (const [name, data] of files) {
        carried.items.add(new File([Uint8Array.from(atob(data), c => c.charCodeAt(0))], name));
    }
    const event = new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true });
    (document.querySelector('#cat-drop') || document.body).dispatchEvent(event);
}"""


@pytest.fixture
def page(serve: Serve, visit: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Page]:
    """Opens the page of an engine that really switches, with a toy for an encoder and a toy for the sample."""

    def opened(name: str, settings: Settings, **options: object) -> object:
        return ToyCatalog(24, "sample") if name == "sample" else open_catalog(name, settings, **options)

    monkeypatch.setattr(prepare, "open_catalog", opened)
    monkeypatch.setattr(prepare, "load_model", lambda *_: ToyEmbedder("embedded"))
    monkeypatch.setattr(prepare, "load_sentences", lambda settings: {})
    monkeypatch.setattr(prepare, "sentence_names", tuple)
    settings = Settings(home=tmp_path / "home", offline=True, detector="none")

    def start(link: str = "", **options: object) -> Page:
        live = LiveEngine(settings, lambda _: False)
        page = visit(serve(live, settings=settings) + link, **options).page
        expect(page.locator("#answers")).to_contain_text("24")
        return page

    return start


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A table whose price column has a name of its own, and a ZIP with its pictures in a folder of another name."""
    rows = [f"{n},{color.title()} lamp,Lamps,{10 + n}.50,{color}.png" for n, color in enumerate(COLORS)]
    table, archive = tmp_path / "lamp-shop.csv", tmp_path / "photos.zip"
    table.write_text("\n".join(["sku,name,department,cost,photo", *rows, "9,Lost lamp,Lamps,9,lost.png"]), "utf-8")
    with zipfile.ZipFile(archive, "w") as made:
        for color, rgb in COLORS.items():
            made.writestr(f"my photos/{color}.png", picture_bytes(rgb))
    return [table, archive]


def room(page: Page) -> None:
    page.get_by_role("link", name="Catalogue").click()
    expect(page.get_by_role("heading", level=2, name="Catalogue")).to_be_focused()


def upload(page: Page, files: list[Path]) -> None:
    page.locator("#cat-files").set_input_files(files)
    expect(page.locator("#cat-title")).to_have_value("lamp-shop")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Check lamp-shop")).to_be_focused()


def answering(page: Page, name: str) -> None:
    expect(page.locator(".cat-now h3")).to_have_text(name)


def test_a_shop_comes_in_is_searched_and_the_sample_comes_back(page: Callable[..., Page], files: list[Path]) -> None:
    shop = page("?q=red&category=Mugs")
    expect(chips(shop)).to_have_count(1)
    room(shop)
    upload(shop, files)
    look = shop.locator(".cat-look")
    expect(look).to_contain_text("Rows with a picture that is not in the upload: 1")
    expect(look.locator("tbody img")).to_have_count(6)
    shop.get_by_role("combobox", name="Price", exact=True).select_option("cost")
    expect(look.locator("th", has_text="cost")).to_contain_text("Price")
    shop.get_by_role("button", name="Index 6 products").click()
    answering(shop, "lamp-shop")
    expect(look).to_have_count(0)
    shop.get_by_text("1 rows or pictures were left out").click()
    expect(shop.locator("#cat-skipped td").last).to_contain_text("there is no picture lost.png")
    # The words are kept, what only the other catalogue knows is not.
    shop.get_by_role("button", name="Back to the search").click()
    summary(shop, "for “red”")
    expect(shop).to_have_url(re.compile(r"\?q=red$"))
    expect(cards(shop).first).to_contain_text("Red lamp")
    expect(cards(shop).first).to_contain_text("10.50")
    room(shop)
    shop.get_by_role("button", name="Back to Toy shop").click()
    answering(shop, "Toy shop")
    shop.get_by_role("button", name="Back to the search").click()
    expect(cards(shop).first).to_contain_text(re.compile("Red (bag|mug)"))
    room(shop)
    card = shop.locator(".cat-offer", has_text="lamp-shop")
    expect(card).to_contain_text("Indexed")
    shop.once("dialog", lambda dialog: dialog.accept())
    card.get_by_role("button", name="Remove lamp-shop").click()
    expect(card).to_have_count(0)


def test_the_room_has_an_address_and_the_search_waits(page: Callable[..., Page]) -> None:
    shop = page()
    ask(shop, "red bag")
    room(shop)
    expect(shop).to_have_url(re.compile(r"\?room=catalogue$"))
    expect(shop).to_have_title("Catalogue · visearch")
    expect(shop.locator("#ask")).to_be_hidden()
    shop.go_back()
    summary(shop, "for “red bag”")
    expect(shop).to_have_title("red bag · visearch")
    shop.go_forward()
    answering(shop, "Toy shop")
    shop.reload()
    answering(shop, "Toy shop")
    shop.get_by_role("button", name="中文").click()
    expect(shop.get_by_role("heading", level=2)).to_have_text("商品目录")
    shop.get_by_role("button", name="返回搜索").click()
    expect(shop.locator("#words")).to_have_value("red bag")
    expect(shop).to_have_url(re.compile(r"\?q=red\+bag"))


def test_files_are_dropped_and_the_wrong_ones_refused(page: Callable[..., Page], files: list[Path]) -> None:
    shop = page("?room=catalogue")
    answering(shop, "Toy shop")
    shop.evaluate(_DROP, [[["photo.jpg", base64.b64encode(b"x").decode()]]])
    expect(shop.get_by_role("alert")).to_contain_text("Pictures go into a ZIP: photo.jpg is a picture.")
    shop.evaluate(_DROP, [[[path.name, base64.b64encode(path.read_bytes()).decode()] for path in files]])
    expect(shop.locator("#cat-list li")).to_have_count(2)
    shop.get_by_role("button", name="Upload").click()
    expect(shop.locator(".cat-look")).to_be_visible()
    expect(shop.get_by_role("alert")).to_have_count(0)


def test_what_is_no_catalogue_is_told_and_the_form_is_kept(page: Callable[..., Page], tmp_path: Path) -> None:
    shop = page("?room=catalogue")
    answering(shop, "Toy shop")
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"this is no archive")
    shop.locator("#cat-files").set_input_files(broken)
    shop.get_by_role("button", name="Upload").click()
    expect(shop.get_by_role("alert")).to_contain_text("The file is no ZIP that can be read")
    expect(shop.locator("#cat-list li")).to_have_text(re.compile("broken.zip"))
    answering(shop, "Toy shop")


def test_a_visitor_looks_and_the_owner_changes(page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISEARCH_OWNER_TOKEN", "open sesame")
    shop = page("?room=catalogue")
    answering(shop, "Toy shop")
    expect(shop.locator("#cat-upload")).to_have_count(0)
    assert faults(shop) == []
    shop.get_by_label("Owner’s token").fill("guess")
    shop.get_by_role("button", name="Unlock").click()
    expect(shop.get_by_role("alert")).to_contain_text("That is not the owner's token.")
    shop.get_by_label("Owner’s token").fill("open sesame")
    shop.get_by_role("button", name="Unlock").click()
    expect(shop.locator("#cat-upload")).to_be_visible()
    shop.reload()
    expect(shop.locator("#cat-upload")).to_be_visible()
    assert "open sesame" not in shop.evaluate("JSON.stringify(sessionStorage)")


@pytest.mark.parametrize(("width", "theme", "lang"), [(1440, "dark", "en"), (390, "light", "zh")])
def test_axe_finds_nothing_and_it_fits(
    page: Callable[..., Page], files: list[Path], width: int, theme: str, lang: str
) -> None:
    shop = page(f"?room=catalogue&lang={lang}", width=width, color_scheme=theme)
    if theme == "dark":
        shop.locator("[data-act=theme]").click()
    answering(shop, "Toy shop")
    assert faults(shop) == [] and fits(shop)
    shop.locator("#cat-files").set_input_files(files)
    assert faults(shop) == [] and fits(shop)
    shop.locator("#cat-chosen [type=submit]").click()
    expect(shop.locator(".cat-look tbody img")).to_have_count(6)
    shop.locator("#cat-more-fields summary").click()
    assert faults(shop) == [] and fits(shop)
    shop.locator("#cat-go").click()
    answering(shop, "lamp-shop")
    assert faults(shop) == [] and fits(shop)
