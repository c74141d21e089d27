"""The few drawings of the page, as inline SVG."""

from __future__ import annotations

LOGO = """
<svg class="logo" width="34" height="34" viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke-linecap="round">
<rect width="32" height="32" rx="9" fill="#136c54"/>
<path d="M8 12.5V10a2 2 0 0 1 2-2h2.5M19.5 8H22a2 2 0 0 1 2 2v2.5M8 19.5V22a2 2 0 0 0 2 2h2.5"
stroke="#fff" stroke-width="2"/>
<circle cx="16" cy="16" r="4.2" stroke="#fff" stroke-width="2"/>
<path d="m19.4 19.4 4.8 4.8" stroke="#f2b33d" stroke-width="2.6"/></svg>
""".replace("\n", " ").strip()

SIMILAR = """
<svg width="15" height="15" viewBox="0 0 20 20" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.6">
<rect x="2.5" y="2.5" width="10" height="10" rx="2.5"/>
<path d="M15.5 7.5a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2h-6a2 2 0 0 1-2-2"/></svg>
""".replace("\n", " ").strip()

LENS = """
<svg width="44" height="44" viewBox="0 0 48 48" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="3">
<circle cx="21" cy="21" r="12"/><path d="m30 30 10 10" stroke-linecap="round"/></svg>
""".replace("\n", " ").strip()
