"""The whole way from a fresh start to the hub's model and data set, and back to an offline start."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hub_stand_in import HubStandIn, hub_stand_in
from tests.models.tiny import write_tiny
from tests.toy import COLORS, picture_bytes
from visearch.catalog import HUB_PRESETS
from visearch.models import MODELS
from visearch.prepare import HUB_MODEL

ROOT = Path(__file__).parent.parent
PRESET = next(iter(HUB_PRESETS.values()))
START = """
import json
from dataclasses import asdict
from visearch.config import Settings
from visearch.live import LiveEngine
from visearch.types import Query

seen = []
class Watched(LiveEngine):
    def _publish(self, choice, **options):
        super()._publish(choice, **options)
        seen.append([self.status().catalog.id, self.status().model.name, self.status().products])

live = Watched(Settings.from_env())
live.start()
live.wait(300)
status = live.status()
hits = live.engine().search(Query(text="a mug", k=3)).hits
print(json.dumps({"seen": seen, "state": status.state, "reason": status.reason, "notes": status.notes,
                  "licence": status.catalog.licence, "hits": len(hits)}))
"""


@pytest.fixture
def hub(tmp_path: Path):
    import datasets

    rows = list(COLORS.items())
    table = datasets.Dataset.from_dict(
        {
            "item_id": [f"B{i}" for i in range(len(rows))],
            "item_name": [f"{name} thing" for name, _ in rows],
            "image": [{"bytes": picture_bytes(rgb, (40, 40)), "path": None} for _, rgb in rows],
        },
        features=datasets.Features(
            {"item_id": datasets.Value("string"), "item_name": datasets.Value("string"), "image": datasets.Image()}
        ),
    )
    folder = tmp_path / "datasets" / PRESET.hub_id
    (folder / "objects").mkdir(parents=True)
    table.to_parquet(folder / "objects" / "train-00000.parquet")
    (folder / "README.md").write_text(
        "---\nlicense: cc-by-4.0\nconfigs:\n- config_name: objects\n  data_files:\n"
        "  - split: train\n    path: objects/*.parquet\n---\n"
    )
    write_tiny(tmp_path / "models" / MODELS[HUB_MODEL].source.removeprefix("hf-hub:"))
    with hub_stand_in(tmp_path) as server:
        yield server


def start(hub: HubStandIn, home: Path, **more: str) -> dict:
    # Six products each, so that the real encoder of the first page has little to do.
    env = hub.env(home, PYTHONPATH=str(ROOT), VISEARCH_HOME=str(home / "visearch"), VISEARCH_LIMIT="6", **more)
    # Exporting for the faster runtime would take longer than all else here.
    env["VISEARCH_RUNTIME"] = "torch"
    done = subprocess.run([sys.executable, "-c", START], env=env, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_sample_answers_first_then_the_hub_and_later_without_it(hub: HubStandIn, tmp_path: Path) -> None:
    first = start(hub, tmp_path / "home")
    assert first["seen"] == [["sample", "embedded", 6], [PRESET.catalog, HUB_MODEL, 6]], first["notes"]
    assert (first["state"], first["hits"], first["licence"]) == ("ready", 3, "cc-by-4.0")

    asked = len(hub.requests)
    later = start(hub, tmp_path / "home", VISEARCH_OFFLINE="1")
    assert later["seen"] == [[PRESET.catalog, HUB_MODEL, 6]] and later["hits"] == 3
    assert later["reason"].startswith("Chosen earlier") and len(hub.requests) == asked


def test_a_hub_that_breaks_half_way_leaves_the_sample(hub: HubStandIn, tmp_path: Path) -> None:
    hub.fail_after(0, only=".parquet")
    broken = start(hub, tmp_path / "home")
    assert broken["seen"] == [["sample", "embedded", 6]] and broken["state"] == "ready"
    assert len(broken["notes"]) == 1 and PRESET.catalog in broken["notes"][0]
