"""The command line as people and scripts use it: JSON on stdout, the rest on stderr, exit codes 0, 1 and 2."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.toy import COLORS, picture_bytes
from visearch.cli import app

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli-home")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    rows = ["id,title,category,color,price,currency,image"]
    for i, (name, rgb) in enumerate(COLORS.items()):
        (folder / f"{name}.png").write_bytes(picture_bytes(rgb, (64, 64)))
        rows.append(f"c{i},{name} square,{'warm' if i % 2 else 'cool'},{name},{10 + i},USD,{name}.png")
    (folder / "products.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "queries.csv").write_text(
        "query_image,query_text,relevant_ids\nred.png,,c0\ngreen.png,,c1\n,blue square,c2\n", "utf-8"
    )
    return folder


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


def visearch(home: Path, *arguments: str | Path, **environment: str) -> Done:
    """In this process, so that the model is loaded once for all tests."""
    env = {"VISEARCH_HOME": str(home), "VISEARCH_OFFLINE": "1", "COLUMNS": "200", **environment}
    result = CliRunner().invoke(app, [str(a) for a in arguments], env=env)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def visearch_process(home: Path, *arguments: str | Path) -> Done:
    """As a shell runs it: whatever any library prints is seen."""
    env = {**os.environ, "VISEARCH_HOME": str(home), "VISEARCH_OFFLINE": "1"}
    command = [sys.executable, "-m", "visearch", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, timeout=300)
    return Done(done.returncode, done.stdout, done.stderr)


def answer(done: Done) -> dict:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_index_then_nothing_is_embedded_twice(home: Path, shop: Path) -> None:
    first = answer(visearch(home, "index", shop, "--json"))
    assert (first["products"], first["embedded"], first["skipped"]) == (6, 6, 0)
    assert answer(visearch(home, "index", shop, "--json"))["embedded"] == 0


def test_shards_by_the_command_line(tmp_path: Path, shop: Path) -> None:
    out = ("--out", tmp_path / "out")
    failed = visearch(tmp_path, "index", shop, "--shard", "3/2", *out)
    assert failed.returncode == 1 and "--shard is '3/2'" in failed.stderr
    first = answer(visearch(tmp_path, "index", shop, "--shard", "1/2", *out, "--json"))
    assert (first["products"], first["shard"]) == (3, "1/2")
    failed = visearch(tmp_path, "index", shop, "--merge", "2", *out)
    assert failed.returncode == 1 and "1 are missing: 2/2" in failed.stderr and "--shard 2/2 --out" in failed.stderr
    answer(visearch(tmp_path, "index", shop, "--shard", "2/2", "--workers", "1", *out, "--json"))
    joined = answer(visearch(tmp_path, "index", shop, "--merge", "2", *out, "--json"))
    assert (joined["products"], joined["embedded"]) == (6, 0)


def test_search_builds_a_missing_index_and_answers_in_json(tmp_path: Path) -> None:
    # Of three products and more, a process of its own would be calibrated by many photos, as those of this one are.
    shop = tmp_path / "shop"
    shop.mkdir()
    for name in ("green", "yellow"):
        (shop / f"{name}.png").write_bytes(picture_bytes(COLORS[name], (64, 64)))
    (shop / "products.csv").write_text("id,title,image\na,first,green.png\nb,second,yellow.png\n", "utf-8")
    arguments = ("search", "-c", shop, "--image", shop / "yellow.png", "-k", "3", "--json")
    document = answer(visearch_process(tmp_path / "home", *arguments))
    assert document["model"] == "embedded" and len(document["hits"]) == 2
    assert document["hits"][0]["id"] == "b" and Path(document["hits"][0]["image"]).is_file()


def test_search_refreshes_when_the_catalogue_has_changed(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture_bytes(COLORS["red"]))
    (tmp_path / "products.csv").write_text("id,title,image\none,first,a.png\n", "utf-8")
    assert len(answer(visearch(home, "search", "-c", tmp_path, "-t", "x", "--json"))["hits"]) == 1
    (tmp_path / "products.csv").write_text("id,title,image\none,first,a.png\ntwo,second,a.png\n", "utf-8")
    assert len(answer(visearch(home, "search", "-c", tmp_path, "-t", "x", "--json"))["hits"]) == 2


def test_filters_and_words_narrow(home: Path, shop: Path) -> None:
    done = visearch(home, "search", "-c", shop, "-t", "square", "-f", "category=cool", "-f", "price=..12", "--json")
    assert {hit["id"] for hit in answer(done)["hits"]} == {"c0", "c2"}


def test_people_get_a_table(home: Path, shop: Path) -> None:
    done = visearch(home, "search", "-c", shop, "--image", shop / "red.png", "-k", "2")
    assert done.returncode == 0 and "red square" in done.stdout.splitlines()[0] + done.stdout.splitlines()[1]


def test_detect_gives_boxes_with_names(home: Path) -> None:
    scene = ROOT / "data" / "sample" / "scenes" / "desk-1.jpg"
    document = answer(visearch(home, "detect", "--image", scene, "--json"))
    assert set(document) == {"boxes", "detector", "timings_ms"} and document["detector"] == "embedded"
    assert set(document["boxes"][0]) == {"x0", "y0", "x1", "y1", "label", "score"}
    lines = visearch(home, "detect", "--image", scene).stdout.splitlines()
    assert len(lines) == len(document["boxes"]) + 1 and "--box " in lines[0] and "embedded" in lines[-1]
    assert answer(visearch(home, "detect", "--image", scene, "-d", "none", "--json"))["boxes"] == []


def test_evaluate_reports_by_kind(home: Path, shop: Path, tmp_path: Path) -> None:
    document = answer(visearch(home, "evaluate", shop, "--report", tmp_path / "report", "--json"))
    assert document["by_kind"]["photo"]["n"] == 2 and document["by_kind"]["photo"]["hit@1"] == 1.0
    assert set(document["by_kind"]["text"]) >= {"hit@1", "hit@10", "recall@10", "precision@10", "mrr", "ndcg@10"}
    assert list((tmp_path / "report").iterdir())


def test_doctor_says_what_would_start(home: Path) -> None:
    document = answer(visearch(home, "doctor", "--json"))
    assert document["starts_with"]["catalog"] == "sample" and document["starts_with"]["model"] == "embedded"
    assert document["offline"] and not document["hub_reachable"]
    assert {m["name"] for m in document["models"]} >= {"embedded", "vit-b-32", "siglip2", "ecommerce", "fashion"}
    assert document["detector"] == "embedded" and {d["name"] for d in document["detectors"]} >= {"embedded", "none"}
    assert "starts with: sample" in visearch(home, "doctor").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("search", "-c", "no-such-shop", "-t", "x"), "no-such-shop"),
        (("search", "-c", "sample", "-t", "x", "-m", "gpt"), "gpt"),
        (("search", "-c", "SHOP", "-t", "x", "-f", "colour=red"), "colour"),
        (("search", "-c", "SHOP", "--image", "nothing.jpg"), "nothing.jpg"),
        (("detect", "--image", "nothing.jpg"), "nothing.jpg"),
        (("detect", "--image", "SHOP/red.png", "-d", "yolo"), "yolo"),
        (("detect", "--image", "SHOP/red.png", "-d", "dfine"), "switched off"),
        (("search", "-c", "SHOP", "--image", "SHOP/products.csv"), "not a picture"),
        (("index", "EMPTY"), "products.csv"),
        (("index", "SHOP", "--column", "title=label"), "label"),
        (("evaluate", "UNLABELLED"), "queries.csv"),
        (("index", "hf:acme/shop"), "hub"),
    ],
)
def test_failures_are_one_line_and_exit_1(
    home: Path, shop: Path, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "a.png").write_bytes(picture_bytes(COLORS["red"]))
    places = {"SHOP": shop, "EMPTY": tmp_path / "empty", "UNLABELLED": tmp_path / "bare"}
    words = [str(a) for a in arguments]
    for name, place in places.items():
        words = [w.replace(name, str(place)) for w in words]
    done = visearch(home, *words, "--json")
    assert done.returncode == 1, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert lines[-1].startswith("visearch: ") and says in lines[-1] and "Traceback" not in done.stderr
    assert set(json.loads(done.stdout)) == {"error", "hint"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("search",),
        ("detect",),
        ("search", "-t", "x", "-k", "0"),
        ("search", "-t", "x", "--box", "0,0,9,9"),
        ("search", "--image", "a.jpg", "--box", "0,0,9"),
        ("index",),
        ("index", "sample", "--limit", "0"),
        ("index", "sample", "--shard", "1/2", "--merge", "2"),
        ("index", "sample", "--out", "folder"),
        ("index", "sample", "--column", "title"),
        ("nonsense",),
    ],
)
def test_bad_usage_exits_2(home: Path, arguments: tuple[str, ...]) -> None:
    done = visearch(home, *arguments)
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_bad_setting_is_named(home: Path) -> None:
    done = visearch(home, "doctor", VISEARCH_LIMIT="lots")
    assert done.returncode == 1 and "VISEARCH_LIMIT is 'lots'" in done.stderr


def test_what_a_shopper_is_shown(home: Path, shop: Path) -> None:
    found = answer(visearch(home, "related", "c0", "--catalog", shop, "--json"))
    assert set(found) == {"similar", "colors", "cheaper", "goes_with"} and found["similar"]
    picked = answer(visearch(home, "for-you", "--viewed", "c0", "-k", "3", "--catalog", shop, "--json"))
    assert len(picked["picks"]) == 3 and picked["interests"][0]["products"] == ["c0"]
    assert answer(visearch(home, "offers", "--text", "red square", "--catalog", shop, "--json")) == {"offers": []}
    assert answer(visearch(home, "reviews", "c0", "--catalog", shop, "--json"))["own"]["n"] == 0
    told = visearch(home, "related", "none", "--catalog", shop)
    assert told.returncode == 1 and "no product 'none'" in told.stderr


def test_a_board_with_its_sheet_and_the_campaigns(home: Path, shop: Path, tmp_path: Path) -> None:
    asked = ("board", "--image", shop / "red.png", "--text", "blue square", "--catalog", shop)
    found = answer(visearch(home, *asked, "--csv", tmp_path / "board.csv", "--sheet", tmp_path / "board.png", "--json"))
    assert found and (tmp_path / "board.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "board.csv").read_text("utf-8-sig").startswith("place,id,")
    (shop / "campaigns.csv").write_text(
        "name,name_zh,start,end,slots,product_ids\nAll year,全年,2026-01-01,2026-12-31,2,c0|c1|gone\n", "utf-8"
    )
    told = visearch(home, "campaigns", "--check", shop / "campaigns.csv", "--catalog", shop)
    assert "gone" in told.stdout + told.stderr
    (shop / "campaigns.csv").unlink()


def test_the_counter_asks(home: Path, shop: Path, tmp_path: Path) -> None:
    found = answer(visearch(home, "identify", "--image", shop / "red.png", "--catalog", shop, "--json"))
    assert found["candidates"][0]["id"] == "c0"
    files = ("--csv", tmp_path / "shelf.csv", "--picture", tmp_path / "shelf.jpg")
    answer(visearch(home, "shelf", "--image", shop / "red.png", *files, "--catalog", shop, "--json"))
    assert (tmp_path / "shelf.csv").read_text("utf-8-sig").startswith("number,")
    assert (tmp_path / "shelf.jpg").read_bytes().startswith(b"\xff\xd8")
    delivery = tmp_path / "delivery"
    delivery.mkdir()
    (delivery / "again.png").write_bytes((shop / "green.png").read_bytes())
    decisions = tmp_path / "decisions.csv"
    answer(visearch(home, "supplier", delivery, "--csv", decisions, "--catalog", shop, "--json"))
    assert "same" in decisions.read_text("utf-8-sig").splitlines()[1]
