"""Campaigns: what runs, what comes, what is wrong in the table, and the owner's ways to change it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from visearch.engine import SearchEngine
from visearch.errors import QueryError
from visearch.shop.campaigns import REACH, Campaign, placed, read_campaigns, write_campaigns
from visearch.shop.campaigns_kept import Plan, forget_own, keep_own, plan_of, today
from visearch.types import Query
from visearch.ui.rooms import Keeper, door_html
from visearch.ui.rooms.base import text_of
from visearch.ui.rooms.boards.campaigns_html import Budget, budget_html, faults_html, list_html, owner_html
from visearch.ui.rooms.parts import Part, Reply, Sent, engine_of
from visearch.ui.rooms.pieces import sheet_html
from visearch.ui.state import PAGE_SIZE
from visearch.ui.texts import Say

if TYPE_CHECKING:
    from visearch.ui.answer import Lives

MOST_QUESTIONS = 12
_EXAMPLE = "/room/boards/campaigns-example.csv"


class Campaigns:
    """Answers the part `campaigns`. Everybody may look; only who holds the key may change."""

    def __init__(self, live: Lives, keeper: Keeper) -> None:
        self._live, self._keeper = live, keeper

    def part(self) -> Part:
        """For the room."""
        does = {"camp_save": self.save, "camp_load": self.load, "camp_remove": self.remove, "camp_reset": self.reset}
        return Part("campaigns", self.draw, {**does, "camp_edit": self.edit, "camp_budget": self.budget})

    def routes(self) -> tuple[Route, ...]:
        """An example of the table, made of the catalogue that answers."""
        return (Route(_EXAMPLE, self._example),)

    def draw(self, sent: Sent, say: Say) -> str:
        """The campaigns, the budget, and the owner's forms or the door before them."""
        engine = engine_of(self._live)
        plan = plan_of(engine)
        door = door_html(self._keeper, sent, say)
        owner = door or owner_html(None, plan.own, say)
        questions = "\n".join(self._questions(engine, plan))
        return (
            f'<div id="camp-list">{self._list(engine, plan, not door, say)}</div>'
            f'{budget_html(questions, "", say)}<div id="camp-own">{owner}</div>'
        )

    def save(self, sent: Sent, say: Say) -> Reply:
        """One campaign from the form, new or in the place of the one of that name."""
        self._keeper.check(sent)
        engine = engine_of(self._live)
        ids = str(sent.get("product_ids") or "").replace(",", "|").replace("\n", "|")
        fields = {name: text_of(sent, name, 80) for name in ("name", "name_zh", "start", "end", "slots")}
        row = _row({**fields, "product_ids": ids[:20_000]})
        made, faults = read_campaigns(row, {product.id for product in engine.opened.products})
        if faults:
            told = "; ".join(_told(fault.kind, fault.value, say) for fault in faults)
            raise QueryError(say("camp_not_saved", why=told), say("camp_not_saved_hint"))
        others = [one for one in plan_of(engine).campaigns if one.name not in (made[0].name, text_of(sent, "was", 80))]
        return self._kept(engine, keep_own(engine, write_campaigns([*others, *made])), say, "camp_saved")

    def load(self, sent: Sent, say: Say) -> Reply:
        """A whole table as text."""
        self._keeper.check(sent)
        engine, text = engine_of(self._live), sent.get("csv")
        if not isinstance(text, str) or not text.strip():
            raise QueryError("There is no table.", "Choose a CSV file.")
        return self._kept(engine, keep_own(engine, text.encode(errors="replace")), say, "camp_saved")

    def remove(self, sent: Sent, say: Say) -> Reply:
        """Takes one campaign out."""
        self._keeper.check(sent)
        engine, name = engine_of(self._live), text_of(sent, "name", 80)
        left = [one for one in plan_of(engine).campaigns if one.name != name]
        return self._kept(engine, keep_own(engine, write_campaigns(left)), say, "camp_removed")

    def reset(self, sent: Sent, say: Say) -> Reply:
        """Back to the table beside the catalogue."""
        self._keeper.check(sent)
        engine = engine_of(self._live)
        return self._kept(engine, forget_own(engine), say, "camp_back")

    def edit(self, sent: Sent, say: Say) -> Reply:
        """The form with a campaign in it."""
        self._keeper.check(sent)
        plan, name = plan_of(engine_of(self._live)), text_of(sent, "name", 80)
        found = next((one for one in plan.campaigns if one.name == name), None)
        return {"regions": {"camp-own": owner_html(found, plan.own, say)}}

    def budget(self, sent: Sent, say: Say) -> Reply:
        """Which questions would show which campaign's products today."""
        engine, asked = engine_of(self._live), sent.get("questions")
        lines = asked.splitlines() if isinstance(asked, str) else []
        questions = [" ".join(line.split())[:200] for line in lines if line.strip()][:MOST_QUESTIONS]
        running = plan_of(engine).running(today())
        rows = [_budget(engine, question, running) for question in questions]
        return {"regions": {"camp-budget": budget_html("\n".join(questions), rows, say)}}

    def _kept(self, engine: SearchEngine, plan: Plan, say: Say, said: str) -> Reply:
        regions = {"camp-list": self._list(engine, plan, True, say), "camp-own": owner_html(None, plan.own, say)}
        return {"regions": regions, "toast": say(said)}

    def _list(self, engine: SearchEngine, plan: Plan, may: bool, say: Say) -> str:
        known = {product.id: product for product in engine.opened.products}
        inside = faults_html(plan, say) + list_html(plan, today(), known, may, say)
        return sheet_html(say("camp_title"), inside, say("camp_hint"))

    def _questions(self, engine: SearchEngine, plan: Plan) -> list[str]:
        """The catalogue's examples, and the kinds of the running campaigns' products."""
        kinds = [
            engine.product(one).subcategory or engine.product(one).category
            for campaign in plan.running(today())
            for one in campaign.product_ids
        ]
        return list(dict.fromkeys([*self._live.examples().texts, *filter(None, kinds)]))[:MOST_QUESTIONS]

    def _example(self, request: Request) -> Response:
        engine = engine_of(self._live)
        ids = tuple(product.id for product in engine.opened.products[:6])
        year = today().year
        made = Campaign("Spring table", date(year, 3, 1), date(year, 5, 31), 2, ids, "春日餐桌")
        headers = {"Content-Disposition": 'attachment; filename="campaigns.csv"', "X-Content-Type-Options": "nosniff"}
        return Response(
            b"\xef\xbb\xbf" + write_campaigns([made]), media_type="text/csv; charset=utf-8", headers=headers
        )


def _budget(engine: SearchEngine, question: str, running: list[Campaign]) -> Budget:
    found = engine.search(Query(question, k=REACH))
    order, marks = placed(found.hits, PAGE_SIZE, running, {product.id for product in engine.by_code(question)})
    seats = {hit.product.id: rank for rank, hit in enumerate(order, 1)}
    return Budget(question, tuple((marks[id_], engine.product(id_), seats[id_]) for id_ in seats if id_ in marks))


def _row(fields: dict[str, str]) -> bytes:
    import csv
    import io

    out = io.StringIO()
    writer = csv.DictWriter(out, list(fields))
    writer.writeheader()
    writer.writerow(fields)
    return out.getvalue().encode(errors="replace")


def _told(kind: str, value: str, say: Say) -> str:
    return say(f"camp_fault_{kind}", value=value)
