"""What to type next, for the list under the words."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from visearch.text.suggest import Suggestion, Suggestions
from visearch.ui.state import MOST_TEXT, whole
from visearch.ui.texts import Say, knows

if TYPE_CHECKING:
    from visearch.engine import SearchEngine

MOST = 8


class Suggesting:
    """Suggestions of the engine that answers, built when it is first asked. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: tuple[SearchEngine, Suggestions] | None = None

    def items(self, engine: SearchEngine, typed: str, say: Say) -> list[dict[str, Any]]:
        """[{"text", "parts", "kind", "count"}]: `parts` are the text before what was typed, that, and what follows.

        The parts are plain text: the script puts them in as such, and never as markup.
        """
        suggestions, typed = self._suggestions(engine), whole(" ".join(typed[:MOST_TEXT].split()))
        found = suggestions.of(typed, MOST, say.language)
        return [_item(one, say) for one in found or _ends(suggestions, typed, say)]

    def _suggestions(self, engine: SearchEngine) -> Suggestions:
        # One builds, the others wait: on a large catalogue the first letters would else start it several times.
        with self._lock:
            if self._of is None or self._of[0] is not engine:
                made = Suggestions(engine.opened.products, engine.table)
                made.of("")
                self._of = (engine, made)
            return self._of[1]


def _ends(suggestions: Suggestions, typed: str, say: Say) -> list[Suggestion]:
    """Labels for the last words alone, behind the words before them: "red le" -> "red leather handbags"."""
    for at in [place + 1 for place, letter in enumerate(typed) if letter == " "]:
        found = suggestions.of(typed[at:], MOST, say.language)
        # A whole title does not go on from other words, and how many products there are of both is not known.
        labels = [one for one in found if one.kind != "title" and one.length and one.start == 0]
        if labels:
            ends = [one.text if one.kind == "brand" else one.text.lower() for one in labels]
            pairs = zip(labels, ends, strict=True)
            return [Suggestion(typed[:at] + end, one.kind, 0, 0, at + one.length) for one, end in pairs]
    return []


def _item(one: Suggestion, say: Say) -> dict[str, Any]:
    end = one.start + one.length
    key = f"kind_{one.kind}"
    kind = say(key) if knows(key) else ""
    parts = [one.text[: one.start], one.text[one.start : end], one.text[end:]]
    return {"text": one.text, "parts": parts, "kind": kind, "count": one.count}
