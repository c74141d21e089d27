"""The filter column: from facets to controls, and from controls to filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from visearch.filters import Facets
from visearch.types import FilterValue
from visearch.ui.cards import money
from visearch.ui.texts import Say

GROUPS = ("category", "subcategory", "brand")
"""The first of these fields that a catalogue fills becomes the list of checkboxes."""
MOST = 40


@dataclass(frozen=True)
class FilterPanel:
    """The controls, in the order in which `read` takes their values."""

    column: Any
    group: Any
    low: Any
    high: Any
    in_stock: Any
    on_offer: Any
    clear: Any
    toggle: Any

    @property
    def inputs(self) -> list[Any]:
        return [self.group, self.low, self.high, self.in_stock, self.on_offer]

    @property
    def outputs(self) -> list[Any]:
        """What `show` returns updates for."""
        return [self.column, *self.inputs]


def build_filter_panel(say: Say) -> FilterPanel:
    """Hidden until a catalogue says what can be filtered."""
    with gr.Column(elem_id="filters", scale=0, min_width=230, visible=False) as column:
        toggle = gr.Button(say("filters"), elem_id="filters-toggle", size="sm")
        with gr.Column(elem_id="filters-body"):
            group = gr.CheckboxGroup([], label=say("filter_category"), elem_id="filter-group")
            with gr.Row(elem_id="filter-price"):
                low = gr.Number(label=say("price_from"), minimum=0, precision=2, min_width=80)
                high = gr.Number(label=say("price_to"), minimum=0, precision=2, min_width=80)
            in_stock = gr.Checkbox(label=say("in_stock"), elem_id="filter-stock", min_width=80)
            on_offer = gr.Checkbox(label=say("on_offer"), elem_id="filter-offer", min_width=80)
            clear = gr.Button(say("clear_filters"), elem_id="filters-clear", size="sm")
    return FilterPanel(column, group, low, high, in_stock, on_offer, clear, toggle)


def field_of(facets: Facets) -> str:
    """The field behind the checkboxes, or an empty string."""
    return next((name for name in GROUPS if len(facets.values.get(name, ())) > 1), "")


def show(facets: Facets, say: Say) -> list[Any]:
    """Updates for `FilterPanel.outputs`: everything is set back, what the catalogue lacks is hidden."""
    field = field_of(facets)
    values = list(facets.values.get(field, ()))[:MOST]
    price = facets.ranges.get("price")
    stock, discount = facets.ranges.get("stock"), facets.ranges.get("discount")
    has_price = price is not None and price[0] < price[1]
    has_stock = stock is not None and stock[0] <= 0 < stock[1]
    has_offers = discount is not None and discount[1] > 0
    label = say(f"filter_{field}") if field else say("filter_category")
    choices = [(f"{name} ({count:,})", name) for name, count in values]
    return [
        gr.update(visible=bool(field) or has_price or has_stock or has_offers),
        gr.update(choices=choices, value=[], label=label, visible=bool(field)),
        _bound(price, 0, facets.currency, has_price),
        _bound(price, 1, facets.currency, has_price),
        gr.update(value=False, visible=has_stock),
        gr.update(value=False, visible=has_offers),
    ]


def _bound(price: tuple[float, float] | None, side: int, currency: str, visible: bool) -> Any:
    hint = money(price[side], currency) if price else ""
    return gr.update(value=None, placeholder=hint, visible=visible)


def read(
    facets: Facets, group: Sequence[str] | None, low: float | None, high: float | None, in_stock: bool, on_offer: bool
) -> dict[str, FilterValue]:
    """The engine's filters from the values of `FilterPanel.inputs`; untouched controls give none."""
    filters: dict[str, FilterValue] = {}
    field = field_of(facets)
    if group and field:
        filters[field] = tuple(group)
    bounds = {name: float(value) for name, value in (("min", low), ("max", high)) if value is not None}
    if bounds:
        filters["price"] = bounds
    if in_stock:
        filters["in_stock"] = True
    if on_offer:
        filters["on_offer"] = True
    return filters
