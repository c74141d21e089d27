"""What answers now, and how far the next one is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from visearch.ui.header import bar_html, stage_text
from visearch.ui.markup import alert, attributes, button, esc, safe_url, thumbnail_url
from visearch.ui.texts import Say, knows

if TYPE_CHECKING:
    from visearch.live import Status
    from visearch.store import Manifest, OpenIndex

SHOWN = 14


def now_html(status: Status, opened: OpenIndex | None, may: bool, say: Say) -> str:
    """The card of the catalogue that answers."""
    if opened is None:
        told = alert(f"{say('failed_short')}.", status.error) if status.error else ""
        waiting = "" if told else f'<p class="quiet">{esc(say("cat_none_yet"))}</p>'
        return f'<div class="sheet">{told}{waiting}</div>'
    manifest = opened.manifest
    title = str(manifest.catalog.get("title") or manifest.catalog["id"])
    undo = ""
    if status.before and may:
        undo = button(say("cat_undo", name=status.before), 'data-do="undo"', "pill small", "undo")
    return (
        f'<div class="sheet cat-now"><div class="cat-now-head"><div><span class="badge-soft"><span class="dot"></span>'
        f'{esc(say("cat_now"))}</span><h3>{esc(title)}</h3></div><div class="row-actions">{undo}</div></div>'
        f"{_pictures(opened)}{_facts(manifest, say)}{_skipped(manifest, say)}</div>"
    )


def _pictures(opened: OpenIndex) -> str:
    """A row of products from all over the catalogue, to know it by."""
    with_picture = [product for product in opened.products if product.pictures]
    step = max(1, len(with_picture) // SHOWN)
    images = "".join(
        f'<img src="{thumbnail_url(product.pictures[0])}" alt="" width="96" height="96" loading="lazy">'
        for product in with_picture[::step][:SHOWN]
    )
    return f'<div class="cat-strip" aria-hidden="true">{images}</div>'


def _facts(manifest: Manifest, say: Say) -> str:
    source = safe_url(str(manifest.catalog.get("source") or ""))
    licence = esc(str(manifest.catalog.get("licence") or say("cat_licence_none")))
    if source:
        more = attributes({"href": source, "target": "_blank", "rel": "noopener noreferrer"})
        licence += f" · <a {more}>{esc(say('cat_source'))}</a>"
    key = f"cat_index_{manifest.index_kind}"
    kind = say(key) if knows(key) else manifest.index_kind
    facts = (
        ("cat_products", f"{manifest.products:,}"),
        ("cat_pictures", f"{manifest.pictures:,}"),
        ("cat_model", str(manifest.model.get("name", ""))),
        ("cat_index", kind),
        ("cat_built", built(manifest.created)),
    )
    told = "".join(f"<div><dt>{esc(say(key))}</dt><dd>{esc(value)}</dd></div>" for key, value in facts)
    return f'<dl class="facts-list">{told}<div><dt>{esc(say("cat_licence"))}</dt><dd>{licence}</dd></div></dl>'


def built(created: str) -> str:
    """`2026-11-22 10:31 UTC` of an ISO 8601 time in UTC."""
    return f"{created[:10]} {created[11:16]} UTC" if len(created) >= 16 else created


def _skipped(manifest: Manifest, say: Say) -> str:
    if not manifest.skipped:
        return f'<p class="quiet">{esc(say("cat_skipped_none"))}</p>'
    rows = "".join(
        f"<tr><td>{esc(entry.get('row', ''))}</td><td>{esc(entry.get('reason', ''))}</td></tr>"
        for entry in manifest.skipped_first
    )
    head = f"<tr><th>{esc(say('cat_row'))}</th><th>{esc(say('cat_reason'))}</th></tr>"
    more = ""
    if manifest.skipped > len(manifest.skipped_first):
        more = f'<p class="quiet">{esc(say("cat_skipped_first", n=len(manifest.skipped_first)))}</p>'
    return (
        '<details class="fold" id="cat-skipped">'
        f"<summary>{esc(say('cat_skipped', n=f'{manifest.skipped:,}'))}</summary>"
        f'<div class="table-wrap cat-reasons" tabindex="0" role="region" aria-label="{esc(say("cat_reason"))}">'
        f'<table class="data-table"><thead>{head}</thead><tbody>{rows}</tbody></table></div>{more}</details>'
    )


def progress_html(status: Status, may: bool, say: Say) -> str:
    """The bar of what is being prepared, or why the last try failed."""
    if status.failed:
        return f'<div class="told">{alert(say("cat_failed"), status.failed)}</div>'
    if status.state not in ("switching", "indexing"):
        return ""
    title = say("cat_preparing", name=status.wanted) if status.wanted else say("preparing_next")
    cancel = button(say("cat_cancel"), 'data-do="cancel"', "pill small", "close") if may and status.wanted else ""
    return (
        f'<div class="sheet cat-progress" role="status"><div class="progress-line"><strong>{esc(title)}</strong>'
        f"<span>{esc(_pace(status, say))}</span></div>{bar_html(status, title)}"
        f'<div class="cat-progress-foot"><p class="quiet">{esc(say("cat_meanwhile"))}</p>{cancel}</div></div>'
    )


def _pace(status: Status, say: Say) -> str:
    stage, left = stage_text(status, say), status.left_s(time.monotonic())
    if left is None or left < 2:
        return stage
    told = say("cat_left_min", n=round(left / 60)) if left >= 90 else say("cat_left_s", n=max(1, round(left)))
    return f"{stage} · {told}"
