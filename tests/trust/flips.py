"""One flipped byte in each file of a home: the answers are equal, or there is one sentence with the command that mends.

    python -m tests.trust.flips --positions 60 --asked 8

Every file is changed at `--positions` random places (one bit, or the whole byte): the index is opened and searched, or
the cache is read by a new build. At `--asked` of them the command line does the same, and where it refuses, the mending
command is run and must give the answers of before. Prints one JSON document; exits with 1 on a violation. The encoders
are toys; the products are those of a folder of pictures.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from typer.testing import CliRunner

from tests.store_shop import assert_same_content, png
from tests.toy import ToyEmbedder
from tests.toy_sentences import ToySentences
from visearch import prepare
from visearch.choices import Choice, read_choice, record_choice
from visearch.cli import app
from visearch.config import Settings
from visearch.errors import StoreError, VisearchError
from visearch.images import load_image
from visearch.mappings import read_mapping, record_mapping
from visearch.store import Store

PRODUCTS = 24
MAPPING = {"title": "name"}
CHOICE = Choice("sample", "embedded", "For the test.", chosen=True)
THUMBNAILS = 2


class Flips:
    """A sound home, and what is asked of its damaged copies."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.rng = folder, random.Random(seed)
        self.home, self.shop = folder / "home", folder / "shop"
        self.found: Counter[str] = Counter()
        self.violations: list[str] = []
        self._write_shop()
        self.settings = Settings(home=self.home, catalog=str(self.shop), model="toy")
        self._build(self.home)
        record_choice(self.home, CHOICE)
        record_mapping(self.home, "another", MAPPING)
        self.sound = Store(self.home).open(str(self.shop))
        self.answer = self._search(self.home)
        assert self.answer["exit_code"] == 0, self.answer

    def _write_shop(self) -> None:
        self.shop.mkdir()
        rows = ["id,title,price,image"]
        for i in range(PRODUCTS):
            (self.shop / f"{i}.png").write_bytes(png(i))
            rows.append(f"p-{i},{'Mug' if i % 2 else 'Lamp'} {i},{i + 1}.5,{i}.png")
        (self.shop / "products.csv").write_text("\n".join(rows) + "\n")

    def _build(self, home: Path) -> None:
        settings = self.settings.with_(home=home)
        prepare.build_index(settings, prepare.first_choice(settings), lambda: ToyEmbedder())

    def files(self) -> list[Path]:
        """Every file of the home once, and of the thumbnails two."""
        found = sorted(path for path in self.home.rglob("*") if path.is_file() and path.suffix != ".lock")
        thumbs = [path for path in found if "thumbs" in path.parts]
        return [path for path in found if path not in thumbs[THUMBNAILS:] and path.stat().st_size]

    def run(self, positions: int, asked: int) -> None:
        """Flips in all files."""
        for file in self.files():
            name = self._kind(file)
            size = file.stat().st_size
            for number, at in enumerate(self.rng.sample(range(size), min(size, positions))):
                bit = self.rng.choice([1 << self.rng.randrange(8), 0xFF])
                home = self._flipped(file, at, bit)
                try:
                    outcome = self._outcome(home, name, by_command=number < asked)
                    self.found[f"{name}: {outcome}"] += 1
                except Exception as error:
                    told = f"{type(error).__name__}: {error}"[:300]
                    self.violations.append(f"{name} at {at} of {size} with {bit}: {told}")
                shutil.rmtree(home)

    def _kind(self, file: Path) -> str:
        parts = file.relative_to(self.home).parts
        if parts[0] == "indexes":
            return "/".join(parts[2:]) if len(parts) == 3 else "/".join(parts[3:])
        return {"thumbs": "thumbnail", "cache": "cache/" + ("pictures" if len(parts) == 2 else "vectors")}.get(
            parts[0], parts[0]
        )

    def _flipped(self, file: Path, at: int, bit: int) -> Path:
        home = self.folder / "flipped"
        shutil.copytree(self.home, home)
        copy = home / file.relative_to(self.home)
        data = bytearray(copy.read_bytes())
        data[at] ^= bit
        copy.write_bytes(data)
        return home

    def _outcome(self, home: Path, name: str, by_command: bool) -> str:
        if name == "thumbnail":
            return self._thumbnail(home)
        if name == "choice.json":
            assert read_choice(home) in (None, CHOICE)
            return "ignored" if read_choice(home) is None else "equal"
        if name == "mappings.json":
            assert read_mapping(home, "another") in ({}, MAPPING)
            return "ignored" if not read_mapping(home, "another") else "equal"
        if name.startswith("cache/"):
            return self._cache(home, by_command)
        outcome = self._opened(home)
        if by_command:
            self._by_command(home)
        return outcome

    def _opened(self, home: Path) -> str:
        try:
            index = Store(home).open(str(self.shop))
        except StoreError as error:
            assert f"python -m visearch index {self.shop}" in error.hint, error
            return "refused"
        assert_same_content(index, self.sound)
        assert index.manifest == self.sound.manifest and index.seen == self.sound.seen
        return "equal"

    def _by_command(self, home: Path) -> None:
        """`search` gives the same answer, or refuses; then `index` mends it."""
        found = self._search(home)
        if found["exit_code"] == 0:
            assert found == self.answer, found
            return
        self._clear_refusal(found)
        mended = self._run(home, "index", str(self.shop), "--model", "toy", "--json")
        assert mended["exit_code"] == 0 and mended["answer"]["embedded"] == 0, mended
        assert self._search(home) == self.answer

    def _cache(self, home: Path, by_command: bool) -> str:
        """The index is lost and is made from the cache: with the vectors of before, whatever became of the cache."""
        shutil.rmtree(home / "indexes")
        if by_command:
            built = self._run(home, "index", str(self.shop), "--model", "toy", "--json")
            if built["exit_code"]:
                self._clear_refusal(built)
                return "refused"
            embedded = built["answer"]["embedded"]
        else:
            settings = self.settings.with_(home=home)
            try:
                made = prepare.build_index(settings, prepare.first_choice(settings), lambda: ToyEmbedder())
            except VisearchError as error:
                assert "cache" in error.message and error.hint, error
                return "refused"
            embedded = made.embedded
        assert_same_content(Store(home).open(str(self.shop)), self.sound)
        return "computed again" if embedded else "equal"

    def _thumbnail(self, home: Path) -> str:
        """A picture or none; what was cut off is made anew by `index`."""
        file = next(path for path in home.rglob("*.jpg") if path.read_bytes() != self._same(path, home).read_bytes())
        try:
            load_image(file)
            outcome = "a picture"
        except VisearchError:
            outcome = "no picture"
        file.write_bytes(file.read_bytes()[:-9])
        self._build(home)
        assert file.read_bytes() == self._same(file, home).read_bytes()
        return outcome

    def _same(self, path: Path, home: Path) -> Path:
        return self.home / path.relative_to(home)

    def _search(self, home: Path) -> dict[str, Any]:
        found = self._run(home, "search", "-c", str(self.shop), "-m", "toy", "-t", "red lamp", "-k", "7", "--json")
        if found["exit_code"] == 0:
            del found["answer"]["timings_ms"]
            for hit in found["answer"]["hits"]:
                hit["image"] = Path(hit["image"]).name
        return found

    def _run(self, home: Path, *arguments: str) -> dict[str, Any]:
        with mock.patch.dict("os.environ", {"VISEARCH_HOME": str(home), "VISEARCH_OFFLINE": "1"}):
            done = CliRunner().invoke(app, arguments)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return {
            "exit_code": done.exit_code,
            "answer": json.loads(done.stdout),
            "stderr": [] if done.exit_code == 0 else done.stderr.splitlines(),
        }

    def _clear_refusal(self, found: dict[str, Any]) -> None:
        assert found["exit_code"] == 1 and len(found["stderr"]) == 1, found
        assert "Traceback" not in found["stderr"][0] and found["answer"]["hint"], found


@contextlib.contextmanager
def toys() -> Iterator[None]:
    """The command line answers with toy encoders."""
    sentences = {"toy-sentences": ToySentences()}
    with (
        mock.patch.object(prepare, "load_model", lambda name, settings, loading=None: ToyEmbedder(name)),
        mock.patch.object(prepare, "load_sentences", lambda settings: sentences),
        mock.patch.object(prepare, "sentence_names", lambda: tuple(sentences)),
    ):
        yield


def run(folder: Path, positions: int, asked: int, seed: int = 6) -> dict[str, Any]:
    """Flips in all files of one home -> what was found."""
    with toys():
        flips = Flips(folder, seed)
        flips.run(positions, asked)
    return {
        "flips": sum(flips.found.values()) + len(flips.violations),
        "files": len(flips.files()),
        "seed": seed,
        "found": dict(sorted(flips.found.items())),
        "violations": flips.violations,
    }


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Flip bytes in every file of a home.")
    parser.add_argument("--positions", type=int, default=60, help="Places in each file.")
    parser.add_argument("--asked", type=int, default=8, help="Of these, how many are asked by the command line too.")
    parser.add_argument("--seed", type=int, default=6)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        summary = run(Path(folder), chosen.positions, chosen.asked, chosen.seed)
    print(json.dumps(summary, indent=1))
    return 1 if summary["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
