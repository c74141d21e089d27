"""What the browser asks of Insights, and which part answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from visearch.errors import QueryError, VisearchError
from visearch.evaluate import against
from visearch.insights.archive import Run
from visearch.insights.cartographer import to_json
from visearch.insights.duel import Setting, duel, rankers_for
from visearch.types import Product, Query
from visearch.ui.answer import open_photo
from visearch.ui.cards import name_of
from visearch.ui.markup import esc, notice
from visearch.ui.rooms import door_html, head_html
from visearch.ui.rooms.base import text_of
from visearch.ui.rooms.insights import views
from visearch.ui.rooms.insights.caring import health_html
from visearch.ui.rooms.insights.charts import live_html
from visearch.ui.rooms.insights.downloads import downloads
from visearch.ui.rooms.insights.glance import glance_html
from visearch.ui.rooms.insights.misses import misses_html, versus_html
from visearch.ui.rooms.insights.office import Office
from visearch.ui.rooms.insights.parts import PARTS, nav_html
from visearch.ui.rooms.insights.quality import results_html
from visearch.ui.rooms.insights.running import begin_html, task_html
from visearch.ui.rooms.insights.wanted import demand_html
from visearch.ui.rooms.keeper import Keeper
from visearch.ui.rooms.pieces import empty_html, sheet_html
from visearch.ui.state import State
from visearch.ui.texts import Say

if TYPE_CHECKING:
    from visearch.engine import SearchEngine
    from visearch.ui.photos import Photos

RUNNING_MS = 700
"""Until the next look while an evaluation runs."""
AT_A_TIME = 2
"""Comparisons that run side by side; the others wait."""
_DUEL_FIELDS = ("text", "photo", "left_model", "left_ranker", "right_model", "right_ranker")

Sent = Mapping[str, Any]
Reply = dict[str, Any]


class InsightsRoom:
    """One page's Insights over the engine that answers. Thread-safe as far as the office is."""

    def __init__(self, office: Office, keeper: Keeper, photos: Photos) -> None:
        self._office, self._keeper, self._photos = office, keeper, photos
        self._turns = threading.BoundedSemaphore(AT_A_TIME)
        self._does: dict[str, Callable[[Sent, Say], Reply]] = {
            "open": self._open,
            "show": self._show,
            "run": self._run,
            "stop": self._stop,
            "poll": self._poll,
            "choose": self._choose,
            "misses": self._misses,
            "versus": self._versus,
            "map": self._map,
            "duel": self._duel,
            "forget": self._forget,
        }

    def do(self, what: str, sent: Sent, say: Say) -> Reply:
        """See visearch.ui.rooms.base.Room."""
        if what not in self._does:
            raise QueryError(f"Insights cannot do {what!r:.60}.", f"It does {', '.join(self._does)}.")
        if self._office.engine() is None:
            return self._closed(say)
        reply = self._does[what](sent, say)
        if self._office.runner.task.busy:
            reply.setdefault("again_ms", RUNNING_MS)
        return reply

    def routes(self) -> list[Route]:
        """Downloads."""
        return downloads(self._office, self._keeper)

    # ------------------------------------------------------------------ parts

    def _closed(self, say: Say) -> Reply:
        # The script asks to open again while this stands there.
        waiting = notice(say("ins_waiting"), say("ins_waiting_hint"))
        return {"regions": {"room": f'{head_html("insights", say)}<div id="ins-waiting">{waiting}</div>'}}

    def _open(self, sent: Sent, say: Say) -> Reply:
        part = self._part(sent)
        html = (
            f'{head_html("insights", say)}<dl class="tiles" id="ins-glance">{glance_html(self._office, say)}</dl>'
            f'<div id="ins-nav">{nav_html(part, say)}</div>'
            f'<div id="ins-body">{self._body_html(part, sent, say)}</div>'
        )
        return {"regions": {"room": html}, "part": part}

    def _show(self, sent: Sent, say: Say) -> Reply:
        part = self._part(sent)
        regions = {"ins-nav": nav_html(part, say), "ins-body": self._body_html(part, sent, say)}
        return {"regions": {**regions, "ins-glance": glance_html(self._office, say)}, "part": part}

    def _part(self, sent: Sent) -> str:
        part = text_of(sent, "part")
        return part if part in PARTS else PARTS[0]

    def _body_html(self, part: str, sent: Sent, say: Say) -> str:
        parts: dict[str, Callable[[Sent, Say], str]] = {
            "quality": self._quality,
            "health": lambda sent, say: health_html(self._office.health(), self._known(), say),
            "map": lambda sent, say: views.map_html(say),
            "compare": self._compare,
            "demand": self._demand,
        }
        return f'<div class="part-body" data-part="{part}">{parts[part](sent, say)}</div>'

    # ------------------------------------------------------------------ quality

    def _quality(self, sent: Sent, say: Say) -> str:
        runs = self._office.runs()
        found = self._results(runs[0], runs, say) if runs else ""
        pace = self._office.watch.pace.stages()
        live = live_html(pace, say) if pace else empty_html(say("ins_live_none"), say("ins_live_none_hint"))
        # The door only where there is one: the first thing to see are figures.
        return (
            f'<div id="ins-run">{self._begin(sent, say)}</div><div id="ins-results">{found}</div>'
            f"{sheet_html(say('ins_live'), live, say('ins_live_hint'))}"
        )

    def _begin(self, sent: Sent, say: Say) -> str:
        task = self._office.runner.task
        if task.busy:
            return task_html(task, say)
        door = door_html(self._keeper, sent, say)
        return begin_html(task, self._office.plan(), bool(self._office.runs()), door, say)

    def _results(self, run: Run, runs: list[Run], say: Say) -> str:
        document = self._office.archive.document(run.name)
        return (
            results_html(run, document, runs, say)
            + f'<div id="ins-misses">{misses_html(run, document, self._known(), "", say)}</div>'
            + f'<div id="ins-versus">{versus_html(run, runs, "", None, say)}</div>'
        )

    def _run(self, sent: Sent, say: Say) -> Reply:
        self._keeper.check(sent)
        self._office.runner.start(self._engine(), quick=bool(text_of(sent, "quick")))
        return {"regions": {"ins-run": self._begin(sent, say)}, "again_ms": RUNNING_MS}

    def _stop(self, sent: Sent, say: Say) -> Reply:
        self._keeper.check(sent)
        self._office.runner.stop()
        return {"regions": {"ins-run": self._begin(sent, say)}, "again_ms": RUNNING_MS}

    def _poll(self, sent: Sent, say: Say) -> Reply:
        task = self._office.runner.task
        regions = {"ins-run": self._begin(sent, say)}
        if task.state == "done":
            runs = self._office.runs()
            regions |= {
                "ins-results": self._results(runs[0], runs, say) if runs else "",
                "ins-glance": glance_html(self._office, say),
            }
        return {"regions": regions, "task": task.state}

    def _choose(self, sent: Sent, say: Say) -> Reply:
        runs = self._office.runs()
        return {"regions": {"ins-results": self._results(self._named(sent, "value"), runs, say)}}

    def _misses(self, sent: Sent, say: Say) -> Reply:
        run = self._named(sent, "run")
        document = self._office.archive.document(run.name)
        return {"regions": {"ins-misses": misses_html(run, document, self._known(), text_of(sent, "kind"), say)}}

    def _versus(self, sent: Sent, say: Say) -> Reply:
        run, runs, other = self._named(sent, "run"), self._office.runs(), text_of(sent, "value")
        compared = _compared(self._office, run.name, self._named(sent, "value").name) if other else None
        return {"regions": {"ins-versus": versus_html(run, runs, other, compared, say)}}

    def _named(self, sent: Sent, field: str) -> Run:
        name = text_of(sent, field)
        for run in self._office.runs():
            if run.name == name:
                return run
        raise VisearchError("There is no such evaluation.", "Choose one of the list.")

    # ------------------------------------------------------------------ map, two ways, demand

    def _map(self, sent: Sent, say: Say) -> Reply:
        opened = self._engine().opened
        drawing = self._office.cartographer.ask(opened)
        if drawing.error:
            raise VisearchError(drawing.error)
        if drawing.atlas is None:
            return {"regions": {"ins-map-wait": esc(say(f"ins_map_{drawing.stage}"))}, "ready": False}
        titles = [name_of(product, say) for product in opened.products]
        points = to_json(drawing.atlas, opened.products, titles)
        return {
            "ready": True,
            "points": points,
            "regions": {
                "ins-key": views.map_key_html(points["groups"], points["counts"], points["others"], say),
                "ins-map-note": esc(views.map_note(drawing.atlas, say)),
                "ins-map-list": views.map_list_html(opened.products, say),
            },
        }

    def _compare(self, sent: Sent, say: Say) -> str:
        form, found = self._duel_html({}, sent, say)
        return sheet_html(
            say("ins_duel"),
            f'<div id="ins-duel-form">{form}</div><div id="ins-duel">{found}</div>',
            say("ins_duel_hint"),
        )

    def _duel(self, sent: Sent, say: Say) -> Reply:
        asked = {name: text_of(sent, name) for name in _DUEL_FIELDS}
        with self._turns:
            form, found = self._duel_html({name: value for name, value in asked.items() if value}, sent, say)
        return {"regions": {"ins-duel-form": form, "ins-duel": found}}

    def _duel_html(self, asked: dict[str, str], sent: Sent, say: Say) -> tuple[str, str]:
        engine = self._engine()
        photo = State.read({"photo": asked.get("photo", "")}).photo
        asked |= {"photo": photo}
        rankers = rankers_for(bool(photo))
        # Another model takes as much memory again: that is the owner's to decide.
        models = self._office.bench.models(engine) if self._keeper.holds(sent) else (engine.model.name,)
        settings = [
            Setting(
                _one_of(asked.get(f"{side}_model"), models, models[0]),
                _one_of(asked.get(f"{side}_ranker"), rankers, rankers[i % len(rankers)]),
            )
            for i, side in enumerate(("left", "right"))
        ]
        for side, setting in zip(("left", "right"), settings, strict=True):
            asked |= {f"{side}_model": setting.model, f"{side}_ranker": setting.ranker}
        found = None
        if asked.get("text") or photo:
            image = self._photos.image(open_photo(self._office.live, self._photos, photo)) if photo else None
            engines = [self._office.bench.engine(engine, setting.model) for setting in settings]
            found = duel(engines, settings, Query(text=asked.get("text", ""), image=image))
        return views.duel_form(models, rankers, asked, say), views.duel_html(found, say)

    def _demand(self, sent: Sent, say: Say) -> str:
        demand = self._office.watch.demand
        if demand is not None and not self._keeper.holds(sent):
            return sheet_html(say("ins_demand"), door_html(self._keeper, sent, say), say("ins_demand_owner"))
        summary = demand.summary() if demand is not None else None
        return demand_html(summary, text_of(sent, "key"), say)

    def _forget(self, sent: Sent, say: Say) -> Reply:
        self._keeper.check(sent)
        if self._office.watch.demand is not None:
            self._office.watch.demand.forget()
        return self._show({**sent, "part": "demand"}, say)

    def _engine(self) -> SearchEngine:
        engine = self._office.engine()
        if engine is None:
            raise VisearchError("The catalogue is still being prepared.", "Try again in a moment.")
        return engine

    def _known(self) -> dict[str, Product]:
        return {product.id: product for product in self._engine().opened.products}


def _one_of(value: str | None, allowed: tuple[str, ...], otherwise: str) -> str:
    return value if value in allowed else otherwise


@lru_cache(maxsize=16)
def _compared(office: Office, here: str, there: str) -> dict[str, Any]:
    # The permutations of some thousand queries take a second; a kept evaluation never changes.
    return against(office.archive.document(here), office.archive.document(there))
