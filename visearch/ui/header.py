"""The top of the page: who answers and why, and how far a preparation has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visearch.ui import icons
from visearch.ui.markup import alert, button, esc
from visearch.ui.privacy import Privacy, privacy_html
from visearch.ui.room_names import ROOMS
from visearch.ui.texts import LANGUAGE_NAMES, Say, knows

if TYPE_CHECKING:
    from visearch.live import Status


def head_html(status: Status, say: Say) -> str:
    """Logo, name and the line on what answers."""
    return (
        f'<div class="masthead"><a class="brandmark" href="./" aria-label="{esc(say("app"))}">{icons.LOGO}'
        f'<h1>{esc(say("app"))}</h1></a><p class="tagline">{esc(say("tagline"))}</p>'
        f'<p class="answers" id="answers">{_answers(status, say)}</p>{_tools(say)}</div>'
    )


def _tools(say: Say) -> str:
    """The rooms, saved products, the other language, light or dark."""
    rooms = "".join(
        f'<a class="tool to-room" href="?room={name}" data-act="room" data-value="{name}" '
        f'title="{esc(say(f"room_{name}"))}">{icons.icon(symbol)}<span>{esc(say(f"room_{name}"))}</span></a>'
        for name, symbol in ROOMS.items()
    )
    other = next(name for name in LANGUAGE_NAMES if name != say.language)
    saved = button(say("saved"), 'data-act="show-saved"', "tool", "heart")
    language = button(
        LANGUAGE_NAMES[other], f'data-act="language" data-value="{other}" lang="{other}"', "tool", "language"
    )
    theme = button(say("theme"), 'data-act="theme"', "tool only-icon", "theme", hide_label=True)
    inside = f'<nav class="rooms" aria-label="{esc(say("rooms"))}">{rooms}</nav>'
    return f'<div class="tools">{saved}{inside}{language}{theme}</div>'


def _answers(status: Status, say: Say) -> str:
    if status.state == "failed" and status.catalog is None:
        return f'<span class="dot off"></span><span>{esc(say("failed_short"))}</span>'
    if status.catalog is None or status.model is None:
        return f'<span class="dot wait"></span><span>{esc(status.reason or say("starting") + " …")}</span>'
    name = status.catalog.title or status.catalog.id
    line = say("answers", catalog=name, products=f"{status.products:,}", model=status.model.name)
    why = " ".join((status.reason, *status.notes)).strip()
    # The reasons are sentences of the program, in English only: elsewhere they are a tip.
    shown = why if say.language == "en" else ""
    told = f'<b>{esc(line)}</b> <span class="why">{esc(shown)}</span>'
    return f'<span class="dot"></span><span title="{esc(why)}">{told}</span>'


def progress_html(status: Status, say: Say) -> str:
    """Empty when nothing is being prepared; a bar with stage and numbers, or why it failed."""
    if status.state == "failed":
        return f'<div class="told">{alert(say("failed") + ".", status.error)}</div>'
    if status.state == "ready":
        return ""
    first = status.catalog is None
    title = say("preparing" if first else "preparing_next")
    if status.wanted:
        title = say("cat_preparing", name=status.wanted)
    hint = f"<p>{esc(say('preparing_more'))}</p>" if first else ""
    css = "progress told" if first else "progress told quiet"
    return (
        f'<div class="{css}"><div class="progress-line"><strong>{esc(title)}</strong>'
        f"<span>{esc(stage_text(status, say))}</span></div>{bar_html(status, title)}{hint}</div>"
    )


def stage_text(status: Status, say: Say) -> str:
    """What is being done, and how much of it is."""
    key = f"stage_{status.stage}"
    stage = say(key) if knows(key) else status.stage
    if not status.total:
        return stage
    return f"{stage} · {say('of', done=f'{status.done:,}', total=f'{status.total:,}')}".strip(" ·")


def bar_html(status: Status, title: str) -> str:
    """The bar of a preparation, named by `title`."""
    if not status.total:
        return f'<div class="track" role="progressbar" aria-label="{esc(title)}"><i class="unknown"></i></div>'
    share = min(100, round(100 * status.done / status.total))
    return (
        f'<div class="track" role="progressbar" aria-label="{esc(title)}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{share}"><i style="width:{share}%"></i></div>'
    )


def foot_html(status: Status, say: Say, privacy: Privacy | None = None) -> str:
    """The licence that the catalogue gives, as its pictures are not ours, and what happens to photos."""
    if status.catalog is None:
        return ""
    licence = status.catalog.licence
    told = [say("licence", licence=licence)] if licence else []
    lines = "".join(f'<p class="legal">{esc(line)}</p>' for line in (*told, say("privacy")))
    return lines + privacy_html(privacy or Privacy(), say)
