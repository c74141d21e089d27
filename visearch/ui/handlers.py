"""What the listeners of the page call: from values of components to values of components."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from visearch.errors import PictureError, VisearchError
from visearch.images import load_image
from visearch.ui import cards, filters
from visearch.ui.ask import Answer, Asked, answer, failed, read_photo, waiting
from visearch.ui.header import foot_html, head_html, progress_html
from visearch.ui.texts import Say

if TYPE_CHECKING:
    from visearch.engine import SearchEngine
    from visearch.live import LiveEngine, Status

logger = logging.getLogger(__name__)

SOON_S, LATER_S = 1.0, 10.0
"""Seconds between two looks at the status: while something is being prepared, and afterwards."""
AT_A_TIME = 4
"""Searches that run side by side; the others wait."""
OUTPUTS = 15
"""How many values `refresh` returns."""
_RESTING = ("ready", "failed")
_NOT_SHOWN_BY_BROWSERS = (".heic", ".heif", ".tif", ".tiff")


class Handlers:
    """One page's handlers over what answers now. Methods return values in the order of their outputs."""

    def __init__(self, live: LiveEngine, say: Say) -> None:
        self._live = live
        self._say = say
        self._turns = threading.BoundedSemaphore(AT_A_TIME)

    # ------------------------------------------------------------------ searching

    def search(self, _like: str, text: str, photo: str | None, *others: Any) -> list[Any]:
        """Photo and words as they stand -> like, photo, message, summary, results."""
        shown: Any = gr.skip()
        try:
            found = self._answer("", text, photo, *others)
        except PictureError as error:
            # A photo that cannot be read is taken out again; the words and filters stay.
            return ["", None, *self._problem(error)]
        except Exception as error:
            return ["", gr.skip(), *self._problem(error)]
        if photo and photo.lower().endswith(_NOT_SHOWN_BY_BROWSERS):
            shown = read_photo(photo, self._say)
        return ["", shown, *self._show(found)]

    def again(self, *asked: Any) -> list[Any]:
        """The same question with other filters -> message, summary, results."""
        return self._guarded(lambda: self._answer(*asked))

    def clear_filters(self, *asked: Any) -> list[Any]:
        """-> the filter controls, message, summary, results."""
        return [[], None, None, False, False, *self.again(*asked[:4])]

    def more_like(self, event: gr.EventData, *asked: Any) -> list[Any]:
        """'More like this' on a card -> like, message, summary, results."""
        product_id = str(_data(event).get("id", ""))
        return [product_id, *self.again(product_id, *asked[1:])]

    def example(self, event: gr.EventData, *asked: Any) -> list[Any]:
        """An example photo or chip -> text, photo, like, message, summary, results."""
        data, examples = _data(event), self._live.examples()
        try:
            number = int(data.get("n", -1))
            if data.get("act") == "photo" and 0 <= number < len(examples.photos):
                path = str(examples.photos[number])
                return ["", load_image(path), "", *self.again("", "", path, *asked[3:])]
            if data.get("act") == "text" and 0 <= number < len(examples.texts):
                text = examples.texts[number]
                return [text, None, "", *self.again("", text, None, *asked[3:])]
        except (ValueError, VisearchError) as error:
            return [gr.skip(), gr.skip(), gr.skip(), *self._problem(error)]
        return [gr.skip()] * 6

    def back_or_reset(self, event: gr.EventData, *asked: Any) -> list[Any]:
        """The link in the summary -> text, photo, like, message, summary, results."""
        if _data(event).get("act") == "back":
            return [gr.skip(), gr.skip(), "", *self.again("", *asked[1:])]
        return ["", None, "", *self.again("", "", None, *asked[3:])]

    # ------------------------------------------------------------------ what answers

    def refresh(self, *asked: Any) -> list[Any]:
        """A first visit or another catalogue -> frame, foot, filters, examples, message, summary, results."""
        status = self._live.status()
        engine = self._engine_or_none()
        panel = filters.show(engine.facets(), self._say) if engine else [gr.skip()] * 6
        answered = self.again(*asked[:4])
        return [*self._frame(status), foot_html(status, self._say), *panel, self._examples(), *answered]

    def poll(self, seen: tuple[int, str], *asked: Any) -> list[Any]:
        """The clock -> as `refresh`. Another index calls for all of it, progress only for the frame."""
        status = self._live.status()
        if status.generation != seen[0]:
            return self.refresh(*asked)
        same = status.state == seen[1]
        frame = [gr.skip()] * 4 if same and status.state in _RESTING else self._frame(status, seen)
        return [*frame, *[gr.skip()] * (OUTPUTS - 4)]

    def _frame(self, status: Status, seen: tuple[int, str] = (-1, "")) -> list[Any]:
        """-> head, progress, seen (generation, state), clock."""
        now = (status.generation, status.state)
        pace = LATER_S if status.state in _RESTING else SOON_S
        clock = gr.skip() if now == tuple(seen) else gr.Timer(pace)
        return [head_html(status, self._say), progress_html(status, self._say), now, clock]

    def _examples(self) -> str:
        examples, say = self._live.examples(), self._say
        photos = "".join(
            f'<button type="button" class="try-photo" data-act="photo" data-n="{n}" '
            f'aria-label="{cards.esc(say("example_photo", n=n + 1))}">'
            f'<img src="examples/{n}.jpg" alt="" width="72" height="72" decoding="async"></button>'
            for n in range(len(examples.photos))
        )
        texts = "".join(
            f'<button type="button" class="chip" data-act="text" data-n="{n}">{cards.esc(text)}</button>'
            for n, text in enumerate(examples.texts)
        )
        rows = [("try_photo", "try-photos", photos), ("try_words", "try-words", texts)]
        return "".join(
            f'<div class="try"><span class="label">{cards.esc(say(label))}</span><div class="{css}">{inner}</div></div>'
            for label, css, inner in rows
            if inner
        )

    # ------------------------------------------------------------------ answers and errors

    def _engine_or_none(self) -> SearchEngine | None:
        try:
            return self._live.engine(wait=False)
        except VisearchError:
            return None

    def _answer(self, like: str, text: str | None, photo: str | None, strength: float, *chosen: Any) -> Answer:
        engine = self._engine_or_none()
        filtered = filters.read(engine.facets(), *chosen) if engine and chosen else {}
        asked = Asked(text or "", photo or "", float(strength), like or "", filtered)
        if engine is not None:
            with self._turns:
                return answer(engine, asked, self._say)
        # Why it failed stands above, where progress is told.
        return failed(self._say) if self._live.status().state == "failed" else waiting(asked, self._say)

    def _guarded(self, ask: Callable[[], Answer]) -> list[Any]:
        try:
            return self._show(ask())
        except Exception as error:
            return self._problem(error)

    def _show(self, found: Answer) -> list[Any]:
        return ["", found.summary, found.results]

    def _problem(self, error: Exception) -> list[Any]:
        """One sentence above the results, which stay as they are."""
        if isinstance(error, VisearchError):
            text = cards.alert(error.message, error.hint)
        else:
            logger.exception("a search failed", exc_info=error)
            text = cards.alert(self._say("went_wrong"), self._say("went_wrong_hint"))
        return [text, gr.skip(), gr.skip()]


def _data(event: gr.EventData) -> dict[str, Any]:
    """What the browser sent with the event: anything may come, so only a mapping counts."""
    data = getattr(event, "_data", None)
    return data if isinstance(data, dict) else {}
