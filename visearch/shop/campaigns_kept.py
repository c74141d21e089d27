"""Where the campaigns of the catalogue that answers are kept: the owner's own, else those beside the catalogue."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from visearch.catalog.beside import CAMPAIGNS
from visearch.disk import remove, write_file, writing_to
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.shop.campaigns import RUNNING, Campaign, Fault, read_campaigns

_FOLDER = "campaigns"
_lock = threading.Lock()
_read: OrderedDict[tuple[str, int, str], Plan] = OrderedDict()
_MOST = 8


@dataclass(frozen=True)
class Plan:
    """The campaigns and the faults of a table. `own` says that the owner has put it in the place of the shop's.

    `problem` says why the whole table could not be read.
    """

    campaigns: tuple[Campaign, ...] = ()
    faults: tuple[Fault, ...] = ()
    own: bool = False
    problem: str = ""

    def running(self, day: date) -> list[Campaign]:
        """Those of that day, in the table's order."""
        return [one for one in self.campaigns if one.state(day) == RUNNING]


def today() -> date:
    """The day by which campaigns run: the server's. In one place, so that tests can set it."""
    return date.today()


def plan_of(engine: SearchEngine) -> Plan:
    """The campaigns of the engine's catalogue; none where there is no table. Never raises."""
    path, own = _path(engine)
    try:
        state = path.stat() if path else None
    except OSError:
        return Plan()
    if path is None or state is None:
        return Plan()
    key = (str(path), state.st_mtime_ns, engine.opened.manifest.index_id)
    with _lock:
        if key not in _read:
            _read[key] = _planned(path, engine, own)
            while len(_read) > _MOST:
                _read.popitem(last=False)
        return _read[key]


def running_now(engine: SearchEngine) -> list[Campaign]:
    """What runs today."""
    return plan_of(engine).running(today())


def keep_own(engine: SearchEngine, data: bytes) -> Plan:
    """Keeps the owner's table in the place of the shop's. Raises CatalogError for one that cannot be read."""
    read_campaigns(data, _known(engine))
    path = _own(engine)
    with writing_to(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, data)
    return plan_of(engine)


def forget_own(engine: SearchEngine) -> Plan:
    """Back to the table beside the catalogue."""
    remove(_own(engine))
    return plan_of(engine)


def _path(engine: SearchEngine) -> tuple[Path | None, bool]:
    own = _own(engine)
    if own.is_file():
        return own, True
    return engine.opened.beside(CAMPAIGNS), False


def _own(engine: SearchEngine) -> Path:
    name = hashlib.sha256(str(engine.opened.manifest.catalog["id"]).encode()).hexdigest()[:24]
    return engine.opened.home / _FOLDER / f"{name}.csv"


def _planned(path: Path, engine: SearchEngine, own: bool) -> Plan:
    try:
        campaigns, faults = read_campaigns(path.read_bytes(), _known(engine))
    except OSError as error:
        return Plan(own=own, problem=f"The campaigns cannot be read ({error.strerror}).")
    except VisearchError as error:
        return Plan(own=own, problem=str(error))
    return Plan(tuple(campaigns), tuple(faults), own)


def _known(engine: SearchEngine) -> frozenset[str]:
    return frozenset(product.id for product in engine.opened.products)
