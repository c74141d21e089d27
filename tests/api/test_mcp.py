"""An agent's session with the MCP server, by the official client; toy products."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from mcp import ClientSession
from PIL import Image

from tests.api.serving import answer_of, in_session, serving, told
from tests.toy import COLORS
from tests.ui.still import StillLive, engine_of, ready_status
from visearch import Query, result_to_json
from visearch.passwords import new_token
from visearch.ui.mcp import TOOLS, wanted
from visearch.ui.trust.doors import PUBLIC

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
AGENT = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
STRANGER = "203.0.113.7"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> StillLive:
    engine = engine_of(tmp_path_factory.mktemp("toy"))
    return StillLive(engine, ready_status(engine))


@pytest.fixture(scope="module")
def demo(live: StillLive) -> Iterator[Any]:
    with serving(live) as served:
        yield served


def photo() -> str:
    picture = Image.new("RGB", (100, 50), COLORS["white"])
    picture.paste(COLORS["green"], (50, 0, 100, 50))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def test_one_session_asks_everything(live: StillLive, demo: Any) -> None:
    async def talk(session: ClientSession) -> None:
        server = await session.initialize()
        assert server.serverInfo.name == "visearch" and "close: false" in (server.instructions or "")

        assert [tool.name for tool in (await session.list_tools()).tools] == list(TOOLS)

        found = answer_of(await session.call_tool("search", {"text": "red", "k": 3}))
        own = live.engine().search(Query("red", k=3))
        assert [hit["id"] for hit in found["hits"]] == [hit.product.id for hit in own.hits]
        assert found["understood"] == result_to_json(own)["understood"]

        boxes = answer_of(await session.call_tool("detect", {"image": photo()}))["boxes"]
        assert [box["label"] for box in boxes] == ["Chair", "Item 2"]
        # As it is, as a dict and as numbers.
        for box in (boxes[1], [boxes[1][name] for name in ("x0", "y0", "x1", "y1")]):
            one = answer_of(await session.call_tool("search", {"image": photo(), "box": box, "k": 1}))
            assert one["hits"][0]["color"] == "green"

        first = found["hits"][0]["id"]
        alike = answer_of(await session.call_tool("similar", {"product_id": first, "k": 4}))["hits"]
        assert [hit["id"] for hit in alike] == [hit.product.id for hit in live.engine().similar(first, 4).hits]

        record = answer_of(await session.call_tool("product", {"product_id": first}))["product"]
        assert record["id"] == first and record["title"] == live.engine().product(first).title
        for picture in (*record["pictures"], alike[0]["image"]):
            assert picture.startswith(f"{demo.local_url}thumbs/")
            assert httpx.get(picture).content[:2] == b"\xff\xd8"

        assert answer_of(await session.call_tool("catalog", {}))["products"] == 24

    in_session(demo, talk)


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        (
            "product",
            {"product_id": "gone"},
            "There is no product 'gone' in this catalogue. Take an id from the results.",
        ),
        (
            "similar",
            {"product_id": "gone"},
            "There is no product 'gone' in this catalogue. Take an id from the results.",
        ),
        ("product", {}, "There is neither an id nor a barcode. Send product_id or barcode."),
        ("product", {"barcode": "4006381333931"}, "No product of this catalogue has the barcode '4006381333931'."),
        ("search", {}, "nothing to search for"),
        ("search", {"text": "red", "k": 501}, "501 is greater than the maximum of 500"),
        ("search", {"text": "red", "filters": {"colour": "red"}}, "There is no filter 'colour'"),
        ("search", {"txt": "red"}, "'txt' was unexpected"),
        ("search", {"image": "/etc/passwd"}, "paths are not read"),
        ("similar", {}, "'product_id' is a required property"),
        ("supplier", {"items": []}, "There is no tool 'supplier'. Take one of search,"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(demo: Any, name: str, arguments: dict[str, Any], sentence: str) -> None:
    async def talk(session: ClientSession) -> str:
        await session.initialize()
        return told(await session.call_tool(name, arguments))

    said = in_session(demo, talk)
    assert sentence in said and not said.startswith('"') and "Traceback" not in said and len(said) < 300


def test_a_bug_is_not_told_in_detail(live: StillLive, demo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "ready", object())

    async def talk(session: ClientSession) -> str:
        await session.initialize()
        return told(await session.call_tool("search", {"text": "red"}))

    assert in_session(demo, talk) == "Something went wrong in the server; its log has the details."


def test_every_tool_is_described_to_its_last_argument(demo: Any) -> None:
    async def talk(session: ClientSession) -> Any:
        await session.initialize()
        return (await session.list_tools()).tools

    tools = {tool.name: tool for tool in in_session(demo, talk)}
    assert set(tools) == set(TOOLS) < set(PUBLIC.split("|"))
    for tool in tools.values():
        assert "Returns JSON: " in tool.description and tool.title == tool.annotations.title
        assert tool.annotations.readOnlyHint and not tool.inputSchema["additionalProperties"]
        for argument in tool.inputSchema["properties"].values():
            assert len(argument["description"]) > 10 and argument["examples"]
    search = tools["search"].inputSchema["properties"]
    assert list(search) == ["text", "image", "box", "k", "filters"]
    assert (search["k"]["minimum"], search["k"]["maximum"], search["k"]["default"]) == (1, 500, 10)
    assert search["filters"]["description"].endswith("come from catalog."), "every line of it"
    assert tools["similar"].inputSchema["required"] == ["product_id"]
    # All of it stands in every conversation: about 1,500 tokens.
    assert len(json.dumps([tool.model_dump(exclude_none=True) for tool in tools.values()])) < 7000
    schema = httpx.get(f"{demo.local_url}gradio_api/mcp/schema").json()
    assert {one["name"] for one in schema} == set(TOOLS)


def test_a_private_catalogue_asks_agents_for_their_token(live: StillLive, monkeypatch: pytest.MonkeyPatch) -> None:
    token, entry = new_token()
    monkeypatch.setenv("VISEARCH_AUTH", f"robot:{entry}")

    async def talk(session: ClientSession) -> Any:
        await session.initialize()
        return answer_of(await session.call_tool("search", {"text": "red", "k": 2}))

    with serving(live) as private:
        for headers in ({}, {"authorization": "Bearer wrong"}):
            for method, path in (("POST", "mcp/"), ("GET", "mcp/schema"), ("GET", "openapi.json")):
                address = f"{private.local_url}gradio_api/{path}"
                assert httpx.request(method, address, headers={**AGENT, **headers}).status_code == 401
            assert httpx.get(f"{private.local_url}agents.md", headers=headers).status_code == 401
        with pytest.raises(BaseException, match="unhandled errors") as refused:
            in_session(private, talk)
        assert "401" in str(refused.value.exceptions[0])  # type: ignore[attr-defined]
        entered = {"Authorization": f"Bearer {token}"}
        assert len(in_session(private, talk, entered)["hits"]) == 2
        assert "Authorization: Bearer TOKEN" in httpx.get(f"{private.local_url}agents.md", headers=entered).text
        told_ = httpx.get(f"{private.local_url}gradio_api/openapi.json", headers=entered).json()
        assert {"bearer": []} in told_["security"]


def test_an_agent_is_a_visitor_like_any_other(demo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visearch.ui.trust.guard.visitor_of", lambda *_: STRANGER)
    turns, turn = [], demo.visitors.turn
    monkeypatch.setattr(demo.visitors, "turn", lambda visitor="": turns.append(visitor) or turn(visitor))

    async def talk(session: ClientSession) -> None:
        await session.initialize()
        answer_of(await session.call_tool("search", {"text": "red", "k": 2}))

    in_session(demo, talk)
    assert turns == [STRANGER]
    with httpx.Client(headers=AGENT) as client:
        address = f"{demo.local_url}gradio_api/mcp/"
        codes = [client.post(address, json=PING).status_code for _ in range(90)]
        assert codes[0] == 200 and codes[-1] == 429 and codes.count(429) > 20
        assert "too much at once" in client.post(address, json=PING).json()["detail"]


def test_there_is_nothing_to_listen_to_and_nothing_for_other_sites(demo: Any) -> None:
    address = f"{demo.local_url}gradio_api/mcp/"
    assert httpx.get(address, headers=AGENT).status_code == httpx.delete(address).status_code == 405
    assert httpx.post(address, json=PING, headers={**AGENT, "origin": "https://evil.example"}).status_code == 403
    assert httpx.post(address, content=b"x" * 40_000_000, headers=AGENT).status_code == 413
    for closed in ("sse", "messages/", "http/"):
        assert httpx.get(address + closed).status_code == httpx.post(address + closed).status_code == 404
    page = httpx.get(address, headers={"accept": "text/html"})
    assert page.status_code == 200 and address in page.text


def test_who_does_not_want_it_turns_it_off(live: StillLive, monkeypatch: pytest.MonkeyPatch) -> None:
    assert wanted()
    monkeypatch.setenv("GRADIO_MCP_SERVER", "false")
    assert not wanted()
    with serving(live) as plain:
        assert httpx.post(f"{plain.local_url}gradio_api/mcp/", json=PING, headers=AGENT).status_code in (404, 405)
        assert "MCP" not in httpx.get(f"{plain.local_url}agents.md").text
    monkeypatch.delenv("GRADIO_MCP_SERVER")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert not wanted(), "the package is not there"
