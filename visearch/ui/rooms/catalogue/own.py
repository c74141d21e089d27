"""The forms for a catalogue of one's own and for a data set of the hub by name."""

from __future__ import annotations

from visearch.ui.icons import icon
from visearch.ui.markup import attributes, button, esc
from visearch.ui.texts import Say
from visearch.uploads import LIMITS

_EXAMPLE = (
    ("id", "title", "category", "price", "image"),
    ("mug-1", "Moss green mug", "Mugs", "18.50", "mug-1.jpg"),
    ("bag-7", "Red leather handbag", "Bags", "129", "photos/bag-7.png"),
)


def own_html(say: Say) -> str:
    """The place where files are dropped, what is said about them, and the button that sends them."""
    limits = {f"data-most{ending.replace('.', '-')}": most for ending, most in LIMITS.items()}
    more = attributes({"accept": ",".join(LIMITS), "multiple": True, **limits})
    fields = (
        f'<label class="labelled"><span>{esc(say("cat_name"))}</span>'
        '<input id="cat-title" name="title" maxlength="40" autocomplete="off" required></label>'
        f'<label class="labelled"><span>{esc(say("cat_licence"))} <small>({esc(say("cat_optional"))})</small></span>'
        '<input id="cat-licence" name="licence" maxlength="80" autocomplete="off" placeholder="CC BY 4.0"></label>'
    )
    return (
        '<section class="sheet cat-own" aria-labelledby="cat-own-title">'
        f'<h3 id="cat-own-title">{esc(say("cat_own"))}</h3>'
        f'<form id="cat-upload" {_texts(say)}><div class="cat-drop" id="cat-drop">{icon("file")}'
        f"<p><strong>{esc(say('cat_drop'))}</strong><span>{esc(say('cat_drop_hint'))}</span></p>"
        f"{button(say('cat_choose'), 'data-pick', 'pill', 'picture')}"
        f'<input id="cat-files" type="file" {more} aria-label="{esc(say("cat_choose"))}" tabindex="-1" hidden></div>'
        f'<div id="cat-chosen" hidden><ul id="cat-list"></ul><div class="cat-fields">{fields}</div>'
        f'<div class="row-actions"><button type="submit" class="pill primary"><span>{esc(say("cat_upload"))}</span>'
        f"</button>{button(say('cat_cancel'), 'data-forget', 'pill')}</div></div>"
        '<div id="cat-sending" role="status" hidden><div class="progress-line"><strong></strong><span></span></div>'
        f'<div class="track" role="progressbar" aria-label="{esc(say("cat_upload"))}" aria-valuemin="0" '
        'aria-valuemax="100"><i></i></div>'
        f'<div class="row-actions">{button(say("cat_cancel"), "data-stop", "pill small", "close")}</div></div></form>'
        f"{_help(say)}</section>"
    )


def _texts(say: Say) -> str:
    """What the script says by itself."""
    keys = (
        "cat_type_not",
        "cat_type_hint",
        "cat_too_big",
        "cat_sending",
        "cat_unpacking",
        "cat_broke_off",
        "cat_only_zip",
    )
    return attributes({f"data-{key.replace('_', '-')}": say.raw(key) for key in keys})


def _help(say: Say) -> str:
    head, *rows = _EXAMPLE
    cells = "".join(f'<th scope="col">{esc(name)}</th>' for name in head)
    body = "".join("<tr>" + "".join(f"<td>{esc(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    label = esc(say("cat_help"))
    return (
        f'<details class="fold" id="cat-help"><summary>{label}</summary>'
        f'<p class="quiet">{esc(say("cat_help_told"))}</p>'
        f'<div class="table-wrap" tabindex="0" role="region" aria-label="{label}"><table class="data-table">'
        f"<thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


def hub_html(offline: bool, presets: str, say: Say) -> str:
    """Any data set of the Hugging Face hub by its name, and the known ones."""
    off = " disabled" if offline else ""
    told = f'<p class="quiet">{esc(say("cat_hub_offline" if offline else "cat_hub_hint"))}</p>'
    return (
        '<section class="sheet cat-hub" aria-labelledby="cat-hub-title">'
        f'<h3 id="cat-hub-title">{esc(say("cat_hub"))}</h3>'
        f'{told}<form data-do="look" class="door-line"><label class="sr" for="cat-hub-name">{esc(say("cat_hub_name"))}'
        f'</label><input id="cat-hub-name" name="hub" required maxlength="200" autocomplete="off" spellcheck="false" '
        f'placeholder="hf:ORG/NAME"{off}><button type="submit" class="pill"{off}><span>{esc(say("cat_look"))}</span>'
        f'</button></form><div id="cat-presets">{presets}</div></section>'
    )
