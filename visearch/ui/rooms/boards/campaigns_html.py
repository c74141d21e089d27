"""Campaigns as HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from visearch.shop.campaigns import COMING, ENDED, MOST_SLOTS, RUNNING, Campaign
from visearch.shop.campaigns_kept import Plan
from visearch.types import Product
from visearch.ui.cards import name_of
from visearch.ui.markup import attributes, button, esc
from visearch.ui.minis import mini_html, product_link, products_of
from visearch.ui.rooms.pieces import empty_html, sheet_html
from visearch.ui.texts import Say

_SHOWN = 8


@dataclass(frozen=True)
class Budget:
    """A question and its marked places: the campaign, the product and the place from 1 of each."""

    question: str
    places: tuple[tuple[Campaign, Product, int], ...]


def title_of(campaign: Campaign, say: Say) -> str:
    """The name in the page's language where there is one."""
    return (say.language == "zh" and campaign.name_zh) or campaign.name


def list_html(plan: Plan, today: date, known: Mapping[str, Product], may: bool, say: Say) -> str:
    """Running ones first, then those to come, then the ended."""
    groups = []
    for state in (RUNNING, COMING, ENDED):
        mine = [one for one in plan.campaigns if one.state(today) == state]
        groups += [_campaign(one, state, known, may, say) for one in mine]
    return (
        f'<div class="camps">{"".join(groups)}</div>' if groups else empty_html(say("camp_none"), say("camp_none_hint"))
    )


def _campaign(one: Campaign, state: str, known: Mapping[str, Product], may: bool, say: Say) -> str:
    products = products_of(known, one.product_ids)
    minis = "".join(mini_html(product, say, _note(product, say)) for product in products[:_SHOWN])
    rest = len(products) - _SHOWN
    more = f'<span class="quiet">{esc(say("camp_more", n=rest))}</span>' if rest > 0 else ""
    acts = ""
    if may:
        told = attributes(
            {"data-do": "camp_remove", "data-name": one.name, "data-sure": say("camp_sure", name=one.name)}
        )
        acts = button(
            say("camp_edit"), attributes({"data-do": "camp_edit", "data-name": one.name}), "pill small", "draw"
        )
        acts = f'<div class="row-actions">{acts}{button(say("camp_remove"), told, "pill small", "trash")}</div>'
    facts = say("camp_facts", start=one.start, end=one.end, slots=one.slots, n=len(products))
    css = "" if state == RUNNING else " warn" if state == COMING else " over"
    return (
        f'<article class="camp {state}"><div class="camp-head"><div><h4>{esc(title_of(one, say))} '
        f'<span class="badge-soft{css}">{esc(say(f"camp_{state}"))}</span></h4><p class="quiet">{esc(facts)}</p></div>'
        f'{acts}</div><div class="minis">{minis}{more}</div></article>'
    )


def _note(product: Product, say: Say) -> str:
    return say("camp_sold_out") if product.stock is not None and product.stock <= 0 else ""


def faults_html(plan: Plan, say: Say) -> str:
    """What is wrong, line by line."""
    if plan.problem:
        return f'<p class="camp-problem">{esc(plan.problem)}</p>'
    if not plan.faults:
        return ""
    rows = "".join(
        f'<tr><td class="number">{one.row}</td><td>{esc(say(f"camp_fault_{one.kind}", value=one.value))}</td></tr>'
        for one in plan.faults[:100]
    )
    label = esc(say("camp_faults", n=len(plan.faults)))
    return (
        f'<details class="fold" open><summary>{label}</summary><div class="table-wrap" tabindex="0" role="region" '
        f'aria-label="{label}"><table class="data-table"><thead><tr><th scope="col">{esc(say("camp_line"))}</th>'
        f'<th scope="col">{esc(say("camp_wrong"))}</th></tr></thead><tbody>{rows}</tbody></table></div></details>'
    )


def budget_html(questions: str, rows: Sequence[Budget] | str, say: Say) -> str:
    """The questions to try, and what campaigns get of them. `rows` is "" before anybody asked."""
    lines = min(12, max(3, questions.count("\n") + 1))
    label = esc(say("camp_questions"))
    form = (
        f'<form data-do="camp_budget" class="camp-ask"><label class="labelled"><span>{label}</span>'
        f'<textarea name="questions" rows="{lines}" maxlength="3000">{esc_lines(questions)}</textarea></label>'
        f'<button type="submit" class="pill"><span>{esc(say("camp_count"))}</span></button></form>'
    )
    table = _budget_table(rows, say) if not isinstance(rows, str) else ""
    inside = sheet_html(say("camp_budget"), form + table, say("camp_budget_hint"))
    return inside if table else f'<div id="camp-budget">{inside}</div>'


def esc_lines(text: str) -> str:
    """Escaped, its line ends kept."""
    return "\n".join(esc(line) for line in text.split("\n"))


def _budget_table(rows: Sequence[Budget], say: Say) -> str:
    body = "".join(
        f"<tr><td>{esc(row.question)}</td><td>{_places(row, say) or esc(say('camp_no_place'))}</td></tr>"
        for row in rows
    )
    used = Counter(title_of(campaign, say) for row in rows for campaign, _, _ in row.places)
    told = ", ".join(say("camp_used", name=name, n=n, of=len(rows)) for name, n in used.items())
    label = esc(say("camp_budget"))
    return (
        f'<p class="camp-total">{esc(told or say("camp_none_used"))}</p>'
        '<div class="table-wrap" tabindex="0" role="region" '
        f'aria-label="{label}"><table class="data-table"><thead><tr><th scope="col">{esc(say("camp_question"))}</th>'
        f'<th scope="col">{esc(say("camp_places"))}</th></tr></thead><tbody>{body}</tbody></table></div>'
    )


def _places(row: Budget, say: Say) -> str:
    return "<br>".join(
        f"{esc(say('camp_place', n=place, name=title_of(campaign, say)))} "
        f'<a href="{esc(product_link(product.id))}">{esc(name_of(product, say))}</a>'
        for campaign, product, place in row.places
    )


def owner_html(one: Campaign | None, own: bool, say: Say) -> str:
    """The form for one campaign, and the table as a file."""
    fields = (
        _input("name", say("camp_name"), one.name if one else "", say, required=True)
        + _input("name_zh", say("camp_name_zh"), one.name_zh if one else "", say)
        + _input("start", say("camp_start"), one.start if one else "", say, "date", True)
        + _input("end", say("camp_end"), one.end if one else "", say, "date", True)
    )
    slots = "".join(
        f"<option{' selected' if one and one.slots == n else ''}>{n}</option>" for n in range(1, MOST_SLOTS + 1)
    )
    ids = esc("|".join(one.product_ids)) if one else ""
    save = f'<button type="submit" class="pill primary"><span>{esc(say("camp_save"))}</span></button>'
    was = f'<input type="hidden" name="was" value="{esc(one.name)}">' if one else ""
    form = (
        f'<form data-do="camp_save" class="camp-form" autocomplete="off">{was}{fields}<label class="labelled"><span>'
        f'{esc(say("camp_slots"))}</span><select name="slots">{slots}</select></label>'
        f'<label class="labelled wide"><span>{esc(say("camp_ids"))}</span>'
        f'<textarea name="product_ids" rows="3" required>{ids}</textarea></label>'
        f'<div class="row-actions">{save}</div></form>'
    )
    table = button(say("camp_upload"), "data-table", "pill", "file")
    example = f'<a class="pill" href="room/boards/campaigns-example.csv" download>{esc(say("camp_example"))}</a>'
    reset = button(
        say("camp_reset"), attributes({"data-do": "camp_reset", "data-sure": say("camp_reset_sure")}), "pill"
    )
    files = f'<div class="row-actions camp-files">{table}{example}{reset if own else ""}</div>'
    return sheet_html(say("camp_change" if one else "camp_new"), form + files, say("camp_own_hint"))


def _input(name: str, label: str, value: object, say: Say, kind: str = "text", required: bool = False) -> str:
    must = " required" if required else ""
    return (
        f'<label class="labelled"><span>{esc(label)}</span><input name="{name}" type="{kind}" maxlength="80" '
        f'value="{esc(value)}"{must}></label>'
    )
