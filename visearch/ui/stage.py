"""The photo: where it is given, what was found in it, and what of it is searched."""

from __future__ import annotations

import re

from visearch.types import Box
from visearch.ui.answer import Sight
from visearch.ui.markup import attributes, button, esc, photo_url, sets
from visearch.ui.state import State
from visearch.ui.texts import Say

_NUMBERED = re.compile(r"^(.*?) ?(\d+)?$")


def label_of(box: Box, say: Say) -> str:
    """A detector's label in the page's language: "Chair 2", "Item 3"."""
    found = _NUMBERED.match(box.label)
    name, number = (found[1], found[2]) if found else (box.label, None)
    if name in ("Item", ""):
        return say("item", n=number or 1)
    return " ".join(part for part in (say.word(name), number) if part)


def chosen_label(sight: Sight, say: Say) -> str:
    """What the chosen part is called; an empty string for the whole photo."""
    if sight.chosen == "whole":
        return ""
    return label_of(sight.boxes[int(sight.chosen) - 1], say) if sight.chosen.isdigit() else say("own_box")


def drop_html(say: Say) -> str:
    """The empty place for a photo."""
    ways = (
        button(say("upload"), 'data-act="upload"', "pill primary", "picture")
        + button(say("camera"), 'data-act="camera"', "pill", "camera")
        + button(say("link"), 'data-act="link" aria-expanded="false"', "pill", "link")
    )
    return (
        f'<div class="drop"><div class="drop-told"><strong>{esc(say("add_photo"))}</strong>'
        f'<span>{esc(say("add_photo_hint"))}</span></div><div class="ways">{ways}</div>{_link_form(say)}</div>'
    )


def _link_form(say: Say) -> str:
    go = button(say("link_go"), 'data-act="fetch"', "pill primary")
    return (
        f'<div class="link-form" hidden><label class="sr" for="address">{esc(say("link_title"))}</label>'
        f'<input id="address" type="url" inputmode="url" autocomplete="off" placeholder="{esc(say("link_hint"))}">'
        f"{go}</div>"
    )


def photo_html(sight: Sight, say: Say) -> str:
    """The photo with a button on everything that was found in it."""
    photo = sight.photo
    boxes = "".join(_box(sight, number, box, say) for number, box in enumerate(sight.boxes, 1))
    own = ""
    if "," in sight.chosen:
        own = f'<div class="box own on" style="{_place(sight.chosen)}"></div>'
    tools = (
        button(say("draw"), 'data-act="draw" aria-pressed="false"', "pill small", "draw")
        + button(say("change_photo"), 'data-act="upload"', "pill small", "picture", hide_label=True)
        + button(say("remove_photo"), sets(photo="", box="", view=""), "pill small", "close", hide_label=True)
    )
    # The ratio is given, so that the place is as large before the photo is there as after.
    return (
        f'<figure class="shot" data-key="{esc(photo.key)}" style="--ratio:{photo.width / photo.height:.4f}">'
        f'<div class="canvas" role="group" aria-label="{esc(say("your_photo"))}">'
        f'<img src="{photo_url(photo.key)}" alt="{esc(say("photo"))}" width="{photo.width}" height="{photo.height}" '
        f'draggable="false">{boxes}{own}</div>'
        f'<figcaption>{tools}<span class="hint" id="draw-hint" hidden>{esc(say("draw_hint"))}</span>'
        "</figcaption></figure>"
    )


def _box(sight: Sight, number: int, box: Box, say: Say) -> str:
    on = sight.chosen == str(number)
    # Small boxes lie above large ones, so that each can be reached.
    depth = 1000 - round(_share(sight, box) * 900)
    told = {
        "class": "box on" if on else "box",
        "aria-pressed": str(on).lower(),
        "aria-label": label_of(box, say),
        "style": f"--depth:{depth};{_place(sight.photo.area(box))}",
    }
    return f'<button type="button" {attributes(told)} {sets(box=str(number), view="")}><b>{number}</b></button>'


def _share(sight: Sight, box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0) / (sight.photo.width * sight.photo.height)


def _place(area: str) -> str:
    x0, y0, x1, y1 = (float(part) * 100 for part in area.split(","))
    return f"left:{x0:.2f}%;top:{y0:.2f}%;width:{x1 - x0:.2f}%;height:{y1 - y0:.2f}%"


def strip_html(sight: Sight, state: State, say: Say) -> str:
    """Crop after crop with what each is taken for, the whole photo, and all of them together."""
    key = sight.photo.key
    whole = photo_url(key, "0,0,1,1")
    look = state.view == "look"
    crops = [
        _crop(str(number), photo_url(key, sight.photo.area(box)), label_of(box, say), sight.chosen, look)
        for number, box in enumerate(sight.boxes, 1)
    ]
    if "," in sight.chosen:
        crops.append(_crop(sight.chosen, photo_url(key, sight.chosen), say("own_box"), sight.chosen, look))
    crops.append(_crop("whole", whole, say("whole"), sight.chosen, look))
    together = ""
    if len(sight.boxes) > 1:
        pressed = attributes({"aria-pressed": str(look).lower(), "title": say("look_hint")})
        together = button(say("look"), f"{sets(view='' if look else 'look')} {pressed}", "pill look", "look")
    heading = say("found_in") if sight.boxes else say("found_nothing")
    return (
        f'<div class="strip-head"><h2 class="label">{esc(heading)}</h2>{together}</div>'
        f'<div class="strip" role="group" aria-label="{esc(say("found_in"))}">{"".join(crops)}</div>'
        f'<p class="label">{esc(say("stage_hint"))}</p>'
    )


def _crop(box: str, source: str, label: str, chosen: str, look: bool) -> str:
    on = box == chosen and not look
    return (
        f'<button type="button" class="crop{" on" if on else ""}" aria-pressed="{str(on).lower()}" '
        f'{sets(box=box, view="")}><img src="{esc(source)}" alt="" width="72" height="72">'
        f"<span>{esc(label)}</span></button>"
    )
