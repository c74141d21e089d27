"""What visitors ask for, counted without knowing who they are; only where the owner switched it on.

Kept are counts by day, words that at least ANONYMOUS searches used, and the ranks at which products were opened. Until
words were used so often they are counted by a keyed hash in memory, whose key dies with the process; they are on no
disk. There are no addresses, no names, no sequences of searches and no times finer than a day.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import logging
import re
import secrets
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from visearch.disk import writing_to

logger = logging.getLogger(__name__)

ANONYMOUS = 3
"""Searches that must have used the same words before these are kept."""
MOST_WORDS = 2000
"""Different words that are kept; beyond it those go that were used least."""
MOST_HIDDEN = 5000
"""Hashes that are counted at a time; beyond it the oldest go."""
DAYS = 92
MOST_LETTERS = 80
"""Longer texts are counted as searches, but are never kept: what is so long may be personal."""
_PERSONAL = re.compile(r"@|(\d[ .()/+-]?){7}")
"""Mail addresses and numbers of seven digits, as of telephones: never kept either."""
RANKS = ((1, 1), (2, 2), (3, 3), (4, 10), (11, 24), (25, None))
"""Ranks that are counted together, from and to; None is no end."""
FILE = "demand.sqlite"

_TABLES = """
CREATE TABLE IF NOT EXISTS word (text TEXT PRIMARY KEY, searches INTEGER NOT NULL, far INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS day (day TEXT, what TEXT, n INTEGER NOT NULL, PRIMARY KEY (day, what));
CREATE TABLE IF NOT EXISTS opened (rank INTEGER PRIMARY KEY, n INTEGER NOT NULL);
"""


@dataclass(frozen=True)
class Wanted:
    """Words with the number of searches that used them, and how many of these found nothing close."""

    text: str
    searches: int
    far: int


@dataclass(frozen=True)
class Summary:
    """All that is known. `days` are (ISO day, searches), oldest first; `opened` holds clicks by the ranks of RANKS.

    `far` counts searches without anything close, `photos` those with a photo, of all `searches`.
    """

    searches: int = 0
    photos: int = 0
    far: int = 0
    days: tuple[tuple[str, int], ...] = ()
    top: tuple[Wanted, ...] = ()
    missed: tuple[Wanted, ...] = ()
    opened: tuple[int, ...] = (0,) * len(RANKS)


class Demand:
    """Counts into one small file below `home`. Thread-safe; several processes may share the file.

    Counting never raises: what cannot be written is not counted, and the log says so once.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / FILE
        self._key = secrets.token_bytes(32)
        self._hidden: OrderedDict[bytes, list[int]] = OrderedDict()
        self._lock = threading.Lock()
        self._told = False

    def search(self, text: str, photo: bool, close: bool) -> None:
        """One search with these words ("" without any), with or without a photo, that found something close or not."""
        words = " ".join(text.casefold().split())
        counted = {"searches": 1, "photos": int(photo), "far": int(not close)}

        def count(db: sqlite3.Connection) -> None:
            _count_day(db, {what: n for what, n in counted.items() if n})
            if words and len(words) <= MOST_LETTERS and not _PERSONAL.search(words):
                self._count_words(db, words, int(not close))

        self._count(count)

    def opened(self, rank: int) -> None:
        """A product was opened from the results, where it stood at `rank` (from 1)."""
        if rank < 1:
            return
        group = next(i for i, (low, high) in enumerate(RANKS) if rank >= low and (high is None or rank <= high))
        sql = "INSERT INTO opened VALUES (?, 1) ON CONFLICT (rank) DO UPDATE SET n = n + 1"
        self._count(lambda db: db.execute(sql, (group,)))

    def summary(self, most: int = 20) -> Summary:
        """What was counted so far; `most` words each. Empty when nothing was, or the file cannot be read."""
        try:
            with self._open() as db:
                return _read(db, most)
        except (sqlite3.Error, OSError) as error:
            logger.warning("what was asked for cannot be read: %s", error)
            return Summary()

    def forget(self) -> None:
        """Deletes all that was counted. Raises StoreError when the file cannot be written."""
        with self._lock, writing_to(self._path.parent):
            self._hidden.clear()
            with self._open() as db:
                for table in ("word", "day", "opened"):
                    db.execute(f"DELETE FROM {table}")  # noqa: S608 - three names of our own

    def _count_words(self, db: sqlite3.Connection, words: str, far: int) -> None:
        found = db.execute(
            "UPDATE word SET searches = searches + 1, far = far + ? WHERE text = ?", (far, words)
        ).rowcount
        if found:
            return
        digest = hmac.new(self._key, words.encode(), hashlib.sha256).digest()[:12]
        seen = self._hidden.setdefault(digest, [0, 0])
        self._hidden.move_to_end(digest)
        seen[0] += 1
        seen[1] += far
        if seen[0] >= ANONYMOUS:
            db.execute("INSERT INTO word VALUES (?, ?, ?)", (words, seen[0], seen[1]))
            del self._hidden[digest]
            # The newest word stays, or no other would ever get in once the table is full.
            db.execute(
                "DELETE FROM word WHERE text IN (SELECT text FROM word WHERE text <> ? "
                "ORDER BY searches DESC, text LIMIT -1 OFFSET ?)",
                (words, MOST_WORDS - 1),
            )
        while len(self._hidden) > MOST_HIDDEN:
            self._hidden.popitem(last=False)

    def _count(self, work: Callable[[sqlite3.Connection], object]) -> None:
        # Whatever goes wrong here must not reach the search that is counted.
        try:
            with self._lock, self._open() as db:
                work(db)
        except (sqlite3.Error, OSError) as error:
            if not self._told:
                logger.warning("what is asked for cannot be counted in %s: %s", self._path, error)
            self._told = True

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._path, timeout=1.0)
        try:
            db.executescript(_TABLES)
            with db:
                yield db
        finally:
            db.close()


def _count_day(db: sqlite3.Connection, counted: dict[str, int]) -> None:
    today = datetime.now(timezone.utc).date()
    for what, n in counted.items():
        db.execute(
            "INSERT INTO day VALUES (?, ?, ?) ON CONFLICT (day, what) DO UPDATE SET n = n + excluded.n",
            (today.isoformat(), what, n),
        )
    oldest = db.execute("SELECT DISTINCT day FROM day ORDER BY day DESC LIMIT -1 OFFSET ?", (DAYS,)).fetchall()
    db.executemany("DELETE FROM day WHERE day = ?", oldest)


def _read(db: sqlite3.Connection, most: int) -> Summary:
    totals = dict(db.execute("SELECT what, SUM(n) FROM day GROUP BY what").fetchall())
    days = db.execute("SELECT day, n FROM day WHERE what = 'searches' ORDER BY day").fetchall()
    top = db.execute("SELECT text, searches, far FROM word ORDER BY searches DESC, text LIMIT ?", (most,))
    missed = db.execute(
        "SELECT text, searches, far FROM word WHERE far > 0 ORDER BY far DESC, searches DESC, text LIMIT ?", (most,)
    )
    opened = dict(db.execute("SELECT rank, n FROM opened").fetchall())
    return Summary(
        searches=int(totals.get("searches", 0)),
        photos=int(totals.get("photos", 0)),
        far=int(totals.get("far", 0)),
        days=tuple((str(day), int(n)) for day, n in days),
        top=tuple(Wanted(*row) for row in top.fetchall()),
        missed=tuple(Wanted(*row) for row in missed.fetchall()),
        opened=tuple(int(opened.get(group, 0)) for group in range(len(RANKS))),
    )
