"""The results: the line above them, their order, the cards, and what stands there when there are none."""

from __future__ import annotations

from visearch.look import Look
from visearch.types import SORTS, Hit, SearchResult
from visearch.ui.answer import Answer, Sight
from visearch.ui.cards import Cards, skeleton
from visearch.ui.markup import button, esc, notice, photo_url, sets
from visearch.ui.stage import chosen_label, label_of
from visearch.ui.state import MOST_SHOWN, PAGE_SIZE, State
from visearch.ui.texts import Say


def summary_html(given: Answer, state: State, title: str, say: Say) -> str:
    """One line for the status region. `title` names the product of `state.like`."""
    found = given.found
    if state.view == "saved":
        told = f"<b>{esc(say('saved_title'))}</b> <span>{esc(say('saved_note'))}</span>"
        return f"<h2>{told}</h2>"
    if not state.anything:
        count = say("of_total", n=len(found.hits), total=f"{found.total:,}")
        return f"<h2><b>{esc(say('browse'))}</b> <span>{esc(count)}</span></h2>"
    n = len(found.hits) + len(given.exact)
    key = {0: "found_none", 1: "found_one"}.get(n, "found")
    line = say(key, n=n, ms=duration(found.timings_ms.get("total", 0.0)))
    return f"<h2><b>{esc(line)}</b> <span>{esc(_target(given.sight, state, title, say))}</span></h2>"


def tools_html(given: Answer, state: State, say: Say) -> str:
    """Order, link and a way back."""
    if state.view == "saved":
        forget = button(say("saved_clear"), 'data-act="forget-saved"', "link-button") if given.found.hits else ""
        return button(say("back"), sets(view=""), "pill small") + forget
    over = ""
    if state.anything:
        changes = {"text": "", "photo": "", "box": "", "like": "", "more": [], "less": [], "view": "", "filters": {}}
        over = button(say("start_over"), sets(**changes, ranker="hybrid"), "link-button")
    copy = button(say("copy"), 'data-act="copy"', "pill small", "link")
    return f"{_ranking(state, say)}{_sorting(state, say)}{copy}{over}"


def _ranking(state: State, say: Say) -> str:
    """Which way ranks, folded away: shoppers need it not, who compares ways does."""
    if not state.rankers:
        return ""
    chosen = state.ranker if state.ranker in state.rankers else "hybrid"
    names = {
        name: say("ranker_photo" if state.photo and name == "hybrid" else f"ranker_{name}") for name in state.rankers
    }
    options = "".join(
        f'<option value="{name}"{" selected" if name == chosen else ""}>{esc(text)}</option>'
        for name, text in names.items()
    )
    summary = say("ranking") if chosen == "hybrid" else say("ranked_by", how=names[chosen])
    return (
        f'<details class="ranking" id="ranking"><summary>{esc(summary)}</summary><div class="sorting">'
        f'<label for="ranker">{esc(say("ranked"))}</label>'
        f'<select id="ranker" data-field="ranker">{options}</select></div></details>'
    )


def _sorting(state: State, say: Say) -> str:
    options = "".join(
        f'<option value="{sort}"{" selected" if sort == state.sort else ""}>{esc(say(f"sort_{sort}"))}</option>'
        for sort in SORTS
    )
    return (
        f'<label class="sorting"><span class="sr">{esc(say("sort"))}</span>'
        f'<select id="sort" data-field="sort">{options}</select></label>'
    )


def results_html(given: Answer, state: State, say: Say) -> str:
    """The cards, or a calm box that says why there are none."""
    if given.look is not None and given.sight is not None:
        return look_html(given.look, given.sight, state, say)
    hits = given.found.hits
    # Words that only limit, such as "under 20", are no question: there is no match to show.
    matched = any(hit.match for hit in hits) or not all(hit.close for hit in hits)
    names = {id_: (say.language == "zh" and one.name_zh) or one.name for id_, one in given.campaigns.items()}
    drawn = Cards(state, say, state.anything and state.view != "saved" and matched, given.words, names)
    exact = _exact(given, drawn, say)
    if hits:
        return exact + (drawn.list(hits) if state.view == "saved" else drawn.grid(hits))
    if exact:
        return exact
    if state.view == "saved":
        return notice(say("saved_empty"), say("saved_empty_hint"))
    return _nothing(given, state, say)


def _nothing(given: Answer, state: State, say: Say) -> str:
    """Why there is nothing, and a button for every way out."""
    limits = [term.key for term in given.found.understood if term.hard]
    ways = button(say("clear_filters"), sets(filters={}), "pill primary") if state.filters else ""
    if limits:
        ways += button(say("nothing_words"), sets(ignore=[*state.ignore, *limits]), "pill")
    if ways and not given.found.total:
        return notice(say("nothing_title"), say("nothing_hint"), ways)
    if state.anything and given.found.total:
        other = button(say("nothing_ranker"), sets(ranker="hybrid"), "pill primary")
        return notice(say("nothing_said"), say("nothing_said_hint"), other if state.ranker != "hybrid" else "")
    return notice(say("empty_title"))


def _exact(given: Answer, drawn: Cards, say: Say) -> str:
    if not given.code:
        return ""
    if not given.exact:
        return f'<p class="told exact-none">{esc(say("exact_unknown", code=given.code))}</p>'
    hits = [Hit(p, 1.0, 100.0, True, p.pictures[0] if p.pictures else "") for p in given.exact]
    return (
        f'<section class="exact"><h2>{esc(say("exact"))}</h2><p>{esc(say("exact_code", code=given.code))}</p>'
        f"{drawn.list(hits, prefix='x')}</section>"
    )


def look_html(look: Look, sight: Sight, state: State, say: Say) -> str:
    """Everything found in the photo: the best of all of it, then one row an object."""
    drawn = Cards(state, say)
    sections = [
        f'<section class="outfit"><h2>{esc(say("look_all"))}</h2>{drawn.list(look.merged, "grid row", "m")}</section>'
    ]
    for group in look.groups:
        number = sight.boxes.index(group.box) + 1
        label = label_of(group.box, say)
        source = photo_url(sight.photo.key, sight.photo.area(group.box))
        only = button(say("look_more"), sets(box=str(number), view=""), "pill small")
        sections.append(
            f'<section class="outfit"><h2><img src="{source}" alt="" width="44" height="44">'
            f"<span>{esc(say('look_for', label=label))}</span>{only}</h2>"
            f"{drawn.list(group.hits, 'grid row', f'g{number}')}</section>"
        )
    return "".join(sections)


def more_html(found: SearchResult, state: State, say: Say) -> str:
    """The button for the next products, while there are any."""
    left = found.total > state.shown and len(found.hits) >= state.shown and state.shown < MOST_SHOWN
    if not left or state.view in ("saved", "look"):
        return ""
    return button(say("load_more"), sets(shown=state.shown + PAGE_SIZE), "pill wide")


def waiting_html(state: State, say: Say, failed: bool) -> str:
    """While there is no engine yet, or when there will be none."""
    if failed:
        return notice(say("failed_title"), say("failed_hint"))
    return notice(say("waiting_title"), say("waiting_hint")) if state.anything else skeleton()


def _target(sight: Sight | None, state: State, title: str, say: Say) -> str:
    words = state.text.strip()
    if state.like:
        like = say("for_product", title=title)
        return f"{like} · {say('chip_words', words=words)}" if words else like
    if sight is None:
        return say("for_words", words=words) if words else say("for_likes")
    part = chosen_label(sight, say) if state.view != "look" else ""
    if words and state.view != "look":
        photo = say("photo_item", label=part) if part else say("photo_whole")
        return say("for_both", photo=photo, words=words)
    return say("for_item", label=part) if part else say("for_photo")


def duration(ms: float) -> str:
    """`34 ms`, from a second on `1.2 s`."""
    return f"{max(ms, 1):.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"
