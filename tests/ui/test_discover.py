"""The room Discover as the browser asks it, and the functions behind it."""

from __future__ import annotations

import html
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from tests.shop.goods import LOOKS, goods_engine
from tests.ui.both import fields_in_both
from tests.ui.still import StillLive, ready_status
from tests.ui.test_cards import NASTY, Tags
from visearch.config import Settings
from visearch.live import Examples
from visearch.ui.page import _calls
from visearch.ui.photos import Photos
from visearch.ui.related_rows import reviews_html, rows_html
from visearch.ui.rooms import Rooms
from visearch.ui.rooms.discover import discover_room
from visearch.ui.rooms.discover.brought import brought
from visearch.ui.rooms.keeper import Keeper
from visearch.ui.rooms.parts import addresses_of
from visearch.ui.state import State
from visearch.ui.texts import Say


class Visitor:
    """Calls the room like the page does."""

    def __init__(self, live: StillLive) -> None:
        self.photos = Photos()
        room = discover_room(live, Settings(), self.photos, Keeper())  # type: ignore[arg-type]
        self.rooms = Rooms({"discover": room}, Keeper())

    def __call__(self, do: str, **sent: Any) -> dict[str, Any]:
        return self.rooms.call({"room": "discover", "do": do, **sent})

    def part(self, name: str, **sent: Any) -> str:
        return str(self("show", part=name, **sent)["regions"]["discover-body"])


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> StillLive:
    engine = goods_engine(tmp_path_factory.mktemp("goods"))
    return StillLive(engine, ready_status(engine))


@pytest.fixture
def visitor(live: StillLive) -> Visitor:
    return Visitor(live)


def taste(*viewed: str, **more: Any) -> dict[str, Any]:
    return {"events": [{"kind": "view", "id": one, "ago": 1000} for one in viewed], "hidden": [], **more}


def cards(markup: str) -> list[str]:
    return re.findall(r'<li class="card[^"]*" id="[a-z]+-([^"]+)"', markup)


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", markup)).split())


def test_both_languages_say_the_same() -> None:
    english, chinese = fields_in_both("dis_")
    assert english == chinese and len(english) > 40


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", ["for_you", "offers", "reviews"])
def test_every_part_stands_for_a_stranger(visitor: Visitor, part: str, lang: str) -> None:
    reply = visitor("open", part=part, lang=lang)
    page = Tags(reply["regions"]["room"])
    assert [tag["data-part"] for tag in page.all("button") if tag.get("aria-current")] == [part]
    assert not re.search(r"\{[a-z]+\}", page.text) and cards(reply["regions"]["room"])


def test_a_link_leads_to_a_part(visitor: Visitor) -> None:
    assert visitor("open", link="?room=discover&part=offers")["part"] == "offers"
    assert visitor("open", link="?room=discover&part=nowhere")["part"] == "for_you"


def test_for_you_follows_the_taste_and_says_why(visitor: Visitor) -> None:
    found = visitor.part("for_you", taste=taste("mugs-0", "boots-0"))
    assert {one.partition("-")[0] for one in cards(found)[:6]} == {"mugs", "boots"}
    assert "Because you looked at Tall red mug" in plain(found)
    assert plain(found).count("Because you looked at") == len(cards(found))


def test_hidden_ones_stay_away_and_off_is_off(visitor: Visitor) -> None:
    hidden = visitor.part("for_you", taste=taste("mugs-0", hidden=["mugs-1"]))
    assert "mugs-1" not in cards(hidden) and "mugs-2" in cards(hidden)
    off = visitor.part("for_you", taste=taste("mugs-0", off=True))
    assert cards(off) == cards(visitor.part("for_you")) and "Because" not in plain(off)
    assert 'data-taste="on"' in off and 'data-taste="off"' not in off


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "taste",
        {"events": "many"},
        {"events": [None, 3, {}, {"kind": "stare", "id": "mugs-0"}, {"kind": "view"}], "hidden": {"a": 1}},
        {"events": [{"kind": ["view"], "id": "mugs-0"}], "hidden": [1, None]},
    ],
)
def test_what_a_stranger_sends_as_a_taste_is_no_taste(visitor: Visitor, sent: Any) -> None:
    assert brought({"taste": sent}).events == ()
    assert cards(visitor.part("for_you", taste=sent)) == cards(visitor.part("for_you"))


def test_ages_are_read_in_days_and_nonsense_is_now() -> None:
    events = [{"kind": "view", "id": "a", "ago": ago} for ago in (86_400_000, -5, float("nan"), True, "old", None)]
    assert [one.age_days for one in brought({"taste": {"events": events}}).events] == [1, 0, 0, 0, 0, 0]


def test_offers_near_a_photo_show_the_trade(visitor: Visitor, tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), LOOKS["Mugs"][1]).save(tmp_path / "mug.png")
    photo = visitor.photos.add((tmp_path / "mug.png").read_bytes()).key
    reply = visitor("offers", photo=photo, weight="1")
    found = reply["regions"]["off-found"]
    discounts = [float(one) for one in re.findall(r"−(\d+)%", plain(found))]
    assert discounts == sorted(discounts, reverse=True) and set(discounts) == {10, 20}
    assert len(re.findall("trade-point", found)) == len(cards(found)) > 0
    assert f'value="{photo}"' in reply["regions"]["off-form"]
    gone = visitor("offers", photo="k" * 32)
    assert gone["refused"] and gone["forgotten"]


def test_offers_near_the_taste_and_for_nobody(visitor: Visitor) -> None:
    near = visitor.part("offers", taste=taste("boots-0"))
    assert {one.partition("-")[0] for one in cards(near)} == {"boots"} and "close to your taste" in plain(near)
    assert "the greatest discount first" in plain(visitor.part("offers"))


def test_reviews_of_a_product_and_apart_of_its_look_alikes(visitor: Visitor) -> None:
    told = plain(visitor("reviews", id="mugs-1")["regions"]["rev"])
    assert "What is said of: Tall green mug" in told and "A heavy mug for strong tea." in told
    own, alike = told.split("What is said of look-alikes")
    assert "Keeps tea hot" not in own and "Keeps tea hot" in alike and "Sample text" not in told
    assert "Most people" in plain(visitor.part("reviews"))


def test_a_catalogue_without_reviews_says_how_to_bring_them(tmp_path: Path) -> None:
    engine = goods_engine(tmp_path, tables=False)
    visitor = Visitor(StillLive(engine, ready_status(engine)))
    assert "reviews.csv" in plain(visitor.part("reviews"))
    assert reviews_html(engine, engine.product("mugs-0"), Say()) == ""


def test_the_room_waits_for_the_catalogue() -> None:
    reply = Visitor(StillLive())("open")
    assert "data-waiting" in reply["regions"]["room"] and "refused" not in reply


def test_a_title_never_becomes_markup(tmp_path: Path) -> None:
    engine = goods_engine(tmp_path, {"sofas-7": {"title": NASTY, "title_zh": NASTY}})
    visitor = Visitor(StillLive(engine, ready_status(engine)))
    for part in ("for_you", "offers", "reviews"):
        found = visitor.part(part, taste=taste("sofas-0", "sofas-6"), id="sofas-7")
        assert NASTY not in found and not Tags(found).all("script")
    rows = rows_html(engine, engine.product("sofas-0"), State(), Say())
    assert NASTY not in rows and not Tags(rows).all("script")


def test_the_rows_of_a_product_say_why_their_cards_are_there(live: StillLive) -> None:
    assert live.ready is not None
    told = plain(rows_html(live.ready, live.ready.product("sofas-5"), State(), Say()))
    for said in ("The same style in other colours", "Cheaper alternatives", "Saves 83%", "Together in 2 of 2 scenes"):
        assert said in told


def test_examples_have_the_numbers_of_all_photos() -> None:
    examples = Examples((Path("a/one.jpg"),), (), (Path("b/two.jpg"), Path("b/three.jpg")))
    assert examples.named("three.jpg", "gone.jpg", "one.jpg") == [
        ("example:2", "examples/2.jpg"),
        ("example:0", "examples/0.jpg"),
    ]


def test_addresses_are_known_before_a_turn_is_taken() -> None:
    sent = {
        "photo": "https://a.example/1.jpg",
        "photos": ["https://a.example/2.jpg", "k" * 32, 7, "http://a.example/3"],
    }
    linked = "?room=boards&photos=https://a.example/4.jpg|example:1|https://a.example/1.jpg"
    assert addresses_of({**sent, "link": linked}) == tuple(f"https://a.example/{n}.jpg" for n in (1, 2, 4))
    assert addresses_of({"photos": [f"https://a.example/{n}.jpg" for n in range(40)]})[8:] == ()
    assert addresses_of(None) == addresses_of({"photo": 3, "photos": {}}) == ()


def test_a_slow_host_holds_nobodys_turn(live: StillLive) -> None:
    from visearch.ui.trust.visitors import Visitors

    visitors = Visitors(1, waiting=0, patience_s=0.0)

    def fetch(address: str) -> bytes:
        # While it is fetched, somebody else has the only turn.
        with visitors.turn():
            return (Path(__file__).parents[2] / "data" / "sample" / "queries" / "mug-01-photo.jpg").read_bytes()

    photos = Photos(fetch)
    rooms = Rooms({"discover": discover_room(live, Settings(), photos, Keeper())}, Keeper())  # type: ignore[arg-type]
    room = _calls(SimpleNamespace(), rooms, visitors, photos)[-1]  # type: ignore[arg-type]
    reply = room({"room": "discover", "do": "offers", "photo": "https://a.example/mug.jpg"})
    assert "off-found" in reply["regions"]
