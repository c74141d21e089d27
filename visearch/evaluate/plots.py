"""Figures of an evaluation: SVG that takes the page's ink, and PNG to keep.

Every function takes (a part of) the document of Evaluation.to_json and gives a Plot, or None when there is nothing to
draw. The SVG has a transparent ground, its ink is `currentColor` and its text stays text, so that it fits light and
dark pages; the PNG is dark on white, for reports elsewhere. matplotlib is imported when the first figure is drawn.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any

from visearch.evaluate.slices import LEAST
from visearch.packages import optional

INK = "#17181a"
"""Stands for the page's own ink until the SVG is written; nothing else has this colour."""

COLORS = ("#25866a", "#c8742a", "#4f7fc9", "#b0559b", "#8a8f2f", "#c24b4b", "#7a6fd0", "#5aa0a8")
"""Middle lightness, so that they stand out from white and from black."""

WIDTH = 5.2
_DPI = 160
_CJK = ("Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei", "Source Han Sans SC")
_FAINT = 0.55

Draw = Callable[[Any], None]

_one_at_a_time = threading.Lock()
"""matplotlib's settings belong to the process, not to a thread."""


@dataclass(frozen=True)
class Plot:
    """One figure: `svg` for a page, `png` for a file; `alt` says what it shows."""

    name: str
    alt: str
    svg: str
    png: bytes


def quality(document: Mapping[str, Any], metrics: Sequence[str] = ()) -> Plot | None:
    """Some metrics by kind of query with their 95 % intervals; hit@1, hit@k and nDCG@k unless told."""
    kinds = list(document["by_kind"])
    names = metrics or ("hit@1", f"hit@{document['k']}", f"ndcg@{document['k']}")
    names = list(dict.fromkeys(names))
    if not kinds:
        return None

    def draw(axes: Any) -> None:
        step = 0.8 / len(names)
        for number, name in enumerate(names):
            places = [place + (number - (len(names) - 1) / 2) * step for place in range(len(kinds))]
            values = [100 * document["by_kind"][kind].get(name, 0.0) for kind in kinds]
            axes.barh(places, values, height=step * 0.86, color=COLORS[number], label=_said(name))
            for place, kind, value in zip(places, kinds, values, strict=True):
                low, high = (100 * end for end in document["intervals"].get(kind, {}).get(name, (value / 100,) * 2))
                axes.plot((low, high), (place, place), color=INK, linewidth=1.1, solid_capstyle="butt")
                axes.annotate(f"{value:.0f}", (2, place), va="center", color="#ffffff", fontsize=8)
        counts = [int(document["by_kind"][kind]["n"]) for kind in kinds]
        axes.set_yticks(range(len(kinds)), [f"{kind} ({n})" for kind, n in zip(kinds, counts, strict=True)])
        axes.invert_yaxis()
        _percent(axes.xaxis, axes.set_xlim)
        axes.grid(axis="x", alpha=0.25, color=INK)
        _legend(axes)

    height = 0.9 + 0.26 * len(kinds) * len(names)
    return _plot("quality", f"{', '.join(map(_said, names))} by kind of query, per cent", height, draw)


def reliability(document: Mapping[str, Any]) -> Plot | None:
    """How often the first answer of about one match is right, by bins of the match; the line of perfect words."""
    bins = document.get("reliability") or []
    if not bins:
        return None
    total = sum(one["n"] for one in bins)

    def draw(axes: Any) -> None:
        axes.plot((0, 100), (0, 100), color=INK, alpha=_FAINT, linewidth=1, linestyle=(0, (4, 3)))
        for one in bins:
            width = one["high"] - one["low"]
            axes.bar(one["low"], 100 * one["right"], width=width * 0.92, align="edge", color=COLORS[0], alpha=0.85)
            axes.annotate(
                f"{one['n']}",
                (one["low"] + width / 2, 100 * one["right"]),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                fontsize=8,
            )
        axes.set_xlabel("match of the first answer")
        axes.set_ylabel("right, per cent of the queries")
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 108)
        axes.grid(axis="y", alpha=0.25, color=INK)

    return _plot("reliability", f"How often an answer of about one match is right, {total} queries", 3.4, draw)


def matches(document: Mapping[str, Any]) -> Plot | None:
    """The match of the first answer to photos of the catalogue and to photos of other things, with the floor."""
    found = document.get("rejection")
    if not found:
        return None

    def draw(axes: Any) -> None:
        edges = list(range(0, 105, 5))
        for number, (name, said) in enumerate((("matches_in", "of the catalogue"), ("matches_off", "of other things"))):
            values = found[name]
            share = [100 / len(values)] * len(values)
            axes.hist(values, bins=edges, weights=share, color=COLORS[number], alpha=0.75, label=f"photos {said}")
        axes.axvline(found["floor"], color=INK, linewidth=1, linestyle=(0, (4, 3)), label="floor")
        axes.set_xlabel("match of the first answer")
        axes.set_ylabel("per cent of the photos")
        axes.set_xlim(0, 100)
        axes.grid(axis="y", alpha=0.25, color=INK)
        _legend(axes)

    return _plot("matches", "Match of photos of the catalogue and of other things", 3.2, draw)


def stages(document: Mapping[str, Any]) -> Plot | None:
    """What the median answer's time is made of, by kind of query."""
    found = document.get("stages_ms") or {}
    if not found:
        return None
    names = list(dict.fromkeys(stage for kind in found.values() for stage in kind))

    def draw(axes: Any) -> None:
        kinds = list(found)
        left = [0.0] * len(kinds)
        for number, stage in enumerate(names):
            values = [found[kind].get(stage, {}).get("p50", 0.0) for kind in kinds]
            color = COLORS[number % len(COLORS)]
            axes.barh(range(len(kinds)), values, left=left, height=0.62, color=color, label=stage)
            left = [a + b for a, b in zip(left, values, strict=True)]
        axes.set_yticks(range(len(kinds)), kinds)
        axes.invert_yaxis()
        axes.set_xlabel("ms, p50 of each stage")
        axes.grid(axis="x", alpha=0.25, color=INK)
        _legend(axes)

    return _plot("stages", "Milliseconds of each stage by kind of query", 1.3 + 0.42 * len(found), draw)


def sliced(one: Mapping[str, Any], most: int = 16) -> Plot | None:
    """One entry of the document's `slices`: hit@1 with intervals, at most `most` rows, the largest ones; the worst
    stands out, and rows too small to count for the gap are faint."""
    rows = list(one["rows"])[:most]
    if not rows:
        return None
    metric = one["metric"]

    def draw(axes: Any) -> None:
        for place, row in enumerate(rows):
            color = COLORS[1] if row["value"] == one["worst"] and one["gap"] else COLORS[0]
            counts = row["n"] >= LEAST
            _dot(axes, place, row[metric], row["low"], row["high"], color if counts else INK, 1.0 if counts else 0.35)
        axes.set_yticks(range(len(rows)), [f"{_short(row['value'])} ({row['n']})" for row in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        _percent(axes.xaxis, axes.set_xlim)
        axes.grid(axis="x", alpha=0.25, color=INK)

    alt = f"{_said(metric)} of {one['kind']} queries by {one['by']}, per cent, with 95 % intervals"
    return _plot(f"{one['kind']}-by-{one['by']}", alt, 0.75 + 0.29 * len(rows), draw)


def differences(compared: Mapping[str, Any], metrics: Sequence[str] = ()) -> Plot | None:
    """What `against` found: differences of some metrics in points with their 95 % intervals."""
    rows = [
        (kind, name, found)
        for kind, by_metric in compared["by_kind"].items()
        for name, found in by_metric.items()
        if (name in metrics if metrics else name == "hit@1" or name.startswith("ndcg"))
    ]
    if not rows:
        return None

    def draw(axes: Any) -> None:
        axes.axvline(0, color=INK, linewidth=1, alpha=_FAINT)
        for place, (_, _, found) in enumerate(rows):
            color = COLORS[0] if found["difference"] >= 0 else COLORS[1]
            _dot(axes, place, found["difference"], found["low"], found["high"], color)
        axes.set_yticks(range(len(rows)), [f"{kind}, {_said(name)}" for kind, name, _ in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlabel("difference in points; to the right this run is better")
        widest = max(1.0, *(100 * abs(found[end]) for _, _, found in rows for end in ("low", "high")))
        axes.set_xlim(-1.08 * widest, 1.08 * widest)
        axes.grid(axis="x", alpha=0.25, color=INK)

    return _plot("differences", "Differences to the other run, in points", 0.95 + 0.29 * len(rows), draw)


def all_of(document: Mapping[str, Any]) -> dict[str, Plot]:
    """Every figure that the document has something for, by name; of the slices those with a gap."""
    drawn = [quality(document), reliability(document), matches(document), stages(document)]
    drawn += [sliced(one) for one in document.get("slices") or [] if one["gap"]]
    if document.get("against"):
        drawn.append(differences(document["against"]))
    return {plot.name: plot for plot in drawn if plot is not None}


# ---------------------------------------------------------------------------------------- how a figure is made


def _plot(name: str, alt: str, height: float, draw: Draw) -> Plot:
    with _one_at_a_time, _style() as matplotlib:
        # Not pyplot: it keeps every figure, and is not made for threads.
        figure = matplotlib.figure.Figure(figsize=(WIDTH, height), layout="constrained")
        axes = figure.add_subplot()
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        draw(axes)
        svg, png = io.StringIO(), io.BytesIO()
        matplotlib.rcParams["svg.hashsalt"] = name
        figure.savefig(svg, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        figure.savefig(png, format="png", dpi=_DPI, facecolor="white")
    return Plot(name, alt, _inked(svg.getvalue(), name, alt), png.getvalue())


@contextmanager
def _style() -> Iterator[Any]:
    matplotlib = optional("matplotlib", "matplotlib", "Drawing figures")
    optional("matplotlib.figure", "matplotlib", "Drawing figures")
    fonts = optional("matplotlib.font_manager", "matplotlib", "Drawing figures")
    there = {font.name for font in fonts.fontManager.ttflist}
    inks = ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color")
    style = {
        **dict.fromkeys(inks, INK),
        "svg.fonttype": "none",
        "font.family": ["DejaVu Sans", *(name for name in _CJK if name in there)],
        "font.size": 9.5,
        "axes.linewidth": 0.8,
        "axes.axisbelow": True,
        "legend.frameon": False,
        # A title or a price may hold a dollar sign, which would begin a formula.
        "text.parse_math": False,
    }
    with matplotlib.rc_context(style):
        yield matplotlib


def _inked(svg: str, name: str, alt: str) -> str:
    """The drawing alone, in the page's ink and type, with ids that no other figure of the page has."""
    svg = svg[svg.index("<svg") :]
    svg = svg.replace(INK, "currentColor")
    svg = re.sub(r"font-family: [^;\"]+", "font-family: inherit", svg)
    svg = re.sub(r"font: ([\d.]+)px [^;\"]+", r"font-size: \1px", svg)
    prefix = re.sub(r"\W+", "-", name)
    svg = re.sub(r'\bid="', f'id="{prefix}-', svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\g<1>{prefix}-", svg)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # Its width is the page's business; the view box keeps its shape.
    svg = re.sub(r'^(<svg[^>]*?) width="[^"]*"', r"\1", svg)
    svg = re.sub(r'^(<svg[^>]*?) height="[^"]*"', r"\1", svg)
    return re.sub(r"^<svg", f'<svg class="plot" role="img" aria-label="{escape(alt)}"', svg)


def _dot(axes: Any, place: int, value: float, low: float, high: float, color: str, alpha: float = 1.0) -> None:
    """A value in [-1, 1] with its interval, on a line of per cent."""
    axes.plot((100 * low, 100 * high), (place, place), color=color, linewidth=2.2, alpha=0.55 * alpha, clip_on=False)
    axes.plot(100 * value, place, "o", color=color, markersize=6.5, alpha=alpha, clip_on=False, markeredgewidth=0)


def _legend(axes: Any) -> None:
    # Outside is as wide as the figure; above the axes alone, a fifth entry would be cut off.
    axes.figure.legend(loc="outside upper left", ncols=6, columnspacing=1.1, handlelength=1, handletextpad=0.5)


def _percent(axis: Any, limit: Callable[[float, float], Any]) -> None:
    limit(0, 100)
    axis.set_major_formatter(lambda value, _: f"{value:.0f} %")


def _said(metric: str) -> str:
    return {"mrr": "MRR"}.get(metric, metric.replace("ndcg", "nDCG").replace("map", "mAP"))


def _short(text: str, most: int = 26) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
