"""How a delivery looks: where it comes in, how far it is, and its items with what was found."""

from __future__ import annotations

from collections import Counter
from urllib.parse import quote

from visearch.shop.supplier import Checked
from visearch.shop.supplier_copies import Copy
from visearch.shop.supplier_work import Delivery
from visearch.ui import cards
from visearch.ui.icons import icon
from visearch.ui.markup import attributes, button, esc, money, thumbnail_url
from visearch.ui.minis import product_link
from visearch.ui.rooms.desk.help import percent
from visearch.ui.texts import Say

KINDS = ("clean", "same", "variant", "conflict", "flaw", "broken")
_SAID = {"": "dsk_sup_kind_all"} | {name: f"dsk_sup_kind_{name}" for name in KINDS}
SHOWN = 60
"""Items on the page; all are in the table that is saved."""
_SCRIPT = ("type_not", "too_many", "sending", "packing", "broke_off")


def lead_html(say: Say) -> str:
    """What this is for."""
    return f'<p class="quiet dsk-lead">{esc(say("dsk_sup_lead"))}</p>'


def intake_html(say: Say) -> str:
    """Where files or a folder are chosen, and the example."""
    texts = attributes({f"data-{key.replace('_', '-')}": say.raw(f"dsk_sup_{key}") for key in _SCRIPT})
    files = button(say("dsk_sup_files"), 'data-files=""', "pill", "file")
    folder = button(say("dsk_sup_folder"), 'data-files="folder"', "pill only-wide", "catalogue")
    example = button(say("dsk_sup_example"), 'data-do="sup_example"', "pill primary", "recent")
    return (
        f'<div class="sup-intake picker" id="sup-intake" {texts}><div class="picker-ways"><div class="row-actions">'
        f'{example}{files}{folder}</div><p class="quiet">{esc(say("dsk_sup_files_hint"))}</p>'
        '<div id="sup-sending" role="status" hidden><div class="progress-line"><strong></strong><span></span></div>'
        f'<div class="track" role="progressbar" aria-label="{esc(say("dsk_sup_files"))}" aria-valuemin="0" '
        'aria-valuemax="100"><i></i></div></div></div></div>'
    )


def delivery_html(delivery: Delivery, kind: str, can_undo: bool, key: str, say: Say) -> str:
    """How far it is, what was found, and the items of one kind, or all."""
    kind = kind if kind in KINDS else ""
    shown = [(i, one) for i, one in enumerate(delivery.items) if not kind or kind in kinds_of(one)]
    rows = "".join(_item_html(i, one, delivery.decisions.get(i, ""), kind, key, say) for i, one in shown[:SHOWN])
    more = f'<p class="quiet">{esc(say("dsk_sup_more", n=len(shown) - SHOWN))}</p>' if len(shown) > SHOWN else ""
    return (
        f"{_head_html(delivery, can_undo, kind, key, say)}{_chips_html(delivery, kind, say)}"
        f'<ul class="sup-items" aria-label="{esc(say("dsk_sup_items"))}">{rows}</ul>{more}'
    )


def kinds_of(one: Checked) -> set[str]:
    """Under which of KINDS an item is found."""
    named = {one.kind} & set(KINDS)
    return (
        named
        | ({"conflict"} if one.conflicts else set())
        | ({"flaw"} if one.flaws else set())
        | ({"clean"} if one.clean else set())
    )


def _head_html(delivery: Delivery, can_undo: bool, kind: str, key: str, say: Say) -> str:
    counts = Counter(delivery.decisions.values())
    told = say("dsk_sup_told", n=len(delivery.items), yes=counts["accept"], no=counts["reject"])
    tools = []
    if delivery.busy:
        tools.append(button(say("dsk_sup_stop"), 'data-do="sup_stop"', "pill", "close"))
    else:
        stays = attributes({"data-kind": kind})
        tools.append(button(say("dsk_sup_clean"), f'data-do="sup_clean" {stays}', "pill primary", "check"))
        off = "" if can_undo else " disabled"
        tools.append(button(say("dsk_sup_undo"), f'data-do="sup_undo" {stays}{off}', "pill", "undo"))
        link = f"room/desk/decisions.csv?key={quote(key)}" if key else "room/desk/decisions.csv"
        saved = f"{icon('download')}<span>{esc(say('dsk_sup_csv'))}</span>"
        tools.append(f'<a class="pill" href="{esc(link)}" download>{saved}</a>')
        sure = attributes({"data-do": "sup_clear", "data-sure": say("dsk_sup_clear_sure")})
        tools.append(button(say("dsk_sup_clear"), sure, "pill", "trash"))
    return (
        f'<div class="sheet sup-head"><div><h3>{esc(delivery.name)}</h3><p class="quiet" role="status">'
        f'{esc(_state(delivery, told, say))}</p></div><div class="row-actions">{"".join(tools)}</div>'
        f"{_track(delivery, say)}</div>"
    )


def _state(delivery: Delivery, told: str, say: Say) -> str:
    if delivery.busy:
        return say("dsk_sup_running", done=delivery.done, total=delivery.total)
    if delivery.state == "failed":
        return delivery.error
    return f"{say('dsk_sup_stopped')} {told}" if delivery.state == "stopped" else told


def _track(delivery: Delivery, say: Say) -> str:
    if not delivery.busy:
        return ""
    share = round(100 * delivery.done / delivery.total) if delivery.total else 0
    label = attributes({"aria-label": say("dsk_sup_checking"), "aria-valuenow": share})
    return (
        f'<div class="track" role="progressbar" {label} aria-valuemin="0" aria-valuemax="100">'
        f'<i style="width:{share}%"></i></div>'
    )


def _chips_html(delivery: Delivery, kind: str, say: Say) -> str:
    counts = Counter(name for one in delivery.items for name in kinds_of(one))
    chips = [("", len(delivery.items)), *((name, counts[name]) for name in KINDS if counts[name])]
    shown = "".join(
        button(
            f"{say(_SAID[name])} {n}",
            attributes({"data-do": "sup_show", "data-kind": name, "aria-pressed": str(name == kind).lower()}),
            "pill small",
        )
        for name, n in chips
    )
    return f'<div class="row-actions sup-kinds" role="group" aria-label="{esc(say("dsk_sup_kinds"))}">{shown}</div>'


def _item_html(number: int, one: Checked, decision: str, kind: str, key: str, say: Say) -> str:
    source = f"room/desk/item/{number}.jpg" + (f"?key={quote(key)}" if key else "")
    image = f'<img src="{esc(source)}" alt="" width="120" height="120" loading="lazy">' if one.picture else ""
    title = cards.name_of(one.product, say)
    seen = [label for name in ("subcategory", "color", "material", "pattern") if (label := one.seen.best(name)[0])]
    told = "".join(f"<li>{text}</li>" for text in _findings(one, say))
    price = "" if one.product.price is None else f" · {esc(money(one.product.price, one.product.currency))}"
    shown = esc(say("dsk_sup_seen", what=", ".join(map(say.word, seen)))) if seen else ""
    return (
        f'<li class="sup-item {one.kind} {decision}"><div class="sup-pic">{image}</div><div class="sup-told">'
        f'<h4>{esc(title)}</h4><p class="quiet">{esc(one.product.id)}{price}</p><p class="quiet">{shown}</p>'
        f'<ul class="sup-findings">{told}</ul></div>{_ours_html(one.copies[:1], say)}'
        f'<div class="sup-decide">{_decide(number, title, decision, kind, say)}</div></li>'
    )


def _findings(one: Checked, say: Say) -> list[str]:
    """Badges, escaped."""
    badges = []
    if one.problem:
        badges.append(("warn", one.problem))
    if one.kind in ("same", "variant"):
        badges.append(("warn", say(f"dsk_sup_is_{one.kind}")))
    badges += [
        ("warn", say(f"dsk_sup_conflict_{c.field}", said=say.word(c.said), found=say.word(c.found)))
        for c in one.conflicts
    ]
    badges += [("warn", say(f"dsk_flaw_{flaw}")) for flaw in one.flaws]
    if one.clean:
        badges.append(("", say("dsk_sup_kind_clean")))
    return [f'<span class="badge-soft {css}">{esc(text)}</span>' for css, text in badges]


def _ours_html(copies: tuple[Copy, ...], say: Say) -> str:
    """Our product beside it."""
    if not copies:
        return '<div class="sup-ours"></div>'
    one = copies[0]
    title = cards.name_of(one.product, say)
    source = thumbnail_url(one.product.pictures[0] if one.product.pictures else "")
    image = f'<img src="{esc(source)}" alt="" width="88" height="88" loading="lazy">' if source else ""
    why = say("dsk_sup_by_code") if one.code else f"{percent(one.same + one.variant)}%"
    return (
        f'<a class="sup-ours" href="{esc(product_link(one.product.id))}">{image}<span><small>{esc(say("dsk_sup_ours"))}'
        f"</small>{esc(title)}<small>{esc(why)}</small></span></a>"
    )


def _decide(number: int, title: str, decision: str, kind: str, say: Say) -> str:
    made = []
    for name, key, picture in (("accept", "dsk_sup_accept", "check"), ("reject", "dsk_sup_reject", "close")):
        pressed = decision == name
        told = {
            "data-do": "sup_decide",
            "data-number": number,
            "data-kind": kind,
            "data-decision": "" if pressed else name,
            "aria-pressed": str(pressed).lower(),
            "aria-label": f"{say(key)}: {title}",
        }
        made.append(button(say(key), attributes(told), f"pill small {name}", picture))
    return "".join(made)
