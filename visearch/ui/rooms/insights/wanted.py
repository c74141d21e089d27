"""What visitors ask for, where it may be counted, and in plain words what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from visearch.insights.demand import ANONYMOUS, DAYS, RANKS, Summary, Wanted
from visearch.ui.markup import attributes, button, esc
from visearch.ui.rooms.insights.parts import bar_html, bars_html, download_html
from visearch.ui.rooms.pieces import empty_html, sheet_html, tile_html
from visearch.ui.texts import Say


def demand_html(summary: Summary | None, key: str, say: Say) -> str:
    """What was asked for; None where it is not counted. `key` is the owner's, for the download."""
    kept = "".join(
        f"<li>{esc(say(key, n=ANONYMOUS, days=DAYS))}</li>"
        for key in ("ins_demand_kept_1", "ins_demand_kept_2", "ins_demand_kept_3", "ins_demand_kept_4")
    )
    state = "ins_demand_off" if summary is None else "ins_demand_on"
    badge = f'<span class="badge-soft{" warn" if summary is None else ""}">{esc(say(f"{state}_short"))}</span>'
    about = f'<p>{esc(say(state))}</p><ul class="kept">{kept}</ul>'
    if summary is None:
        return sheet_html(say("ins_demand"), about, say("ins_demand_hint"), tools=badge)
    address = f"demand.csv?{urlencode({'key': key})}" if key else "demand.csv"
    export = download_html([(address, say("ins_export_demand"))], say)
    sure = attributes({"data-do": "forget", "data-sure": say("ins_demand_sure")})
    forget = button(say("ins_demand_forget"), sure, "pill small danger")
    head = sheet_html(
        say("ins_demand"),
        about + f'<div class="row-actions">{export}{forget}</div>',
        say("ins_demand_hint"),
        tools=badge,
    )
    if not summary.searches:
        return head + sheet_html(say("ins_demand_top"), empty_html(say("ins_demand_none"), say("ins_demand_none_hint")))
    return head + _counted(summary, say)


def _counted(summary: Summary, say: Say) -> str:
    days = say("ins_demand_days" if len(summary.days) > 1 else "ins_demand_day_one", n=len(summary.days))
    tiles = (
        tile_html(say("ins_demand_searches"), f"{summary.searches:,}", days)
        + tile_html(
            say("ins_demand_photos"), f"{_share(summary.photos, summary.searches)}", say("ins_demand_photos_hint")
        )
        + tile_html(say("ins_demand_far"), f"{_share(summary.far, summary.searches)}", say("ins_demand_far_hint"))
        + tile_html(say("ins_demand_opened"), f"{sum(summary.opened):,}", say("ins_demand_opened_hint"))
    )
    return (
        f'<dl class="tiles">{tiles}</dl><div class="pair-of-sheets">'
        f"{_words(say('ins_demand_top'), summary.top, say, far=False)}"
        f"{_words(say('ins_demand_missed'), summary.missed, say, far=True)}</div>"
        f'<div class="pair-of-sheets">{_clicks(summary, say)}{_days(summary, say)}</div>'
    )


def _share(n: int, total: int) -> str:
    return f"{100 * n / max(total, 1):.0f} %"


def _words(title: str, wanted: Sequence[Wanted], say: Say, far: bool) -> str:
    if not wanted:
        return sheet_html(title, f'<p class="all-well">{esc(say("ins_demand_words_none", n=ANONYMOUS))}</p>')
    most = max(one.far if far else one.searches for one in wanted)
    lines = [
        bar_html(
            one.text,
            (one.far if far else one.searches) / most,
            f"{one.far if far else one.searches:,}",
            css="bad" if far else "",
        )
        for one in wanted
    ]
    return sheet_html(title, bars_html(lines, title), say("ins_demand_missed_hint" if far else "ins_demand_top_hint"))


def _clicks(summary: Summary, say: Say) -> str:
    title, total = say("ins_demand_clicks"), sum(summary.opened)
    if not total:
        return sheet_html(title, f'<p class="quiet">{esc(say("ins_demand_clicks_none"))}</p>')
    lines = [bar_html(_ranks(group, say), n / total, _share(n, total)) for group, n in enumerate(summary.opened)]
    return sheet_html(title, bars_html(lines, title), say("ins_demand_clicks_hint"))


def _ranks(group: int, say: Say) -> str:
    low, high = RANKS[group]
    if high is None:
        return say("ins_rank_from", low=low)
    return say("ins_rank", rank=low) if low == high else say("ins_rank_to", low=low, high=high)


def _days(summary: Summary, say: Say) -> str:
    most = max(n for _, n in summary.days)
    bars = "".join(
        f'<i style="height:{max(4, 100 * n / most):.0f}%" title="{esc(day)}: {n:,}"></i>'
        for day, n in summary.days[-31:]
    )
    first, last = summary.days[-31:][0][0], summary.days[-1][0]
    told = esc(say("ins_demand_day_told", first=first, last=last, most=f"{most:,}"))
    return sheet_html(
        say("ins_demand_by_day"), f'<div class="days" aria-hidden="true">{bars}</div><p class="quiet">{told}</p>'
    )
