"""Escaping and the small parts that all views share: what a catalogue says never becomes markup."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from visearch.ui.icons import LENS, icon

SYMBOLS = {
    "USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "JPY": "¥", "INR": "₹", "KRW": "₩", "CAD": "CA$", "AUD": "A$"
}  # fmt: skip
# Control characters, and halves of characters, which no answer in UTF-8 can hold.
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]+")
# gr.HTML reads templates: without these three a value stays inert whatever a template does with it.
_TEMPLATE = str.maketrans({"{": "&#123;", "$": "&#36;", "`": "&#96;"})


def esc(value: object) -> str:
    """Text for HTML content and attributes; also inert inside a gr.HTML template."""
    return html.escape(_CONTROL.sub(" ", str(value))).translate(_TEMPLATE)


def marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` for HTML content, the parts from start to end of `spans` (ascending, apart) marked."""
    out, last = "", 0
    for start, end in spans:
        out += f"{esc(text[last:start])}<mark>{esc(text[start:end])}</mark>"
        last = end
    return out + esc(text[last:])


def sets(**changes: object) -> str:
    """The attribute of an element that changes these fields of the page's state when it is used."""
    return f'data-set="{esc(json.dumps(changes, ensure_ascii=False))}"'


def button(label: str, attributes: str = "", css: str = "", name: str = "", hide_label: bool = False) -> str:
    """A button with a text, an icon, or both; a hidden label is still read out and shown as a tip."""
    picture = icon(name) if name else ""
    if hide_label:
        told = f'aria-label="{esc(label)}" title="{esc(label)}"'
        return f'<button type="button" class="{css}" {told} {attributes}>{picture}</button>'
    return f'<button type="button" class="{css}" {attributes}>{picture}<span>{esc(label)}</span></button>'


def icon_text(name: str, text: str) -> str:
    """A short title with an icon before it."""
    return f'<strong class="icon-text">{icon(name)}<span>{esc(text)}</span></strong>'


def picture_button(label: str, source: str, told: Mapping[str, object], css: str) -> str:
    """A button that is a small picture; its label is read out and shown as a tip."""
    more = attributes({"aria-label": label, "title": label, **told})
    return (
        f'<button type="button" class="{css}" {more}><img src="{esc(source)}" alt="" width="56" height="56"></button>'
    )


def safe_url(url: str) -> str:
    """The address when it is plain http or https with a host, else an empty string."""
    try:
        parts = urlsplit(url.strip())
        return url.strip() if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def money(amount: float, currency: str) -> str:
    """`$1,899` or `18.50 SEK`: whole numbers without cents."""
    number = f"{amount:,.0f}" if float(amount).is_integer() else f"{amount:,.2f}"
    symbol = SYMBOLS.get(currency.upper())
    return f"{symbol}{number}" if symbol else f"{number} {currency}".strip()


def thumbnail_url(sha: str) -> str:
    """Relative, so that it also works behind a proxy's path."""
    return f"thumbs/{sha}.jpg" if sha else ""


def photo_url(key: str, area: str = "") -> str:
    """A kept photo, or a part of it as in `Photo.box`."""
    return f"photos/{key}/{area}.jpg" if area else f"photos/{key}.jpg"


def attributes(values: Mapping[str, object]) -> str:
    """`name="value"` pairs, escaped; a value of True is the bare name, None and False leave it out."""
    shown = [(name, value) for name, value in values.items() if value is not None and value is not False]
    return " ".join(name if value is True else f'{name}="{esc(value)}"' for name, value in shown)


def notice(title: str, hint: str = "", after: str = "") -> str:
    """A calm box where the results would be."""
    return f'<div class="notice">{LENS}<h2>{esc(title)}</h2><p>{esc(hint)}</p>{after}</div>'


def alert(message: str, hint: str = "", dismiss: str = "") -> str:
    """One sentence on what was wrong and one on what to do; `dismiss` labels the button that takes it away."""
    close = button(dismiss, 'data-act="dismiss"', "icon-button", "close", hide_label=True) if dismiss else ""
    return (
        f'<div class="alert" role="alert"><p><strong>{esc(message)}</strong> <span>{esc(hint)}</span></p>{close}</div>'
    )
