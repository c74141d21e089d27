"""Colours, type and corners of the page: warm paper, dark ink, one green; the same by night."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.themes.utils import colors, fonts, sizes

# One accent and one warm grey scale; style.css takes everything from here through CSS variables.
ACCENT = colors.Color(
    name="pine",
    c50="#eef7f3",
    c100="#d6ece2",
    c200="#aedac8",
    c300="#7dc1a8",
    c400="#4ba486",
    c500="#25866a",
    c600="#136c54",
    c700="#0f5745",
    c800="#0e4538",
    c900="#0c392f",
    c950="#05201b",
)
PAPER = colors.Color(
    name="paper",
    c50="#faf9f7",
    c100="#f3f1ed",
    c200="#e7e4de",
    c300="#d3cfc7",
    c400="#a8a39a",
    c500="#777269",
    c600="#5b574f",
    c700="#433f39",
    c800="#2a2825",
    c900="#1c1b19",
    c950="#121110",
)


def theme() -> Any:
    """The gr.themes.Base of the page; its font comes with Gradio, so nothing is fetched from elsewhere."""
    # Of the bundled weights only Regular and Bold have the whole alphabet.
    plex = fonts.LocalFont("IBM Plex Sans", weights=(400, 700))
    base = gr.themes.Base(
        primary_hue=ACCENT,
        secondary_hue=ACCENT,
        neutral_hue=PAPER,
        radius_size=sizes.radius_lg,
        font=(plex, "system-ui", "PingFang SC", "Noto Sans CJK SC", "sans-serif"),
        font_mono=("ui-monospace", "Consolas", "monospace"),
    )
    return base.set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        body_text_color="*neutral_900",
        body_text_color_dark="*neutral_100",
        body_text_color_subdued="#6b665d",
        body_text_color_subdued_dark="*neutral_400",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="*neutral_900",
        background_fill_secondary="*neutral_100",
        background_fill_secondary_dark="*neutral_800",
        border_color_primary="*neutral_200",
        border_color_primary_dark="#37342f",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_border_width_dark="0px",
        block_shadow="none",
        block_padding="0px",
        block_title_text_color="*neutral_700",
        block_title_text_color_dark="*neutral_300",
        block_title_text_weight="600",
        input_background_fill="#ffffff",
        input_background_fill_dark="*neutral_900",
        input_border_color="*neutral_300",
        input_border_color_dark="*neutral_700",
        input_border_color_focus="*primary_600",
        input_border_color_focus_dark="*primary_400",
        input_placeholder_color="#77726a",
        input_placeholder_color_dark="*neutral_400",
        input_border_width="1px",
        input_radius="*radius_md",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_hover_dark="*primary_500",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#ffffff",
        button_secondary_background_fill="transparent",
        button_secondary_background_fill_dark="transparent",
        button_secondary_border_color="*neutral_300",
        button_secondary_border_color_dark="*neutral_700",
        checkbox_background_color_selected="*primary_600",
        checkbox_background_color_selected_dark="*primary_500",
        checkbox_border_color_selected="*primary_600",
        checkbox_border_color_selected_dark="*primary_500",
        checkbox_label_background_fill="transparent",
        checkbox_label_background_fill_dark="transparent",
        checkbox_label_background_fill_hover="transparent",
        checkbox_label_background_fill_hover_dark="transparent",
        checkbox_label_background_fill_selected="transparent",
        checkbox_label_background_fill_selected_dark="transparent",
        checkbox_label_text_color_selected="*neutral_900",
        checkbox_label_text_color_selected_dark="*neutral_100",
        checkbox_label_border_width="0px",
        checkbox_label_border_width_dark="0px",
        checkbox_label_padding="0px",
        slider_color="*primary_600",
        slider_color_dark="*primary_400",
    )
