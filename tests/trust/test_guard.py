"""The guard: what is not ours is closed, bodies are measured, a private page is private, and every answer says so."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from visearch.errors import VisearchError
from visearch.passwords import Accounts, hash_password, new_token
from visearch.ui.trust.doors import PHOTO_BODY, SMALL_BODY, door_of
from visearch.ui.trust.guard import Guard, Rules
from visearch.ui.trust.headers import frames_of, page_policy
from visearch.ui.trust.sessions import COOKIE, Sessions
from visearch.ui.trust.visitors import Visitors, visitor_of

PAGE = "<!doctype html><script>start()</script><script src='a.js'></script><p>hello</p>"
TOKEN, TOKEN_HASH = new_token()
PASSWORD_HASH = hash_password("correct horse")


async def echo(request: Request) -> Response:
    body = await request.body()
    return JSONResponse({"size": len(body), "visitor": request.scope["state"]["visitor"]})


async def breaks(request: Request) -> Response:
    raise RuntimeError("a secret of the inside: /srv/home")


INNER = Starlette(
    routes=[
        Route("/", lambda request: HTMLResponse(PAGE, headers={"x-powered-by": "x", "x-frame-options": "DENY"})),
        Route("/thumbs/{name}.jpg", lambda request: Response(b"x", media_type="image/jpeg")),
        Route("/photos", echo, methods=["POST"]),
        Route("/config", breaks),
        Route("/gradio_api/call/search", echo, methods=["POST"]),
        Route("/gradio_api/component_server", echo, methods=["POST"]),
        Route("/{rest:path}", lambda request: PlainTextResponse("reached"), methods=["GET", "POST", "PUT", "DELETE"]),
    ]
)


def client(rules: Rules | None = None) -> TestClient:
    guard = Guard(INNER, rules or Rules(Visitors(4)))
    return TestClient(guard, raise_server_exceptions=False, client=("203.0.113.7", 5000))


def private(**options: Any) -> tuple[TestClient, Sessions]:
    accounts = Accounts.read(f"anna:{PASSWORD_HASH} robot:{TOKEN_HASH}")
    assert accounts is not None
    sessions = Sessions(accounts, **options)
    return client(Rules(Visitors(4), sessions)), sessions


# doors


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/file=/etc/passwd"), ("GET", "/gradio_api/file/etc/passwd"), ("GET", "/file=app.py"),
        ("GET", "/gradio_api/proxy=https://example.com"), ("POST", "/gradio_api/upload"), ("GET", "/monitoring"),
        ("GET", "/monitoring/summary"), ("GET", "/gradio_api/runs"), ("GET", "/gradio_api/queue/status"),
        ("GET", "/gradio_api/stream/a/1/2/playlist.m3u8"), ("POST", "/gradio_api/vibe-edit"), ("GET", "/docs"),
        ("POST", "/gradio_api/process_recording"), ("GET", "/gradio_api/deep_link"), ("GET", "/openapi.json"),
        ("GET", "/gradio_api/custom_component/a/b/c/d.js"), ("GET", "/gradio_api/dev/reload"), ("GET", "/logout"),
        ("GET", "/gradio_api/profiling/traces"), ("GET", "/thumbs/../../etc/passwd"), ("GET", "/thumbs//etc/passwd"),
        ("GET", "/thumbs/..%2f..%2fetc/passwd"), ("GET", "/thumbs/a%00.jpg"), ("GET", "/thumbs/a%5c..%5cb.jpg"),
        ("POST", "/gradio_api/call/ask"), ("POST", "/gradio_api/run/lambda"), ("POST", "/gradio_api/api/predict"),
        ("DELETE", "/"), ("PUT", "/photos"), ("POST", "/thumbs/a.jpg"), ("TRACE", "/"), ("POST", "/login"),
    ],
)  # fmt: skip
def test_what_is_not_ours_is_closed(method: str, path: str) -> None:
    answer = client().request(method, path)
    assert answer.status_code == 404 and "reached" not in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"), ("HEAD", "/"), ("GET", "/assets/index-D.js"), ("GET", "/static/fonts/a.woff2"),
        ("GET", "/gradio_api/info"), ("POST", "/gradio_api/queue/join"), ("GET", "/config/"),
        ("GET", "/gradio_api/call/search/0a1b2c"), ("GET", "/photos/k-_y/0,0,1,1.jpg"),
        ("GET", "/gradio_api/queue/data"), ("POST", "/gradio_api/call/search"),
        ("GET", "/gradio_api/heartbeat/x1"), ("GET", "/room/insights/health.csv"),
        ("POST", "/room/catalogue/upload/ab"),
    ],
)  # fmt: skip
def test_what_the_page_and_its_clients_need_is_open(method: str, path: str) -> None:
    assert door_of(path, method) is not None


# headers


def test_the_page_may_run_its_own_scripts_and_no_others() -> None:
    answer = client().get("/")
    policy = answer.headers["content-security-policy"]
    scripts = re.search(r"script-src ([^;]*)", policy)[1].split()
    assert "'unsafe-inline'" not in scripts and sum(one.startswith("'sha256-") for one in scripts) == 1
    assert scripts == page_policy(PAGE.encode()).split("script-src ")[1].split(";")[0].split()
    for directive in ("default-src 'none'", "object-src 'none'", "base-uri 'self'", "frame-ancestors 'self'"):
        assert directive in policy
    assert answer.text == PAGE and "x-powered-by" not in answer.headers and "x-frame-options" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/thumbs/a.jpg", "/monitoring", "/config"])
def test_every_answer_forbids_guessing_types_and_telling_others(path: str) -> None:
    headers = client().get(path).headers
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]
    if path != "/":
        assert headers["content-security-policy"].startswith("default-src 'none'; frame-ancestors 'none'")


def test_a_space_may_frame_the_page_and_others_only_where_the_owner_says() -> None:
    assert frames_of("", "") == ()
    assert frames_of("me/shop", "") == ("https://huggingface.co", "https://*.hf.space")
    assert frames_of("", "https://shop.example  x; script-src *") == ("https://shop.example",)
    policy = page_policy(b"", frames_of("me/shop", "https://shop.example"))
    assert "frame-ancestors 'self' https://huggingface.co https://*.hf.space https://shop.example" in policy


def test_a_bug_says_nothing_of_the_inside() -> None:
    answer = client().get("/config")
    assert answer.status_code == 500 and "secret" not in answer.text and "Traceback" not in answer.text


# bodies


@pytest.mark.parametrize(
    ("path", "most"), [("/gradio_api/component_server", SMALL_BODY), ("/gradio_api/call/search", PHOTO_BODY)]
)
def test_bodies_have_an_end_whether_it_is_told_or_not(path: str, most: int) -> None:
    def pieces() -> Any:
        for _ in range(most // 65536 + 2):
            yield bytes(65536)

    assert client().post(path, content=bytes(100)).json()["size"] == 100
    assert client().post(path, content=bytes(most + 1)).status_code == 413
    assert client().post(path, content=pieces()).status_code == 413
    lying = client().post(path, content=pieces(), headers={"content-length": "5"})
    assert lying.status_code in (400, 413)


def test_gradio_keeps_no_files_of_strangers() -> None:
    answer = client().post("/gradio_api/component_server", files={"file": b"x"})
    assert answer.status_code == 415


def test_a_get_has_no_body() -> None:
    assert client().request("GET", "/", content=b"x" * 10).status_code == 413


@pytest.mark.parametrize("path", ["/gradio_api/component_server", "/photos"])
def test_who_sends_too_slowly_is_let_go(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visearch.ui.trust.guard.BODY_S", 0.01)
    sent: list[dict[str, Any]] = []

    async def never() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "headers": [], "query_string": b"", "client": None}
    # In a thread of its own: a browser test may have left a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(Guard(INNER, Rules(Visitors(4)))(scope, never, send))).result()
    assert sent[0]["status"] == 408


# visitors


def test_a_program_that_asks_too_fast_is_told_so() -> None:
    asking = client(Rules(Visitors(4, burst=3, per_second=0.001)))
    codes = [asking.post("/gradio_api/call/search", content=b"{}").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert asking.get("/").status_code == 200, "looking at the page is never too much"


@pytest.mark.parametrize(
    ("peer", "forwarded", "public", "name"),
    [
        ("127.0.0.1", "", False, ""),
        ("::1", "", False, ""),
        ("203.0.113.7", "198.51.100.1", False, "203.0.113.7"),
        ("10.0.0.9", "6.6.6.6, 8.8.8.8", True, "8.8.8.8"),
        ("10.0.0.9", "6.6.6.6, 8.8.8.8, 10.2.3.4", True, "8.8.8.8"),
        ("10.0.0.9", "<script>", True, "10.0.0.9"),
        ("2001:db8:1:2:3:4:5:6", "", False, "2001:db8:1:2::/64"),
    ],
)
def test_visitors_are_told_apart_by_what_cannot_be_made_up(peer: str, forwarded: str, public: bool, name: str) -> None:
    assert visitor_of(peer, {"x-forwarded-for": forwarded}, public) == name


def test_visitors_are_counted_in_bounded_memory() -> None:
    visitors = Visitors(4)
    for number in range(12_000):
        visitors.allow(f"visitor {number}")
    assert len(visitors._known) <= 10_000


# the private page


def test_a_private_page_shows_nothing_but_the_door() -> None:
    asking, _ = private()
    for method, path in (
        ("GET", "/config"),
        ("GET", "/thumbs/a.jpg"),
        ("POST", "/gradio_api/call/search"),
        ("POST", "/photos"),
    ):
        assert asking.request(method, path).status_code == 401, path
    page = asking.get("/", headers={"accept": "text/html", "accept-language": "zh-CN,zh;q=0.9"})
    assert page.status_code == 401 and "登录" in page.text and "hello" not in page.text
    assert "script-src 'self' 'unsafe-eval';" in page.headers["content-security-policy"]


def test_who_signs_in_stays_so_until_they_leave() -> None:
    asking, _ = private()
    wrong = asking.post("/login", data={"name": "anna", "password": "wrong <b>"}, follow_redirects=False)
    assert (
        wrong.status_code == 401
        and "do not go together" in wrong.text
        and COOKIE not in wrong.headers.get("set-cookie", "")
    )
    right = asking.post("/login", data={"name": "anna", "password": "correct horse"}, follow_redirects=False)
    assert right.status_code == 303 and right.headers["location"] == "./"
    cookie = right.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "correct" not in cookie
    assert asking.get("/").text == PAGE
    asking.post("/logout", follow_redirects=False)
    assert asking.get("/").status_code == 401


def test_another_site_signs_nobody_in() -> None:
    asking, _ = private()
    sent = {"name": "anna", "password": "correct horse"}
    assert asking.post("/login", data=sent, headers={"origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize("header", [{"authorization": f"Bearer {TOKEN}"}, {"x-visearch-token": TOKEN}])
def test_a_program_enters_by_its_token(header: dict[str, str]) -> None:
    asking, _ = private()
    assert asking.post("/gradio_api/call/search", content=b"x", headers=header).json()["size"] == 1
    wrong = {name: value[:-1] + "!" for name, value in header.items()}
    assert asking.post("/gradio_api/call/search", content=b"x", headers=wrong).status_code == 401


def test_nobody_makes_up_or_keeps_a_session() -> None:
    now = [1000.0]
    _, sessions = private(now=lambda: now[0])
    good = sessions.sign_in("anna", "correct horse", "here")
    body, _, signature = good.rpartition(".")
    name, _, until = body.partition(".")
    later = f"{name}.{int(until) + 9999}.{signature}"
    for value in (later, f"{body}.{'0' * 64}", f"{body}.", "", "..", "a.b.c", "\x00", f"é.{until}.{signature}"):
        assert not sessions.holds({"cookie": f"{COOKIE}={value}"}), value
    assert sessions.holds({"cookie": f"{COOKIE}={good}"})
    now[0] += 13 * 3600
    assert not sessions.holds({"cookie": f"{COOKIE}={good}"})


def test_passwords_cannot_be_tried_out() -> None:
    asking, _ = private()
    codes = [asking.post("/login", data={"name": "anna", "password": f"guess {n}"}).status_code for n in range(7)]
    assert codes == [401] * 5 + [429] * 2


def test_a_space_s_cookie_works_in_its_frame_alone() -> None:
    _, sessions = private(space=True)
    assert {"SameSite=None", "Secure", "Partitioned"} <= set(sessions.cookie("x", True).split("; "))


@pytest.mark.parametrize(
    "text", ["anna:secret-password", "anna", ":scrypt$a$b", "anna:scrypt$$", "a:sha256$zz", "a:md5$x"]
)
def test_a_password_in_the_clear_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(VisearchError) as refused:
        Accounts.read(text)
    assert "secret-password" not in str(refused.value) and "password" in refused.value.hint


def test_without_entries_the_page_is_open() -> None:
    assert Accounts.read("") is None and Accounts.read("  \n ") is None
