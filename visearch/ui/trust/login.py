"""The page to sign in, before anything else is shown; without a script, so that it works everywhere."""

from __future__ import annotations

from visearch.errors import VisearchError
from visearch.ui import icons
from visearch.ui.markup import esc
from visearch.ui.texts import LANGUAGE_NAMES, LANGUAGE_TAGS, Say
from visearch.ui.texts.errors import sentence

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
main { width: min(22rem, calc(100vw - 2rem)); }
h1 { display: flex; gap: .6rem; align-items: center; font-size: 1.5rem; margin: 0 0 .25rem; }
h1 svg { width: 2rem; height: 2rem; }
p { margin: 0 0 1rem; }
label { display: block; margin: 0 0 1rem; font-weight: 600; }
input { display: block; width: 100%; box-sizing: border-box; margin-top: .3rem; padding: .7rem .8rem; font: inherit;
  border: 1px solid color-mix(in srgb, currentColor 45%, transparent); border-radius: .6rem; background: Field;
  color: FieldText; }
button { width: 100%; padding: .8rem; font: inherit; font-weight: 600; border: 0; border-radius: .6rem;
  background: #14694b; color: #fff; cursor: pointer; }
button:hover { background: #0f5239; }
:focus-visible { outline: 3px solid #4fb389; outline-offset: 2px; }
.told { padding: .7rem .9rem; border-radius: .6rem; border: 1px solid #dc2626; }
"""


def login_html(language: str, error: VisearchError | None = None) -> str:
    """The whole page in `language`, with what was wrong the last time."""
    say = Say(language)
    told = f'<p class="told" role="alert">{esc(" ".join(sentence(error, language)).strip())}</p>' if error else ""
    return (
        f'<!doctype html><html lang="{LANGUAGE_TAGS[language]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{esc(say('sign_in'))} · {esc(say('app'))}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{icons.LOGO}{esc(say('app'))}</h1><p>{esc(say('sign_in_hint'))}</p>{told}"
        f'<form method="post" action="login"><label>{esc(say("sign_in_name"))}'
        '<input name="name" autocomplete="username" required autofocus></label>'
        f"<label>{esc(say('sign_in_password'))}"
        '<input name="password" type="password" autocomplete="current-password" required></label>'
        f"<button>{esc(say('sign_in'))}</button></form></main></body></html>"
    )


def language_for(accepted: str) -> str:
    """The page's language for an Accept-Language header: the first of ours that it names, else English."""
    wanted = (part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))
    return next((name for name in wanted if name in LANGUAGE_NAMES), "en")
