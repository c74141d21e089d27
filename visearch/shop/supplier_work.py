"""Checks a delivery in the background: told how far it is, stopped when asked, and kept until the next one."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from PIL import Image

from visearch.catalog.base import CatalogItem
from visearch.errors import PictureError, VisearchError
from visearch.images import load_image
from visearch.shop.supplier import MOST_ITEMS, Checked, Checker
from visearch.types import Product

logger = logging.getLogger(__name__)

Item = tuple[Product, Callable[[], Image.Image | None]]
"""A record and what gives its first picture (None without one); that raises PictureError."""
WORKING_SIDE = 1024
COLUMNS = (
    "id", "title", "decision", "finding", "ours", "chance", "seen category", "seen subcategory", "seen color",
    "conflicts", "flaws", "problem",
)  # fmt: skip


@dataclass(frozen=True)
class Delivery:
    """A snapshot. `state` is idle, running, stopping, done, stopped or failed; `done` of `total` items are checked.

    `decisions` are "accept" or "reject" by the place of an item.
    """

    name: str = ""
    state: str = "idle"
    done: int = 0
    total: int = 0
    error: str = ""
    items: tuple[Checked, ...] = ()
    decisions: dict[int, str] = field(default_factory=dict)

    @property
    def busy(self) -> bool:
        return self.state in ("running", "stopping")


def items_of(catalogue: Iterable[CatalogItem]) -> Iterator[Item]:
    """The items of a catalogue that is being read."""
    for item in catalogue:
        first = item.pictures[0] if item.pictures else None
        yield item.product, (lambda p=first: load_image(p.read(), WORKING_SIDE) if p else None)  # type: ignore[misc]


def checked_items(
    checker: Checker, items: Iterable[Item], told: Callable[[int], None] = lambda n: None, most: int = MOST_ITEMS
) -> Iterator[Checked]:
    """One after the other, at most so many; a picture that cannot be read is a finding."""
    for number, (product, picture) in enumerate(items, 1):
        if number > most:
            return
        try:
            yield checker.check(product, picture())
        except PictureError as error:
            yield checker.check(product, None, str(error))
        told(number)


class SupplierWork:
    """The delivery on the desk. Thread-safe; one at a time."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._lock, self._stop, self._now = threading.Lock(), threading.Event(), now
        self._delivery = Delivery()
        self._undo: list[dict[int, str]] = []
        self._thread: threading.Thread | None = None

    @property
    def delivery(self) -> Delivery:
        """As it is now; cheap."""
        with self._lock:
            return self._delivery

    def start(
        self, name: str, checker: Checker, items: Callable[[], tuple[Iterable[Item], int]], after: Callable[[], None]
    ) -> None:
        """Begins in the background: `items` gives them and how many there are, `after` is called at the end.

        Raises VisearchError while another delivery is being checked.
        """
        with self._lock:
            if self._delivery.busy:
                raise VisearchError("A delivery is being checked.", "Wait for it, or stop it first.")
            self._stop.clear()
            self._undo.clear()
            self._delivery = Delivery(name, "running")
            self._thread = threading.Thread(
                target=self._run, args=(checker, items, after), name="visearch-supplier", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """Asks the running one to end after its present item; what is checked stays."""
        with self._lock:
            if self._delivery.busy:
                self._stop.set()
                self._delivery = replace(self._delivery, state="stopping")

    def clear(self) -> None:
        """Forgets the delivery that is there. Raises VisearchError while one is being checked."""
        with self._lock:
            if self._delivery.busy:
                raise VisearchError("A delivery is being checked.", "Wait for it, or stop it first.")
            self._delivery = Delivery()
            self._undo.clear()

    def wait(self, timeout_s: float | None = None) -> None:
        """Until it has ended (for tests and scripts)."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def decide(self, place: int, decision: str) -> None:
        """ "accept", "reject", or "" to take either back, for the item at `place`."""
        self._change({place: decision})

    def accept_clean(self) -> int:
        """Accepts every clean item that is not decided -> how many."""
        now = self.delivery
        clean = {i: "accept" for i, one in enumerate(now.items) if one.clean and i not in now.decisions}
        self._change(clean)
        return len(clean)

    def undo(self) -> bool:
        """Takes the last step of decisions back -> whether there was one."""
        with self._lock:
            if not self._undo:
                return False
            self._delivery = replace(self._delivery, decisions=self._undo.pop())
            return True

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        with self._lock:
            return bool(self._undo)

    def _change(self, changes: dict[int, str]) -> None:
        with self._lock:
            before, known = self._delivery.decisions, len(self._delivery.items)
            if any(not 0 <= place < known for place in changes):
                raise VisearchError("This item is no longer on the desk.", "Look at the list again.")
            after = {place: told for place, told in {**before, **changes}.items() if told}
            if after != before:
                self._undo = [*self._undo[-49:], before]
                self._delivery = replace(self._delivery, decisions=after)

    def _run(
        self, checker: Checker, items: Callable[[], tuple[Iterable[Item], int]], after: Callable[[], None]
    ) -> None:
        try:
            source, total = items()
            self._told(total=min(total, MOST_ITEMS))
            for one in checked_items(checker, source):
                with self._lock:
                    kept = (*self._delivery.items, one)
                    self._delivery = replace(self._delivery, items=kept, done=len(kept))
                if self._stop.is_set():
                    break
            self._told(state="stopped" if self._stop.is_set() else "done")
        except VisearchError as error:
            self._told(state="failed", error=str(error))
        except Exception:
            logger.exception("a delivery could not be checked")
            self._told(state="failed", error="It could not be checked. The log says why.")
        finally:
            after()

    def _told(self, **changes: object) -> None:
        with self._lock:
            self._delivery = replace(self._delivery, **changes)  # type: ignore[arg-type]


def rows_of(delivery: Delivery) -> list[Sequence[object]]:
    """One row an item, in COLUMNS."""
    return [_row(one, delivery.decisions.get(i, "")) for i, one in enumerate(delivery.items)]


def _row(one: Checked, decision: str) -> Sequence[object]:
    best = one.copies[0] if one.copies else None
    chance = None if best is None else round(best.same + best.variant, 3)
    seen = (one.seen.best(name)[0] for name in ("category", "subcategory", "color"))
    conflicts = "; ".join(f"{c.field}: {c.said} / {c.found}" for c in one.conflicts)
    told = (one.product.id, one.product.title, decision, one.kind, best.product.id if best else "", chance)
    return (*told, *seen, conflicts, "; ".join(one.flaws), one.problem)


def delivery_to_json(delivery: Delivery) -> dict[str, Any]:
    """{"items": [{"id", "title", "finding", "clean", "copies", "seen", "conflicts", "flaws", "problem"}]}."""
    return {"items": [_item_to_json(one) for one in delivery.items]}


def _item_to_json(one: Checked) -> dict[str, Any]:
    copies = [
        {"id": c.product.id, "title": c.product.title, "kind": c.kind, "chance": round(c.same + c.variant, 3)}
        for c in one.copies
    ]
    return {
        "id": one.product.id,
        "title": one.product.title,
        "finding": one.kind,
        "clean": one.clean,
        "copies": copies,
        "seen": one.seen.to_dict(),
        "conflicts": [asdict(conflict) for conflict in one.conflicts],
        "flaws": list(one.flaws),
        "problem": one.problem,
    }
