from __future__ import annotations

import pytest

from tests.shop.goods import goods_engine
from visearch.engine import SearchEngine


@pytest.fixture(scope="session")
def goods(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return goods_engine(tmp_path_factory.mktemp("goods"))
