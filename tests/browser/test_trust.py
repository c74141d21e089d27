"""The real page under its policy: nothing it needs is forbidden, and nothing of a photo is left behind."""

from __future__ import annotations

import io
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, call
from tests.ui.still import StillLive, engine_of, ready_status
from visearch.passwords import hash_password

pytestmark = pytest.mark.browser

MARK = b"MARK-OF-A-KITCHEN"


def marked_photo() -> bytes:
    """A photo whose metadata can be found again wherever it may have been left."""
    picture = Image.new("RGB", (320, 240), (200, 40, 40))
    exif = picture.getexif()
    exif[0x010F] = MARK.decode()
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    sink = io.BytesIO()
    picture.save(sink, "JPEG", exif=exif, comment=MARK)
    return sink.getvalue()


def violations(page: Page) -> list[str]:
    found: list[str] = []
    page.on("console", lambda said: found.append(said.text) if "Content Security Policy" in said.text else None)
    return found


def test_the_page_does_everything_under_its_policy(app: str, visit: Callable[..., Visit], tmp_path: Path) -> None:
    page = visit("about:blank").page
    found = violations(page)
    page.goto(app, wait_until="domcontentloaded")
    expect(page.locator("#results .card:not(.skeleton)").first).to_be_visible()
    photo = tmp_path / "kitchen.jpg"
    photo.write_bytes(marked_photo())
    page.set_input_files("#file", photo)
    expect(page.locator("#stage .shot img")).to_be_visible()
    page.locator("#results .card").first.click()
    expect(page.locator("#panel")).to_be_visible()
    for room in ("insights", "catalogue"):
        page.goto(f"{app}/?room={room}", wait_until="domcontentloaded")
        expect(page.locator("#room-title")).to_be_visible()
    assert found == []


def test_a_script_that_slipped_in_does_not_run(shop: Page) -> None:
    """The policy itself: had a title got into the page unescaped, it would still do nothing."""
    shop.evaluate(
        """() => {
          const holder = document.createElement('div');
          holder.innerHTML = '<img src=x onerror="window.pwned = 1">';
          document.body.append(holder);
          const script = document.createElement('script');
          script.textContent = 'window.pwned = 2';
          document.body.append(script);
        }"""
    )
    shop.wait_for_function("() => document.querySelector('img[src=x]').complete")
    assert shop.evaluate("() => window.pwned") is None


def test_nothing_of_a_photo_is_on_a_disk_or_in_the_log(app: str, shop: Page, app_home: Path, tmp_path: Path) -> None:
    photo = tmp_path / "kitchen.jpg"
    photo.write_bytes(marked_photo())
    shop.set_input_files("#file", photo)
    picture = shop.locator("#stage .shot img")
    expect(picture).to_be_visible()
    kept = shop.request.get(f"{app}/{picture.get_attribute('src')}").body()
    assert kept.startswith(b"\xff\xd8") and MARK not in kept and b"Exif" not in kept
    key = picture.get_attribute("src").split("/")[-1].removesuffix(".jpg").encode()
    left = [path for path in _files(app_home) if _in(path, MARK, key, kept)]
    assert left == []
    assert key.decode() not in shop.url


def _files(folder: Path) -> Iterator[Path]:
    """All below it. Unlike rglob it goes on when a folder goes away meanwhile, as one of an export that is finished."""
    for place, _, names in os.walk(folder):
        yield from (Path(place) / name for name in names)


def _in(path: Path, mark: bytes, key: bytes, kept: bytes) -> set[bytes]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return set()
    return {one for one in (mark, key, kept[:64]) if one in data}


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd", "/gradio_api/file=requirements.txt", "/monitoring", "/gradio_api/upload",
        "/gradio_api/proxy=https://example.com/", "/thumbs/..%2f..%2f..%2fetc%2fpasswd.jpg",
        "/page/x/..%2f..%2fpage.py",
        "/room/insights/evaluation/..%2f..%2fx/evaluation.json", "/photos/..%2f..%2fx.jpg", "/docs", "/redoc",
    ],
)  # fmt: skip
def test_no_file_of_the_machine_is_given_out(app: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(app + path, timeout=30)
    body = refused.value.read()
    assert refused.value.code == 404 and b"root:" not in body and b"gradio" not in body.lower()


@pytest.mark.parametrize("name", ["ask", "poll", "room", "suggest", "predict", "lambda"])
def test_what_the_page_calls_is_no_public_function(app: str, name: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        call(app, name, {})
    assert refused.value.code == 404


def test_an_api_call_with_a_path_reads_nothing(app: str) -> None:
    for image in ("/etc/passwd", {"path": "/etc/passwd"}, "file:///etc/passwd", "https://127.0.0.1/x.jpg"):
        event, told = call(app, "search", "", image, None, 10, None)
        assert event == "error" and "root:" not in str(told) and "Traceback" not in str(told)


def test_a_photo_that_the_server_forgot_is_sent_again(
    serve: Callable[..., str], visit: Callable[..., Visit], tmp_path: Path
) -> None:
    demos: list[object] = []
    engine = engine_of(tmp_path / "home")
    page = visit(serve(StillLive(engine, ready_status(engine)), keep=demos)).page
    # Before that the page's script does not listen yet.
    expect(page.locator("#results .card:not(.skeleton)").first).to_be_visible()
    photo = tmp_path / "kitchen.jpg"
    photo.write_bytes(marked_photo())
    page.set_input_files("#file", photo)
    picture = page.locator("#stage .shot img")
    expect(picture).to_be_visible()
    first = picture.get_attribute("src")
    demos[0].photos.forget_all()  # type: ignore[attr-defined]
    page.fill("#words", "red")
    page.keyboard.press("Enter")
    expect(picture).not_to_have_attribute("src", first or "")
    expect(page.locator("#message")).to_be_empty()
    expect(page.locator("#stage .shot img")).to_be_visible()


def test_a_private_page_opens_to_who_signs_in(
    serve: Callable[..., str], visit: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine = engine_of(tmp_path)
    monkeypatch.setenv("VISEARCH_AUTH", f"anna:{hash_password('correct horse')}")
    page = visit(serve(StillLive(engine, ready_status(engine)))).page
    expect(page.get_by_role("heading", name="visearch")).to_be_visible()
    assert page.locator("#results").count() == 0
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill("wrong horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not go together")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#results .card:not(.skeleton)").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()


def test_what_happens_to_photos_is_told_in_both_languages(shop: Page) -> None:
    shop.get_by_text("Privacy: what happens to your photo").click()
    expect(shop.locator(".privacy ul")).to_contain_text("ten minutes at most")
    shop.get_by_role("button", name="中文").click()
    expect(shop.locator(".privacy summary")).to_contain_text("您的照片会怎样")
