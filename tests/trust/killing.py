"""A process that changes an index, one event at a time, to be killed at any of them."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.store_shop import item, make, opened, shop
from tests.toy import ToyEmbedder
from visearch.build import BuildReport, remove, update
from visearch.config import Settings

ROOT = Path(__file__).resolve().parents[2]

# Every batch, every progress call and every step of putting files into place is told to the parent, and waits for
# its answer: the parent kills at a chosen event without guessing times.
CHILD = """
import os, sys
from pathlib import Path
from tests.toy import ToyEmbedder
from tests.trust.killing import change

def event(name):
    print(name, flush=True)
    if not sys.stdin.readline():
        os._exit(3)

def told(name, function):
    def call(*args, **options):
        event(name)
        return function(*args, **options)
    return call

class Embedder(ToyEmbedder):
    embed_images = told("embed", ToyEmbedder.embed_images)

os.fsync = told("fsync", os.fsync)
Path.rename = told("rename", Path.rename)
report = change(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Embedder(), lambda p: event(f"{p.stage} {p.done}"))
print(f"done {report.embedded}", flush=True)
"""


def change(home: Path, operation: str, n: int, embedder: ToyEmbedder, progress: object = None) -> BuildReport:
    """`index` n products, `add` n new ones of which every fifth replaces an old one, or `remove` the first n."""
    options = {"progress": progress, "lock_wait_s": 0}
    if operation == "index":
        return make(home, shop(n), embedder, **options)
    settings = Settings(home=home)
    if operation == "add":
        items = [item(i // 5 if i % 5 == 0 else 1000 + i, title=f"New {i}") for i in range(n)]
        return update("shop", items, embedder, settings, **options)  # type: ignore[arg-type]
    ids = [product.id for product in opened(home).products[:n]]
    return remove("shop", ids, embedder.info, settings, **options)  # type: ignore[arg-type]


class Child:
    """The changing process, one event at a time."""

    def __init__(self, home: Path, operation: str, n: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(home), operation, str(n)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.event = self._read()

    def _read(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def go(self) -> None:
        """Lets it run to its next event, without waiting for that."""
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def next(self) -> str:
        """Its next event."""
        self.go()
        self.event = self._read()
        return self.event

    def finish(self) -> list[str]:
        """All events to the end."""
        events = [self.event]
        while not self.event.startswith("done"):
            assert self.event, "the process died"
            events.append(self.next())
        assert self.process.wait() == 0
        return events

    def kill(self) -> None:
        """kill -9."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()
