from __future__ import annotations

import pytest

from tests.ui.still import StillLive, engine_of, ready_status
from visearch.engine import SearchEngine
from visearch.live import Status


@pytest.fixture(scope="session")
def toy_engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return engine_of(tmp_path_factory.mktemp("toy"))


@pytest.fixture
def live(toy_engine: SearchEngine) -> StillLive:
    return StillLive(toy_engine, ready_status(toy_engine))


@pytest.fixture
def busy() -> StillLive:
    return StillLive(None, Status(state="indexing", stage="embedding", done=30, total=120))
