"""The search view: its components, and what happens when a visitor does something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from visearch.ui import cards
from visearch.ui.events import BALANCE, CLICKS, DONE, DONE_AND_SHOW, WORKING, quietly
from visearch.ui.filters import FilterPanel, build_filter_panel
from visearch.ui.photo import build_photo
from visearch.ui.texts import Say

if TYPE_CHECKING:
    from visearch.ui.handlers import Handlers


@dataclass(frozen=True)
class SearchTab:
    """The components of the search view."""

    photo: Any
    text: Any
    button: Any
    strength: Any
    balance: Any
    examples: Any
    message: Any
    summary: Any
    results: Any
    like: Any
    panel: FilterPanel

    @property
    def asked(self) -> list[Any]:
        """Inputs of every search: `Handlers._asked` takes them in this order."""
        return [self.like, self.text, self.photo, self.strength, *self.panel.inputs]

    @property
    def answer(self) -> list[Any]:
        """Outputs of every search."""
        return [self.message, self.summary, self.results]


def build_search_tab(say: Say) -> SearchTab:
    """Photo and words side by side, things to try, filters, results."""
    like = gr.State("")
    with gr.Row(elem_id="ask"):
        photo = build_photo(say)
        with gr.Column(elem_id="ask-words", scale=1, min_width=280):
            with gr.Row(elem_id="ask-line"):
                text = gr.Textbox(
                    label=say("words"),
                    placeholder=say("words_hint"),
                    show_label=False,
                    max_lines=1,
                    elem_id="words",
                    min_width=160,
                    scale=1,
                    html_attributes=gr.InputHTMLAttributes(enterkeyhint="search", autocomplete="off"),
                )
                button = gr.Button(say("search"), variant="primary", elem_id="go", min_width=96, scale=0)
            with gr.Row(elem_id="balance", visible=False) as balance:
                _html(f'<span class="label">{cards.esc(say("strength_photo"))}</span>', "balance-photo")
                strength = gr.Slider(
                    0, 1, 0.5, step=0.05, label=say("strength"), elem_id="strength", container=False, buttons=[]
                )
                _html(f'<span class="label">{cards.esc(say("strength_words"))}</span>', "balance-words")
            examples = _html("", "examples", js_on_load=CLICKS)
    message = _html("", "message")
    with gr.Row(elem_id="body"):
        panel = build_filter_panel(say)
        with gr.Column(elem_id="found", scale=1, min_width=280):
            summary = _html(cards.status_line(""), "summary", js_on_load=CLICKS)
            results = _html(cards.skeleton(), "results", js_on_load=CLICKS)
    return SearchTab(photo, text, button, strength, balance, examples, message, summary, results, like, panel)


def wire_search_tab(tab: SearchTab, handlers: Handlers) -> None:
    """Connects what a visitor does with the handlers. No endpoint of these is public."""
    # Past the queue: about 0.1 s less a search. Handlers let only a few search at a time.
    search = {"queue": False, "trigger_mode": "always_last"}

    def on(triggers: list[Any], fn: Any, outputs: list[Any], done_js: str = DONE_AND_SHOW) -> None:
        done = gr.on(triggers, fn, tab.asked, outputs, js=WORKING, **quietly(), **search)
        done.then(None, js=done_js, **quietly())
        done.failure(None, js=DONE, **quietly())

    asked = [tab.like, tab.photo, *tab.answer]
    on([tab.button.click, tab.text.submit, tab.photo.input, tab.photo.clear], handlers.search, asked)
    panel = tab.panel
    changes = [panel.group.input, panel.in_stock.input, panel.on_offer.input]
    prices = [panel.low.submit, panel.high.submit, panel.low.blur, panel.high.blur]
    on([*changes, *prices, tab.strength.release], handlers.again, tab.answer, DONE)
    on([panel.clear.click], handlers.clear_filters, [*panel.inputs, *tab.answer], DONE)
    on([tab.results.select], handlers.more_like, [tab.like, *tab.answer])
    fields = [tab.text, tab.photo, *asked[:1], *tab.answer]
    on([tab.examples.select], handlers.example, fields)
    on([tab.summary.select], handlers.back_or_reset, fields)
    both = [tab.text, tab.photo]
    gr.on([tab.text.change, tab.photo.change], None, both, tab.balance, js=BALANCE, **quietly())
    panel.toggle.click(None, js="() => window.visearch.toggleFilters()", **quietly())


def _html(value: str, elem_id: str, js_on_load: str = "") -> Any:
    return gr.HTML(value, elem_id=elem_id, js_on_load=js_on_load, apply_default_css=False)
