"""What the browser calls: a state comes in, the parts of the page go out."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from visearch.errors import PictureError, VisearchError
from visearch.index.server import ServerError
from visearch.insights.watch import Watch
from visearch.ops.asked import PAGE, WAITING, Asked, kind_of, question
from visearch.ui import filters, form, panel, results, seen, stage
from visearch.ui.answer import Answer, answer
from visearch.ui.cards import name_of
from visearch.ui.header import foot_html, head_html, progress_html
from visearch.ui.markup import alert, thumbnail_url
from visearch.ui.photos import ForgottenError, Photos
from visearch.ui.privacy import Privacy
from visearch.ui.state import LANGUAGES, State
from visearch.ui.suggesting import Suggesting
from visearch.ui.texts import LANGUAGE_TAGS, TEXTS, Say
from visearch.ui.texts.errors import sentence
from visearch.ui.trust.visitors import BusyError, Visitors, busy
from visearch.ui.understood import understood_html

if TYPE_CHECKING:
    from visearch.engine import SearchEngine
    from visearch.live import LiveEngine, Status

logger = logging.getLogger(__name__)

SOON_MS, LATER_MS = 1000, 10_000
"""Until the next look at the status: while something is being prepared, and afterwards."""
BUSY_MS = 2500
"""Until the page asks again by itself what could not be answered for now."""
AT_A_TIME = 4
"""Searches that run side by side unless the page says otherwise; the others wait."""
PHOTO_COST, SUGGEST_COST = 2.0, 0.1
"""What a photo, and a word while it is typed, count as questions of a visitor."""
_RESTING = ("ready", "failed")
SCRIPT_TEXTS = (
    "unreachable", "unreachable_hint", "dismiss", "compare_full", "copied", "copied_no_photo", "copy_failed",
    "link_not", "link_not_hint", "photo_big", "camera_refused", "camera_refused_hint", "camera_title", "camera_shoot",
    "close", "draw_hint", "saved", "saved_n", "recent", "recent_clear", "filters",
    "suggestions",
)  # fmt: skip
"""What the page's script says by itself."""


class Desk:
    """Answers one page. Its public methods take JSON from a browser and return JSON; they never raise."""

    def __init__(
        self,
        live: LiveEngine,
        photos: Photos,
        watch: Watch | None = None,
        visitors: Visitors | None = None,
        privacy: Privacy | None = None,
    ) -> None:
        self._live = live
        self._privacy = privacy
        self._watch = watch or Watch()
        self._photos = photos
        self._visitors = visitors or Visitors(AT_A_TIME)
        self._suggesting = Suggesting()

    def ask(self, sent: Any, counted: bool = False, visitor: str = "") -> dict[str, Any]:
        """{"link": a query string} or a state -> {"state", "link", "regions", ...}, or {"refused", "message"}.

        `counted` is whether the visitor lets it be counted what was asked; "noted" in what was sent says what is new
        about it: "asked" for another question, "opened" for another product. Refusals have "again_ms" where the page
        shall try again by itself, and "forgotten" where it shall send the photo once more.
        """
        state = _state(sent)
        say = Say(state.lang)
        try:
            with question(PAGE, kind_of(state.text, bool(state.photo), bool(state.like))) as asked:
                self._visitors.allow(visitor)
                if state.photo.startswith("https://"):
                    # Before a turn is taken: nobody shall wait for somebody's slow host.
                    self._photos.fetched(state.photo)
                with self._visitors.turn(visitor):
                    return self._answered(state, say, _noted(sent) if counted else _noted(sent) - {"count"}, asked)
        except Exception as error:
            return refusal(error, say)

    def receive(self, data: bytes, sent: Any = None, visitor: str = "") -> dict[str, Any]:
        """A photo's bytes, and {"lang"} -> {"photo": key}, or a refusal as `ask` gives it."""
        say = Say(language_of(sent))
        try:
            self._visitors.allow(visitor, PHOTO_COST)
            with self._visitors.turn(visitor):
                return {"photo": self._photos.add(data).key}
        except Exception as error:
            return refusal(error, say)

    def busy(self, sent: Any = None) -> dict[str, Any]:
        """The refusal when there is no room at all."""
        return refusal(busy(), Say(language_of(sent)))

    def poll(self, sent: Any) -> dict[str, Any]:
        """{"lang"} -> what answers now: {"generation", "again_ms", "regions": head, progress and foot}."""
        say, status = Say(language_of(sent)), self._live.status()
        return {**_pace(status), "regions": self._frame(status, say)}

    def suggest(self, sent: Any, visitor: str = "") -> dict[str, Any]:
        """{"typed", "lang"} -> {"items": [{"text", "parts", "kind", "count"}]}; none while nothing answers."""
        typed, engine = sent.get("typed") if isinstance(sent, Mapping) else None, self._engine()
        if engine is None or not isinstance(typed, str):
            return {"items": []}
        try:
            self._visitors.allow(visitor, SUGGEST_COST)
            return {"items": self._suggesting.items(engine, typed, Say(language_of(sent)))}
        except BusyError:
            return {"items": []}
        except Exception:
            # A list that stays away disturbs nobody: the words can be searched for all the same.
            logger.exception("suggesting failed")
            return {"items": []}

    # ------------------------------------------------------------------ one answer

    def _answered(self, state: State, say: Say, noted: frozenset[str], asked: Asked) -> dict[str, Any]:
        status = self._live.status()
        engine = self._engine()
        regions = self._frame(status, say) | {"line": form.line_html(state, say), "message": ""}
        reply: dict[str, Any] = {
            "state": state.to_json(),
            "link": state.link(),
            "lang": LANGUAGE_TAGS[state.lang],
            "regions": regions,
        }
        reply["say"] = {key: TEXTS[say.language].get(key, key) for key in SCRIPT_TEXTS}
        reply |= {**_pace(status), "private": state.private, "title": _title(state, "", say)}
        if engine is None:
            failed = status.state == "failed"
            empty = dict.fromkeys(("filters", "summary", "tools", "chips", "more", "tray", "panel", "comparison"), "")
            regions |= empty | {"stage": stage.drop_html(say), "refine": "", "understood": ""}
            regions["results"] = results.waiting_html(state, say, failed)
            asked.status = WAITING
            return reply
        given = answer(self._live, self._photos, state)
        note(self._watch, noted, state, given)
        catalog, hits = str(engine.opened.manifest.catalog["id"]), len(given.found.hits) + len(given.exact)
        asked.answered(given.found.timings_ms, hits, catalog, engine.model.name)
        title = name_of(engine.product(state.like), say) if state.like else ""
        regions |= self._found(engine, given, state, title, say)
        return reply | {"title": _title(state, title, say), "timings_ms": dict(given.found.timings_ms)}

    def _found(self, engine: SearchEngine, given: Answer, state: State, title: str, say: Say) -> dict[str, str]:
        facets = engine.facets(state.filters, given.found.understood)
        saved = state.view == "saved"
        return {
            "stage": self._stage(engine, given, state, title, say),
            "understood": "" if saved else understood_html(given.found.understood, facets.currency, state, say),
            "refine": self._refine(given, state, say),
            "filters": "" if saved else filters.filters_html(facets, state, say),
            "summary": results.summary_html(given, state, title, say),
            "tools": results.tools_html(given, state, say),
            "chips": "" if saved else filters.chips_html(engine, facets, state, say),
            "results": results.results_html(given, state, say),
            "more": results.more_html(given.found, state, say),
            "tray": panel.tray_html(engine, state, say),
            "panel": panel.panel_html(engine, state, given, say),
            "comparison": panel.comparison_html(engine, state, say),
        }

    def _stage(self, engine: SearchEngine, given: Answer, state: State, title: str, say: Say) -> str:
        if given.sight:
            return stage.photo_html(given.sight, say)
        if state.like:
            pictures = engine.product(state.like).pictures
            return form.like_html(title, thumbnail_url(pictures[0] if pictures else ""), say)
        return stage.drop_html(say)

    def _refine(self, given: Answer, state: State, say: Say) -> str:
        if given.sight:
            told = "" if state.view == "look" else seen.seen_html(given.seen, say)
            return form.balance_html(state, say) + stage.strip_html(given.sight, state, say) + told
        if state.like:
            return form.balance_html(state, say)
        # Once something is asked, the room is for what the words were taken for.
        return "" if state.text else form.examples_html(self._live.examples(), say)

    def _frame(self, status: Status, say: Say) -> dict[str, str]:
        foot = foot_html(status, say, self._privacy)
        return {"head": head_html(status, say), "progress": progress_html(status, say), "foot": foot}

    def _engine(self) -> SearchEngine | None:
        try:
            return self._live.engine(wait=False)
        except VisearchError:
            return None


def told(error: Exception, say: Say, refused: str = "refused") -> str:
    """One sentence above the results, which stay as they are; `refused` begins it where ours is in English only."""
    if isinstance(error, VisearchError):
        begins = say("refused_photo" if isinstance(error, PictureError) else refused)
        return alert(*sentence(error, say.language, begins), say("dismiss"))
    logger.exception("a search failed", exc_info=error)
    return alert(say("went_wrong"), say("went_wrong_hint"), say("dismiss"))


def refusal(error: Exception, say: Say, refused: str = "refused") -> dict[str, Any]:
    """{"refused", "message"}, and what the page can do about it by itself."""
    # What passes by itself: too much to do, or a vector server that is away or has just been renewed.
    passing = isinstance(error, BusyError) or (isinstance(error, ServerError) and error.key != "server_refuses")
    more: dict[str, Any] = {"again_ms": BUSY_MS} if passing else {}
    if isinstance(error, ForgottenError):
        more = {"forgotten": True}
    return {"refused": True, "message": told(error, say, refused), **more}


def note(watch: Watch, noted: frozenset[str], state: State, given: Answer) -> None:
    """Tells `watch` what is new about an answer: opening a panel or the next page is no other question."""
    counted = "count" in noted
    if "asked" in noted and (state.text or state.photo) and state.view in ("", "look"):
        close = bool(given.exact) or any(hit.close for hit in given.found.hits)
        watch.answered(state.text, bool(state.photo), given.found.timings_ms, close, counted=counted)
    if "opened" in noted and state.product:
        ranks = (rank for rank, hit in enumerate(given.found.hits, 1) if hit.product.id == state.product)
        watch.opened(next(ranks, 0), counted=counted)


def _noted(sent: Any) -> frozenset[str]:
    told = sent.get("noted") if isinstance(sent, Mapping) else None
    return frozenset(one for one in told if isinstance(one, str)) if isinstance(told, list) else frozenset()


def _state(sent: Any) -> State:
    if isinstance(sent, Mapping) and "link" in sent:
        return State.from_link(sent["link"], language_of(sent))
    return State.read(sent)


def language_of(sent: Any) -> str:
    """The language that a browser asked for, or English."""
    lang = sent.get("lang") if isinstance(sent, Mapping) else None
    return lang if lang in LANGUAGES else LANGUAGES[0]


def _pace(status: Status) -> dict[str, Any]:
    again = LATER_MS if status.state in _RESTING else SOON_MS
    # Which catalogue it is, not its name, which may be a path of this machine.
    catalog = hashlib.sha256(status.catalog.id.encode()).hexdigest()[:8] if status.catalog else ""
    return {"generation": status.generation, "catalog": catalog, "again_ms": again}


def _title(state: State, like: str, say: Say) -> str:
    what = (
        state.text or like or (say("photo") if state.photo else "") or (say("saved") if state.view == "saved" else "")
    )
    return f"{what} · {say('app')}" if what else say("app")
