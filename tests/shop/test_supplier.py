"""A supplier's delivery: copies, conflicts, poor pictures, decisions, and work in the background."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests.ui.still import engine_of
from visearch.engine import SearchEngine
from visearch.errors import PictureError, VisearchError
from visearch.images import load_image
from visearch.seen import Seen
from visearch.shop.pictures import flaws_of, measures_of
from visearch.shop.supplier import Checked, Checker, Conflict, _category, _colour, _price
from visearch.shop.supplier_copies import Comparer, Copy, looks_of, part_of
from visearch.shop.supplier_example import KINDS, example_delivery
from visearch.shop.supplier_made import CHANGES, FLAWS, changed
from visearch.shop.supplier_work import COLUMNS, Delivery, SupplierWork, checked_items, delivery_to_json, rows_of
from visearch.types import Product


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return engine_of(tmp_path_factory.mktemp("supplier"))


def thing(colour: tuple[int, int, int] = (30, 60, 200), side: int = 400) -> Image.Image:
    """A handled, spotted thing on plain ground."""
    image = Image.new("RGB", (side, side), (238, 236, 232))
    pen, unit = ImageDraw.Draw(image), side / 400
    pen.rectangle([unit * v for v in (90, 60, 270, 340)], fill=colour)
    pen.arc([unit * v for v in (240, 120, 350, 280)], 270, 90, fill=colour, width=round(26 * unit))
    for n in range(12):
        x, y = 100 + 40 * (n % 4), 80 + 80 * (n // 4)
        pen.ellipse([unit * v for v in (x, y, x + 22, y + 22)], fill=(240, 220, 60))
    return image


# ---------------------------------------------------------------------- pictures


def test_a_good_picture_has_no_flaw_and_made_ones_are_told() -> None:
    good = thing()
    assert flaws_of(good) == ()
    for flaw in ("small", "blurred", "border", "dark"):
        assert flaw in flaws_of(changed(good, flaw, "case")), flaw


def test_writing_beside_the_thing_is_told_and_print_on_it_is_not() -> None:
    written = thing()
    pen = ImageDraw.Draw(written)
    for n in range(9):
        pen.rectangle((60 + 30 * n, 368, 66 + 30 * n, 390), fill=(40, 40, 40))
    assert "text" in flaws_of(written)
    printed = thing()
    for n in range(5):
        ImageDraw.Draw(printed).rectangle((110 + 28 * n, 310, 116 + 28 * n, 328), fill=(255, 255, 255))
    assert measures_of(printed)["text"] < 5


def test_changes_are_the_same_for_the_same_name() -> None:
    for kind in (*CHANGES, *FLAWS):
        one, two = (np.asarray(changed(thing(), kind, "a")) for _ in range(2))
        assert one.shape == two.shape and (one == two).all()
    assert (np.asarray(changed(thing(), "compress", "a")) != 0).any()
    assert changed(thing(), "crop", "a").size != changed(thing(), "crop", "b").size


# ---------------------------------------------------------------------- copies


def test_hashes_see_through_a_mirror_and_tell_shapes_apart() -> None:
    own = looks_of(thing(), part_of(thing()))
    mirrored = looks_of(changed(thing(), "flip", "x"), part_of(changed(thing(), "flip", "x")))
    other = thing().transpose(Image.Transpose.ROTATE_90).filter(ImageFilter.GaussianBlur(9))
    strange = looks_of(other, part_of(other))

    def bits(a: object, b: object) -> int:
        return min(int(x - y) for x in a.hashes for y in b.hashes[:2])  # type: ignore[attr-defined]

    assert bits(mirrored, own) <= 6 < bits(strange, own)


def test_a_recolour_differs_in_colour_only() -> None:
    own, other = (looks_of(p, part_of(p)) for p in (thing(), thing((200, 40, 30))))
    assert float(np.linalg.norm(own.colour - other.colour)) > 40
    assert float(own.shapes[1] @ other.shapes[1]) > 0.9


def test_the_part_is_what_stands_out_and_a_strange_picture_is_itself() -> None:
    part = part_of(thing())
    assert part.width < 320 and part.height < 320
    noise = Image.effect_noise((60, 60), 90).convert("RGB")
    assert part_of(noise).size == noise.size


def test_an_equal_barcode_comes_first_and_left_out_products_do_not(engine: SearchEngine) -> None:
    picture = load_image(engine.opened.thumbnail(engine.product("p-004").pictures[0]))
    copies = Comparer(engine).copies(picture, codes=("p-011",))
    assert (copies[0].product.id, copies[0].kind, copies[0].code) == ("p-011", "same", True)
    assert "p-004" in {copy.product.id for copy in copies}
    without = Comparer(engine).copies(picture, codes=("p-011",), without={"p-004", "p-011"})
    assert not {"p-004", "p-011"} & {copy.product.id for copy in without}


def test_kinds_follow_the_chances() -> None:
    product = Product(id="1")
    assert Copy(product, 0.6, 0.2, 0.9, 2).kind == "same"
    assert Copy(product, 0.1, 0.6, 0.9, 2).kind == "variant"
    assert Copy(product, 0.1, 0.1, 0.9, 2).kind == "other"


# ---------------------------------------------------------------------- conflicts


def test_category_conflicts_need_a_sure_picture() -> None:
    said = Product(id="1", category="Garden", subcategory="Hoses")
    seen = Seen({"category": (("Kitchen", 0.9),), "subcategory": (("Mugs", 0.8),)})
    assert _category(said, seen) == Conflict("category", "Garden / Hoses", "Kitchen / Mugs")
    assert _category(said, Seen({"category": (("Kitchen", 0.5),)})) is None
    assert _category(Product(id="1", category="kitchen "), seen) is None
    assert _category(Product(id="1", category="Mugs"), seen) is None
    assert _category(Product(id="1"), seen) is None


def test_colour_and_price_conflicts() -> None:
    assert _colour(Product(id="1", color="red"), thing()) == Conflict("color", "red", "blue")
    assert _colour(Product(id="1", color="navy"), thing()) is None
    assert _colour(Product(id="1", title="A mug"), thing()) is None
    near = [Product(id=f"{n}", price=10.0 + n, currency="USD") for n in range(6)]
    odd = _price(Product(id="1", price=100.0, currency="USD"), near)
    assert odd is not None and (odd.said, odd.found) == ("100 USD", "12.5 USD")
    assert _price(Product(id="1", price=14.0, currency="USD"), near) is None
    assert _price(Product(id="1", price=100.0, currency="EUR"), near) is None
    assert _price(Product(id="1", price=1.0, currency="USD"), near) is not None


# ---------------------------------------------------------------------- deliveries


def test_an_item_is_checked_and_one_without_a_picture_is_broken(engine: SearchEngine) -> None:
    def broken() -> Image.Image:
        raise PictureError("The picture is damaged.", "")

    own = load_image(engine.opened.thumbnail(engine.product("p-004").pictures[0]))
    found = list(checked_items(Checker(engine), [(Product(id="a"), lambda: own), (Product(id="b"), broken)]))
    assert found[0].copies and found[0].picture[:2] == b"\xff\xd8" and found[0].seen.best("category")[0]
    assert found[1].kind == "broken" and "damaged" in found[1].problem and not found[1].clean
    assert len(list(checked_items(Checker(engine), [(Product(id="a"), lambda: own)] * 3, most=2))) == 2


def test_the_example_is_the_same_each_time_and_holds_new_items_out(engine: SearchEngine) -> None:
    one, two = example_delivery(engine), example_delivery(engine)
    assert [p for p, _ in one.items] == [p for p, _ in two.items] and len(one.items) == min(24, len(KINDS))
    assert one.without and all(not record.barcode and record.id.startswith("S-") for record, _ in one.items)
    assert (np.asarray(one.items[1][1]()) == np.asarray(two.items[1][1]())).all()


def work_of(*items: Checked) -> SupplierWork:
    work = SupplierWork()
    work._delivery = Delivery("d", "done", len(items), len(items), items=items)
    return work


def test_decisions_are_taken_back_step_by_step() -> None:
    copy = Copy(Product(id="ours"), 0.9, 0.0, 0.9, 2)
    work = work_of(Checked(Product(id="a")), Checked(Product(id="b"), copies=(copy,)), Checked(Product(id="c")))
    work.decide(1, "reject")
    assert work.accept_clean() == 2
    assert work.delivery.decisions == {0: "accept", 1: "reject", 2: "accept"}
    assert work.undo() and work.delivery.decisions == {1: "reject"}
    assert work.undo() and not work.delivery.decisions and not work.undo()
    with pytest.raises(VisearchError, match="no longer"):
        work.decide(7, "accept")
    rows = rows_of(work.delivery)
    assert [row[3] for row in rows] == ["new", "same", "new"] and rows[1][4] == "ours"
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert delivery_to_json(work.delivery)["items"][1]["copies"][0]["id"] == "ours"


def test_a_delivery_is_checked_behind_the_page_and_can_be_stopped(engine: SearchEngine) -> None:
    own = load_image(engine.opened.thumbnail(engine.product("p-004").pictures[0]))
    work, reached, go, ended = SupplierWork(), threading.Event(), threading.Event(), []

    def items() -> Iterator[tuple[Product, object]]:
        yield Product(id="a"), lambda: own
        reached.set()
        assert go.wait(30)
        yield Product(id="b"), lambda: own
        yield Product(id="c"), lambda: own

    work.start("d", Checker(engine), lambda: (items(), 3), lambda: ended.append(True))  # type: ignore[arg-type,return-value]
    assert reached.wait(60)
    with pytest.raises(VisearchError, match="being checked"):
        work.start("e", Checker(engine), lambda: ([], 0), lambda: None)
    work.stop()
    go.set()
    work.wait(60)
    found = work.delivery
    assert (found.state, found.total, found.done) == ("stopped", 3, 2) and ended == [True]
    work.clear()
    assert work.delivery == Delivery()


def test_a_delivery_that_cannot_be_read_says_why(engine: SearchEngine) -> None:
    def items() -> tuple[list[object], int]:
        raise VisearchError("It has no pictures.", "Add some.")

    work = SupplierWork()
    work.start("d", Checker(engine), items, lambda: None)  # type: ignore[arg-type]
    work.wait(60)
    assert work.delivery.state == "failed" and "no pictures" in work.delivery.error
