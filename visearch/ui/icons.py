"""The drawings of the page: one sprite of small icons, and the two that stand alone."""

from __future__ import annotations

from visearch.ui.static import static_url

LOGO = """
<svg class="logo" width="34" height="34" viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke-linecap="round">
<rect width="32" height="32" rx="9" fill="#136c54"/>
<path d="M8 12.5V10a2 2 0 0 1 2-2h2.5M19.5 8H22a2 2 0 0 1 2 2v2.5M8 19.5V22a2 2 0 0 0 2 2h2.5"
stroke="#fff" stroke-width="2"/>
<circle cx="16" cy="16" r="4.2" stroke="#fff" stroke-width="2"/>
<path d="m19.4 19.4 4.8 4.8" stroke="#f2b33d" stroke-width="2.6"/></svg>
""".replace("\n", " ").strip()

LENS = """
<svg class="lens" width="44" height="44" viewBox="0 0 48 48" aria-hidden="true" fill="none" stroke="currentColor"
stroke-width="3"><circle cx="21" cy="21" r="12"/><path d="m30 30 10 10" stroke-linecap="round"/></svg>
""".replace("\n", " ").strip()


def icon(name: str) -> str:
    """One symbol of assets/icons.svg, in the colour of the text around it."""
    source = f"{static_url('icons.svg')}#{name}"
    return f'<svg class="icon" width="20" height="20" aria-hidden="true"><use href="{source}"/></svg>'
