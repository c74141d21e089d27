"""The look at a catalogue before it is indexed: rows with pictures, columns and fields, and what is wrong."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from visearch.catalog.mapping import FIELDS
from visearch.catalog.preview import MOST_CHECKED, Preview, Row
from visearch.ui.markup import alert, button, esc, icon_text
from visearch.ui.texts import Say

MAIN = ("image", "title", "price", "category", "brand", "color", "description")
"""The fields that are shown at once; the others are folded away."""
_COLUMNS = 14
_PREFIX = "map_"


def mapping_of(sent: Mapping[str, Any]) -> dict[str, str]:
    """{field: column} of the form's selects; "" says that no column is the field."""
    given = {field: sent.get(_PREFIX + field) for field in FIELDS}
    return {field: column for field, column in given.items() if isinstance(column, str)}


def look_html(looked: Preview, which: Mapping[str, str], busy: bool, say: Say) -> str:
    """`which` names the catalogue in the form: {"upload": name} or {"hub": name}."""
    names = "".join(f'<input type="hidden" name="{name}" value="{esc(value)}">' for name, value in which.items())
    n = looked.usable if looked.total is None or looked.checked >= looked.total else looked.total
    off = " disabled" if looked.problem or busy else ""
    go = f'<button type="submit" class="pill primary" id="cat-go"{off}><span>{esc(_go(n, say))}</span></button>'
    away = button(say("cat_look_close"), 'data-do="close"', "pill")
    count = "" if looked.total is None else f" · {say('cat_rows', n=f'{looked.total:,}')}"
    return (
        f'<section class="sheet cat-look" aria-labelledby="cat-look-title"><h3 id="cat-look-title" tabindex="-1">'
        f"{esc(say('cat_look_title', name=looked.info.title))}<small>{esc(count)}</small></h3>"
        f"{alert(looked.problem) if looked.problem else ''}{_faults(looked, say)}{_table(looked, say)}"
        f'<form data-do="index" id="cat-map">{names}<h4>{esc(say("cat_map"))}</h4>'
        f'<p class="quiet">{esc(say("cat_map_hint"))}</p>{_selects(looked, say)}'
        f'<div class="row-actions cat-go">{go}{away}</div></form></section>'
    )


def _go(n: int, say: Say) -> str:
    return say("cat_go_one") if n == 1 else say("cat_go", n=f"{n:,}")


def _faults(looked: Preview, say: Say) -> str:
    if not looked.faults:
        key = "cat_fine" if looked.checked < MOST_CHECKED else "cat_fine_first"
        told = f'<p class="cat-fine">{icon_text("check", say(key, n=f"{looked.checked:,}"))}</p>'
        return "" if looked.problem else told
    lines = "".join(
        f"<li>{icon_text('warn', say(f'cat_fault_{kind}', n=f'{count:,}'))}</li>"
        for kind, count in sorted(looked.faults.items(), key=lambda pair: -pair[1])
    )
    rows = "".join(f"<tr><td>{esc(row)}</td><td>{esc(reason)}</td></tr>" for row, reason in looked.examples)
    more = (
        f'<details class="fold" id="cat-faults-more"><summary>{esc(say("cat_faults_which"))}</summary>'
        f'<div class="table-wrap cat-reasons" tabindex="0" role="region" aria-label="{esc(say("cat_reason"))}">'
        f'<table class="data-table"><tbody>{rows}</tbody></table></div></details>'
    )
    return f'<ul class="cat-faults">{lines}</ul>{more}'


def _table(looked: Preview, say: Say) -> str:
    fields = {part: field for field, column in looked.mapping.items() for part in column.split("|")}
    columns = sorted(looked.columns, key=lambda name: _place(fields.get(name)))[:_COLUMNS]
    head = "".join(f'<th scope="col">{esc(name)}{_tag(fields.get(name), say)}</th>' for name in columns)
    body = "".join(_row(row, columns, say) for row in looked.rows)
    label = esc(say("cat_first_rows"))
    return (
        f'<div class="table-wrap" tabindex="0" role="region" aria-label="{label}"><table class="data-table cat-rows">'
        f'<caption class="sr">{label}</caption><thead><tr><th scope="col"><span class="sr">{esc(say("cat_picture"))}'
        f"</span></th>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _place(field: str | None) -> int:
    order = [*MAIN[1:], *(name for name in FIELDS if name not in MAIN), "image"]
    return order.index(field) if field in order else len(order)


def _tag(field: str | None, say: Say) -> str:
    return f"<small>{esc(say(f'cat_field_{field}'))}</small>" if field else ""


def _row(row: Row, columns: Sequence[str], say: Say) -> str:
    if row.picture:
        data = base64.b64encode(row.picture).decode()
        picture = f'<img src="data:image/jpeg;base64,{data}" alt="" width="56" height="56">'
    else:
        picture = (
            f'<span class="cat-none" title="{esc(row.reason or say("no_picture"))}">{esc(say("no_picture"))}</span>'
        )
    cells = "".join(f"<td><div>{esc(row.cells.get(name, ''))}</div></td>" for name in columns)
    return f'<tr class="{"left-out" if row.reason else ""}"><td>{picture}</td>{cells}</tr>'


def _selects(looked: Preview, say: Say) -> str:
    rest = [field for field in FIELDS if field not in MAIN]
    used = any(looked.mapping.get(field) for field in rest if field != "id")
    first = "".join(_select(looked, field, say) for field in MAIN)
    others = "".join(_select(looked, field, say) for field in rest)
    return (
        f'<div class="cat-fields">{first}</div><details class="fold" id="cat-more-fields"{" open" if used else ""}>'
        f'<summary>{esc(say("cat_more_fields"))}</summary><div class="cat-fields">{others}</div></details>'
    )


def _select(looked: Preview, field: str, say: Say) -> str:
    chosen = looked.mapping.get(field, "")
    values = [*looked.columns] if not chosen or chosen in looked.columns else [chosen, *looked.columns]
    options = "".join(
        f'<option value="{esc(value)}"{" selected" if value == chosen else ""}>'
        f"{esc(value.replace('|', ' + '))}</option>"
        for value in values
    )
    none = f'<option value=""{"" if chosen else " selected"}>{esc(say("cat_no_column"))}</option>'
    return (
        f'<label class="labelled"><span>{esc(say(f"cat_field_{field}"))}</span>'
        f'<select name="{_PREFIX}{field}">{none}{options}</select></label>'
    )
