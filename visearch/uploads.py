"""Catalogues that came through the page: kept below VISEARCH_HOME under names that are made here.

A draft takes the files while they arrive; when it is complete it is moved into place in one step. Nothing that a
browser sends is ever opened as a path: names are looked up among what is there.
"""

from __future__ import annotations

import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from visearch.catalog import UPLOADS
from visearch.catalog.archive import MOST_TABLE, Tell, unpack
from visearch.catalog.base import Report
from visearch.catalog.folder import PRODUCTS, QUERIES, picture_files
from visearch.catalog.tables import READERS
from visearch.disk import publish, remove_folder, writing_to
from visearch.errors import CatalogError

MOST_ARCHIVE = 1 << 30
"""Bytes of a ZIP that are taken in."""
ARCHIVE = ".zip"
LIMITS = {**dict.fromkeys(READERS, MOST_TABLE), ".parquet": MOST_ARCHIVE, ARCHIVE: MOST_ARCHIVE}
"""Bytes by the ending of a file's name; other endings are not taken. A parquet file may hold its pictures."""
MOST_UPLOADS = 100
STALE_S = 24 * 3600.0
_DRAFTS = ".drafts"
_ASIDE = (QUERIES, "boxes.csv")


@dataclass(frozen=True)
class Upload:
    """One catalogue: `name` is its folder's, `catalog` the name to open it with."""

    name: str
    catalog: str


class Uploads:
    """The uploaded catalogues of one VISEARCH_HOME."""

    def __init__(self, home: Path) -> None:
        self.folder = home / UPLOADS

    def list(self) -> list[Upload]:
        """All of them by name."""
        if not self.folder.is_dir():
            return []
        folders = [path for path in self.folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
        return [Upload(path.name, str(_table_of(path) or path)) for path in sorted(folders)]

    def get(self, name: str) -> Upload:
        """Raises CatalogError when there is no upload of that name."""
        found = next((upload for upload in self.list() if upload.name == name), None)
        if found is None:
            raise CatalogError("This uploaded catalogue is no longer there.", "Upload it again.")
        return found

    # ------------------------------------------------------------------ coming in

    def begin(self) -> str:
        """A new draft's key; drafts that nobody finished in a day go."""
        self._sweep()
        if len(self.list()) >= MOST_UPLOADS:
            raise CatalogError(f"There are {MOST_UPLOADS} uploaded catalogues.", "Remove one first.")
        key = secrets.token_hex(16)
        with writing_to(self.folder):
            self._draft(key).mkdir(parents=True)
        return key

    async def take(self, key: str, suffix: str, pieces: AsyncIterator[bytes]) -> int:
        """Writes one file of a draft as it arrives -> its bytes; an earlier one of its kind is replaced.

        Raises CatalogError for a draft that is not there, a type that no catalogue has, and a file above its limit.
        """
        draft = self._open_draft(key)
        most = LIMITS.get(suffix)
        if most is None:
            raise CatalogError(
                f"A file that ends in {suffix[:20]!r} is no catalogue.", f"Give one of {', '.join(LIMITS)}."
            )
        arriving, size = draft / f"arriving-{secrets.token_hex(4)}", 0
        try:
            with writing_to(draft), arriving.open("wb") as sink:
                async for piece in pieces:
                    size += len(piece)
                    if size > most:
                        raise CatalogError(f"The file is larger than {most >> 20:,} MB.", "Give a part of it.")
                    sink.write(piece)
            if suffix in READERS:
                for other in READERS:
                    (draft / f"table{other}").unlink(missing_ok=True)
            arriving.replace(draft / f"{'archive' if suffix == ARCHIVE else 'table'}{suffix}")
        finally:
            arriving.unlink(missing_ok=True)
        return size

    def finish(
        self, key: str, title: str, licence: str = "", tell: Tell = lambda done, total: None
    ) -> tuple[Upload, Report]:
        """Makes a catalogue of a draft's files -> it, and what the archive held that was left out.

        Raises CatalogError when they are no catalogue; then the draft stays as it was.
        """
        draft = self._open_draft(key)
        made = draft / "made"
        remove_folder(made)
        try:
            with writing_to(draft):
                made.mkdir()
                report = _assemble(draft, made, tell)
                if licence:
                    # Where every folder's licence is looked for.
                    (made / "SOURCE.md").write_text(f"Licence: {licence}\n", "utf-8")
                final = self._free(slug(title))
                publish(made, final)
        finally:
            # Of a try that failed, as on a full disk: it takes room until the draft goes.
            remove_folder(made)
        remove_folder(draft)
        return self.get(final.name), report

    def drop(self, key: str) -> None:
        """Forgets a draft."""
        remove_folder(self._open_draft(key))

    def remove(self, name: str) -> None:
        """Removes an uploaded catalogue; at once under its name, then file by file."""
        self.get(name)
        gone = self._draft(secrets.token_hex(16))
        with writing_to(self.folder):
            gone.parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).rename(gone)
        remove_folder(gone)

    def _draft(self, key: str) -> Path:
        return self.folder / _DRAFTS / key

    def _open_draft(self, key: str) -> Path:
        drafts = self.folder / _DRAFTS
        known = {path.name for path in drafts.iterdir()} if drafts.is_dir() else set()
        if key not in known:
            raise CatalogError("This upload was not begun, or was given up.", "Choose the files again.")
        return drafts / key

    def _free(self, name: str) -> Path:
        taken = {upload.name.casefold() for upload in self.list()}
        wanted, number = name, 1
        while wanted.casefold() in taken:
            number += 1
            wanted = f"{name}-{number}"
        return self.folder / wanted

    def _sweep(self) -> None:
        drafts = self.folder / _DRAFTS
        for path in drafts.iterdir() if drafts.is_dir() else ():
            if path.stat().st_mtime < time.time() - STALE_S:
                remove_folder(path)


def slug(title: str) -> str:
    """A folder's name from what a person calls it: letters and digits of any script, and hyphens."""
    plain = unicodedata.normalize("NFKC", title)
    words = re.sub(r"[\W_]+", "-", plain).strip("-")
    # 40 letters of any script are within every disk's 255 bytes.
    return words[:40].strip("-") or "catalogue"


def _assemble(draft: Path, made: Path, tell: Tell) -> Report:
    """Puts a draft's table and the contents of its archive together in `made`."""
    report = Report()
    given = next((path for suffix in READERS if (path := draft / f"table{suffix}").is_file()), None)
    if (draft / f"archive{ARCHIVE}").is_file():
        report = unpack(draft / f"archive{ARCHIVE}", made, tell).report
    elif given is None:
        raise CatalogError("No file has arrived.", "Choose a table, a ZIP of pictures, or both.")
    if given is not None:
        _clear_tables(made)
        shutil.copyfile(given, made / f"products{given.suffix}")
        return report
    _raise_table(made)
    if _table_of(made) is None and not picture_files(made):
        raise CatalogError(
            "The ZIP holds neither a table nor pictures.",
            f"Put a {PRODUCTS} and its pictures, or only pictures, in it.",
        )
    return report


def _clear_tables(folder: Path) -> None:
    """A table that is given by itself replaces those in the archive."""
    for path in folder.rglob("*"):
        if path.suffix.lower() in READERS:
            path.unlink()


def _raise_table(folder: Path) -> None:
    """Brings the products' table of an archive, and what lies beside it, to the top."""
    tables = [path for path in folder.rglob("*") if path.suffix.lower() in READERS and path.name not in _ASIDE]
    tables.sort(key=lambda path: (path.stem.lower() != "products", len(path.parts), str(path)))
    if not tables:
        _unwrap(folder)
        return
    best = tables[0]
    if len(tables) > 1 and best.stem.lower() != "products":
        names = ", ".join(str(PurePosixPath(path.relative_to(folder))) for path in tables[:5])
        raise CatalogError(f"The ZIP holds several tables: {names}.", f"Name the one of the products {PRODUCTS}.")
    for other in tables[1:]:
        other.unlink()
    for path in list(best.parent.iterdir()) if best.parent != folder else ():
        if not (folder / path.name).exists():
            path.rename(folder / path.name)
    best = folder / best.name if (folder / best.name).exists() else best
    best.rename(folder / f"products{best.suffix.lower()}")


def _unwrap(folder: Path) -> None:
    """Folders of pictures are categories; one folder around all of them is only how they were packed."""
    inside = list(folder.iterdir())
    if len(inside) != 1 or not inside[0].is_dir() or not all(path.is_dir() for path in inside[0].iterdir()):
        return
    # Under another name first: a category may be called as the folder around it.
    wrapper = inside[0].rename(folder / f".{secrets.token_hex(4)}")
    for path in list(wrapper.iterdir()):
        path.rename(folder / path.name)
    wrapper.rmdir()


def _table_of(folder: Path) -> Path | None:
    """The table of a folder that is opened by its file: a folder with products.csv is opened as such."""
    others = (folder / f"products{suffix}" for suffix in READERS if f"products{suffix}" != PRODUCTS)
    return next((path for path in others if path.is_file()), None) if not (folder / PRODUCTS).is_file() else None
