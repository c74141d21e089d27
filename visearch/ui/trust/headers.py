"""What every answer tells the browser to forbid."""

from __future__ import annotations

import base64
import hashlib
import re

_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.S | re.I)
SPACE_FRAMES = ("https://huggingface.co", "https://*.hf.space")

POLICY = {
    "default-src": ("'none'",),
    # gr.HTML makes functions of its templates and of js_on_load, which needs eval; the page's own few scripts within
    # the HTML are named by their hashes, so that none that somebody slipped in runs.
    "script-src": ("'self'", "'unsafe-eval'"),
    # Gradio and the cards set styles on elements. Styles can draw, but not run.
    "style-src": ("'self'", "'unsafe-inline'"),
    # data: for the page's icon, blob: for the photo that is being sent.
    "img-src": ("'self'", "data:", "blob:"),
    "font-src": ("'self'", "data:"),
    "connect-src": ("'self'",),
    "media-src": ("'self'", "blob:"),
    "manifest-src": ("'self'",),
    "base-uri": ("'self'",),
    "form-action": ("'self'",),
    "object-src": ("'none'",),
}
"""The Content-Security-Policy of the page (W3C CSP Level 3), as narrow as Gradio runs under."""

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin-allow-popups",
}
"""On every answer."""

CLOSED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""The policy of what is no page: nothing in it runs, whatever it holds."""


def page_policy(html: bytes, frames: tuple[str, ...] = ()) -> str:
    """The policy for a page: its scripts within by hash, and who may show it in a frame beside its own origin."""
    hashes = tuple(f"'sha256-{_digest(script)}'" for script in _SCRIPT.findall(html))
    named = {**POLICY, "script-src": POLICY["script-src"] + hashes, "frame-ancestors": ("'self'", *frames)}
    return "; ".join(f"{name} {' '.join(values)}" for name, values in named.items())


def _digest(script: bytes) -> str:
    return base64.b64encode(hashlib.sha256(script).digest()).decode()


def frames_of(space: str, wanted: str) -> tuple[str, ...]:
    """Who may frame the page: a Space's own surroundings, and the origins of VISEARCH_FRAMES (blanks between)."""
    given = tuple(one for one in wanted.split() if re.fullmatch(r"https?://[\w.*-]+(:\d+)?", one))
    return (SPACE_FRAMES if space else ()) + given
