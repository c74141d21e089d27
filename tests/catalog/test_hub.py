"""The hub catalogue against a local stand-in; the client is a process of its own, as HF_ENDPOINT is read on import."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.catalog.helpers import PNG, opened, write_csv, write_json_lines, write_pictures
from tests.hub_stand_in import HubStandIn, commit_of, hub_stand_in
from tests.toy import picture_bytes
from visearch.catalog import DEFAULT_HUB_CATALOG, HUB_PRESETS
from visearch.catalog.hub import HubName, endpoint, hub_reachable
from visearch.catalog.mapping import FIELDS
from visearch.config import Settings
from visearch.errors import CatalogError

PROJECT = Path(__file__).resolve().parents[2]

CLIENT = """
import json, sys, time
time.sleep = lambda seconds: None  # the libraries wait between their attempts
from visearch.catalog import open_catalog
from visearch.config import Settings
from visearch.errors import VisearchError

def answer(name, options):
    times = options.pop("times", 1)
    settings = Settings(limit=options.pop("limit_of_settings", None))
    found = {"items": [], "info": {}, "error": [], "reasons": []}
    try:
        catalog = open_catalog(name, settings, **options)
        found["info"] = vars(catalog.info)
        for _ in range(times):
            found["items"].clear()
            for item in catalog:
                product = vars(item.product) | {"attributes": dict(item.product.attributes)}
                pictures = [[p.ref, p.stable, p.read().hex()] for p in item.pictures]
                found["items"].append({"product": product, "pictures": pictures})
        found["reasons"] = [skipped.reason for skipped in catalog.report.first]
    except VisearchError as error:
        found["error"] = [type(error).__name__, error.message, error.hint]
    return found

for line in sys.stdin:
    print("ANSWER", json.dumps(answer(*json.loads(line))), flush=True)
"""


@dataclass
class Answer:
    items: list[dict[str, Any]]
    info: dict[str, Any]
    error: list[str]
    reasons: list[str]

    @property
    def ids(self) -> list[str]:
        return [item["product"]["id"] for item in self.items]


@dataclass
class World:
    """A hub and a client of it. Every test adds data sets under names of its own: the client keeps listings."""

    hub: HubStandIn
    client: subprocess.Popen[str]

    @property
    def root(self) -> Path:
        return self.hub.root

    def ask(self, name: str, **options: Any) -> Answer:
        assert self.client.stdin is not None
        assert self.client.stdout is not None
        print(json.dumps([name, options]), file=self.client.stdin, flush=True)
        for line in self.client.stdout:
            if line.startswith("ANSWER "):
                return Answer(**json.loads(line[7:]))
        raise AssertionError("the client ended")


@contextmanager
def client_of(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", CLIENT]
    with subprocess.Popen(
        command,
        env=environment | {"PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as client:
        yield client
        assert client.stdin is not None
        client.stdin.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("hub")
    with hub_stand_in(folder / "root") as hub, client_of(hub.env(folder / "hf")) as client:
        yield World(hub, client)


@pytest.fixture
def world(served: World) -> World:
    served.hub.heal()
    served.hub.requests.clear()
    return served


def add_shop(root: Path, repo: str, shards: int = 2, rows: int = 4, licence: str = "cc-by-4.0") -> Path:
    """`shards` parquet files of `rows` products with pictures, and a column of bytes that is of no use."""
    import datasets

    folder = root / "datasets" / repo
    (folder / "data").mkdir(parents=True)
    features = datasets.Features(
        {
            "item_id": datasets.Value("string"),
            "item_name": datasets.Value("string"),
            "price": datasets.Value("string"),
            "kind": datasets.ClassLabel(names=["mug", "lamp"]),
            "mesh": datasets.Value("binary"),
            "image": datasets.Image(),
        }
    )
    for shard in range(shards):
        numbers = range(rows)
        table = datasets.Dataset.from_dict(
            {
                "item_id": [f"{shard}-{n}" for n in numbers],
                "item_name": [f"Thing {shard}-{n}" for n in numbers],
                "price": [f"${n}.50" for n in numbers],
                "kind": [n % 2 for n in numbers],
                "mesh": [bytes(100)] * rows,
                "image": [{"bytes": picture_bytes((shard * 9, n * 9, 7)), "path": None} for n in numbers],
            },
            features=features,
        )
        table.to_parquet(folder / "data" / f"train-{shard:05}-of-{shards:05}.parquet")
    (folder / "README.md").write_text(f"---\nlicense: {licence}\npretty_name: Acme's shop\n---\nText.\n")
    return folder


def test_a_limit_streams_and_leaves_the_rest_where_it_is(world: World) -> None:
    add_shop(world.root, "acme/limited")
    answer = world.ask("hf:acme/limited", limit=3)
    assert answer.ids == ["0-0", "0-1", "0-2"]
    assert "data/train-00000-of-00002.parquet" in world.hub.files()
    assert "data/train-00001-of-00002.parquet" not in world.hub.files() + world.hub.files("HEAD")
    product = answer.items[1]["product"]
    assert (product["title"], product["price"], product["currency"]) == ("Thing 0-1", 1.5, "USD")
    assert product["attributes"] == {"kind": "lamp"}
    ref, stable, data = answer.items[1]["pictures"][0]
    assert bytes.fromhex(data) == picture_bytes((0, 9, 7))
    commit = commit_of("datasets", "acme/limited")
    assert stable
    assert commit in ref
    assert (answer.info["revision"], answer.info["licence"]) == (commit, "cc-by-4.0")
    assert (answer.info["id"], answer.info["title"]) == ("hf:acme/limited", "Acme's shop")
    assert answer.info["source"] == f"{world.hub.url}/datasets/acme/limited"


def test_columns_of_no_use_are_not_downloaded(world: World) -> None:
    import datasets

    types = {"title": datasets.Value("string"), "mesh": datasets.Value("binary"), "image": datasets.Image()}
    rows = {
        "title": ["Mug"] * 16,
        "mesh": [random.Random(n).randbytes(1 << 20) for n in range(16)],
        "image": [{"bytes": PNG, "path": None}] * 16,
    }
    path = world.root / "datasets/acme/meshes/data.parquet"
    path.parent.mkdir(parents=True)
    datasets.Dataset.from_dict(rows, features=datasets.Features(types)).to_parquet(path)
    assert len(world.ask("hf:acme/meshes").ids) == 16
    spans = [seen.range.removeprefix("bytes=").split("-") for seen in world.hub.requests if seen.range]
    assert sum(int(last) - int(first) + 1 for first, last in spans) < path.stat().st_size / 2


def test_all_of_it_is_downloaded_once(world: World) -> None:
    add_shop(world.root, "acme/whole")
    answer = world.ask("hf:acme/whole", limit=0, times=2)
    assert answer.ids == [f"{shard}-{n}" for shard in range(2) for n in range(4)]
    assert {"data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet"} <= set(world.hub.files())
    before = len([r for r in world.hub.requests if r.path.endswith("00001-of-00002.parquet") and r.method == "GET"])
    assert before == 1


def test_the_limit_of_the_settings(world: World) -> None:
    add_shop(world.root, "acme/counted")
    assert world.ask("hf:acme/counted", limit_of_settings=5).ids == ["0-0", "0-1", "0-2", "0-3", "1-0"]


def test_a_pinned_revision(world: World) -> None:
    add_shop(world.root, "acme/pinned", rows=1, shards=1)
    add_shop(world.root, "acme/pinned@v1", rows=2, shards=1, licence="cc0-1.0")
    commit = commit_of("datasets", "acme/pinned", "v1")
    answer = world.ask("hf:acme/pinned@v1")
    assert (answer.ids, answer.info["revision"], answer.info["licence"]) == (["0-0", "0-1"], commit, "cc0-1.0")
    assert world.ask(f"hf:acme/pinned@{commit}").ids == ["0-0", "0-1"]
    assert world.ask("hf:acme/pinned").ids == ["0-0"]


def test_a_revision_that_is_not_there(world: World) -> None:
    add_shop(world.root, "acme/unpinned", rows=1, shards=1)
    kind, message, _ = world.ask("hf:acme/unpinned@v9").error
    assert (kind, message) == ("CatalogError", "The data set acme/unpinned has no revision 'v9'.")


def test_a_data_set_that_is_not_there(world: World) -> None:
    kind, message, hint = world.ask("hf:acme/nothing").error
    assert kind == "CatalogError"
    assert "no data set 'acme/nothing'" in message
    assert "spelling" in hint


def test_a_data_set_without_pictures(world: World) -> None:
    write_json_lines(world.root / "datasets/acme/texts/data.jsonl", [{"id": "1", "title": "Mug"}])
    _, message, _ = world.ask("hf:acme/texts").error
    assert "no column with pictures; its columns are id, title" in message


def test_splits(world: World) -> None:
    folder = add_shop(world.root, "acme/split", shards=1, rows=2)
    (folder / "data/train-00000-of-00001.parquet").rename(folder / "data/test-00000-of-00001.parquet")
    assert world.ask("hf:acme/split:test").ids == ["0-0", "0-1"]
    assert world.ask("hf:acme/split").ids == ["0-0", "0-1"]
    _, message, hint = world.ask("hf:acme/split:val").error
    assert (message, hint) == ("The data set acme/split has no split 'val'.", "It has test.")


def test_configurations(world: World) -> None:
    folder = add_shop(world.root, "acme/configured", shards=1, rows=2)
    front = "configs:\n- config_name: {}\n  data_files: data/*.parquet\n- config_name: other\n  data_files: none/*\n"
    (folder / "README.md").write_text(f"---\n{front.format('objects')}---\n")
    assert world.ask("hf:acme/configured:objects/train").ids == ["0-0", "0-1"]
    assert world.ask("hf:acme/configured").ids == ["0-0", "0-1"]
    _, message, _ = world.ask("hf:acme/configured:nope/train").error
    assert message == "The data set acme/configured has no configuration 'nope'."


def test_an_own_mapping(world: World) -> None:
    add_shop(world.root, "acme/mapped", shards=1, rows=1)
    answer = world.ask("hf:acme/mapped", mapping={"title": "item_id", "category": "kind"})
    assert (answer.items[0]["product"]["title"], answer.items[0]["product"]["category"]) == ("0-0", "mug")
    _, message, hint = world.ask("hf:acme/mapped", mapping={"title": "nme"}).error
    assert "no column 'nme'" in message
    assert "item_id, item_name" in hint


def test_the_hub_fails_half_way(world: World) -> None:
    add_shop(world.root, "acme/failing")
    world.hub.fail_after(0, only="train-00001")
    answer = world.ask("hf:acme/failing")
    assert answer.ids == ["0-0", "0-1", "0-2", "0-3"]
    kind, message, hint = answer.error
    assert kind == "CatalogError"
    assert "cannot be read on after 4 of 2000 rows" in message
    assert "\n" not in message
    assert "sample" in hint


def test_answers_that_break_off(world: World) -> None:
    add_shop(world.root, "acme/cut")
    world.hub.cut_after(0, only="train-00001")
    answer = world.ask("hf:acme/cut")
    assert answer.ids == ["0-0", "0-1", "0-2", "0-3"]
    assert "cannot be read on after 4 of 2000 rows" in answer.error[1]
    world.hub.heal()
    assert len(world.ask("hf:acme/cut").ids) == 8


def test_a_hub_that_fails_from_the_start(world: World) -> None:
    add_shop(world.root, "acme/down")
    world.hub.fail_after(0)
    answer = world.ask("hf:acme/down")
    assert answer.error[0] == "CatalogError"
    assert f"The hub at {world.hub.url} does not give the data set acme/down" in answer.error[1]


def test_a_hub_that_is_not_there(world: World, tmp_path: Path) -> None:
    environment = world.hub.env(tmp_path, HF_ENDPOINT="http://127.0.0.1:9")
    with client_of(environment) as client:
        answer = World(world.hub, client).ask("hf:acme/shop")
    assert answer.error[0] == "CatalogError"
    assert "The hub at http://127.0.0.1:9 does not give" in answer.error[1]


def test_a_folder_of_pictures_on_the_hub(world: World) -> None:
    write_pictures(world.root / "datasets/acme/pictures", ["lamp/tall_one.png", "mug/b.png"])
    answer = world.ask("hf:acme/pictures")
    assert answer.ids == ["lamp/tall_one", "mug/b"]
    product = answer.items[0]["product"]
    assert (product["category"], product["title"]) == ("lamp", "tall one")
    assert bytes.fromhex(answer.items[0]["pictures"][0][2]) == picture_bytes((0, 90, 120))
    assert answer.items[0]["pictures"][0][1]


def test_a_zip_of_pictures_on_the_hub(world: World) -> None:
    folder = world.root / "datasets/acme/zipped"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "pictures.zip", "w") as archive:
        archive.writestr("lamp/a.png", PNG)
        archive.writestr("mug/b.png", PNG)
    answer = world.ask("hf:acme/zipped")
    assert answer.ids == ["lamp/a", "mug/b"]
    assert bytes.fromhex(answer.items[0]["pictures"][0][2]) == PNG


def test_a_table_with_paths_of_files_in_the_data_set(world: World) -> None:
    folder = world.root / "datasets/acme/paths"
    write_pictures(folder, ["pics/a.png"])
    rows = [{"id": "a", "image": "pics/a.png"}, {"id": "b", "image": "../../../../api/whoami"}]
    write_csv(folder / "products.csv", rows)
    (folder / "README.md").write_text("---\nconfigs:\n- config_name: default\n  data_files: products.csv\n---\n")
    answer = world.ask("hf:acme/paths")
    assert answer.ids == ["a"]
    assert bytes.fromhex(answer.items[0]["pictures"][0][2]) == picture_bytes((0, 90, 120))
    assert "leads out of the catalogue's folder" in answer.reasons[0]


# without a client


def test_offline_is_told_without_asking() -> None:
    with pytest.raises(CatalogError, match="VISEARCH_OFFLINE") as caught:
        opened("hf:acme/shop", settings=Settings(offline=True))
    assert "sample" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("hf:acme/shop", HubName("acme/shop")),
        ("hf:shop", HubName("shop")),
        ("hf:acme/shop@v1.0:test", HubName("acme/shop", "v1.0", "", "test")),
        ("hf:acme/shop@refs/pr/1", HubName("acme/shop", "refs/pr/1")),
        ("hf:acme/shop:all/train", HubName("acme/shop", "", "all", "train")),
    ],
)
def test_names(name: str, parts: HubName) -> None:
    assert HubName.parse(name) == parts


@pytest.mark.parametrize("name", ["hf:", "hf:a/b/c", "hf:acme/shop@", "hf:acme/shop:", "hf:acme/sh op"])
def test_misspelt_names(name: str) -> None:
    with pytest.raises(CatalogError, match="is misspelt"):
        HubName.parse(name)


def test_reachable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for switch in ("HF_HUB_OFFLINE", "VISEARCH_OFFLINE"):
        monkeypatch.delenv(switch, raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    with hub_stand_in(tmp_path) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url + "/")
        assert endpoint() == hub.url
        assert hub_reachable(5)
        monkeypatch.setenv("VISEARCH_OFFLINE", "1")
        assert not hub_reachable(5)
        monkeypatch.delenv("VISEARCH_OFFLINE")
        asked = len(hub.requests)
        hub.fail_after(0)
        assert not hub_reachable(5)
        assert len(hub.requests) == asked + 1
        hub.heal()
        hub.hold(only="/")
        assert not hub_reachable(0.2)
        assert hub.arrived.wait(5)
        hub.release()
    assert not hub_reachable(1)


def test_presets() -> None:
    assert DEFAULT_HUB_CATALOG in {preset.catalog for preset in HUB_PRESETS.values()}
    for name, preset in HUB_PRESETS.items():
        assert preset.name == name
        assert HubName.parse(preset.catalog).id == preset.hub_id
        assert set(preset.mapping) <= set(FIELDS)
        assert preset.limit > 0
        assert preset.why
