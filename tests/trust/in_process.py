"""The doors of the app without a server: a toy shop in this process."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.toy import COLORS, picture_bytes
from tests.trust.hostile_pictures import EITHER, Hostile
from tests.trust.watching import Records, as_json, complaint
from tests.ui.still import StillLive, engine_of, ready_status
from visearch.catalog.base import Catalog
from visearch.catalog.folder import open_file
from visearch.catalog.preview import preview
from visearch.config import Settings
from visearch.errors import VisearchError
from visearch.ui import build_app
from visearch.ui.photos import Photos


class Inside:
    """Sends to functions what the page and its clients would send, and says what was wrong with the answers."""

    def __init__(self, home: Path, catalog: Catalog | None = None) -> None:
        engine = engine_of(home, catalog)
        self.home, self.photos = home, Photos(fetch=_no_network)
        self.live = StillLive(engine, ready_status(engine))
        self.demo = build_app(self.live, Settings(home=home, offline=True), self.photos)  # type: ignore[arg-type]
        self._calls = {fn.api_name: fn.fn for fn in self.demo.fns.values() if fn.api_visibility != "private"}
        page = next(block for block in self.demo.blocks.values() if block.elem_id == "page")
        self._page = {name: getattr(page, name) for name in ("ask", "poll", "suggest", "room")}

    def photo(self, hostile: Hostile) -> str:
        """A complaint, or ""."""
        with _logged() as records:
            reply = self.demo.desk.receive(hostile.data)
            wrong = complaint(200, as_json(reply))
            if not wrong and "photo" in reply:
                wrong = complaint(200, as_json(self._page["ask"]({"photo": reply["photo"]})))
        outcome = "fine" if "photo" in reply else "refused"
        if not wrong and hostile.expect not in (EITHER, outcome):
            wrong = f"is {outcome}, not {hostile.expect}"
        return wrong or _told(records)

    def call(self, name: str, arguments: list[Any]) -> str:
        """A function by its name in `hostile_texts.calls`; a complaint, or ""."""
        with _logged() as records:
            try:
                page = name.startswith("page:")
                work = self._page[name.removeprefix("page:")] if page else self._calls[name]
                body = as_json(work(*arguments))
            except Exception as error:
                if type(error).__name__ != "ToldError":  # whose text is for the caller
                    return f"raised {error!r}"
                body = str(error)
        return complaint(200, body, str(arguments)) or _told(records)

    def words(self, text: str) -> str:
        """One text in every field for words; a complaint, or ""."""
        for lang in ("en", "zh"):
            wrong = self.call("page:ask", [{"text": text, "lang": lang, "product": text, "like": ""}])
            wrong = wrong or self.call("page:ask", [{"link": f"?q={text}&product=p-001&sort=price", "lang": lang}])
            if wrong:
                return wrong
        return self.call("page:suggest", [{"typed": text}]) or self.call("search", [text, None, None, 3, None])

    def table(self, name: str, data: bytes) -> str:
        """Reads a table file as a catalogue, all of it, and looks at it as the catalogue room does."""
        folder = self.home / "tables"
        folder.mkdir(exist_ok=True)
        (folder / "red.png").write_bytes(picture_bytes(COLORS["red"]))
        path = folder / f"products{Path(name).suffix}"
        path.write_bytes(data)
        try:
            with _logged() as records:
                return _read(path, self.home) or _told(records)
        finally:
            path.unlink()


def _read(path: Path, home: Path) -> str:
    try:
        for item in open_file(str(path), path, offline=True):
            as_json(item.product.__dict__ | {"attributes": dict(item.product.attributes)})
        preview(str(path), Settings(home=home, offline=True), None)
    except VisearchError as error:
        return complaint(200, str(error), str(path))
    except Exception as error:
        return f"raised {error!r:.300}"
    return ""


def _told(records: Records) -> str:
    return f"logged {records.found[0]:.300}" if records.found else ""


@contextmanager
def _logged() -> Iterator[Records]:
    records, root = Records(), logging.getLogger("visearch")
    root.addHandler(records)
    try:
        yield records
    finally:
        root.removeHandler(records)


def _no_network(url: str) -> bytes:
    raise VisearchError("There is no network here.")
