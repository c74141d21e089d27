"""Campaigns: which products a shop wants seen between two dates, and their marked places in a list of results.

A place is no free space: only a product that a question finds by itself, close and not far behind the best, may take
one. So the list stays an answer to the question; `NEAR` was chosen on half A of the sample's questions, see
`python -m visearch.evaluate.workflows campaigns`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from visearch.errors import CatalogError
from visearch.types import Hit

COLUMNS = ("name", "name_zh", "start", "end", "slots", "product_ids")
MOST_CAMPAIGNS, MOST_PRODUCTS, MOST_SLOTS, MOST_BYTES = 200, 500, 3, 1 << 20
PLACES = (3, 8, 15)
"""Places of a list, from 1, that campaigns may take: never the first two."""
REACH = 60
"""How far down the ranking of a question a product may stand and still take a place."""
NEAR = 0.8
"""Least match of such a product, as a share of the best one's."""
RUNNING, COMING, ENDED = "running", "coming", "ended"


@dataclass(frozen=True)
class Campaign:
    """`start` and `end` are both included; `slots` are places in one list; `row` is its line in the file or 0."""

    name: str
    start: date
    end: date
    slots: int
    product_ids: tuple[str, ...]
    name_zh: str = ""
    row: int = 0

    def state(self, today: date) -> str:
        """Running, coming or ended."""
        return COMING if today < self.start else ENDED if today > self.end else RUNNING


@dataclass(frozen=True)
class Fault:
    """What is wrong in a line of the file: `kind` is name, start, end, order, slots, products, unknown or double.

    `value` is what stands there. A line with "unknown" ids goes on with the others; any other fault leaves it out.
    """

    row: int
    kind: str
    value: str

    def __str__(self) -> str:
        return f"Line {self.row}: {FAULTS[self.kind].format(value=self.value)}"


FAULTS = {
    "name": "there is no name",
    "start": "the start {value!r} is no date such as 2026-03-01",
    "end": "the end {value!r} is no date such as 2026-03-31",
    "order": "it ends before it starts ({value})",
    "slots": f"slots is {{value!r}}; it must be a whole number from 1 to {MOST_SLOTS}",
    "products": "it names no product of the catalogue",
    "unknown": "the catalogue has no {value}",
    "double": "the name {value!r} is there already",
}


def read_campaigns(data: bytes, known: Collection[str]) -> tuple[list[Campaign], list[Fault]]:
    """A table's bytes -> its campaigns, and what is wrong line by line (the head is line 1).

    `known` are the catalogue's product ids. Raises CatalogError for a file that is no such table.
    """
    rows = _rows(data)
    found: dict[str, Campaign] = {}
    faults: list[Fault] = []
    for number, row in enumerate(rows, 2):
        campaign, wrong = _campaign(number, row, known)
        if campaign is not None and campaign.name in found:
            wrong, campaign = [*wrong, Fault(number, "double", campaign.name)], None
        faults += wrong
        if campaign is not None:
            found[campaign.name] = campaign
    return list(found.values()), faults


def write_campaigns(campaigns: Iterable[Campaign]) -> bytes:
    """The table of `read_campaigns`, UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in campaigns:
        ids = "|".join(one.product_ids)
        writer.writerow((one.name, one.name_zh, one.start.isoformat(), one.end.isoformat(), one.slots, ids))
    return out.getvalue().encode()


def placed(
    hits: Sequence[Hit], shown: int, running: Sequence[Campaign], taken: Collection[str] = (), near: float = NEAR
) -> tuple[tuple[Hit, ...], dict[str, Campaign]]:
    """The first `shown` of `hits` (best first, up to REACH deep) with campaign places, and whose the marked ones are.

    A product takes the first free place of PLACES at or above which it does not stand already; one that stands higher
    is marked where it is. Products in `taken`, out of stock or not close take none. No product is there twice.
    """
    chosen = _chosen(hits, running, taken, near)
    ranks = {hit.product.id: rank for rank, hit in enumerate(hits, 1)}
    free = [place for place in PLACES if place <= min(shown, len(hits))]
    marks: dict[str, Campaign] = {}
    seats: dict[int, Hit] = {}
    for hit, campaign in chosen[: len(free)]:
        place = next(place for place in free if place not in seats)
        marks[hit.product.id] = campaign
        seats[min(place, ranks[hit.product.id])] = hit
    order = [hit for hit in hits if hit.product.id not in marks]
    for place in sorted(seats):
        order.insert(place - 1, seats[place])
    return tuple(order[:shown]), marks


def _chosen(
    hits: Sequence[Hit], running: Sequence[Campaign], taken: Collection[str], near: float
) -> list[tuple[Hit, Campaign]]:
    """The products that may take a place, best first, within each campaign's slots."""
    best = max((hit.match for hit in hits), default=0.0)
    left = {one.name: one.slots for one in running}
    chosen: list[tuple[Hit, Campaign]] = []
    for hit in hits[:REACH]:
        product = hit.product
        sold_out = product.stock is not None and product.stock <= 0
        if not hit.close or sold_out or product.id in taken or hit.match < near * best or not hit.match:
            continue
        campaign = next((one for one in running if left[one.name] and product.id in one.product_ids), None)
        if campaign is not None:
            left[campaign.name] -= 1
            chosen.append((hit, campaign))
    return chosen


def _rows(data: bytes) -> list[Mapping[str, str]]:
    if len(data) > MOST_BYTES:
        raise CatalogError("The table of campaigns is larger than 1 MB.", "Leave out campaigns that have ended.")
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        rows: list[Mapping[str, str]] = [
            {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)} for row in _some(reader)
        ]
        head = reader.fieldnames or ()
    except (UnicodeDecodeError, csv.Error) as error:
        raise CatalogError(f"This is no table of campaigns ({error}).", "Save it as CSV in UTF-8.") from error
    missing = [name for name in COLUMNS if name not in head and name != "name_zh"]
    if missing:
        raise CatalogError(
            f"The table of campaigns has no column {missing[0]!r}.", f"Its columns are {', '.join(COLUMNS)}."
        )
    return rows


def _some(reader: csv.DictReader[str]) -> Iterable[dict[str, str | None]]:
    for place, row in enumerate(reader):
        if place >= MOST_CAMPAIGNS:
            raise CatalogError(f"There are more than {MOST_CAMPAIGNS} campaigns.", "Leave out those that have ended.")
        yield {key: value if isinstance(value, str) else "" for key, value in row.items()}


def _campaign(number: int, row: Mapping[str, str], known: Collection[str]) -> tuple[Campaign | None, list[Fault]]:
    ends = {name: _date(row.get(name, "")) for name in ("start", "end")}
    faults = [Fault(number, name, row.get(name, "")[:40]) for name, day in ends.items() if day is None]
    if not row.get("name"):
        faults.append(Fault(number, "name", ""))
    start, end = ends["start"], ends["end"]
    if start and end and start > end:
        faults.append(Fault(number, "order", f"{start} > {end}"))
    slots = row.get("slots", "")
    if not (slots.isascii() and slots.isdigit() and 1 <= int(slots[:4]) <= MOST_SLOTS):
        faults.append(Fault(number, "slots", slots[:40]))
    asked = list(dict.fromkeys(one.strip() for one in row.get("product_ids", "").split("|") if one.strip()))
    ids = tuple(one for one in asked if one in known)[:MOST_PRODUCTS]
    unknown = [Fault(number, "unknown", one[:60]) for one in asked if one not in known]
    if not ids:
        faults.append(Fault(number, "products", ""))
    if faults or start is None or end is None:
        return None, [*faults, *unknown]
    return Campaign(row["name"][:80], start, end, int(slots), ids, row.get("name_zh", "")[:80], number), unknown


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
