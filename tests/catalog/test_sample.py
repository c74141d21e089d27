from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.catalog.helpers import ids_of, items_of, opened
from visearch.catalog import folder
from visearch.errors import CatalogError
from visearch.images import load_image

ROOT = Path(__file__).resolve().parents[2]


def test_the_sample_opens() -> None:
    catalog = opened("sample")
    items = list(catalog)
    assert (catalog.info.id, catalog.info.licence, catalog.info.total) == ("sample", "CC0-1.0", len(items))
    assert catalog.report.count == catalog.report.repaired == 0
    mug = next(item for item in items if item.product.id == "mug-01")
    assert mug.product.title.startswith("Speckled stoneware mug")
    assert (mug.product.price, mug.product.currency, mug.product.stock) == (18.5, "USD", 149)
    assert (mug.product.material, mug.product.pattern) == ("stoneware", "speckled")
    assert mug.product.title_zh
    assert load_image(mug.pictures[0].read()).size == (384, 384)


def test_the_cheap_way_gives_the_same_products_as_datasets() -> None:
    """The sample is read without `datasets`; opened as a folder it is read with it."""
    assert [item.product for item in opened("sample")] == [item.product for item in opened(folder.SAMPLE_DIR)]


def test_queries_name_products_that_there_are() -> None:
    known = set(ids_of("sample"))
    queries = opened("sample").queries()
    assert {query.kind for query in queries} == {"photo", "text", "descriptive", "text_zh"}
    assert all(query.relevant <= known for query in queries)
    assert all(query.image.read() for query in queries if query.image)


def test_limit() -> None:
    assert len(items_of("sample", limit=3)) == 3


def test_a_missing_sample_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(folder, "SAMPLE_DIR", tmp_path)
    with pytest.raises(CatalogError, match="The sample catalogue is missing"):
        opened("sample")


def test_importing_and_reading_the_sample_imports_nothing_heavy() -> None:
    code = """
import json, sys
from visearch.catalog import open_catalog, HUB_PRESETS
from visearch.config import Settings
list(open_catalog("sample", Settings()))
heavy = {"datasets", "pyarrow", "pandas", "huggingface_hub", "httpx", "torch", "gradio", "faiss"}
print(json.dumps(sorted(heavy & set(sys.modules))))
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
