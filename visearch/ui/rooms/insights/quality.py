"""Quality: figures of an evaluation in plain words, by slice, and what the match is worth."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from visearch.evaluate.slices import LEAST
from visearch.insights.archive import Run
from visearch.ui.markup import esc
from visearch.ui.rooms.insights.charts import reliability_svg, stages_html
from visearch.ui.rooms.insights.parts import bar_html, bars_html, download_html, kind_of, ms_text, of_100, when_text
from visearch.ui.rooms.pieces import empty_html, sheet_html
from visearch.ui.texts import Say, knows

ROUGH = 30
"""Fewer queries than this are said to give a rough idea only."""
_BANDS = {
    "up_to": re.compile(r"up to (?P<high>[\d.,e+]+ ?\w*)"),
    "between": re.compile(r"(?P<low>[\d.,e+]+) to (?P<high>[\d.,e+]+ ?\w*)"),
    "above": re.compile(r"above (?P<low>[\d.,e+]+ ?\w*)"),
}
_SLICES_AT_FIRST = 4
_ROWS = 8

Document = Mapping[str, Any]


def results_html(run: Run, document: Document, runs: Sequence[Run], say: Say) -> str:
    """Everything about one evaluation but its misses and comparisons."""
    return (
        f"{_head(run, document, runs, say)}{_headlines(document, say)}"
        f'<div class="pair-of-sheets">{_reliability(document, say)}{_limits(document, say)}</div>'
        f"{_slices(document, say)}{_speed(document, say)}"
    )


def _head(run: Run, document: Document, runs: Sequence[Run], say: Say) -> str:
    options = "".join(
        f'<option value="{esc(one.name)}"{" selected" if one.name == run.name else ""}>'
        f"{esc(run_text(one, say))}</option>"
        for one in runs
    )
    pick = (
        f'<label class="labelled pick"><span>{esc(say("ins_run_pick"))}</span>'
        f'<select data-do="choose" id="ins-pick">{options}</select></label>'
    )
    files = [
        (f"evaluation/{run.name}/report.html", say("ins_export_report")),
        (f"evaluation/{run.name}/figures.csv", say("ins_export_figures")),
        (f"evaluation/{run.name}/queries.csv", say("ins_export_queries")),
        (f"evaluation/{run.name}/plots.zip", say("ins_export_plots")),
        (f"evaluation/{run.name}/evaluation.json", say("ins_export_json")),
    ]
    method = say("ins_method_labelled" if document.get("method") == "queries.csv" else "ins_method_alone")
    return f'<div class="ins-line">{pick}{download_html(files, say)}</div><p class="quiet">{esc(method)}</p>'


def run_text(run: Run, say: Say) -> str:
    """An evaluation in a list: when, with what, and how many queries."""
    return say("ins_run", when=when_text(run.created, say), model=run.model, n=f"{run.queries:,}")


def _headlines(document: Document, say: Say) -> str:
    cards = "".join(
        _headline(kind, figures, document.get("intervals", {}).get(kind, {}), int(document.get("k", 10)), say)
        for kind, figures in document["by_kind"].items()
    )
    return f'<div class="headlines">{cards}</div>'


def _headline(kind: str, figures: Mapping[str, float], spans: Mapping[str, Sequence[float]], k: int, say: Say) -> str:
    n, first = int(figures["n"]), figures["hit@1"]
    low, high = spans.get("hit@1", (first, first))
    likely = say("ins_likely", low=of_100(low), high=of_100(high), n=f"{n:,}")
    if first >= 1:
        # The bootstrap cannot draw a miss that never happened.
        likely = say("ins_always", n=f"{n:,}")
    rough = f'<span class="badge-soft warn">{esc(say("ins_rough"))}</span>' if n < ROUGH else ""
    rows = [(say("ins_hit_k", k=k), figures.get(f"hit@{k}")), (say("ins_category"), figures.get("category@1"))]
    rows += [(name, figures.get(metric)) for name, metric in (("nDCG", f"ndcg@{k}"), ("MRR", "mrr"))]
    facts = "".join(
        f"<div><dt>{esc(name)}</dt><dd>{of_100(value)}</dd></div>" for name, value in rows if value is not None
    )
    return (
        f'<section class="headline"><h3>{esc(kind_of(kind, say))}{rough}</h3>'
        f'<p class="big"><b>{of_100(first)}</b> <span>{esc(say("ins_of_100"))}</span></p>'
        f"<p>{esc(say('ins_first_right'))}</p>"
        f'<div class="range" aria-hidden="true"><i class="range-span" '
        f'style="left:{100 * low:.1f}%;width:{max(0.6, 100 * (high - low)):.1f}%"></i>'
        f'<i class="range-at" style="left:{100 * first:.1f}%"></i></div>'
        f'<p class="quiet">{esc(likely)}</p><dl class="small-facts">{facts}</dl></section>'
    )


def _reliability(document: Document, say: Say) -> str:
    bins = [one for one in document.get("reliability") or () if one.get("n")]
    if not bins:
        inside = empty_html(say("ins_reliability_none"), say("ins_reliability_none_hint"))
        return sheet_html(say("ins_reliability"), inside)
    most = max(bins, key=lambda one: one["n"])
    told = say(
        "ins_reliability_told",
        low=round(most["low"]),
        high=round(most["high"]),
        right=of_100(most["right"]),
        n=most["n"],
    )
    inside = f'{reliability_svg(bins, say)}<p class="quiet">{esc(told)}</p>'
    return sheet_html(say("ins_reliability"), inside, say("ins_reliability_hint"))


def _limits(document: Document, say: Say) -> str:
    """What is refused, and what the index loses."""
    told = document.get("rejection")
    if told:
        lines = [
            bar_html(say("ins_passed_in"), told["passed_in"], f"{of_100(told['passed_in'])} %"),
            bar_html(say("ins_passed_off"), told["passed_off"], f"{of_100(told['passed_off'])} %", css="bad"),
        ]
        hint = say("ins_rejection_told", auroc=of_100(told["auroc"]), n=f"{told['n_off']:,}")
        inside = f'{bars_html(lines, say("ins_rejection"))}<p class="quiet">{esc(hint)}</p>'
    else:
        inside = empty_html(say("ins_rejection_none"), say("ins_rejection_none_hint"))
    ann = document.get("ann")
    if ann:
        sentence = say(
            "ins_ann_told",
            index=ann.get("index", ""),
            recall=f"{100 * float(ann.get('recall@10', 0)):.1f}",
            ms=ms_text(float(ann.get("ms", 0))),
            exact=ms_text(float(ann.get("exact_ms", 0))),
        )
        inside += f'<div class="ann"><h4>{esc(say("ins_ann"))}</h4><p class="quiet">{esc(sentence)}</p></div>'
    return sheet_html(say("ins_rejection"), inside, say("ins_rejection_hint"))


def _slices(document: Document, say: Say) -> str:
    found = sorted(document.get("slices") or (), key=lambda one: -float(one.get("gap") or 0))
    if not found:
        return sheet_html(say("ins_slices"), empty_html(say("ins_slices_none"), say("ins_slices_none_hint")))
    first = "".join(_slice(one, say) for one in found[:_SLICES_AT_FIRST])
    rest = "".join(_slice(one, say) for one in found[_SLICES_AT_FIRST:])
    more = ""
    if rest:
        label = esc(say("ins_slices_all", n=len(found)))
        inside = f'<summary>{label}</summary><div class="slices">{rest}</div>'
        more = f'<details class="fold" id="ins-slices-more">{inside}</details>'
    return sheet_html(say("ins_slices"), f'<div class="slices">{first}</div>{more}', say("ins_slices_hint", n=LEAST))


def _slice(found: Mapping[str, Any], say: Say) -> str:
    rows = {row["value"]: row for row in found["rows"]}
    by = say(f"ins_by_{found['by']}") if knows(f"ins_by_{found['by']}") else str(found["by"])
    kind = say("ins_kind_words") if found["by"] == "language" else kind_of(found["kind"], say)
    gap = say(
        "ins_gap",
        gap=of_100(found["gap"]),
        best=_value(found["best"], say),
        best_n=of_100(rows[found["best"]]["hit@1"]),
        worst=_value(found["worst"], say),
        worst_n=of_100(rows[found["worst"]]["hit@1"]),
    )
    shown = sorted(found["rows"][:_ROWS], key=lambda row: -row["hit@1"])
    lines = [
        bar_html(
            f"{_value(row['value'], say)}",
            row["hit@1"],
            say("ins_slice_row", n=of_100(row["hit@1"]), of=row["n"]),
            (row["low"], row["high"]),
            "few" if row["n"] < LEAST else "worst" if row["value"] == found["worst"] else "",
        )
        for row in shown
    ]
    left = len(found["rows"]) - len(shown)
    more = f'<p class="quiet">{esc(say("ins_slice_left", n=left))}</p>' if left else ""
    title = say("ins_slice_title", by=by, kind=kind)
    return f'<section class="slice"><h4>{esc(title)}</h4><p>{esc(gap)}</p>{bars_html(lines, title)}{more}</section>'


def _value(value: object, say: Say) -> str:
    """A group in the page's language; an evaluation names bands of prices in English."""
    text, key = str(value), f"ins_value_{value}"
    for band, pattern in _BANDS.items():
        if found := pattern.fullmatch(text):
            return say(f"ins_value_{band}", **found.groupdict())
    return say(key) if knows(key) else say.word(text)


def _speed(document: Document, say: Say) -> str:
    stages = {
        kind: {stage: (float(times["p50"]), float(times["p95"])) for stage, times in found.items()}
        for kind, found in (document.get("stages_ms") or {}).items()
    }
    totals = {
        kind: (float(times["p50"]), float(times["p95"])) for kind, times in (document.get("timings_ms") or {}).items()
    }
    if not totals:
        return ""
    return sheet_html(say("ins_speed"), stages_html(stages, totals, say), say("ins_speed_hint"))
