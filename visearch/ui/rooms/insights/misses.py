"""The gallery of misses, and two evaluations held against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from visearch.insights.archive import MISSES, Run
from visearch.types import Product
from visearch.ui.markup import esc
from visearch.ui.minis import mini_html, products_of
from visearch.ui.rooms.insights.parts import BASE, kind_of, of_100
from visearch.ui.rooms.insights.quality import run_text
from visearch.ui.rooms.pieces import empty_html, sheet_html
from visearch.ui.texts import Say

SHOWN = 12
"""Misses of one kind on the page."""
_FIRST = 3
_METRICS = ("hit@1", "hit@{k}", "ndcg@{k}")
_SURE = 0.05


def misses_of(document: Mapping[str, Any], kind: str, most: int = MISSES) -> list[tuple[int, Mapping[str, Any]]]:
    """(place in the document, query) of those whose first answer is wrong, the worst first."""
    metrics = [name for name in document["by_kind"].get(kind, {}) if name != "n"]
    missed = [(i, q) for i, q in enumerate(document["queries"]) if q["kind"] == kind and q.get("rank") != 1]
    return sorted(missed, key=lambda one: sum(float(one[1].get(name, 0)) for name in metrics))[:most]


def misses_html(run: Run, document: Mapping[str, Any], known: Mapping[str, Product], chosen: str, say: Say) -> str:
    """The gallery of one kind, with a choice of the others."""
    counts = {
        kind: sum(1 for q in document["queries"] if q["kind"] == kind and q.get("rank") != 1)
        for kind in document["by_kind"]
    }
    kinds = [kind for kind, n in counts.items() if n]
    if not kinds:
        return sheet_html(say("ins_misses"), empty_html(say("ins_misses_none"), say("ins_misses_none_hint")))
    kind = chosen if chosen in kinds else kinds[0]
    tabs = "".join(
        f'<button type="button" class="pill small" data-do="misses" data-kind="{esc(one)}" data-run="{esc(run.name)}" '
        f'aria-pressed="{"true" if one == kind else "false"}">{esc(kind_of(one, say))} ({counts[one]})</button>'
        for one in kinds
    )
    found = misses_of(document, kind, SHOWN)
    cards = "".join(_miss(run, place, query, known, int(document.get("k", 10)), say) for place, query in found)
    more = counts[kind] - len(found)
    left = f'<p class="quiet">{esc(say("ins_misses_left", n=more))}</p>' if more else ""
    return sheet_html(
        say("ins_misses"),
        f'<div class="row-actions">{tabs}</div><ul class="misses">{cards}</ul>{left}',
        say("ins_misses_hint"),
    )


def _miss(run: Run, place: int, query: Mapping[str, Any], known: Mapping[str, Product], k: int, say: Say) -> str:
    asked = f'<p class="asked-words">{esc(query["text"])}</p>' if query.get("text") else ""
    if query.get("picture"):
        source = f"{BASE}evaluation/{run.name}/query-{place}.jpg"
        alt = esc(say("ins_miss_photo"))
        asked = (
            f'<img class="asked-photo" src="{esc(source)}" alt="{alt}" width="120" height="120" loading="lazy">{asked}'
        )
    rank = query.get("rank")
    came = say("ins_miss_rank", rank=rank) if rank else say("ins_miss_none", k=k)
    first = "".join(mini_html(p, say) for p in products_of(known, query["ranked"][:_FIRST]))
    relevant = query["relevant"]
    right = "".join(mini_html(p, say, css="right") for p in products_of(known, relevant[:2]))
    more = f'<small class="quiet">{esc(say("ins_miss_more", n=len(relevant) - 2))}</small>' if len(relevant) > 2 else ""
    return (
        f'<li class="miss"><div class="miss-asked"><h4>{esc(say("ins_miss_asked"))}</h4>{asked}</div>'
        f'<div class="miss-first"><h4>{esc(say("ins_miss_first"))}</h4><div class="minis">{first}</div></div>'
        f'<div class="miss-right"><h4>{esc(say("ins_miss_right"))} <span>{esc(came)}</span></h4>'
        f'<div class="minis">{right}</div>{more}</div></li>'
    )


def versus_html(run: Run, runs: Sequence[Run], other: str, compared: Mapping[str, Any] | None, say: Say) -> str:
    """A choice of the other evaluation, and the table once there is one."""
    others = [one for one in runs if one.name != run.name]
    if not others:
        return sheet_html(say("ins_versus"), empty_html(say("ins_versus_none"), say("ins_versus_none_hint")))
    options = f'<option value="">{esc(say("ins_versus_pick"))}</option>' + "".join(
        f'<option value="{esc(one.name)}"{" selected" if one.name == other else ""}>{esc(run_text(one, say))}</option>'
        for one in others
    )
    pick = (
        f'<label class="labelled pick"><span>{esc(say("ins_versus_with"))}</span>'
        f'<select data-do="versus" data-run="{esc(run.name)}" id="ins-versus-pick">{options}</select></label>'
    )
    return sheet_html(
        say("ins_versus"), pick + (_versus_table(compared, say) if compared else ""), say("ins_versus_hint")
    )


def _versus_table(compared: Mapping[str, Any], say: Say) -> str:
    rows = "".join(
        _versus_row(kind, name, found, say)
        for kind, metrics in compared["by_kind"].items()
        for name, found in metrics.items()
        if name == "hit@1" or name.startswith(("hit@", "ndcg@"))
    )
    heads = "".join(
        f'<th scope="col"{css}>{esc(say(key))}</th>'
        for key, css in (
            ("ins_versus_kind", ""), ("ins_versus_metric", ""), ("ins_versus_before", ' class="number"'),
            ("ins_versus_now", ' class="number"'), ("ins_versus_change", ' class="number"'), ("ins_versus_says", ""),
        )
    )  # fmt: skip
    left = compared.get("left_out")
    note = f'<p class="quiet">{esc(say("ins_versus_left", n=left))}</p>' if left else ""
    return (
        f'<div class="table-wrap" tabindex="0" role="group" aria-label="{esc(say("ins_versus"))}">'
        f'<table class="data-table versus"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{note}'
    )


def _versus_row(kind: str, name: str, found: Mapping[str, float], say: Say) -> str:
    change = 100 * found["difference"]
    clear = found["p"] < _SURE
    verdict = ("ins_versus_better" if change > 0 else "ins_versus_worse") if clear else "ins_versus_same"
    css = {"ins_versus_better": "better", "ins_versus_worse": "worse"}.get(verdict, "")
    span = say("ins_versus_span", low=f"{100 * found['low']:+.1f}", high=f"{100 * found['high']:+.1f}")
    p = "p < 0.001" if found["p"] < 0.001 else f"p = {found['p']:.3f}"
    label = say("ins_first_short") if name == "hit@1" else name
    return (
        f'<tr><th scope="row">{esc(kind_of(kind, say))}</th><td>{esc(label)}</td>'
        f'<td class="number">{of_100(found["there"])}</td><td class="number">{of_100(found["here"])}</td>'
        f'<td class="number"><b>{change:+.1f}</b> <small>{esc(span)}</small></td>'
        f'<td><span class="verdict {css}">{esc(say(verdict))}</span> '
        f"<small>{esc(p)}, n = {int(found['n'])}</small></td></tr>"
    )
