"""What was read from the words, as chips under them: nothing limits or turns the results silently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from visearch.types import Term
from visearch.ui.filters import range_text
from visearch.ui.icons import icon
from visearch.ui.markup import attributes, button, esc, sets
from visearch.ui.state import LIST_FIELDS, State
from visearch.ui.texts import Say


def understood_html(terms: Sequence[Term], currency: str, state: State, say: Say) -> str:
    """Corrections, what the results are limited to, and what is only preferred; "" when the words are plain words."""
    drawn = [
        ("spelling", [_spelling(term, state, say) for term in terms if term.field == "typo"]),
        ("limits", [_limit(term, currency, state, say) for term in terms if term.hard]),
        ("wishes", [_wish(term, state, say) for term in terms if not term.hard and term.field != "typo"]),
    ]
    rows = [(name, chips) for name, chips in drawn if chips]
    if state.ignore:
        # Beside the chip that was taken away, where there are others; else alone.
        rows = rows or [("away", [])]
        rows[-1][1].append(_undo(say))
    if not rows:
        return ""
    inside = "".join(_row(name, chips, say) for name, chips in rows)
    return f'<div class="understood" role="group" aria-label="{esc(say("understood"))}">{inside}</div>'


def _row(name: str, chips: Sequence[str], say: Say) -> str:
    label = f'<span class="label">{esc(say(f"term_{name}"))}</span>'
    return f'<div class="terms {name}">{label}{"".join(chips)}</div>'


def _undo(say: Say) -> str:
    told = attributes({"title": say("read_again"), "aria-label": say("read_again_label")})
    return button(say("undo"), f"{told} {sets(ignore=[])}", "chip undo", "undo")


def term_text(term: Term, currency: str, say: Say) -> str:
    """A term in the page's language: "Up to $50", "Not leather", "Colour: green"."""
    if term.field in ("price", "rating") and isinstance(term.filter, Mapping):
        text = range_text(term.field, term.filter, currency, say)
        return text[:1].upper() + text[1:]
    if term.field in ("in_stock", "on_offer"):
        return say(term.field if term.filter == "yes" else f"term_not_{term.field}")
    if term.field == "not":
        return say("term_not", what=say.word(term.values[0] if term.values else term.said))
    if term.field == "typo":
        return say("term_typo", said=term.said, right=" ".join(term.values))
    value = term.said if term.field == "unit" or not term.values else say.word(term.values[0])
    return say("term_is", kind=say(f"filter_{term.field}"), value=value)


def _limit(term: Term, currency: str, state: State, say: Say) -> str:
    text = term_text(term, currency, say)
    told = attributes({"title": say("term_said", said=term.said), "aria-label": say("chip_remove", what=text)})
    return _chip("hard", f"<span>{esc(text)}</span>", f"{told} {_ignoring(term, state)}")


def _wish(term: Term, state: State, say: Say) -> str:
    """Two buttons: the label makes a filter of it, the cross takes it away."""
    text = term_text(term, "", say)
    if term.field not in LIST_FIELDS or not term.values:
        inside = f'<span class="text" title="{esc(say("term_soft"))}">{esc(text)}</span>'
    else:
        present = state.filters.get(term.field)
        chosen = [*(present if isinstance(present, tuple) else ()), *term.values]
        filters = state.to_json()["filters"] | {term.field: list(dict.fromkeys(chosen))}
        told = attributes({"title": say("term_strict"), "aria-label": f"{text}: {say('term_strict')}"})
        strict = sets(filters=filters, ignore=[*state.ignore, term.key])
        inside = f'<button type="button" class="text" {told} {strict}>{esc(text)}</button>'
    away = attributes({"title": say("chip_remove", what=text), "aria-label": say("chip_remove", what=text)})
    cross = f'<button type="button" class="cross" {away} {_ignoring(term, state)}>{icon("close")}</button>'
    return f'<span class="term soft">{inside}{cross}</span>'


def _spelling(term: Term, state: State, say: Say) -> str:
    text = term_text(term, "", say)
    instead = button(say("term_instead", said=term.said), _ignoring(term, state), "link-button")
    return f'<span class="typo"><b>{esc(text)}</b>{instead}</span>'


def _chip(css: str, inside: str, told: str) -> str:
    return f'<button type="button" class="term {css}" {told}>{inside}{icon("close")}</button>'


def _ignoring(term: Term, state: State) -> str:
    return sets(ignore=[*state.ignore, term.key])
