"""Products as cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from visearch.catalog.rows import reconcile
from visearch.text.chinese import chinese_spellings
from visearch.text.lexical import words
from visearch.text.stem import stem
from visearch.types import Hit, Product
from visearch.ui.icons import icon
from visearch.ui.markup import attributes, button, esc, marked, money, safe_url, sets, thumbnail_url
from visearch.ui.state import State
from visearch.ui.texts import Say
from visearch.why import matched_spans

FEW = 5
"""From this stock downwards a card says how many are left."""
_EAGER = 8


@dataclass(frozen=True)
class Cards:
    """Draws cards for one state in one language. `with_match` is False where nothing was asked.

    `words` are those that were searched for, which are marked in the titles. `campaigns` are the names of the campaigns
    that have put products into places, by product id.
    """

    state: State
    say: Say
    with_match: bool = True
    words: str = ""
    campaigns: Mapping[str, str] = field(default_factory=dict)

    def grid(self, hits: Sequence[Hit]) -> str:
        """All hits as one list, or as two where some are below the floor and the order is that of the match."""
        close = [hit for hit in hits if hit.close]
        far = [hit for hit in hits if not hit.close]
        if not far:
            return self.list(close)
        if not close:
            return f'<h2 class="apart strong">{esc(self.say("not_close"))}</h2>{self.list(far)}'
        return f'{self.list(close)}<h2 class="apart">{esc(self.say("less_close"))}</h2>{self.list(far)}'

    def list(self, hits: Sequence[Hit], css: str = "grid", prefix: str = "c") -> str:
        """One list of cards; `prefix` keeps their ids apart from another list's."""
        items = "".join(self.card(hit, prefix, i < _EAGER) for i, hit in enumerate(hits))
        return f'<ul class="{css}" aria-label="{esc(self.say("products"))}">{items}</ul>'

    def card(self, hit: Hit, prefix: str = "c", eager: bool = False) -> str:
        """One product. Picture and title open the panel."""
        product, title = hit.product, name_of(hit.product, self.say)
        opens = f'href="{esc(open_link(self.state, product.id))}" {sets(product=product.id)}'
        told = told_html(title, self.words, hit, self.say)
        campaign = self.campaigns.get(product.id, "")
        css = f"{'' if hit.close else ' far'}{' campaign' if campaign else ''}"
        return (
            f'<li class="card{css}" id="{esc(f"{prefix}-{product.id}")}">'
            f"{self._picture(hit, title, opens, eager)}{self._save(product, title)}"
            f'<div class="card-body">{_campaign_html(campaign, self.say)}{brand_html(product)}'
            f"<h3><a {opens}>{told}</a></h3>"
            f"{price_html(product, self.say)}{facts_html(product, self.say)}{self._why(hit)}</div>"
            f'<div class="card-foot">{self._actions(product, title)}</div></li>'
        )

    def _picture(self, hit: Hit, title: str, opens: str, eager: bool) -> str:
        off = off_text(hit.product, self.say)
        badge = f'<span class="badge">{esc(off)}</span>' if off else ""
        match = match_html(hit, self.say) if self.with_match else ""
        source = thumbnail_url(hit.picture)
        inside = f'<span class="none">{esc(self.say("no_picture"))}</span>'
        if source:
            inside = (
                f'<img src="{esc(source)}" alt="" width="384" height="384" '
                f'loading="{"eager" if eager else "lazy"}" decoding="async">'
            )
        # The title below is the same link: one of them is enough for the keyboard and for a screen reader.
        return f'<a class="pic" {opens} tabindex="-1" aria-hidden="true">{inside}{badge}</a>{match}'

    def _save(self, product: Product, title: str) -> str:
        label = self.say("save", title=title)
        told = attributes({"data-act": "save", "data-id": product.id, "aria-pressed": "false"})
        return button(label, told, "icon-button heart", "heart", hide_label=True)

    def _why(self, hit: Hit) -> str:
        reasons = reasons_of(hit, self.say)
        if not reasons:
            return ""
        label = self.say("why", reasons=", ".join(reasons))
        shown = "".join(f"<span>{icon('check')}{esc(reason)}</span>" for reason in reasons)
        return f'<p class="because" role="img" aria-label="{esc(label)}">{shown}</p>'

    def _actions(self, product: Product, title: str) -> str:
        say, state, made = self.say, self.state, []
        for toggle, key, name in (("more", "like_more", "up"), ("less", "like_less", "down")):
            pressed = product.id in getattr(state, toggle)
            told = {"data-toggle": toggle, "data-value": product.id, "aria-pressed": str(pressed).lower()}
            made.append(button(say(key, title=title), attributes(told), "icon-button", name, hide_label=True))
        compared = product.id in state.compare
        told = {"data-toggle": "compare", "data-value": product.id, "aria-pressed": str(compared).lower()}
        label = say("compare_remove" if compared else "compare_add", title=title)
        made.append(button(label, attributes(told), "icon-button", "compare", hide_label=True))
        search = button(say("similar_to", title=title), search_with(product), "icon-button", "similar", hide_label=True)
        return search + "".join(made) + shop_link(product, title, say)


def _campaign_html(name: str, say: Say) -> str:
    """What says that a place was given, not only found: read out before the title."""
    return f'<p class="campaign-name">{esc(say("camp_mark", name=name))}</p>' if name else ""


def reasons_of(hit: Hit, say: Say) -> list[str]:
    """What the product has of what was asked for: its own labels, then other words and colours, each once."""
    labels = [say.word(label) for label in agreeing(hit).values()]
    colors = [say.word(color) for color in hit.why.get("colors", ())]
    return list(dict.fromkeys([*labels, *other_words(hit), *colors]))


def other_words(hit: Hit) -> list[str]:
    """The words that the product says, but those of its labels that agree, in English or in Chinese."""
    labels = agreeing(hit).values()
    labelled = {stem(word) for label in labels for word in words(label)}
    labelled |= {word for label in labels for word in chinese_spellings(label)}
    return [word for word in hit.why.get("words", ()) if stem(word) not in labelled]


def agreeing(hit: Hit | None) -> Mapping[str, str]:
    """Field -> the product's own label, of the preferences that it meets."""
    return (hit.why.get("agrees") or {}) if hit else {}


def told_html(text: str, asked: str, hit: Hit | None, say: Say) -> str:
    """A catalogue's text with what was asked for marked: the words, and the labels that they stand for."""
    labels = list(agreeing(hit).values())
    return marked(text, matched_spans(asked, text, [*labels, *map(say.word, labels)]))


def search_with(product: Product) -> str:
    """The attribute that makes a product the question."""
    return sets(like=product.id, text="", photo="", box="", more=[], less=[], view="", product="")


def open_link(state: State, product_id: str) -> str:
    """A real address for the panel, so that a card can be opened in another tab."""
    return replace(state, product=product_id, view="" if state.view == "compare" else state.view).link()


def name_of(product: Product, say: Say) -> str:
    """The title in the page's language, else the one that there is."""
    own = product.title_zh if say.language == "zh" else ""
    return own or product.title or product.title_zh or say("untitled", id=product.id)


def skeleton(n: int = 12) -> str:
    """Grey cards of the same size while nothing is known yet."""
    # The same elements as in a card, so that a card takes their places and nothing jumps.
    inside = '<a class="pic"></a><div class="card-body"><i></i><i></i></div>'
    one = f'<li class="card skeleton">{inside}</li>'
    return f'<ul class="grid" aria-hidden="true">{one * n}</ul>'


def shop_link(product: Product, title: str, say: Say, css: str = "icon-button", label: str = "") -> str:
    """The link to the shop, when there is one."""
    url = safe_url(product.url)
    if not url:
        return ""
    told = esc(say("to_shop", title=title))
    inside = f"{icon('shop')}<span>{esc(label)}</span>" if label else icon("shop")
    return (
        f'<a class="{css}" href="{esc(url)}" target="_blank" rel="noopener noreferrer" aria-label="{told}">{inside}</a>'
    )


def brand_html(product: Product) -> str:
    """The small line above the title."""
    return f'<p class="brand">{esc(product.brand)}</p>' if product.brand else ""


def list_price(product: Product) -> float | None:
    """The price before the discount: as the catalogue gives it, else worked out from price and discount."""
    return _prices(product)["list_price"]


def _prices(product: Product) -> dict[str, float | None]:
    return reconcile(product.price, product.list_price, product.discount)


def price_html(product: Product, say: Say) -> str:
    """Price, and the one before the discount struck through."""
    if product.price is None:
        return ""
    before = list_price(product)
    struck = ""
    if before is not None:
        text = money(before, product.currency)
        struck = (
            f' <s><span class="sr">{esc(say("list_price", price=text))}</span><i aria-hidden="true">{esc(text)}</i></s>'
        )
    sale = " sale" if struck else ""
    return f'<p class="price{sale}"><b>{esc(money(product.price, product.currency))}</b>{struck}</p>'


def off_text(product: Product, say: Say) -> str:
    """`−20%`, or nothing."""
    off = _prices(product)["discount"]
    return say("discount", n=round(off)) if off and round(off) > 0 else ""


def facts_html(product: Product, say: Say) -> str:
    """Rating and stock."""
    shown = rating_html(product, say) + stock_html(product, say)
    return f'<p class="facts">{shown}</p>' if shown else ""


def rating_html(product: Product, say: Say) -> str:
    """Stars, the number, and by how many people."""
    if product.rating is None:
        return ""
    rating = min(5.0, max(0.0, product.rating))
    key = "rating" if product.reviews is None else "rating_by"
    label = say(key, rating=f"{rating:.1f}", n=product.reviews)
    count = "" if product.reviews is None else f"<small>({product.reviews:,})</small>"
    return (
        f'<span class="rating" role="img" aria-label="{esc(label)}"><span class="stars" '
        f'style="--filled:{rating * 20:.0f}%">★★★★★</span>{rating:.1f} {count}</span>'
    )


def stock_html(product: Product, say: Say) -> str:
    """In stock, only a few left, or out of stock."""
    if product.stock is None:
        return ""
    if product.stock <= 0:
        return f'<span class="stock out">{esc(say("stock_out"))}</span>'
    if product.stock <= FEW:
        return f'<span class="stock few">{esc(say("stock_few", n=product.stock))}</span>'
    return f'<span class="stock in">{esc(say("stock_in"))}</span>'


def match_html(hit: Hit, say: Say) -> str:
    """The calibrated match as a number with a bar."""
    shown = round(min(100.0, max(0.0, hit.match)))
    label = esc(say("match", n=shown))
    return (
        f'<span class="match" role="img" aria-label="{label}" title="{label}">'
        f'<b>{shown}</b><span class="bar"><i style="width:{shown}%"></i></span></span>'
    )
