"""What the parts of Insights share: numbers in plain words, bars and downloads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from visearch.ui.markup import esc
from visearch.ui.rooms.pieces import parts_html
from visearch.ui.texts import Say, knows

PARTS = ("quality", "health", "map", "compare", "demand")
"""The parts of the room, in the order of the bar that leads to them."""
BASE = "room/insights/"
"""Where the room's downloads are, relative to the page."""


def nav_html(part: str, say: Say) -> str:
    """The bar that leads to the parts."""
    return parts_html(PARTS, part, "ins_", say)


def of_100(share: float) -> int:
    """0.764 -> 76."""
    return round(100 * share)


def kind_of(kind: str, say: Say) -> str:
    """A kind of query in the page's language; kinds of a catalogue's own as they are."""
    key = f"ins_kind_{kind}"
    return say(key) if knows(key) else kind


def stage_of(stage: str, say: Say) -> str:
    """A stage of a search in the page's language."""
    key = f"ins_stage_{stage}"
    return say(key) if knows(key) else stage.replace("_", " ")


def ms_text(ms: float) -> str:
    """`0.4 ms`, `34 ms`, `1.2 s`."""
    if ms >= 1000:
        return f"{ms / 1000:.1f} s"
    return f"{ms:.1f} ms" if ms < 10 else f"{ms:.0f} ms"


def duration_text(seconds: float, say: Say) -> str:
    """About how long something takes, in whole minutes from one and a half on."""
    if seconds < 90:
        return say("ins_seconds", n=max(5, 5 * round(seconds / 5)))
    return say("ins_minutes", n=round(seconds / 60))


def when_text(created: str, say: Say) -> str:
    """`22 Nov 2026, 10:31 UTC` of an ISO date."""
    try:
        year, month, day = (int(part) for part in created[:10].split("-"))
        name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
    except (ValueError, IndexError):
        return created
    date = f"{year}年{month}月{day}日" if say.language == "zh" else f"{day} {name} {year}"
    return f"{date}, {created[11:16]} UTC" if created[11:16] else date


def bar_html(label: str, share: float, told: str, span: Sequence[float] | None = None, css: str = "") -> str:
    """One line of a bar chart: `share` of the width; `span` is the interval that is drawn over it."""
    whisker = ""
    if span is not None:
        low, high = (max(0.0, min(1.0, end)) for end in span)
        whisker = f'<i class="whisker" style="left:{100 * low:.1f}%;width:{100 * (high - low):.1f}%"></i>'
    return (
        f'<li class="bar-line {css}"><span class="bar-label">{esc(label)}</span><span class="bar-track">'
        f'<i class="bar-fill" style="width:{100 * max(0.0, min(1.0, share)):.1f}%"></i>{whisker}</span>'
        f'<span class="bar-told">{esc(told)}</span></li>'
    )


def bars_html(lines: Iterable[str], label: str) -> str:
    """Such lines as a list."""
    return f'<ul class="bars" aria-label="{esc(label)}">{"".join(lines)}</ul>'


def download_html(links: Iterable[tuple[str, str]], say: Say) -> str:
    """(file below BASE, what it is) as links that save a file; folded, as few want them."""
    items = "".join(f'<li><a href="{esc(BASE + path)}" download>{esc(label)}</a></li>' for path, label in links)
    return (
        f'<details class="export"><summary class="pill small">{esc(say("ins_export"))}</summary>'
        f"<ul>{items}</ul></details>"
    )
