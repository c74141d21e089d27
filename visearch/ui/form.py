"""The frame of the page and the question: words, photo, what to try, and the balance between photo and words."""

from __future__ import annotations

from visearch.live import Examples
from visearch.ui.cards import skeleton
from visearch.ui.icons import icon
from visearch.ui.markup import button, esc, sets
from visearch.ui.state import MOST_TEXT, State
from visearch.ui.texts import Say

REGIONS = (
    "head", "progress", "stage", "line", "understood", "refine", "message", "filters", "summary", "tools", "chips",
    "results", "more", "tray", "panel", "comparison", "foot",
)  # fmt: skip
"""The parts of the page that an answer replaces, by element id."""


def frame_html(say: Say, places: str = "") -> str:
    """What is there before the first answer: the places of all regions, so that nothing jumps."""
    return (
        f'<div id="visearch" {places}><a class="skip" href="#results" data-act="skip">{esc(say("skip"))}</a>'
        '<header id="head"><div class="masthead"></div></header><div id="progress"></div>'
        f'<div id="ask" role="search" aria-label="{esc(say("ask"))}"><div id="stage"><div class="drop"></div></div>'
        '<div id="ask-words"><div class="asking"><div id="line"></div><ul id="suggestions" role="listbox" hidden></ul>'
        '</div><div id="understood"></div><div id="refine"></div></div></div>'
        '<div id="message"></div><section id="room" aria-labelledby="room-title" hidden></section>'
        '<div id="body"><aside id="filters"></aside><section id="found">'
        '<div id="toolbar"><div id="summary" role="status" aria-live="polite"></div><div id="tools"></div></div>'
        f'<div id="chips"></div><div id="results" tabindex="-1">{skeleton()}</div><div id="more"></div></section></div>'
        '<div id="tray"></div><dialog id="panel" aria-labelledby="panel-title"></dialog>'
        '<dialog id="comparison" aria-labelledby="comparison-title"></dialog>'
        '<dialog id="camera" aria-labelledby="camera-title"></dialog>'
        '<footer id="foot"></footer><div id="toast" role="status" aria-live="polite"></div>'
        '<input id="file" type="file" accept="image/*,.heic,.heif" hidden>'
        '<input id="shot" type="file" accept="image/*" capture="environment" hidden></div>'
    )


def line_html(state: State, say: Say) -> str:
    """The words and the two buttons beside them."""
    hint = "words_more_hint" if state.photo or state.like else "words_hint"
    clear = button(
        say("clear_words"), 'data-act="clear-words" id="clear-words" hidden', "icon-button", "close", hide_label=True
    )
    return (
        f'<form class="line" data-act="words"><label class="sr" for="words">{esc(say("words"))}</label>'
        f'<div class="field">{icon("search")}<input id="words" type="text" enterkeyhint="search" autocomplete="off" '
        f'maxlength="{MOST_TEXT}" placeholder="{esc(say(hint))}" role="combobox" aria-autocomplete="list" '
        'aria-expanded="false" aria-controls="suggestions">'
        f'{clear}</div><button type="submit" class="go">{esc(say("search"))}</button></form>'
    )


def balance_html(state: State, say: Say) -> str:
    """How much the words count beside the photo: only when there are both."""
    if not ((state.photo or state.like) and state.text) or state.view == "look":
        return ""
    return (
        f'<label class="balance"><span class="sr">{esc(say("strength"))}</span>'
        f'<span aria-hidden="true">{esc(say("strength_photo"))}</span><input id="share" type="range" min="0" max="1" '
        f'step="0.05" value="{state.share:g}" data-field="share">'
        f'<span aria-hidden="true">{esc(say("strength_words"))}</span></label>'
    )


def examples_html(examples: Examples, say: Say) -> str:
    """Photos and words to try."""
    photos = "".join(
        f'<button type="button" class="try-photo" aria-label="{esc(say("example_photo", n=n + 1))}" '
        f"{sets(photo=f'example:{n}', text='', box='', like='', more=[], less=[], view='')}>"
        f'<img src="examples/{n}.jpg" alt="" width="72" height="72"></button>'
        for n in range(len(examples.photos))
    )
    texts = "".join(
        button(text, sets(text=text, photo="", box="", like="", more=[], less=[], view=""), "chip try")
        for text in examples.texts
    )
    rows = [("try_photo", "try-photos", photos), ("try_words", "try-words", texts)]
    return "".join(
        f'<div class="tries"><span class="label">{esc(say(label))}</span><div class="{css}">{inner}</div></div>'
        for label, css, inner in rows
        if inner
    )


def like_html(title: str, source: str, say: Say) -> str:
    """The product that stands in for a photo."""
    remove = button(say("remove_photo"), sets(like=""), "pill small", "close", hide_label=True)
    return (
        f'<figure class="shot like" style="--ratio:1"><div class="canvas"><img src="{source}" alt="{esc(title)}" '
        f'width="384" height="384"></div><figcaption><span class="hint">{esc(say("for_product", title=title))}</span>'
        f"{remove}</figcaption></figure>"
    )
