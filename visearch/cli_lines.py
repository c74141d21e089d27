"""What the command line prints for people: each function takes the document that --json prints."""

from __future__ import annotations

from typing import Any


def index_lines(d: dict[str, Any]) -> list[str]:
    """Of `index`."""
    lines = [
        f"{d['products']} products, {d['pictures']} pictures in {d['seconds']:g} s "
        f"({d['embedded']} embedded, {d['cached']} known already), model {d['model']}",
        f"{'shard' if 'shard' in d else 'index'}: {d['path']}",
    ]
    if "server" in d:
        lines.append(f"answers from {d['server']}; the index above only holds what was brought there")
    if d["skipped"]:
        lines.append(f"left out: {d['skipped']}")
        lines += [f"  {s['row']}: {s['reason']}" for s in d["skipped_first"][:5]]
    return lines


def detect_lines(d: dict[str, Any]) -> list[str]:
    """Of `detect`."""
    lines = []
    for place, b in enumerate(d["boxes"], 1):
        corners = ",".join(f"{b[name]:g}" for name in ("x0", "y0", "x1", "y1"))
        lines.append(f"{place:3d}. {b['score']:.2f}  {b['label']}  --box {corners}")
    return [*(lines or ["No boxes."]), f"{d['detector']}, {d['timings_ms']['total']:.0f} ms"]


def search_lines(d: dict[str, Any]) -> list[str]:
    """Of `search`."""
    said = ", ".join(f"{term['key']} ({term['said']})" for term in d["understood"])
    lines = [*([f"Understood: {said}; --plain leaves the words plain."] if said else []), *d["notes"]]
    for place, hit in enumerate(d["hits"], 1):
        price = "" if hit["price"] is None else f"  {hit['price']:g} {hit['currency']}"
        lines.append(f"{place:3d}. {hit['match']:5.1f}  {hit['title'] or hit['id']}  [{hit['id']}]{price}")
    if not d["hits"]:
        lines.append("No product passes these filters.")
    return [*lines, f"{d['model']} on {d['index']}, {d['timings_ms'].get('total', 0):.0f} ms"]


def bench_lines(d: dict[str, Any]) -> list[str]:
    """Of `bench`."""
    machine, pace = d["machine"], d["indexing"]
    lines = [
        f"{machine['threads']} threads, {machine['runtime']}, median of {machine['rounds']} turns; "
        "a ratio above 1 means faster than the baseline",
        f"{'':24s} {'ours':>10s} {'baseline':>10s} {'ratio':>7s}",
        f"{'indexing, products/s':24s} {pace['products_per_s']:10.1f} {pace['baseline_products_per_s']:10.1f} "
        f"{pace['ratio']:7.2f}",
    ]
    for key, name in _BENCH_ROWS.items():
        row = d[key]
        lines += [
            f"{name + ', p50 ms':24s} {row['p50_ms']:10.1f} {row['baseline_p50_ms']:10.1f} {row['ratio']:7.2f}",
            f"{'  p95 ms':24s} {row['p95_ms']:10.1f} {row['baseline_p95_ms']:10.1f}",
        ]
    memory = d["memory"]
    lines.append(f"{'memory, peak MB':24s} {memory['peak_mb']:10.0f} {memory['baseline_peak_mb']:10.0f}")
    page = d.get("first_page")
    if page:
        lines.append(f"{'first page, s':24s} {d['first_page_s']:10.2f} {page['bare_page_s']:10.2f}")
        answers = page["first_start"]["answers_s"], page["second_start"]["answers_s"]
        lines.append(f"first answer after {answers[0]:.1f} s at the first start, {answers[1]:.1f} s later")
    for name, found in d.get("architectures", {}).items():
        lines += [f"{name}: {found['error']}"] if "error" in found else _architecture_lines(name, found)
    return lines


_BENCH_ROWS = {
    "photo_query": "photo",
    "photo_query_one_look": "photo's box",
    "photo_and_boxes": "photo and boxes",
    "text_query": "words",
    "text_to_picture_query": "words on pictures alone",
    "users_8": "8 users, photo",
}


def _architecture_lines(name: str, found: dict[str, Any]) -> list[str]:
    lines = [f"{name} (random weights, {found['runtime']})"]
    for key, what in (("image_ms", "a picture"), ("image_batch_ms", "a picture of 8"), ("text_ms", "a text")):
        row = found[key]
        lines.append(f"{f'  {what}, ms':24s} {row['ms']:10.1f} {row['baseline_ms']:10.1f} {row['ratio']:7.2f}")
    return lines
