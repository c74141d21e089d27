"""The real app's public functions over HTTP, and what it does not serve."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request

import pytest

from tests.browser.acts import PHOTO, PHOTO_ID, SCENE
from tests.browser.conftest import call
from visearch.ui.trust.doors import PUBLIC

pytestmark = pytest.mark.browser


def data_uri(path) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(path.read_bytes()).decode()}"


def test_the_api_answers_over_plain_http(app: str) -> None:
    event, data = call(app, "search", "", data_uri(PHOTO), None, 3, {"category": "Accessories"})
    assert event == "complete"
    first = data[0]["hits"][0]
    assert first["id"] == PHOTO_ID and first["category"] == "Accessories"
    with urllib.request.urlopen(f"{app}/{first['image']}", timeout=60) as picture:
        assert picture.headers["content-type"] == "image/jpeg" and picture.read(2) == b"\xff\xd8"
    event, data = call(app, "catalog")
    assert event == "complete" and data[0]["products"] == 480 and data[0]["facets"]["category"]["Shoes"] == 13
    event, data = call(app, "similar", PHOTO_ID, 4, None)
    assert event == "complete" and PHOTO_ID not in [hit["id"] for hit in data[0]["hits"]]


def test_a_detected_box_goes_into_the_search_as_it_is(app: str) -> None:
    event, data = call(app, "detect", data_uri(SCENE))
    assert event == "complete" and 2 <= len(data[0]["boxes"]) <= 8
    tops = []
    for box in data[0]["boxes"][:2]:
        assert 0 <= box["x0"] < box["x1"] <= 640 and 0 <= box["y0"] < box["y1"] <= 512
        event, found = call(app, "search", "", data_uri(SCENE), box, 3, None)
        assert event == "complete"
        tops.append([hit["id"] for hit in found[0]["hits"]])
    assert tops[0] != tops[1]


def test_the_api_answers_gradio_client(app: str) -> None:
    from gradio_client import Client

    client = Client(app, verbose=False)
    named = set(client.view_api(return_format="dict", print_info=False)["named_endpoints"])
    assert named == {f"/{name}" for name in PUBLIC.split("|")}
    assert len(client.predict(text="vase", k=4, api_name="/search")["hits"]) == 4


def test_the_api_refuses_files_and_says_so(app: str) -> None:
    for image in ("/etc/passwd", {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}):
        for asked in (("search", "", image, None, 3, None), ("detect", image)):
            event, data = call(app, *asked)
            assert event == "error" and "root:" not in json.dumps(data)
    event, data = call(app, "search", "", "/etc/passwd", None, 3, None)
    assert "paths are not read" in data["error"]


@pytest.mark.parametrize(
    "path",
    [
        "gradio_api/file=/etc/passwd",
        "thumbs/..%2f..%2fapp.log",
        "page/x/..%2f..%2fpage.py",
        "photos/..%2f..%2fapp.log.jpg",
        "examples/99.jpg",
        "heat?photo=x&part=whole&product=mug-01",
        "monitoring/summary",
    ],
)
def test_nothing_else_is_served(app: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{app}/{path}", timeout=60)
    assert refused.value.code in (403, 404)
