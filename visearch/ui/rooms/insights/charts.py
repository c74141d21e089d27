"""Charts that need more than a bar: drawn here, so that they follow the page's colours, language and width."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from visearch.insights.pace import TOTAL, Stage
from visearch.ui.markup import esc
from visearch.ui.rooms.insights.parts import kind_of, ms_text, stage_of
from visearch.ui.texts import Say

_SIDE, _LEFT, _FOOT = 300, 44, 40
_SHADES = 6

Times = tuple[float, float]
"""Median and 95th percentile, ms."""


def reliability_svg(bins: Sequence[Mapping[str, float]], say: Say) -> str:
    """How often the first answer was right (up) by its match (across); a dot's area is its number of queries."""
    total = sum(one["n"] for one in bins)
    dots, told = [], []
    for one in bins:
        x, y = _x(100 * one["said"]), _y(one["right"])
        radius = 3.5 + 13 * (one["n"] / total) ** 0.5
        line = say(
            "ins_reliability_bin", said=round(100 * one["said"]), right=round(100 * one["right"]), n=int(one["n"])
        )
        dots.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"><title>{esc(line)}</title></circle>')
        told.append(f"<li>{esc(line)}</li>")
    points = " ".join(f"{_x(100 * one['said']):.1f},{_y(one['right']):.1f}" for one in bins)
    width, height = _LEFT + _SIDE + 10, _SIDE + _FOOT + 10
    return (
        f'<svg class="plot" viewBox="0 0 {width} {height}" aria-hidden="true">{_grid()}'
        f'<path class="ideal" d="M{_x(0):.0f} {_y(0):.0f}L{_x(100):.0f} {_y(1):.0f}"/>'
        f'<polyline points="{points}"/>{"".join(dots)}'
        f'<text x="{_LEFT + _SIDE / 2}" y="{height - 4}" text-anchor="middle">{esc(say("ins_axis_match"))}</text>'
        f'<text x="12" y="{10 + _SIDE / 2}" text-anchor="middle" transform="rotate(-90 12 {10 + _SIDE / 2})">'
        f'{esc(say("ins_axis_right"))}</text></svg><ul class="sr">{"".join(told)}</ul>'
    )


def _x(match: float) -> float:
    return _LEFT + _SIDE * match / 100


def _y(right: float) -> float:
    return 10 + _SIDE * (1 - right)


def _grid() -> str:
    lines = []
    for step in range(0, 101, 25):
        x, y = _x(step), _y(step / 100)
        lines.append(f'<path class="grid-line" d="M{_LEFT} {y:.0f}H{_LEFT + _SIDE}M{x:.0f} 10V{10 + _SIDE}"/>')
        lines.append(f'<text x="{_LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{step}</text>')
        lines.append(f'<text x="{x:.0f}" y="{_SIDE + 26}" text-anchor="middle">{step}</text>')
    return "".join(lines)


def stages_html(stages: Mapping[str, Mapping[str, Times]], totals: Mapping[str, Times], say: Say) -> str:
    """One bar a kind of query, made of its stages' medians; all bars on one scale, with their sum in words."""
    longest = max((sum(p50 for p50, _ in of_kind.values()) for of_kind in stages.values()), default=0.0)
    names = list(dict.fromkeys(stage for of_kind in stages.values() for stage in of_kind))
    shade = {name: i % _SHADES for i, name in enumerate(names)}
    rows = []
    for kind, (p50, p95) in totals.items():
        of_kind = stages.get(kind, {})
        parts = "".join(
            f'<i class="shade-{shade[name]}" style="width:{100 * mid / max(longest, 1e-9):.2f}%" '
            f'title="{esc(stage_of(name, say))}: {esc(ms_text(mid))}"></i>'
            for name, (mid, _) in of_kind.items()
        )
        told = say("ins_speed_told", p50=ms_text(p50), p95=ms_text(p95))
        rows.append(
            f'<li class="bar-line"><span class="bar-label">{esc(kind_of(kind, say))}</span>'
            f'<span class="bar-track stacked" aria-hidden="true">{parts}</span>'
            f'<span class="bar-told">{esc(told)}</span></li>'
        )
    legend = "".join(f'<li><i class="shade-{shade[name]}"></i>{esc(stage_of(name, say))}</li>' for name in names)
    return (
        f'<ul class="bars" aria-label="{esc(say("ins_speed"))}">{"".join(rows)}</ul>'
        f'<ul class="key" aria-hidden="true">{legend}</ul>{_table(stages, names, say)}'
    )


def _table(stages: Mapping[str, Mapping[str, Times]], names: Sequence[str], say: Say) -> str:
    kinds = [kind for kind in stages if stages[kind]]
    if not kinds:
        return ""
    head = "".join(f'<th scope="col" class="number">{esc(kind_of(kind, say))}</th>' for kind in kinds)
    body = "".join(
        f'<tr><th scope="row">{esc(stage_of(name, say))}</th>'
        + "".join(f'<td class="number">{_cell(stages[kind].get(name), say)}</td>' for kind in kinds)
        + "</tr>"
        for name in names
    )
    label = esc(say("ins_speed_table"))
    return (
        f'<details class="fold"><summary>{label}</summary><div class="table-wrap" tabindex="0" role="group" '
        f'aria-label="{label}"><table class="data-table"><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></details>"
    )


def _cell(times: Times | None, say: Say) -> str:
    if times is None:
        return "–"
    return f"{esc(ms_text(times[0]))} <small>/ {esc(ms_text(times[1]))}</small>"


def live_html(stages: Mapping[str, Sequence[Stage]], say: Say) -> str:
    """The same of what visitors asked lately."""
    parts = {
        kind: {stage.name: (stage.p50, stage.p95) for stage in found if stage.name != TOTAL}
        for kind, found in stages.items()
    }
    totals = {kind: _total(found) for kind, found in stages.items()}
    return stages_html(parts, totals, say)


def _total(found: Iterable[Stage]) -> Times:
    stages = list(found)
    whole = next((stage for stage in stages if stage.name == TOTAL), None)
    if whole is not None:
        return whole.p50, whole.p95
    return sum(stage.p50 for stage in stages), sum(stage.p95 for stage in stages)
