"""What all rooms draw with: cards with a heading, tiles, small product links, the bar of parts."""

from __future__ import annotations

from collections.abc import Sequence

from visearch.ui.markup import button, esc
from visearch.ui.texts import Say


def parts_html(parts: Sequence[str], part: str, prefix: str, say: Say) -> str:
    """The bar that leads to the parts of a room; texts are `PREFIXparts` and `PREFIXpart_NAME`."""
    items = "".join(
        f'<button type="button" class="part" data-do="show" data-part="{name}"'
        f"{' aria-current=page' if name == part else ''}>{esc(say(f'{prefix}part_{name}'))}</button>"
        for name in parts
    )
    return f'<nav class="parts" aria-label="{esc(say(f"{prefix}parts"))}">{items}</nav>'


def tile_html(label: str, number: str, hint: str, css: str = "") -> str:
    """A figure with what it is and what stands behind it."""
    return f'<div class="tile {css}"><dt>{esc(label)}</dt><dd><b>{esc(number)}</b><small>{esc(hint)}</small></dd></div>'


def empty_html(title: str, hint: str, after: str = "") -> str:
    """Where something will be once it is measured."""
    return f'<div class="room-empty"><h4>{esc(title)}</h4><p class="quiet">{esc(hint)}</p>{after}</div>'


def sheet_html(title: str, inside: str, hint: str = "", css: str = "", tools: str = "") -> str:
    """A card with a heading."""
    told = f'<p class="quiet">{esc(hint)}</p>' if hint else ""
    return (
        f'<section class="sheet {css}"><div class="sheet-head"><div><h3>{esc(title)}</h3>{told}</div>{tools}</div>'
        f"{inside}</section>"
    )


def picker_html(
    act: str, say: Say, shown: str = "", examples: Sequence[tuple[str, str]] = (), many: int = 0, camera: bool = True
) -> str:
    """Where a photo comes in: chosen, taken, dropped, pasted, or one of `examples`: (a state's photo, its address).

    The photo is sent and then `act` is asked with it as `photo` and with the fields of the form around; with `many`
    up to so many as the list `photos`. `shown` is the address of the photo that is there. assets/parts.js does it.
    """
    data = f'data-pick="{act}"' + (f' data-many="{many}"' if many else "")
    choose = button(say("picker_choose_many" if many else "picker_choose"), data, "pill", "picture")
    shoot = button(say("picker_camera"), f"{data} data-camera", "pill", "camera") if camera else ""
    tries = "".join(
        f'<button type="button" class="try-photo" data-do="{act}" data-{"photos" if many else "photo"}="{esc(key)}" '
        f'aria-label="{esc(say("picker_example", n=n))}"><img src="{esc(source)}" alt="" width="72" height="72" '
        f'loading="lazy"></button>'
        for n, (key, source) in enumerate(examples, 1)
    )
    tried = (
        f'<div class="picker-tries"><span class="label">{esc(say("picker_try"))}</span>{tries}</div>' if tries else ""
    )
    image = f'<img class="picker-shown" src="{esc(shown)}" alt="{esc(say("picker_shown"))}">' if shown else ""
    return (
        f'<div class="picker">{image}<div class="picker-ways"><div class="row-actions">{choose}{shoot}</div>'
        f'<p class="quiet">{esc(say("picker_hint"))}</p>{tried}</div></div>'
    )
