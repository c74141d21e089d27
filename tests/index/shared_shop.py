"""A shop whose every edition tells which one it is, in records, vectors and pictures; and a process that searches it.

Run as a script it is one of several app processes on one server: it searches until a certain edition answers, and then
prints what it saw, as JSON.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.store_shop import Shop, item
from tests.toy import COLORS, ToyEmbedder, picture_bytes
from visearch import behind, prepare, served
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.live import LiveEngine
from visearch.types import Query

NAMES = list(COLORS)
SHARED = prepare.Choice("shared", "toy", "")


def edition(number: int, products: int = 60) -> Shop:
    """Product i has another colour in each edition, which its title and its picture show; its price is the edition."""

    def one(i: int) -> Any:
        name = NAMES[(i + number) % len(NAMES)]
        shade = tuple(min(255, c + i // len(NAMES)) for c in COLORS[name])
        fields = {"title": f"{name} thing {i}", "color": name, "price": float(number), "currency": "USD"}
        return item(i, picture_bytes(shade), category="Things", **fields)

    return Shop([one(i) for i in range(products)], name="shared", revision=f"r{number}")


def with_toys(monkeypatch: pytest.MonkeyPatch, number: int = 1) -> None:
    """Edition `number` is what can be indexed, with the toy encoder."""
    monkeypatch.setattr(prepare, "open_catalog", lambda *_, **__: edition(number))
    monkeypatch.setattr(prepare, "load_model", lambda *_, **__: ToyEmbedder("toy"))
    monkeypatch.setattr(prepare, "load_sentences", lambda *_, **__: {})
    monkeypatch.setattr(prepare, "strangers_to", lambda *_: [])
    monkeypatch.setattr(behind, "quicken", lambda *_: None)
    monkeypatch.setattr(served, "LOOK_EVERY_S", 0.1)


def settings_for(url: str, home: Path) -> Settings:
    """Of an app process on the server."""
    return Settings(catalog="shared", model="toy", detector="none", index=url, home=home, offline=True)


def publish(url: str, home: Path, number: int) -> None:
    """What `python -m visearch index` does."""
    with pytest.MonkeyPatch.context() as patch:
        with_toys(patch, number)
        prepare.build_index(settings_for(url, home), SHARED, lambda: ToyEmbedder("toy"))


def ask(live: LiveEngine, turn: int) -> tuple[int, list[str]]:
    """(edition that answered, what is wrong with the answer)."""
    name = NAMES[turn % len(NAMES)]
    filters = {"color": name} if turn % 3 == 0 else {}
    query = Query(name, k=10, ranker="picture" if turn % 2 else "hybrid", filters=filters)
    hits = live.engine().search(query).hits
    editions = {hit.product.price for hit in hits}
    wrong = [] if len(editions) == 1 and len(hits) == 10 else [f"{len(hits)} hits of the editions {editions}"]
    first = hits[0].product
    if first.color != name or not live.engine().product(first.id):
        wrong.append(f"asked for {name}, got {first.title}")
    return int(max(editions)), wrong


def engine_on(url: str, home: Path) -> SearchEngine:
    """As an app process opens it."""
    return prepare.open_engine(settings_for(url, home), SHARED, lazy=True)


def answers(engine: SearchEngine) -> list[list[tuple[str, float, float]]]:
    """(id, score, match) of every hit of questions of all kinds."""
    queries = (
        Query("red", k=8),
        Query("blue", k=8, ranker="picture"),
        Query("green thing", k=5, filters={"color": "green"}),
        Query(more_like=("p-003",), k=6),
        Query("red, not blue", k=20),
    )
    found = [engine.search(query) for query in queries]
    found += [engine.similar("p-003", 6), engine.similar("p-003", 6, {"color": engine.product("p-003").color})]
    return [[(hit.product.id, hit.score, hit.match) for hit in one.hits] for one in found]


def main(url: str, home: str, last: str) -> None:
    """Searches with two threads until the edition `last` has answered for a while, or half a minute is over."""
    live = LiveEngine(settings_for(url, Path(home)))
    live.start()
    live.wait(60)
    print("ready", flush=True)
    wrong: list[str] = []
    seen: Counter[int] = Counter()
    end = time.monotonic() + 30

    def visitor(turn: int) -> None:
        while seen[int(last)] < 50 and time.monotonic() < end:
            turn += 1
            try:
                number, faults = ask(live, turn)
                seen[number] += 1
                wrong.extend(faults)
            except VisearchError as error:
                wrong.append(str(error))

    threads = [threading.Thread(target=visitor, args=(offset,)) for offset in (0, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"seen": dict(seen), "wrong": wrong[:5], "faults": len(wrong)}))


if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as patched:
        with_toys(patched)
        main(*sys.argv[1:])
