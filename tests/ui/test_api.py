"""The public functions, called as Gradio calls them; and what is public at all."""

from __future__ import annotations

import base64
import contextlib
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.toy import COLORS, picture_bytes
from visearch.config import Settings
from visearch.errors import VisearchError
from visearch.live import Examples
from visearch.ui import build_app
from visearch.ui.files import routes
from visearch.ui.photos import Photos
from visearch.ui.posted import read_picture
from visearch.ui.trust.doors import PUBLIC


def data_uri(data: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(data).decode()


def public(demo: gr.Blocks) -> dict[str, Any]:
    return {fn.api_name: fn.fn for fn in demo.fns.values() if fn.api_visibility != "private"}


@pytest.fixture
def demo(live: Any) -> gr.Blocks:
    return build_app(live, Settings())


def test_exactly_the_named_functions_are_public(demo: gr.Blocks) -> None:
    info = demo.get_api_info()
    names = set(PUBLIC.split("|"))
    assert {"search", "detect", "similar", "catalog"} < names
    assert set(info["named_endpoints"]) == {f"/{name}" for name in names} and not info["unnamed_endpoints"]
    assert set(public(demo)) == names
    parameters = info["named_endpoints"]["/search"]["parameters"]
    assert [p["parameter_name"] for p in parameters] == ["text", "image", "box", "k", "filters"]
    assert all(p["parameter_has_default"] for p in parameters)


def test_search_answers_with_the_command_lines_document(demo: gr.Blocks) -> None:
    found = public(demo)["search"](text="red", k=3, filters={"category": ["Mugs"], "price": "..30"})
    assert {"hits", "timings_ms", "model", "index"} <= set(found) and len(found["hits"]) == 3
    first = found["hits"][0]
    assert first["category"] == "Mugs" and first["image"].startswith("thumbs/") and 0 <= first["match"] <= 100


def test_search_says_what_it_understood(demo: gr.Blocks) -> None:
    found = public(demo)["search"](text="red mug under 20", k=24)
    assert {"key": "price:..20", "field": "price", "said": "under 20", "values": []} in found["understood"]
    assert found["hits"] and all(hit["price"] <= 20 for hit in found["hits"])


def test_search_by_photo_and_box(demo: gr.Blocks) -> None:
    picture = Image.new("RGB", (100, 50), COLORS["white"])
    picture.paste(COLORS["green"], (50, 0, 100, 50))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    found = public(demo)["search"](image=data_uri(buffer.getvalue()), box=[50, 0, 100, 50], k=1)
    assert found["hits"][0]["color"] == "green"


def test_detected_boxes_go_into_a_search_as_they_are(demo: gr.Blocks) -> None:
    picture = Image.new("RGB", (100, 50), COLORS["white"])
    picture.paste(COLORS["green"], (50, 0, 100, 50))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    found = public(demo)["detect"](image=data_uri(buffer.getvalue()))
    assert found["detector"] == "halves" and found["timings_ms"]["detect"] >= 0
    second = found["boxes"][1]
    assert second == {"x0": 50, "y0": 0, "x1": 100, "y1": 50, "label": "Item 2", "score": 0.5}
    hits = public(demo)["search"](image=data_uri(buffer.getvalue()), box=second, k=1)["hits"]
    assert hits[0]["color"] == "green"
    with pytest.raises(gr.Error, match="There is no photo"):
        public(demo)["detect"]()


def test_similar_leaves_the_product_out(demo: gr.Blocks) -> None:
    found = public(demo)["similar"](product_id="p-000", k=3, filters={"category": "Mugs"})
    assert len(found["hits"]) == 3 and {hit["category"] for hit in found["hits"]} == {"Mugs"}
    for wrong in ({"product_id": "gone"}, {"product_id": 3}, {"product_id": "p-000", "k": 0}):
        with pytest.raises(gr.Error):
            public(demo)["similar"](**wrong)


def test_catalog_says_what_answers(demo: gr.Blocks) -> None:
    found = public(demo)["catalog"]()
    assert (found["name"], found["licence"], found["products"]) == ("toy", "CC0-1.0", 24)
    assert found["facets"]["category"] == {"Bags": 12, "Mugs": 12} and found["ranges"]["price"] == {
        "min": 10,
        "max": 33,
    }
    assert found["model"]["name"] == "toy" and found["detector"] == "halves"


@pytest.mark.parametrize(
    "image",
    ["/etc/passwd", "file:///etc/passwd", "red.png", "http://shop.example/x.png", {"path": "/etc/passwd"}, 7, ["x"]],
)
def test_paths_and_other_things_are_not_read(demo: gr.Blocks, image: Any) -> None:
    with pytest.raises(gr.Error, match="https address or a base64 data URI"):
        public(demo)["search"](image=image)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({}, "nothing to search for"),
        ({"text": 3}, "text is 3"),
        ({"text": "a", "k": "ten"}, "k is 'ten'"),
        ({"text": "a", "k": True}, "k is True"),
        ({"text": "a", "k": 0}, "between 1 and"),
        ({"text": "a", "filters": ["x"]}, "filters must be"),
        ({"text": "a", "filters": {"colour": "red"}}, "no filter 'colour'"),
        ({"text": "a", "box": [1, 2, 3]}, "four numbers"),
        ({"text": "a", "box": [0, 0, 9, 9]}, "needs a photo"),
        ({"image": "data:image/png,abc"}, "not base64"),
        ({"image": "data:image/png;base64,@@@"}, "damaged"),
        ({"image": data_uri(b"text")}, "not a picture"),
    ],
)
def test_wrong_calls_are_told_what_was_wrong(demo: gr.Blocks, wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(gr.Error) as told:
        public(demo)["search"](**wrong)
    assert says in told.value.message


def test_addresses_in_the_servers_own_network_are_refused() -> None:
    with pytest.raises(VisearchError):
        read_picture("https://127.0.0.1/secret.png")


def test_a_bug_is_not_told_in_detail(live: Any, demo: gr.Blocks) -> None:
    live.ready = object()
    with pytest.raises(gr.Error, match="Something went wrong in the server") as told:
        public(demo)["catalog"]()
    assert "attribute" not in told.value.message


@pytest.fixture
def client(live: Any, tmp_path: Path) -> TestClient:
    photo = tmp_path / "photo.png"
    photo.write_bytes(picture_bytes(COLORS["red"], (600, 300)))
    live.shown = Examples((photo,), ())
    return TestClient(Starlette(routes=routes(live, Photos())))


def test_thumbnails_are_served_by_content_and_kept(live: Any, client: TestClient) -> None:
    sha = live.engine().opened.row_picture[0]
    answer = client.get(f"/thumbs/{sha}.jpg")
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/jpeg"
    assert "immutable" in answer.headers["cache-control"] and answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["..%2f..%2fmanifest", "x", "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "%0a"])
def test_only_hashes_come_near_a_path(live: Any, client: TestClient, tmp_path: Path, name: str) -> None:
    there = tmp_path / "photo.png"
    live.ready = SimpleNamespace(opened=SimpleNamespace(thumbnail=lambda sha: there))
    assert client.get(f"/thumbs/{'a' * 64}.jpg").status_code == 200, "the file is there"
    assert client.get(f"/thumbs/{name}.jpg").status_code == 404


def test_a_hash_that_is_not_there_is_not_found(busy: Any, client: TestClient) -> None:
    assert client.get(f"/thumbs/{'0' * 64}.jpg").status_code == 404
    assert TestClient(Starlette(routes=routes(busy, Photos()))).get(f"/thumbs/{'0' * 64}.jpg").status_code == 404


def test_example_photos_are_served_small(client: TestClient) -> None:
    answer = client.get("/examples/0.jpg")
    assert answer.status_code == 200 and len(answer.content) < 10_000
    assert client.get("/examples/1.jpg").status_code == client.get("/examples/-1.jpg").status_code == 404


def test_no_answer_says_where_the_catalogue_lies(live: Any, demo: gr.Blocks, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = live.engine().opened.manifest.catalog
    monkeypatch.setitem(catalog, "id", "/srv/shops/spring")
    for name, given in (("search", {"text": "red"}), ("similar", {"product_id": "p-000"}), ("catalog", {})):
        told = str(public(demo)[name](**given))
        assert "/srv" not in told and "spring" in told, name
    with pytest.raises(gr.Error) as refused:
        public(demo)["similar"](product_id="gone")
    assert "/srv" not in str(refused.value)


def test_related_for_you_offers_and_reviews_answer(demo: gr.Blocks) -> None:
    functions = public(demo)
    found = functions["related"](product_id="p-000", k=3)
    assert set(found) == {"similar", "colors", "cheaper", "goes_with"} and len(found["similar"]) <= 3
    events = [{"kind": "view", "product": "p-000"}, {"kind": "search", "text": "blue mug", "age_days": 2}]
    picked = functions["for_you"](events=events, k=4, hidden=["p-006"])
    assert len(picked["picks"]) == 4 and all(one["because"] for one in picked["picks"]) and picked["interests"]
    assert functions["for_you"]()["interests"] == []
    assert functions["offers"](text="red bag") == {"offers": []}
    assert functions["reviews"](product_id="p-000")["own"]["n"] == 0


@pytest.mark.parametrize(
    ("name", "asked", "told"),
    [
        ("related", {"product_id": "none"}, "no product 'none'"),
        ("for_you", {"events": {"kind": "view"}}, "a list of objects"),
        ("for_you", {"events": [{"kind": "stare", "product": "p-000"}]}, "no event 'stare'"),
        ("for_you", {"events": [{"kind": "view", "product": "p-000", "age_days": -1}]}, "age_days"),
        ("for_you", {"hidden": "p-000"}, "a list of product ids"),
        ("offers", {"weight": 2.0}, "between 0 and 1"),
        ("offers", {"weight": "much"}, "must be a number"),
        ("reviews", {}, "neither a product nor a photo"),
    ],
)
def test_bad_questions_to_the_rooms_functions_are_told(
    demo: gr.Blocks, name: str, asked: dict[str, Any], told: str
) -> None:
    with pytest.raises(gr.Error, match=told):
        public(demo)[name](**asked)


def test_the_boards_functions_answer(demo: gr.Blocks) -> None:
    functions = public(demo)
    picture = f"data:image/png;base64,{base64.b64encode(picture_bytes(COLORS['red'], (64, 64))).decode()}"
    found = functions["board"](images=[picture], text="blue mug", k=4, pruned=["p-000"])["products"]
    assert len(found) == 4 and "p-000" not in {one["id"] for one in found}
    assert {one["source"] for one in found} <= {0, "words"}
    # The first call begins to read the pictures, or finds them read: it never waits for them.
    with contextlib.suppress(gr.Error):
        assert set(functions["marks"](image=picture)) >= {"found", "alike"}
    assert functions["campaigns"]()["campaigns"] == []
    for name, asked, told in (
        ("board", {"images": "one"}, "must be a list"),
        ("board", {}, "nothing"),
        ("marks", {}, "no photo"),
        ("marks", {"image": picture, "k": 1000}, "1 to 100"),
    ):
        with pytest.raises(gr.Error, match=f"(?i){told}"):
            functions[name](**asked)
